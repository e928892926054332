"""An area drawn on the map holds the leaves whose label points lie in it, and counts what they count."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from replay import replay_of
from test_metrics import SLOW, agrees, leaves_of

from components.panels.map import shown_levels
from data_access.ask import ask
from data_access.errors import EmptyArea
from data_access.outlines import cell_ranges
from data_access.queries.ranking import ranking
from data_access.scope import Scope
from data_access.view import View


@pytest.fixture(scope="module")
def truth(city):
    return replay_of(city)


def corners(city):
    """Triangles over the city."""
    t = city.units.table
    lon, lat = (st.floats(float(a.min()), float(a.max())).map(lambda x: round(x, 5)) for a in (t.lon, t.lat))
    return st.lists(st.tuples(lon, lat), min_size=3, max_size=3, unique=True).map(tuple)


def inside(area, x, y):
    """The slow way: how often a ray to the east crosses the border."""
    hit = False
    for (x0, y0), (x1, y1) in zip(area, area[1:] + area[:1], strict=True):
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0):
            hit = not hit
    return hit


def test_an_area_counts_its_leaves(city, truth):
    @SLOW
    @given(corners(city))
    def holds(area):
        t, rows = city.units.table, city.units.rows_at(city.units.depth - 1)
        leaves = [leaf for leaf, row in enumerate(rows) if inside(area, t.lon[row], t.lat[row])]
        assume(leaves)
        asked = ask(city, View(area=area, window="7d"))
        assert leaves_of(asked.unit.intervals) == leaves
        slow = truth.ask(leaves, *asked.span)
        for key in ("opened", "open_cases", "on_time_rate", "devices_online", "facilities_damaged"):
            metric = city.metrics[key]
            agrees(metric, metric.figure(city, asked), getattr(slow, key)())
        parts = ranking(city, asked, city.metrics["opened"])
        assert sum(p.figure.value for p in parts) == slow.opened()

    holds()


def test_an_area_is_clipped_to_the_scope(city):
    t = city.units.table
    west, east, south, north = t.lon.min() - 1, t.lon.max() + 1, t.lat.min() - 1, t.lat.max() + 1
    whole = tuple((float(x), float(y)) for x, y in ((west, south), (west, north), (east, north), (east, south)))
    asked = ask(city, View(area=whole), Scope(((3, 9),)))
    assert asked.unit.leaves == city.units.leaves
    assert asked.intervals == ((3, 9),)


def test_an_area_beside_the_city_holds_nothing(city):
    with pytest.raises(EmptyArea):
        ask(city, View(area=((0.0, 0.0), (0.0, 1.0), (1.0, 1.0))))


def test_the_order_of_corners_does_not_matter(city):
    t = city.units.table
    x, y = float(np.median(t.lon)), float(np.median(t.lat))
    area = ((x, y), (x, y + 0.05), (x + 0.05, y + 0.05), (x + 0.05, y))
    assert ask(city, View(area=area)).intervals == ask(city, View(area=area[::-1])).intervals


def test_an_area_shows_leaves_or_the_whole_units_a_metric_still_means_something_for(city):
    """Grids for grids reporting, where one lies wholly in the area; the leaves where none does."""
    t, leaves, grid = city.units.table, city.units.depth - 1, city.profile.level("grid")
    west, south, east, north = (float(f(a)) for a, f in ((t.lon, min), (t.lat, min), (t.lon, max), (t.lat, max)))
    wide = ((west, south), (west, north), ((west + east) / 2, (south + north) / 2))
    micro = t.lon[-1], t.lat[-1]
    tiny = tuple((float(micro[0]) + x, float(micro[1]) + y) for x, y in ((-1e-4, -1e-4), (1e-4, -1e-4), (0, 1e-4)))
    for area in (wide, tiny):
        counted = ask(city, View(area=area, metric="opened"))
        assert shown_levels(city, counted) == [leaves]
        told = ask(city, View(area=area, metric="grids_reporting"))
        whole = sum(max(0, hi - lo) for lo, hi in cell_ranges(city, grid, told.unit.intervals))
        assert shown_levels(city, told) == [grid if whole else leaves]
        assert bool(whole) == (area is wide)
