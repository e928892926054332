"""The map in a real browser: colours, hatch, hover, click, points, themes, and leaving nothing behind."""

import base64
import threading
from functools import cache

import map_page
import numpy as np
import pytest
import shapely
from playwright.sync_api import Page
from werkzeug.serving import make_server

from components.map import scales
from data_access import crs
from data_access.cells import encode, shapes

pytestmark = pytest.mark.browser
WINDOW = {"width": 1200, "height": 800}
COUNT_LISTENERS = """
window.kept = 0;
for (const [name, by] of [["addEventListener", 1], ["removeEventListener", -1]]) {
  const original = EventTarget.prototype[name];
  EventTarget.prototype[name] = function (...args) {
    if (this === window || this === document || this.classList?.contains("leaflet-container")) window.kept += by;
    return original.apply(this, args);
  };
}
for (const Observer of [MutationObserver, ResizeObserver]) {
  const { observe, disconnect } = Observer.prototype;
  Observer.prototype.observe = function (...args) { window.kept += 1; return observe.apply(this, args); };
  Observer.prototype.disconnect = function () { window.kept -= 1; return disconnect.call(this); };
}
"""
PIXEL = """([x, y]) => {
  for (const canvas of document.querySelectorAll(".jw-cells canvas")) {
    const box = canvas.getBoundingClientRect();
    if (x < box.left || x >= box.right || y < box.top || y >= box.bottom) continue;
    const at = [x - box.left, y - box.top].map((v) => Math.floor((v * canvas.width) / box.width));
    const one = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
    one.drawImage(canvas, -at[0], -at[1]);
    const [r, g, b, a] = one.getImageData(0, 0, 1, 1).data;
    return a && "#" + [r, g, b].map((v) => v.toString(16).padStart(2, "0")).join("");
  }
  return null;
}"""
TOUCHED = """() => {
  window.touched = new Set();
  const { sheet } = jingwei.map;
  const { show, open } = sheet;
  const name = (canvas) => (canvas.closest(".jw-cells") ? "cells" : canvas.closest(".leaflet-pane").className);
  const note = (canvas) => touched.add(name(canvas));
  sheet.show = (canvas, draw) => {
    note(canvas);
    show(canvas, draw);
  };
  sheet.open = (...size) => {
    const opened = open(...size);
    return { ...opened, onto: (canvas) => (note(canvas), opened.onto(canvas)) };
  };
}"""
INK = """([pane, lon, lat]) => {
  const canvas = document.querySelector(`.leaflet-${pane}-pane canvas`);
  const { x, y } = jingwei.map.of("map").map.latLngToContainerPoint([lat, lon]);
  const frame = jingwei.map.of("map").box.getBoundingClientRect();
  const own = canvas.getBoundingClientRect();
  const column = Math.round(x + frame.left - own.left);
  const one = new OffscreenCanvas(1, 9).getContext("2d", { willReadFrequently: true });
  one.drawImage(canvas, -column, 4 - Math.round(y + frame.top - own.top));
  const { data } = one.getImageData(0, 0, 1, 9);
  return Math.max(...data.filter((_, i) => i % 4 === 3));
}"""
PLACE = """([lon, lat]) => {
  const leaflet = jingwei.map.of("map").map;
  const { x, y } = leaflet.latLngToContainerPoint([lat, lon]);
  const box = leaflet.getContainer().getBoundingClientRect();
  return [x + box.left, y + box.top];
}"""
FADES = "getAnimations({ subtree: true })"
SLOW_FADES = """() => {
  const { animate } = Element.prototype;
  Element.prototype.animate = function (frames, options) {
    return animate.call(this, frames, { ...options, duration: 8000 });
  };
}"""


@pytest.fixture(scope="module")
def city():
    return map_page.City(48)


@pytest.fixture(scope="module")
def address(city):
    server = make_server("127.0.0.1", 0, map_page.create_app(city).server, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()


@pytest.fixture(params=[1])
def page(request, chromium, address):
    context = chromium.new_context(viewport=WINDOW, device_scale_factor=request.param)
    page = context.new_page()
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda r: asked.append(r.url))
    page.add_init_script(COUNT_LISTENERS)
    page.goto(address)
    ready(page)
    yield page
    context.close()
    assert said == []
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []


def ready(page: Page) -> None:
    page.wait_for_selector("[data-map=ready]", timeout=20000)
    page.wait_for_function("!document.querySelector('.jw-cells').getAnimations({subtree: true}).length")


def show(page: Page, **changes) -> None:
    page.evaluate("(m) => jingwei.map.update({...jingwei.map.of('map').model, ...m})", changes)
    ready(page)


def look_at(page: Page, point: tuple[float, float], zoom: float) -> None:
    page.evaluate("([x, y, z]) => jingwei.map.of('map').map.setView([y, x], z, {animate: false})", [*point, zoom])
    page.wait_for_function("(z) => jingwei.map.of('map').picture.layer._now?.zoom === z", arg=zoom)
    ready(page)


def middle(city, level: int, cell: int) -> tuple[float, float]:
    """A place well inside a cell as the browser has it."""
    return places(city.bodies[level])[cell]


@cache
def places(body: bytes) -> list[tuple[float, float]]:
    return [(p.x, p.y) for p in shapely.point_on_surface(shapes(body))]


@pytest.mark.parametrize("page", [1, 2], indirect=True)
@pytest.mark.parametrize("theme", ["night", "paper"])
def test_cells_have_the_colour_of_their_value(page, city, theme):
    page.evaluate("(t) => (document.documentElement.dataset.theme = t)", theme)
    show(page, level=4)
    values, edges = city.values(4), map_page.model(city).steps
    colours, step = scales.ramp(theme, len(edges)), scales.step_of(values, edges)
    centre = len(values) // 2
    for zoom in (10.25, 11, 13):
        look_at(page, middle(city, 4, centre), zoom)
        checked = 0
        for cell in np.flatnonzero(step >= 0)[::9]:
            x, y = page.evaluate(PLACE, list(middle(city, 4, cell)))
            if 0 < x < WINDOW["width"] and 0 < y < WINDOW["height"]:
                assert page.evaluate(PIXEL, [x, y]) == colours[step[cell]], (zoom, cell)
                checked += 1
        assert checked > 1


def test_unknown_is_hatched_and_outside_is_clear(page, city):
    show(page, level=4)
    unknown = 3 + 29 * 20
    assert np.isnan(city.values(4)[unknown])
    look_at(page, middle(city, 4, unknown), 13)
    x, y = page.evaluate(PLACE, list(middle(city, 4, unknown)))
    seen = {page.evaluate(PIXEL, [x + d, y]) for d in range(-8, 8)}
    assert "#121a26" in seen and 2 <= len(seen) <= 4
    assert not seen & set(scales.ramp("night", 6))
    show(page, levels=[{**level, "ranges": []} for level in map_page.model(city).to_dict()["levels"]])
    assert page.evaluate(PIXEL, [x, y]) in (None, 0)


def test_new_values_are_drawn_into_the_same_canvases(page, city):
    show(page, level=4)
    page.evaluate("window.before = [...document.querySelectorAll('.jw-cells canvas')]")
    levels = map_page.model(city).to_dict()["levels"]
    levels[3]["values"] = "/values/4/12"
    show(page, levels=levels)
    assert page.evaluate("before.length && before.every((c) => c.isConnected)")
    cell = 700
    step = scales.step_of(city.values(4, 12), map_page.model(city).steps)[cell]
    at = page.evaluate(PLACE, list(middle(city, 4, cell)))
    assert page.evaluate(PIXEL, at) == scales.ramp("night", 6)[step]


def test_new_values_touch_nothing_but_the_cells(page, city):
    show(page, level=4, points=[])
    page.evaluate(TOUCHED)
    levels = map_page.model(city).to_dict()["levels"]
    levels[3]["values"] = "/values/4/5"
    show(page, levels=levels)
    assert page.evaluate("[...touched]") == ["cells"]


def test_overlays_follow_the_map_before_it_shows_a_new_zoom(page, city):
    for zoom in (11, 9.5, 13):
        look_at(page, middle(city, 4, 700), zoom)
        frames = (
            """Object.values(jingwei.map.of("map").map._layers).filter((l) => l.frame).map((l) => l.frame.zoom)"""
        )
        assert set(page.evaluate(frames)) == {zoom}
        assert not page.evaluate("jingwei.map.overlay.waiting()")


def test_the_base_map_has_land_water_and_roads_by_zoom(page):
    west, south, *_ = map_page.BOX
    show(page, base={"url": "/base"})
    for zoom, lane in ((10, 0), (14.5, 1)):
        look_at(page, (west + 0.2, 34.495), zoom)
        assert page.evaluate(INK, ["jw-base", west + 0.2, 34.495]) == 255
        assert (page.evaluate(INK, ["jw-roads", west + 0.2, 34.5]) > 0) == lane
    look_at(page, (west + 0.15, south + 0.15), 11)
    assert page.evaluate(INK, ["jw-base", west + 0.15, south + 0.15]) == 0
    assert page.evaluate(INK, ["jw-roads", west + 0.15, 34.3]) > 0
    assert page.evaluate(INK, ["jw-roads", west + 0.15, 34.4]) > 0
    show(page, base={})
    assert page.locator(".leaflet-jw-base-pane canvas").count() == 0


def test_a_level_may_have_its_own_scale(page, city):
    levels = map_page.model(city).to_dict()["levels"]
    levels[1] |= {"steps": [0], "colors": {"night": ["#112233"], "paper": ["#ffffff"]}}
    show(page, levels=levels, level=2, points=[], labels=[])
    assert page.evaluate(PIXEL, page.evaluate(PLACE, list(middle(city, 2, 7)))) == "#112233"


def test_hover_tells_name_value_and_fraction(page, city):
    show(page, level=4, points=[])
    cell = 500
    page.mouse.move(*page.evaluate(PLACE, list(middle(city, 4, cell))))
    page.wait_for_function("document.querySelector('.jw-tip').textContent.includes('Grid')", timeout=4000)
    value = city.values(4)[cell]
    lines = page.locator(".jw-tip div").all_inner_texts()
    assert lines == [f"Grid {cell}", f"{value:.1f}\u202f%", f"{np.round(value * 2):.0f} of 200", "Closed on time"]
    page.mouse.move(*page.evaluate(PLACE, list(middle(city, 4, 3 + 29 * 16))))
    assert page.locator(".jw-tip div").all_inner_texts() == [f"Grid {3 + 29 * 16}", "No data"]
    page.mouse.move(3, 3)
    assert page.locator(".jw-tip").is_hidden()


def test_click_goes_to_the_unit_and_back_comes_back(page, city):
    """With the spot that was clicked; the right button asks about the spot alone."""
    show(page, level=2, points=[])
    here = middle(city, 2, 7)
    pixel = page.evaluate("(360 / 256) / 2 ** jingwei.map.of('map').map.getZoom()")
    for button, start in (("left", "/unit/2-7?lang=en&place="), ("right", "/?place=")):
        page.mouse.click(*page.evaluate(PLACE, list(here)), button=button)
        page.wait_for_function(f"document.querySelector('#seen').textContent.startsWith('{start}')")
        place = page.text_content("#seen").removeprefix(start).split(",")
        assert [float(part) for part in place] == pytest.approx(here, abs=pixel)
        page.go_back()
        page.wait_for_function("document.querySelector('#seen').textContent === '/'")


def test_a_pin_stands_at_its_place(page, city):
    for pin in (middle(city, 4, 100), middle(city, 4, 900)):
        show(page, pin=list(pin))
        (pin_box,) = [e.bounding_box() for e in page.locator(".jw-pin svg").all()]
        tip = [pin_box["x"] + pin_box["width"] / 2, pin_box["y"] + pin_box["height"] - 1]
        assert tip == pytest.approx(page.evaluate(PLACE, list(pin)), abs=1.5)
    show(page, pin=None)
    assert page.locator(".jw-pin").count() == 0


def test_levels_follow_zoom_and_can_be_pinned(page, city):
    seen = []
    for zoom in (5.5, 8, 10, 12):
        look_at(page, (113.45, 34.6), zoom)
        seen.append(int(page.locator("#map").get_attribute("data-level")))
    assert seen == sorted(seen) and seen[0] == 1 and seen[-1] == 4
    show(page, level=2)
    assert page.locator("#map").get_attribute("data-level") == "2"


def test_a_map_is_not_ready_by_what_was_drawn_while_it_asked_for_more(page, city):
    """Another theme is drawn while values are still to come; then the level that those are of."""
    show(page, level=2)
    held = []
    page.route(f"**{map_page.model(city).to_dict()['levels'][2]['values']}*", lambda route: held.append(route))
    page.evaluate("(m) => jingwei.map.update({...jingwei.map.of('map').model, ...m})", {"level": 3})
    page.evaluate("document.documentElement.dataset.theme = 'paper'")
    page.wait_for_function("() => !jingwei.map.of('map').picture.layer._next")
    while not held:
        page.wait_for_timeout(10)
    watch = page.evaluate_handle(WATCH)
    for route in held:
        route.continue_()
    ready(page)
    assert page.locator("#map").get_attribute("data-level") == "3"
    assert watch.evaluate("seen => seen.early") == 0
    assert watch.evaluate("seen => seen.building") > 0, "there was nothing to be too early for"


def test_a_scene_that_is_replaced_while_it_fades_in_takes_what_lies_under_it_along(page, city):
    """Another theme fades in, and is built anew amid that: nothing of the first theme stays behind."""
    page.evaluate(SLOW_FADES)
    page.evaluate("document.documentElement.dataset.theme = 'paper'")
    scenes, fades = (f"jingwei.map.of('map').picture.layer._root.{part}" for part in ("children", FADES))
    page.wait_for_function(f"{scenes}.length === 2 && {fades}.length > 0")
    page.evaluate("jingwei.map.of('map').picture.layer._build()")
    page.wait_for_function(f"!jingwei.map.of('map').picture.layer._next && !{fades}.length")
    assert page.evaluate(f"{scenes}.length") == 1


def test_points_tell_link_cluster_and_pulse(page, city):
    look_at(page, (113.45, 34.6), 12)
    data = city.points(60)
    top = int(np.argmax(data["state"]))
    look_at(page, (data["lon"][top], data["lat"][top]), 14)
    at = page.evaluate(PLACE, [data["lon"][top], data["lat"][top]])
    page.mouse.move(*at)
    assert page.locator(".jw-tip div").all_inner_texts() == [f"Case {top}"]
    look_at(page, (113.5, 34.62), 11)
    spec = map_page.model(city).to_dict()["points"][0]
    show(page, points=[{**spec, "url": "/points/60?moment=63"}])
    assert page.locator(".jw-pulse").count() == 3
    page.wait_for_selector(".jw-pulse", state="detached", timeout=4000)
    show(page, points=[{**spec, "url": "/points/6000"}])
    assert page.locator(".jw-pulse").count() == 0, "what another question asks for is not new"
    counts = """() => [...Array(60 * 40).keys()].map((k) => ({x: (k % 60) * 20, y: Math.floor(k / 60) * 20}))
      .map((at) => jingwei.map.of("map").points.get("cases").at(at)?.count || 0)"""
    drawn = max(page.evaluate(counts))
    assert drawn > 3
    look_at(page, (data["lon"][top], data["lat"][top]), 17)
    page.mouse.click(*page.evaluate(PLACE, [data["lon"][top], data["lat"][top]]))
    page.wait_for_function(f"document.querySelector('#seen').textContent === '/case/C{top}'")


WATCH = """() => {
  const [controller, seen] = [jingwei.map.of("map"), { building: 0, early: 0 }];
  (function look() {
    controller.mark();
    const building = Boolean(controller.picture.layer._next);
    seen.building += building;
    seen.early += building && controller.box.dataset.map === "ready";
    requestAnimationFrame(look);
  })();
  return seen;
}"""
TILES = """() => [...document.querySelectorAll("img.leaflet-tile")].map((tile) => {
  const { left, top } = tile.getBoundingClientRect();
  const box = jingwei.map.of("map").map.getContainer().getBoundingClientRect();
  return [...tile.src.match(/\\d+/g).slice(-3).map(Number), left - box.left, top - box.top];
})"""
CORNER = """([lon, lat]) => {
  const { x, y } = jingwei.map.of("map").map.latLngToContainerPoint([lat, lon]);
  return [x, y];
}"""


@pytest.mark.parametrize("crs_name", ["wgs84", "gcj02"])
def test_tiles_lie_where_their_system_puts_them(page, crs_name):
    tiles = {"url": "/tiles/{z}/{x}/{y}", "crs": crs_name, "subdomains": "abc", "max_zoom": 18, "opacity": 1}
    show(page, base={"tiles": tiles})
    look_at(page, (113.62, 34.75), 14)
    page.evaluate("jingwei.map.of('map').map.panBy([220, -140], {animate: false})")
    page.wait_for_function("document.querySelectorAll('img.leaflet-tile-loaded').length > 11")
    for z, x, y, left, top in page.evaluate(TILES):
        lon, lat = x / 2**z * 360 - 180, np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * y / 2**z))))
        there = [float(v) for v in crs.to_wgs84(lon, lat, crs_name)]
        assert page.evaluate(CORNER, there) == pytest.approx([left, top], abs=1.6), (z, x, y)
    assert page.locator(".jw-tiled").count() == 1
    show(page, base={})
    assert page.locator("img.leaflet-tile").count() == page.locator(".jw-tiled").count() == 0


def test_the_browser_knows_gcj02_as_the_server_does(page):
    rng = np.random.default_rng(3)
    places = np.column_stack([rng.uniform(60, 140, 300), rng.uniform(-5, 60, 300)])
    lon, lat = crs.from_wgs84(places[:, 0], places[:, 1], "gcj02")
    found = page.evaluate("(all) => all.map(([lng, lat]) => jingwei.map.gcj02.of(lat, lng))", places.tolist())
    assert np.array(found) == pytest.approx(np.column_stack([lat, lon]), abs=1e-9)


def test_removal_leaves_nothing_behind(page):
    page.evaluate("""() => {
      const leaflet = jingwei.map.of("map").map;
      window.leaflet = leaflet;
      window.host = Object.values(leaflet._layers).find((l) => l.getLayers && l.listens("add"));
      window.events = () => Object.values(leaflet._events).reduce((sum, list) => sum + list.length, 0);
    }""")
    assert (
        page.evaluate(
            "host.remove(), document.querySelectorAll('[class*=jw-]:not([class*=jw-legend],.jw-hatch)').length"
        )
        == 0
    )
    assert page.evaluate("document.querySelectorAll('.leaflet-pane canvas').length") == 0
    empty = page.evaluate("[events(), kept]")
    for _ in range(3):
        page.evaluate("host.addTo(leaflet)")
        page.wait_for_selector("[data-map=ready]")
        assert page.evaluate("[events(), kept]") > empty
        page.evaluate("host.remove()")
    assert page.evaluate("[events(), kept]") == empty


def test_holes_parts_and_borders_are_exact(page):
    island = shapely.box(4, 4, 6, 6)
    ring = shapely.box(2, 2, 8, 8).difference(island)
    parts = shapely.MultiPolygon([shapely.box(0, 0, 2, 2), shapely.Polygon([(8, 8), (10, 8), (9, 10)])])
    body = encode([ring, island, parts], (0, 0, 10, 10))
    ids, hits, own, edges = page.evaluate(
        """(text) => {
          const g = jingwei.map.geometry.decode(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
          const v = {kx: 100 / 65535, ox: 0, ky: 1, oy: 0, ratio: 1};
          g.merc = g.merc.map((_, i) => 100 - (i / 65535) * 100);
          const places = [[3, 3], [5, 5], [1, 1], [9, 8.5], [9, 5]];
          const hits = places.map((at) => jingwei.map.geometry.hit(g, ...at));
          const own = jingwei.map.borders.own(g).reduce((a, b) => a + b);
          const edges = jingwei.map.borders.outline(g, [[0, 2]]).length / 2;
          return [[...jingwei.map.raster.fill(g, v, 100, [0, 1, 2])], hits, own, edges];
        }""",
        base64.b64encode(body).decode(),
    )
    assert hits == [0, 1, 2, 2, -1]
    assert (own, edges) == (4 + 4 + 4 + 3, 4)
    want = np.zeros((100, 100), int)
    x, y = np.meshgrid((np.arange(100) + 0.5) / 10, 10 - (np.arange(100) + 0.5) / 10)
    for number, shape in enumerate(shapes(body), 1):
        want[shapely.contains_xy(shape, x, y)] = number
    assert (np.array(ids).reshape(100, 100) != want).sum() == 0


def test_a_drag_that_begins_while_the_map_zooms_leads_nowhere(page, city):
    look_at(page, middle(city, 4, 0), 12)
    x, y = page.evaluate(PLACE, list(middle(city, 4, 0)))
    page.evaluate("() => { window.led = []; jingwei.nav.to = (url) => led.push(url); }")
    page.mouse.move(x, y)
    page.mouse.wheel(0, -120)
    page.wait_for_function("jingwei.map.of('map').map._animatingZoom")
    page.mouse.down()
    page.mouse.move(x + 60, y, steps=4)
    page.mouse.up()
    page.wait_for_function("!jingwei.map.of('map').map._animatingZoom")
    assert page.evaluate("led") == []
    page.mouse.click(x, y)
    page.wait_for_function("led.length === 1")
