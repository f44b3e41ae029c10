// All clocks of a page tick here, by the time of the service: the page says what time it is there,
// so that a wrong clock on this machine, or a time machine on that one, changes nothing.
(() => {
  "use strict";
  const body = document.body;
  const ahead = Date.parse(body.dataset.now) - Date.now();
  const english = document.documentElement.lang.startsWith("en");

  const much = (ms) => {
    let minutes = Math.floor(ms / 60000);
    if (minutes < 60) return english ? `${minutes} min` : `${minutes}分钟`;
    let hours = Math.floor(minutes / 60);
    minutes = String(minutes % 60).padStart(2, "0");
    if (hours < 24) return english ? `${hours} h ${minutes} min` : `${hours}小时${minutes}分`;
    const days = Math.floor(hours / 24);
    hours %= 24;
    return english ? `${days} d ${hours} h` : `${days}天${hours}小时`;
  };

  const face = new Intl.DateTimeFormat("zh-CN", {
    timeZone: body.dataset.zone || "Asia/Shanghai",
    month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hour12: false,
  });

  const tick = () => {
    const now = Date.now() + ahead;
    document.querySelectorAll(".countdown[data-deadline]").forEach((badge) => {
      const deadline = Date.parse(badge.dataset.deadline);
      const amber = Date.parse(badge.dataset.amber);
      // A deadline is kept in its very second.
      const over = now > deadline + 999;
      badge.classList.remove("stage-green", "stage-amber", "stage-red");
      badge.classList.add(over ? "stage-red" : now >= amber ? "stage-amber" : "stage-green");
      const said = (over ? body.dataset.over : body.dataset.left)
        .replace("%(much)s", much(Math.abs(deadline - now)));
      const place = badge.querySelector(".countdown-text");
      if (place.textContent !== said) place.textContent = said;
    });
    document.querySelectorAll("[data-clock]").forEach((place) => {
      const said = face.format(new Date(now)).replace("/", "-");
      if (place.textContent !== said) place.textContent = said;
    });
  };

  tick();
  setInterval(tick, 5000);
  document.addEventListener("htmx:afterSwap", tick);
  document.addEventListener("ui:shown", tick);
})();

// Why a clock says what it says: on a click, with Enter, or when the mouse rests on it.
(() => {
  "use strict";
  const place = (panel, badge) => {
    const at = badge.getBoundingClientRect(), size = panel.getBoundingClientRect();
    const below = at.bottom + 6 + size.height < innerHeight;
    panel.style.left = `${Math.max(12, Math.min(at.right - size.width, innerWidth - size.width - 12))}px`;
    panel.style.top = `${below ? at.bottom + 6 : Math.max(12, at.top - size.height - 6)}px`;
  };
  const badgeOf = (panel) => document.querySelector(`[popovertarget="${panel.id}"]`);
  document.addEventListener("toggle", (event) => {
    if (event.target.matches && event.target.matches(".why") && event.newState === "open") place(event.target, badgeOf(event.target));
  }, true);
  let resting = 0;
  document.addEventListener("pointerover", (event) => {
    const badge = event.pointerType === "mouse" && event.target.closest("button.countdown");
    if (!badge) return;
    clearTimeout(resting);
    resting = setTimeout(() => {
      const panel = document.getElementById(badge.getAttribute("popovertarget"));
      if (panel && !panel.matches(":popover-open")) { panel.showPopover(); place(panel, badge); panel.dataset.hover = "1"; }
    }, 350);
  });
  document.addEventListener("pointerout", (event) => {
    const badge = event.target.closest && event.target.closest("button.countdown");
    if (!badge) return;
    clearTimeout(resting);
    const panel = document.getElementById(badge.getAttribute("popovertarget"));
    // It stays while the mouse is on it: one may want to read, or to copy.
    if (panel && panel.dataset.hover && !panel.contains(event.relatedTarget)) { delete panel.dataset.hover; panel.hidePopover(); }
  });
  window.addEventListener("scroll", () => {
    document.querySelectorAll(".why:popover-open").forEach((panel) => place(panel, badgeOf(panel)));
  }, { passive: true, capture: true });
})();
