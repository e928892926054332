/* A transparent canvas above the map, drawn anew when the map has moved and scaled by CSS while it zooms.
 *
 * When the map comes to rest the overlays are drawn one after the other, a few a frame, so that none is late by itself;
 * until then each shows what it had, where it belongs. waiting() tells whether any has yet to be drawn.
 * map.overlay.create({pane, padding, draw(ctx, frame)}) -> Leaflet layer; redraw() draws again at once.
 * map.overlay.pane(leaflet, name, z) makes a pane that the pointer does not feel; returns the function that removes it.
 * world(lon, lat) -> [x, y], fractions of the world.
 * frame: {map, zoom, left, top, width, height, ratio, place(lon, lat) -> [x, y], view(geometry)}; x and y are CSS
 * pixels of the canvas; left and top the world pixel of its corner; the context is scaled by the ratio already.
 */
(function () {
  const map = ((window.jingwei ??= {}).map ??= {});

  const FIXED = ["zoom", "left", "top", "width", "height", "ratio"];
  const BUDGET_MS = 6;
  const queue = new Set();
  let turn = 0;

  function work() {
    const until = performance.now() + BUDGET_MS;
    for (const layer of queue) {
      queue.delete(layer);
      layer._cover();
      if (performance.now() > until) break;
    }
    turn = queue.size && requestAnimationFrame(work);
  }

  const methods = {
    _initContainer() {
      this._container = document.createElement("canvas");
      this._container.className = "jw-overlay";
    },

    _destroyContainer() {
      queue.delete(this);
      this._container.remove();
      delete this._container;
      delete this.frame;
    },

    _updatePaths() {},

    _reset() {
      this._update();
      this._updateTransform(this._map.getCenter(), this._map.getZoom());
    },

    /** Called by Leaflet when the map comes to rest. */
    _update() {
      if (!this.frame || !this._size.equals(this._map.getSize())) return this._cover();
      queue.add(this);
      turn ||= requestAnimationFrame(work);
      return undefined;
    },

    /** Cover the view and its padding again. */
    _cover() {
      if (this._map._animatingZoom && this._bounds) return;
      L.Renderer.prototype._update.call(this);
      this._size = this._map.getSize();
      const size = this._bounds.getSize();
      const ratio = map.theme.ratio(this._map.getContainer());
      L.DomUtil.setPosition(this._container, this._bounds.min);
      const [last, frame] = [this.frame, (this.frame = frameOf(this._map, this._bounds, ratio))];
      if (last && FIXED.every((name) => last[name] === frame[name])) return;
      this._container.width = Math.round(size.x * ratio);
      this._container.height = Math.round(size.y * ratio);
      this._container.style.width = size.x + "px";
      this._container.style.height = size.y + "px";
      this.redraw();
    },

    redraw() {
      if (!this._container || !this.frame) return;
      map.sheet.show(this._container, (ctx) => {
        ctx.setTransform(this.frame.ratio, 0, 0, this.frame.ratio, 0, 0);
        this.options.draw(ctx, this.frame);
      });
    },
  };

  /** A place as fractions of the world of web Mercator. */
  function world(lon, lat) {
    const s = Math.sin((lat * Math.PI) / 180);
    return [(lon + 180) / 360, 0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI)];
  }

  function frameOf(leaflet, bounds, ratio) {
    const corner = leaflet.getPixelOrigin().add(bounds.min);
    const { x: width, y: height } = bounds.getSize();
    const zoom = leaflet.getZoom();
    const side = 256 * 2 ** zoom;
    const place = (lon, lat) => {
      const [x, y] = world(lon, lat);
      return [x * side - corner.x, y * side - corner.y];
    };
    const view = (geometry) => map.geometry.view(geometry, zoom, corner.x, corner.y, 1);
    return { map: leaflet, zoom, left: corner.x, top: corner.y, width, height, ratio, place, view };
  }

  let Overlay = null;

  map.overlay = {
    create(options) {
      Overlay ??= L.Renderer.extend(methods);
      return new Overlay({ padding: 0.1, ...options });
    },
    waiting: () => queue.size > 0,
    world,

    pane(leaflet, name, z) {
      const pane = leaflet.getPane(name) || leaflet.createPane(name);
      pane.style.zIndex = z;
      pane.style.pointerEvents = "none";
      return () => {
        pane.remove();
        delete leaflet.getPanes()[name];
      };
    },
  };
})();
