/* One layer of points: live cases, devices or facilities, up to some ten thousand, on one canvas.
 *
 * map.points.create(leaflet, pane, tokens) -> {set(spec), raise(order), restyle(tokens), at(point), boxes(frame), remove()}
 * spec: {key, url, signs, href?}; signs as in glyphs.js, the calmest first; url answers JSON of equal-long lists, and how
 *   many there are in all, of which these may be the troubled ones:
 *   {"id": [str], "lon": [deg], "lat": [deg], "state": [place in signs], "title": [str], "note"?: [str], "feed"?: [str], "total"?: int}
 *   href is a pattern with {id}, and {feed} where there are feeds.
 * Where many are near each other (an 80-pixel grid) they are drawn as one count with the worst sign inside; few points
 * are always drawn singly. Ids that were not in the answer to the same question a moment before pulse once.
 * set(spec) promises whether anything stands elsewhere or otherwise now; boxes(frame) -> [[left, top, right, bottom]…] of
 * what it draws in a frame.
 * at(point) -> {title, note, href} or {count, bounds, part?: [drawn, in all] where not all are drawn} under a point of the
 * container, or null.
 */
(function () {
  const map = ((window.jingwei ??= {}).map ??= {});
  const GRID = 80;
  const FEW = 4;
  const PILL = 28;
  /** Half of the widest pill, of a count like 1.4k. */
  const WIDEST = 33;
  const ALWAYS_SINGLE = 150;
  const FULL_ZOOM = 15;
  const MAX_PULSES = 24;

  const signOf = ({ spec, data }, i) => spec.signs[Math.min(data.state[i], spec.signs.length - 1)];

  /** Points inside the frame, least urgent first: [{i, x, y}]. */
  function visible(frame, data) {
    const out = [];
    for (let i = 0; i < data.id.length; i++) {
      const [x, y] = frame.place(data.lon[i], data.lat[i]);
      if (x > -12 && y > -12 && x < frame.width + 12 && y < frame.height + 12) out.push({ i, x, y });
    }
    return out.sort((a, b) => data.state[a.i] - data.state[b.i]);
  }

  /** Split into single points and clusters of a grid that is fixed to the world. */
  function grouped(frame, points, data) {
    if (points.length <= ALWAYS_SINGLE || frame.zoom >= FULL_ZOOM) return { singles: points, clusters: [] };
    const buckets = new Map();
    for (const p of points) {
      const key = `${Math.floor((p.x + frame.left) / GRID)}:${Math.floor((p.y + frame.top) / GRID)}`;
      if (!buckets.has(key)) buckets.set(key, []);
      buckets.get(key).push(p);
    }
    const all = [...buckets.values()];
    const clusters = all.filter((b) => b.length > FEW).map((b) => clusterOf(frame, b));
    const rank = ({ worst }) => data.state[worst];
    return { singles: all.filter((b) => b.length <= FEW).flat(), clusters: clusters.sort((a, b) => rank(a) - rank(b)) };
  }

  /** A cluster at the mean of its members, kept far enough inside its square not to cover its neighbours. */
  function clusterOf(frame, members) {
    const mean = (k, edge, room) => {
      const at = members.reduce((sum, p) => sum + p[k], 0) / members.length;
      const low = Math.floor((members[0][k] + edge) / GRID) * GRID - edge;
      return Math.max(low + room, Math.min(low + GRID - room, at));
    };
    const worst = members[members.length - 1].i;
    const [x, y] = [mean("x", frame.left, PILL), mean("y", frame.top, 14)];
    return { x, y, count: members.length, worst, members };
  }

  function draw(ctx, frame, layer) {
    const { data, tokens } = layer;
    layer.targets = [];
    if (!data || !tokens) return;
    const { singles, clusters } = grouped(frame, visible(frame, data), data);
    for (const { i, x, y } of singles) {
      const { canvas, side } = map.glyphs.of(signOf(layer, i), tokens, frame.ratio);
      const [left, top] = [x - side / 2, y - side / 2].map((v) => Math.round(v * frame.ratio) / frame.ratio);
      ctx.drawImage(canvas, left, top, side, side);
      layer.targets.push({ x, y, half: Math.max(6, side / 2), i });
    }
    for (const c of clusters) {
      const half = map.glyphs.cluster(ctx, c, signOf(layer, c.worst), tokens, frame.ratio);
      layer.targets.push({ x: c.x, y: c.y, half, cluster: c });
    }
  }

  function boxes(layer, frame) {
    if (!layer.data) return [];
    const { singles, clusters } = grouped(frame, visible(frame, layer.data), layer.data);
    const around = ({ x, y }, width, height) => [x - width, y - height, x + width, y + height];
    const out = clusters.map((c) => around(c, WIDEST, 12));
    for (const p of singles) {
      const reach = map.glyphs.reach(signOf(layer, p.i));
      out.push(around(p, reach, reach));
    }
    return out;
  }

  const equal = (a, b) => a.length === b.length && a.every((v, i) => v === b[i]);
  const alike = (a, b) => ["lon", "lat", "state"].every((k) => equal(a[k], b[k]));

  function boundsOf(cluster, data) {
    return L.latLngBounds(cluster.members.map(({ i }) => [data.lat[i], data.lon[i]]));
  }

  /** How many are drawn of how many there are, where that is not all. */
  const partOf = ({ id, total }) => (total > id.length ? [id.length, total] : null);

  /** What is under a point of the container, topmost first. */
  function at(layer, leaflet, point) {
    const { frame } = layer.canvas;
    if (!frame || !layer.data) return null;
    const corner = leaflet.getPixelBounds().min;
    const [x, y] = [point.x + corner.x - frame.left, point.y + corner.y - frame.top];
    for (let k = layer.targets.length - 1; k >= 0; k--) {
      const t = layer.targets[k];
      if (Math.abs(t.x - x) > t.half || Math.abs(t.y - y) > Math.min(t.half, 12)) continue;
      const { data, spec } = layer;
      if (t.cluster) return { count: t.cluster.count, bounds: boundsOf(t.cluster, data), part: partOf(data) };
      const filled = (name) => encodeURIComponent(data[name][t.i]);
      const href = spec.href && spec.href.replace(/\{(id|feed)\}/g, (_, name) => filled(name));
      return { title: data.title[t.i], note: data.note && data.note[t.i], href };
    }
    return null;
  }

  function pulse(layer, leaflet, fresh) {
    if (map.theme.calm()) return;
    for (const i of fresh.slice(0, MAX_PULSES)) {
      const ring = L.DomUtil.create("div", "jw-pulse", leaflet.getPane(layer.pane));
      ring.style.color = map.glyphs.colourOf(signOf(layer, i), layer.tokens);
      const spot = leaflet.latLngToLayerPoint([layer.data.lat[i], layer.data.lon[i]]);
      [ring.style.left, ring.style.top] = [`${spot.x}px`, `${spot.y}px`];
      ring.addEventListener("animationend", () => ring.remove(), { once: true });
    }
  }

  /** What an address asks, whatever the moment. */
  function questionOf(url) {
    const { pathname, searchParams } = new URL(url, window.location.href);
    searchParams.delete("moment");
    return `${pathname}?${searchParams}`;
  }

  async function set(layer, leaflet, spec) {
    const old = layer.spec;
    layer.spec = spec;
    if (old && old.url === spec.url) return false;
    const turn = ++layer.turn;
    const data = await map.data.points(spec.url).catch((error) => {
      if (turn === layer.turn) layer.spec = { ...spec, url: null };
      throw error;
    });
    if (layer.dead || turn !== layer.turn) return false;
    const moved = !layer.data || !alike(layer.data, data);
    const asked = questionOf(spec.url);
    const known = layer.asked === asked && new Set(layer.data.id);
    Object.assign(layer, { data, asked });
    layer.canvas.redraw();
    if (!known || !layer.tokens) return moved;
    const fresh = [...data.id.keys()].filter((i) => !known.has(data.id[i]));
    pulse(layer, leaflet, fresh);
    return moved;
  }

  function create(leaflet, pane, tokens) {
    const layer = { spec: null, data: null, tokens, targets: [], turn: 0, dead: false, pane };
    layer.canvas = map.overlay.create({ pane, draw: (ctx, frame) => draw(ctx, frame, layer) });
    layer.canvas.addTo(leaflet);
    return {
      set: (spec) => set(layer, leaflet, spec),
      at: (point) => at(layer, leaflet, point),
      boxes: (frame) => boxes(layer, frame),
      raise: (order) => (layer.canvas._container.style.zIndex = order),
      restyle(next) {
        layer.tokens = next;
        layer.canvas.redraw();
      },
      remove() {
        layer.dead = true;
        layer.canvas.remove();
      },
    };
  }

  map.points = { create };
})();
