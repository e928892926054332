/* Keeps the map on what the model wants to be seen.
 *
 * map.fit.create(leaflet, aimed) -> {set(bounds, key), again(), remove()}: goes to the bounds when the key changes: at once the
 * first time, flying later. While nobody has moved the map since, it fits again when its container changes size.
 * aimed({center, zoom}) is told each time where the map is going.
 */
(function () {
  const map = ((window.jingwei ??= {}).map ??= {});
  const TOP_LEFT = [12, 30];
  const ALONE = 12;
  const BOTTOM_RIGHT = [94, 70].flatMap((bottom) => [180, 96, ALONE].map((right) => [right, bottom]));

  /**
   * Room is left for the layer control at the right and a second legend below, as far as it costs no zoom; none where
   * two maps stand side by side, which show the same place; on a wall, which has no control, for the legend only.
   */
  function roomy(leaflet, bounds) {
    const box = leaflet.getContainer();
    const corners = box.closest(".stage") ? BOTTOM_RIGHT.filter(([right]) => right === ALONE) : BOTTOM_RIGHT;
    const choices = corners.map((corner) => ({ paddingTopLeft: TOP_LEFT, paddingBottomRight: corner }));
    if (box.closest(".maps")?.querySelector(".map-beside.on")) return choices.at(-1);
    const zooms = choices.map((options) => leaflet._getBoundsCenterZoom(bounds, options).zoom);
    return choices[zooms.findIndex((zoom) => zoom === Math.max(...zooms))];
  }

  map.fit = {
    create(leaflet, aimed) {
      let [bounds, key, moved] = [null, undefined, false];
      const touched = () => (moved = true);
      const box = leaflet.getContainer();
      const gestures = ["pointerdown", "wheel", "keydown"];
      gestures.forEach((name) => box.addEventListener(name, touched, { passive: true }));
      const observer = new ResizeObserver(() => {
        leaflet.invalidateSize({ pan: false });
        if (bounds && !moved) go(true);
      });
      observer.observe(box);

      function go(instant) {
        const options = roomy(leaflet, bounds);
        aimed(leaflet._getBoundsCenterZoom(bounds, options));
        if (instant) leaflet.fitBounds(bounds, { ...options, animate: false });
        else leaflet.flyToBounds(bounds, { ...options, duration: 0.6 });
      }

      function set(next, nextKey) {
        if (!next || nextKey === key) return;
        const first = bounds === null;
        [bounds, key, moved] = [next, nextKey, false];
        go(first || map.theme.calm());
      }

      /** Back to what the model wants to be seen. */
      function again() {
        moved = false;
        if (bounds) go(map.theme.calm());
      }

      function remove() {
        observer.disconnect();
        gestures.forEach((name) => box.removeEventListener(name, touched));
        leaflet.stop();
      }

      return { set, again, remove };
    },
  };
})();
