/* Keeps a reader's place while panels are drawn anew: the focus, open menus, and what was folded (details.keep).
 *
 * Dash puts new elements in the place of old ones. What had the focus is found again by its address or label. The
 * search box is never drawn anew, and may be left.
 */
(function () {
  let [focused, open] = [null, new Set()];
  const kept = new Map();

  const nameOf = (element) => element.getAttribute("href") || element.getAttribute("aria-label");
  const panelOf = (element) => element.closest && !element.closest("#finder") && element.closest(".panel, .shell-header");

  function remember(event) {
    const panel = panelOf(event.target);
    focused = panel && nameOf(event.target) ? { panel, name: nameOf(event.target) } : null;
  }

  function toggled({ target: menu }) {
    if (!menu.matches("details.menu")) return;
    const label = menu.querySelector("summary").getAttribute("aria-label");
    if (menu.open) open.add(label);
    else open.delete(label);
  }

  /** A reader's own opening and closing comes before what is drawn anew in the same breath. */
  function changed(records) {
    records.filter((record) => record.type === "attributes").forEach(toggled);
    restore();
  }

  function restore() {
    for (const menu of document.querySelectorAll("details.menu:not([open])")) {
      if (open.has(menu.querySelector("summary").getAttribute("aria-label"))) menu.open = true;
    }
    for (const part of document.querySelectorAll("details.keep")) {
      const was = kept.get(part.querySelector("summary").getAttribute("aria-label")) ?? part.open;
      if (part.open !== was) part.open = was; // What is set is told, also where it was so: there would be no end to it.
    }
    if (!focused || document.activeElement !== document.body) return;
    for (const element of focused.panel.querySelectorAll("a[href], [aria-label]")) {
      if (nameOf(element) === focused.name) return element.focus({ preventScroll: true });
    }
  }

  /** What a reader folds or unfolds stays so, however it comes from the server. */
  function fold(event) {
    const summary = event.target.closest("details.keep > summary");
    if (summary) kept.set(summary.getAttribute("aria-label"), !summary.parentElement.open);
  }

  document.addEventListener("focusin", remember);
  document.addEventListener("click", fold, true);
  document.addEventListener("pointerdown", () => (focused = null));
  const what = { childList: true, subtree: true, attributeFilter: ["open"] };
  new MutationObserver(changed).observe(document.documentElement, what);
})();
