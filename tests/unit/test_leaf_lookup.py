"""The leaf of a point, against asking every leaf."""

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from data_access.leaf_lookup import NEAR, LeafLookup

rng = np.random.default_rng(7)
SEEDS = shapely.multipoints(rng.random((120, 2)) * 0.2 + (113.6, 34.7))
BOX = shapely.box(113.6, 34.7, 113.8, 34.9)
SHAPES = shapely.get_parts(shapely.intersection(shapely.get_parts(shapely.voronoi_polygons(SEEDS)), BOX))
LOOKUP = LeafLookup(SHAPES)
lon = st.floats(113.55, 113.85)
lat = st.floats(34.65, 34.95)


@settings(max_examples=80)
@given(points=st.lists(st.tuples(lon, lat), min_size=1, max_size=30))
def test_against_brute_force(points):
    xy = np.array(points)
    found = LOOKUP.leaves(xy[:, 0], xy[:, 1])
    for point, leaf in zip(shapely.points(xy), found, strict=True):
        holding = np.flatnonzero(shapely.intersects(SHAPES, point))
        if len(holding):
            # Scaling may round a point over an edge; then it is the neighbour, at no distance.
            assert leaf == holding[0] or shapely.distance(SHAPES[leaf], point) < 1e-12
        else:
            metres = shapely.distance(BOX, point) * 111_320
            assert (leaf >= 0) == (metres < NEAR) or abs(metres - NEAR) < 0.2 * metres


def test_near_the_edge_and_beyond():
    metre = 1 / 111_320
    lat = np.array([34.7 - 20 * metre, 34.7 - 40 * metre, 34.8])
    found = LOOKUP.leaves(np.full(3, 113.7), lat)
    assert found[0] >= 0
    assert found[1] == -1
    assert LOOKUP.leaves(np.array([np.nan, np.inf, 1e300]), np.zeros(3)).tolist() == [-1, -1, -1]


def test_on_a_shared_edge_the_lower_number_wins():
    squares = LeafLookup(np.array([shapely.box(1, 0, 2, 1), shapely.box(0, 0, 1, 1)], object))
    assert squares.leaves(np.array([1.0]), np.array([0.5])).tolist() == [0]
