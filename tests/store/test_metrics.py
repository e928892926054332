"""Every metric of every unit, four ways: key figure, map value, ranking row, and a slow count over raw rows."""

from dataclasses import replace
from datetime import UTC, datetime
from unittest.mock import patch

import numpy as np
import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st
from moments import KNOTS
from replay import middle, replay_of

from callbacks import endpoints
from components.catalogue import layers
from components.map.wire import NONE, decode_values
from data_access.ask import ask
from data_access.errors import OutOfScope
from data_access.metric import Count, Median, Ratio
from data_access.queries.kpis import kpis
from data_access.queries.ranking import ranking
from data_access.scope import EVERYTHING, Scope
from data_access.sources.spread import ERROR, FIRST, GROWTH
from data_access.units import OUTSIDE, STATUTORY, ZONES, merged
from data_access.view import WINDOWS, View

HISTORY = 40 * 86400
SLOW = settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
"""Failing questions are reported as drawn: shrinking them would ask the slow count thousands of times."""


@pytest.fixture(scope="module")
def truth(city):
    return replay_of(city)


@pytest.fixture(scope="module")
def browser(city):
    server = Flask("values")
    endpoints.register(server, city, layers())
    return server.test_client()


@st.composite
def questions(draw, city):
    """A View on any unit of either tree, at now or any past moment, filtered anyhow; and a scope."""
    units = city.units
    tree = draw(st.sampled_from((STATUTORY, ZONES)))
    zones = [z.id for z in units.zones] if tree == ZONES else []
    level = draw(st.integers(0, units.depth - 1))
    rows = units.table.id[units.level_rows(level)].tolist()
    unit = draw(st.sampled_from(zones) if zones and draw(st.booleans()) else st.sampled_from(rows))
    now = int(city.live.moment().at)
    knot = st.sampled_from(KNOTS).flatmap(lambda t: st.integers(-2, 2).map(lambda n: min(int(t) + n, now)))
    moments = st.none() | knot | st.integers(now - 1200, now) | st.integers(now - HISTORY, now)
    at = draw(moments)
    kinds = [t.key for t in city.profile.types] + [f"group:{t.group.en}" for t in city.profile.types]
    view = View(
        unit="" if unit == units.table.id[0] else unit,
        tree=tree,
        window=draw(st.sampled_from(list(WINDOWS))),
        as_of=None if at is None else datetime.fromtimestamp(at, UTC),
        since=draw(st.none() | st.integers(1, 3 * 86400).map(lambda s: then((at or now) - s))),
        types=tuple(draw(st.lists(st.sampled_from(kinds), max_size=3, unique=True)))
        if draw(st.booleans())
        else (),
        networks=draw(st.sampled_from(((), (), ("iot",), ("government", "video")))),
    )
    return view, draw(scopes(city))


def then(at):
    return datetime.fromtimestamp(at, UTC)


def scopes(city):
    """Everything, or a few intervals of leaves."""
    edges = st.integers(0, city.units.leaves)
    some = st.lists(st.tuples(edges, edges), min_size=1, max_size=3).map(
        lambda pairs: Scope(merged(tuple(sorted(pair)) for pair in pairs))
    )
    return st.just(EVERYTHING) | some.filter(lambda scope: scope.intervals)


def leaves_of(intervals):
    return [leaf for lo, hi in intervals for leaf in range(lo, hi)]


def test_all_ways_agree(city, truth, browser):
    """Key figure, map value, ranking row and raw rows agree exactly, for whatever is asked."""

    @SLOW
    @given(questions(city))
    def holds(question):
        view, scope = question
        if refused(city, view, scope):
            return
        asked = ask(city, view, scope)
        event(f"level {asked.unit.level}")
        slow = truth.ask(leaves_of(asked.intervals), *asked.span, view.types, view.networks)
        for metric in city.metrics:
            expected = getattr(slow, metric.key)()
            agrees(metric, metric.figure(city, asked), expected)
            agrees(metric, ranked(city, asked, metric), expected)
            if asked.unit.row >= 0:
                agrees(metric, drawn(city, browser, asked, metric), expected, scale=True)
        for kpi in kpis(city, asked):
            agrees(kpi.metric, kpi.figure, getattr(slow, kpi.metric.key)())

    holds()


def refused(city, view, scope):
    """Whether the scope does not reach the unit; then asking is refused."""
    if scope.clip(city.units.get(view.unit).intervals):
        return False
    with pytest.raises(OutOfScope):
        ask(city, view, scope)
    return True


def ranked(city, asked, metric):
    """The unit's figure as the ranking of the unit above lists it."""
    unit, tree = asked.unit, asked.view.tree
    if unit.row == 0:
        return metric.figure(city, asked)
    above = city.units.root if unit.row < 0 else city.units.at(int(city.units.table.parent[unit.row]))
    in_tree = tree if unit.row < 0 else STATUTORY
    view = asked.view.but(unit="" if above.row == 0 else above.id, tree=in_tree)
    places = ranking(city, ask(city, view, asked.scope), metric)
    return next(p.figure for p in places if p.unit.id == unit.id)


def drawn(city, browser, asked, metric):
    """The unit's value as the map's endpoint sends it."""
    level = asked.unit.level
    with patch.object(endpoints, "scope", lambda: asked.scope):
        answer = browser.get(endpoints.values_url(asked, metric, level))
    assert answer.status_code == 200
    value, n, m = decode_values(answer.data)
    cell = int(np.flatnonzero(city.units.rows_at(level) == asked.unit.row)[0])
    fraction = [float("nan") if a[cell] == NONE else float(a[cell]) for a in (n, m)]
    return type("Drawn", (), {"value": float(value[cell]), "n": fraction[0], "m": fraction[1]})


def agrees(metric, figure, expected, scale=False):
    """A figure is what was counted: exactly, and a median within its stated error."""
    where = f"{metric.key}: {figure.value} (n {figure.n}, m {figure.m}), counted {str(expected)[:80]}"
    hours = 3600.0 if scale and metric.duration else 1.0
    if expected is None:
        assert figure.value != figure.value, where
    elif isinstance(metric, Count):
        assert figure.value == expected, where
    elif isinstance(metric, Ratio):
        n, m = expected
        assert (figure.n, figure.m) == (n, m), where
        exact = metric.scale * n / m if m else float("nan")
        wanted = float(np.float32(exact)) if scale else exact
        assert figure.value == wanted or (figure.value != figure.value and not m), where
    else:
        assert isinstance(metric, Median)
        exact = middle(expected)
        if exact is None:
            assert figure.value != figure.value, where
            return
        if not scale:
            assert figure.n == len(expected), where
        if exact < FIRST:
            assert figure.value * hours == pytest.approx(FIRST * GROWTH**0.5), where
        else:
            assert figure.value * hours == pytest.approx(exact, rel=ERROR), where


def test_any_window(city, truth):
    """Figures hold for windows of any length, not only those with a name."""

    @SLOW
    @given(questions(city), st.integers(0, 10 * 86400))
    def holds(question, length):
        view, scope = question
        if refused(city, view, scope):
            return
        asked = ask(city, view.but(types=()), scope)
        asked = replace(asked, span=(asked.at - length, asked.at))
        slow = truth.ask(leaves_of(asked.intervals), *asked.span, (), view.networks)
        for metric in city.metrics:
            agrees(metric, metric.figure(city, asked), getattr(slow, metric.key)())

    holds()


def course(draw, now):
    """Windows that follow one another, as trends ask for them."""
    step, shown = draw(st.sampled_from(((300, 12), (3600, 10), (10800, 9), (86400, 6))))
    end = draw(st.integers(now - HISTORY, now)) // step * step
    odd = draw(st.integers(-1, shown))  # one day may last 23 hours, where clocks change
    edges = [end]
    for n in range(shown):
        edges.insert(0, edges[0] - (step - 3600 if n == odd and step == 86400 else step))
    return list(zip(edges, edges[1:], strict=False))


def test_each_point_of_a_series(city, truth):
    """A point of a series is what the raw rows give: flows by window, stocks and devices at its end."""

    @settings(SLOW, max_examples=12)
    @given(st.data())
    def holds(data):
        view, scope = data.draw(questions(city))
        if refused(city, view, scope):
            return
        asked = ask(city, view, scope)
        points = course(data.draw, int(asked.at))
        leaves = leaves_of(asked.intervals)
        slow = [truth.ask(leaves, *p, view.types, view.networks).seen_from(points[-1][1]) for p in points]
        for metric in city.metrics:
            found = metric.series(city, asked, points)
            assert len(found) == len(points)
            for value, question in zip(found, slow, strict=True):
                counted = getattr(question, f"{metric.key}_by_hours", getattr(question, metric.key))()
                if (
                    metric.table in ("case", "facility")
                    or metric.key in ("devices_online", "grids_reporting")
                    and value == value
                ):
                    continues(metric, value, counted)

    holds()


def continues(metric, value, counted):
    """A point of a series against what was counted for its window."""
    where = f"{metric.key}: {value}, counted {str(counted)[:80]}"
    if isinstance(metric, Count):
        assert value == counted, where
    elif isinstance(metric, Ratio):
        n, m = counted
        assert (value == metric.scale * n / m) if m else value != value, where
    else:
        agrees(metric, type("Point", (), {"value": value, "n": len(counted), "m": 0}), counted)


def test_courses_of_devices_are_known_where_readings_are(city):
    """The last day of device courses is known, and nothing is told of days before the first reading."""
    asked = ask(city, View())
    end = asked.at // 3600 * 3600
    for key in ("devices_online", "grids_reporting"):
        points = [(end - (n + 1) * 3600, end - n * 3600) for n in reversed(range(24))]
        assert np.isfinite(city.metrics[key].series(city, asked, points)).all()
        assert np.isnan(city.metrics[key].series(city, asked, [(a - 9e6, b - 9e6) for a, b in points])).all()


def test_children_sum_to_their_parent(city):
    """In both trees the units below hold what the unit holds; what no zone holds is "outside the zones"."""
    counts = [m for m in city.metrics if isinstance(m, Count)]
    units = city.units
    assert {u.id for u in units.children(units.root, ZONES)} == {z.id for z in units.zones}
    assert units.zones[-1].id == OUTSIDE
    parents = [(u, STATUTORY) for u in map(units.at, range(0, len(units.table), 37)) if units.children(u)]
    parents += [(units.root, ZONES), *((units.get(z.id), ZONES) for z in units.zones)]
    for parent, tree in parents:
        asked = ask(city, View(unit="" if parent.row == 0 else parent.id, tree=tree, window="30d"))
        children = units.children(parent, tree)
        assert sum(child.leaves for child in children) == parent.leaves
        for metric in counts:
            parts = [metric.figure(city, asked, child.intervals).value for child in children]
            assert sum(parts) == metric.figure(city, asked).value, (parent.id, tree, metric.key)


def test_each_metric_is_known_somewhere(city):
    """Every metric has test data: a value in the small city, for the city and for some unit of each level."""
    asked = ask(city, View(window="30d"))
    for metric in city.metrics:
        assert metric.figure(city, asked).known, metric.key
        for level in range(city.units.depth):
            assert np.isfinite(metric.figures(city, asked, city.units.rows_at(level)).value).any(), metric.key
