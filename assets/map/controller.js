/* One controller a map: takes the model that the page hands over and keeps every layer in step with it.
 *
 * Dash side: dl.Map(id, children=[dl.LayerGroup(eventHandlers={"add": {"variable": "jingwei.map.host.add"},
 * "remove": {"variable": "jingwei.map.host.remove"}})]); a clientside callback returns jingwei.map.update(model). The
 * model may come before the map does and outlives it; the last one a map id counts. components/map/base.py builds
 * both, and its MapModel has the same fields under the same names:
 *
 *   map        DOM id of the dl.Map
 *   lang       "zh" | "en"
 *   fit        [[south, west], [north, east]]; flown to whenever fit_key changes (at once on the first)
 *   levels     [{level, title, cells: url, names: url, values: url, size: median cell in degrees of latitude,
 *              ranges: [[first, end)…] cells shown, absent: all; frames: url of the window in frames; steps, colors:
 *              the level's own scale, absent: the model's}…] coarse to fine; see data.js for the answers
 *   level      level to draw, or absent: the finest whose cells are large enough at the zoom
 *   steps      lower edges of the colour steps, ascending; colors {night: […], paper: […]}, one a step
 *   hidden     steps left clear (legend as a filter), by number
 *   title, unit, decimals     of the metric, for the tooltip
 *   frames     [{level, cells, names}…] further levels that selected and labels may name
 *   selected   {level, ranges}: cells of that level whose common outline is drawn strong; absent: none
 *   labels     levels whose names may be written, upper first
 *   href       "/unit/{id}?…" where a click on a cell leads; absent: nowhere
 *   time       the window in frames, see time.js; seen: epoch second of the newest data, or as_of: text of a past moment
 *   silent     {text with {age}, since: epoch second} of the feeds that should have spoken; absent: none
 *   tools      texts of the tools, see tools.js; area: corners [[lon, lat]…] of the area that is looked at
 *   linked     whether the map moves together with the others that are
 *   points     [{key, url, signs, href?}…] bottom to top; see points.js
 *   density    [{key, url, title, unit, steps, colors}…]; see density.js
 *   outlines   [{key, borders}…]; see outlines.js
 *   shapes     [{key, url, colour, lasting}…]; see shapes.js
 *   base       {url?, tiles?}; see base.js
 *   pin        [lon, lat] of the place that is asked about; absent: none; see pin.js
 *   texts      {no_data, fraction: "{n} / {m}", cluster: "{n} here", age: "data {age} old"; of points that are not all
 *              drawn: cluster_part: "{n} of those drawn here", drawn: "{n} of {m} drawn"}
 *   report     id of a dcc.Store that is told {level, zoom} when the drawn level changes; absent: none
 *
 * A further part of the map is a file that pushes a factory onto jingwei.map.parts: create(controller) -> {set(model),
 * remove(), restyle?(tokens, night), drawn?(parts), told?(latlng, cell)}. `set` may return a promise, which the map then
 * waits for; `drawn` is told what picture.load gave whenever it is about to be shown; `told` answers the pointer
 * (pointer.js).
 *
 * The container carries data-map="busy" until all that the model asks for is drawn, then "ready".
 */
(function () {
  const map = ((window.jingwei ??= {}).map ??= {});
  const models = new Map();
  const live = new Map();
  const PANES = { "jw-base": 250, "jw-cells": 300, "jw-roads": 320, "jw-outline": 410, "jw-labels": 415, "jw-points": 420 };

  class Controller {
    constructor(leaflet) {
      this.map = leaflet;
      this.box = leaflet.getContainer();
      this.box.classList.add("jw-map");
      for (const [name, z] of Object.entries(PANES)) {
        const pane = leaflet.getPane(name) || leaflet.createPane(name);
        pane.style.zIndex = z;
        pane.style.pointerEvents = "none";
      }
      this.base = map.base.create(leaflet);
      this.picture = map.picture.create(leaflet, () => this.settled());
      this.outline = map.outline.create("jw-outline");
      const signs = (frame) => [...this.points.values()].flatMap((layer) => layer.boxes(frame));
      this.labels = map.labels.create("jw-labels", signs);
      this.outline.layer.addTo(leaflet);
      this.labels.layer.addTo(leaflet);
      this.points = new Map();
      this.pointer = map.pointer.create(this);
      this.turn = this.shown = this.pending = 0;
      this.later = () => {};
      this.drawn = false;
      this.onZoom = () => this.zoomed();
      leaflet.on("zoomend", this.onZoom);
      this.unwatch = map.theme.watch(() => this.model && this.restyle());
      this.aim = null;
      this.fitter = map.fit.create(leaflet, (aim) => (this.aim = aim));
      this.parts = (map.parts || []).map((create) => create(this));
    }

    remove() {
      this.dead = true;
      this.later();
      this.map.off("zoomend", this.onZoom);
      this.unwatch();
      this.fitter.remove();
      this.pointer.remove();
      for (const part of this.parts) part.remove();
      for (const layer of this.points.values()) layer.remove();
      for (const part of [this.labels.layer, this.outline.layer, this.picture, this.base]) part.remove();
      for (const name of Object.keys(PANES)) {
        this.map.getPane(name).remove();
        delete this.map.getPanes()[name];
      }
      this.box.classList.remove("jw-map", "jw-points");
    }

    update(model) {
      this.model = model;
      if (!this.tokens) this.restyle();
      this.fitter.set(model.fit, model.fit_key);
      this.setPoints(model.points || []);
      this.track(this.base.set(model.base));
      for (const part of this.parts) this.track(Promise.resolve(part.set(model)));
      this.refresh();
    }

    /** Take the colours of the page's theme again and draw everything in them. */
    restyle() {
      this.tokens = map.theme.tokens(this.box);
      this.night = map.theme.surface(this.box) === "night";
      this.base.restyle(this.tokens);
      for (const part of [this.outline, this.labels]) {
        Object.assign(part, { tokens: this.tokens, night: this.night });
        part.redraw();
      }
      for (const layer of this.points.values()) layer.restyle(this.tokens);
      for (const part of this.parts) part.restyle?.(this.tokens, this.night);
      this.drawn = this.drawn && !this.pointer.parts;
      this.mark();
      this.picture.restyle(this.tokens, this.night);
    }

    setPoints(specs) {
      const old = this.points;
      this.points = new Map();
      specs.forEach((spec, order) => {
        const layer = old.get(spec.key) || map.points.create(this.map, "jw-points", this.tokens);
        old.delete(spec.key);
        this.points.set(spec.key, layer);
        layer.raise(order);
        this.track(layer.set(spec).then((moved) => moved && this.labels.layer.later()).then(() => this.pointer.again()));
      });
      for (const layer of old.values()) layer.remove();
      if (old.size) this.labels.layer.later();
    }

    /** After a zoom only a change of level asks for more; what is drawn follows the map by itself. */
    zoomed() {
      if (this.aim && Math.abs(this.map.getZoom() - this.aim.zoom) > 0.01) this.aim = null;
      if (!this.model) return;
      const level = map.picture.pick(this.model, this.map, this.level, this.aim);
      if (level && level.level !== this.wanted) this.refresh();
    }

    /** Fetch what the level at this zoom needs, then hand it to the picture, the outline and the names. */
    async refresh() {
      const { model } = this;
      const turn = ++this.turn;
      this.later();
      this.drawn = false;
      this.mark();
      try {
        if (!model.levels.length || !this.map._loaded) return this.rest(turn);
        const level = map.picture.pick(model, this.map, this.level, this.aim);
        this.wanted = level.level;
        const parts = await map.picture.load(model, level);
        if (this.dead || turn !== this.turn) return undefined;
        this.announce(level);
        [this.shown, this.drawn] = [turn, false]; // A picture made ready meanwhile was of what was asked before.
        this.pointer.parts = parts;
        for (const part of this.parts) part.drawn?.(parts);
        this.picture.show(model, parts);
        this.outline.show(parts.selected);
        this.labels.show(parts.labels);
      } catch (error) {
        if (this.dead || turn !== this.turn) return undefined;
        map.warn(error);
        this.rest(turn);
      }
      return undefined;
    }

    announce(level) {
      if (level.level === this.level) return;
      this.level = level.level;
      this.box.dataset.level = level.level;
      const { report } = this.model;
      if (!report || !window.dash_clientside) return;
      window.dash_clientside.set_props(report, { data: { level: level.level, zoom: this.map.getZoom() } });
    }

    /** Nothing more will come of this turn. */
    rest(turn) {
      this.shown = turn;
      this.settled();
    }

    settled() {
      this.drawn = true;
      this.mark();
      this.pointer.again();
      this.later();
      const parts = this.pointer.parts;
      if (parts && !this.dead) this.later = map.picture.ahead(this.model, parts.level);
    }

    mark() {
      this.box.dataset.map = this.drawn && this.shown === this.turn && !this.pending ? "ready" : "busy";
    }

    /** Count a promise among what must come before the map is ready. */
    async track(promise) {
      this.pending++;
      await promise.catch(map.warn);
      this.pending--;
      this.mark();
    }
  }

  map.warn = (error) => {
    console.warn("map:", error.message);
    return null;
  };
  const idOf = (leaflet) => (leaflet.getContainer().closest("[id]") || {}).id || "map";

  map.host = {
    /** Leaflet's "add" of the host layer group. */
    add(event) {
      const leaflet = event.target._map;
      const id = idOf(leaflet);
      live.set(event.target, { id, controller: new Controller(leaflet) });
      const { controller } = live.get(event.target);
      if (models.has(id)) controller.update(models.get(id));
    },

    /** Leaflet's "remove" of the host layer group: nothing of ours stays. */
    remove(event) {
      const held = live.get(event.target);
      if (!held) return;
      live.delete(event.target);
      held.controller.remove();
    },
  };

  /** The controllers of all maps there are. */
  map.all = () => [...live.values()].map((held) => held.controller);

  /** Take a new model. Returns the id of its map. */
  map.update = (model) => {
    const id = model.map || "map";
    models.set(id, model);
    for (const held of live.values()) if (held.id === id) held.controller.update(model);
    return id;
  };

  const clientside = ((window.dash_clientside ??= {}).jingwei ??= {});
  clientside.update_map = (model) => void (model && map.update(model));

  /** The controller of a map, for tests and exports; undefined where there is none. */
  map.of = (id) => [...live.values()].find((held) => held.id === id)?.controller;
})();
