"""Areas as senders tell them: polygons and circles in WGS84 degrees, made to geometries."""

from collections.abc import Sequence

import numpy as np
import pyproj
import shapely

from ingest.reasons import Refused, shown

SIDES = 64
MOST_CORNERS = 200_000
FARTHEST_KM = 5000.0
_EARTH = pyproj.Geod(ellps="WGS84")


def polygon(corners: Sequence[Sequence[float]]) -> shapely.Geometry:
    """The area of a ring of (longitude, latitude), closed where it is not; mended where it crosses itself.

    Raises Refused.
    """
    places = _checked("polygon", corners)
    if len(np.unique(places, axis=0)) < 3:
        raise Refused("bad_geometry", shown("polygon", len(places), "three corners are the least"))
    found = shapely.make_valid(shapely.Polygon(places))
    if found.area == 0:
        raise Refused("bad_geometry", "polygon=a line, not an area")
    return found


def circle(lon: float, lat: float, km: float) -> shapely.Geometry:
    """A circle on the ellipsoid as a polygon of `SIDES` sides; a point where its radius is 0. Raises Refused."""
    _checked("circle", [(lon, lat)])
    if not 0 <= km <= FARTHEST_KM:
        raise Refused("bad_geometry", shown("circle", km, f"a radius is 0 to {FARTHEST_KM:.0f} km"))
    if km == 0:
        return shapely.Point(lon, lat)
    around = np.linspace(0, 360, SIDES, endpoint=False)
    still = np.ones(SIDES)
    x, y, _ = _EARTH.fwd(lon * still, lat * still, around, km * 1000 * still)
    return shapely.make_valid(shapely.Polygon(np.column_stack([x, y])))


def joined(shapes: Sequence[shapely.Geometry]) -> shapely.Geometry:
    """All of them as one geometry, areas that overlap made one. Raises Refused for too many corners."""
    if sum(map(shapely.get_num_coordinates, shapes)) > MOST_CORNERS:
        raise Refused("bad_geometry", f"more than {MOST_CORNERS} corners")
    return shapely.union_all(list(shapes))


def _checked(name: str, corners: Sequence[Sequence[float]]) -> np.ndarray:
    places = np.asarray(corners, float).reshape(-1, 2)
    lon, lat = np.abs(places).T
    if not np.isfinite(places).all() or (lon > 180).any() or (lat > 90).any():
        wrong = next(p for p in places if not (abs(p[0]) <= 180 and abs(p[1]) <= 90))
        turned = np.isfinite(places).all() and (lat <= 180).all() and (lon <= 90).all()
        reason = "swapped_coordinates" if turned else "bad_coordinates"
        raise Refused(reason, shown(name, f"lon={wrong[0]:g} lat={wrong[1]:g}"))
    return places
