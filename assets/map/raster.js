/* Which cell is at each pixel, and what colour it has.
 *
 * Cells are filled once for a tile into an array of cell numbers + 1 (0: none), by the even-odd rule at pixel
 * centres, so that holes and parts are right and neighbours neither overlap nor leave a gap. A repaint is then one
 * look-up a pixel in a table of colours, whatever the number or the shape of the cells.
 *
 * fill(geometry, view, size, cells) -> Uint16Array | Uint32Array of size × size
 * colours(spec) -> Uint32Array of cells + 1 words: 0 leaves the pixel clear, HATCH asks for the hatch
 * paint(ids, table, hatch, words) writes size × size pixels; hatchOf(base, ink, share, ratio) makes the 45° pattern
 */
(function () {
  const map = ((window.jingwei ??= {}).map ??= {});
  const HATCH = 1;
  let flags = new Uint8Array(0);

  /** Flip the flag at the first pixel right of each crossing of the cell's lines with the rows of the tile. */
  function cross(g, v, size, cell) {
    const { kx, ox, ky, oy } = v;
    for (let r = g.rings[cell]; r < g.rings[cell + 1]; r++) {
      const end = g.points[r + 1];
      for (let p = g.points[r], q = end - 1; p < end; q = p++) {
        if (g.y[p] === g.y[q]) continue;
        const [a, b] = g.y[p] > g.y[q] ? [p, q] : [q, p];
        const top = g.merc[g.y[a]] * ky + oy;
        const bottom = g.merc[g.y[b]] * ky + oy;
        const first = Math.max(0, Math.ceil(top - 0.5));
        const last = Math.min(size, Math.ceil(bottom - 0.5));
        if (first >= last) continue;
        const x = g.x[a] * kx + ox;
        const slope = (g.x[b] * kx + ox - x) / (bottom - top);
        for (let row = first; row < last; row++) {
          const column = Math.ceil(x + (row + 0.5 - top) * slope - 0.5);
          if (column < size) flags[row * size + (column > 0 ? column : 0)] ^= 1;
        }
      }
    }
  }

  function fill(g, v, size, cells) {
    const ids = g.cells < 65535 ? new Uint16Array(size * size) : new Uint32Array(size * size);
    if (flags.length < size * size) flags = new Uint8Array(size * size);
    const clip = (pixel) => Math.max(0, Math.min(size, pixel));
    for (const cell of cells) {
      const b = 4 * cell;
      const x0 = clip(Math.floor(g.boxes[b] * v.kx + v.ox) - 1);
      const x1 = clip(Math.ceil(g.boxes[b + 2] * v.kx + v.ox) + 1);
      const y0 = clip(Math.floor(g.merc[g.boxes[b + 3]] * v.ky + v.oy));
      const y1 = clip(Math.ceil(g.merc[g.boxes[b + 1]] * v.ky + v.oy) + 1);
      cross(g, v, size, cell);
      for (let y = y0; y < y1; y++) {
        let inside = 0;
        for (let i = y * size + x0; i < y * size + x1; i++) {
          inside ^= flags[i];
          flags[i] = 0;
          if (inside) ids[i] = cell + 1;
        }
      }
    }
    return ids;
  }

  /** The step of a value: the last lower edge not above it; below all edges the first. */
  function stepOf(edges, value) {
    let step = edges.length - 1;
    while (step > 0 && value < edges[step]) step--;
    return step;
  }

  /**
   * The table of colours. spec: {cells, values: Float32Array | null, steps: lower edges, colours: one a step,
   * ranges: [[first, last + 1)…] of cells to be shown | null for all, hidden: steps left clear}.
   */
  function colours({ cells, values, steps, colours: list, ranges, hidden }) {
    const table = new Uint32Array(cells + 1);
    const edges = Float32Array.from(steps);
    const words = list.map((colour, i) => (hidden.includes(i) ? 0 : map.theme.pixel(colour)));
    for (const [from, to] of ranges || [[0, cells]]) {
      for (let c = from; c < Math.min(to, cells); c++) {
        const value = values ? values[c] : NaN;
        table[c + 1] = value === value && edges.length ? words[stepOf(edges, value)] : HATCH;
      }
    }
    return table;
  }

  /** 45° lines 8 CSS pixels apart, as the words of one period. */
  function hatchOf(base, ink, share, ratio) {
    const period = Math.max(4, Math.round(8 * ratio));
    const width = 1.6 * ratio;
    const words = new Uint32Array(period);
    for (let i = 0; i < period; i++) {
      words[i] = map.theme.blend(base, ink, share * Math.max(0, Math.min(1, width - i)));
    }
    return words;
  }

  function paint(ids, size, table, hatch, words) {
    const period = hatch.length;
    for (let y = 0, i = 0; y < size; y++) {
      for (let x = 0; x < size; x++, i++) {
        const word = table[ids[i]];
        words[i] = word === HATCH ? hatch[(x + y) % period] : word;
      }
    }
  }

  map.raster = { fill, colours, stepOf, hatchOf, paint };
})();
