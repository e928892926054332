"""Outlines survive their binary: shells, holes and parts, each point on the lattice."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from data_access.cells import decode, encode, shapes

BOX = (112.7, 34.2, 114.3, 35.0)
STEP = ((BOX[2] - BOX[0]) / 65535, (BOX[3] - BOX[1]) / 65535)


def at(x, y):
    """A lattice point in degrees."""
    return BOX[0] + x * STEP[0], BOX[1] + y * STEP[1]


def ring(x, y, w, h):
    return [at(x, y), at(x + w, y), at(x + w, y + h), at(x, y + h)]


@st.composite
def outlines(draw):
    """One to three rectangles side by side, each with or without a hole, anywhere on the lattice."""
    parts, left = [], draw(st.integers(0, 20_000))
    for _ in range(draw(st.integers(1, 3))):
        w, h = draw(st.integers(8, 9000)), draw(st.integers(8, 30_000))
        y = draw(st.integers(0, 65535 - h))
        hole = [ring(left + 2, y + 2, w - 4, h - 4)] if draw(st.booleans()) else []
        parts.append(shapely.Polygon(ring(left, y, w, h), hole))
        left += w + draw(st.integers(1, 5000))
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


@settings(max_examples=60)
@given(st.lists(outlines(), min_size=1, max_size=5))
def test_shapes_come_back(made):
    body = encode(made, BOX)
    cells = decode(body)
    assert len(cells.rings) == len(made)
    assert cells.rings.sum() == len(cells.points)
    assert cells.points.sum() == len(cells.x) == len(cells.y)
    assert cells.box == BOX
    for before, after in zip(made, shapes(body), strict=True):
        assert shapely.symmetric_difference(before, after).area < 1e-9 * before.area + 1e-12
        assert len(shapely.get_parts(after)) == len(shapely.get_parts(before))
        holes = [shapely.get_num_interior_rings(shapely.get_parts(s)).sum() for s in (before, after)]
        assert holes[0] == holes[1]


def test_neighbours_keep_their_common_points():
    shared = at(101.4, 77.3)
    left = shapely.Polygon([at(0, 0), at(100, 0), shared, at(0, 100)])
    right = shapely.Polygon([at(100, 0), at(300, 0), at(300, 200), shared])
    cells = decode(encode([left, right], BOX))
    points = list(zip(cells.x.tolist(), cells.y.tolist(), strict=True))
    assert points.count((101, 77)) == 2


def test_a_ring_that_comes_back_to_its_first_lattice_point_early_has_it_once():
    corner = [at(0, 0), at(90, 0), at(90, 90), at(0.3, 0.2), at(0, 0)]
    cells = decode(encode([shapely.Polygon(corner)], BOX))
    assert sorted(zip(cells.x.tolist(), cells.y.tolist(), strict=True)) == [(0, 0), (90, 0), (90, 90)]


def test_a_common_place_is_told_once():
    squares = [shapely.Polygon(ring(100 * k, 0, 100, 100)) for k in range(9)]
    one, nine = (len(encode(made, BOX)) for made in (squares[:1], squares))
    # A cell of one ring more, two vertices of its own more, four points more.
    assert nine - one == 8 * (4 + 4 + 2 * (2 + 2) + 4 * 4)


def test_a_cell_too_small_to_draw_keeps_its_place():
    tiny = shapely.Polygon([at(5, 5), at(5.1, 5), at(5.1, 5.1)])
    large = shapely.Polygon(ring(10, 10, 50, 50))
    cells = decode(encode([tiny, large], BOX))
    assert cells.rings.tolist() == [0, 1]


def test_what_is_no_cell_binary_is_refused():
    with pytest.raises(ValueError, match="not a cell binary"):
        decode(b"JWV1" + bytes(60))


def test_the_small_citys_levels(city):
    """Every level of the reference city: one cell a unit, no area lost."""
    whole = None
    for level in range(city.units.depth):
        _, body = city.store.blob(f"cells/{level}")
        found = shapes(body)
        assert len(found) == len(city.units.rows_at(level))
        area = float(np.sum(shapely.area(found)))
        whole = whole or area
        assert area == pytest.approx(whole, rel=2e-3)
