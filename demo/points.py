"""Random places inside given cells."""

import numpy as np
import shapely

TRIES = 12


class Scatter:
    """Draws points inside cells: a triangle of the fan round the cell's own point, then a place in it.

    `shapes` are polygons in leaf order, `centre` (n, 2) a point inside each; degrees in, degrees out.
    """

    def __init__(self, shapes: np.ndarray, centre: np.ndarray):
        self.shapes, self.centre = shapes, centre
        rings = shapely.get_exterior_ring(shapes)
        xy, ring = shapely.get_coordinates(rings, return_index=True)
        same = ring[1:] == ring[:-1]
        self._a, self._b, owner = xy[:-1][same], xy[1:][same], ring[:-1][same]
        a, b = self._a - centre[owner], self._b - centre[owner]
        self._area = np.cumsum(np.abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]))
        last = np.searchsorted(owner, np.arange(len(shapes)), side="right") - 1
        self._high = self._area[last]
        self._low = np.concatenate([[0.0], self._high[:-1]])

    def inside(self, leaf: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """One point in each cell of `leaf` (repeats welcome), (n, 2), rounded to 1e-6°."""
        out = self.centre[leaf].copy()
        todo = np.arange(len(leaf))
        for _ in range(TRIES):
            if not len(todo):
                break
            p = np.round(self._draw(leaf[todo], rng), 6)
            good = shapely.contains_xy(self.shapes[leaf[todo]], p)
            out[todo[good]] = p[good]
            todo = todo[~good]
        return out

    def _draw(self, leaf: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        u, v, w = rng.uniform(size=(3, len(leaf)))
        at = self._low[leaf] + w * (self._high[leaf] - self._low[leaf])
        t = np.searchsorted(self._area, at).clip(max=len(self._area) - 1)
        centre = self.centre[leaf]
        edge = self._a[t] + v[:, None] * (self._b[t] - self._a[t])
        return centre + 0.96 * np.sqrt(u)[:, None] * (edge - centre)
