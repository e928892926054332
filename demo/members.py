"""What stands in the city: facilities, sensors, cameras, terminals, each at a place inside its leaf."""

import numpy as np
import pandas as pd

from data_access.plan import DEVICE_COLUMNS, FACILITY_COLUMNS
from demo.catalogue import FACILITY_SHARES
from demo.geography import Ground, borders, density, leaf_kinds
from demo.networks import DAY, HOUR, MINUTE, SENSORS
from demo.points import Scatter
from demo.tree import SPECIAL, Size, Tree, apportion


def facilities(tree: Tree, size: Size, place: Scatter, rng: np.random.Generator) -> pd.DataFrame:
    """The facilities: each type in its share, most where people live; codes are the 17 digits of the standard."""
    codes = np.array(sorted(FACILITY_SHARES), object)
    counts = apportion(size.facilities, np.array([FACILITY_SHARES[c] for c in codes]), 1)
    kind = np.repeat(np.arange(len(codes)), counts)
    weight = np.choose(leaf_kinds(tree), [1.0, 0.9, 2.5])
    leaf = _drawn(weight, len(kind), rng)
    order = np.lexsort((kind, leaf))
    kind, leaf = kind[order], leaf[order]
    district = np.searchsorted(borders(tree).district, leaf, side="right") - 1
    number = _running(district * len(codes) + kind)
    code = np.array(tree.districts, object)[district] + codes[kind] + _padded(number + 1, 6)
    point = place.inside(leaf, rng)
    columns = (np.arange(1, len(kind) + 1), code, "c" + codes[kind], leaf, point[:, 0], point[:, 1])
    return pd.DataFrame(dict(zip(FACILITY_COLUMNS, columns, strict=True)))


def devices(tree: Tree, ground: Ground, size: Size, place: Scatter, rng: np.random.Generator) -> pd.DataFrame:
    """Sensors, cameras, a terminal in every grid, party branches, and a link of every department and district."""
    dense = density(tree, ground)
    at, parts = borders(tree), _sensors(size, dense, rng)
    parts.append(("camera", "CAM", "cameras", _drawn(dense, size.cameras, rng), 30 * MINUTE))
    parts.append(("grid_terminal", "GT", "grid_terminals", at.grid[:-1], DAY // 2))
    homes = np.sort(rng.permutation(len(tree.communities))[: size.branches])
    parts.append(("party_branch", "PB", "party_branches", at.community[homes], HOUR))
    offices = np.repeat(_centres(at.district, dense), size.departments)
    parts.append(("department_link", "DL", "department_links", offices, 30 * MINUTE))
    leaf = np.concatenate([p[3] for p in parts])
    point = place.inside(leaf, rng)
    counts = [len(p[3]) for p in parts]
    columns = (
        np.arange(1, len(leaf) + 1),
        np.concatenate([f"{p[1]}-" + _padded(np.arange(1, n + 1), 6) for p, n in zip(parts, counts, strict=True)]),
        np.repeat(np.array([p[0] for p in parts], object), counts),
        np.repeat(np.array([p[2] for p in parts], object), counts),
        leaf,
        point[:, 0],
        point[:, 1],
        np.repeat([p[4] for p in parts], counts),
    )
    return pd.DataFrame(dict(zip(DEVICE_COLUMNS, columns, strict=True)))


def leaf_facts(tree: Tree, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Households, population and enterprises of each leaf, whole numbers as float."""
    kind = leaf_kinds(tree)
    n = len(kind)
    homes = [rng.integers(50, 71, n), np.rint(rng.triangular(80, 92, 160, n)), rng.integers(0, 17, n)]
    people = [rng.normal(2.95, 0.12, n), rng.normal(3.35, 0.15, n), rng.normal(3.0, 0.2, n)]
    firms = [rng.poisson(rng.gamma(1.3, 6.0, n)), rng.poisson(3.0, n), rng.poisson(rng.gamma(0.9, 42.0, n))]
    households = np.choose(kind, homes).astype(float)
    living = np.where(kind == SPECIAL, rng.poisson(15, n), 0)
    return {
        "households": households,
        "population": np.rint(households * np.choose(kind, people)) + living,
        "enterprises": np.choose(kind, firms).astype(float),
    }


def _sensors(size: Size, dense: np.ndarray, rng: np.random.Generator) -> list[tuple]:
    counts = apportion(size.sensors, np.array([s.share for s in SENSORS]), 1)
    return [
        (s.key, s.code, f"iot_{s.key}", _drawn(dense ** (2 * s.urban - 0.6), n, rng), 5 * MINUTE)
        for s, n in zip(SENSORS, counts, strict=True)
    ]


def _drawn(weight: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """`n` leaves by weight, in order, evenly along the numbering."""
    total = np.cumsum(weight)
    at = (np.arange(n) + rng.uniform(size=n)) * (total[-1] / n)
    return np.searchsorted(total, at, side="right").clip(max=len(weight) - 1)


def _centres(edges: np.ndarray, dense: np.ndarray) -> np.ndarray:
    """The densest leaf of each run."""
    return np.array([lo + int(np.argmax(dense[lo:hi])) for lo, hi in zip(edges, edges[1:], strict=False)])


def _running(group: np.ndarray) -> np.ndarray:
    """0, 1, … within each group, in order of appearance."""
    order = np.argsort(group, kind="stable")
    ranked = group[order]
    out = np.empty(len(group), int)
    out[order] = np.arange(len(group)) - np.searchsorted(ranked, ranked)
    return out


def _padded(numbers: np.ndarray, width: int) -> np.ndarray:
    return np.array([f"{n:0{width}d}" for n in numbers.tolist()], object)
