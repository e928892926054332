"""The map against another moment, another metric, and last week; and the legend as a filter."""

import pytest
import screen

pytestmark = pytest.mark.browser
READY = "document.querySelector('#map-beside[data-map=ready]')"
PLACES = """() => ["map", "map-beside"].map((id) => {
  const { map } = jingwei.map.of(id);
  const { lat, lng } = map.getCenter();
  return [lat.toFixed(2), lng.toFixed(2), map.getZoom()].join();
})"""
SCALES = "['map', 'map-beside'].map((id) => JSON.stringify(jingwei.map.of(id).pointer.parts.level.steps))"
SHOWN = "['map', 'map-beside'].map((id) => [...jingwei.map.of(id).pointer.parts.data.values].join())"
OTHER = "jingwei.map.of('map-beside').model.href.replace('/unit/{id}', '/')"

MAPS = ("map", "map-beside")
NOTED = """() => {
  window.noted = [];
  for (const id of ["map", "map-beside"]) {
    const { picture } = jingwei.map.of(id);
    const show = picture.show;
    picture.show = (model, parts) => {
      const { labels } = jingwei.map.of("map").model.time;
      const { label, values } = parts.frame || {};
      if (label) noted.push([id, label, labels.indexOf(label), [...values].join()]);
      show(model, parts);
    };
  }
}"""
SAME = """([k, ...told]) => ["map", "map-beside"].every((id, i) => {
  const { parts } = jingwei.map.of(id).pointer;
  return !parts.frame && told[i] === [...parts.data.values].join();
})"""


def both(page):
    page.wait_for_function(READY, timeout=30000)
    screen.settle(page)


def test_two_moments_share_a_scale_and_move_together(server, visit):
    page = visit(f"{server.url}/?lang=en&metric=opened&window=7d&compare=week")
    both(page)
    one, other = page.evaluate(SCALES)
    assert one == other
    now, before = page.evaluate(SHOWN)
    assert now != before
    past = visit(f"{server.url}{page.evaluate(OTHER)}")
    assert page.evaluate(SHOWN)[1] == past.evaluate("[...jingwei.map.of('map').pointer.parts.data.values].join()")
    first, second = page.evaluate(PLACES)
    assert first == second
    box = page.locator("#map").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 - 90, box["y"] + box["height"] / 2 + 40, steps=5)
    page.mouse.up()
    page.mouse.wheel(0, -300)
    page.wait_for_function(f"(({PLACES})()[0] !== {first!r}) && (({PLACES})()[0] === ({PLACES})()[1])")
    both(page)
    page.goto(f"{server.url}/?lang=en")
    screen.settle(page)
    assert page.locator("#map-beside").count() == 0


def test_two_metrics_stand_side_by_side(server, visit):
    page = visit(f"{server.url}/?lang=en&metric=opened")
    page.click("summary[aria-label^=Compare]")
    page.click(".menu-item[href*='compare=metric:open_cases']")
    both(page)
    legends = page.locator(".jw-legend-title").all_inner_texts()
    assert len(legends) == 2
    assert legends[0].startswith("Cases reported · ") and legends[1].startswith("Open cases · ")


def test_change_is_against_the_week_before(server, visit):
    page = visit(f"{server.url}/?lang=en&metric=opened&window=7d&compare=change")
    values = "[...jingwei.map.of('map').pointer.parts.data.values]"
    change = page.evaluate(values)
    model = page.evaluate("jingwei.map.of('map').model")
    level = page.locator("#map").get_attribute("data-level")
    pinned = ["", "district", "street", "community", "grid", "microgrid"][int(level)]
    now = visit(f"{server.url}/?lang=en&metric=opened&window=7d&level={pinned}&compare=week")
    both(now)
    one, other = ([float(v) for v in text.split(",")] for text in now.evaluate(SHOWN))
    assert change == [a - b for a, b in zip(one, other, strict=True)]
    steps = model["levels"][0]["steps"]
    assert len(steps) % 2 == 1 and steps[len(steps) // 2] <= 0 < steps[len(steps) // 2 + 1]


def test_a_step_of_the_legend_leaves_its_cells_clear(server, visit):
    page = visit(f"{server.url}/?lang=en&metric=open_cases&layers=")
    drawn = set(page.evaluate(screen.COLOURS))
    theme = page.evaluate("jingwei.map.of('map').pointer.parts.level.colors.night")
    last = int(theme[-1][1:], 16)
    assert last in drawn
    page.focus(f".jw-legend-switch:nth-of-type({len(theme)})")
    page.keyboard.press("Enter")
    screen.settle(page)
    assert screen.address(page)[1]["hidden"] == str(len(theme) - 1)
    assert last not in page.evaluate(screen.COLOURS)
    assert page.locator(".jw-legend-switch[aria-checked=false]").count() == 1
    screen.back(page)
    assert last in page.evaluate(screen.COLOURS)


@pytest.mark.parametrize("compare", ["week", "day", "metric:open_cases"])
def test_the_second_map_is_played_in_step(server, visit, compare):
    """Frame by frame, with what it shows where one goes to that frame."""
    page = visit(f"{server.url}/?lang=en&metric=opened&window=7d&compare={compare}")
    both(page)
    page.evaluate(NOTED)
    page.select_option(".time-speed", "8")
    page.click(".time-play")
    last = page.evaluate("jingwei.map.of('map').model.time.labels.length - 1")
    page.wait_for_function("(last) => noted.some(([id, label, k]) => id === 'map-beside' && k === last)", arg=last)
    page.wait_for_selector(".time-play[aria-label=Play]")
    both(page)
    shown = {name: {k: told for id, _, k, told in page.evaluate("noted") if id == name} for name in MAPS}
    assert shown["map"].keys() == shown["map-beside"].keys() == set(range(last + 1))
    assert len(set(shown["map-beside"].values())) > last // 2
    for k in (2, last - 3):
        page.evaluate(
            "(k) => { const s = document.querySelector('.time-slider'); s.value = k;"
            "s.dispatchEvent(new Event('input')); s.dispatchEvent(new Event('change')); }",
            k,
        )
        page.wait_for_function("(k) => jingwei.map.of('map').model.time.at === k", arg=k)
        both(page)
        page.wait_for_function(SAME, arg=[k, shown["map"][k], shown["map-beside"][k]])


def test_a_moment_of_ones_own_stands_still_beside(server, visit):
    page = visit(f"{server.url}/?lang=en&metric=opened&layers=")
    page.click("summary[aria-label^=Compare]")
    page.click(".menu-item[data-moment=compare]")
    page.locator(".moment input").fill("2026-03-11T18:20")
    assert page.locator("details.menu[open]").count() == 0
    page.keyboard.press("Enter")
    both(page)
    assert screen.address(page)[1]["compare"] == "2026-03-11T10:20:00Z"
    assert page.locator("summary[aria-label^=Compare]").inner_text() == "vs 11 Mar 18:20"
    before = page.evaluate(SHOWN)[1]
    past = visit(f"{server.url}/?lang=en&metric=opened&as_of=2026-03-11T10:20:00Z")
    assert before == past.evaluate("[...jingwei.map.of('map').pointer.parts.data.values].join()")
    page.click(".time-loop")
    page.click(".time-play")
    page.wait_for_selector(".clock.past a")
    page.click(".time-play")
    both(page)
    assert page.evaluate(SHOWN)[1] == before
    assert page.evaluate("Boolean(jingwei.map.of('map-beside').pointer.parts.frame)") is False


@pytest.mark.parametrize(
    ("compare", "word"),
    [("metric:nope", "nope"), ("last-year", "last-year"), ("2019-01-01T00:00:00Z", "2019-01-01 08:00")],
)
def test_a_comparison_that_there_is_not_is_told(server, visit, compare, word):
    page = visit(f"{server.url}/?lang=en&compare={compare}")
    assert word in page.locator(".notice").inner_text()
    assert page.locator("#map-beside").count() == 0
