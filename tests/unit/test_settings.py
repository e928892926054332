"""Settings that cannot be used are told."""

import pytest

from data_access.errors import SettingsError
from data_access.settings import read_settings

WMTS = "https://t{s}.tiles.example/vec_w/wmts?TILEMATRIX={TileMatrix}&TILEROW={TileRow}&TILECOL={TileCol}"


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("", ""),
        ("https://tiles.example/{z}/{x}/{y}.png", "https://tiles.example/{z}/{x}/{y}.png"),
        (WMTS, "https://t{s}.tiles.example/vec_w/wmts?TILEMATRIX={z}&TILEROW={y}&TILECOL={x}"),
    ],
)
def test_tiles_are_named_by_xyz_or_wmts(monkeypatch, given, used):
    monkeypatch.setenv("JINGWEI_TILE_URL", given)
    assert read_settings().tile_url == used


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("https://tiles.example/{z}/{x}.png", "{y}"),
        (WMTS.replace("vec_w", "vec_c"), "Web Mercator"),
        (WMTS + "&tileMatrixSet=c", "Web Mercator"),
    ],
)
def test_tiles_that_cannot_be_laid_are_refused(monkeypatch, given, told):
    monkeypatch.setenv("JINGWEI_TILE_URL", given)
    with pytest.raises(SettingsError, match="JINGWEI_TILE_URL") as refused:
        read_settings()
    assert told in str(refused.value)


def test_an_unknown_system_of_tiles_is_refused(monkeypatch):
    monkeypatch.setenv("JINGWEI_TILE_CRS", "bd09")
    with pytest.raises(SettingsError, match="JINGWEI_TILE_CRS"):
        read_settings()
