// What every page does: tick the clocks, open the drawer, keep what was typed, shortcuts.
(() => {
  "use strict";
  const body = document.body;
  const ahead = Date.parse(body.dataset.now) - Date.now();
  const now = () => Date.now() + ahead;
  const english = document.documentElement.lang.startsWith("en");

  const much = (ms) => {
    let m = Math.floor(ms / 60000);
    if (m < 60) return english ? `${m} min` : `${m}分钟`;
    let h = Math.floor(m / 60); m %= 60;
    const mm = String(m).padStart(2, "0");
    if (h < 24) return english ? `${h} h ${mm} min` : `${h}小时${mm}分`;
    const d = Math.floor(h / 24); h %= 24;
    return english ? `${d} d ${h} h` : `${d}天${h}小时`;
  };
  const tick = () => {
    const t = now();
    document.querySelectorAll(".countdown[data-deadline]").forEach((badge) => {
      const deadline = Date.parse(badge.dataset.deadline), amber = Date.parse(badge.dataset.amber);
      const over = t > deadline + 999;
      const stage = over ? "red" : t >= amber ? "amber" : "green";
      badge.className = `countdown stage-${stage}`;
      const text = (over ? body.dataset.over : body.dataset.left).replace("%(much)s", much(Math.abs(deadline - t)));
      const place = badge.querySelector(".countdown-text");
      if (place.textContent !== text) place.textContent = text;
    });
    document.querySelectorAll("[data-clock]").forEach((el) => {
      el.textContent = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hour12: false }).format(new Date(t)).replace("/", "-");
    });
  };
  tick();
  setInterval(tick, 5000);
  document.addEventListener("htmx:afterSwap", tick);

  // The drawer: a native dialog, so that focus is kept in it and goes back after it.
  const drawer = document.getElementById("drawer");
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-drawer]");
    if (link && drawer && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      const answer = await fetch(link.href, { headers: { "HX-Request": "true", "X-Drawer": "1" } });
      if (answer.status === 401) { location.reload(); return; }
      const content = document.getElementById("drawer-content");
      content.innerHTML = await answer.text();
      window.htmx.process(content);
      drawer.showModal();
      drawer.scrollTop = 0;
      tick();
    }
    if (event.target === drawer || event.target.closest("[data-close]")) drawer.close();
    const toggle = event.target.closest("[data-toggle-side]");
    const side = document.getElementById("side");
    if (toggle) { const open = side.classList.toggle("open"); toggle.setAttribute("aria-expanded", String(open)); }
    else if (side && side.classList.contains("open") && !event.target.closest("#side")) side.classList.remove("open");
    const all = event.target.closest("[data-check-all]");
    if (all) document.querySelectorAll(`input[name="${all.dataset.checkAll}"]`).forEach((box) => { box.checked = all.checked; });
  });

  // Keys: / finds, n takes up a case, g and a letter goes somewhere.
  let going = false;
  document.addEventListener("keydown", (event) => {
    if (event.target.matches("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/") { const find = document.querySelector("[data-key='/']"); if (find) { event.preventDefault(); find.focus(); find.select(); } }
    if (going) { const link = document.querySelector(`[data-go="${event.key}"]`); going = false; if (link) link.click(); return; }
    if (event.key === "g") { going = true; setTimeout(() => { going = false; }, 1200); }
    const one = document.querySelector(`[data-press="${event.key}"]`);
    if (one) { event.preventDefault(); one.click(); }
  });

  // A form is sent once; what was typed survives an expired login, a lost connection and "back".
  const nameOf = (form) => `kept:${location.pathname}:${form.id}`;
  document.querySelectorAll("form[data-keep]").forEach((form) => {
    const name = nameOf(form);
    const kept = JSON.parse(sessionStorage.getItem(name) || "null");
    if (kept && !form.querySelector(".error-summary")) {
      for (const [key, value] of Object.entries(kept)) {
        const field = form.elements[key];
        if (!field || key === "csrfmiddlewaretoken") continue;
        if (field instanceof RadioNodeList) field.value = value;
        else if (field.type === "checkbox") field.checked = value;
        else if (!field.value || field.type === "hidden") field.value = value;
      }
    }
    form.addEventListener("input", () => {
      const found = {};
      for (const field of form.elements) {
        if (!field.name || field.type === "password" || field.type === "file" || field.name === "csrfmiddlewaretoken") continue;
        if (field.type === "radio") { if (field.checked) found[field.name] = field.value; }
        else found[field.name] = field.type === "checkbox" ? field.checked : field.value;
      }
      sessionStorage.setItem(name, JSON.stringify(found));
    });
    form.querySelectorAll("[data-forget]").forEach((b) => b.addEventListener("click", () => sessionStorage.removeItem(name)));
  });
  document.querySelectorAll("[data-done]").forEach((el) => {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(`kept:${el.dataset.done}`)) sessionStorage.removeItem(key);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(() => form.querySelectorAll("button").forEach((b) => { b.disabled = true; }), 0);
    setTimeout(() => { delete form.dataset.sent; form.querySelectorAll("button").forEach((b) => { b.disabled = false; }); }, 8000);
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  const wrong = document.querySelector(".error-summary");
  if (wrong) wrong.focus();
  document.querySelectorAll("[data-auto-submit]").forEach((el) => el.addEventListener("change", () => el.form.requestSubmit()));
})();
