"""An area drawn on the map, as the unit made of the leaves in it."""

import hashlib

import numpy as np
import shapely

from data_access.city import City
from data_access.errors import EmptyArea
from data_access.units import Unit, merged
from data_access.view import Place
from data_access.words import T

TITLE = T("选区（{n} 个网格单元）", "Selection of {n} cells")
KIND = "area"


def selection(city: City, area: tuple[Place, ...]) -> Unit:
    """The leaves whose label point lies in the polygon `area`, as a unit. Raises EmptyArea for none."""
    return city.cache.get(("selection", area), lambda: _selection(city, area))


def _selection(city: City, area: tuple[Place, ...]) -> Unit:
    polygon = shapely.make_valid(shapely.Polygon(area))
    t, rows = city.units.table, city.units.rows_at(city.units.depth - 1)
    shapely.prepare(polygon)
    leaves = np.flatnonzero(shapely.contains_xy(polygon, t.lon[rows], t.lat[rows]))
    if not len(leaves):
        raise EmptyArea("The area holds no cell of this city.")
    title = TITLE.fill(n=f"{len(leaves):,}")
    name = f"{KIND}:{hashlib.sha1(repr(area).encode()).hexdigest()[:12]}"
    centre = polygon.centroid
    intervals = merged((leaf, leaf + 1) for leaf in leaves)
    return Unit(name, -1, -1, KIND, title, intervals, (centre.x, centre.y))
