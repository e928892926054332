/* Marking an area by hand: a rectangle that is dragged, or a polygon of clicks.
 *
 * map.select.create(controller, ended) -> {shape, start(shape), stop(), restyle(tokens)}; shape: "rectangle", "polygon",
 * or null while nothing is marked. ended(corners: [LatLng…] | null) is told what came of it.
 * Rectangle: drag; Enter takes what is in view. Polygon: a click a corner; the first corner, a double click or Enter
 * closes it, Backspace takes the last one back. Escape gives either up.
 */
(function () {
  const map = ((window.jingwei ??= {}).map ??= {});
  const LEAST_PX = 6;
  const CLOSE_PX = 10;
  const MOST = 100;

  class Pencil {
    constructor(controller, ended) {
      this.controller = controller;
      this.map = controller.map;
      this.ended = ended;
      this.shape = null;
      this.corners = [];
      this.handlers = {
        mousedown: (event) => this.pressed(event), mousemove: (event) => this.moved(event),
        mouseup: (event) => this.released(event), click: (event) => this.clicked(event), dblclick: () => this.close(),
      };
      this.onKey = (event) => this.key(event);
    }

    start(shape) {
      this.shape = shape;
      this.corners = [];
      this.controller.drawing = true;
      this.map.dragging[shape === "rectangle" ? "disable" : "enable"]();
      this.map.doubleClickZoom.disable();
      this.map.getContainer().classList.add("jw-drawing");
      this.line = L.polygon([], { interactive: false, weight: 2, fillOpacity: 0.12 }).addTo(this.map);
      this.restyle(this.controller.tokens);
      this.map.on(this.handlers);
      document.addEventListener("keydown", this.onKey, true);
    }

    stop() {
      if (!this.shape) return;
      this.shape = null;
      this.map.off(this.handlers);
      document.removeEventListener("keydown", this.onKey, true);
      this.line.remove();
      this.map.dragging.enable();
      this.map.doubleClickZoom.enable();
      this.map.getContainer().classList.remove("jw-drawing");
      // A click that ends the marking still reaches the map's own handlers.
      setTimeout(() => (this.controller.drawing = Boolean(this.shape)), 0);
    }

    restyle(tokens) {
      if (this.shape && tokens) this.line.setStyle({ color: tokens.accent });
    }

    end(corners) {
      this.stop();
      this.ended(corners);
    }

    pressed({ latlng }) {
      if (this.shape === "rectangle") this.corners = [latlng];
    }

    moved({ latlng }) {
      if (!this.corners.length) return;
      if (this.shape === "rectangle") this.line.setLatLngs(around(L.latLngBounds(this.corners[0], latlng)));
      else this.line.setLatLngs([...this.corners, latlng]);
    }

    released({ latlng, containerPoint }) {
      if (this.shape !== "rectangle" || !this.corners.length) return;
      const from = this.map.latLngToContainerPoint(this.corners[0]);
      const small = Math.min(Math.abs(from.x - containerPoint.x), Math.abs(from.y - containerPoint.y)) < LEAST_PX;
      const bounds = L.latLngBounds(this.corners[0], latlng);
      this.corners = [];
      this.line.setLatLngs([]);
      if (!small) this.end(around(bounds));
    }

    clicked({ latlng, containerPoint }) {
      if (this.shape !== "polygon") return;
      const first = this.corners[0] && this.map.latLngToContainerPoint(this.corners[0]);
      if (first && this.corners.length > 2 && first.distanceTo(containerPoint) < CLOSE_PX) return this.close();
      const last = this.corners.at(-1);
      if (!last || this.map.latLngToContainerPoint(last).distanceTo(containerPoint) > 2) this.corners.push(latlng);
      this.line.setLatLngs(this.corners);
      if (this.corners.length === MOST) this.close();
      return undefined;
    }

    close() {
      if (this.shape === "polygon" && this.corners.length > 2) this.end(this.corners);
    }

    key(event) {
      const acts = {
        Escape: () => this.end(null),
        Enter: () => (this.shape === "rectangle" ? this.end(around(this.map.getBounds())) : this.close()),
        Backspace: () => {
          this.corners.pop();
          this.line.setLatLngs(this.corners);
        },
      };
      const elsewhere = event.target.closest("button, a, input, select, summary");
      if (!acts[event.key] || (elsewhere && event.key !== "Escape")) return;
      event.preventDefault();
      event.stopPropagation();
      acts[event.key]();
    }
  }

  function around(bounds) {
    return [bounds.getSouthWest(), bounds.getNorthWest(), bounds.getNorthEast(), bounds.getSouthEast()];
  }

  map.select = { create: (controller, ended) => new Pencil(controller, ended) };
})();
