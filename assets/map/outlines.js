/* Outlines to set beside the unit: a part of the map (controller.js) that draws model.outlines.
 *
 * outlines: [{key, borders: [{role: "scope" | "parent" | "sibling", cells: url, ranges: [[first, end)…]}…]}…]
 * The scope is dotted, the parent in long dashes, siblings in short ones. The pane's element carries data-outlines, the
 * number of outlines drawn.
 */
(function () {
  const map = ((window.jingwei ??= {}).map ??= {});
  const PANE = "jw-borders";
  const STROKES = {
    sibling: { colour: "text-2", width: 1.2, alpha: 0.85, dash: [3, 4] },
    parent: { colour: "text-1", width: 1.6, alpha: 0.95, dash: [14, 7] },
    scope: { colour: "text-1", width: 2.4, alpha: 0.95, dash: [0.1, 5] },
  };
  const ORDER = Object.keys(STROKES);

  async function loaded({ role, cells, ranges }) {
    const geometry = await map.data.cells(cells);
    return { role, geometry, rings: map.rings.of(geometry, map.borders.outline(geometry, ranges)) };
  }

  function draw(ctx, frame, { borders, tokens }) {
    if (!tokens) return;
    ctx.lineJoin = ctx.lineCap = "round";
    for (const { role, geometry, rings } of borders) {
      const { colour, width, alpha, dash } = STROKES[role];
      ctx.beginPath();
      map.rings.path(ctx, geometry, frame.view(geometry), rings);
      ctx.setLineDash(dash);
      ctx.globalAlpha = alpha;
      ctx.strokeStyle = tokens[colour];
      ctx.lineWidth = width;
      ctx.stroke();
    }
    ctx.setLineDash([]);
    ctx.globalAlpha = 1;
  }

  function create({ map: leaflet }) {
    const removePane = map.overlay.pane(leaflet, PANE, 405);
    const state = { borders: [], tokens: null, wanted: "[]", dead: false };
    const layer = map.overlay.create({ pane: PANE, draw: (ctx, frame) => draw(ctx, frame, state) });
    layer.addTo(leaflet);

    async function set(model) {
      const all = (model.outlines || []).flatMap(({ borders }) => borders);
      const wanted = JSON.stringify(all);
      if (wanted === state.wanted) return;
      state.wanted = wanted;
      try {
        const borders = await Promise.all(all.map(loaded));
        if (state.dead || state.wanted !== wanted) return;
        state.borders = borders.sort((a, b) => ORDER.indexOf(a.role) - ORDER.indexOf(b.role));
      } catch (error) {
        state.wanted = null;
        throw error;
      }
      leaflet.getPane(PANE).dataset.outlines = state.borders.length;
      layer.redraw();
    }

    return {
      set,
      restyle(tokens) {
        state.tokens = tokens;
        layer.redraw();
      },
      remove() {
        state.dead = true;
        layer.remove();
        removePane();
      },
    };
  }

  (map.parts ??= []).push(create);
})();
