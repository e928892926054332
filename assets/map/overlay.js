/* A transparent canvas above the map, drawn anew when the map has moved and scaled by CSS while it zooms.
 *
 * map.overlay.create({pane, padding, draw(ctx, frame)}) -> Leaflet layer; redraw() draws again at once.
 * map.overlay.pane(leaflet, name, z) makes a pane that the pointer does not feel; returns the function that removes it.
 * frame: {map, zoom, left, top, width, height, ratio, place(lon, lat) -> [x, y], view(geometry)}; x and y are CSS
 * pixels of the canvas; left and top the world pixel of its corner; the context is scaled by the ratio already.
 */
(function () {
  const map = ((window.jingwei ??= {}).map ??= {});

  const methods = {
    _initContainer() {
      this._container = document.createElement("canvas");
      this._container.className = "jw-overlay";
    },

    _destroyContainer() {
      this._container.remove();
      delete this._container;
    },

    _updatePaths() {},

    /** Called by Leaflet after moves: cover the view and its padding again. */
    _update() {
      if (this._map._animatingZoom && this._bounds) return;
      L.Renderer.prototype._update.call(this);
      const size = this._bounds.getSize();
      const ratio = map.theme.ratio(this._map.getContainer());
      L.DomUtil.setPosition(this._container, this._bounds.min);
      this._container.width = Math.round(size.x * ratio);
      this._container.height = Math.round(size.y * ratio);
      this._container.style.width = size.x + "px";
      this._container.style.height = size.y + "px";
      this.frame = frameOf(this._map, this._bounds, ratio);
      this.redraw();
    },

    redraw() {
      if (!this._container || !this.frame) return;
      const ctx = this._container.getContext("2d");
      ctx.setTransform(1, 0, 0, 1, 0, 0);
      ctx.clearRect(0, 0, this._container.width, this._container.height);
      ctx.setTransform(this.frame.ratio, 0, 0, this.frame.ratio, 0, 0);
      this.options.draw(ctx, this.frame);
    },
  };

  function frameOf(leaflet, bounds, ratio) {
    const corner = leaflet.getPixelOrigin().add(bounds.min);
    const { x: width, y: height } = bounds.getSize();
    const zoom = leaflet.getZoom();
    const world = 256 * 2 ** zoom;
    const place = (lon, lat) => {
      const s = Math.sin((lat * Math.PI) / 180);
      const y = 0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI);
      return [((lon + 180) / 360) * world - corner.x, y * world - corner.y];
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
