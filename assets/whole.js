/* jingwei.whole() tells whether all of the page is on screen: no skeleton, nothing being asked for, maps drawn.
 *
 * Whoever takes a picture of a page, or shows it in the place of another, waits for it.
 */
(function () {
  const PENDING = ".bone, .panel.is-loading, [data-map=busy], [data-dash-is-loading], ._dash-loading";
  const SHOWN = ".panel, .document, .stage-missing";

  (window.jingwei ??= {}).whole = () => {
    const maps = [...document.querySelectorAll(".map-stage > div:first-child .jw-map")];
    const pictures = [...document.querySelectorAll(".panel img:not(.leaflet-container *)")];
    return (
      document.querySelector(SHOWN) !== null &&
      pictures.every((picture) => picture.complete) &&
      document.querySelector(PENDING) === null &&
      !document.querySelector(".jw-cells")?.getAnimations({ subtree: true }).length &&
      (!document.querySelector(".cell-map") || maps.every((map) => map.dataset.map === "ready"))
    );
  };
})();
