"""From levels to one numbered tree: leaves in depth-first order, units as intervals."""

from dataclasses import dataclass

import numpy as np
import pyproj
import shapely

from data_access.errors import BadSource
from data_access.units import UnitTable
from data_access.write import Reject
from ingest.boundaries import Progress, read_level
from ingest.cityfile import CityFile, LevelFile
from ingest.nesting import Tier, nested

EQUAL_AREA = "EPSG:6933"
Ends = list[np.ndarray]


@dataclass
class Tree:
    """A city's units, the shapes of its leaves in leaf order, and what was found on the way.

    `facts` are numbers by measure and unit id, as the boundary files have them.
    """

    units: UnitTable
    shapes: np.ndarray
    facts: dict[str, dict[str, float]]
    warnings: list[str]
    rejects: list[Reject]


def read_tree(city: CityFile, progress: Progress) -> tuple[Tree, tuple[LevelFile, ...]]:
    """Read all levels of `city` and number them; also the levels with their root. Raises BadSource."""
    levels, tiers, facts = _with_root(city), [], {}
    for n, level in enumerate(levels):
        if level.boundary is None:
            unit_id = level.id or city.key
            tiers.append(Tier([unit_id], [city.title.zh], [city.title.en], [None], np.array([-1])))
            continue
        outlines = read_level(level, progress)
        for measure, values in outlines.facts.items():
            facts.setdefault(measure, {}).update(zip(outlines.ids, values, strict=True))
        tiers.append(nested(level, outlines, tiers, levels[n - 1] if n > 1 else None))
    if city.levels[0].boundary is not None and len(tiers[1].ids) == 1:
        # The first level is the whole city already: no root above it.
        levels, tiers = levels[1:], tiers[1:]
        tiers[0].parent = np.array([-1])
    _check_ids(city, tiers)
    progress("numbering", 0.0)
    tiers[1:] = _without_empty_groups(tiers[1:])
    units, shapes = _numbered(levels, tiers)
    warnings = [w for tier in tiers for w in tier.warnings] + overlaps(units, shapes)
    return Tree(units, shapes, facts, warnings, [r for tier in tiers for r in tier.rejects]), levels


def _with_root(city: CityFile) -> tuple[LevelFile, ...]:
    if city.levels[0].boundary is None:
        return city.levels
    root = LevelFile(key="city", title={"zh": "全市", "en": "City"}, plural={"zh": "全市", "en": "City"})
    return (root, *city.levels)


def _check_ids(city: CityFile, tiers: list[Tier]) -> None:
    seen: dict[str, str] = {}
    for tier in tiers:
        for unit_id in tier.ids:
            if unit_id in seen:
                raise BadSource(
                    f"{tier.file}: the id {unit_id!r} is also one of {seen[unit_id] or city.key}. Ids must differ"
                    " over all levels: write `id` as a template, such as 'ward-{no}'."
                )
        seen |= dict.fromkeys(tier.ids, tier.file)


def _without_empty_groups(tiers: list[Tier]) -> list[Tier]:
    """A group whose only orphans were refused further down would be a leaf without a shape: leave it out."""
    for n in range(len(tiers) - 1, -1, -1):
        below = set(tiers[n + 1].parent) if n + 1 < len(tiers) else set()
        keep = np.array([s is not None or i in below for i, s in enumerate(tiers[n].shapes)])
        if not keep.all():
            if n + 1 < len(tiers):
                tiers[n + 1].parent = (np.cumsum(keep) - 1)[tiers[n + 1].parent]
            tiers[n].drop(keep)
    return tiers


def _numbered(levels: tuple[LevelFile, ...], tiers: list[Tier]) -> tuple[UnitTable, np.ndarray]:
    children = [_children(tiers, n) for n in range(len(tiers))]
    lo = [np.zeros(len(t.ids), np.uint32) for t in tiers]
    hi = [np.zeros(len(t.ids), np.uint32) for t in tiers]
    leaves: list[tuple[int, int]] = []

    def walk(level: int, i: int) -> None:
        lo[level][i] = len(leaves)
        below = children[level][i]
        for child in below:
            walk(level + 1, child)
        if not below:
            leaves.append((level, i))
        hi[level][i] = len(leaves)

    walk(0, 0)
    shapes = np.array([tiers[level].shapes[i] for level, i in leaves], object)
    return _table(levels, tiers, lo, hi, shapes), shapes


def _children(tiers: list[Tier], n: int) -> list[list[int]]:
    out: list[list[int]] = [[] for _ in tiers[n].ids]
    if n + 1 < len(tiers):
        below = tiers[n + 1]
        for i in sorted(range(len(below.ids)), key=lambda i: _code(below.ids[i])):
            out[below.parent[i]].append(i)
    return out


def _code(unit_id: str) -> tuple[int, str]:
    return (len(unit_id), unit_id) if unit_id.isdigit() else (0, unit_id)


def _table(
    levels: tuple[LevelFile, ...],
    tiers: list[Tier],
    lo: list[np.ndarray],
    hi: list[np.ndarray],
    shapes: np.ndarray,
) -> UnitTable:
    order = [np.argsort(at, kind="stable") for at in lo]
    starts = np.cumsum([0, *(len(t.ids) for t in tiers)])
    parent = [np.array([-1])]
    for n in range(1, len(tiers)):
        rank = np.empty(len(order[n - 1]), int)
        rank[order[n - 1]] = np.arange(len(rank))
        parent.append(rank[tiers[n].parent[order[n]]] + starts[n - 1])
    low = np.concatenate([a[o] for a, o in zip(lo, order, strict=True)])
    high = np.concatenate([a[o] for a, o in zip(hi, order, strict=True)])

    def column(name: str) -> np.ndarray:
        return np.array([getattr(t, name)[i] for t, o in zip(tiers, order, strict=True) for i in o], object)

    lon, lat = _labels(column("shapes"), low, high, shapes)
    return UnitTable(
        id=column("ids"),
        level=np.repeat(np.arange(len(tiers), dtype=np.uint8), [len(t.ids) for t in tiers]),
        kind=np.repeat(np.array([level.kind for level in levels], object), [len(t.ids) for t in tiers]),
        parent=np.concatenate(parent).astype(np.int32),
        lo=low,
        hi=high,
        zh=column("zh"),
        en=column("en"),
        lon=lon,
        lat=lat,
        area=_areas(low, high, shapes),
    )


def _labels(own: np.ndarray, lo: np.ndarray, hi: np.ndarray, leaves: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A point inside each unit: of its outline, or of its largest leaf where it has none."""
    areas = shapely.area(leaves)
    shapes = own.copy()
    for i in np.flatnonzero(shapely.is_missing(own)):
        shapes[i] = leaves[lo[i] + int(np.argmax(areas[lo[i] : hi[i]]))]
    points = shapely.point_on_surface(shapes)
    return shapely.get_x(points), shapely.get_y(points)


def _areas(lo: np.ndarray, hi: np.ndarray, shapes: np.ndarray) -> np.ndarray:
    """Square kilometres of each unit: of its leaves together, in an equal-area projection."""
    flat = pyproj.Transformer.from_crs("EPSG:4326", EQUAL_AREA, always_xy=True)
    metres = shapely.transform(shapes, lambda xy: np.column_stack(flat.transform(*xy.T)))
    total = np.concatenate([[0.0], np.cumsum(shapely.area(metres) / 1e6)])
    return total[hi] - total[lo]


def overlaps(units: UnitTable, shapes: np.ndarray) -> list[str]:
    """A warning when leaves overlap by more than a thousandth of the smaller one."""
    tree = shapely.STRtree(shapes)
    pairs = np.concatenate([tree.query(shapes, predicate=p) for p in ("overlaps", "covers")], axis=1)
    a, b = pairs[:, pairs[0] != pairs[1]]
    a, b = np.unique(np.sort(np.stack([a, b]), axis=0), axis=1)
    if not len(a):
        return []
    shared = shapely.area(shapely.intersection(shapes[a], shapes[b]))
    real = np.flatnonzero(shared > np.minimum(shapely.area(shapes[a]), shapely.area(shapes[b])) / 1000)
    if not len(real):
        return []
    ends = np.flatnonzero(units.hi - units.lo == 1)
    name = {int(units.lo[row]): units.id[row] for row in ends}
    first = real[0]
    return [
        f"{len(real)} pairs of leaves overlap, as {name[a[first]]} and {name[b[first]]};"
        " a point in both counts for the one that comes first."
    ]
