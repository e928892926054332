"""Access scope: which leaves a caller may see. A vector leaves data_access already masked by it."""

from dataclasses import dataclass

from data_access.units import Intervals, intersection


@dataclass(frozen=True)
class Scope:
    """A set of leaf intervals, or everything."""

    intervals: Intervals | None = None

    def clip(self, intervals: Intervals) -> Intervals:
        """The part of `intervals` that the caller may see."""
        return intervals if self.intervals is None else intersection(intervals, self.intervals)


EVERYTHING = Scope()
