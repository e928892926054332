"""How many of what under what: the statutory tree with its exact counts, before it has any place."""

from dataclasses import dataclass, field, replace

import numpy as np

from demo import sources
from demo.sources import Community, Street

COMMUNITY, RURAL, SPECIAL = 0, 1, 2
GRID_KINDS = ("community", "rural", "special")


@dataclass(frozen=True)
class Past:
    """How many records there are in all, when the long past of a city is told: readings, cases and their steps."""

    readings: int
    cases: int
    steps: int


@dataclass(frozen=True)
class Size:
    """The counts of one size of the city; `streets` and `per_street` 0 mean all there are.

    `history`: for how many days records are made, by kind, where it is not the usual; `past`: what is told before.
    """

    community: int
    rural: int
    special: int
    micro: int
    sensors: int
    cameras: int
    facilities: int
    branches: int
    departments: int
    streets: int = 0
    per_street: int = 0
    history: dict[str, float] = field(default_factory=dict)
    past: Past | None = None


SIZES = {
    "small": Size(200, 160, 60, 620, 360, 240, 3000, 60, 5, streets=2, per_street=4),
    "city": Size(7876, 11381, 4744, 46817, 12000, 8000, 150000, 1204, 41),
}
LARGE = replace(SIZES["city"], cameras=12_303)
SIZES |= {
    "10m": replace(LARGE, history={"reading": 2, "case_step": 36}),
    "100m": replace(LARGE, past=Past(100_000_000, 3_000_000, 15_000_000)),
    "billion": replace(LARGE, past=Past(1_000_000_000, 30_000_000, 150_000_000)),
}
"""With 50,000 devices from ten million readings on."""


@dataclass(frozen=True)
class Tree:
    """The tree down to leaf counts, every list in depth-first order.

    `street_district`, `community_street`, `grid_community`: the parent's number. `grid_kind` is COMMUNITY,
    RURAL or SPECIAL, `grid_number` counts from 1 within community and kind, `micro` is the number of micro-grids
    (0: the grid is a leaf).
    """

    districts: tuple[str, ...]
    streets: tuple[Street, ...]
    communities: tuple[Community, ...]
    street_district: np.ndarray
    community_street: np.ndarray
    grid_community: np.ndarray
    grid_kind: np.ndarray
    grid_number: np.ndarray
    micro: np.ndarray

    @property
    def grid_leaves(self) -> np.ndarray:
        """Leaves of each grid."""
        return np.maximum(self.micro, 1)

    @property
    def leaves(self) -> int:
        """Leaves of the city."""
        return int(self.grid_leaves.sum())


def plant(size: Size, rng: np.random.Generator) -> Tree:
    """The tree of a city of `size`, its grids and micro-grids handed out at random in exact numbers."""
    streets = _chosen_streets(size)
    villages = sources.communities()
    chosen = [_spread(villages[s.code], size.per_street) for s in streets]
    communities = tuple(c for group in chosen for c in group)
    districts = tuple(sorted({s.district for s in streets}))
    urban = np.array([c.urban for c in communities])
    counts = np.column_stack(
        [
            apportion(size.community, _uneven(rng, 0.4, len(urban)) * urban, urban),
            apportion(size.rural, _uneven(rng, 0.45, len(urban)) * ~urban, ~urban),
            apportion(size.special, _uneven(rng, 0.7, len(urban)) * np.where(urban, 1.8, 1.0), 0),
        ]
    )
    community = np.repeat(np.arange(len(urban)), counts.sum(1))
    kind = np.repeat(np.tile([COMMUNITY, RURAL, SPECIAL], len(urban)), counts.ravel())
    number = within(counts.ravel()) + 1
    is_home = kind == COMMUNITY
    return Tree(
        districts,
        streets,
        communities,
        np.array([districts.index(s.district) for s in streets]),
        np.repeat(np.arange(len(streets)), [len(group) for group in chosen]),
        community,
        kind,
        number,
        apportion(size.micro, _uneven(rng, 0.3, len(kind)) * is_home, is_home),
    )


def apportion(total: int, weights: np.ndarray, least: np.ndarray | int) -> np.ndarray:
    """Share `total` out in whole numbers by `weights`, each at least `least`: largest remainders, exact sum."""
    least = np.broadcast_to(np.asarray(least, int), weights.shape)
    left = total - least.sum()
    if left < 0:
        raise ValueError(f"{total} cannot give each its least")
    exact = np.maximum(weights / weights.sum() * total - least, 0)
    exact *= left / max(exact.sum(), 1e-9)
    share = np.floor(exact).astype(int)
    order = np.argsort(share - exact, kind="stable")
    share[order[: left - share.sum()]] += 1
    return share + least


def _chosen_streets(size: Size) -> tuple[Street, ...]:
    streets = sources.streets()
    if not size.streets:
        return streets
    groups: dict[tuple[str, str], list[Street]] = {}
    for s in streets:
        groups.setdefault((s.district, s.zone), []).append(s)
    picked = {s.code for (_, zone), group in groups.items() for s in _spread(group, 1 if zone else size.streets)}
    return tuple(s for s in streets if s.code in picked)


def _spread(items: list | tuple, most: int) -> list | tuple:
    """At most `most` of `items`, evenly spread and the first among them; all of them when `most` is 0."""
    if not most or len(items) <= most:
        return items
    return [items[i * (len(items) - 1) // max(most - 1, 1)] for i in range(most)]


def _uneven(rng: np.random.Generator, sigma: float, n: int) -> np.ndarray:
    return rng.lognormal(0, sigma, n)


def within(counts: np.ndarray) -> np.ndarray:
    """0, 1, … within each run of `counts`."""
    starts = np.repeat(np.cumsum(counts) - counts, counts)
    return np.arange(counts.sum()) - starts
