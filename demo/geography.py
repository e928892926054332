"""The ground of the reference city: every leaf's cell, and the table of all units.

Below the district everything is generated, and labelled so. Names, codes and district outlines are real; a
street lies about where the real one lies (``anchors.csv``), its extent and everything inside are synthetic.
"""

from dataclasses import dataclass

import numpy as np
import shapely

from data_access import crs
from data_access.units import UnitTable
from demo import names, sources
from demo.mosaic import mosaic, to_degrees, to_plane
from demo.partition import arrange
from demo.sites import Blocks, place, relax
from demo.tree import GRID_KINDS, Tree, within

CITY, DISTRICT, STREET, COMMUNITY, GRID, MICROGRID = range(6)


@dataclass(frozen=True)
class Ground:
    """Cells in leaf order: `shapes`, a `point` inside each (n, 2; degrees), `area` in km²."""

    shapes: np.ndarray
    point: np.ndarray
    area: np.ndarray


@dataclass(frozen=True)
class Borders:
    """First leaf of each unit of a level, and the end: `district`, `street`, `community`, `grid`."""

    district: np.ndarray
    street: np.ndarray
    community: np.ndarray
    grid: np.ndarray


def borders(tree: Tree) -> Borders:
    """Where units begin in the numbering of leaves."""
    grid = _edges(tree.grid_leaves)
    community = grid[_edges(np.bincount(tree.grid_community))]
    street = community[_edges(np.bincount(tree.community_street))]
    district = street[_edges(np.bincount(tree.street_district))]
    return Borders(district, street, community, grid)


def survey(tree: Tree, seed: int) -> Ground:
    """Lay out every district of `tree`; the same seed gives the same ground, district by district."""
    at, outlines = borders(tree), sources.outlines()
    shapes, points = [], []
    for n, code in enumerate(tree.districts):
        xy = _district_sites(tree, at, n, np.random.default_rng([seed, int(code)]))
        shapes.append(mosaic(outlines[code], xy))
        points.append(to_degrees(xy))
    cells, point = np.concatenate(shapes), np.concatenate(points)
    lost = np.flatnonzero(~shapely.contains_xy(cells, point))
    point[lost] = shapely.get_coordinates(shapely.point_on_surface(cells[lost]))
    return Ground(cells, point, crs.areas_km2(cells))


def unit_table(tree: Tree, ground: Ground) -> UnitTable:
    """All units, level by level in leaf order."""
    at = borders(tree)
    micro_grid = np.repeat(np.arange(len(tree.micro)), tree.micro)
    micro_lo = at.grid[micro_grid] + within(tree.micro)
    starts = [at.district[:1], at.district[:-1], at.street[:-1], at.community[:-1], at.grid[:-1], micro_lo]
    ends = [at.district[-1:], at.district[1:], at.street[1:], at.community[1:], at.grid[1:], micro_lo + 1]
    sizes = [len(s) for s in starts]
    parents = [[-1], np.zeros(sizes[1], int), tree.street_district, tree.community_street, tree.grid_community]
    first = np.cumsum([0, *sizes])
    above = [0, *first[:5]]
    parent = np.concatenate([np.asarray(p) + add for p, add in zip([*parents, micro_grid], above, strict=True)])
    lo, hi = np.concatenate(starts), np.concatenate(ends)
    ids, zh, en = names.of_units(tree, micro_grid)
    point = _label_points(ground, lo, hi)
    total = np.concatenate([[0.0], np.cumsum(ground.area)])
    level = np.repeat(np.arange(6, dtype=np.uint8), sizes)
    return UnitTable(
        ids, level, _kinds(tree, sizes), parent.astype(np.int32), lo.astype(np.uint32), hi.astype(np.uint32),
        zh, en, point[:, 0], point[:, 1], total[hi] - total[lo],
    )  # fmt: skip


def street_outlines(tree: Tree, ground: Ground) -> dict[str, shapely.Geometry]:
    """The outline of each street, its cells joined."""
    at = borders(tree).street
    joined = [shapely.coverage_union_all(ground.shapes[lo:hi]) for lo, hi in zip(at, at[1:], strict=False)]
    return {s.code: shape for s, shape in zip(tree.streets, joined, strict=True)}


def _district_sites(tree: Tree, at: Borders, n: int, rng: np.random.Generator) -> np.ndarray:
    """Sites of district `n` in leaf order, plane km."""
    lo, hi = at.district[n : n + 2]
    outline = shapely.transform(sources.outlines()[tree.districts[n]], to_plane)
    streets = np.flatnonzero(tree.street_district == n)
    anchor = to_plane(np.array([tree.streets[s].anchor for s in streets]))
    urban = np.array([c.urban for c in tree.communities])
    leaves, of_street = np.diff(at.community), tree.community_street
    towns, country = (np.bincount(of_street, leaves * of, len(tree.streets)).astype(int) for of in (urban, ~urban))
    blocks = Blocks(anchor, towns[streets], country[streets])
    xy, bearing = place(outline, blocks, rng)
    xy = relax(outline, xy, 2)
    inside = [b[(b >= lo) & (b <= hi)] - lo for b in (at.community, at.grid, np.arange(hi + 1))]
    return xy[arrange(xy, blocks.edges, inside, bearing)]


def _label_points(ground: Ground, lo: np.ndarray, hi: np.ndarray) -> np.ndarray:
    """For each run of leaves the leaf point nearest to its middle, which lies inside the unit, (n, 2)."""
    weight = np.column_stack([ground.point * ground.area[:, None], ground.area])
    total = np.concatenate([np.zeros((1, 3)), np.cumsum(weight, 0)])
    middle = total[hi] - total[lo]
    middle = middle[:, :2] / middle[:, 2:]
    best = lo.copy()
    for i in np.flatnonzero(hi - lo > 1):
        d = (ground.point[lo[i] : hi[i]] - middle[i]) * (0.82, 1.0)
        best[i] += int(np.argmin((d * d).sum(1)))
    return ground.point[best]


def _kinds(tree: Tree, sizes: list[int]) -> np.ndarray:
    """The kind of each grid; nothing for units of the other levels."""
    kind = np.full(sum(sizes), "", object)
    first = sum(sizes[:GRID])
    kind[first : first + sizes[GRID]] = np.array(GRID_KINDS, object)[tree.grid_kind]
    return kind


def leaf_kinds(tree: Tree) -> np.ndarray:
    """The grid kind of each leaf: COMMUNITY for micro-grids, else RURAL or SPECIAL."""
    return np.repeat(tree.grid_kind, tree.grid_leaves)


def density(tree: Tree, ground: Ground) -> np.ndarray:
    """Leaves per km² of the community each leaf lies in: how urban a place is."""
    at = borders(tree).community
    area = np.add.reduceat(ground.area, at[:-1])
    return np.repeat(np.diff(at) / area, np.diff(at))


def _edges(counts: np.ndarray) -> np.ndarray:
    return np.concatenate([[0], np.cumsum(counts)])
