/* The city's overlays, and areas of a moment: a part of the map (controller.js) that draws model.shapes.
 *
 * shapes: [{key, url, colour: name of a token, lasting}…], bottom to top; url answers GeoJSON in WGS84, where it is
 * lasting for ever, some features with properties.title, which the pointer is told, with properties.colour, a token of
 * their own, or properties.unreal: then dashed and hatched. Areas have a thin fill and a line, points are small rings;
 * nothing can be clicked. The element of each canvas carries data-shapes, the number of shapes in view.
 */
(function () {
  const map = ((window.jingwei ??= {}).map ??= {});
  const PANE = "jw-shapes";
  const RING = 4;
  const HATCH = 9;
  const FILL = 0.08;
  const DASHES = [9, 6];
  const REACH = { point: 7, line: 5, area: 0 };
  const MOST_TOLD = 3;
  const decoded = new WeakMap();

  /** Places as x, y, x, y … in fractions of the web-Mercator world. */
  function flat(places) {
    const out = new Float64Array(2 * places.length);
    places.forEach(([lon, lat], i) => {
      const sine = Math.sin((Math.max(-85, Math.min(85, lat)) * Math.PI) / 180);
      out[2 * i] = (lon + 180) / 360;
      out[2 * i + 1] = 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
    });
    return out;
  }

  /** A geometry as simple shapes: {kind, rings}. */
  function parts(geometry) {
    const c = geometry.coordinates;
    if (geometry.type === "GeometryCollection") return geometry.geometries.flatMap(parts);
    if (geometry.type === "Point") return [{ kind: "point", rings: [flat([c])] }];
    if (geometry.type === "MultiPoint") return c.map((place) => ({ kind: "point", rings: [flat([place])] }));
    if (geometry.type === "LineString") return [{ kind: "line", rings: [flat(c)] }];
    if (geometry.type === "MultiLineString") return [{ kind: "line", rings: c.map(flat) }];
    if (geometry.type === "Polygon") return [{ kind: "area", rings: c.map(flat) }];
    return [{ kind: "area", rings: c.flatMap((polygon) => polygon.map(flat)) }];
  }

  function boxOf(rings) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const ring of rings) {
      for (let i = 0; i < ring.length; i += 2) {
        box[0] = Math.min(box[0], ring[i]);
        box[1] = Math.min(box[1], ring[i + 1]);
        box[2] = Math.max(box[2], ring[i]);
        box[3] = Math.max(box[3], ring[i + 1]);
      }
    }
    return box;
  }

  function shapesOf(data) {
    if (!decoded.has(data)) {
      const all = data.features.flatMap(({ geometry, properties }) =>
        parts(geometry).map((part) => ({ ...properties, ...part, box: boxOf(part.rings) })),
      );
      decoded.set(data, all);
    }
    return decoded.get(data);
  }

  function trace(ctx, rings, scale, left, top, closed) {
    for (const ring of rings) {
      for (let i = 0; i < ring.length; i += 2) {
        if (i) ctx.lineTo(ring[i] * scale - left, ring[i + 1] * scale - top);
        else ctx.moveTo(ring[i] * scale - left, ring[i + 1] * scale - top);
      }
      if (closed) ctx.closePath();
    }
  }

  /** Lines from lower left to upper right, in what the path encloses of the frame. */
  function hatch(ctx, shape, frame, scale) {
    const [west, north, east, south] = shape.box.map((v, i) => v * scale - (i % 2 ? frame.top : frame.left));
    const [left, right] = [Math.max(west, 0), Math.min(east, frame.width)];
    const [top, bottom] = [Math.max(north, 0), Math.min(south, frame.height)];
    ctx.save();
    ctx.clip("evenodd");
    ctx.beginPath();
    for (let c = Math.ceil((left + top) / HATCH) * HATCH; c < right + bottom; c += HATCH) {
      ctx.moveTo(c - bottom, bottom);
      ctx.lineTo(c - top, top);
    }
    ctx.stroke();
    ctx.restore();
  }

  function one(ctx, shape, frame, scale, colour, edge) {
    ctx.beginPath();
    if (shape.kind === "point") {
      const [x, y] = shape.rings[0];
      ctx.arc(x * scale - frame.left, y * scale - frame.top, RING, 0, 2 * Math.PI);
    } else trace(ctx, shape.rings, scale, frame.left, frame.top, shape.kind === "area");
    if (shape.kind === "area") {
      ctx.globalAlpha = FILL;
      ctx.fillStyle = colour;
      ctx.fill("evenodd");
      ctx.globalAlpha = 1;
    } else {
      ctx.strokeStyle = edge;
      ctx.lineWidth = 4;
      ctx.stroke();
    }
    ctx.strokeStyle = colour;
    ctx.lineWidth = shape.kind === "line" ? 2 : 1.6;
    if (shape.unreal) ctx.setLineDash(DASHES);
    ctx.stroke();
    ctx.setLineDash([]);
    if (shape.unreal && shape.kind === "area") hatch(ctx, shape, frame, scale);
  }

  const apart = (a, b) => a[0] > b[2] || a[2] < b[0] || a[1] > b[3] || a[3] < b[1];

  function draw(ctx, frame, { shapes, spec, tokens }, element) {
    if (!tokens) return;
    const scale = 256 * 2 ** frame.zoom;
    const far = (RING + 2) / scale;
    const [x, y] = [frame.left / scale, frame.top / scale];
    const view = [x - far, y - far, x + frame.width / scale + far, y + frame.height / scale + far];
    const seen = shapes.filter(({ box }) => !apart(box, view));
    const colour = (shape) => tokens[shape.colour || spec.colour] || tokens["text-1"];
    ctx.lineJoin = ctx.lineCap = "round";
    for (const shape of seen) one(ctx, shape, frame, scale, colour(shape), tokens["surface-0"]);
    element.dataset.shapes = seen.length;
  }

  function inside(rings, x, y) {
    let held = false;
    for (const ring of rings) {
      for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
        if (ring[i + 1] > y === ring[j + 1] > y) continue;
        if (x < ring[i] + ((y - ring[i + 1]) * (ring[j] - ring[i])) / (ring[j + 1] - ring[i + 1])) held = !held;
      }
    }
    return held;
  }

  /** Least distance from a place to a line through its corners, all in one unit. */
  function distance(rings, x, y) {
    let least = Infinity;
    for (const ring of rings) {
      for (let i = 0; i < ring.length; i += 2) {
        const j = Math.min(i + 2, ring.length - 2);
        const [dx, dy] = [ring[j] - ring[i], ring[j + 1] - ring[i + 1]];
        const along = ((x - ring[i]) * dx + (y - ring[i + 1]) * dy) / (dx * dx + dy * dy || 1);
        const t = Math.max(0, Math.min(1, along));
        least = Math.min(least, Math.hypot(x - ring[i] - t * dx, y - ring[i + 1] - t * dy));
      }
    }
    return least;
  }

  function touches(shape, x, y, scale) {
    const reach = REACH[shape.kind] / scale;
    if (apart(shape.box, [x - reach, y - reach, x + reach, y + reach])) return false;
    return shape.kind === "area" ? inside(shape.rings, x, y) : distance(shape.rings, x, y) <= reach;
  }

  function overlay(leaflet) {
    const state = { shapes: [], spec: null, tokens: null, dead: false };
    const canvas = map.overlay.create({ pane: PANE, draw: (ctx, frame) => draw(ctx, frame, state, canvas._container) });

    async function set(spec) {
      const same = state.spec?.url === spec.url;
      state.spec = spec;
      if (same) return canvas._map && canvas.redraw();
      try {
        const shapes = shapesOf(await (spec.lasting ? map.data.json : map.data.points)(spec.url));
        if (state.dead || state.spec.url !== spec.url) return undefined;
        state.shapes = shapes;
      } catch (error) {
        if (state.spec.url === spec.url) state.spec = { ...spec, url: null };
        throw error;
      }
      if (canvas._map) canvas.redraw();
      else canvas.addTo(leaflet);
      return undefined;
    }

    return Object.assign(state, { canvas, set, remove: () => ((state.dead = true), canvas.remove()) });
  }

  function create({ map: leaflet }) {
    const removePane = map.overlay.pane(leaflet, PANE, 402);
    let [layers, tokens] = [new Map(), null];

    async function set(model) {
      const old = layers;
      layers = new Map();
      const coming = (model.shapes || []).map((spec) => {
        const layer = old.get(spec.key) || Object.assign(overlay(leaflet), { tokens });
        old.delete(spec.key);
        layers.set(spec.key, layer);
        return layer.set(spec);
      });
      for (const layer of old.values()) layer.remove();
      await Promise.all(coming);
      [...layers.values()].forEach(({ canvas }, order) => canvas._container && (canvas._container.style.zIndex = order));
    }

    function told(latlng) {
      const scale = 256 * 2 ** leaflet.getZoom();
      const [x, y] = flat([[latlng.lng, latlng.lat]]);
      const under = [...layers.values()].reverse().flatMap(({ shapes }) =>
        shapes.filter((shape) => shape.title && touches(shape, x, y, scale)),
      );
      const titles = [...new Set(under.map(({ title }) => title))];
      return titles.slice(0, MOST_TOLD).map((text) => ({ kind: "note", text }));
    }

    return {
      set,
      told,
      restyle(next) {
        tokens = next;
        for (const layer of layers.values()) {
          layer.tokens = next;
          layer.canvas.redraw();
        }
      },
      remove() {
        for (const layer of layers.values()) layer.remove();
        removePane();
      },
    };
  }

  (map.parts ??= []).push(create);
})();
