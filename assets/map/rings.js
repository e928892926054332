/* The outline of a set of cells as closed rings, for what is dashed along it or clipped by it.
 *
 * map.rings.of(geometry, pairs) -> [points of one ring…] from the lines that bound the set (borders.outline); kept.
 * map.rings.path(ctx, geometry, view, rings) adds them to the path of ctx; fill and clip by the even-odd rule.
 */
(function () {
  const map = ((window.jingwei ??= {}).map ??= {});
  const kept = new WeakMap();

  /** Join lines at their ends. Where several meet any one will do: what is inside stays inside. */
  function chained(g, pairs) {
    const corner = (p) => g.x[p] * 67108864 + g.y[p];
    const ends = new Map();
    for (let i = 0; i < pairs.length; i++) {
      const at = corner(pairs[i]);
      if (ends.has(at)) ends.get(at).push(i);
      else ends.set(at, [i]);
    }
    const used = new Uint8Array(pairs.length / 2);
    const rings = [];
    for (let first = 0; first < pairs.length; first += 2) {
      if (used[first >> 1]) continue;
      const ring = [pairs[first]];
      for (let end = first; end !== undefined; ) {
        used[end >> 1] = 1;
        ring.push(pairs[end ^ 1]);
        end = ends.get(corner(pairs[end ^ 1])).find((i) => !used[i >> 1]);
      }
      rings.push(Uint32Array.from(ring));
    }
    return rings;
  }

  function path(ctx, g, v, rings) {
    for (const ring of rings) {
      ring.forEach((p, i) => {
        const [x, y] = [g.x[p] * v.kx + v.ox, g.merc[g.y[p]] * v.ky + v.oy];
        if (i) ctx.lineTo(x, y);
        else ctx.moveTo(x, y);
      });
      ctx.closePath();
    }
  }

  map.rings = {
    of(geometry, pairs) {
      if (!kept.has(pairs)) kept.set(pairs, chained(geometry, pairs));
      return kept.get(pairs);
    },
    path,
  };
})();
