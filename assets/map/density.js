/* Densities above the cells: a part of the map (controller.js) that draws model.density.
 *
 * density: [{key, url, title, unit, steps: lower edges, ascending, colors: {night: […], paper: […]}, one a step}…]
 * url answers JSON {left, top, side, width, height, max, levels, values}: squares of a lattice in fractions of the
 * web-Mercator world, row by row from the north; a value is max * values[i] / levels.
 * Between the middles of squares values run smoothly (Catmull-Rom), and each pixel has the colour of its step, so that
 * the edges are sharp at every zoom; below the first step it is clear. What lies outside the selected unit is left out.
 */
(function () {
  const map = ((window.jingwei ??= {}).map ??= {});
  const PANE = "jw-density";
  const ALPHA = { night: [0.82, 0.94], paper: [0.82, 0.94] };

  /** Weights of the four squares around a place that is `t` of the way from the second to the third. */
  function weights(t) {
    const [u, v] = [t * t, t * t * t];
    return [(2 * u - t - v) / 2, (3 * v - 5 * u + 2) / 2, (4 * u + t - 3 * v) / 2, (v - u) / 2];
  }

  /** The four squares and their weights for each of `n` pixels along one axis. */
  function taps(n, first, step, size) {
    const places = new Int32Array(4 * n);
    const shares = new Float32Array(4 * n);
    for (let i = 0; i < n; i++) {
      const at = first + i * step;
      const low = Math.floor(at);
      weights(at - low).forEach((share, k) => {
        const place = low + k - 1;
        const inside = place >= 0 && place < size;
        places[4 * i + k] = inside ? place : 0;
        shares[4 * i + k] = inside ? share : 0;
      });
    }
    return { places, shares };
  }

  /** Values along one row of pixels, from `rows` that run along the columns of pixels already. */
  function across(out, rows, { places, shares }, i) {
    const [a, b, c, d] = [0, 1, 2, 3].map((k) => rows(places[4 * i + k]));
    const [p, q, r, s] = shares.subarray(4 * i, 4 * i + 4);
    for (let x = 0; x < out.length; x++) out[x] = Math.max(0, p * a[x] + q * b[x] + r * c[x] + s * d[x]);
  }

  /** Rows of the lattice, each spread over the columns of pixels when it is first asked for. */
  function spread(data, { places, shares }, n) {
    const kept = new Map();
    return (row) => {
      if (kept.has(row)) return kept.get(row);
      const [out, base] = [new Float32Array(n), row * data.width];
      for (let x = 0, i = 0; x < n; x++, i += 4) {
        for (let k = 0; k < 4; k++) out[x] += shares[i + k] * data.values[base + places[i + k]];
      }
      kept.set(row, out);
      return out;
    };
  }

  /** Colours of the steps as words of ImageData, the clear one before the first in front. */
  function palette(colours, [low, high]) {
    const words = colours.map((colour, i) => {
      const alpha = Math.round(255 * (low + ((high - low) * i) / Math.max(1, colours.length - 1)));
      return ((map.theme.pixel(colour) & 0xffffff) | (alpha << 24)) >>> 0;
    });
    return Uint32Array.from(words.length ? [words[0] & 0xffffff, ...words] : []);
  }

  function mixed(from, to, share) {
    let out = 0;
    for (let shift = 24; shift >= 0; shift -= 8) {
      const a = (from >>> shift) & 255;
      out = (out << 8) | Math.round(a + (((to >>> shift) & 255) - a) * share);
    }
    return out >>> 0;
  }

  /** Colour one row; at the edge of a step the share of the pixel that lies beyond it is mixed in. */
  function paint(words, at, row, next, edges, inks) {
    const [n, last] = [row.length, edges.length];
    let step = 0;
    for (let x = 0; x < n; x++) {
      const value = row[x];
      while (step < last && value >= edges[step]) step++;
      while (step > 0 && value < edges[step - 1]) step--;
      const below = step > 0 ? value - edges[step - 1] : Infinity;
      const above = step < last ? edges[step] - value : Infinity;
      const slope = Math.abs((x + 1 < n ? row[x + 1] : row[x - 1]) - value) + Math.abs(next[x] - value);
      if (2 * Math.min(below, above) >= slope) words[at + x] = inks[step];
      else if (below < above) words[at + x] = mixed(inks[step - 1], inks[step], 0.5 + below / slope);
      else words[at + x] = mixed(inks[step], inks[step + 1], 0.5 - above / slope);
    }
  }

  /** The part of the frame that the lattice covers, in device pixels: [left, top, width, height]. */
  function under(frame, data) {
    const world = 256 * 2 ** frame.zoom;
    const edge = (at, corner, size) => Math.max(0, Math.min(size, (at * world - corner) * frame.ratio));
    const [w, h] = [frame.width * frame.ratio, frame.height * frame.ratio];
    const x = [data.left, data.left + data.width * data.side].map((at) => Math.round(edge(at, frame.left, w)));
    const y = [data.top, data.top + data.height * data.side].map((at) => Math.round(edge(at, frame.top, h)));
    return [x[0], y[0], x[1] - x[0], y[1] - y[0]];
  }

  /** The lattice as an image of those pixels. */
  function render(frame, data, spec, night, [left, top, width, height]) {
    const image = new ImageData(width, height);
    const world = 256 * 2 ** frame.zoom;
    const step = 1 / (world * frame.ratio * data.side);
    const first = (pixel, corner, edge) => ((pixel + 0.5) / frame.ratio + corner - edge * world) / (world * data.side) - 0.5;
    const columns = taps(width, first(left, frame.left, data.left), step, data.width);
    const lines = taps(height + 1, first(top, frame.top, data.top), step, data.height);
    const rows = spread(data, columns, width);
    const surface = night ? "night" : "paper";
    const inks = palette(spec.colors[surface], ALPHA[surface]);
    const edges = Float32Array.from(spec.steps, (edge) => (edge * data.levels) / data.max);
    const words = new Uint32Array(image.data.buffer);
    let [row, next] = [new Float32Array(width), new Float32Array(width)];
    across(row, rows, lines, 0);
    for (let y = 0; y < height; y++) {
      across(next, rows, lines, y + 1);
      paint(words, y * width, row, next, edges, inks);
      [row, next] = [next, row];
    }
    return image;
  }

  function draw(ctx, frame, state) {
    const { data, spec, selected } = state;
    if (!data || !state.tokens || !spec.steps.length) return;
    const place = under(frame, data);
    const [left, top, width, height] = place;
    if (!width || !height) return;
    const scratch = new OffscreenCanvas(width, height);
    scratch.getContext("2d").putImageData(render(frame, data, spec, state.night, place), 0, 0);
    ctx.save();
    if (selected) {
      ctx.beginPath();
      map.rings.path(ctx, selected.geometry, frame.view(selected.geometry), map.rings.of(selected.geometry, selected.pairs));
      ctx.clip("evenodd");
    }
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.drawImage(scratch, left, top);
    ctx.restore();
  }

  /** The density at a place. */
  function valueAt(data, { lat, lng }) {
    const sine = Math.sin((lat * Math.PI) / 180);
    const south = 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
    const one = (at, edge, size) => taps(1, (at - edge) / data.side - 0.5, 0, size);
    const row = new Float32Array(1);
    const columns = one((lng + 180) / 360, data.left, data.width);
    across(row, spread(data, columns, 1), one(south, data.top, data.height), 0);
    return (row[0] * data.max) / data.levels;
  }

  /** A value to two digits, but never fewer than before the point. */
  function written(value, lang) {
    const digits = Math.max(0, 1 - Math.floor(Math.log10(Math.max(value, 0.001))));
    return new Intl.NumberFormat(lang === "zh" ? "zh-CN" : "en-GB", { maximumFractionDigits: digits }).format(value);
  }

  function surface(leaflet) {
    const state = { data: null, spec: null, selected: null, tokens: null, night: true, asked: null, turn: 0, dead: false };
    const canvas = map.overlay.create({ pane: PANE, draw: (ctx, frame) => draw(ctx, frame, state) });
    canvas.addTo(leaflet);

    async function set(spec) {
      if (state.asked === spec.url) return;
      const turn = ++state.turn;
      state.asked = spec.url;
      try {
        const data = await map.data.points(spec.url);
        if (state.dead || turn !== state.turn) return;
        Object.assign(state, { data, spec });
        canvas.redraw();
      } catch (error) {
        if (turn === state.turn) state.asked = null;
        throw error;
      }
    }

    return Object.assign(state, { canvas, set, remove: () => ((state.dead = true), canvas.remove()) });
  }

  function create({ map: leaflet }) {
    const removePane = map.overlay.pane(leaflet, PANE, 310);
    const shared = { selected: null, tokens: null, night: true };
    let [layers, lang] = [new Map(), "zh"];

    function give(changes) {
      Object.assign(shared, changes);
      for (const layer of layers.values()) {
        Object.assign(layer, shared);
        layer.canvas.redraw();
      }
    }

    function set(model) {
      const old = layers;
      layers = new Map();
      lang = model.lang;
      const coming = (model.density || []).map((spec) => {
        const layer = old.get(spec.key) || Object.assign(surface(leaflet), shared);
        old.delete(spec.key);
        layers.set(spec.key, layer);
        return layer.set(spec);
      });
      for (const layer of old.values()) layer.remove();
      return Promise.all(coming);
    }

    function told(latlng, cell) {
      const seen = [...layers.values()].filter(({ data }) => cell && data);
      return seen.map(({ data, spec }) => ({
        kind: "note",
        text: `${spec.title} ${written(valueAt(data, latlng), lang)}\u202f${spec.unit}`,
      }));
    }

    return {
      set,
      told,
      restyle: (tokens, night) => give({ tokens, night }),
      drawn: (parts) => give({ selected: parts.selected }),
      remove() {
        for (const layer of layers.values()) layer.remove();
        removePane();
      },
    };
  }

  (map.parts ??= []).push(create);
})();
