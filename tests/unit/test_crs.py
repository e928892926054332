"""Coordinate systems: round trips, known points, shared borders, lengths."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from data_access import crs
from data_access.errors import BadSource

SYSTEMS = ("wgs84", "cgcs2000", "gcj02", "bd09", "EPSG:4490", "EPSG:3857", "EPSG:32649")


def metres(lon, lat, to_lon, to_lat):
    east, north = crs.km_per_degree(lat)
    return 1000 * np.hypot((to_lon - lon) * east, (to_lat - lat) * north)


@settings(max_examples=200)
@given(st.floats(73, 135), st.floats(4, 53), st.sampled_from(SYSTEMS))
def test_round_trip_within_a_decimetre(lon, lat, system):
    there = crs.from_wgs84(lon, lat, system)
    assert metres(lon, lat, *crs.to_wgs84(*there, system)) < 0.1


@settings(max_examples=50)
@given(st.floats(-180, 70), st.floats(-80, 80))
def test_no_offset_outside_china(lon, lat):
    assert crs.from_wgs84(lon, lat, "gcj02") == (lon, lat)


def test_known_points():
    gcj = crs.from_wgs84(116.39123343289631, 39.9072885060602, "gcj02")
    assert np.allclose(gcj, (116.39747, 39.90869), atol=1e-5)
    bd = crs.from_wgs84(113.665, 34.752, "bd09")
    assert 800 < metres(113.665, 34.752, *bd) < 1600
    assert 200 < metres(113.665, 34.752, *crs.from_wgs84(113.665, 34.752, "gcj02")) < 800


def test_arrays_keep_their_shape_and_convert_goes_both_ways():
    lon, lat = np.full((3, 2), 113.6), np.full((3, 2), 34.7)
    x, y = crs.convert(lon, lat, "gcj02", "bd09")
    assert x.shape == y.shape == (3, 2)
    back = crs.convert(x, y, "bd09", "gcj02")
    assert np.allclose(back, (lon, lat), atol=1e-8)


def test_unknown_system_is_told():
    with pytest.raises(BadSource, match="gcj02"):
        crs.to_wgs84(1.0, 2.0, "mars")


def test_shapes_keep_shared_borders():
    cells = np.array([shapely.box(113.5, 34.5, 113.6, 34.6), shapely.box(113.6, 34.5, 113.7, 34.6)])
    assert shapely.coverage_is_valid(crs.shapes_to_wgs84(cells, "bd09"))


def test_area_of_a_known_box():
    from pyproj import Geod

    box = shapely.box(113, 30.4, 113.2, 30.6)
    truth = abs(Geod(ellps="WGS84").geometry_area_perimeter(shapely.segmentize(box, 0.01))[0]) / 1e6
    assert crs.areas_km2(np.array([box]))[0] == pytest.approx(truth, rel=1e-5)
