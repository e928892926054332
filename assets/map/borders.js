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

  /** The lines met so far, by their lower vertex: add(a, b, p) returns the point that holds the same line, or -1. */
  function lineBook(g) {
    const first = new Uint32Array(g.vertices);
    const [next, far] = [new Uint32Array(g.x.length), new Uint32Array(g.x.length)];
    return (a, b, p) => {
      const [low, high] = a < b ? [a, b] : [b, a];
      for (let held = first[low]; held; held = next[held - 1]) if (far[held - 1] === high) return held - 1;
      next[p] = first[low];
      first[low] = p + 1;
      far[p] = high;
      return -1;
    };
  }

  /** Mark each first of equal lines of the ranges; take the mark off again where another follows, if `lone`. */
  function marked(g, ranges, lone) {
    const add = lineBook(g);
    const marks = new Uint8Array(g.x.length);
    for (const [from, to] of ranges) {
      for (let r = g.rings[from]; r < g.rings[to]; r++) {
        for (let p = g.points[r]; p < g.points[r + 1]; p++) {
          const twin = add(g.vertex[p], g.vertex[nextPoint(g, r, p)], p);
          if (twin < 0) marks[p] = 1;
          else if (lone) marks[twin] = 0;
        }
      }
    }
    return marks;
  }

  const own = (g) => (g.own ??= marked(g, [[0, g.cells]], false));

  function outline(g, ranges) {
    const marks = marked(g, ranges, true);
    const pairs = [];
    for (const [from, to] of ranges) {
      for (let r = g.rings[from]; r < g.rings[to]; r++) {
        for (let p = g.points[r]; p < g.points[r + 1]; p++) if (marks[p]) pairs.push(p, nextPoint(g, r, p));
      }
    }
    return Uint32Array.from(pairs);
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
