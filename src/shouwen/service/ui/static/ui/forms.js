// Forms: sent once; and what was typed survives an expired login, a lost connection and "back".
(() => {
  "use strict";
  const body = document.body;
  const PREFIX = `kept:${body.dataset.user || ""}:`;
  const SENT = "kept-sent";
  const NEVER = ["password", "file", "submit", "button"];

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
    const form = event.target instanceof Element && event.target.closest("form");
    if (form) free(form);
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

  // What is kept lies in this tab only, and goes when the form was taken or someone logs out.
  const nameOf = (form) => `${PREFIX}${location.pathname}#${form.id}`;
  // The hidden mark by which the service knows a form sent twice is kept with the rest.
  const fields = (form) => [...form.elements].filter((f) => f.name && f.name !== "csrfmiddlewaretoken" && !NEVER.includes(f.type));
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

  // Said beside the form, since a word of one customer must not slip into the case of another.
  const tell = (form, before) => {
    const note = document.createElement("div");
    note.className = "message message-warning restored";
    note.setAttribute("role", "status");
    note.textContent = `${body.dataset.restored} `;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = body.dataset.discard;
    button.addEventListener("click", () => {
      sessionStorage.removeItem(nameOf(form));
      write(form, before);
      note.remove();
      const first = fields(form).find((f) => f.type !== "hidden");
      if (first) first.focus();
    });
    note.append(button);
    form.prepend(note);
  };

  const sent = sessionStorage.getItem(SENT);
  const login = document.querySelector("input[type=password]");
  const [visit] = performance.getEntriesByType("navigation");
  const refused = document.querySelector(".error-summary");
  if (sent) {
    sessionStorage.removeItem(SENT);
    // An answer that is neither the login page nor the form with its errors: it was taken.
    const back = visit && visit.type === "back_forward";
    const again = [...document.querySelectorAll("form[data-keep]")].find((f) => nameOf(f) === sent);
    const wrong = again && again.querySelector(".error-summary");
    if (!login && !wrong && !back) sessionStorage.removeItem(sent);
  }
  document.querySelectorAll("[data-done]").forEach((el) => forget((k) => k.includes(`:${el.dataset.done}`)));
  document.querySelectorAll("form[data-keep]").forEach((form) => {
    const name = nameOf(form);
    const kept = JSON.parse(sessionStorage.getItem(name) || "null");
    const before = read(form);
    if (kept && !form.querySelector(".error-summary") && differ(form, kept, before)) {
      write(form, kept);
      tell(form, before);
    }
    const keep = () => sessionStorage.setItem(name, JSON.stringify(read(form)));
    form.addEventListener("input", keep);
    form.addEventListener("submit", () => { keep(); sessionStorage.setItem(SENT, name); });
  });
  document.querySelectorAll("form[data-forget-all]").forEach((form) => form.addEventListener("submit", () => forget(() => true)));
  // Pages that the phone keeps for a dead spot are of whoever was logged in.
  const dropPages = async () => { for (const name of await caches.keys()) if (name.startsWith("field-pages-")) await caches.delete(name); };
  if (window.caches) {
    if (login && !body.dataset.user) dropPages();
    document.querySelectorAll("form[data-forget-all]").forEach((form) => form.addEventListener("submit", () => { dropPages(); }));
  }

  if (refused) refused.focus();
})();
