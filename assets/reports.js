/* The page of reports: buttons that run a schedule now, or try a run again; runs that are open are looked at again.
 *
 * button[data-report-run=KEY] and button[data-report-again=ID] post JSON to the server; what it refuses is told in
 * .reports-told. While an element with data-open-run is on screen the panels are asked anew every two seconds.
 */
(function () {
  const LOOK = 2000;
  const ACTS = { reportRun: "/reports/run/", reportAgain: "/reports/again/" };

  /** Have every panel asked anew. */
  async function renew() {
    const answer = await fetch("/live", { cache: "no-store" }).catch(() => null);
    if (answer?.ok) window.dash_clientside.set_props("moment", { data: (await answer.json()).moment });
  }

  function tell(text) {
    const place = document.querySelector(".reports-told");
    if (place) place.textContent = text;
  }

  async function press(button, name) {
    button.disabled = true;
    const options = { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" };
    const answer = await fetch(ACTS[name] + encodeURIComponent(button.dataset[name]), options).catch(() => null);
    const told = await answer?.json().catch(() => null);
    button.disabled = false;
    const lang = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
    tell(answer?.ok ? "" : (told?.error?.[lang] ?? ""));
    await renew();
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button[data-report-run], button[data-report-again]");
    if (button) press(button, button.dataset.reportRun ? "reportRun" : "reportAgain");
  });
  setInterval(() => document.querySelector("[data-open-run]") && renew(), LOOK);
})();
