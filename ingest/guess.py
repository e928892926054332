"""Why shapes lie nowhere in the city: the guess is said, never acted on."""

import numpy as np

from data_access.crs import CHINA, to_wgs84
from data_access.errors import BadSource
from data_access.outlines import Box


def guessed(x: np.ndarray, y: np.ndarray, crs: str, box: Box) -> str:
    """What to do about places, given as `x`, `y` in system `crs`, that are not in `box` (degrees, WGS84).

    A constant shift of some hundred metres, as of gcj02 taken for wgs84, cannot be seen and is not guessed at.
    """
    seen = f"{x[0]:.10g} {y[0]:.10g}"
    if _inside(*converted(y, x, crs), box):
        return f"Longitude and latitude are swapped (as in {seen}): exchange them in the file."
    fits = next((name for name in _candidates(box) if name != crs and _inside(*converted(x, y, name), box)), None)
    if fits:
        return f"As {fits} they would lie in the city: set `crs: {fits}`."
    if np.median(np.maximum(np.abs(x) / 180, np.abs(y) / 90)) > 1:
        return (
            f"Coordinates such as {seen} are no degrees but look like projected metres: set `crs` to the system"
            " they are in, such as EPSG:4547."
        )
    lon, lat = converted(x[:1], y[:1], crs)
    return f"The first lies at {lon[0]:.4g} {lat[0]:.4g}: is this the file of another city?"


def in_box(lon: np.ndarray, lat: np.ndarray, box: Box) -> np.ndarray:
    """Whether each place lies in a box; false for what is not known."""
    west, south, east, north = box
    with np.errstate(invalid="ignore"):
        return (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)


def _inside(lon: np.ndarray, lat: np.ndarray, box: Box) -> bool:
    return bool(in_box(lon, lat, box).mean() >= 0.5)


def converted(x: np.ndarray, y: np.ndarray, crs: str) -> tuple[np.ndarray, np.ndarray]:
    """Places in WGS84; nan where that cannot be."""
    try:
        with np.errstate(all="ignore"):
            return to_wgs84(x, y, crs)
    except BadSource:
        return np.full_like(x, np.nan), np.full_like(y, np.nan)


def _candidates(box: Box) -> list[str]:
    """Systems that files of a city at that place are often in; for China the Gauss zones, plain and numbered."""
    west, south, east, north = box
    lon, lat = (west + east) / 2, (south + north) / 2
    zone = min(60, int((lon + 180) // 6) + 1)
    found = ["wgs84", "EPSG:3857", f"EPSG:{(32600 if lat >= 0 else 32700) + zone}"]
    if CHINA[0] <= lon <= CHINA[1] and CHINA[2] <= lat <= CHINA[3]:
        three, six = round(lon / 3) - 25, round((lon - 75) / 6)
        found += [f"EPSG:{4534 + three}", f"EPSG:{4513 + three}", f"EPSG:{4502 + six}", f"EPSG:{4491 + six}"]
    return found
