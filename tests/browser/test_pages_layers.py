"""The map's layers as a person switches them: densities, overlays, outlines; and the control itself."""

import pytest
import screen
from overlay_files import at, city_file, collection, feature
from serving import STANDING, Server, jingwei, standing
from test_map_layer import PLACE

from components.map.scales import HEAT
from components.tokens import TOKENS

pytestmark = pytest.mark.browser
DISTRICT, STREET = "410102", "410102001"
SITE = (113.55, 34.7)
"""The corner of a square of a hundredth of a degree, somewhere in the city."""
COLOURS = f"""(pane) => {{
  {screen.READ}
  const seen = {{}};
  for (const canvas of document.querySelectorAll(`.leaflet-jw-${{pane}}-pane canvas`)) {{
    const words = read(canvas);
    for (let k = 0; k < words.length; k += 4) {{
      if (words[k + 3] < 200) continue;
      const name = "#" + [0, 1, 2].map((i) => words[k + i].toString(16).padStart(2, "0")).join("");
      seen[name] = (seen[name] || 0) + 1;
    }}
  }}
  return seen;
}}"""
AT = f"""([pane, x, y]) => {{  // the strongest of the pixels around a place: lines lie between them
  {screen.READ}
  const canvas = document.querySelector(`.leaflet-jw-${{pane}}-pane canvas`);
  const box = canvas.getBoundingClientRect();
  const [column, row] = [x - box.left, y - box.top].map((v) => Math.floor((v * canvas.width) / box.width));
  const words = read(canvas);
  const around = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => 4 * ((row + dy) * canvas.width + column + dx)));
  const best = around.reduce((a, b) => (words[b + 3] > words[a + 3] ? b : a));
  return [...words.slice(best, best + 4)];
}}"""


TO_THE_TOP = """async () => {
  const { map, model } = jingwei.map.of("map");
  const told = await (await fetch(model.density[0].url)).json();
  const top = told.values.indexOf(Math.max(...told.values));
  const [row, column] = [Math.floor(top / told.width), top % told.width];
  const [x, y] = [told.left + (column + 0.5) * told.side, told.top + (row + 0.5) * told.side];
  const lat = (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;
  map.setView([lat, x * 360 - 180], 13.25, { animate: false });
}"""


@pytest.fixture(scope="module")
def overlaid(tmp_path_factory, chromium):
    """A server on a city of its own that has two overlays."""
    home = tmp_path_factory.mktemp("overlaid")
    collection(home / "sites.geojson", [feature(at(*SITE), name="西区工地"), feature(None)])
    road = {"type": "LineString", "coordinates": [[113.3, 34.7], [114.0, 34.75]]}
    collection(home / "lines.geojson", [feature(road, title="1 号线")])
    sites = {"file": "sites.geojson", "colour": "warn", "title": {"zh": "施工围挡", "en": "Building sites"}}
    lines = {"file": "lines.geojson", "network": "iot", "title": {"zh": "管线", "en": "Pipes"}}
    standing(home)
    with (home / "load.log").open("wb") as log:
        command = f"load {city_file(home, 'zhengzhou', sites, lines)}"
        assert jingwei(command, home, log).wait(120) == 0, (home / "load.log").read_text()
    running = Server(home, STANDING, live=False)
    yield running
    running.stop()


def near(colour, other, by=6):
    """Whether two #rrggbb are the same but for rounding."""
    parts = [[int(c[k : k + 2], 16) for k in (1, 3, 5)] for c in (colour, other)]
    return max(abs(a - b) for a, b in zip(*parts, strict=True)) <= by


def of_steps(page, theme):
    """How many pixels of the density have the colour of a step, and how many have any."""
    seen = page.evaluate(COLOURS, "density")
    good = sum(n for colour, n in seen.items() if any(near(colour, step) for step in HEAT[theme]))
    return good, sum(seen.values())


def test_density_is_switched_on_zoomed_recoloured_and_off(overlaid, visit):
    page = visit(f"{overlaid.url}/?layers=&window=30d&lang=en")
    assert screen.inked(page) == 0
    screen.click(page, ".layer >> text=Case density")
    assert screen.address(page)[1]["layers"] == "density"
    good, every = of_steps(page, "night")
    assert every > 1000
    assert good > 0.8 * every, "steps have sharp edges"
    legend = page.locator(".jw-legend >> nth=0")
    assert "Case density (per km²)" in legend.inner_text()
    assert legend.locator(".jw-legend-box").count() == len(HEAT["night"])
    page.evaluate(TO_THE_TOP)
    screen.settle(page)
    good, every = of_steps(page, "night")
    assert good > 0.95 * every > 1000, "and do not blur when zoomed into"
    screen.click(page, ".segment >> text=Paper")
    good, every = of_steps(page, "paper")
    assert good > 0.95 * every > 1000
    screen.click(page, ".layer >> text=Case density")
    assert screen.inked(page) == 0
    assert page.locator(".leaflet-jw-density-pane canvas").count() == 0


def test_density_stays_within_the_unit_and_tells_its_value(overlaid, visit):
    page = visit(f"{overlaid.url}/unit/{DISTRICT}?layers=density&window=30d&lang=en&metric=opened&level=street")
    place = page.evaluate(screen.PLACE, STREET)
    page.mouse.move(*place)
    note = page.locator(".jw-tip-note", has_text="Case density")
    note.wait_for()
    assert note.inner_text().endswith("per km²")
    outside = page.evaluate(
        """async () => {
          const { map, pointer } = jingwei.map.of("map");
          const { geometry, pairs } = pointer.parts.selected;
          const path = new Path2D();
          const frame = Object.values(map._layers).find((l) => l.frame && l.options.pane === "jw-density").frame;
          jingwei.map.rings.path(path, geometry, frame.view(geometry), jingwei.map.rings.of(geometry, pairs));
          const canvas = document.querySelector(".leaflet-jw-density-pane canvas");
          const blank = new OffscreenCanvas(canvas.width, canvas.height);
          const ctx = blank.getContext("2d", { willReadFrequently: true });
          ctx.drawImage(canvas, 0, 0);
          const words = () => ctx.getImageData(0, 0, canvas.width, canvas.height).data;
          const ink = () => words().filter((v, i) => i % 4 === 3 && v > 128).length;
          const before = ink();
          ctx.globalCompositeOperation = "destination-out";
          ctx.fill(path, "evenodd");
          return [before, ink()];
        }"""
    )
    assert outside[0] > 500
    assert outside[1] < 0.02 * outside[0], "nothing but the soft edge of the outline is left"


@pytest.mark.parametrize("theme", ["night", "paper"])
def test_an_overlay_is_switched_on_where_it_is(overlaid, visit, theme):
    page = visit(f"{overlaid.url}/?layers=&theme={theme}")
    screen.click(page, ".layer >> text=施工围挡")
    assert screen.address(page)[1]["layers"] == "overlay:sites"
    assert page.locator("[data-shapes='1']").count() == 1
    page.evaluate("([x, y]) => jingwei.map.of('map').map.setView([y, x], 15, {animate: false})", list(SITE))
    screen.settle(page)
    x, y = page.evaluate(PLACE, [SITE[0], SITE[1] + 0.005])
    *rgb, alpha = page.evaluate(AT, ["shapes", x, y])
    assert alpha > 200
    assert near("#" + "".join(f"{v:02x}" for v in rgb), TOKENS[theme]["warn"], by=40), "its line has its colour"
    middle = page.evaluate(PLACE, [SITE[0] + 0.002, SITE[1] + 0.002])
    assert 10 < page.evaluate(AT, ["shapes", *middle])[3] < 60, "its inside is thinly filled"
    page.mouse.move(*middle)
    page.locator(".jw-tip-note", has_text="西区工地").wait_for()
    screen.click(page, ".layer >> text=管线")
    iot = TOKENS[theme]["net-iot"]
    page.evaluate("jingwei.map.of('map').map.setView([34.72, 113.6], 11, {animate: false})")
    screen.settle(page)
    assert sum(n for colour, n in page.evaluate(COLOURS, "shapes").items() if near(colour, iot)) > 100
    for name in ("施工围挡", "管线"):
        screen.click(page, f".layer >> text={name}")
    assert screen.inked(page) == 0


def test_outlines_stand_beside_the_unit(overlaid, visit):
    page = visit(f"{overlaid.url}/unit/{DISTRICT}?layers=comparison&lang=en")
    assert page.locator("[data-outlines='12']").count() == 1, "the city and eleven other districts"
    assert screen.inked(page, "borders") > 200
    screen.click(page, ".layer >> text=Parent, siblings")
    assert screen.inked(page) == 0
    screen.click(page, ".crumbs a >> nth=0")
    assert page.locator(".layer", has_text="Parent, siblings").count() == 0, "the city has neither"


def test_the_control_is_grouped_and_stays_folded(overlaid, visit):
    page = visit(f"{overlaid.url}/?lang=en&layers=cases,overlay:sites")
    groups = page.locator(".layer-list [role=group]").evaluate_all(
        """groups => groups.map((g) => [g.ariaLabel, g.querySelectorAll("[role=switch]").length])"""
    )
    assert groups == [
        ["Operations", 4],
        ["Party-building", 1],
        ["Government", 1],
        ["Video", 1],
        ["IoT", 2],
        ["Overlays", 1],
    ]
    assert "2 on" in page.locator(".layer-list summary").inner_text()
    outside = page.evaluate(screen.OUTSIDE)
    assert outside == [], "\n".join(outside)
    page.locator(".layer-list summary").focus()
    page.keyboard.press("Enter")
    assert page.locator(".layer").first.is_hidden()
    screen.click(page, ".segment >> text=7 d")
    assert page.locator(".layer").first.is_hidden()
    page.locator(".layer-list summary").click()
    screen.click(page, ".layer >> text=Facilities")
    assert page.locator(".layer").first.is_visible()


POINTS = """(key) => {
  const { model, points } = jingwei.map.of("map");
  return fetch(model.points.find((layer) => layer.key === key).url).then((answer) => answer.json());
}"""


def test_a_network_is_narrowed_to_kinds_and_widened_again(overlaid, visit):
    """In a folded list under its layer, written into the address; each kind with how many of it are here."""
    page = visit(f"{overlaid.url}/?lang=en&layers=iot,cases")
    every = page.evaluate(POINTS, "iot")
    assert page.locator(".layer-kind").first.is_hidden()
    page.click(".layer-kinds summary")
    rows = page.locator("a.layer-kind[role=switch]")
    counts = [int(n.replace(",", "")) for n in page.locator(".kind-count").all_inner_texts()]
    assert sum(counts) == every["total"] and len(counts) > 2
    for taken in (1, 2):
        rows.nth(taken - 1).click()
        screen.settle(page)
        assert page.evaluate(POINTS, "iot")["total"] == sum(counts[:taken])
        assert page.locator(".layer-kinds summary").inner_text() == f"{taken} of {len(counts)} kinds"
        assert rows.nth(taken - 1).is_visible(), "the list stays open"
    written = screen.address(page)[1]["layers"].split(",")
    assert written[0] == "cases" and [name.split(":")[0] for name in written[1:]] == ["iot", "iot"]
    again = visit(page.url)
    assert again.evaluate(POINTS, "iot") == page.evaluate(POINTS, "iot")
    for _ in range(2):
        page.locator("a.layer-kind.on[role=switch]").first.click()
        screen.settle(page)
    assert screen.address(page)[1]["layers"] == "cases,iot"
    screen.click(page, "a.layer >> text=IoT devices")
    assert "layers" not in screen.address(page)[1]


@pytest.mark.parametrize(("lang", "told"), [("en", "kind called nosuch"), ("zh", "名为 nosuch 的种类")])
def test_an_unknown_kind_or_layer_is_told_and_the_rest_is_shown(overlaid, visit, lang, told):
    page = visit(f"{overlaid.url}/?lang={lang}&layers=cases,iot:nosuch,strange,facilities:")
    notices = " ".join(page.locator(".notice").all_inner_texts())
    assert told in notices and "strange" in notices
    assert page.evaluate(POINTS, "iot")["total"] == 0
    assert page.evaluate(POINTS, "facilities")["total"] > 1000
    signs = page.locator(".jw-signs").all_inner_texts()
    assert any(("none here" if lang == "en" else "此处没有") in line for line in signs)


def test_the_key_names_the_signs_of_the_layers_that_are_on(overlaid, visit):
    """With the very shapes the control has; one line for layers with the same signs."""
    page = visit(f"{overlaid.url}/?lang=en&layers=cases,iot,video&theme=paper")
    titles = page.locator(".jw-signs-title").all_inner_texts()
    assert titles == ["Live cases", "IoT devices, Cameras"]
    named = page.locator(".jw-signs >> nth=1").locator(".sign-named").all_inner_texts()
    assert named == ["Normal", "Not known yet", "Offline", "In alarm"]
    shapes = "(marks) => marks.map((m) => [m.getAttribute('d'), getComputedStyle(m).fill])"
    control = page.locator(".layer.on .sign path").evaluate_all(shapes)
    key = page.locator(".jw-signs .sign path").evaluate_all(shapes)
    assert len(control) == 3 and all(mark in key for mark in control)
    screen.click(page, "a.layer >> text=Live cases")
    assert page.locator(".jw-signs-title").all_inner_texts() == ["IoT devices, Cameras"]


@pytest.mark.parametrize("zoom", [None, 11, 13])
def test_names_do_not_overlap_and_are_in_the_pages_language(server, visit, zoom):
    seen = {}
    for lang in ("zh", "en"):
        page = visit(f"{server.url}/?lang={lang}&layers=")
        if zoom:
            page.evaluate("(z) => jingwei.map.of('map').map.setView([34.75, 113.65], z, {animate: false})", zoom)
            screen.settle(page)
        drawn = screen.names(page)
        assert len(drawn) == int(page.locator("[data-labels]").get_attribute("data-labels")) > 2
        for n, (name, x0, y0, x1, y1) in enumerate(drawn):
            for other, a0, b0, a1, b1 in drawn[:n]:
                assert x1 <= a0 or a1 <= x0 or y1 <= b0 or b1 <= y0, f"{name} over {other}"
        chinese = [any("\u4e00" <= letter <= "\u9fff" for letter in name) for name, *_ in drawn]
        assert all(chinese) if lang == "zh" else not any(chinese)
        seen[lang] = {name for name, *_ in drawn}
    assert not seen["zh"] & seen["en"]


def test_the_control_folds_by_itself_where_two_maps_need_the_room(overlaid, visit):
    page = visit(f"{overlaid.url}/?lang=en&window=7d")
    assert page.locator(".layer").first.is_visible()
    page.locator(".menu summary >> text=Compare").click()
    screen.click(page, ".menu-item[href*='compare=day']")
    assert page.locator(".layer").first.is_hidden()
    page.locator(".layer-list summary").click()
    screen.click(page, ".layer >> text=Facilities")
    assert page.locator(".layer").first.is_visible(), "who unfolds it keeps it"


def test_any_type_can_be_chosen(overlaid, visit):
    page = visit(f"{overlaid.url}/?lang=en&window=30d&layers=density")
    everything = screen.kpis(page)
    page.click(".menu summary >> text=All types")
    group = page.locator(".menu-item[href*='types=group:']").first
    name = group.inner_text()
    group.click()
    screen.settle(page)
    of_group = screen.kpis(page)
    assert of_group != everything
    page.click(f".menu summary >> text={name}")
    inner = page.locator(".menu-item.inner")
    assert inner.count() > 1
    one = inner.first.inner_text()
    inner.first.click()
    screen.settle(page)
    assert screen.kpis(page) != of_group
    page.click(f".menu summary >> text={one}")
    screen.click(page, ".menu-item >> text=All types")
    assert "types" not in screen.address(page)[1]
    assert screen.kpis(page) == everything


def test_overlays_come_and_go_while_the_page_is_open(overlaid, visit):
    page = visit(f"{overlaid.url}/?lang=en&layers=overlay:sites,overlay:yards")
    assert page.locator(".layer.on").count() == 1
    home = overlaid.home
    collection(home / "yards.geojson", [feature(at(113.7, 34.75), name="Yard")])
    (home / "broken.geojson").write_text('{"type": "FeatureCollection", "features": [')
    with (home / "load.log").open("wb") as log:
        sites = {"file": "sites.geojson", "colour": "warn", "title": {"zh": "施工围挡", "en": "Building sites"}}
        yards = {"file": "yards.geojson", "title": {"zh": "堆场", "en": "Yards"}}
        both = city_file(home, "zhengzhou", sites, yards, "broken.geojson", name="more.yaml")
        assert jingwei(f"load {both}", home, log).wait(60) == 1
    page.locator(".layer.on", has_text="Yards").wait_for(timeout=15000)
    screen.settle(page)
    assert page.locator(".layer", has_text="Pipes").count() == 0
    assert page.locator("[data-shapes]").count() == 2
    assert page.locator(".is-failed").count() == 0


BIG = 50 * 2**20


@pytest.mark.slow
def test_bad_overlays_are_told_while_the_server_runs_and_harm_nothing(overlaid, visit):
    """50 MB, another coordinate system, a file that breaks off: each is told, and all else goes on."""
    home = overlaid.home
    sites = {"file": "sites.geojson", "colour": "warn", "title": {"zh": "施工围挡", "en": "Building sites"}}
    ring = ",".join(f"[{113.5 + n / 1e6:.6f},34.7]" for n in range(400))
    shape = f'{{"type":"Feature","properties":{{}},"geometry":{{"type":"LineString","coordinates":[{ring}]}}}}'
    with (home / "big.geojson").open("w") as file:
        file.write('{"type":"FeatureCollection","features":[' + shape)
        file.writelines("," + shape for _ in range(BIG // len(shape)))
        file.write("]}")
    assert (home / "big.geojson").stat().st_size > BIG
    metres = [[3_850_000.0 + x, 38_500_000.0 + y] for x, y in ((0, 0), (900, 0), (900, 900), (0, 0))]
    collection(home / "metres.geojson", [feature({"type": "Polygon", "coordinates": [metres]})])
    (home / "broken.geojson").write_text('{"type": "FeatureCollection", "features": [{"type": "Feature", ')
    page = visit(f"{overlaid.url}/?lang=en&layers=overlay:sites")
    told = {"big.geojson": "MB at most", "metres.geojson": "no shape in it lies in the city", "broken.geojson": ""}
    listed = [sites, *told]
    with (home / "bad.log").open("wb") as log:
        command = f"load {city_file(home, 'zhengzhou', *listed, name='bad.yaml')}"
        assert jingwei(command, home, log).wait(120) == 1
    said = " ".join((home / "bad.log").read_text().split())
    for name, reason in told.items():
        assert name in said and reason in said, said
    assert "Traceback" not in said
    screen.click(page, ".segment >> text=7 d")
    assert page.locator(".layer.on", has_text="Building sites").count() == 1
    assert page.locator("[data-shapes='1']").count() == 1
    assert page.locator(".is-failed").count() == 0
    with (home / "again.log").open("wb") as log:
        again = city_file(home, "zhengzhou", sites, name="again.yaml")
        assert jingwei(f"load {again}", home, log).wait(60) == 0, (home / "again.log").read_text()


def test_taking_the_map_away_leaves_nothing_of_layers(overlaid, visit):
    page = visit(f"{overlaid.url}/unit/{DISTRICT}?layers=cases,density,comparison,overlay:sites&window=30d")
    assert all(screen.inked(page, pane) for pane in ("points", "density", "borders"))
    page.evaluate(
        """() => {
          const leaflet = jingwei.map.of("map").map;
          Object.values(leaflet._layers).find((l) => l.getLayers && l.listens("add")).remove();
        }"""
    )
    assert page.locator("[class*='leaflet-jw-'], .leaflet-pane canvas").count() == 0
