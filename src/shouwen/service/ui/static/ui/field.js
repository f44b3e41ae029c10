// The technician's phone in a dead spot: steps are kept and sent in order when there is network.
// Each carries its own id and instant, so that one sent twice is done once.
(() => {
  "use strict";
  const KEY = "steps-to-send";
  const net = document.querySelector("[data-net]");
  const steps = () => JSON.parse(localStorage.getItem(KEY) || "[]");
  const keep = (list) => { localStorage.setItem(KEY, JSON.stringify(list)); show(); };
  const show = () => {
    if (!net) return;
    const waiting = steps().length;
    net.textContent = !navigator.onLine ? net.dataset.offline : waiting ? `${waiting} ${net.dataset.waiting}` : "";
  };
  const ahead = Date.parse(document.body.dataset.now) - Date.now();

  let sending = false;
  const send = async () => {
    if (sending) return;
    sending = true;
    try {
      for (let list = steps(); list.length; list = steps()) {
        const step = list[0];
        let answer;
        try {
          answer = await fetch(step.url, { method: "POST", body: new URLSearchParams(step.fields), headers: { "X-Step": "1", "X-CSRFToken": step.fields.csrfmiddlewaretoken } });
        } catch { break; }
        if (answer.status >= 500 || answer.status === 401 || answer.status === 429) break;
        keep(steps().slice(1));
        const said = await answer.json().catch(() => ({}));
        if (said.error) { sessionStorage.setItem("step-refused", said.error); }
        if (steps().length === 0) location.href = said.next || location.href;
      }
    } finally { sending = false; show(); }
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-step]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const fields = Object.fromEntries(new FormData(form, event.submitter));
    fields.uid = crypto.randomUUID();
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
  window.addEventListener("online", send);
  window.addEventListener("offline", show);
  show();
  send();

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
