"""Cell outlines as compact immutable binaries, one for each level of the map.

Layout, little-endian: ``JWC2``, then uint32 cells, rings, vertices, points, then float64 west, south, east, north,
then columns: uint32 rings of each cell, uint32 points of each ring, uint16 x and uint16 y of each vertex, uint32
vertex of each point. A column lies in planes, the lowest byte of all its numbers first, which packs better.

Coordinates are fractions of the box in plate carrée degrees, x from the west, y from the south. A place is a
vertex once, however many cells meet there: vertices are numbered as the rings first come to them, and x and y are
differences to the vertex before (wrapping at 65536, the first against 0), folded 0, -1, 1, -2… to 0, 1, 2, 3….
The vertex of a point is told by how far it lies below the next new one, so 0 is that one. A ring's last point is
not repeated. Holes follow their shell as further rings of the cell: fill by the even-odd rule. Neighbours share
vertices, since all are rounded to one lattice.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from data_access.units import Units

MAGIC = b"JWC2"
HEAD = struct.Struct("<4s4I4d")
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
    vertices, below = _vertices(lattice)
    head = HEAD.pack(MAGIC, len(geometry), int(alive.sum()), len(vertices), len(lattice), *box)
    xy = [_folded(vertices[:, k]) for k in (0, 1)]
    columns = [(rings, "<u4"), (points[alive], "<u4"), (xy[0], "<u2"), (xy[1], "<u2"), (below, "<u4")]
    return head + b"".join(_planes(numbers.astype(kind)) for numbers, kind in columns)


def decode(body: bytes) -> Cells:
    """Read an encoded level back. Raises ValueError when `body` is not one."""
    if body[:4] != MAGIC:
        raise ValueError("not a cell binary")
    _, cells, rings, vertices, points, *box = HEAD.unpack_from(body)
    at, columns = HEAD.size, []
    for n, width in ((cells, 4), (rings, 4), (vertices, 2), (vertices, 2), (points, 4)):
        planes = np.frombuffer(body, np.uint8, width * n, at).reshape(width, n)
        columns.append(np.ascontiguousarray(planes.T).view(f"<u{width}")[:, 0])
        at += width * n
    new = columns[4] == 0
    vertex = np.cumsum(new) - new - columns[4]
    x, y = (_unfolded(column)[vertex] for column in columns[2:4])
    return Cells(columns[0], columns[1], x, y, tuple(box))


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
    """Mask out points equal to the next in their ring, and each ring's closing point."""
    keep = np.zeros(len(lattice), bool)
    keep[:-1] = (lattice[1:] != lattice[:-1]).any(1) & (ring[1:] == ring[:-1])
    return keep


def _even_odd(polygons: list) -> object:
    shape = polygons[0]
    for polygon in polygons[1:]:
        shape = shapely.symmetric_difference(shapely.make_valid(shape), shapely.make_valid(polygon))
    return shape


def _vertices(lattice: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The places in the order they first come, and of each point how far below the next new one it is."""
    _, first, place = np.unique(lattice[:, 0] << 16 | lattice[:, 1], return_index=True, return_inverse=True)
    number = np.argsort(np.argsort(first))
    new = np.zeros(len(lattice), np.int64)
    new[first] = 1
    return lattice[np.sort(first)], np.cumsum(new) - new - number[place]


def _folded(numbers: np.ndarray) -> np.ndarray:
    """Differences of 16-bit numbers, small ones of either sign as small numbers."""
    steps = np.diff(numbers, prepend=0).astype(np.int16)
    return (steps << 1) ^ (steps >> 15)


def _unfolded(folded: np.ndarray) -> np.ndarray:
    return np.cumsum((folded >> 1) ^ -(folded & 1), dtype=np.uint16)


def _planes(numbers: np.ndarray) -> bytes:
    return numbers.view(np.uint8).reshape(len(numbers), -1).T.tobytes()
