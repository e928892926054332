/* jingwei.whole() tells whether all of the page is on screen: no skeleton, nothing asked for that is not taken yet (Dash
 * marks it, also where what it is for is no element, as a map's model), maps and charts drawn. Whoever takes a picture
 * of a page, or shows it in the place of another, waits for it.
 *
 * jingwei.broken() tells whether a script did not come, such as that of charts: what it was to draw stays empty until
 * the page is loaded anew.
 */
(function () {
  const PENDING = ".bone, .panel.is-loading, [data-map=busy], ._dash-loading-callback, ._dash-loading";
  const SHOWN = ".panel, .document, .stage-missing";

  const jingwei = (window.jingwei ??= {});
  const ours = (e) => e instanceof HTMLScriptElement && e.src.startsWith(`${location.origin}/`);
  let broken = false;

  addEventListener("error", ({ target }) => (broken ||= ours(target)), true);
  jingwei.broken = () => broken;

  jingwei.whole = () => {
    const maps = [...document.querySelectorAll(".map-stage > div:first-child .jw-map")];
    const charts = [...document.querySelectorAll(".chart")];
    const pictures = [...document.querySelectorAll(".panel img:not(.leaflet-container *)")];
    return (
      !broken &&
      document.querySelector(SHOWN) !== null &&
      charts.every((chart) => chart.querySelector(".main-svg")) &&
      pictures.every((picture) => picture.complete) &&
      document.querySelector(PENDING) === null &&
      !document.querySelector(".jw-cells")?.getAnimations({ subtree: true }).length &&
      (!document.querySelector(".cell-map") || maps.every((map) => map.dataset.map === "ready"))
    );
  };
})();
