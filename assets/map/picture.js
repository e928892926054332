/* What the cells show: choice of the level, its data, its colours.
 *
 * pick(model, leaflet, present, aim) -> the entry of model.levels to draw: the pinned one, else the finest whose median
 *   cell is at least MIN_PX wide. While the map shows or makes for the place the model fits, aim = {center, zoom} alone
 *   decides, so that one View looks the same however it was come to. Where a person has zoomed (no aim), the present
 *   level gives way only beyond a margin, so that levels do not flutter.
 * load(model, level) -> promise of {level, geometry, names (a promise), data | null, uppers, selected, labels}
 *   (data is null when the values did not come: the last ones stay, or all is hatched); `frame` {values, steps, colors}
 *   may be put beside it, to be shown in its place
 * ahead(model, level) fetches what a zoom inwards will need, one after the other whenever the page is idle: the cells and
 *   names of all levels below `level`, the values (which change with the data) of the next. Returns a function that ends it.
 * create(leaflet, onready) -> {show(model, parts), restyle(tokens, night), remove()}
 */
(function () {
  const map = ((window.jingwei ??= {}).map ??= {});
  const MIN_PX = 9;
  const MARGIN = 0.15;
  const OUTLINES = 32;

  /** Width in CSS pixels of a cell of `degrees` of latitude. */
  function pixels(degrees, center, zoom) {
    return ((degrees / 360) * 256 * 2 ** zoom) / Math.cos((center.lat * Math.PI) / 180);
  }

  function pick(model, leaflet, present, aim) {
    const pinned = model.levels.find((entry) => entry.level === model.level);
    if (pinned) return pinned;
    const { center, zoom } = aim || { center: leaflet.getCenter(), zoom: leaflet.getZoom() };
    let choice = model.levels[0];
    for (const entry of model.levels) {
      const margin = entry.level <= present ? 1 - MARGIN : 1 + MARGIN;
      const need = MIN_PX * (aim || present === undefined ? 1 : margin);
      if (pixels(entry.size, center, zoom) >= need) choice = entry;
    }
    return choice;
  }

  const masks = new WeakMap();

  /** Tells whether a cell is among `ranges` (all when absent). */
  function among(ranges, cells) {
    if (!ranges) return () => true;
    if (!masks.has(ranges)) {
      const mask = new Uint8Array(cells);
      for (const [a, b] of ranges) mask.fill(1, a, b);
      masks.set(ranges, mask);
    }
    const mask = masks.get(ranges);
    return (c) => mask[c] === 1;
  }

  async function load(model, level) {
    const entry = (n) => model.levels.find((e) => e.level === n) || (model.frames || []).find((e) => e.level === n);
    const above = model.levels.filter((e) => e.level < level.level).reverse();
    const data = level.values ? map.data.values(level.values).catch(map.warn) : null;
    const [geometry, ...uppers] = await Promise.all([level, ...above].map((e) => map.data.cells(e.cells)));
    const names = (model.labels || []).map(entry).filter((e) => e && e.level <= level.level);
    const labels = await Promise.all(names.map(labelSet));
    return {
      level, geometry, labels,
      data: await data,
      names: map.data.names(level.names),
      uppers: above.map((e, i) => upperOf(e, uppers[i])),
      selected: model.selected ? await selection(model.selected, entry(model.selected.level)) : null,
    };
  }

  function ahead(model, level) {
    let ended = false;
    const idle = () => new Promise((go) => (window.requestIdleCallback || setTimeout)(go));
    const pinned = model.levels.some((entry) => entry.level === model.level);
    const below = pinned ? [] : model.levels.filter((entry) => entry.level > level.level);
    const { cells, names, values } = map.data;
    const wanted = below.flatMap((entry) => [[cells, entry.cells], [names, entry.names]]);
    if (below.length) wanted.splice(2, 0, [values, below[0].values]);
    (async () => {
      for (const [fetching, url] of wanted) {
        await idle();
        if (ended) return;
        if (url) await fetching(url).catch(map.warn);
      }
    })();
    return () => (ended = true);
  }

  async function labelSet(entry) {
    const [geometry, names] = await Promise.all([map.data.cells(entry.cells), map.data.names(entry.names)]);
    return { level: entry.level, geometry, names, ranges: entry.ranges };
  }

  function upperOf(entry, geometry) {
    const shown = among(entry.ranges, geometry.cells);
    const cells = (box) => map.geometry.query(geometry, ...box).filter(shown);
    return { geometry, cells };
  }

  const outlines = new WeakMap();

  async function selection(selected, entry) {
    if (!entry) return null;
    const geometry = await map.data.cells(entry.cells);
    const key = JSON.stringify(selected.ranges);
    if (!outlines.has(geometry)) outlines.set(geometry, new Map());
    const known = outlines.get(geometry);
    if (!known.has(key)) known.set(key, map.borders.outline(geometry, selected.ranges));
    if (known.size > OUTLINES) known.delete(known.keys().next().value);
    return { geometry, pairs: known.get(key) };
  }

  /** Colours and widths of hatch and borders; borders of small cells are fainter. */
  function inkOf(tokens, night, cellPixels, uppers) {
    const strength = Math.max(0.25, Math.min(1, cellPixels / 16));
    const thin = { colour: tokens["surface-1"], width: night ? 0.9 : 0.8, alpha: (night ? 0.75 : 0.85) * strength };
    const upper = uppers.map((_, i) => {
      const top = i === uppers.length - 1;
      const colour = tokens[night ? "text-3" : "text-2"];
      return { colour, width: top ? 1.1 : 0.8, alpha: top ? (night ? 0.85 : 0.8) : night ? 0.45 : 0.5 };
    });
    return { base: tokens["surface-1"], hatch: tokens.unknown, share: night ? 0.8 : 0.6, thin, upper };
  }

  function create(leaflet, onready) {
    const layer = map.cells.layer({ pane: "jw-cells", onready });
    layer.addTo(leaflet);
    let [last, tokens, night] = [null, null, true];

    function show(model, parts) {
      if (!parts.data && last && last.model.title === model.title && last.parts.level.cells === parts.level.cells) {
        parts.data = last.parts.data;
      }
      last = { model, parts };
      const { geometry, level, uppers, frame } = parts;
      const scale = frame || (level.steps ? level : model);
      const spec = {
        cells: geometry.cells,
        values: (frame || parts.data || { values: null }).values,
        steps: scale.steps,
        colours: scale.colors[night ? "night" : "paper"],
        ranges: level.ranges,
        hidden: model.hidden || [],
      };
      const shape = JSON.stringify([level.cells, level.ranges, night, uppers.length]);
      const look = [tokens, night];
      const ink = (zoom) => inkOf(...look, pixels(level.size, leaflet.getCenter(), zoom), uppers);
      const shown = among(level.ranges, geometry.cells);
      if (layer.show({ shape, geometry, shown, uppers, table: map.raster.colours(spec), ink })) onready();
    }

    return {
      layer,
      show,
      restyle(nextTokens, nextNight) {
        [tokens, night] = [nextTokens, nextNight];
        if (last) show(last.model, last.parts);
      },
      remove: () => layer.remove(),
    };
  }

  map.picture = { pick, load, ahead, create };
})();
