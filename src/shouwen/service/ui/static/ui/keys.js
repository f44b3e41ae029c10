// Keys: / finds, n takes up a case, g and a letter goes somewhere, ? helps. A page may give a link
// or a button a key of its own: data-press="a".
(() => {
  "use strict";
  const PATIENCE = 1500;
  let going = 0;

  const typing = (element) => element.isContentEditable
    || element.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit])");

  const by = (attribute, key) => document.querySelector(`[${attribute}="${CSS.escape(key)}"]`);

  document.addEventListener("keydown", (event) => {
    // Chinese is typed by composing; what is composed is no command.
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!(event.target instanceof Element) || typing(event.target)) return;
    const drawer = document.getElementById("drawer");
    if (drawer && drawer.open) return;

    if (Date.now() - going < PATIENCE) {
      going = 0;
      const link = by("data-go", event.key);
      if (link) { event.preventDefault(); link.click(); }
      return;
    }
    if (event.key === "g") { going = Date.now(); return; }
    const find = event.key === "/" && document.querySelector("[data-key='/']");
    if (find) { event.preventDefault(); find.focus(); find.select(); return; }
    const wanted = by("data-press", event.key)
      || ((event.key === "n" || event.key === "?") && by("data-go", event.key));
    if (wanted) { event.preventDefault(); wanted.click(); }
  });
})();
