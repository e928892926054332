"""The outlines a city keeps: each level's cells under their digest, and the boxes of units."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely

from data_access.cells import Cells, decode, shapes
from data_access.city import City
from data_access.units import Intervals, Unit

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Outline:
    """One level's cells: the binary, its digest, and how large each cell is."""

    digest: str
    body: bytes

    @cached_property
    def cells(self) -> Cells:
        """The decoded arrays."""
        return decode(self.body)

    @cached_property
    def boxes(self) -> np.ndarray:
        """West, south, east, north of each cell, n×4, in degrees; nan for a cell without outline."""
        c = self.cells
        west, south, east, north = c.box
        of_ring = np.concatenate([[0], np.cumsum(c.rings, dtype=np.int64)])
        points = np.concatenate([[0], np.cumsum(c.points, dtype=np.int64)])[of_ring]
        out = np.full((len(c.rings), 4), np.nan)
        some = np.diff(points) > 0
        at = points[:-1][some]
        for column, axis, low, high in ((0, c.x, west, east), (1, c.y, south, north)):
            degrees = low + axis / 65535 * (high - low)
            if len(at):
                out[some, column] = np.minimum.reduceat(degrees, at)
                out[some, column + 2] = np.maximum.reduceat(degrees, at)
        return out


def outline(city: City, level: int) -> Outline:
    """The cells of a level. Raises KeyError when the city keeps none."""
    return city.fixed.get(("outline", level), lambda: Outline(*_blob(city, f"cells/{level}")))


def base_map(city: City) -> tuple[str, bytes]:
    """Digest and GeoJSON of the base map."""
    return city.fixed.get("base map", lambda: _blob(city, "basemap"))


def box_of(city: City, intervals: Intervals) -> Box:
    """The box around a set of leaves: west, south, east, north in degrees."""
    boxes = outline(city, city.units.depth - 1).boxes
    parts = np.concatenate([boxes[lo:hi] for lo, hi in intervals])
    west, south = np.nanmin(parts[:, :2], axis=0)
    east, north = np.nanmax(parts[:, 2:], axis=0)
    return float(west), float(south), float(east), float(north)


def cell_ranges(city: City, level: int, intervals: Intervals) -> list[tuple[int, int]]:
    """Which cells of a level lie wholly within a set of leaves, as half-open ranges of cell numbers."""
    rows = city.units.rows_at(level)
    lo, hi = city.units.table.lo[rows], city.units.table.hi[rows]
    return [(int(np.searchsorted(lo, a)), int(np.searchsorted(hi, b, side="right"))) for a, b in intervals]


def unit_shape(city: City, unit: Unit) -> shapely.Geometry:
    """The outline of a unit or zone in WGS84 degrees, as exact as cells are kept."""
    level = unit.level if unit.level >= 0 else city.units.depth - 1
    cells = shapes(outline(city, level).body)
    ranges = cell_ranges(city, level, unit.intervals)
    return shapely.union_all(np.concatenate([cells[first:end] for first, end in ranges]))


def _blob(city: City, key: str) -> tuple[str, bytes]:
    found = city.store.blob(key)
    if found is None:
        raise KeyError(key)
    return found
