"""Units as intervals of leaves, in both trees of random cities."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_access.errors import UnknownUnit
from data_access.units import (
    OUTSIDE,
    STATUTORY,
    ZONES,
    Units,
    UnitTable,
    Zone,
    complement,
    intersection,
    merged,
)
from data_access.words import T

DEPTH = 4


def table(shape):
    """The unit table of a tree given as nested lists; an empty list is a leaf, at whatever level."""
    levels, leaf = [[] for _ in range(DEPTH)], 0

    def walk(node, level, parent):
        nonlocal leaf
        lo = leaf
        unit = {"parent": parent, "lo": lo, "id": f"u{level}-{len(levels[level])}", "level": level}
        levels[level].append(unit)
        for child in node:
            walk(child, level + 1, unit)
        leaf += not node
        unit["hi"] = leaf

    walk(shape, 0, None)
    rows = [unit for level in levels for unit in level]
    place = {id(unit): n for n, unit in enumerate(rows)}
    text = np.array([u["id"] for u in rows], object)
    numbers = {n: np.array([u[n] for u in rows], k) for n, k in (("lo", np.uint32), ("hi", np.uint32))}
    return UnitTable(
        id=text,
        level=np.array([u["level"] for u in rows], np.uint8),
        kind=np.array([""] * len(rows), object),
        parent=np.array([place.get(id(u["parent"]), -1) for u in rows], np.int32),
        zh=text,
        en=text,
        lon=np.zeros(len(rows)),
        lat=np.zeros(len(rows)),
        area=np.ones(len(rows)),
        **numbers,
    )


def trees(level=1):
    """Trees of DEPTH levels with one to three children a unit; some units above the last level are leaves."""
    if level == DEPTH:
        return st.just([])
    return st.just([]) | st.lists(trees(level + 1), min_size=1, max_size=3)


CITIES = st.lists(trees(2), min_size=1, max_size=3).filter(lambda shape: deep(shape) == DEPTH).map(table)


def deep(shape):
    return 1 + max(map(deep, shape), default=0)


@st.composite
def cities(draw):
    """A tree, and up to three zones that do not overlap, cut anywhere."""
    made = draw(CITIES)
    leaves = int(made.hi[0])
    edges = sorted(draw(st.sets(st.integers(0, leaves), max_size=6)))
    spans = list(zip(edges[::2], edges[1::2], strict=False))
    zones = [Zone(f"Z{n}", T(f"区{n}", f"Zone {n}"), (span,), (0.0, 0.0)) for n, span in enumerate(spans)]
    return Units(made, zones)


def held(intervals):
    return [leaf for lo, hi in intervals for leaf in range(lo, hi)]


@settings(max_examples=80)
@given(cities())
def test_units_nest_and_children_tile_their_parent(units):
    for row in range(len(units.table)):
        unit = units.at(row)
        assert units.get(unit.id) == unit
        children = units.children(unit)
        if children:
            assert [leaf for c in children for leaf in held(c.intervals)] == held(unit.intervals)
            assert {c.level for c in children} == {unit.level + 1}
        else:
            assert unit.leaves == 1
            assert units.row_of_leaf(unit.intervals[0][0]) == row


@settings(max_examples=80)
@given(cities())
def test_the_cells_of_each_level_tile_the_city(units):
    for level in range(units.depth):
        rows = units.rows_at(level)
        assert [leaf for r in rows for leaf in held(units.at(r).intervals)] == list(range(units.leaves))
        assert (units.table.level[rows] <= level).all()
        s = units.level_rows(level)
        assert (units.table.level[s] == level).all()


@settings(max_examples=80)
@given(cities())
def test_ancestors_hold_their_descendants_in_both_trees(units):
    for row in range(1, len(units.table)):
        unit = units.at(row)
        path = units.ancestors(unit)
        assert [u.level for u in path] == list(range(unit.level))
        for above, below in zip(path, [*path[1:], unit], strict=True):
            assert below.id in {c.id for c in units.children(above)}
        through = units.ancestors(unit, ZONES)
        assert through[0].row == 0
        for above in through:
            assert intersection(unit.intervals, above.intervals) == unit.intervals
    assert units.ancestors(units.root) == units.ancestors(units.root, ZONES) == []


@settings(max_examples=80)
@given(cities())
def test_the_tree_of_zones_tiles_the_city_too(units):
    if not units.zones:
        assert units.children(units.root, ZONES) == units.children(units.root, STATUTORY)
        return
    zones = units.children(units.root, ZONES)
    assert sorted(leaf for z in zones for leaf in held(z.intervals)) == list(range(units.leaves))
    for zone in zones:
        parts = units.children(zone, ZONES)
        assert [leaf for p in parts for leaf in held(p.intervals)] == held(zone.intervals)
        assert units.ancestors(zone, ZONES) == [units.root]
        for part in parts:
            assert units.zone_of(part).id == zone.id
            assert zone.id in {u.id for u in units.ancestors(part, ZONES)}


@settings(max_examples=80)
@given(cities(), st.data())
def test_parts_are_the_largest_units_that_make_up_a_set(units, data):
    edges = sorted(data.draw(st.sets(st.integers(0, units.leaves), max_size=4)))
    intervals = merged(zip(edges[::2], edges[1::2], strict=False))
    parts = list(units.parts(intervals, top=1))
    assert [leaf for p in parts for leaf in held(p.intervals)] == held(intervals)
    for part in parts:
        above = units.at(int(units.table.parent[part.row])) if part.row else None
        larger = above is not None and above.level >= 1 and above.leaves > part.leaves
        assert not (larger and intersection(above.intervals, intervals) == above.intervals)


SETS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=5).map(
    lambda pairs: merged(tuple(sorted(pair)) for pair in pairs)
)


@settings(max_examples=150)
@given(SETS, SETS)
def test_sets_of_leaves(a, b):
    assert set(held(intersection(a, b))) == set(held(a)) & set(held(b))
    assert set(held(merged((*a, *b)))) == set(held(a)) | set(held(b))
    assert held(complement(a, 30)) == [leaf for leaf in range(30) if leaf not in held(a)]
    assert all(x[1] < y[0] for x, y in zip(a, a[1:], strict=False)), "merged sets have gaps between intervals"


def test_an_unknown_unit_is_named():
    units = Units(table([[[[]]]]))
    assert units.get("").row == 0
    with pytest.raises(UnknownUnit, match="u9-9"):
        units.get("u9-9")
    with pytest.raises(UnknownUnit):
        units.zone_of(units.root)


def test_the_small_city(city):
    """Both trees of the reference city; the leaves of no zone are a unit of their own."""
    units = city.units
    assert units.get(OUTSIDE).title.en == "Outside the zones"
    assert sum(u.leaves for u in units.children(units.root, ZONES)) == units.leaves
    for zone in units.zones[:-1]:
        assert not intersection(zone.intervals, units.get(OUTSIDE).intervals)
