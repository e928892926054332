"""Outlines to set beside a unit: what the caller may see, the unit above, and the units next to it."""

from dataclasses import dataclass
from typing import Literal

from data_access.ask import Ask
from data_access.city import City
from data_access.outlines import cell_ranges
from data_access.selection import KIND
from data_access.units import STATUTORY, ZONES, Intervals

Role = Literal["scope", "parent", "sibling"]


@dataclass(frozen=True)
class Border:
    """The common outline of cells of one level, given as half-open ranges of cell numbers."""

    role: Role
    level: int
    ranges: list[tuple[int, int]]


def border(city: City, role: Role, intervals: Intervals) -> Border:
    """The outline of a set of leaves, of cells of the coarsest level (but the city's) that make it up exactly."""
    deepest = city.units.depth - 1
    for level in range(min(1, deepest), deepest):
        ranges = cell_ranges(city, level, intervals)
        if _held(city, level, ranges) == sum(hi - lo for lo, hi in intervals):
            return Border(role, level, ranges)
    return Border(role, deepest, cell_ranges(city, deepest, intervals))


def scope_borders(city: City, ask: Ask) -> list[Border]:
    """The outline of all that the caller may see; none where that is everything."""
    return [] if ask.scope.intervals is None else [border(city, "scope", ask.scope.intervals)]


def comparison_borders(city: City, ask: Ask) -> list[Border]:
    """The unit above and those next to it, in the View's tree; none for the city, nor for a drawn area."""
    if ask.unit.row == 0 or ask.unit.kind == KIND:
        return []
    tree = ZONES if ask.unit.level < 0 else ask.view.tree
    parent = city.units.ancestors(ask.unit, tree)[-1]
    if parent.row == 0 and ask.unit.level > 0:
        tree = STATUTORY
    beside = [unit for unit in city.units.children(parent, tree) if unit.id != ask.unit.id]
    near = [("parent", parent), *(("sibling", unit) for unit in beside)]
    seen = [(role, ask.scope.clip(unit.intervals)) for role, unit in near]
    return [border(city, role, intervals) for role, intervals in seen if intervals]


def _held(city: City, level: int, ranges: list[tuple[int, int]]) -> int:
    rows, t = city.units.rows_at(level), city.units.table
    return sum(int((t.hi[rows[a:b]] - t.lo[rows[a:b]]).sum()) for a, b in ranges)
