/* The base map without tiles: land, water and roads from one GeoJSON, in the colours of the theme.
 *
 * map.base.create(leaflet) -> {set(spec), restyle(tokens), remove()}
 * spec: {url?: GeoJSON address, tiles?: {url, crs: "wgs84" | "gcj02", subdomains, max_zoom, opacity}}; over tiles the land
 * is not filled and cells let them through. Features carry properties.kind: "city" or
 * "district" (areas under the cells), "water" (areas under, lines over the cells), "road" (lines over the cells) and,
 * for roads, properties.rank 1 (arterial) to 3, shown from zoom 0, 12, 14.
 */
(function () {
  const map = ((window.jingwei ??= {}).map ??= {});
  const FROM_ZOOM = { 1: 0, 2: 12, 3: 14 };

  function styleOf(feature, tokens, zoom, land) {
    const { kind, rank = 1 } = feature.properties;
    const line = feature.geometry.type.endsWith("LineString");
    if (kind === "water") {
      const colour = tokens["net-government"];
      return line
        ? { color: colour, weight: 1.2, opacity: 0.35, fill: false }
        : { stroke: false, fillColor: colour, fillOpacity: 0.18 };
    }
    if (kind === "road") {
      const shown = zoom >= (FROM_ZOOM[rank] ?? 14);
      return { color: tokens["text-2"], weight: 1.8 / rank, opacity: shown ? 0.35 : 0, fill: false };
    }
    const city = kind === "city";
    return {
      color: tokens.line, weight: city ? 1.2 : 0.8, opacity: 1,
      fill: city && land, fillColor: tokens["surface-1"], fillOpacity: 1,
    };
  }

  function group(leaflet, data, pane, keep) {
    const renderer = L.canvas({ pane, padding: 0.15 });
    const layer = L.geoJSON(data, { pane, renderer, interactive: false, filter: keep });
    layer.addTo(leaflet);
    return { layer, renderer };
  }

  function tileLayer({ url, crs, subdomains, max_zoom: maxZoom, opacity }) {
    const make = crs === "gcj02" ? map.gcj02.layer : L.tileLayer;
    return make(url, { maxNativeZoom: maxZoom, opacity, subdomains, pane: "tilePane" });
  }

  const over = (f) => f.geometry.type.endsWith("LineString") && ["water", "road"].includes(f.properties.kind);

  function create(leaflet) {
    let [groups, tiles, shown, tokens, dead] = [[], null, "", null, false];

    function restyle(next) {
      tokens = next || tokens;
      if (!tokens) return;
      for (const { layer } of groups) layer.setStyle((f) => styleOf(f, tokens, leaflet.getZoom(), !tiles));
    }

    function clear() {
      for (const { layer, renderer } of groups) {
        layer.remove();
        renderer.remove();
      }
      if (tiles) tiles.remove();
      [groups, tiles] = [[], null];
    }

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
      groups = [group(leaflet, data, "jw-base", (f) => !over(f)), group(leaflet, data, "jw-roads", over)];
      restyle();
    }

    const onZoom = () => restyle();
    leaflet.on("zoomend", onZoom);
    const remove = () => {
      dead = true;
      leaflet.off("zoomend", onZoom);
      clear();
    };
    return { set, restyle, remove };
  }

  map.base = { create };
})();
