/* The card of a place: Escape closes it, its link copies the address that leads back to it. */
(function () {
  const OVER = ".drawer-body, details.menu[open], .jw-drawing";
  const SHOWN = 2000;

  /** Before others act on the same key: what lies over the card, or is being marked, is ended first. */
  function onKey(event) {
    const close = document.querySelector(".place-card .close");
    if (event.key !== "Escape" || !close || window.jingwei.typing(event.target)) return;
    if (!document.querySelector(OVER)) close.click();
  }

  /** Browsers have a clipboard only for pages that came over https. */
  async function copy(text) {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const area = Object.assign(document.createElement("textarea"), { value: text, className: "unseen" });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }

  async function onClick(event) {
    const link = event.target.closest?.("a[data-copied]");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    await copy(link.href).catch(() => null);
    link.classList.add("copied");
    setTimeout(() => link.classList.remove("copied"), SHOWN);
  }

  document.addEventListener("keydown", onKey, true);
  document.addEventListener("click", onClick, true);
})();
