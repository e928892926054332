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


def test_retina_and_subdomains_stay_in_the_address(monkeypatch):
    monkeypatch.setenv("JINGWEI_TILE_URL", "https://{s}.tiles.example/{z}/{x}/{y}{r}.png")
    assert read_settings().tile_url == "https://{s}.tiles.example/{z}/{x}/{y}{r}.png"


@pytest.mark.parametrize(("name", "given"), [("PLACE", "above"), ("MAX_ZOOM", "30"), ("MAX_ZOOM", "near")])
def test_where_and_how_far_tiles_reach_is_checked(monkeypatch, name, given):
    monkeypatch.setenv(f"JINGWEI_TILE_{name}", given)
    with pytest.raises(SettingsError, match=f"JINGWEI_TILE_{name}"):
        read_settings()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("https://tiles.example/{z}/{x}.png", "{y}"),
        (WMTS.replace("vec_w", "vec_c"), "Web Mercator"),
        (WMTS + "&tileMatrixSet=c", "Web Mercator"),
        (WMTS + "&TILEMATRIXSET={TileMatrixSet}", "{TileMatrixSet}"),
        ("https://tiles.example/{z}/{x}/{y}.png?key={key}&style={style}", "{key}, {style}"),
        ("https://tiles.example/{z}/{x}/{-y}.png", "{y}"),
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
