"""Cases counted by leaf: what was opened, due, closed in a window, and what is open or overdue at a moment.

A case is open in spells: from `reported` to `closed`, and again from each `reopened` on. `case_now` holds a row a
spell with its milestones and its trail of deadlines, so every count is exact for any past moment:
it asks only what had happened before it.
"""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from clickhouse_connect.cc_sqlalchemy.datatypes.sqltypes import DateTime64
from sqlalchemy import ColumnElement, Select, and_, func, literal_column, or_, select, true, type_coerce

from data_access.ask import Ask, Span
from data_access.city import City
from data_access.profile import CaseType
from data_access.sources.base import Points, Source, in_leaves
from data_access.store.tables import case_now
from data_access.vector import Vector

c = case_now.c
RESPONSE = CaseType.model_fields["response"].default
Column = Callable[[float, City], ColumnElement]
"""A column as it stood at a moment (UTC epoch seconds)."""


def stamp(at: float) -> datetime:
    """An epoch second as the engine compares it."""
    return datetime.fromtimestamp(at, UTC)


def _moment(at: float) -> str:
    return f"toDateTime64({at:.3f}, 3, 'UTC')"


def due_at(at: float) -> ColumnElement:
    """The deadline in force before `at`."""
    now = _moment(at)
    found = f"if(due_since < {now}, due_at, arrayLast(e -> e.1 < {now}, arraySort(dues)).2)"
    return type_coerce(literal_column(f"({found})"), DateTime64(3, "UTC"))


def between(column: ColumnElement, span: Span) -> ColumnElement:
    """Whether a moment lies in the window."""
    return and_(column >= stamp(span[0]), column < stamp(span[1]))


def open_at(at: float) -> ColumnElement:
    """Whether the spell was open just before `at`."""
    return and_(c.opened_at < stamp(at), c.closed_at >= stamp(at))


def filters(city: City, ask: Ask) -> list[ColumnElement]:
    """The View's filters on cases: types, and groups of types by their English title."""
    conditions = []
    if wanted := ask.view.types:
        groups = {name.removeprefix("group:") for name in wanted if name.startswith("group:")}
        keys = [t.key for t in city.profile.types if t.key in wanted or t.group.en in groups]
        conditions.append(c.type.in_(keys or [""]))
    return conditions


@dataclass(frozen=True)
class CaseCount(Source):
    """Spells of cases, all from one scan of the table."""

    table = "case"

    @abstractmethod
    def when(self, span: Span, city: City) -> ColumnElement:
        """Whether a spell counts for a window."""

    def vector(self, city: City, ask: Ask) -> Vector:
        """The count by leaf."""
        return board(city, ask)[self.key]


@dataclass(frozen=True)
class CaseFlow(CaseCount):
    """Spells of which the moment `happened` lies in the window, and for which `also` holds at its end."""

    happened: Column
    also: Column | None = None

    def when(self, span: Span, city: City) -> ColumnElement:
        """Whether it happened in the window."""
        parts = [between(self.happened(span[1], city), span), c.opened_at < stamp(span[1])]
        return and_(*parts, self.also(span[1], city)) if self.also else and_(*parts)

    def series(self, city: City, ask: Ask, points: Points) -> np.ndarray:
        """One count for each window; all are judged by what is known at the end of the last."""
        end = points[-1][1]
        happened = self.happened(end, city)
        edges = np.array([a for a, _ in points])
        number = func.toUnixTimestamp(happened)
        statement = spells(city, ask, number.label("at"), func.count().label("n")).where(
            self.when((points[0][0], end), city), *in_leaves(c.leaf, ask.intervals, city.units.leaves)
        )
        a = city.store.arrays(statement.group_by(number))
        place = np.searchsorted(edges, a["at"], side="right") - 1
        return np.bincount(place, weights=a["n"], minlength=len(points)).astype(float)


@dataclass(frozen=True)
class CaseStock(CaseCount):
    """Spells counted at a moment, from `enters` until they are closed."""

    enters: Column

    def when(self, span: Span, city: City) -> ColumnElement:
        """Whether it has entered and is not closed at the window's end."""
        end = stamp(span[1])
        return and_(open_at(span[1]), self.enters(span[1], city) < end)

    def series(self, city: City, ask: Ask, points: Points) -> np.ndarray:
        """The count at the end of each window; all are judged by what is known at the end of the last."""
        ends = np.array([end for _, end in points])
        enters = func.greatest(self.enters(float(ends[-1]), city), c.opened_at)
        came, went = (func.toUnixTimestamp64Milli(x) for x in (enters, c.closed_at))
        statement = spells(city, ask, came.label("came"), went.label("went")).where(
            c.closed_at >= stamp(float(ends[0])), came < int(ends[-1] * 1000), came < went
        )
        a = city.store.arrays(statement.where(*in_leaves(c.leaf, ask.intervals, city.units.leaves)))
        in_by, out_by = (np.searchsorted(np.sort(a[n]), ends * 1000) for n in ("came", "went"))
        return (in_by - out_by).astype(float)


def spells(city: City, ask: Ask, *columns: ColumnElement) -> Select:
    """A select over all spells under the View's filters."""
    return select(*columns).select_from(case_now).where(true(), *filters(city, ask))


def board(city: City, ask: Ask) -> dict[str, Vector]:
    """Every case source of the city's metrics for the ask's window, from one scan."""
    return city.cache.get(("case board", *ask.key), lambda: _scan(city, ask))


def _scan(city: City, ask: Ask) -> dict[str, Vector]:
    sources = city.sources(CaseCount)
    counts = [func.countIf(s.when(ask.span, city)).label(f"s{i}") for i, s in enumerate(sources)]
    statement = spells(city, ask, c.leaf, *counts).where(may_count(city, ask.span))
    answer = city.store.arrays(statement.group_by(c.leaf))
    return {
        s.key: Vector.of(city.units.leaves, answer["leaf"], answer[f"s{i}"], ask.scope)
        for i, s in enumerate(sources)
    }


def may_count(city: City, span: Span) -> ColumnElement:
    """What any count of the window requires, so that the scan groups few rows: nothing of it was over before."""
    slowest = max([RESPONSE, *(t.response for t in city.profile.types)])
    begins = stamp(span[0])
    alive = or_(c.closed_at >= begins, c.due_at >= begins, c.opened_at >= stamp(span[0] - slowest))
    return and_(c.opened_at < stamp(span[1]), alive)


def respond_by(city: City) -> ColumnElement:
    """When the case should have been accepted: its type's response limit after it opened."""
    limits = sorted({t.response for t in city.profile.types} - {RESPONSE})
    branches = []
    for limit in limits:
        branches += [c.type.in_([t.key for t in city.profile.types if t.response == limit]), limit]
    seconds = func.multiIf(*branches, RESPONSE) if branches else RESPONSE
    return type_coerce(func.addSeconds(c.opened_at, seconds), DateTime64(3, "UTC"))


opened = CaseFlow("opened", lambda at, city: c.opened_at)
closed = CaseFlow("closed", lambda at, city: c.closed_at)
reopened = CaseFlow("reopened", lambda at, city: c.opened_at, lambda at, city: c.spell > 1)
cases_due = CaseFlow("due", lambda at, city: due_at(at))
closed_on_time = CaseFlow(
    "closed_on_time",
    lambda at, city: due_at(at),
    lambda at, city: and_(c.closed_at <= due_at(at), c.closed_at < stamp(at)),
)
cases_to_accept = CaseFlow("to_accept", lambda at, city: respond_by(city))
accepted_in_time = CaseFlow(
    "accepted_in_time",
    lambda at, city: respond_by(city),
    lambda at, city: and_(c.accepted_at <= respond_by(city), c.accepted_at < stamp(at)),
)
open_cases = CaseStock("open", lambda at, city: c.opened_at)
overdue = CaseStock("overdue", lambda at, city: due_at(at))
