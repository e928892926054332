/* Names of units, placed without overlap: upper levels first, then larger units first.
 *
 * map.labels.create(pane) -> {layer, sets, tokens, redraw()}
 * sets: [{level, geometry, names, ranges}…] upper level first; names as in data.js, ranges [[first, end)…] or null.
 * A name is drawn where its unit is wide enough for it and no name of more weight is in the way. The element of the
 * layer carries data-labels, the number of names drawn.
 */
(function () {
  const map = ((window.jingwei ??= {}).map ??= {});
  const SIZES = [16, 14, 14];
  const MAX = 400;

  function fits(taken, box) {
    return taken.every((t) => box[0] > t[2] || box[2] < t[0] || box[1] > t[3] || box[3] < t[1]);
  }

  function* indices(set) {
    for (const [from, to] of set.ranges || [[0, set.geometry.cells]]) for (let c = from; c < to; c++) yield c;
  }

  /** Units of one set that are in the frame and wide enough, largest first. */
  function candidates(frame, set, size) {
    const v = frame.view(set.geometry);
    const out = [];
    for (const c of indices(set)) {
      const name = set.names.names[c];
      if (!name) continue;
      const [w, h] = map.geometry.extent(set.geometry, v, c);
      if (w < 1.6 * size || h < size) continue;
      const [x, y] = frame.place(set.names.lon[c], set.names.lat[c]);
      if (x < 0 || y < 0 || x > frame.width || y > frame.height) continue;
      out.push({ name, x, y, w, area: w * h });
    }
    return out.sort((a, b) => b.area - a.area).slice(0, MAX);
  }

  function write(ctx, tokens, label, night) {
    ctx.strokeStyle = tokens[night ? "surface-0" : "surface-1"];
    ctx.lineWidth = 3;
    ctx.globalAlpha = 0.85;
    ctx.strokeText(label.name, label.x, label.y);
    ctx.globalAlpha = 1;
    ctx.fillStyle = tokens["text-1"];
    ctx.fillText(label.name, label.x, label.y);
  }

  function draw(ctx, frame, state) {
    if (!state.tokens) return;
    const taken = [];
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.lineJoin = "round";
    state.sets.forEach((set, rank) => {
      const size = SIZES[Math.min(rank, SIZES.length - 1)];
      ctx.font = `${rank === 0 ? 500 : 400} ${size}px ${state.tokens.font}`;
      for (const label of candidates(frame, set, size)) {
        const width = ctx.measureText(label.name).width;
        if (width > label.w * (rank === 0 ? 1.25 : 0.6)) continue;
        const box = [label.x - width / 2 - 4, label.y - size / 2 - 3, label.x + width / 2 + 4, label.y + size / 2 + 3];
        if (!fits(taken, box)) continue;
        taken.push(box);
        write(ctx, state.tokens, label, state.night);
      }
    });
    state.layer.getElement().dataset.labels = taken.length;
  }

  map.labels = {
    create(pane) {
      const state = { sets: [], tokens: null, night: true };
      state.layer = map.overlay.create({ pane, padding: 0.15, draw: (ctx, frame) => draw(ctx, frame, state) });
      state.layer.getElement = () => state.layer._container;
      state.redraw = () => state.layer.redraw();
      return state;
    },
  };
})();
