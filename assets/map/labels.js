/* Names of units, placed without overlap: upper levels first, then larger units first.
 *
 * map.labels.create(pane) -> {layer, show(sets), tokens, redraw()}
 * sets: [{level, geometry, names, ranges}…] upper level first; names as in data.js, ranges [[first, end)…] or null.
 *   The same sets again draw nothing anew.
 * A name is drawn where its unit is wide enough for it and no name of more weight is in the way. The element of the
 * layer carries data-labels, the number of names drawn.
 */
(function () {
  const map = ((window.jingwei ??= {}).map ??= {});
  const SIZES = [16, 14, 14];
  const MAX = 400;
  const PIECE = 8;

  function fits(taken, box) {
    return taken.every((t) => box[0] > t[2] || box[2] < t[0] || box[1] > t[3] || box[3] < t[1]);
  }

  const within = (ranges, c) => !ranges || ranges.some(([from, to]) => c >= from && c < to);
  const widths = new WeakMap();

  /** Width of a name, measured once. */
  function widthOf(ctx, font, names, c) {
    if (widths.get(names)?.font !== font) widths.set(names, { font, of: new Float32Array(names.names.length) });
    return (widths.get(names).of[c] ||= ctx.measureText(names.names[c]).width);
  }

  /** Units of one set that are in the frame and wide enough, largest first. */
  function candidates(frame, { geometry, names, ranges }, size) {
    const v = frame.view(geometry);
    const out = [];
    for (const c of map.geometry.query(geometry, ...map.geometry.under(geometry, v, frame.width, frame.height, 0))) {
      const [w, h] = map.geometry.extent(geometry, v, c);
      if (w < 1.6 * size || h < size || !names.names[c] || !within(ranges, c)) continue;
      const [x, y] = frame.place(names.lon[c], names.lat[c]);
      if (x >= 0 && y >= 0 && x <= frame.width && y <= frame.height) out.push({ c, x, y, w, area: w * h });
    }
    return out.sort((a, b) => b.area - a.area || a.c - b.c).slice(0, MAX);
  }

  function write(ctx, tokens, name, { x, y }, night) {
    ctx.strokeStyle = tokens[night ? "surface-0" : "surface-1"];
    ctx.lineWidth = 3;
    ctx.globalAlpha = 0.85;
    ctx.strokeText(name, x, y);
    ctx.globalAlpha = 1;
    ctx.fillStyle = tokens["text-1"];
    ctx.fillText(name, x, y);
  }

  /** Draw the names, some at a time. */
  function* draw(ctx, frame, state) {
    if (!state.tokens) return;
    const taken = [];
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.lineJoin = "round";
    for (const [rank, set] of state.sets.entries()) {
      const size = SIZES[Math.min(rank, SIZES.length - 1)];
      const font = (ctx.font = `${rank === 0 ? 500 : 400} ${size}px ${state.tokens.font}`);
      const all = candidates(frame, set, size);
      yield;
      for (const label of all) {
        const width = widthOf(ctx, font, set.names, label.c);
        if (width > label.w * (rank === 0 ? 1.25 : 0.6)) continue;
        const box = [label.x - width / 2 - 4, label.y - size / 2 - 3, label.x + width / 2 + 4, label.y + size / 2 + 3];
        if (!fits(taken, box)) continue;
        taken.push(box);
        write(ctx, state.tokens, set.names.names[label.c], label, state.night);
        if (taken.length % PIECE === 0) yield;
      }
    }
    state.layer.getElement().dataset.labels = taken.length;
  }

  const same = (a, b) => a.geometry === b.geometry && a.names === b.names && String(a.ranges) === String(b.ranges);

  map.labels = {
    create(pane) {
      const state = { sets: [], tokens: null, night: true };
      const options = { pane, padding: 0.15, pieces: true, draw: (ctx, frame) => draw(ctx, frame, state) };
      state.layer = map.overlay.create(options);
      state.layer.getElement = () => state.layer._container;
      state.redraw = () => state.layer.redraw();
      state.show = (sets) => {
        const known = sets.length === state.sets.length && sets.every((set, i) => same(set, state.sets[i]));
        state.sets = sets;
        if (!known) state.layer.later();
      };
      return state;
    },
  };
})();
