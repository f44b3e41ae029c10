// Forms: sent once; and what was typed survives an expired login, a lost connection and "back".
(() => {
  "use strict";
  const body = document.body;
  const PREFIX = `kept:${body.dataset.user || ""}:`;
  const SENT = "kept-sent";
  const NEVER = ["password", "file", "submit", "button"];

  // A mark of its own for whatever is sent (a UUID). Without HTTPS a browser has no randomUUID.
  window.newMark = () => crypto.randomUUID ? crypto.randomUUID()
    : "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) => (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16));

  // A form is sent once. The buttons are let go again when the answer was no new page.
  const free = (form) => {
    delete form.dataset.sent;
    form.querySelectorAll("button[data-held]").forEach((b) => { b.disabled = false; delete b.dataset.held; });
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    // Only after the browser has read which button was pressed.
    setTimeout(() => form.querySelectorAll("button:not([disabled])").forEach((b) => { b.disabled = true; b.dataset.held = "1"; }), 0);
    setTimeout(() => free(form), 8000);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    // Not one that a field made on the way, such as looking up an address.
    if (event.target instanceof HTMLFormElement) free(event.target);
  });
  window.addEventListener("pageshow", (event) => {
    // "Back" to a form that was sent: a fresh one, or the same would be sent under the same mark.
    if (event.persisted && document.querySelector("form[data-sent]")) location.reload();
  });

  // In a form of few words, Enter sends it from the field of many lines too; with Shift it is a new
  // line, and while Chinese is composed it belongs to the composing.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    const form = event.target instanceof HTMLTextAreaElement && event.target.form;
    if (!form || !("enterSends" in form.dataset)) return;
    event.preventDefault();
    form.requestSubmit();
  });

  // What is typed into a form that changes something is kept until the service says that it was
  // taken. It lies in this tab only, and goes when someone logs out. The name of what is kept is that
  // of the form: where it leads to, and its id or what it is about. Two forms of one name are not
  // kept at all, since a word of one customer must not slip into the case of another.
  const TYPED = "textarea, input:not([type]), input[type=text], input[type=tel], input[type=email], input[type=url], input[type=number], input[type=date], input[type=time], input[type=datetime-local], input[type=month]";
  const SECRET = "[type=password], [autocomplete=one-time-code]";
  const MARKS = ["csrfmiddlewaretoken", "once", "uid", "_sent"];
  const keepable = (form) => form.method === "post" && form.dataset.keep !== "no" && form.querySelector(TYPED) && !form.querySelector(SECRET);
  const nameOf = (form) => {
    const to = new URL(form.getAttribute("action") || location.href, location.href);
    const about = [...form.elements].filter((f) => f.type === "hidden" && f.name && !MARKS.includes(f.name)).map((f) => `${f.name}=${f.defaultValue}`);
    return `${PREFIX}${to.pathname}${form.getAttribute("action") ? to.search : ""}#${form.id || about.join("&")}`;
  };
  // The hidden mark by which the service knows a form sent twice is kept with the rest.
  const fields = (form) => [...form.elements].filter((f) => f.name && f.name !== "csrfmiddlewaretoken" && f.name !== "_sent" && !NEVER.includes(f.type));
  const differ = (form, a, b) => fields(form).some((f) => f.type !== "hidden" && JSON.stringify(a[f.name]) !== JSON.stringify(b[f.name]));
  const read = (form) => {
    const found = {};
    for (const field of fields(form)) {
      if (field.type === "radio") { if (field.checked) found[field.name] = field.value; }
      else if (field.type === "checkbox") (found[field.name] ??= []).push(...(field.checked ? [field.value] : []));
      else if (field.type === "select-multiple") found[field.name] = [...field.selectedOptions].map((o) => o.value);
      else found[field.name] = field.value;
    }
    return found;
  };
  const write = (form, found) => {
    for (const field of fields(form)) {
      if (!(field.name in found)) continue;
      const value = found[field.name];
      if (field.type === "radio") field.checked = field.value === value;
      else if (field.type === "checkbox") field.checked = value.includes(field.value);
      else if (field.type === "select-multiple") for (const o of field.options) o.selected = value.includes(o.value);
      else field.value = value;
    }
  };
  const forget = (test) => Object.keys(sessionStorage).filter((k) => k.startsWith("kept:") && test(k)).forEach((k) => sessionStorage.removeItem(k));
  const note = (text, ...more) => {
    const box = document.createElement("div");
    box.className = "message message-warning restored";
    box.setAttribute("role", "status");
    box.append(`${text} `, ...more);
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = body.dataset.discard;
    box.append(button);
    return [box, button];
  };

  // Said beside the form, and what it is folded into is opened.
  const tell = (form, name, before) => {
    const [box, button] = note(body.dataset.restored);
    button.addEventListener("click", () => {
      sessionStorage.removeItem(name);
      write(form, before);
      box.remove();
      const first = fields(form).find((f) => f.type !== "hidden");
      if (first) first.focus();
    });
    form.prepend(box);
    for (let at = form.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
  };

  const prepare = (root) => {
    const forms = [...root.querySelectorAll("form")].filter(keepable);
    const names = forms.map(nameOf);
    forms.forEach((form, n) => {
      const name = names[n];
      if (names.indexOf(name) !== names.lastIndexOf(name)) return;
      // On the way back a browser would fill the form in with what was sent from it. What was taken
      // is done with, and what was not is kept here.
      if (!form.hasAttribute("autocomplete")) form.autocomplete = "off";
      const kept = JSON.parse(sessionStorage.getItem(name) || "null");
      const before = read(form);
      if (kept && !form.querySelector(".error-summary") && differ(form, { ...before, ...kept }, before)) {
        write(form, kept);
        tell(form, name, before);
      }
      const keep = () => sessionStorage.setItem(name, JSON.stringify(read(form)));
      form.addEventListener("input", keep);
      form.addEventListener("submit", () => {
        // A step on the phone is kept elsewhere from here on.
        if ("step" in form.dataset) { sessionStorage.removeItem(name); return; }
        keep();
        // The same words once more, since no answer came: under the same mark, by which the service
        // knows them. Other words are another form.
        const last = JSON.parse(sessionStorage.getItem(SENT) || "null");
        const words = sessionStorage.getItem(name);
        const mark = last && last.name === name && last.words === words ? last.mark : window.newMark();
        let field = form.querySelector("input[name=_sent]");
        if (!field) {
          field = document.createElement("input");
          field.type = "hidden";
          field.name = "_sent";
          form.append(field);
        }
        field.value = mark;
        sessionStorage.setItem(SENT, JSON.stringify({ name, mark, words }));
      });
      form.addEventListener("htmx:afterRequest", (event) => { if (event.target === form && event.detail.successful) sessionStorage.removeItem(name); });
    });
  };

  // The service says of each form that it dealt with it (`ui.taken`). Where the page that it leads to
  // has a word of refusal, what was typed stays; only the marks are new, since nothing was done.
  const sent = JSON.parse(sessionStorage.getItem(SENT) || "null");
  const login = document.querySelector("input[type=password]");
  const refused = document.querySelector(".error-summary");
  const dealt = /(?:^|; )taken=([\w-]+)/.exec(document.cookie);
  let unplaced = null;
  if (sent && dealt && dealt[1] === sent.mark) {
    sessionStorage.removeItem(SENT);
    document.cookie = "taken=; Max-Age=0; Path=/; SameSite=Lax";
    if (document.querySelector("#messages .message-error")) {
      const kept = JSON.parse(sessionStorage.getItem(sent.name) || "{}");
      for (const mark of MARKS) delete kept[mark];
      sessionStorage.setItem(sent.name, JSON.stringify(kept));
      unplaced = kept;
    } else sessionStorage.removeItem(sent.name);
  }
  prepare(document);
  document.addEventListener("ui:shown", (event) => prepare(event.detail));
  document.addEventListener("htmx:afterSettle", (event) => { if (event.target instanceof Element) prepare(event.target); });
  // The form is not there any more, because someone else was faster: the words are shown.
  if (unplaced && ![...document.querySelectorAll("form")].some((f) => keepable(f) && nameOf(f) === sent.name)) {
    const words = Object.values(unplaced).filter((v) => typeof v === "string" && /\D/.test(v.trim())).join("\n");
    if (words) {
      const quote = document.createElement("pre");
      quote.textContent = words;
      const [box, button] = note(body.dataset.unplaced, quote);
      button.addEventListener("click", () => { sessionStorage.removeItem(sent.name); box.remove(); });
      document.getElementById("messages").append(box);
    }
  }
  document.querySelectorAll("form[data-forget-all]").forEach((form) => form.addEventListener("submit", () => forget(() => true)));
  // Pages that the phone keeps for a dead spot are of whoever was logged in.
  const dropPages = async () => { for (const name of await caches.keys()) if (name.startsWith("field-pages-")) await caches.delete(name); };
  if (window.caches) {
    if (login && !body.dataset.user) dropPages();
    document.querySelectorAll("form[data-forget-all]").forEach((form) => form.addEventListener("submit", () => { dropPages(); }));
  }

  if (refused) refused.focus();
})();
