"""From a point to the leaf that holds it."""

import threading
from weakref import WeakKeyDictionary

import numpy as np
import shapely

from data_access.build import unpack_leaves
from data_access.city import City

NEAR = 30.0
"""Metres by which a point may lie outside every leaf and still belong to the nearest."""

EDGE = 1.0
"""Metres by which an area must reach into a leaf to touch it, so that a shared border does not count."""

METRES = 111_320.0
MARGIN = 0.02

_lookups: "WeakKeyDictionary[object, LeafLookup]" = WeakKeyDictionary()
_lock = threading.Lock()


class LeafLookup:
    """Finds leaves by a tree over their outlines, scaled to metres at the city's middle latitude."""

    def __init__(self, shapes: np.ndarray):
        west, south, east, north = shapely.total_bounds(shapes)
        self.box = (west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN)
        self._scale = METRES * np.array([np.cos(np.radians((south + north) / 2)), 1.0])
        scaled = shapely.transform(shapes, lambda xy: xy * self._scale)
        shapely.prepare(scaled)
        self._tree = shapely.STRtree(scaled)

    def leaves(self, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
        """The leaf at each point (WGS84 degrees), as int64; -1 where there is none within `NEAR` metres.

        On a shared edge, and where outlines overlap, the lowest leaf number wins.
        """
        found = np.full(len(lon), -1, np.int64)
        xy = np.column_stack([lon, lat]).astype(float) * self._scale
        usable = np.flatnonzero(np.isfinite(xy).all(1) & (np.abs(xy) < 360 * METRES).all(1))
        points = shapely.points(xy[usable])
        self._take(found, usable, *self._tree.query(points, predicate="intersects"))
        left = usable[found[usable] < 0]
        if len(left):
            near = self._tree.query_nearest(shapely.points(xy[left]), max_distance=NEAR)
            self._take(found, left, *near)
        return found

    def touched(self, shape: shapely.Geometry) -> np.ndarray:
        """The leaves that `shape` (WGS84 degrees) reaches into by more than a metre, ascending."""
        scaled = shapely.transform(shape, lambda xy: xy * self._scale)
        within = shapely.buffer(scaled, -EDGE)
        found = self._tree.query(scaled if within.is_empty else within, predicate="intersects")
        return np.unique(found)

    def inside_box(self, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
        """Whether each point lies in the city's box, with about two kilometres to spare."""
        west, south, east, north = self.box
        return (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)

    @staticmethod
    def _take(found: np.ndarray, rows: np.ndarray, point: np.ndarray, leaf: np.ndarray) -> None:
        best = np.full(len(rows), np.iinfo(np.int64).max)
        np.minimum.at(best, point, leaf)
        hit = best < np.iinfo(np.int64).max
        found[rows[hit]] = best[hit]


def leaf_lookup(city: City) -> LeafLookup:
    """The lookup of an open city, made when first asked for and kept as long as its store is."""
    with _lock:
        if city.store not in _lookups:
            _lookups[city.store] = LeafLookup(unpack_leaves(city.store.blob("leaves")[1]))
        return _lookups[city.store]
