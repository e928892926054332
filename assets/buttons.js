/* The buttons of panels: explain, close, try again. They are plain elements, told by their attributes. */
(function () {
  const tell = (id, props) => window.dash_clientside.set_props(id, props);

  /** A question is asked anew each time, so it carries when. */
  const explain = (button) => tell("drawer", { "data-asked": `${button.dataset.explain} ${Date.now()}` });
  const close = () => tell("drawer", { children: null });

  /** Where the server cannot be reached the live poll says so, and goes on asking. */
  async function again() {
    const answer = await fetch("/live", { cache: "no-store" }).catch(() => null);
    if (answer?.ok) tell("moment", { data: (await answer.json()).moment });
  }

  const ACTS = { "[data-explain]": explain, ".drawer-body .close": close, ".panel-message .again": again };

  document.addEventListener("click", (event) => {
    for (const [selector, act] of Object.entries(ACTS)) {
      const button = event.target.closest(selector);
      if (button) act(button);
    }
  });
})();
