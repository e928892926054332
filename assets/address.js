/* The address is the View: links inside the app are followed without loading the page, and what the server says the
 * full address, language, theme and title are is taken over. Also the small clientside functions of callbacks.
 *
 * jingwei.typing(element) is whether what is pressed in it is written there, and so is no command to the page.
 */
(function () {
  const jingwei = (window.jingwei ??= {});
  const root = document.documentElement;
  const YEAR = 31536000;
  const WRITTEN_IN = "input:not([type=range]), textarea, select, [contenteditable]";
  let [title, taken] = [null, {}];

  function follow(event) {
    const link = event.target.closest && event.target.closest("a[href^='/']");
    if (!link || link.target || link.hasAttribute("download") || event.defaultPrevented || event.button) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    for (const open of document.querySelectorAll("details.menu[open]")) open.open = false;
    jingwei.nav.to(link.getAttribute("href"));
  }

  function keep(name, value) {
    document.cookie = `${name}=${value}; path=/; max-age=${YEAR}; samesite=lax`;
  }

  function closeOutside(event) {
    for (const open of document.querySelectorAll("details.menu[open]")) {
      if (!open.contains(event.target)) open.open = false;
    }
  }

  function onKey(event) {
    if (event.key === " " && event.target.matches('[role="switch"]')) {
      event.preventDefault();
      event.target.click();
    }
    if (event.key === "n" && !jingwei.typing(event.target) && !(event.ctrlKey || event.metaKey || event.altKey)) now();
    if (event.key !== "Escape") return;
    closeOutside({ target: null });
    const close = document.querySelector(".drawer-body .close");
    if (close) close.click();
  }

  /** Back to now, from wherever the address is by now: play stops first, as else it would lead to the past again. */
  function now() {
    window.dispatchEvent(new Event("jingwei:now"));
    const { nav } = jingwei;
    const past = new URLSearchParams(location.search).has("as_of");
    if (past) nav.to(nav.but(location.href, { as_of: "", since: "" }));
  }

  /** Dash names the document after its page, at any moment; the View's title comes back each time. */
  function name() {
    if (title && document.title !== title) document.title = title;
  }

  /** Whether the address that was asked about is not here any more, neither as it was nor as it was taken over. */
  const left = (asked) => asked !== location.href && !(asked === taken.asked && location.href === taken.href);

  /** The theme of the address or of this browser, before the server is asked; night where neither has one. */
  function dress() {
    const [, kept] = document.cookie.match(/(?:^|; )theme=(\w+)/) || [];
    const asked = new URLSearchParams(location.search).get("theme");
    root.dataset.theme = (asked || kept) === "paper" ? "paper" : "night";
  }

  jingwei.typing = (element) => Boolean(element?.closest?.(WRITTEN_IN));
  dress();
  new MutationObserver(name).observe(document.head, { childList: true, subtree: true });
  document.addEventListener("click", follow);
  document.addEventListener("click", closeOutside);
  document.addEventListener("keydown", onKey);

  Object.assign(((window.dash_clientside ??= {}).jingwei ??= {}), {
    same: (value) => value,
    nothing: () => null,
    take_explained: (answer) => (left(answer?.asked) ? window.dash_clientside.no_update : answer.drawer),
    take_address(address) {
      if (!address || left(address.asked)) return window.dash_clientside.no_update;
      root.lang = address.lang === "zh" ? "zh-CN" : "en";
      root.dataset.theme = address.theme;
      root.toggleAttribute("data-past", address.past);
      title = address.title;
      name();
      keep("lang", address.lang);
      keep("theme", address.theme);
      if (address.url && address.url !== location.pathname + location.search) {
        history.replaceState(history.state, "", address.url);
      }
      taken = { asked: address.asked, href: location.href };
      return window.dash_clientside.no_update;
    },
  });
})();
