"""The files shipped in ``demo/data``, read once; their origins and licences are in its README."""

import csv
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry import shape

from data_access import crs

DATA = Path(__file__).parent / "data"
CITY = "410100"
LATTICE = 1e-7
"""Degrees between neighbouring lattice points: every vertex lies on it, so shared vertices are equal."""

STATUTORY_DISTRICT = {"410171": "410104", "410172": "410102", "410173": "410184"}
"""The rule for streets that the statistical code lists under a zone: the district they are counted in."""

ZHENGDONG = frozenset(
    {
        *("410105014", "410105015", "410105560", "410105561", "410105562", "410105563", "410105564"),
        *("410104570", "410104202", "410122571", "410122570"),
    }
)
"""Streets and towns of the zone 郑东新区, which has no statistical code of its own."""


@dataclass(frozen=True)
class Street:
    """One of the 208 streets and towns: statutory `district`, `zone` id or "", approximate `anchor` lon, lat."""

    code: str
    name: str
    district: str
    zone: str
    anchor: tuple[float, float]


@dataclass(frozen=True)
class Community:
    """One of the 3,306 communities and villages; `urban` when it is a residents' committee (居委会, 社区)."""

    code: str
    name: str
    street: str
    urban: bool


def rows(name: str) -> list[dict[str, str]]:
    """The lines of a shipped CSV as dictionaries."""
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@lru_cache(maxsize=1)
def outlines() -> dict[str, shapely.Geometry]:
    """The outlines of the city and its 12 districts by code, in WGS84 on the lattice."""
    features = json.loads((DATA / "districts_cnmaps_amap_gcj02.geojson").read_text(encoding="utf-8"))["features"]
    codes = [f["properties"]["adcode"] for f in features]
    shapes = crs.shapes_to_wgs84(np.array([shape(f["geometry"]) for f in features], object), "gcj02")
    shapes = shapely.transform(shapes, lambda c: np.round(c, 7))
    parts = [max(shapely.get_parts(s), key=shapely.area) for s in shapes]
    return dict(zip(codes, parts, strict=True))


@lru_cache(maxsize=1)
def rivers() -> tuple[shapely.Geometry, ...]:
    """Huang He and Qin He as lines, as far as they pass near the city."""
    text = (DATA / "rivers_naturalearth10m_wgs84.geojson").read_text(encoding="utf-8")
    west, south, east, north = outlines()[CITY].bounds
    near = shapely.box(west - 0.05, south - 0.05, east + 0.05, north + 0.05)
    lines = [shapely.intersection(shape(f["geometry"]), near) for f in json.loads(text)["features"]]
    return tuple(line for line in lines if not line.is_empty)


@lru_cache(maxsize=1)
def streets() -> tuple[Street, ...]:
    """All streets and towns, by statutory district, then zone, then code."""
    anchors = {r["code"]: (float(r["lon"]), float(r["lat"])) for r in rows("anchors.csv")}
    found = []
    for r in rows("divisions_nbs_towns.csv"):
        area = r["areaCode"]
        zone = f"Z{area}" if area in STATUTORY_DISTRICT else "ZZD" if r["code"] in ZHENGDONG else ""
        district = STATUTORY_DISTRICT.get(area, area)
        found.append(Street(r["code"], r["name"], district, zone, anchors[r["code"]]))
    return tuple(sorted(found, key=lambda s: (s.district, s.zone, s.code)))


@lru_cache(maxsize=1)
def communities() -> dict[str, tuple[Community, ...]]:
    """Communities and villages by street code: residents' committees first, then by code."""
    found: dict[str, list[Community]] = {}
    for r in rows("divisions_nbs_villages.csv"):
        urban = "社区" in r["name"] or "居委会" in r["name"] or "居民" in r["name"]
        found.setdefault(r["streetCode"], []).append(Community(r["code"], r["name"], r["streetCode"], urban))
    return {k: tuple(sorted(v, key=lambda c: (not c.urban, c.code))) for k, v in found.items()}


@lru_cache(maxsize=1)
def categories() -> tuple[dict[str, str], ...]:
    """The 403 management components and events."""
    return tuple(rows("categories.csv"))
