/* Outlines of one level: decoding, projection, spatial index, borders.
 *
 * decode(buffer) reads the binary of data_access/cells.py into typed arrays that are never changed again (decoding(buffer)
 * does so in pieces, as a generator that yields between them and returns the same):
 *   cells, box [west, south, east, north], rings (first ring of each cell, cells + 1), points (first point of each
 *   ring, rings + 1), vertex (number of the place each point is at, the same for all cells that meet there), x, y
 *   (uint16 lattice, of each point), boxes (x0, y0, x1, y1 of each cell), merc (lattice y -> web Mercator y
 *   as a fraction of the world).
 * view(geometry, zoom, left, top, ratio) is the way from the lattice to pixels: x * kx + ox, merc[y] * ky + oy, where
 *   left and top are the world pixel at the origin and ratio is device pixels a CSS pixel.
 * The index is a uniform grid of buckets over the lattice: query(box) lists the cells that may touch a box, hit(x, y)
 * the one cell that holds a point (even-odd), or -1.
 */
(function () {
  const map = ((window.jingwei ??= {}).map ??= {});
  const MAGIC = 0x4a574332;
  const HEAD = 52;
  const mercators = new Map();

  function mercator(box) {
    const key = box.join();
    if (mercators.has(key)) return mercators.get(key);
    const table = new Float64Array(65536);
    for (let i = 0; i < 65536; i++) {
      const lat = ((box[1] + (i / 65535) * (box[3] - box[1])) * Math.PI) / 180;
      table[i] = 0.5 - Math.log(Math.tan(Math.PI / 4 + lat / 2)) / (2 * Math.PI);
    }
    mercators.set(key, table);
    return table;
  }

  function starts(counts) {
    const out = new Uint32Array(counts.length + 1);
    for (let i = 0; i < counts.length; i++) out[i + 1] = out[i] + counts[i];
    return out;
  }

  /** Numbers told by folded differences (0, 1, 2, 3… for 0, -1, 1, -2…), each as it stands at one of `at`. */
  function placed(steps, at) {
    const own = new Uint16Array(steps.length);
    for (let i = 0, sum = 0; i < steps.length; i++) own[i] = sum += (steps[i] >>> 1) ^ -(steps[i] & 1);
    const out = new Uint16Array(at.length);
    for (let p = 0; p < at.length; p++) out[p] = own[at[p]];
    return out;
  }

  /** Vertices as they are told by how far they lie below the next new one. */
  function numbered(below) {
    const out = new Uint32Array(below.length);
    for (let p = 0, next = 0; p < below.length; p++) out[p] = below[p] ? next - below[p] : next++;
    return out;
  }

  function* decoding(buffer) {
    const head = new DataView(buffer);
    if (buffer.byteLength < HEAD || head.getUint32(0, false) !== MAGIC) throw new Error("not a cell binary");
    const [cells, rings, vertices, points] = [4, 8, 12, 16].map((at) => head.getUint32(at, true));
    const box = [20, 28, 36, 44].map((at) => head.getFloat64(at, true));
    const bytes = new Uint8Array(buffer);
    let at = HEAD;
    const column = (n, planes) => {
      const out = new Uint32Array(n);
      for (let k = 0; k < planes; k++) for (let i = 0; i < n; i++) out[i] |= bytes[at++] << (8 * k);
      return out;
    };
    const g = { cells, box, vertices, merc: mercator(box) };
    g.rings = starts(column(cells, 4));
    g.points = starts(column(rings, 4));
    yield;
    const [x, y] = [column(vertices, 2), column(vertices, 2)];
    yield;
    g.vertex = numbered(column(points, 4));
    yield;
    g.x = placed(x, g.vertex);
    g.y = placed(y, g.vertex);
    yield;
    g.boxes = boxesOf(g);
    yield;
    g.index = indexOf(g);
    return g;
  }

  function decode(buffer) {
    const work = decoding(buffer);
    for (;;) {
      const { done, value } = work.next();
      if (done) return value;
    }
  }

  function boxesOf(g) {
    const boxes = new Uint16Array(4 * g.cells);
    for (let c = 0; c < g.cells; c++) {
      let [x0, y0, x1, y1] = [65535, 65535, 0, 0];
      for (let p = g.points[g.rings[c]]; p < g.points[g.rings[c + 1]]; p++) {
        const [x, y] = [g.x[p], g.y[p]];
        if (x < x0) x0 = x;
        if (x > x1) x1 = x;
        if (y < y0) y0 = y;
        if (y > y1) y1 = y;
      }
      const b = 4 * c;
      [boxes[b], boxes[b + 1], boxes[b + 2], boxes[b + 3]] = [x0, y0, x1, y1];
    }
    return boxes;
  }

  function indexOf(g) {
    const side = Math.max(1, Math.min(256, Math.ceil(Math.sqrt(g.cells / 2))));
    const step = 65536 / side;
    const place = new Uint16Array(65536);
    for (let at = 0; at < 65536; at++) place[at] = Math.floor(at / step);
    const each = (visit) => {
      for (let c = 0; c < g.cells; c++) {
        const b = 4 * c;
        const [x0, x1, y1] = [place[g.boxes[b]], place[g.boxes[b + 2]], place[g.boxes[b + 3]]];
        for (let y = place[g.boxes[b + 1]]; y <= y1; y++) for (let x = x0; x <= x1; x++) visit(y * side + x, c);
      }
    };
    const counts = new Uint32Array(side * side);
    each((bucket) => counts[bucket]++);
    const first = starts(counts);
    const fill = first.slice();
    const list = new Uint32Array(first[side * side]);
    each((bucket, c) => (list[fill[bucket]++] = c));
    return { side, step, first, list, stamp: new Uint32Array(g.cells), turn: 0 };
  }

  /** Cells whose box touches the lattice box, each once, in no order. */
  function query(g, x0, y0, x1, y1) {
    const { side, step, first, list, stamp } = g.index;
    const turn = ++g.index.turn;
    const bucket = (v) => Math.max(0, Math.min(side - 1, Math.floor(v / step)));
    const found = [];
    if (x1 < 0 || y1 < 0 || x0 > 65535 || y0 > 65535) return found;
    for (let by = bucket(y0); by <= bucket(y1); by++) {
      for (let i = first[by * side + bucket(x0)]; i < first[by * side + bucket(x1) + 1]; i++) {
        const c = list[i];
        if (stamp[c] === turn) continue;
        stamp[c] = turn;
        const b = 4 * c;
        const apart = g.boxes[b] > x1 || g.boxes[b + 2] < x0 || g.boxes[b + 1] > y1 || g.boxes[b + 3] < y0;
        if (!apart) found.push(c);
      }
    }
    return found;
  }

  function holds(g, c, px, py) {
    let inside = false;
    for (let r = g.rings[c]; r < g.rings[c + 1]; r++) {
      const end = g.points[r + 1];
      for (let p = g.points[r], q = end - 1; p < end; q = p++) {
        if (g.y[p] > py === g.y[q] > py) continue;
        if (px < g.x[p] + ((py - g.y[p]) * (g.x[q] - g.x[p])) / (g.y[q] - g.y[p])) inside = !inside;
      }
    }
    return inside;
  }

  /** The cell that holds a place in degrees, or -1. */
  function hit(g, lon, lat) {
    const [west, south, east, north] = g.box;
    const px = ((lon - west) / (east - west)) * 65535;
    const py = ((lat - south) / (north - south)) * 65535;
    const found = query(g, px, py, px, py).find((c) => holds(g, c, px, py));
    return found === undefined ? -1 : found;
  }

  function view(g, zoom, left, top, ratio) {
    const world = 256 * 2 ** zoom * ratio;
    const [west, , east] = g.box;
    return {
      kx: (((east - west) / 360) * world) / 65535,
      ox: ((west + 180) / 360) * world - left * ratio,
      ky: world,
      oy: -top * ratio,
      ratio,
    };
  }

  /** Lattice box [x0, y0, x1, y1] under pixels 0…width, 0…height of a view, widened by `margin` pixels. */
  function under(g, v, width, height, margin) {
    const [, south, , north] = g.box;
    const lattice = (pixel) => {
      const n = Math.PI * (1 - 2 * ((pixel - v.oy) / v.ky));
      return (((Math.atan(Math.sinh(n)) * 180) / Math.PI - south) / (north - south)) * 65535;
    };
    const x0 = (-margin - v.ox) / v.kx;
    const x1 = (width + margin - v.ox) / v.kx;
    return [x0, lattice(height + margin), x1, lattice(-margin)];
  }

  /** Width and height of one cell in pixels of a view. */
  function extent(g, v, c) {
    const b = 4 * c;
    return [(g.boxes[b + 2] - g.boxes[b]) * v.kx, (g.merc[g.boxes[b + 1]] - g.merc[g.boxes[b + 3]]) * v.ky];
  }

  map.geometry = { decode, decoding, query, hit, view, under, extent };
})();
