"""Coordinate pairs as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.coordinates import places

HERE = (113.65, 34.75)


@pytest.mark.parametrize(
    "text",
    [
        "34.75, 113.65",
        "113.65,34.75",
        "34.75 113.65",
        "34.75，113.65",
        "34.75、113.65",
        "（34.75；113.65）",
        "３４.75, 113.65",
        "34.75/113.65",
        "34.75°N 113.65°E",
        "113.65E34.75N",
        "N34.75 E113.65",
        "n 34.75 e 113.65",
        "北纬34.75度，东经113.65度",
        "东经113.65 北纬34.75",
        "经度：113.65 纬度：34.75",
        "lat: 34.75, lng=113.65",
        "34°45′N 113°39′E",
        "34°45'0\"N, 113°39'0\"E",
        "34°44′60″N 113°38′60″E",
        "北纬34度45分东经113度39分",
    ],
)
def test_a_pair_in_any_dress(text):
    assert places(text) == [HERE]


def test_an_order_that_is_left_open_means_both():
    assert places("34.5, -18.25") == [(-18.25, 34.5), (34.5, -18.25)]
    assert places("34.5S 18.25W") == [(-18.25, -34.5)]
    assert places("南纬34.5 西经18.25") == [(-18.25, -34.5)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "34.75",
        "34 113",
        "410105",
        "Grid 01",
        "N34.75 N113.65",
        "91.5, 200.5",
        "WL-000001",
        "1,2,3",
        "34.75.113",
    ],
)
def test_what_is_no_pair(text):
    assert places(text) == []


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_what_is_written_is_read(lon, lat):
    lon, lat = round(lon, 5), round(lat, 5)
    assert (lon, lat) in places(f"{lat:.5f}, {lon:.5f}")
    assert places(f"{abs(lat):.5f}{'NS'[lat < 0]} {abs(lon):.5f}{'EW'[lon < 0]}") == [(lon, lat)]


@given(st.text(alphabet="0123456789.,°度 -+NSEW北纬東'\"", max_size=60))
def test_nothing_breaks_it(text):
    assert all(abs(lon) <= 180 and abs(lat) <= 90 for lon, lat in places(text))
