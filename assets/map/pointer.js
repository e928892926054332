/* Pointer over the map: what is under it, the tooltip, and where a click leads.
 *
 * map.pointer.create(controller) -> {parts, visit(cell, point), open(cell, spot), leave(), again(), remove()}; parts: what
 * picture.load gave last; again() tells the place under the pointer anew, when something else is drawn there or has aged.
 * The top point under the pointer comes before the cell under it; what further parts of the map tell of the place comes
 * below: part.told(latlng, cell under it or null) -> lines of the tooltip. A click on a cell goes to model.href, on a
 * point to its link, or where it has none to the cell it is in; on a cluster into it. Where a click leads to a cell it
 * asks about the very spot too; one beside all cells, the right button and a long press ask about the spot alone.
 */
(function () {
  const map = ((window.jingwei ??= {}).map ??= {});

  const SLIP_PX = 6;

  function pointAt(controller, point) {
    for (const layer of [...controller.points.values()].reverse()) {
      const found = layer.at(point);
      if (found) return found;
    }
    return null;
  }

  function cellAt(parts, latlng) {
    if (!parts) return null;
    const cell = map.geometry.hit(parts.geometry, latlng.lng, latlng.lat);
    return cell < 0 ? null : { geometry: parts.geometry, cell };
  }

  function pointLines(found, model) {
    if (found.count) return clusterLines(found, model);
    const lines = [{ kind: "title", text: found.title }];
    return found.note ? [...lines, { kind: "note", text: found.note }] : lines;
  }

  /** How many are near each other; where not all are drawn, that too: the count is of those. */
  function clusterLines({ count, part }, model) {
    const { cluster, cluster_part: some, drawn } = model.texts;
    const whole = (n) => map.tooltip.whole(n, model);
    const title = { kind: "title", text: (part ? some : cluster).replace("{n}", whole(count)) };
    if (!part) return [title];
    return [title, { kind: "note", text: drawn.replace("{n}", whole(part[0])).replace("{m}", whole(part[1])) }];
  }

  function cellLines(cell, parts, model, names) {
    const lines = [{ kind: "title", text: names ? names.names[cell] : "…" }];
    if (!model.steps) return lines;
    const data = parts.frame || parts.data;
    const value = data ? data.values[cell] : NaN;
    if (Number.isNaN(value)) return [...lines, { kind: "note", text: model.texts.no_data }];
    lines.push({ kind: "value", text: map.tooltip.number(value, model) });
    if (data.m && data.m[cell] !== map.data.NONE) {
      lines.push({ kind: "note", text: map.tooltip.fraction(data.n[cell], data.m[cell], model) });
    }
    const about = [model.title, parts.frame ? parts.frame.label : ageOf(model)];
    const aged = { kind: "note aged", text: about.filter(Boolean).join(" · ") };
    return [...lines, aged, ...(parts.frame ? [] : silentLines(model))];
  }

  /** Which feeds should have spoken: the newest data may be young while a part of it is missing. */
  function silentLines({ silent }) {
    if (!silent) return [];
    const { age, now } = window.jingwei.live;
    return [{ kind: "silent aged", text: silent.text.replace("{age}", age(now() - silent.since)) }];
  }

  /** How old the newest data is, or which past moment it is as of. */
  function ageOf(model) {
    if (!model.seen) return model.as_of;
    const { age, now } = window.jingwei.live;
    return model.texts.age.replace("{age}", age(now() - model.seen));
  }

  /** Ask about a spot, at the address `url`. */
  function askAbout(latlng, url) {
    const { lng, lat } = latlng.wrap();
    const place = [lng, lat].map((degrees) => Number(degrees.toFixed(5))).join();
    window.jingwei.nav.to(window.jingwei.nav.but(url, { place }));
  }

  function create(controller) {
    const { map: leaflet, box } = controller;
    const tip = map.tooltip.create(box);
    const state = { parts: null };
    let names = { of: null, held: null };
    let [last, pressed] = [null, null];

    /** Where the button went down; a click that ends elsewhere was a drag, which Leaflet takes for none while it zooms. */
    const press = (event) => (pressed = event.containerPoint);
    const dragged = (event) => pressed && event.containerPoint.distanceTo(pressed) > SLIP_PX;

    function outline(hovered) {
      const old = controller.outline.hovered;
      if (old?.cell === hovered?.cell && old?.geometry === hovered?.geometry) return;
      controller.outline.hovered = hovered;
      controller.outline.redraw();
    }

    /** The names of the drawn level if they are here; else ask, and look again when they come. */
    function namesNow(parts) {
      if (names.of !== parts.names) {
        names = { of: parts.names, held: null };
        const take = (held) => {
          if (names.of !== parts.names) return;
          names.held = held;
          again();
        };
        parts.names.then(take, map.warn);
      }
      return names.held;
    }

    function move(event) {
      const { model } = controller;
      if (!model || controller.drawing) return;
      last = () => move({ containerPoint: event.containerPoint, latlng: leaflet.containerPointToLatLng(event.containerPoint) });
      const found = pointAt(controller, event.containerPoint);
      const under = found?.href || found?.count ? null : cellAt(state.parts, event.latlng);
      box.classList.toggle("jw-points", Boolean(under ? model.href : found));
      outline(under);
      const first = found ? pointLines(found, model) : under ? cellLines(under.cell, state.parts, model, namesNow(state.parts)) : [];
      const more = controller.parts.flatMap((part) => part.told?.(event.latlng, under) || []);
      if (first.length || more.length) tip.show(event.containerPoint, [...first, ...more]);
      else tip.hide();
    }

    const again = () => last?.();

    function leave() {
      last = null;
      outline(null);
      tip.hide();
    }

    async function click(event) {
      const { model } = controller;
      if (controller.drawing || dragged(event)) return undefined;
      const found = model && pointAt(controller, event.containerPoint);
      if (found && found.count) return leaflet.fitBounds(found.bounds, { padding: [48, 48], maxZoom: 16 });
      if (found && found.href) return window.jingwei.nav.to(found.href);
      const under = cellAt(state.parts, event.latlng);
      return under ? open(under.cell, event.latlng) : about(event);
    }

    /** Go where a click on a cell leads, and ask about a spot in it: where its name stands, if no other is given. */
    async function open(cell, spot) {
      const { href } = controller.model;
      if (!href) return;
      const { ids, lon, lat } = await state.parts.names;
      leave();
      askAbout(spot || L.latLng(lat[cell], lon[cell]), href.replace("{id}", encodeURIComponent(ids[cell])));
    }

    function about(event) {
      if (!controller.drawing && controller.model?.href) askAbout(event.latlng, window.location.href);
    }

    /** Show a cell as if the pointer were over it, at a point of the container. */
    function visit(cell, point) {
      last = () => visit(cell, point);
      outline({ geometry: state.parts.geometry, cell });
      tip.show(point, cellLines(cell, state.parts, controller.model, namesNow(state.parts)));
    }

    const handlers = { mousedown: press, mousemove: move, mouseout: leave, zoomstart: leave, click, contextmenu: about };
    leaflet.on(handlers);
    document.addEventListener("jingwei:tick", again);
    return Object.assign(state, {
      visit, open, leave, again,
      remove() {
        last = null;
        document.removeEventListener("jingwei:tick", again);
        leaflet.off(handlers);
        tip.remove();
      },
    });
  }

  map.pointer = { create };
})();
