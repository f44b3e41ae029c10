// The technician's phone in a dead spot: steps are kept and sent in order when there is network.
// Each carries its own id and instant, so that one sent twice is done once.
(() => {
  "use strict";
  // Of this person: who logs in after them on the same phone must not send them as their own.
  const KEY = `steps-to-send:${document.body.dataset.user}`;
  const net = document.querySelector("[data-net]");
  const steps = () => JSON.parse(localStorage.getItem(KEY) || "[]");
  const keep = (list) => { localStorage.setItem(KEY, JSON.stringify(list)); show(); };
  const show = () => {
    if (!net) return;
    const waiting = steps().length;
    // A page that the service worker had kept says of when it is.
    const { kept, zone } = document.body.dataset;
    const time = kept && new Date(kept).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", timeZone: zone });
    net.textContent = [
      kept ? net.dataset.asOf.replace("%(time)s", time) : "",
      waiting ? `${waiting} ${net.dataset.waiting}` : "",
      navigator.onLine ? "" : net.dataset.offline,
    ].filter(Boolean).join(" · ");
  };
  const ahead = Date.parse(document.body.dataset.now) - Date.now();
  // The token against forgery is that of the page as it is now: a kept one goes stale with a login.
  const token = () => (document.querySelector("[name=csrfmiddlewaretoken]") || {}).value || JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];

  // A page that is being left is not loaded anew: that would undo the tap by which it is left.
  let leaving = 0;
  window.addEventListener("beforeunload", () => { leaving = Date.now(); });
  const fresh = () => { if (Date.now() - leaving > 15000) location.reload(); };

  let sending = false, again = false;
  const send = async () => {
    // Asked for while one is under way, which may just be failing: once more after it.
    if (sending) { again = true; return; }
    if (!steps().length) return;
    sending = true;
    again = false;
    try {
      for (let list = steps(); list.length; list = steps()) {
        const step = list[0];
        let answer;
        try {
          answer = await fetch(step.url, { method: "POST", body: new URLSearchParams({ ...step.fields, csrfmiddlewaretoken: token() }), headers: { "X-Step": "1", "X-CSRFToken": token() } });
        } catch { break; }
        if (answer.status >= 500 || answer.status === 429) break;
        // The token of a kept page may be that of a login before; a fresh page has the right one.
        if (answer.status === 403 && document.body.dataset.kept) { fresh(); return; }
        // Not logged in any more: the step stays until someone has logged in, who comes back here.
        if (answer.redirected || answer.status === 401) {
          const asked = Number(sessionStorage.getItem("asked-to-log-in"));
          if (Date.now() - asked < 60000) break;
          sessionStorage.setItem("asked-to-log-in", Date.now());
          fresh();
          return;
        }
        const said = await answer.json().catch(() => ({ error: `${net ? net.dataset.refused : ""} (${answer.status})` }));
        keep(steps().slice(1));
        if (said.error) sessionStorage.setItem("step-refused", said.error);
        if (steps().length === 0) location.href = said.next || location.href;
      }
    } finally {
      sending = false;
      show();
      if (again) send();
    }
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-step]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const fields = Object.fromEntries(new FormData(form, event.submitter));
    fields.uid = window.newMark();
    delete fields.csrfmiddlewaretoken;
    fields.at = new Date(Date.now() + ahead).toISOString();
    keep([...steps(), { url: form.action, fields }]);
    form.querySelectorAll("button").forEach((b) => { b.disabled = true; });
    form.classList.add("kept");
    send();
  }, true);
  const refused = sessionStorage.getItem("step-refused");
  if (refused) {
    sessionStorage.removeItem("step-refused");
    const box = document.createElement("div");
    box.className = "message message-error"; box.setAttribute("role", "alert"); box.textContent = refused;
    document.getElementById("messages").append(box);
  }
  window.addEventListener("online", () => {
    if (document.body.dataset.kept && !steps().length) fresh();
    else send();
  });
  window.addEventListener("offline", show);
  // A network that is there and carries nothing tells nobody when it is back.
  setInterval(send, 30000);
  show();
  send();
  // Only where people come by HTTPS, or on this machine.
  if (navigator.serviceWorker && net && net.dataset.worker) navigator.serviceWorker.register(net.dataset.worker);

  // The customer's signature, as a path in a box of 600 × 200.
  document.querySelectorAll("canvas[data-pad]").forEach((canvas) => {
    const box = canvas.getBoundingClientRect();
    canvas.width = box.width; canvas.height = box.height;
    const pad = new window.SignaturePad(canvas, { penColor: "#1b2733" });
    const field = document.getElementById(canvas.dataset.pad);
    pad.addEventListener("endStroke", () => {
      const sx = 600 / canvas.width, sy = 200 / canvas.height;
      field.value = pad.toData().map((stroke) => stroke.points.map((p, i) => `${i ? "L" : "M"}${Math.round(p.x * sx)} ${Math.round(p.y * sy)}`).join("")).join("");
    });
    document.querySelectorAll("[data-clear-pad]").forEach((b) => b.addEventListener("click", () => { pad.clear(); field.value = ""; }));
  });
})();
