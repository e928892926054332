"""Cell outlines as compact immutable binaries, one for each level of the map.

Layout, little-endian: ``JWC1``, then uint32 cells, rings, points, then float64 west, south, east, north, then
uint16 rings of each cell, uint16 points of each ring, then all x, then all y as uint16 differences to the
point before (wrapping at 65536, first point against 0), each array padded to 4 bytes. Coordinates are fractions
of the box in plate carrée degrees, x from the west, y from the south; a ring's last point is not repeated.
Holes follow their shell as further rings of the cell: fill by the even-odd rule. Points that neighbours share
stay equal, since all are rounded to one lattice.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from data_access.units import Units

MAGIC = b"JWC1"
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Cells:
    """Decoded outlines: rings per cell, points per ring, x and y in 0…65535, and the box in degrees."""

    rings: np.ndarray
    points: np.ndarray
    x: np.ndarray
    y: np.ndarray
    box: Box


def encode(shapes: Sequence[object], box: Box) -> bytes:
    """Encode one (multi)polygon a cell, in the order of the cells, in the lattice of `box`."""
    geometry = np.asarray(shapes, dtype=object)
    coords, ring_of_point, to_ring = _rings(geometry)
    west, south, east, north = box
    scale = 65535 / np.array([east - west, north - south])
    lattice = np.rint((coords - (west, south)) * scale).clip(0, 65535).astype(np.int64)
    keep = _distinct(lattice, ring_of_point)
    lattice, ring_of_point = lattice[keep], ring_of_point[keep]
    points = np.bincount(ring_of_point, minlength=len(to_ring))
    alive = points >= 3
    lattice = lattice[alive[ring_of_point]]
    rings = np.bincount(to_ring[alive], minlength=len(geometry))
    head = MAGIC + struct.pack("<3I4d", len(geometry), int(alive.sum()), len(lattice), *box)
    xy = [np.diff(lattice[:, k], prepend=0).astype("<u2") for k in (0, 1)]
    return head + b"".join(_padded(a) for a in (rings.astype("<u2"), points[alive].astype("<u2"), *xy))


def decode(body: bytes) -> Cells:
    """Read an encoded level back. Raises ValueError when `body` is not one."""
    if body[:4] != MAGIC:
        raise ValueError("not a cell binary")
    cells, rings, points = struct.unpack_from("<3I", body, 4)
    box = struct.unpack_from("<4d", body, 16)
    at, arrays = 48, []
    for n in (cells, rings, points, points):
        arrays.append(np.frombuffer(body, "<u2", n, at))
        at += (2 * n + 3) // 4 * 4
    x, y = (np.cumsum(a, dtype=np.uint16) for a in arrays[2:])
    return Cells(arrays[0], arrays[1], x, y, box)


def shapes(body: bytes) -> np.ndarray:
    """The outlines of an encoded level as shapely geometries, on the lattice, in WGS84 degrees."""
    c = decode(body)
    west, south, east, north = c.box
    xy = np.column_stack([west + c.x / 65535 * (east - west), south + c.y / 65535 * (north - south)])
    ends = np.cumsum(c.points)
    rings = [xy[end - n : end] for n, end in zip(c.points, ends, strict=True)]
    out, at = np.empty(len(c.rings), object), 0
    for i, n in enumerate(c.rings):
        out[i] = _even_odd([shapely.Polygon(r) for r in rings[at : at + n]])
        at += n
    return out


def level_shapes(units: Units, level: int, leaf_shapes: np.ndarray, outlines: dict[str, object]) -> np.ndarray:
    """One shape a cell of `level`, in cell order: an own outline where there is one, else its leaves joined."""
    t, rows = units.table, units.rows_at(level)
    out = np.empty(len(rows), object)
    for i, row in enumerate(rows):
        lo, hi = int(t.lo[row]), int(t.hi[row])
        own = outlines.get(str(t.id[row]))
        out[i] = own if own is not None else leaf_shapes[lo] if hi - lo == 1 else _union(leaf_shapes[lo:hi])
    return out


def _union(parts: np.ndarray) -> object:
    if shapely.coverage_is_valid(parts):
        return shapely.coverage_union_all(parts)
    return shapely.union_all(parts)


def _rings(geometry: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All coordinates, the ring of each, and the cell of each ring."""
    polygons, cell = shapely.get_parts(geometry, return_index=True)
    rings, polygon = shapely.get_rings(polygons, return_index=True)
    coords, ring = shapely.get_coordinates(rings, return_index=True)
    return coords, ring, cell[polygon]


def _distinct(lattice: np.ndarray, ring: np.ndarray) -> np.ndarray:
    """Mask out points equal to the one before in their ring, and each ring's closing point."""
    same = np.zeros(len(lattice), bool)
    same[1:] = (lattice[1:] == lattice[:-1]).all(1) & (ring[1:] == ring[:-1])
    first = np.searchsorted(ring, ring)
    last = np.append(ring[1:] != ring[:-1], True)
    return ~same & ~(last & (lattice == lattice[first]).all(1))


def _even_odd(polygons: list) -> object:
    shape = polygons[0]
    for polygon in polygons[1:]:
        shape = shapely.symmetric_difference(shapely.make_valid(shape), shapely.make_valid(polygon))
    return shape


def _padded(a: np.ndarray) -> bytes:
    raw = a.tobytes()
    return raw + b"\0" * (-len(raw) % 4)
