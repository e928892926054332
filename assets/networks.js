/* The networks' pages: boxes that narrow a list, and the form that corrects a mapping.
 *
 * An input[data-narrows=NAME] writes what is typed into the address under NAME, a moment after the last letter. A
 * button[data-act] of form.mapping tells the server the act and the form's values: the store "remapping" is asked for,
 * once a press; buttons rest until the answer is there.
 */
(function () {
  const CALM = 350;
  let waiting = null;

  function narrow(event) {
    const box = event.target.closest?.("input[data-narrows]");
    if (!box) return;
    clearTimeout(waiting);
    const go = () => window.jingwei.nav.to(window.jingwei.nav.but(location.href, { [box.dataset.narrows]: box.value, skip: "" }), true);
    waiting = setTimeout(go, event.type === "search" ? 0 : CALM);
  }

  function act(event) {
    const button = event.target.closest?.("form.mapping [data-act]");
    if (!button) return;
    event.preventDefault();
    const form = button.closest("form");
    const values = Object.fromEntries(new FormData(form));
    for (const one of form.querySelectorAll("[data-act]")) one.disabled = true;
    window.dash_clientside.set_props("remapping", { data: { act: button.dataset.act, feed: form.dataset.feed, values, stamp: Date.now() } });
  }

  /** What came is drawn: the buttons may be pressed again. */
  function rest() {
    const told = document.querySelector("#remapped")?.firstElementChild;
    if (told === answered) return;
    answered = told;
    for (const one of document.querySelectorAll("form.mapping [data-act]")) one.disabled = false;
  }
  let answered = null;

  document.addEventListener("input", narrow);
  document.addEventListener("search", narrow, true);
  document.addEventListener("click", act);
  document.addEventListener("submit", (event) => event.target.matches("form.mapping") && event.preventDefault());
  new MutationObserver(rest).observe(document.documentElement, { childList: true, subtree: true });
})();
