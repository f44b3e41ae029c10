// Lists: choosing rows, filters that act at once, filters kept under a name.
(() => {
  "use strict";
  const body = document.body;

  // Choosing rows: all, one, or with Shift from the last one to this one.
  let last = null;
  const boxes = (form) => [...form.querySelectorAll("tbody input[type=checkbox]")];
  const count = (form) => {
    const all = boxes(form), chosen = all.filter((b) => b.checked);
    all.forEach((b) => b.closest("tr").classList.toggle("chosen", b.checked));
    const top = form.querySelector("[data-check-all]");
    if (top) {
      top.checked = all.length > 0 && chosen.length === all.length;
      top.indeterminate = chosen.length > 0 && chosen.length < all.length;
    }
    form.querySelectorAll("[data-chosen]").forEach((el) => { el.textContent = chosen.length; });
    form.querySelectorAll(".bulk").forEach((bar) => bar.classList.toggle("bulk-on", chosen.length > 0));
    form.querySelectorAll(".bulk button:not([data-held])").forEach((b) => { b.disabled = chosen.length === 0; });
  };
  const forms = () => [...document.querySelectorAll("[data-check-all]")].map((top) => top.closest("form") || top.closest("table"));
  document.addEventListener("click", (event) => {
    const top = event.target.closest("[data-check-all]");
    const form = event.target.closest("form") || event.target.closest("table");
    if (!form || !form.querySelector("[data-check-all]")) return;
    if (top) boxes(form).forEach((b) => { b.checked = top.checked; });
    else if (event.target.matches("tbody input[type=checkbox]")) {
      const all = boxes(form), here = all.indexOf(event.target), there = all.indexOf(last);
      if (event.shiftKey && there >= 0) {
        all.slice(Math.min(here, there), Math.max(here, there) + 1).forEach((b) => { b.checked = event.target.checked; });
      }
      last = event.target;
    } else return;
    count(form);
  });
  forms().forEach(count);
  window.addEventListener("pageshow", () => forms().forEach(count));

  document.addEventListener("change", (event) => {
    const field = event.target.closest("[data-auto-submit]");
    if (field && field.form) field.form.requestSubmit();
  });

  // Filters kept under a name: on this device, for this person and page. What is typed freely may
  // be someone's name or number and is not kept.
  document.querySelectorAll("[data-saved-filters]").forEach((menu) => {
    const form = menu.closest("form");
    const key = `filters:${body.dataset.user || ""}:${location.pathname}`;
    const kept = () => JSON.parse(localStorage.getItem(key) || "[]");
    const list = menu.querySelector("ul"), name = menu.querySelector("input"), empty = menu.querySelector("[data-none]");
    const show = () => {
      list.replaceChildren(...kept().map((one) => {
        const item = document.createElement("li"), link = document.createElement("a"), drop = document.createElement("button");
        link.href = `?${one.query}`;
        link.textContent = one.name;
        drop.type = "button";
        drop.className = "quiet";
        drop.textContent = "×";
        drop.setAttribute("aria-label", `${menu.dataset.remove} ${one.name}`);
        drop.addEventListener("click", (event) => {
          event.stopPropagation();
          localStorage.setItem(key, JSON.stringify(kept().filter((k) => k.name !== one.name)));
          show();
          name.focus();
        });
        item.append(link, drop);
        return item;
      }));
      empty.hidden = kept().length > 0;
    };
    const keep = () => {
      const said = name.value.trim();
      if (!said) { name.focus(); return; }
      const query = new URLSearchParams();
      for (const field of form.elements) {
        if (!field.name || !field.value || !field.matches("select, [type=checkbox], [type=radio], [type=date], [type=month]")) continue;
        if (field.matches("[type=checkbox], [type=radio]") && !field.checked) continue;
        query.append(field.name, field.value);
      }
      localStorage.setItem(key, JSON.stringify([...kept().filter((k) => k.name !== said), { name: said, query: query.toString() }]));
      name.value = "";
      show();
    };
    menu.querySelector("[data-save-filter]").addEventListener("click", keep);
    name.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); keep(); } });
    show();
  });

  document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) window.print(); });
})();
