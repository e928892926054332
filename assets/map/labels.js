/* Names of units, placed without overlap: upper levels first, then larger units first.
 *
 * map.labels.create(pane, signs) -> {layer, show(sets), tokens, redraw()}
 * sets: [{level, geometry, names, ranges}…] upper level first; names as in data.js, ranges [[first, end)…] or null.
 *   The same sets again draw nothing anew.
 * signs(frame) -> boxes [[left, top, right, bottom]…] of what will be drawn above the names.
 * A name is drawn where its unit is wide enough for it and no name of more weight is in the way; off the middle of its
 * unit, but in it, where that keeps it from under signs. It stays where it is while that is free, so that names do not
 * jump about as cases come and go. The element of the layer carries data-labels, the number of names drawn.
 */
(function () {
  const map = ((window.jingwei ??= {}).map ??= {});
  const SIZES = [16, 14, 14];
  const MAX = 400;
  const PIECE = 8;
  const MIDDLE = [0, 0];
  const FAR = 0.4;
  const STEPS = [0, -0.1, 0.1, -0.2, 0.2, -0.3, 0.3, -FAR, FAR];
  /** Where a name may stand: off the middle by so much of its unit's width and height, nearest first. */
  const PLACES = STEPS.flatMap((dy) => STEPS.map((dx) => (dx || dy ? [dx, dy] : MIDDLE))).sort(
    (a, b) => Math.hypot(...a) - Math.hypot(...b),
  );

  const apart = (a, b) => a[0] > b[2] || a[2] < b[0] || a[1] > b[3] || a[3] < b[1];

  /** How much of a box is under signs, square pixels. */
  function covered(signs, box) {
    let sum = 0;
    for (const sign of signs) {
      const width = Math.min(box[2], sign[2]) - Math.max(box[0], sign[0]);
      const height = Math.min(box[3], sign[3]) - Math.max(box[1], sign[1]);
      if (width > 0 && height > 0) sum += width * height;
    }
    return sum;
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
      if (x >= 0 && y >= 0 && x <= frame.width && y <= frame.height) out.push({ c, x, y, w, h });
    }
    return out.sort((a, b) => b.w * b.h - a.w * a.h || a.c - b.c).slice(0, MAX);
  }

  /** The cell under a pixel of the frame, or -1. */
  function cellAt(frame, geometry, x, y) {
    const { lng, lat } = frame.map.unproject([x + frame.left, y + frame.top], frame.zoom);
    return map.geometry.hit(geometry, lng, lat);
  }

  /** Where a name stands: free of other names and least under signs, the place it had before first; or null. */
  function settle(frame, geometry, label, [width, height], taken, signs, kept) {
    const boxAt = (x, y) => [x - width / 2 - 4, y - height / 2 - 3, x + width / 2 + 4, y + height / 2 + 3];
    const [left, top, right, bottom] = boxAt(label.x, label.y);
    const [aside, up] = [FAR * label.w, FAR * label.h];
    const reach = [left - aside, top - up, right + aside, bottom + up];
    const [names, near] = [taken, signs].map((boxes) => boxes.filter((box) => !apart(box, reach)));
    let best = null;
    for (const place of kept ? [kept, ...PLACES] : PLACES) {
      const [x, y] = [label.x + place[0] * label.w, label.y + place[1] * label.h];
      const box = boxAt(x, y);
      if (!names.every((name) => apart(name, box))) continue;
      const under = covered(near, box);
      if (best && under >= best.under) continue;
      if (place !== MIDDLE && cellAt(frame, geometry, x, y) !== label.c) continue;
      best = { x, y, box, under, place };
      if (!under) break;
    }
    return best;
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
    const [taken, signs] = [[], state.signs(frame)];
    yield;
    const kept = state.kept.zoom === frame.zoom ? state.kept.places : new Map();
    const places = new Map();
    let tried = 0;
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
        const key = `${set.level}:${label.c}`;
        const spot = settle(frame, set.geometry, label, [width, size], taken, signs, kept.get(key));
        if (spot) {
          taken.push(spot.box);
          places.set(key, spot.place);
          write(ctx, state.tokens, set.names.names[label.c], spot, state.night);
        }
        if (++tried % PIECE === 0) yield;
      }
    }
    state.kept = { zoom: frame.zoom, places };
    state.layer.getElement().dataset.labels = taken.length;
  }

  const same = (a, b) => a.geometry === b.geometry && a.names === b.names && String(a.ranges) === String(b.ranges);

  map.labels = {
    create(pane, signs) {
      const state = { sets: [], signs, tokens: null, night: true, kept: {} };
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
