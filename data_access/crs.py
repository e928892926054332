"""Coordinate systems: everything is WGS84 inside; what comes in or goes out in another system passes here.

``gcj02`` is the offset system of Chinese web maps and ``bd09`` Baidu's offset on top of it. No maintained
library converts whole arrays of them (eviltransform's last release is of 2018 and takes one point at a time),
so the published formulas are here: those of eviltransform (MIT, https://github.com/googollee/eviltransform) and
coordTransform_py (MIT, https://github.com/wandergis/coordTransform_py). Their inverses are found by iteration,
which is exact to the millimetre; the one-step inverse in use elsewhere errs by metres. ``cgcs2000`` (EPSG:4490)
agrees with WGS84 to a few centimetres and is taken as equal. Anything else goes to pyproj, as an EPSG code.
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import pyproj
import shapely
from numpy import cos, pi, sin, sqrt

from data_access.errors import BadSource

Pair = tuple[np.ndarray, np.ndarray]

AXIS, ECCENTRICITY2 = 6378245.0, 0.00669342162296594323  # Krasovsky 1940, as in the published formula
WGS84_AXIS, WGS84_E2 = 6378137.0, 0.00669437999014
BAIDU = pi * 3000 / 180
CHINA = (72.004, 137.8347, 0.8293, 55.8271)
SAME = ("wgs84", "cgcs2000")


def to_wgs84(lon: np.ndarray | float, lat: np.ndarray | float, crs: str) -> Pair:
    """Convert coordinates of system `crs` to WGS84 degrees; arrays of one shape in, the same shape out.

    `crs` is ``wgs84``, ``cgcs2000``, ``gcj02``, ``bd09`` or anything pyproj understands, such as ``EPSG:2263``
    (then `lon`, `lat` are x, y). Raises BadSource for a system nobody knows.
    """
    x, y = np.asarray(lon, float), np.asarray(lat, float)
    name = crs.lower()
    if name in SAME:
        return x, y
    if name == "gcj02":
        return _inverse(_gcj02, x, y)
    if name == "bd09":
        return _inverse(_gcj02, *_inverse(_bd09, x, y))
    return _projected(crs, "EPSG:4326", x, y)


def from_wgs84(lon: np.ndarray | float, lat: np.ndarray | float, crs: str) -> Pair:
    """Convert WGS84 degrees to system `crs`; shapes and names as in `to_wgs84`. Raises BadSource."""
    x, y = np.asarray(lon, float), np.asarray(lat, float)
    name = crs.lower()
    if name in SAME:
        return x, y
    if name == "gcj02":
        return _gcj02(x, y)
    if name == "bd09":
        return _bd09(*_gcj02(x, y))
    return _projected("EPSG:4326", crs, x, y)


def convert(lon: np.ndarray | float, lat: np.ndarray | float, source: str, target: str) -> Pair:
    """Convert from system `source` to system `target`, by way of WGS84. Raises BadSource."""
    return from_wgs84(*to_wgs84(lon, lat, source), target)


def shapes_to_wgs84(shapes: np.ndarray, crs: str) -> np.ndarray:
    """Convert geometries vertex by vertex, so that shared borders stay shared. Raises BadSource."""
    return shapely.transform(shapes, lambda c: np.column_stack(to_wgs84(c[:, 0], c[:, 1], crs)))


def km_per_degree(lat: np.ndarray | float) -> Pair:
    """Kilometres of one degree of longitude and of latitude at latitude `lat`, on the WGS84 ellipsoid."""
    phi = np.radians(lat)
    w2 = 1 - WGS84_E2 * sin(phi) ** 2
    degree = pi / 180 * WGS84_AXIS / 1000
    return degree * cos(phi) / sqrt(w2), degree * (1 - WGS84_E2) / w2**1.5


def areas_km2(shapes: np.ndarray) -> np.ndarray:
    """Areas in km² of WGS84 geometries, each by the scale at its own centre: right to 1e-5 for a city's units."""
    east, north = km_per_degree(shapely.get_y(shapely.centroid(shapes)))
    return shapely.area(shapes) * east * north


def _gcj02(lon: np.ndarray, lat: np.ndarray) -> Pair:
    west, east, south, north = CHINA
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    x, y = lon - 105.0, lat - 35.0
    root, short = 0.1 * sqrt(np.abs(x)), 20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)
    up = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 2 * root
    up += (
        (short + 20 * sin(y * pi) + 40 * sin(y / 3 * pi) + 160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)) * 2 / 3
    )
    right = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + root
    right += (
        (short + 20 * sin(x * pi) + 40 * sin(x / 3 * pi) + 150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    )
    phi = np.radians(lat)
    w2 = 1 - ECCENTRICITY2 * sin(phi) ** 2
    dlat = np.degrees(up * w2 * sqrt(w2) / (AXIS * (1 - ECCENTRICITY2)))
    dlon = np.degrees(right * sqrt(w2) / (AXIS * cos(phi)))
    return lon + np.where(inside, dlon, 0), lat + np.where(inside, dlat, 0)


def _bd09(lon: np.ndarray, lat: np.ndarray) -> Pair:
    z = np.hypot(lon, lat) + 0.00002 * sin(lat * BAIDU)
    theta = np.arctan2(lat, lon) + 0.000003 * cos(lon * BAIDU)
    return z * cos(theta) + 0.0065, z * sin(theta) + 0.006


def _inverse(forward: Callable[..., Pair], lon: np.ndarray, lat: np.ndarray) -> Pair:
    """Fixed-point iteration: the offset changes by less than a hundredth of a step, so eight steps are plenty."""
    x, y = lon, lat
    for _ in range(8):
        u, v = forward(x, y)
        x, y = x - (u - lon), y - (v - lat)
    return x, y


@lru_cache(maxsize=32)
def _transformer(source: str, target: str) -> pyproj.Transformer:
    try:
        return pyproj.Transformer.from_crs(source, target, always_xy=True)
    except pyproj.exceptions.CRSError as error:
        known = "wgs84, cgcs2000, gcj02, bd09 or an EPSG code such as EPSG:4326"
        raise BadSource(f"Unknown coordinate system {source!r} → {target!r}; use {known}.") from error


def _projected(source: str, target: str, x: np.ndarray, y: np.ndarray) -> Pair:
    u, v = _transformer(source, target).transform(x, y)
    return np.asarray(u), np.asarray(v)
