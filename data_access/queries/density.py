"""Density of cases: how many were opened, per square kilometre, on a lattice that the engine counts in."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from sqlalchemy import ColumnElement, func, select

from data_access.ask import Ask
from data_access.city import City
from data_access.crs import km_per_degree
from data_access.outlines import Box, box_of
from data_access.sources.base import in_leaves
from data_access.sources.spells import of_types
from data_access.store.declare import stamp
from data_access.store.tables import case_now

c = case_now.c
BINS = 144
"""Squares across the longer side of a unit's box."""
FINEST = 0.04
"""A square's least side in kilometres: cases are not placed more exactly than that."""
SPREAD = 1.5
"""Standard deviation of the smoothing, in squares."""
REACH = 5
"""How far the smoothing reaches, in squares; so wide is the empty border of the lattice too."""
STEPS = 5


@dataclass(frozen=True)
class Lattice:
    """Squares of the web-Mercator world: `left`, `top` and `side` are fractions of its width, y going south."""

    left: float
    top: float
    side: float
    width: int
    height: int

    @cached_property
    def areas(self) -> np.ndarray:
        """km² of a square in each row."""
        y = self.top + (np.arange(self.height) + 0.5) * self.side
        lat = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * y))))
        east, north = km_per_degree(lat)
        degrees = 360 * self.side
        return degrees * east * degrees * np.cos(np.radians(lat)) * north


@dataclass(frozen=True)
class Density:
    """Cases opened: `counts` by square, rows from the north, and smoothed to `per_km2`; both sum to the same."""

    lattice: Lattice
    counts: np.ndarray
    per_km2: np.ndarray

    @property
    def steps(self) -> list[float]:
        """Lower edges of the colour steps: round numbers below the highest density; none for no cases."""
        return round_steps(float(self.per_km2.max()))


def density(city: City, ask: Ask) -> Density:
    """The cases opened in the ask's window, of its types, in its unit, as far as the caller may see."""
    key = ("density", ask.intervals, *ask.key("case"))
    return city.cache.get(key, lambda: _density(city, ask))


def _density(city: City, ask: Ask) -> Density:
    lattice = lattice_over(box_of(city, ask.intervals))
    counts = _counted(city, ask, lattice)
    return Density(lattice, counts, smoothed(counts) / lattice.areas[:, None])


def lattice_over(box: Box) -> Lattice:
    """The lattice of a box (west, south, east, north in degrees), with a border that the smoothing stays in."""
    west, south, east, north = box
    left, right = (west + 180) / 360, (east + 180) / 360
    top, bottom = (_south(lat) for lat in (north, south))
    across = max(right - left, bottom - top)
    middle = (south + north) / 2
    finest = FINEST / (360 * km_per_degree(middle)[0])
    side = max(across / BINS, float(finest))
    width, height = (int(np.ceil(length / side)) or 1 for length in (right - left, bottom - top))
    border = REACH * side
    return Lattice(left - border, top - border, side, width + 2 * REACH, height + 2 * REACH)


def _south(lat: float) -> float:
    return float(0.5 - np.arctanh(np.sin(np.radians(lat))) / (2 * np.pi))


def _counted(city: City, ask: Ask, lattice: Lattice) -> np.ndarray:
    start, end = (stamp(at) for at in ask.span)
    x = func.divide(func.plus(c.lon, 180.0), 360.0)
    y = func.minus(0.5, func.divide(func.atanh(func.sin(func.radians(c.lat))), 2 * np.pi))
    column = _place(x, lattice.left, lattice.side, lattice.width).label("column")
    row = _place(y, lattice.top, lattice.side, lattice.height).label("row")
    statement = (
        select(column, row, func.count().label("n"))
        .select_from(case_now)
        .where(*of_types(city, ask, case_now))
        .where(c.opened_at >= start, c.opened_at < end, *in_leaves(c.leaf, ask.intervals, city.units.leaves))
        .group_by(column, row)
    )
    found = city.store.arrays(statement)
    counts = np.zeros((lattice.height, lattice.width), np.int64)
    counts[found["row"].astype(int), found["column"].astype(int)] = found["n"]
    return counts


def _place(at: ColumnElement, first: float, side: float, many: int) -> ColumnElement:
    """The place of a coordinate in the lattice; a case just outside its unit's box is taken to its edge."""
    place = func.floor(func.divide(func.minus(at, first), side))
    return func.toUInt32(func.least(func.greatest(place, REACH), many - 1 - REACH))


def smoothed(counts: np.ndarray) -> np.ndarray:
    """Counts spread by a small Gaussian; their sum is kept, as long as the outermost REACH rows are empty."""
    far = np.arange(-REACH, REACH + 1)
    kernel = np.exp(-0.5 * (far / SPREAD) ** 2)
    kernel /= kernel.sum()
    out = counts.astype(float)
    for axis in (0, 1):
        out = np.apply_along_axis(np.convolve, axis, out, kernel, "same")
    return out


def round_steps(top: float, most: int = STEPS) -> list[float]:
    """At most `most` numbers of the series 1, 2, 5, 10, 20 … that lie below `top`, ascending."""
    if not top > 0:
        return []
    first = int(np.floor(np.log10(top)))
    series = [float(f"{digit}e{power}") for power in range(first - most, first + 1) for digit in (1, 2, 5)]
    return [edge for edge in series if edge < top][-most:]
