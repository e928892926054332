/* The base map without tiles: land, water and roads from one GeoJSON, in the colours of the theme.
 *
 * map.base.create(leaflet) -> {set(spec), restyle(tokens), remove()}
 * spec: {url?: GeoJSON address, tiles?: {url, crs: "wgs84" | "gcj02", subdomains, max_zoom, opacity}}; over tiles the land
 * is not filled and cells let them through. Features carry properties.kind: "city" (the land, under the cells), "water"
 * (areas under, lines over the cells), "road" (lines over the cells), and for roads properties.rank: 1 (arterial, also
 * where there is none) to 3, shown from zoom 0, 12, 14.
 */
(function () {
  const map = ((window.jingwei ??= {}).map ??= {});
  const FROM_ZOOM = { 1: 0, 2: 12, 3: 14 };

  function styleOf({ kind, rank, line }, tokens, zoom, land) {
    if (kind === "water") {
      const colour = tokens["net-government"];
      return line ? { colour, width: 1.2, alpha: 0.35 } : { fill: colour, fillAlpha: 0.18 };
    }
    if (kind === "road") {
      return zoom >= (FROM_ZOOM[rank] ?? 14) ? { colour: tokens["text-2"], width: 1.8 / rank, alpha: 0.35 } : {};
    }
    return { colour: tokens.line, width: 1.2, alpha: 1, fill: land && tokens["surface-1"], fillAlpha: 1 };
  }

  /** All rings or lines of a geometry, as lists of [lon, lat]. */
  function paths({ type, coordinates }) {
    const depth = { LineString: 0, MultiLineString: 1, Polygon: 1, MultiPolygon: 2 }[type];
    return depth === undefined ? [] : [coordinates].flat(depth);
  }

  /** A feature ready to draw: its paths as fractions of the world, x and y in turn, and the box around them. */
  function prepared({ properties, geometry }) {
    const line = geometry.type.endsWith("LineString");
    const flat = (path) => Float64Array.from(path.flatMap(([lon, lat]) => map.overlay.world(lon, lat)));
    const parts = paths(geometry).map(flat);
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const part of parts) {
      for (let i = 0; i < part.length; i++) {
        box[i & 1] = Math.min(box[i & 1], part[i]);
        box[2 + (i & 1)] = Math.max(box[2 + (i & 1)], part[i]);
      }
    }
    const { kind, rank = 1 } = properties;
    return { kind, rank, line, parts, box, over: line && ["water", "road"].includes(kind) };
  }

  function draw(ctx, frame, features, tokens, land) {
    if (!tokens) return;
    const world = 256 * 2 ** frame.zoom;
    const [x0, y0] = [frame.left / world, frame.top / world];
    const [x1, y1] = [x0 + frame.width / world, y0 + frame.height / world];
    ctx.lineJoin = ctx.lineCap = "round";
    for (const feature of features) {
      const [left, top, right, bottom] = feature.box;
      if (left > x1 || right < x0 || top > y1 || bottom < y0) continue;
      const style = styleOf(feature, tokens, frame.zoom, land);
      if (!style.colour && !style.fill) continue;
      trace(ctx, feature, (x) => (x - x0) * world, (y) => (y - y0) * world);
      ink(ctx, style);
    }
  }

  function trace(ctx, { parts, line }, atX, atY) {
    ctx.beginPath();
    for (const part of parts) {
      ctx.moveTo(atX(part[0]), atY(part[1]));
      for (let i = 2; i < part.length; i += 2) ctx.lineTo(atX(part[i]), atY(part[i + 1]));
      if (!line) ctx.closePath();
    }
  }

  function ink(ctx, { colour, width, alpha, fill, fillAlpha }) {
    if (fill) {
      ctx.globalAlpha = fillAlpha;
      ctx.fillStyle = fill;
      ctx.fill("evenodd");
    }
    if (!colour) return;
    ctx.globalAlpha = alpha;
    ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    ctx.stroke();
  }

  function tileLayer({ url, crs, subdomains, max_zoom: maxZoom, opacity }) {
    const make = crs === "gcj02" ? map.gcj02.layer : L.tileLayer;
    return make(url, { maxNativeZoom: maxZoom, opacity, subdomains, pane: "tilePane" });
  }

  function create(leaflet) {
    let [features, layers, tiles, shown, tokens, dead] = [[], [], null, "", null, false];

    function restyle(next) {
      tokens = next;
      for (const layer of layers) layer.redraw();
    }

    function clear() {
      for (const layer of layers) layer.remove();
      if (tiles) tiles.remove();
      [layers, tiles] = [[], null];
    }

    const layer = (pane, over) => {
      const held = features.filter((feature) => feature.over === over);
      const options = { pane, padding: 0.15, draw: (ctx, frame) => draw(ctx, frame, held, tokens, !tiles) };
      return map.overlay.create(options).addTo(leaflet);
    };

    async function set(spec) {
      const wanted = JSON.stringify(spec || {});
      if (wanted === shown) return;
      shown = wanted;
      const data = spec && spec.url ? await map.data.json(spec.url) : null;
      if (dead || shown !== wanted) return;
      clear();
      leaflet.getContainer().classList.toggle("jw-tiled", Boolean(spec && spec.tiles));
      if (spec && spec.tiles) tiles = tileLayer(spec.tiles).addTo(leaflet);
      if (!data) return;
      features = data.features.map(prepared);
      layers = [layer("jw-base", false), layer("jw-roads", true)];
    }

    const remove = () => {
      dead = true;
      clear();
    };
    return { set, restyle, remove };
  }

  map.base = { create };
})();
