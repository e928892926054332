/* A transparent canvas above the map, drawn anew when the map has moved and scaled by CSS while it zooms.
 *
 * When the map comes to rest the overlays are drawn one after the other, a few milliseconds a frame, so that none is late
 * by itself; until then each shows what it had, where it belongs. waiting() tells whether any has yet to be drawn.
 * map.overlay.create({pane, padding, draw(ctx, frame), pieces}) -> Leaflet layer; redraw() draws again at once, later()
 *   in turn. With `pieces` draw is a generator, which yields wherever it may be interrupted to go on in the next frame.
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

  /** A frame's share of the drawing; whoever is being drawn stays first in the queue until it is done. */
  function work() {
    const until = performance.now() + BUDGET_MS;
    for (const layer of queue) {
      while (!layer._piece() && performance.now() < until);
      if (!layer._pieces) queue.delete(layer);
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
      if (this.frame && this._size.equals(this._map.getSize())) return this.later(false);
      this._stale = true;
      return this._whole();
    },

    /** Draw again when it is this one's turn; unless `stale`, only where the map shows another place by then. */
    later(stale = true) {
      this._stale ||= stale;
      this._pieces = null;
      if (!this._container) return;
      queue.add(this);
      turn ||= requestAnimationFrame(work);
    },

    redraw() {
      if (!this._container || !this.frame) return;
      this._stale = true;
      this._whole();
    },

    _whole() {
      this._pieces = null;
      while (!this._piece());
    },

    /** Do one piece of the drawing; returns whether that was the last. */
    _piece() {
      this._pieces ??= this._drawn();
      if (this._pieces.next().done) this._pieces = null;
      return !this._pieces;
    },

    /** The picture of the view and its padding, in pieces; handed over with the last. */
    *_drawn() {
      if (this._map._animatingZoom && this._bounds) return;
      const cover = { _map: this._map, options: this.options };
      L.Renderer.prototype._update.call(cover);
      const ratio = map.theme.ratio(this._map.getContainer());
      const frame = frameOf(this._map, cover._bounds, ratio);
      const same = this.frame && FIXED.every((name) => this.frame[name] === frame[name]);
      if (!same || this._stale) {
        const size = cover._bounds.getSize();
        const { draw, pieces } = this.options;
        const sheet = map.sheet.open(Math.round(size.x * ratio), Math.round(size.y * ratio), pieces);
        sheet.ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
        for (const _ of draw(sheet.ctx, frame) || []) {
          sheet.settle();
          yield;
        }
        sheet.onto(this._container);
        this._container.style.width = size.x + "px";
        this._container.style.height = size.y + "px";
        this._stale = false;
      }
      L.DomUtil.setPosition(this._container, cover._bounds.min);
      const { _bounds, _center, _zoom } = cover;
      Object.assign(this, { _bounds, _center, _zoom, frame, _size: this._map.getSize() });
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
