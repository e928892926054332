"""Signs of points as pixels: each shape in its colour, the worst of a cluster; and what the pointer is told."""

import json
from urllib.parse import quote

import pytest
import screen
from map_page import BOX
from test_map_layer import PLACE, address, city, look_at, middle, page, show  # noqa: F401

from components.map.signs import CASES, DEVICES, FACILITIES, SHAPES, drawn
from components.tokens import TOKENS

pytestmark = pytest.mark.browser
HERE = ((BOX[0] + BOX[2]) / 2, (BOX[1] + BOX[3]) / 2)
COLOUR, EDGE, NOT = "colour", "edge", "anything but the colour"
LOOKS = {
    "dot": {COLOUR: [(0, 0), (0.5, 0.5), (0, -0.75)], NOT: [(0.95, 0.95), (-0.95, 0.95)]},
    "triangle": {COLOUR: [(0, -0.5), (-0.6, 0.5), (0.6, 0.5)], NOT: [(-0.75, -0.5), (0.75, -0.5)]},
    "diamond": {COLOUR: [(0, 0), (0.45, 0.4), (0, -0.8)], NOT: [(0.75, 0.75), (-0.75, -0.75)]},
    "square": {COLOUR: [(0.75, 0.75), (-0.75, -0.75), (0.75, -0.75)], NOT: [(0, 1.5)]},
    "cut": {COLOUR: [(-0.75, -0.75), (0.75, 0.75)], NOT: [(0.9, -0.9)]},
    "ring": {COLOUR: [(1, 0), (0, -1)], EDGE: [(0, 0)], NOT: [(0.95, 0.95)]},
    "frame": {COLOUR: [(1, 0.5), (-1, -0.9)], EDGE: [(0, 0)]},
    "hatched": {COLOUR: [(1, 0), (0, 0), (-0.35, -0.35)], EDGE: [(0.18, 0.18), (-0.18, -0.18)]},
    "crossed": {COLOUR: [(1, 0.5), (0, 0), (0.5, 0.5)], EDGE: [(0, 0.55), (0.55, 0)]},
}
"""Where, in radii from the middle, a shape has its colour, its edge's, or has no part."""
EXACTLY = """([lon, lat]) => {
  const { map, box } = jingwei.map.of("map");
  const own = box.getBoundingClientRect();
  const pane = L.DomUtil.getPosition(map.getPane("mapPane"));
  const { x, y } = map.project([lat, lon]).subtract(map.getPixelOrigin()).add(pane);
  return [x + own.left, y + own.top];
}"""
READ = """([at, spots]) => {
  const canvas = document.querySelector(".leaflet-jw-points-pane canvas");
  const own = canvas.getBoundingClientRect();
  const blank = new OffscreenCanvas(canvas.width, canvas.height);
  const scratch = blank.getContext("2d", { willReadFrequently: true });
  scratch.drawImage(canvas, 0, 0);
  return spots.map(([dx, dy]) => {
    const [x, y] = [at[0] + dx - own.left, at[1] + dy - own.top].map((v) => (v * canvas.width) / own.width);
    const [r, g, b, a] = scratch.getImageData(Math.floor(x), Math.floor(y), 1, 1).data;
    return a > 250 ? "#" + [r, g, b].map((v) => v.toString(16).padStart(2, "0")).join("") : "";
  });
}"""
INKS = """() => {
  const canvas = document.querySelector(".leaflet-jw-points-pane canvas");
  const blank = new OffscreenCanvas(canvas.width, canvas.height);
  const scratch = blank.getContext("2d", { willReadFrequently: true });
  scratch.drawImage(canvas, 0, 0);
  const words = scratch.getImageData(0, 0, canvas.width, canvas.height).data;
  const seen = new Set();
  for (let k = 0; k < words.length; k += 4) {
    const name = "#" + [0, 1, 2].map((i) => words[k + i].toString(16).padStart(2, "0")).join("");
    if (words[k + 3] > 250) seen.add(name);
  }
  return [...seen];
}"""
GROUPS = {"case": (CASES, ""), "device": (DEVICES, "iot"), "facility": (FACILITIES, "")}


def answer(places, states, total=None):
    """An answer of points, as an address."""
    told = {
        "id": [f"P{i}" for i in range(len(states))],
        "lon": [x for x, _ in places],
        "lat": [y for _, y in places],
        "state": states,
        "title": ["Point"] * len(states),
        "note": ["Note"] * len(states),
        "total": total or len(states),
    }
    return "data:application/json," + quote(json.dumps(told))


def layer(group, places, states, total=None):
    signs, network = GROUPS[group]
    return [{"key": "signs", "url": answer(places, states, total), "signs": drawn(signs, network)}]


def tip(page):  # noqa: F811
    return page.locator(".jw-tip div").all_inner_texts()


@pytest.mark.parametrize("page", [4], indirect=True)
@pytest.mark.parametrize("theme", ["night", "paper"])
@pytest.mark.parametrize("group", GROUPS)
def test_every_state_has_its_shape_in_its_colour(page, city, group, theme):  # noqa: F811
    page.evaluate("(t) => (document.documentElement.dataset.theme = t)", theme)
    look_at(page, HERE, 12)
    colours = page.evaluate("jingwei.map.of('map').tokens")
    signs, network = GROUPS[group]
    for state, (sign, plain) in enumerate(zip(signs.values(), drawn(signs, network), strict=True)):
        show(page, points=layer(group, [HERE], [state]), labels=[])
        looks = LOOKS[sign.shape]
        spots = [(part, spot) for part, all_of_it in looks.items() for spot in all_of_it]
        at = page.evaluate(EXACTLY, list(HERE))
        found = page.evaluate(READ, [at, [[sign.size * v for v in spot] for _, spot in spots]])
        own, edge = colours[plain["colour"]].lower(), colours["surface-0"].lower()
        for (part, spot), seen in zip(spots, found, strict=True):
            fits = {COLOUR: seen == own, EDGE: seen == edge, NOT: seen != own}[part]
            assert fits, f"{group} {state} ({sign.shape}) at {spot}: {seen or 'clear'} is not {part}"


def test_every_shape_is_looked_at_and_states_are_told_apart():
    assert set(LOOKS) == set(SHAPES)
    for signs, _ in GROUPS.values():
        assert len({(sign.shape, sign.colour) for sign in signs.values()}) == len(signs)
        assert all(sign.colour in TOKENS["night"] or sign.colour == "network" for sign in signs.values())


@pytest.mark.parametrize("page", [4], indirect=True)
@pytest.mark.parametrize("group", GROUPS)
def test_a_cluster_shows_the_worst_sign_inside(page, city, group):  # noqa: F811
    """Each state in turn, one of it among very many of those before it."""
    look_at(page, HERE, 10)
    signs, network = GROUPS[group]
    plain = drawn(signs, network)
    tokens = page.evaluate("jingwei.map.of('map').tokens")
    for worst in range(1, len(plain)):
        states = [0] * 150 + [worst] + list(range(worst)) * 20
        show(page, points=layer(group, [HERE] * len(states), states), labels=[])
        inks = page.evaluate(INKS)
        shown = tokens[plain[worst]["colour"]].lower()
        words = {tokens["text-1"].lower(), tokens["line"].lower()}
        milder = {tokens[sign["colour"]].lower() for sign in plain[:worst]} - {shown} - words
        assert shown in inks, (group, worst)
        assert not milder & set(inks), (group, worst)


def test_a_clusters_count_does_not_pass_for_a_total(page, city):  # noqa: F811
    look_at(page, HERE, 10)
    states = [0] * 1412
    for total, told in ((1412, ["1,412 cases here"]), (3402, ["1,412 of those here", "1,412 of 3,402 drawn"])):
        show(page, points=layer("device", [HERE] * len(states), states, total), labels=[])
        page.mouse.move(3, 3)
        page.mouse.move(*page.evaluate(PLACE, list(HERE)))
        assert tip(page) == told


def test_what_is_hovered_is_told_anew_when_it_changes(page, city):  # noqa: F811
    """New values, a frame, new points: while the pointer rests."""
    cell = 500
    show(page, level=4, points=[], seen=None)
    page.mouse.move(*page.evaluate(PLACE, list(middle(city, 4, cell))))
    page.wait_for_function("document.querySelector('.jw-tip').textContent.includes('Grid')")
    levels = page.evaluate("jingwei.map.of('map').model.levels")
    levels[3]["values"] = "/values/4/3"
    show(page, levels=levels)
    assert tip(page)[1] == f"{city.values(4, 3)[cell]:.1f}\u202f%"
    page.evaluate(
        """(cell) => {
          const { model, picture, pointer } = jingwei.map.of("map");
          const values = pointer.parts.data.values.map(() => 7);
          const { steps, colors } = model;
          pointer.parts.frame = { values, steps, colors, label: "Tuesday" };
          picture.show(model, pointer.parts);
        }""",
        cell,
    )
    page.wait_for_function("document.querySelector('.jw-tip').textContent.includes('Tuesday')")
    assert tip(page)[1] == "7.0\u202f%"
    show(page, points=layer("case", [middle(city, 4, cell)], [3]))
    page.wait_for_function("document.querySelector('.jw-tip').textContent === 'PointNote'")


def test_ages_go_by_the_servers_clock_and_silence_is_told(page, city):  # noqa: F811
    show(page, level=4, points=[])
    page.evaluate("jingwei.live.now = () => 1_000_000_000 + Math.floor(performance.now() / 1000)")
    now = page.evaluate("jingwei.live.now()")
    texts = page.evaluate("jingwei.map.of('map').model.texts") | {"age": "{age} old"}
    show(page, seen=now - 7200, silent={"text": "Patrol silent {age}", "since": now - 86400 * 3}, texts=texts)
    page.mouse.move(*page.evaluate(PLACE, list(middle(city, 4, 500))))
    page.wait_for_function("document.querySelector('.jw-tip').textContent.includes('Grid')")
    assert tip(page)[-2:] == ["Closed on time · 2 h old", "Patrol silent 3 d"]
    page.evaluate("jingwei.live.now = () => 1_000_000_000 + 3 * 3600 + 60")
    page.evaluate("document.dispatchEvent(new Event('jingwei:tick'))")
    assert tip(page)[-2] == "Closed on time · 5 h old"
    assert page.locator(".jw-tip [aria-live=off]").count() == 2
    show(page, silent=None, seen=None)
    assert tip(page)[-1] == "Closed on time"


UNDER = """(spots) => {
  const { map, labels } = jingwei.map.of("map");
  const { left, top, zoom } = labels.layer.frame;
  return spots.map(([x, y]) => map.unproject([x + left, y + top], zoom)).map(({ lng, lat }) => [lng, lat]);
}"""
"""The places under pixels of the canvas of names."""


def named(page):  # noqa: F811
    """The box of each name, once the map is at rest."""
    page.wait_for_function("!jingwei.map.overlay.waiting()")
    return {name: box for name, *box in screen.names(page)}


@pytest.mark.parametrize("page", [4], indirect=True)
def test_names_make_way_for_signs_and_stay_where_they_went(page, city):  # noqa: F811
    """A sign in the middle of each name: no name is lost or under a sign, and none goes back while it need not."""
    look_at(page, HERE, 10)
    show(page, points=[])
    before = named(page)
    assert len(before) > 3
    spots = [((left + right) / 2, (top + bottom) / 2) for left, top, right, bottom in before.values()]
    show(page, points=layer("case", page.evaluate(UNDER, spots), [3] * len(spots)))
    after = named(page)
    assert set(after) >= set(before)
    half = CASES[3].size
    for name, (left, top, right, bottom) in after.items():
        for x, y in spots:
            apart = x + half <= left or right <= x - half or y + half <= top or bottom <= y - half
            assert apart, f"{name} is under a sign"
    show(page, points=[])
    again = named(page)
    assert all(again[name] == after[name] for name in before)
