"""Units as intervals of leaves, in the statutory tree and in the tree of management zones.

Leaves are the smallest cells, numbered 0…n-1 depth-first along the statutory tree, so a unit of any level is
one half-open interval ``[lo, hi)``. A zone is a set of intervals. What a unit holds is then a subtraction on a
prefix sum, whichever tree it belongs to.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from data_access.errors import UnknownUnit
from data_access.words import T

Interval = tuple[int, int]
Intervals = tuple[Interval, ...]

STATUTORY, ZONES = "statutory", "zones"
TREES = (STATUTORY, ZONES)
OUTSIDE = "outside"


@dataclass(frozen=True)
class UnitTable:
    """All units of the statutory tree, level by level and in leaf order within a level.

    Arrays of one length N: `id` and `kind` str objects, `level` uint8 (0 the city), `parent` int32 (row of the
    parent, -1 for the root), `lo` and `hi` uint32, `zh` and `en` names, `lon` and `lat` of a label point in
    WGS84 degrees, `area` in km².
    """

    id: np.ndarray
    level: np.ndarray
    kind: np.ndarray
    parent: np.ndarray
    lo: np.ndarray
    hi: np.ndarray
    zh: np.ndarray
    en: np.ndarray
    lon: np.ndarray
    lat: np.ndarray
    area: np.ndarray

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True)
class Zone:
    """A management area: a set of leaf intervals under a name."""

    id: str
    title: T
    intervals: Intervals
    point: tuple[float, float]


@dataclass(frozen=True)
class Unit:
    """One unit of either tree. `level` is -1 for a zone; `row` is its row in the UnitTable, or -1."""

    id: str
    row: int
    level: int
    kind: str
    title: T
    intervals: Intervals
    point: tuple[float, float]

    @property
    def leaves(self) -> int:
        """How many leaves it holds."""
        return sum(hi - lo for lo, hi in self.intervals)


def mask_of(intervals: Intervals, leaves: int) -> np.ndarray:
    """Whether each leaf, out of so many, lies in a set of leaves."""
    mask = np.zeros(leaves, bool)
    for lo, hi in intervals:
        mask[lo:hi] = True
    return mask


def merged(intervals: Iterable[Interval]) -> Intervals:
    """Intervals in order, with neighbours and overlaps joined and empty ones dropped."""
    out: list[list[int]] = []
    for lo, hi in sorted((int(lo), int(hi)) for lo, hi in intervals if lo < hi):
        if out and lo <= out[-1][1]:
            out[-1][1] = max(out[-1][1], hi)
        else:
            out.append([lo, hi])
    return tuple((lo, hi) for lo, hi in out)


def intersection(a: Intervals, b: Intervals) -> Intervals:
    """The leaves that both sets hold; both must be merged."""
    out, i, j = [], 0, 0
    while i < len(a) and j < len(b):
        lo, hi = max(a[i][0], b[j][0]), min(a[i][1], b[j][1])
        if lo < hi:
            out.append((lo, hi))
        if a[i][1] <= b[j][1]:
            i += 1
        else:
            j += 1
    return tuple(out)


def complement(a: Intervals, leaves: int) -> Intervals:
    """The leaves of 0…leaves-1 that `a`, merged, does not hold."""
    edges = [0, *(edge for interval in a for edge in interval), leaves]
    return tuple((lo, hi) for lo, hi in zip(edges[::2], edges[1::2], strict=True) if lo < hi)


class Units:
    """Both trees of one city, ready for look-up. Immutable once made."""

    def __init__(self, table: UnitTable, zones: Iterable[Zone] = ()):
        self.table = table
        self.leaves = int(table.hi[0])
        self.depth = int(table.level.max()) + 1
        zones = tuple(zones)
        if zones:
            rest = complement(merged(i for z in zones for i in z.intervals), self.leaves)
            if rest:
                point = (float(table.lon[0]), float(table.lat[0]))
                zones += (Zone(OUTSIDE, T("未入管理区", "Outside the zones"), rest, point),)
        self.zones = zones
        self._zone_by_id = {z.id: z for z in zones}
        self._row = {unit_id: row for row, unit_id in enumerate(table.id)}
        self._levels = np.searchsorted(table.level, np.arange(self.depth + 1))

    @property
    def root(self) -> Unit:
        """The whole city."""
        return self.at(0)

    def at(self, row: int) -> Unit:
        """The unit in row `row` of the table."""
        t = self.table
        return Unit(
            id=str(t.id[row]),
            row=int(row),
            level=int(t.level[row]),
            kind=str(t.kind[row]),
            title=T(str(t.zh[row]), str(t.en[row])),
            intervals=((int(t.lo[row]), int(t.hi[row])),),
            point=(float(t.lon[row]), float(t.lat[row])),
        )

    def get(self, unit_id: str) -> Unit:
        """The unit or zone called `unit_id`, or the city for an empty id. Raises UnknownUnit."""
        if not unit_id:
            return self.root
        if unit_id in self._row:
            return self.at(self._row[unit_id])
        if unit_id in self._zone_by_id:
            zone = self._zone_by_id[unit_id]
            return Unit(zone.id, -1, -1, "zone", zone.title, zone.intervals, zone.point)
        raise UnknownUnit(f"There is no unit {unit_id!r} in this city.")

    def has(self, unit_id: str) -> bool:
        """Whether there is a unit or zone called `unit_id`."""
        return unit_id in self._row or unit_id in self._zone_by_id

    def rows_at(self, level: int) -> np.ndarray:
        """Rows of the cells shown at `level`: its units, and the leaves above it that have none; leaf order."""
        return self._cells_at[level]

    @cached_property
    def _cells_at(self) -> list[np.ndarray]:
        t, out = self.table, []
        is_leaf = t.hi - t.lo == 1
        has_child = np.zeros(len(t), bool)
        has_child[t.parent[1:]] = True
        ends = is_leaf & ~has_child
        for level in range(self.depth):
            rows = np.flatnonzero((t.level == level) | (ends & (t.level < level)))
            out.append(rows[np.argsort(t.lo[rows], kind="stable")])
        return out

    def level_rows(self, level: int) -> slice:
        """The slice of the table that holds the units of exactly `level`."""
        return slice(int(self._levels[level]), int(self._levels[level + 1]))

    def children(self, unit: Unit, tree: str = STATUTORY) -> list[Unit]:
        """The units right below: for the city in the tree of zones, the zones; for a zone, see `parts`."""
        if tree == ZONES and unit.row == 0 and self.zones:
            return [self.get(z.id) for z in self.zones]
        if unit.row < 0:
            return list(self.parts(unit.intervals))
        return [self.at(row) for row in self.child_rows(unit.row)]

    def child_rows(self, row: int) -> np.ndarray:
        """Rows of the children of a unit of the statutory tree, in leaf order."""
        starts, order = self._children
        return order[starts[row] : starts[row + 1]]

    @cached_property
    def _children(self) -> tuple[np.ndarray, np.ndarray]:
        parent = self.table.parent[1:]
        order = np.argsort(parent, kind="stable") + 1
        return np.searchsorted(np.sort(parent), np.arange(len(self.table) + 1)), order

    def parts(self, intervals: Intervals, top: int = 2) -> Iterator[Unit]:
        """The largest statutory units, none above level `top`, that together are exactly `intervals`."""
        t = self.table
        top = min(top, self.depth - 1)
        for lo, hi in intervals:
            at = lo
            while at < hi:
                row = self._largest(at, hi, top)
                yield self.at(row)
                at = int(t.hi[row])

    def _largest(self, lo: int, hi: int, top: int) -> int:
        for level in range(top, self.depth):
            s = self.level_rows(level)
            i = s.start + int(np.searchsorted(self.table.lo[s], lo))
            if i < s.stop and self.table.lo[i] == lo and self.table.hi[i] <= hi:
                return i
        return self.row_of_leaf(lo)

    def row_of_leaf(self, leaf: int) -> int:
        """The row of the unit that is the leaf `leaf`."""
        return int(self.rows_at(self.depth - 1)[leaf])

    def ancestors(self, unit: Unit, tree: str = STATUTORY) -> list[Unit]:
        """The path from the city down to, not including, `unit`; with zones through one that holds all of it."""
        if unit.row == 0:
            return []
        path, row = [], int(self.table.parent[unit.row]) if unit.row > 0 else -1
        while row > 0:
            path.insert(0, self.at(row))
            row = int(self.table.parent[row])
        if tree == ZONES and unit.row > 0 and self.zones:
            zone = self.zone_of(unit)
            held = [u for u in (*path, unit) if intersection(u.intervals, zone.intervals) == u.intervals]
            return [self.root, zone, *held[:-1]] if unit in held else [self.root, *path]
        return [self.root, *path]

    def zone_of(self, unit: Unit) -> Unit:
        """The zone that holds the first leaf of `unit`. Raises UnknownUnit where the city has no zones."""
        first = tuple((lo, lo + 1) for lo, _ in unit.intervals[:1])
        for zone in self.zones:
            if intersection(first, zone.intervals):
                return self.get(zone.id)
        raise UnknownUnit("This city has no management zones.")
