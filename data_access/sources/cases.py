"""Cases counted by leaf: what was opened, due, closed in a window, and what is open or overdue at a moment."""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from data_access.ask import Ask, Span
from data_access.city import City
from data_access.sources.base import Points, Source
from data_access.sources.book import Book, book
from data_access.vector import Vector

Moments = Callable[[Book, int], np.ndarray]
"""A moment of every spell, as it stood before another one (epoch milliseconds)."""


@dataclass(frozen=True)
class CaseCount(Source):
    """Spells of cases, all counted from one book."""

    table = "case"

    @abstractmethod
    def counts(self, spells: Book, span: Span) -> np.ndarray:
        """Whether each spell counts for a window."""

    def vector(self, city: City, ask: Ask) -> Vector:
        """The count by leaf."""
        return city.cache.get(("cases", self, *ask.key("case")), lambda: self._count(city, ask))

    def _count(self, city: City, ask: Ask) -> Vector:
        spells = book(city, ask, ask.span[0])
        leaf = spells.leaf[self.counts(spells, ask.span)]
        return Vector.of(city.units.leaves, leaf, np.ones(len(leaf)), ask.scope)

    def series(self, city: City, ask: Ask, points: Points) -> np.ndarray:
        """One count for each window; all are judged by what is known at the end of the last."""
        spells = book(city, ask, points[0][0]).within(ask.intervals, city.units.leaves)
        return self.course(spells, points).astype(float)

    @abstractmethod
    def course(self, spells: Book, points: Points) -> np.ndarray:
        """How many of `spells` count for each window; windows follow one another."""


@dataclass(frozen=True)
class CaseFlow(CaseCount):
    """Spells of which the moment `happened` lies in the window, and for which `also` holds at its end."""

    happened: Moments
    also: Moments | None = None

    def counts(self, spells: Book, span: Span) -> np.ndarray:
        """Whether it happened in the window."""
        start, end = _ms(span)
        moment = self.happened(spells, end)
        held = (moment >= start) & (moment < end) & (spells.opened < end)
        return held & self.also(spells, end) if self.also else held

    def course(self, spells: Book, points: Points) -> np.ndarray:
        """By when it happened."""
        whole = (points[0][0], points[-1][1])
        moment = self.happened(spells, _ms(whole)[1])[self.counts(spells, whole)]
        starts = [_ms(span)[0] for span in points]
        return np.bincount(np.searchsorted(starts, moment, side="right") - 1, minlength=len(points))


@dataclass(frozen=True)
class CaseStock(CaseCount):
    """Spells counted at a moment, from `enters` until they are closed."""

    enters: Moments

    def counts(self, spells: Book, span: Span) -> np.ndarray:
        """Whether it has entered and is not closed at the window's end."""
        end = _ms(span)[1]
        return (spells.opened < end) & (spells.closed >= end) & (self.enters(spells, end) < end)

    def course(self, spells: Book, points: Points) -> np.ndarray:
        """The count at the end of each window."""
        ends = [_ms(span)[1] for span in points]
        came = np.maximum(self.enters(spells, ends[-1]), spells.opened)
        held = came < np.minimum(spells.closed, ends[-1])
        in_by, out_by = (_before(moment[held], ends) for moment in (came, spells.closed))
        return in_by - out_by


def _before(moments: np.ndarray, ends: list[int]) -> np.ndarray:
    """How many of `moments` lie before each of `ends`, which ascend."""
    return np.bincount(np.searchsorted(ends, moments, side="right"), minlength=len(ends) + 1)[:-1].cumsum()


def _ms(span: Span) -> tuple[int, int]:
    return round(span[0] * 1000), round(span[1] * 1000)


opened = CaseFlow("opened", lambda book, at: book.opened)
closed = CaseFlow("closed", lambda book, at: book.closed)
reopened = CaseFlow("reopened", lambda book, at: book.opened, lambda book, at: book.spell > 1)
cases_due = CaseFlow("due", lambda book, at: book.due_at(at))
closed_on_time = CaseFlow(
    "closed_on_time",
    lambda book, at: book.due_at(at),
    lambda book, at: (book.closed <= book.due_at(at)) & (book.closed < at),
)
cases_to_accept = CaseFlow("to_accept", lambda book, at: book.respond_by)
accepted_in_time = CaseFlow(
    "accepted_in_time",
    lambda book, at: book.respond_by,
    lambda book, at: (book.accepted <= book.respond_by) & (book.accepted < at),
)
open_cases = CaseStock("open", lambda book, at: book.opened)
overdue = CaseStock("overdue", lambda book, at: book.due_at(at))
