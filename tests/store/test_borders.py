"""Outlines beside a unit: they hold exactly the leaves they stand for, of cells as coarse as may be."""

import pytest
from hypothesis import given
from test_metrics import SLOW, leaves_of, questions, refused

from components.catalogue import layers
from data_access.ask import ask
from data_access.queries.borders import border, comparison_borders, scope_borders
from data_access.scope import Scope
from data_access.units import ZONES
from data_access.view import View


def held(city, line):
    """The leaves inside an outline."""
    rows, t = city.units.rows_at(line.level), city.units.table
    return sorted(n for a, b in line.ranges for row in rows[a:b] for n in range(int(t.lo[row]), int(t.hi[row])))


def test_outlines_hold_what_they_stand_for(city):
    """For any unit and scope: parent and siblings without the unit, and nothing that the caller may not see."""

    @SLOW
    @given(questions(city))
    def holds(question):
        view, scope = question
        if refused(city, view, scope):
            return
        asked = ask(city, view, scope)
        lines = comparison_borders(city, asked)
        if asked.unit.row == 0:
            assert lines == []
            return
        parents = [line for line in lines if line.role == "parent"]
        beside = [leaf for line in lines if line.role == "sibling" for leaf in held(city, line)]
        assert len(parents) == 1
        whole = held(city, parents[0])
        assert len(beside) == len(set(beside))
        assert sorted(beside) == sorted(set(whole) - set(leaves_of(asked.unit.intervals)))
        for line in scope_borders(city, asked):
            assert held(city, line) == leaves_of(scope.intervals)

    holds()


def test_cells_are_as_coarse_as_may_be(city):
    units = city.units
    for unit in (units.at(1), units.at(int(units.level_rows(3).start)), units.get(units.zones[0].id)):
        line = border(city, "parent", unit.intervals)
        assert held(city, line) == leaves_of(unit.intervals)
        assert line.level == max(unit.level, 1) or unit.level < 0
    assert border(city, "scope", units.root.intervals).level == 1
    odd = border(city, "scope", ((0, 1),))
    assert held(city, odd) == [0]


def test_zones_stand_beside_zones(city):
    zone = city.units.zones[0]
    lines = comparison_borders(city, ask(city, View(unit=zone.id, tree=ZONES)))
    assert [line.role for line in lines] == ["parent"] + ["sibling"] * (len(city.units.zones) - 1)
    assert held(city, lines[0]) == list(range(city.units.leaves))


@pytest.mark.parametrize(("scoped", "offered"), [(False, False), (True, True)])
def test_the_scope_is_offered_to_those_who_have_one(city, scoped, offered):
    district = city.units.children(city.units.root)[0]
    asked = ask(city, View(), Scope(district.intervals) if scoped else Scope())
    assert layers()["scope"].offered(city, asked) == offered
    assert layers()["comparison"].offered(city, asked) is False
