/* The tools at the edge of the map: closer, farther, the whole unit, and marking an area.
 *
 * A part of the map (see controller.js). model.tools: texts {closer, farther, whole, rectangle, polygon, clear,
 * rectangle_hint, polygon_hint}; absent: no tools. model.area: corners [[lon, lat]…] of the area that is looked at, drawn
 * dashed. An area that was marked (select.js) becomes the address' `area`; `clear` takes it off again.
 */
(function () {
  const map = ((window.jingwei ??= {}).map ??= {});
  const ICONS = {
    closer: "M7.2 2h1.6v5.2H14v1.6H8.8V14H7.2V8.8H2V7.2h5.2z",
    farther: "M2 7.2h12v1.6H2z",
    whole: "M2 2h4v1.5H3.5V6H2zM10 2h4v4h-1.5V3.5H10zM2 10h1.5v2.5H6V14H2zM12.5 10H14v4h-4v-1.5h2.5z",
    rectangle: "M2 3h12v10H2zM3.5 4.5v7h9v-7z",
    polygon: "M8 1.5 14.5 6.5 12 14H4L1.5 6.5zM8 3.4 3.3 7 5.1 12.5h5.8L12.7 7z",
    clear: "M3.5 2.4 8 6.9l4.5-4.5 1.1 1.1L9.1 8l4.5 4.5-1.1 1.1L8 9.1l-4.5 4.5-1.1-1.1L6.9 8 2.4 3.5z",
  };
  const DIGITS = 5;

  function button(name) {
    const element = document.createElement("button");
    element.type = "button";
    element.className = `map-tool tool-${name}`;
    element.innerHTML = `<svg viewBox="0 0 16 16" aria-hidden="true"><path fill-rule="evenodd" d="${ICONS[name]}"/></svg>`;
    return element;
  }

  function create(controller) {
    const { map: leaflet, box } = controller;
    const bar = L.DomUtil.create("div", "map-tools", box);
    bar.setAttribute("role", "toolbar");
    const hint = L.DomUtil.create("div", "map-hint", box);
    hint.setAttribute("role", "status");
    hint.hidden = true;
    const buttons = Object.fromEntries(Object.keys(ICONS).map((name) => [name, button(name)]));
    bar.append(...Object.values(buttons));
    L.DomEvent.disableClickPropagation(bar);
    const pencil = map.select.create(controller, ended);
    let [texts, area, tokens] = [null, null, controller.tokens];

    const acts = {
      closer: () => leaflet.zoomIn(),
      farther: () => leaflet.zoomOut(),
      whole: () => controller.fitter.again(),
      rectangle: () => begin("rectangle"),
      polygon: () => begin("polygon"),
      clear: () => look(""),
    };
    for (const [name, act] of Object.entries(acts)) buttons[name].addEventListener("click", act);

    function look(area) {
      const { nav } = window.jingwei;
      nav.to(nav.but(window.location.href, { area, level: "", place: "" }));
    }

    function begin(shape) {
      const again = pencil.shape === shape;
      pencil.stop();
      if (!again) pencil.start(shape);
      mark();
      if (!again) box.focus({ preventScroll: true });
    }

    /** The corners of what was marked, or null where that was given up. */
    function ended(corners) {
      mark();
      if (!corners) return;
      const written = corners.map(({ lng, lat }) => `${lng.toFixed(DIGITS)},${lat.toFixed(DIGITS)}`);
      look(written.join(";"));
    }

    function mark() {
      for (const shape of ["rectangle", "polygon"]) {
        buttons[shape].setAttribute("aria-pressed", String(pencil.shape === shape));
      }
      hint.hidden = !pencil.shape;
      hint.textContent = pencil.shape ? texts[`${pencil.shape}_hint`] : "";
    }

    function outline(corners) {
      if (area) area.remove();
      area = null;
      if (!corners) return;
      const style = { fill: false, weight: 1.5, dashArray: "6 4", color: tokens?.accent, interactive: false };
      area = L.polygon(corners.map(([lon, lat]) => [lat, lon]), { ...style, pane: "overlayPane" }).addTo(leaflet);
    }

    return {
      set(model) {
        texts = model.tools;
        bar.hidden = !texts;
        if (texts) {
          for (const [name, element] of Object.entries(buttons)) {
            element.title = texts[name];
            element.setAttribute("aria-label", texts[name]);
          }
          bar.setAttribute("aria-label", texts.title);
        }
        buttons.clear.hidden = !model.area;
        outline(model.area);
        mark();
      },
      restyle(next) {
        tokens = next;
        if (area) area.setStyle({ color: tokens.accent });
        pencil.restyle(tokens);
      },
      remove() {
        pencil.stop();
        if (area) area.remove();
        bar.remove();
        hint.remove();
      },
    };
  }

  (map.parts ??= []).push(create);
})();
