"""The cells of the sites: a mosaic of polygons that fills the district without gaps, overlaps or near misses."""

import numpy as np
import shapely

from demo.sites import voronoi
from demo.sources import LATTICE

ORIGIN = np.array([113.4, 34.6])
KM = np.array([91.75, 110.93])
"""Kilometres a degree of longitude and latitude at ORIGIN: the plane in which distances are measured."""


def to_plane(lonlat: np.ndarray) -> np.ndarray:
    """Degrees to kilometres east and north of ORIGIN."""
    return (lonlat - ORIGIN) * KM


def to_degrees(xy: np.ndarray) -> np.ndarray:
    """Kilometres back to degrees on the lattice."""
    return np.round(xy / KM + ORIGIN, 7)


def mosaic(outline: shapely.Geometry, xy: np.ndarray) -> np.ndarray:
    """One polygon a site of `xy` (n, 2; plane km), in WGS84, that together cover `outline` exactly.

    Cells that the outline cuts are noded with it on the lattice and rebuilt from the faces, so neighbours share
    every vertex. A piece cut off from its site goes to the neighbour it leans on most.
    """
    cells = shapely.transform(voronoi(shapely.transform(outline, to_plane), xy), to_degrees)
    shapely.prepare(outline)
    border = np.flatnonzero(~shapely.contains_properly(outline, cells))
    faces, owner = _faces(outline, cells[border])
    sites = shapely.points(to_degrees(xy[border]))
    cells[border], loose = _main_parts(faces, owner, sites)
    return _adopted(cells, loose)


def _faces(outline: shapely.Geometry, cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The faces inside `outline` made by it and the edges of `cells`, and the cell each lies in."""
    lines = [*shapely.boundary(cells), shapely.boundary(outline)]
    noded = shapely.union_all(lines, grid_size=LATTICE)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    inner = shapely.point_on_surface(faces)
    face, owner = shapely.STRtree(cells).query(inner, predicate="within")
    inside = shapely.contains(outline, inner[face])
    return faces[face[inside]], owner[inside]


def _main_parts(faces: np.ndarray, owner: np.ndarray, sites: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of each owner's faces the one that holds its site, else the largest; and the faces left over."""
    score = shapely.area(faces) + shapely.intersects(faces, sites[owner])
    order = np.lexsort((-score, owner))
    first = np.append(True, np.diff(owner[order]) > 0)
    if first.sum() != len(sites):
        raise ValueError("a site has lost its cell; its district's outline is too fine for the sites")
    return faces[order[first]], faces[order[~first]]


def _adopted(cells: np.ndarray, loose: np.ndarray) -> np.ndarray:
    """`cells` with each loose face joined to the cell with which it shares the longest border."""
    waiting = list(loose)
    while waiting:
        tree, left = shapely.STRtree(cells), []
        for face in waiting:
            near = tree.query(face, predicate="intersects")
            shared = shapely.length(shapely.intersection(cells[near], face))
            if not len(near) or not shared.max() > 0:
                left.append(face)
                continue
            best = near[int(np.argmax(shared))]
            cells[best] = shapely.union(cells[best], face)
        if len(left) == len(waiting):
            raise ValueError("a piece of the district touches no cell")
        waiting = left
    return cells
