/* The layer that draws the cells of one level: canvas tiles at the map's exact zoom, fractional ones too.
 *
 * const layer = map.cells.layer(options); layer.addTo(leafletMap)
 *   options: pane, onready() called when a scene has all of its visible tiles
 * layer.show(picture)  picture: {shape, geometry, shown(cell), uppers: [{geometry, cells(box)}…] outermost last,
 *   table: colours (raster.js), ink(zoom) -> {base, hatch, share, thin, upper: […]}, lines as {colour, width, alpha}}
 *   The same shape (any string): only the colours change, drawn into the canvases that are there.
 *   Else a new scene is built beside the old one, a few tiles a frame, and cross-faded in when complete.
 *
 * A scene is the tiles of one picture at one zoom, some 512 device pixels wide. Each tile keeps its cell numbers
 * (raster.js) and its borders on a second canvas, so a repaint costs one look-up a pixel. While zooming, the present
 * scene is scaled by CSS.
 */
(function () {
  const map = ((window.jingwei ??= {}).map ??= {});
  const BUDGET_MS = 6;
  const FADE_MS = 180;

  const methods = {
    initialize(options) {
      L.setOptions(this, options);
    },

    onAdd(leaflet) {
      this._map = leaflet;
      this._root = L.DomUtil.create("div", "jw-cells", this.getPane());
      return this;
    },

    onRemove() {
      cancelAnimationFrame(this._frame);
      this._frame = 0;
      this._root.remove();
      this._now = this._next = this._picture = null;
    },

    getEvents() {
      const [place, settle] = [this._place, this._settle];
      const events = { viewreset: place, zoom: place, moveend: settle, resize: settle, move: this._wake };
      if (this._zoomAnimated) events.zoomanim = this._animate;
      return events;
    },

    /** Returns whether the picture is complete already. */
    show(picture) {
      const same = this._picture && this._picture.shape === picture.shape;
      this._picture = picture;
      if (same) this.repaint();
      else this._build();
      return Boolean(same && this._now && !this._next);
    },

    /** Draw the present colours into the canvases that are there: those in view now, the others when idle. */
    repaint() {
      for (const scene of [this._now, this._next]) {
        if (!scene || scene.picture.shape !== this._picture.shape) continue;
        scene.picture = this._picture;
        const view = this._window(scene, 0);
        for (const tile of scene.tiles.values()) {
          if (inside(scene, tile, view)) this._paint(scene, tile);
          else tile.stale = true;
        }
      }
      this._wake();
    },

    _settle() {
      const scene = this._next || this._now;
      const fits = scene && scene.zoom === this._map.getZoom() && scene.ratio === this._ratio();
      if (fits) this._wake();
      else this._build();
    },

    _build() {
      if (!this._map || !this._picture || !this._map._loaded) return;
      if (this._next) this._next.el.remove();
      const zoom = this._map.getZoom();
      const el = L.DomUtil.create("div", "jw-scene leaflet-zoom-animated", this._root);
      el.style.opacity = 0;
      const [picture, origin, ratio] = [this._picture, this._map.getPixelOrigin(), this._ratio()];
      const side = ratio < 1.5 ? 512 : 256;
      this._next = { picture, ink: picture.ink(zoom), zoom, ratio, side, origin, el, tiles: new Map() };
      this._place();
      this._wake();
    },

    _ratio() {
      return map.theme.ratio(this._map.getContainer());
    },

    _wake() {
      if (!this._frame) this._frame = requestAnimationFrame(() => this._work());
    },

    /** One frame's share of the work, after the overlays: missing tiles in view, then stale ones, then those around. */
    _work() {
      this._frame = 0;
      if (map.overlay.waiting()) return this._wake();
      const until = performance.now() + BUDGET_MS;
      const scene = this._next || this._now;
      if (!scene || this._map._animatingZoom || scene.zoom !== this._map.getZoom()) return undefined;
      const missing = this._missing(scene, 0);
      while (missing.length && performance.now() < until) this._tile(scene, ...missing.pop());
      if (missing.length) return this._wake();
      if (scene === this._next) this._promote();
      const later = this._missing(scene, 128);
      const stale = [...scene.tiles.values()].filter((tile) => tile.stale);
      while (stale.length && performance.now() < until) this._paint(scene, stale.pop());
      while (later.length && performance.now() < until) this._tile(scene, ...later.pop());
      if (stale.length || later.length) this._wake();
      else this._prune(scene);
      return undefined;
    },

    _promote() {
      const [old, now] = [this._now, this._next];
      const before = [...this._root.children].filter((el) => el !== now.el); // Also what lies under an old one that fades in.
      const clear = () => before.forEach((el) => el.remove());
      this._now = now;
      this._next = null;
      now.el.style.opacity = 1;
      if (old && old.picture.shape !== now.picture.shape && !map.theme.calm()) {
        const fade = now.el.animate([{ opacity: 0 }, { opacity: 1 }], { duration: FADE_MS });
        fade.finished.then(clear, clear);
      } else clear();
      if (this.options.onready) this.options.onready();
    },

    /** Window in world pixels of the scene's zoom. */
    _window(scene, margin) {
      const half = this._map.getSize().divideBy(2);
      const centre = this._map.project(this._map.getCenter(), scene.zoom);
      const [w, h] = [half.x + margin, half.y + margin];
      return [centre.x - w, centre.y - h, centre.x + w, centre.y + h];
    },

    /** Tiles not yet made, farthest from the centre first. */
    _missing(scene, margin) {
      const { side } = scene;
      const [x0, y0, x1, y1] = this._window(scene, margin);
      const far = ([tx, ty]) => Math.hypot((tx + 0.5) * side - (x0 + x1) / 2, (ty + 0.5) * side - (y0 + y1) / 2);
      const out = [];
      for (let ty = Math.floor(y0 / side); ty <= Math.floor(y1 / side); ty++) {
        for (let tx = Math.floor(x0 / side); tx <= Math.floor(x1 / side); tx++) {
          if (!scene.tiles.has(`${tx}:${ty}`)) out.push([tx, ty]);
        }
      }
      return out.sort((a, b) => far(b) - far(a));
    },

    _tile(scene, tx, ty) {
      const tile = { x: tx, y: ty };
      scene.tiles.set(`${tx}:${ty}`, tile);
      const { side, picture } = scene;
      const { geometry, shown } = picture;
      const size = Math.round(side * scene.ratio);
      const v = map.geometry.view(geometry, scene.zoom, tx * side, ty * side, scene.ratio);
      const box = map.geometry.under(geometry, v, size, size, 2 * scene.ratio);
      const cells = map.geometry.query(geometry, ...box).filter(shown);
      if (!cells.length) return;
      tile.ids = map.raster.fill(geometry, v, size, cells);
      tile.lines = this._lines(scene, v, size, box, cells);
      const canvas = L.DomUtil.create("canvas", "", scene.el);
      canvas.width = canvas.height = size;
      canvas.style.cssText = `position:absolute;width:${side}px;height:${side}px`;
      L.DomUtil.setPosition(canvas, L.point(tx * side, ty * side).subtract(scene.origin));
      tile.canvas = canvas;
      this._paint(scene, tile);
    },

    _paint(scene, tile) {
      tile.stale = false;
      if (!tile.canvas) return;
      const { ink } = scene;
      const size = tile.canvas.width;
      const pixels = scratch(size);
      scene.hatch ??= map.raster.hatchOf(map.theme.pixel(ink.base), map.theme.pixel(ink.hatch), ink.share, scene.ratio);
      map.raster.paint(tile.ids, size, scene.picture.table, scene.hatch, pixels.words);
      map.sheet.show(tile.canvas, (ctx) => {
        ctx.putImageData(pixels.image, 0, 0);
        ctx.drawImage(tile.lines, 0, 0);
      });
    },

    _lines(scene, v, size, box, cells) {
      const { picture, ink } = scene;
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = size;
      const ctx = canvas.getContext("2d");
      ctx.lineJoin = ctx.lineCap = "round";
      const stroke = (g, list, { colour, width, alpha }) => {
        ctx.beginPath();
        map.borders.trace(ctx, g, v, list, map.borders.own(g));
        ctx.globalAlpha = alpha;
        ctx.strokeStyle = colour;
        ctx.lineWidth = width * scene.ratio;
        ctx.stroke();
      };
      stroke(picture.geometry, cells, ink.thin);
      picture.uppers.forEach((upper, i) => stroke(upper.geometry, upper.cells(box), ink.upper[i]));
      return canvas;
    },

    _animate(event) {
      this._transform(event.center, event.zoom);
    },

    _place() {
      this._transform(this._map.getCenter(), this._map.getZoom());
    },

    _transform(center, zoom) {
      for (const scene of [this._now, this._next]) {
        if (!scene) continue;
        const scale = this._map.getZoomScale(zoom, scene.zoom);
        const at = scene.origin.multiplyBy(scale).subtract(this._map._getNewPixelOrigin(center, zoom)).round();
        L.DomUtil.setTransform(scene.el, at, scale);
      }
    },

    _prune(scene) {
      const view = this._window(scene, 768);
      for (const [key, tile] of scene.tiles) {
        if (inside(scene, tile, view)) continue;
        if (tile.canvas) tile.canvas.remove();
        scene.tiles.delete(key);
      }
    },
  };

  function inside({ side }, tile, [x0, y0, x1, y1]) {
    const [x, y] = [tile.x * side, tile.y * side];
    return x < x1 && x + side > x0 && y < y1 && y + side > y0;
  }

  let held = null;

  /** One buffer of pixels for all tiles of a size. */
  function scratch(size) {
    if (!held || held.size !== size) {
      const image = new ImageData(size, size);
      held = { size, image, words: new Uint32Array(image.data.buffer) };
    }
    return held;
  }

  let CellLayer = null;

  map.cells = {
    layer(options) {
      CellLayer ??= L.Layer.extend(methods);
      return new CellLayer(options);
    },
  };
})();
