"""Density of cases against replayed rows put into squares one by one; smoothing keeps every case."""

import json
import math
from datetime import UTC, datetime

import numpy as np
import pyproj
import pytest
from flask import Flask
from hypothesis import event, given
from hypothesis import strategies as st
from moments import KNOTS
from replay import replay_of
from sqlalchemy import select
from test_metrics import SLOW, leaves_of, questions, refused

from callbacks import endpoints, mapping
from components.catalogue import layers
from data_access.ask import ask
from data_access.queries.density import FINEST, REACH, density, lattice_over, round_steps, smoothed
from data_access.scope import Scope
from data_access.store import tables
from data_access.view import View


@pytest.fixture(scope="module")
def truth(city):
    return replay_of(city)


@pytest.fixture(scope="module")
def places(city):
    """Longitude and latitude of each case, from its steps as they came."""
    c = tables.case_step.c
    rows = city.store.rows(select(c.case_id, c.lon, c.lat).select_from(tables.case_step))
    return {row["case_id"]: (row["lon"], row["lat"]) for row in rows}


@pytest.fixture(scope="module")
def browser(city):
    server = Flask("density")
    endpoints.register(server, city, layers())
    return server.test_client()


def square_of(lattice, lon, lat):
    """The row and column of a place, by the textbook's Mercator; the border is kept free."""
    x = (lon + 180) / 360
    y = (1 - math.log(math.tan(math.radians(lat)) + 1 / math.cos(math.radians(lat))) / math.pi) / 2
    column = math.floor((x - lattice.left) / lattice.side)
    row = math.floor((y - lattice.top) / lattice.side)
    return (
        min(max(row, REACH), lattice.height - 1 - REACH),
        min(max(column, REACH), lattice.width - 1 - REACH),
    )


def test_every_case_lies_in_its_square(city, truth, places):
    """For whatever is asked: the squares hold the cases opened, each where it happened, and no other."""

    @SLOW
    @given(questions(city))
    def holds(question):
        view, scope = question
        if refused(city, view, scope):
            return
        asked = ask(city, view, scope)
        event(f"level {asked.unit.level}")
        slow = truth.ask(leaves_of(asked.intervals), *asked.span, view.types)
        found = density(city, asked)
        expected = np.zeros_like(found.counts)
        for spell in slow.spells():
            if slow.within(spell.opened):
                expected[square_of(found.lattice, *places[spell.case_id])] += 1
        assert np.array_equal(found.counts, expected)
        assert found.counts.sum() == city.metrics["opened"].figure(city, asked).value
        spread = (found.per_km2 * found.lattice.areas[:, None]).sum()
        assert spread == pytest.approx(found.counts.sum(), rel=1e-9)

    holds()


def test_a_scope_hides_what_lies_outside(city):
    mine = city.units.children(city.units.root)[1]
    everything, some = (ask(city, View(window="30d"), scope) for scope in (Scope(), Scope(mine.intervals)))
    own = city.metrics["opened"].figure(city, ask(city, View(unit=mine.id, window="30d")))
    assert density(city, some).counts.sum() == own.value < density(city, everything).counts.sum()


@pytest.mark.parametrize("at", [None, KNOTS[2], KNOTS[5]])
def test_the_answer_holds_every_case_too(city, browser, at):
    """Decoded as the browser does, the surface sums to the figure, as exactly as it is told."""
    for view in (View(window="30d"), View(unit=str(city.units.table.id[3]), window="7d")):
        view = view.but(as_of=None if at is None else datetime.fromtimestamp(at, UTC), layers=("density",))
        asked = ask(city, view)
        model = mapping.model_of(city, layers(), asked)
        (spec,) = model["density"]
        told = json.loads(browser.get(spec["url"]).data)
        values = np.reshape(told["values"], (told["height"], told["width"])) * told["max"] / told["levels"]
        found = density(city, asked)
        assert np.abs(values - found.per_km2).max() <= told["max"] / told["levels"]
        cases = (values * found.lattice.areas[:, None]).sum()
        assert cases == pytest.approx(city.metrics["opened"].figure(city, asked).value, rel=0.01)
        assert spec["steps"] == found.steps
        assert len(spec["steps"]) == len(spec["colors"]["night"]) == len(spec["colors"]["paper"])


def test_the_types_chosen_are_those_counted(city):
    everything = density(city, ask(city, View(window="30d"))).counts.sum()
    groups = {f"group:{t.group.en}" for t in city.profile.types}
    of_groups = [density(city, ask(city, View(window="30d", types=(g,)))).counts.sum() for g in groups]
    assert sum(of_groups) == everything
    assert all(0 < n < everything for n in of_groups)
    nothing = density(city, ask(city, View(window="30d", types=("nothing",))))
    assert (nothing.counts.sum(), nothing.per_km2.max(), nothing.steps) == (0, 0, [])


def test_nothing_counted_has_no_legend_and_still_answers(city, browser):
    asked = ask(city, View(types=("nothing",), layers=("density",)))
    model = mapping.model_of(city, layers(), asked)
    told = browser.get(model["density"][0]["url"]).get_json()
    assert told["max"] == 0
    assert not any(told["values"])
    (box, _), _ = mapping.key_of(city, layers(), asked, None)
    assert [part.className for part in box.children] == ["jw-legend", "jw-legend-note"]


def test_two_maps_beside_each_other_share_one_scale(city):
    asked, other = (ask(city, View(window=w, layers=("density",))) for w in ("1h", "30d"))
    one, two = mapping.model_of(city, layers(), asked), mapping.model_of(city, layers(), other, asked)
    assert one["density"][0]["steps"] == two["density"][0]["steps"] == density(city, asked).steps
    assert one["density"][0]["url"] != two["density"][0]["url"]
    assert density(city, other).steps != density(city, asked).steps, "else this would show nothing"


@pytest.mark.parametrize(("lang", "unit"), [("zh", "件/km²"), ("en", "per km²")])
def test_the_legend_names_the_steps(city, lang, unit):
    view = View(window="30d", layers=("cases", "density"), lang=lang)
    (box, _), _ = mapping.key_of(city, layers(), ask(city, view), None)
    label = box.children[0].to_plotly_json()["props"]["aria-label"]
    assert unit in label
    named = [float(text.rstrip("+").replace(",", "")) for text in label.split(": ")[1].split(", ")]
    assert named == density(city, ask(city, view)).steps


@pytest.mark.parametrize(
    "box", [(112.7, 34.2, 114.2, 35.0), (-74.3, 40.5, -74.0, 40.7), (18.3, -34.2, 18.9, -33.6)]
)
def test_squares_have_the_area_they_have_on_the_ground(box):
    lattice = lattice_over(box)
    assert 100 < max(lattice.width, lattice.height) - 2 * REACH <= 160
    earth = pyproj.Geod(ellps="WGS84")
    for row in (0, lattice.height // 2, lattice.height - 1):
        edges = [lattice.top + (row + k) * lattice.side for k in (0, 1)]
        lats = [math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y)))) for y in edges]
        lons = [(lattice.left + k * lattice.side) * 360 - 180 for k in (0, 1)]
        corners = [(lons[a], lats[b]) for a, b in ((0, 1), (1, 1), (1, 0), (0, 0))]
        area, _ = earth.polygon_area_perimeter(*zip(*corners, strict=True))
        assert lattice.areas[row] == pytest.approx(abs(area) / 1e6, rel=1e-3)


def test_a_small_unit_has_squares_no_finer_than_cases_are_placed():
    lattice = lattice_over((113.6, 34.7, 113.601, 34.701))
    assert lattice.areas[0] == pytest.approx(FINEST**2, rel=0.01)
    assert lattice.width - 2 * REACH < 10


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 30), st.integers(1, 10**6)), max_size=30))
def test_smoothing_keeps_the_sum_and_invents_nothing(cases):
    counts = np.zeros((21 + 2 * REACH, 31 + 2 * REACH), np.int64)
    for row, column, n in cases:
        counts[row + REACH, column + REACH] += n
    out = smoothed(counts)
    assert out.sum() == pytest.approx(counts.sum())
    assert (out >= 0).all()
    assert out.max() <= counts.max()


@given(st.floats(1e-6, 1e9))
def test_steps_are_round_and_below_the_top(top):
    steps = round_steps(top)
    assert len(steps) == 5
    assert steps == sorted(set(steps))
    assert steps[-1] < top <= steps[-1] * 2.5 * (1 + 1e-9)
    assert {f"{step:e}"[0] for step in steps} <= {"1", "2", "5"}
