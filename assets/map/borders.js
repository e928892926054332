/* Border lines of a level: every shared border once.
 *
 * own(geometry) marks, for each point p, whether the line from p to the next point of its ring is to be drawn: of two
 * equal lines only the first is. outline(geometry, ranges) lists the lines that bound a set of cells: those that occur
 * once in it. Both rest on neighbours sharing their lattice points. trace(…) adds marked lines to a canvas path,
 * ring(…) one whole cell.
 */
(function () {
  const map = ((window.jingwei ??= {}).map ??= {});

  const nextPoint = (g, r, p) => (p + 1 < g.points[r + 1] ? p + 1 : g.points[r]);

  /** Open-addressing table of lines: add(a, b, p) returns the point that holds the same line already, or -1. */
  function lineTable(capacity) {
    const size = 2 ** Math.ceil(Math.log2(2 * capacity + 2));
    const [low, high, held] = [0, 1, 2].map(() => new Uint32Array(size));
    return (a, b, p) => {
      if (a > b) [a, b] = [b, a];
      let at = (Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b)) >>> 0;
      for (at = (at ^ (at >>> 15)) & (size - 1); held[at]; at = (at + 1) & (size - 1)) {
        if (low[at] === a && high[at] === b) return held[at] - 1;
      }
      low[at] = a;
      high[at] = b;
      held[at] = p + 1;
      return -1;
    };
  }

  function eachLine(g, from, to, visit) {
    for (let r = g.rings[from]; r < g.rings[to]; r++) {
      for (let p = g.points[r]; p < g.points[r + 1]; p++) {
        const q = nextPoint(g, r, p);
        visit(p, q, ((g.y[p] << 16) | g.x[p]) >>> 0, ((g.y[q] << 16) | g.x[q]) >>> 0);
      }
    }
  }

  function own(g) {
    if (g.own) return g.own;
    const add = lineTable(g.x.length);
    const marks = new Uint8Array(g.x.length);
    eachLine(g, 0, g.cells, (p, q, a, b) => {
      if (add(a, b, p) < 0) marks[p] = 1;
    });
    return (g.own = marks);
  }

  function outline(g, ranges) {
    const total = ranges.reduce((sum, [a, b]) => sum + g.points[g.rings[b]] - g.points[g.rings[a]], 0);
    const add = lineTable(total);
    const lines = new Map();
    for (const [a, b] of ranges) {
      eachLine(g, a, b, (p, q, from, to) => {
        const twin = add(from, to, p);
        if (twin < 0) lines.set(p, q);
        else lines.delete(twin);
      });
    }
    return Uint32Array.from([...lines].flat());
  }

  /** Add the marked lines of `cells` to the path of `ctx`. */
  function trace(ctx, g, v, cells, marks) {
    const { kx, ox, ky, oy } = v;
    for (const c of cells) {
      for (let r = g.rings[c]; r < g.rings[c + 1]; r++) {
        let open = false;
        for (let p = g.points[r]; p < g.points[r + 1]; p++) {
          if (!marks[p]) {
            open = false;
            continue;
          }
          const q = nextPoint(g, r, p);
          if (!open) ctx.moveTo(g.x[p] * kx + ox, g.merc[g.y[p]] * ky + oy);
          ctx.lineTo(g.x[q] * kx + ox, g.merc[g.y[q]] * ky + oy);
          open = true;
        }
      }
    }
  }

  /** Add listed lines (pairs of points, from outline) to the path of `ctx`. */
  function lines(ctx, g, v, pairs) {
    for (let i = 0; i < pairs.length; i += 2) {
      const [p, q] = [pairs[i], pairs[i + 1]];
      if (i === 0 || pairs[i - 1] !== p) ctx.moveTo(g.x[p] * v.kx + v.ox, g.merc[g.y[p]] * v.ky + v.oy);
      ctx.lineTo(g.x[q] * v.kx + v.ox, g.merc[g.y[q]] * v.ky + v.oy);
    }
  }

  /** Add all rings of one cell to the path of `ctx`. */
  function ring(ctx, g, v, c) {
    for (let r = g.rings[c]; r < g.rings[c + 1]; r++) {
      for (let p = g.points[r]; p < g.points[r + 1]; p++) {
        const [x, y] = [g.x[p] * v.kx + v.ox, g.merc[g.y[p]] * v.ky + v.oy];
        if (p === g.points[r]) ctx.moveTo(x, y);
        else ctx.lineTo(x, y);
      }
      ctx.closePath();
    }
  }

  map.borders = { own, outline, trace, lines, ring };
})();
