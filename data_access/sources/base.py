"""The contract of a source: something that is counted by leaf."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import ColumnElement, and_, or_

from data_access.ask import WEEK, Ask
from data_access.city import City
from data_access.units import Intervals
from data_access.vector import Vector

Points = Sequence[tuple[float, float]]
"""Windows, one for each point of a series, in UTC epoch seconds."""


@dataclass(frozen=True)
class Source(ABC):
    """Something to be counted by leaf. `key` is unique among the sources of its table."""

    key: str

    @property
    @abstractmethod
    def table(self) -> str:
        """The data it depends on: ``case``, ``device``, ``facility`` or ``fact``."""

    @abstractmethod
    def vector(self, city: City, ask: Ask) -> Vector:
        """The count by leaf for the ask's window, moment, filters and scope."""

    @abstractmethod
    def series(self, city: City, ask: Ask, points: Points) -> np.ndarray:
        """The count over the ask's unit for each window of `points`; nan where it is not known."""

    def before(self, city: City, ask: Ask) -> Vector | None:
        """The same a week earlier, or None where that is not kept."""
        return self.vector(city, ask.shifted(WEEK))


def in_leaves(column: ColumnElement, intervals: Intervals, leaves: int) -> list[ColumnElement]:
    """Conditions that hold `column` within `intervals`; none at all when that is the whole city."""
    if intervals == ((0, leaves),):
        return []
    return [or_(*(and_(column >= lo, column < hi) for lo, hi in intervals))] if intervals else [column < 0]
