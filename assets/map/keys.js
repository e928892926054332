/* The map by keyboard: from cell to cell, closer and farther, in and out.
 *
 * A part of the map (see controller.js). With the focus on the map: arrows go to the neighbouring cell, which is outlined
 * and told by the tooltip (and so to a screen reader); Enter goes where a click on it leads; Escape leaves it; shift and
 * arrows move the map; + and − zoom; 0 shows the whole unit; Backspace goes to the unit above.
 */
(function () {
  const map = ((window.jingwei ??= {}).map ??= {});
  const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const STEP_PX = 120;
  const EDGE_PX = 48;

  /** The shown cell nearest to `from` (pixels) on its way: sideways counts double; -1 where there is none. */
  function nearest(places, from, [dx, dy]) {
    let [best, least] = [-1, Infinity];
    for (const { cell, x, y } of places) {
      const [ax, ay] = [x - from.x, y - from.y];
      const along = ax * dx + ay * dy;
      const aside = Math.abs(ax * dy) + Math.abs(ay * dx);
      if ((dx || dy) && (along < 1 || aside > along)) continue;
      const far = (dx || dy ? along : Math.abs(ax) + Math.abs(ay)) + 2 * aside;
      if (far < least) [best, least] = [cell, far];
    }
    return best;
  }

  function create(controller) {
    const { map: leaflet, box } = controller;
    let [parts, names, cell] = [null, null, -1];

    /** Label points of the shown cells, in pixels of the container. */
    function places() {
      const ranges = parts.level.ranges || [[0, parts.geometry.cells]];
      const spot = (c) => ({ cell: c, ...leaflet.latLngToContainerPoint([names.lat[c], names.lon[c]]) });
      return ranges.flatMap(([from, to]) => Array.from({ length: to - from }, (_, i) => spot(from + i)));
    }

    async function walk(way) {
      if (!parts) return;
      const drawn = parts;
      names = await parts.names;
      if (drawn !== parts) return;
      const all = places();
      const from = all.find((place) => place.cell === cell);
      const next = from ? nearest(all, from, way) : nearest(all, leaflet.getSize().divideBy(2), [0, 0]);
      if (next < 0) return;
      cell = next;
      const spot = all.find((place) => place.cell === cell);
      leaflet.panInside([names.lat[cell], names.lon[cell]], { padding: [EDGE_PX, EDGE_PX], animate: false });
      controller.pointer.visit(cell, leaflet.latLngToContainerPoint([names.lat[spot.cell], names.lon[spot.cell]]));
    }

    function leave() {
      cell = -1;
      controller.pointer.leave();
    }

    function above() {
      const crumbs = document.querySelectorAll(".crumbs a");
      crumbs[crumbs.length - 1]?.click();
    }

    function key(event) {
      if (event.target !== box || event.ctrlKey || event.metaKey || event.altKey) return;
      const way = WAYS[event.key];
      const acts = {
        Enter: () => cell >= 0 && controller.pointer.open(cell),
        Escape: leave, Backspace: above, "+": () => leaflet.zoomIn(), "=": () => leaflet.zoomIn(),
        "-": () => leaflet.zoomOut(), 0: () => controller.fitter.again(),
      };
      const act = way ? () => (event.shiftKey ? leaflet.panBy(L.point(way).multiplyBy(STEP_PX)) : walk(way)) : acts[event.key];
      if (!act || controller.drawing) return;
      event.preventDefault();
      act();
    }

    box.tabIndex = 0;
    box.addEventListener("keydown", key);
    box.addEventListener("blur", leave);
    return {
      set() {},
      drawn(next) {
        if (parts && parts.geometry !== next.geometry) leave();
        parts = next;
      },
      remove() {
        box.removeEventListener("keydown", key);
        box.removeEventListener("blur", leave);
      },
    };
  }

  (map.parts ??= []).push(create);
})();
