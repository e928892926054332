"""A measure as a vector over the leaves, with its prefix sums: any unit of either tree is a subtraction."""

from dataclasses import dataclass

import numpy as np

from data_access.scope import Scope
from data_access.units import Intervals, Units, mask_of


@dataclass(frozen=True)
class Vector:
    """`sums[i]` is the total of the leaves before `i`; `seen` the count of those that are known to the caller."""

    sums: np.ndarray
    seen: np.ndarray | None = None

    @classmethod
    def of(cls, leaves: int, leaf: np.ndarray, value: np.ndarray, scope: Scope) -> "Vector":
        """From sparse values: `value[i]` belongs to `leaf[i]`; repeated leaves add up. Masked by `scope`."""
        dense = np.bincount(leaf, weights=value, minlength=leaves)[:leaves]
        seen = None
        if scope.intervals is not None:
            mask = mask_of(scope.intervals, leaves)
            dense = np.where(mask, dense, 0)
            seen = _prefix(mask)
        return cls(_prefix(dense), seen)

    @classmethod
    def unknown(cls, leaves: int) -> "Vector":
        """Of nothing that is known, anywhere."""
        return cls(np.zeros(leaves + 1), np.zeros(leaves + 1))

    def over(self, intervals: Intervals) -> float:
        """The total over a set of leaves; nan when the caller may see none of them."""
        if self.seen is not None and not sum(self.seen[hi] - self.seen[lo] for lo, hi in intervals):
            return float("nan")
        return float(sum(self.sums[hi] - self.sums[lo] for lo, hi in intervals))

    def at(self, units: Units, rows: np.ndarray) -> np.ndarray:
        """The totals of the units in `rows` of the unit table; nan where the caller may see nothing."""
        lo, hi = units.table.lo[rows], units.table.hi[rows]
        total = self.sums[hi] - self.sums[lo]
        return total if self.seen is None else np.where(self.seen[hi] > self.seen[lo], total, np.nan)


def _prefix(dense: np.ndarray) -> np.ndarray:
    out = np.zeros(len(dense) + 1)
    np.cumsum(dense, out=out[1:])
    return out
