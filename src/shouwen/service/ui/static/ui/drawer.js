// The drawer, and the menu on a narrow page. A link with data-drawer opens what it leads to at the
// side; with Ctrl, or where there is no drawer, it is a link like any other. The drawer is a native
// dialog: focus stays in it, Esc closes it, and focus goes back to where it was.
(() => {
  "use strict";
  const drawer = document.getElementById("drawer");
  const content = document.getElementById("drawer-content");
  const side = document.getElementById("side");
  let asked = 0;

  const open = async (link) => {
    const mine = ++asked;
    link.setAttribute("aria-busy", "true");
    let answer;
    try {
      answer = await fetch(link.href, { headers: { "HX-Request": "true", "X-Drawer": "1" } });
    } catch {
      // No network: the browser says so better than we could.
      location.href = link.href;
      return;
    } finally {
      link.removeAttribute("aria-busy");
    }
    if (mine !== asked) return;
    // An expired login, or nothing to be shown: the page itself says what is the matter.
    if (!answer.ok || answer.redirected) { location.href = link.href; return; }
    content.innerHTML = await answer.text();
    window.htmx.process(content);
    if (!drawer.open) drawer.showModal();
    drawer.scrollTop = 0;
    const title = content.querySelector("h1, h2");
    if (title) { title.tabIndex = -1; title.focus({ preventScroll: true }); }
    document.dispatchEvent(new CustomEvent("ui:shown", { detail: content }));
  };

  const show = (yes) => {
    side.classList.toggle("open", yes);
    document.querySelectorAll("[data-toggle-side]").forEach((b) => b.setAttribute("aria-expanded", String(yes)));
    if (yes) side.querySelector("a").focus();
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-drawer]");
    if (link && drawer && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
      event.preventDefault();
      open(link);
    }
    if (drawer && (event.target === drawer || event.target.closest("[data-close]"))) drawer.close();
    if (!side) return;
    const toggle = event.target.closest("[data-toggle-side]");
    if (toggle) show(!side.classList.contains("open"));
    else if (side.classList.contains("open") && !event.target.closest("#side")) show(false);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (side && side.classList.contains("open")) {
      show(false);
      document.querySelector("[data-toggle-side]").focus();
    }
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });

  // A small menu closes when one looks elsewhere.
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
})();
