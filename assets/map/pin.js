/* A part of the map: the pin at the place that is asked about, model.pin [lon, lat]; absent: none. */
(function () {
  const map = ((window.jingwei ??= {}).map ??= {});
  const PANE = "jw-pin";
  const SHAPE = "M12 31C5 20 2 16 2 11.5a10 10 0 0 1 20 0C22 16 19 20 12 31Z";
  const HTML = `<svg viewBox="0 0 24 32" aria-hidden="true"><path d="${SHAPE}"/><circle cx="12" cy="11.5" r="4"/></svg>`;

  function create({ map: leaflet }) {
    const pane = leaflet.getPane(PANE) || leaflet.createPane(PANE);
    Object.assign(pane.style, { zIndex: 440, pointerEvents: "none" });
    const icon = L.divIcon({ className: PANE, html: HTML, iconSize: [24, 32], iconAnchor: [12, 31] });
    const marker = L.marker([0, 0], { icon, pane: PANE, interactive: false, keyboard: false });
    return {
      set({ pin }) {
        if (!pin) marker.remove();
        else marker.setLatLng([pin[1], pin[0]]).addTo(leaflet);
      },
      remove() {
        marker.remove();
        pane.remove();
        delete leaflet.getPanes()[PANE];
      },
    };
  }

  (map.parts ??= []).push(create);
})();
