"""Coordinate pairs as people write them: ``34.75, 113.65``, ``113.65°E 34.75°N``, ``北纬34度45分东经113度``."""

import re
import unicodedata

from data_access.view import Place

LAT, LON = "lat", "lon"
AXES = dict.fromkeys(("n", "s", "北纬", "南纬", "纬度", "纬", "lat", "latitude"), LAT)
AXES |= dict.fromkeys(("e", "w", "东经", "西经", "经度", "经", "lon", "lng", "longitude"), LON)
BACKWARDS = {"s", "w", "南纬", "西经"}

_AXIS = "|".join(sorted(AXES, key=len, reverse=True))
_PART = r"\d{1,2}(?:\.\d+)?"


def _written(n: int) -> str:
    """The pattern of one half, its groups ending in `n`: axis, degrees, minutes, seconds, axis."""
    minutes = rf"(?:(?P<minutes{n}>{_PART})\s*['′’分]\s*)?"
    seconds = rf"(?:(?P<seconds{n}>{_PART})\s*(?:[\"”秒]|''|′′|’’)\s*)?"
    degrees = rf"(?P<whole{n}>[-+]?\d{{1,3}}(?:\.\d+)?)\s*(?:[°度]\s*{minutes}{seconds})?"
    return rf"(?P<before{n}>{_AXIS})?\s*[:=]?\s*{degrees}(?(before{n})|(?P<after{n}>{_AXIS})?)"


_GAP = r"(?P<gap>\s*[,;、/]\s*|\s+|(?<=\D))"
_PAIR = re.compile(rf"[(\[]?\s*{_written(1)}{_GAP}{_written(2)}\s*[)\]]?", re.IGNORECASE)
Half = tuple[float, str]


def places(text: str) -> list[Place]:
    """What `text` can mean as a coordinate pair: nothing, one place, or two where the order is left open.

    Two numbers with a mere gap between them are a pair only where both have decimals. In a pair without marks,
    latitude first is the first meaning.
    """
    found = _PAIR.fullmatch(" ".join(unicodedata.normalize("NFKC", text).split()))
    if not found:
        return []
    halves = [_half(found, number) for number in "12"]
    plain = not found["gap"].strip() and not any(axis for _, axis in halves)
    if plain and not ("." in found["whole1"] and "." in found["whole2"]):
        return []
    (first, one), (second, other) = halves
    orders = [((LAT, LON), (second, first)), ((LON, LAT), (first, second))]
    meant = [place for axes, place in orders if one in ("", axes[0]) and other in ("", axes[1])]
    return [(round(lon, 5), round(lat, 5)) for lon, lat in meant if abs(lon) <= 180 and abs(lat) <= 90]


def _half(found: re.Match, number: str) -> Half:
    """Degrees, and the axis where it is named."""
    mark = (found["before" + number] or found["after" + number] or "").casefold()
    value = abs(float(found["whole" + number]))
    value += float(found["minutes" + number] or 0) / 60 + float(found["seconds" + number] or 0) / 3600
    backwards = found["whole" + number].startswith("-") or mark in BACKWARDS
    return -value if backwards else value, AXES.get(mark, "")
