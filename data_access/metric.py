"""What a metric is: a declared measure of any unit of either tree, always with its fraction."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from data_access.ask import Ask
from data_access.city import City
from data_access.sources.base import Points, Source
from data_access.sources.spread import Spread
from data_access.units import Intervals
from data_access.words import T

NONE = float("nan")


@dataclass(frozen=True)
class Figure:
    """One number: its value, nan when not known; and n of m behind it, where it has such."""

    value: float
    n: float = NONE
    m: float = NONE

    @property
    def known(self) -> bool:
        """Whether there is a value at all."""
        return self.value == self.value


@dataclass(frozen=True)
class Figures:
    """Figures of many units: arrays of one length, nan where not known."""

    value: np.ndarray
    n: np.ndarray
    m: np.ndarray


@dataclass(frozen=True, kw_only=True)
class Metric(ABC):
    """A declared measure. `good` tells which way is better; `thresholds` are (bad, fine) in that direction.

    `finest` is the finest level at which it means anything; empty: every level.
    """

    key: str
    title: T
    help: T
    unit: T = T("", "")
    good: Literal["high", "low", "neutral"] = "neutral"
    thresholds: tuple[float, float] | None = None
    decimals: int = 0
    finest: str = ""
    order: int = 100
    duration: bool = False

    @property
    @abstractmethod
    def sources(self) -> tuple[Source | Spread, ...]:
        """What it is made of, numerator first."""

    @property
    def table(self) -> str:
        """The data it depends on first of all."""
        return self.sources[0].table

    @abstractmethod
    def figure(self, city: City, ask: Ask, intervals: Intervals | None = None) -> Figure:
        """Its value over the ask's unit, or over other leaves."""

    @abstractmethod
    def figures(self, city: City, ask: Ask, rows: np.ndarray) -> Figures:
        """Its values over the units in `rows`, which are in leaf order and do not overlap."""

    @abstractmethod
    def before(self, city: City, ask: Ask) -> Figure | None:
        """Its value over the ask's unit a week earlier, or None where that is not kept."""

    @abstractmethod
    def series(self, city: City, ask: Ask, points: Points) -> np.ndarray:
        """Its value over the ask's unit for each window; nan where not known."""

    def grade(self, value: float) -> str:
        """``ok``, ``watch`` or ``warn`` by the thresholds; empty where there is nothing to judge."""
        if self.thresholds is None or value != value or self.good == "neutral":
            return ""
        bad, fine = self.thresholds
        sign = 1 if self.good == "high" else -1
        if sign * value >= sign * fine:
            return "ok"
        return "watch" if sign * value >= sign * bad else "warn"

    def faults(self) -> Iterator[str]:
        """What is missing for it to be shown."""
        for name in ("title", "help"):
            text = getattr(self, name)
            if not (text.zh and text.en):
                yield f"needs a {name} in both languages"
        if self.good not in ("high", "low", "neutral"):
            yield "must say which way is good: high, low or neutral"


@dataclass(frozen=True, kw_only=True)
class Count(Metric):
    """So many of something."""

    source: Source

    @property
    def sources(self) -> tuple[Source, ...]:
        """The one source."""
        return (self.source,)

    def figure(self, city: City, ask: Ask, intervals: Intervals | None = None) -> Figure:
        """The count."""
        value = self.source.vector(city, ask).over(ask.intervals if intervals is None else intervals)
        return Figure(value, value)

    def figures(self, city: City, ask: Ask, rows: np.ndarray) -> Figures:
        """The counts."""
        value = self.source.vector(city, ask).at(city.units, rows)
        return Figures(value, value, np.full(len(rows), NONE))

    def before(self, city: City, ask: Ask) -> Figure | None:
        """The count a week earlier."""
        vector = self.source.before(city, ask)
        return None if vector is None else Figure(vector.over(ask.intervals))

    def series(self, city: City, ask: Ask, points: Points) -> np.ndarray:
        """One count for each window."""
        return self.source.series(city, ask, points)


@dataclass(frozen=True, kw_only=True)
class Ratio(Metric):
    """So many of so many, times `scale`; divided last, so it holds for any unit. Not known of nothing."""

    numerator: Source
    denominator: Source
    scale: float = 100.0

    @property
    def sources(self) -> tuple[Source, ...]:
        """Numerator and denominator."""
        return (self.numerator, self.denominator)

    def _divide(self, n: np.ndarray, m: np.ndarray) -> np.ndarray:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(m > 0, self.scale * n / m, NONE)

    def figure(self, city: City, ask: Ask, intervals: Intervals | None = None) -> Figure:
        """The ratio, with both its numbers."""
        leaves = ask.intervals if intervals is None else intervals
        n, m = (s.vector(city, ask).over(leaves) for s in self.sources)
        return Figure(float(self._divide(np.float64(n), np.float64(m))), n, m)

    def figures(self, city: City, ask: Ask, rows: np.ndarray) -> Figures:
        """The ratios, with both their numbers."""
        n, m = (s.vector(city, ask).at(city.units, rows) for s in self.sources)
        return Figures(self._divide(n, m), n, m)

    def before(self, city: City, ask: Ask) -> Figure | None:
        """The ratio a week earlier."""
        vectors = [s.before(city, ask) for s in self.sources]
        if any(v is None for v in vectors):
            return None
        n, m = (v.over(ask.intervals) for v in vectors)
        return Figure(float(self._divide(np.float64(n), np.float64(m))), n, m)

    def series(self, city: City, ask: Ask, points: Points) -> np.ndarray:
        """One ratio for each window."""
        n, m = (s.series(city, ask, points) for s in self.sources)
        return self._divide(n, m)


@dataclass(frozen=True, kw_only=True)
class Median(Metric):
    """The middle of a spread of durations, in seconds."""

    spread: Spread
    duration: bool = True

    @property
    def sources(self) -> tuple[Spread, ...]:
        """The one spread."""
        return (self.spread,)

    def figure(self, city: City, ask: Ask, intervals: Intervals | None = None) -> Figure:
        """The median, and how many durations it is of."""
        leaves = ask.intervals if intervals is None else intervals
        value, n = self.spread.histogram(city, ask).median(leaves)
        return Figure(value, n)

    def figures(self, city: City, ask: Ask, rows: np.ndarray) -> Figures:
        """The medians, and how many durations each is of."""
        value, n = self.spread.histogram(city, ask).medians(city.units, rows)
        return Figures(value, n, np.full(len(rows), NONE))

    def before(self, city: City, ask: Ask) -> Figure | None:
        """The median a week earlier."""
        histogram = self.spread.before(city, ask)
        return None if histogram is None else Figure(*histogram.median(ask.intervals))

    def series(self, city: City, ask: Ask, points: Points) -> np.ndarray:
        """One median for each window."""
        return self.spread.series(city, ask, points)
