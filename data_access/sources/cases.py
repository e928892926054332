"""Cases counted by leaf: what was opened, due, closed in a window, and what is open or overdue at a moment.

A case is open in spells: from `reported` to `closed`, and again from each `reopened` on. `case_now` holds a row a
spell with its milestones and its trail of deadlines, so every count is exact for any past moment:
it asks only what had happened before it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from clickhouse_connect.cc_sqlalchemy.datatypes.sqltypes import DateTime64, UInt8
from sqlalchemy import ColumnElement, Select, and_, func, literal_column, select, true, type_coerce

from data_access.ask import WEEK, Ask, Span
from data_access.city import City
from data_access.profile import CaseType
from data_access.sources.base import Points, Source, in_leaves
from data_access.store.tables import case_now
from data_access.units import Intervals
from data_access.vector import Vector

c = case_now.c
RESPONSE = CaseType.model_fields["response"].default
Condition = Callable[[Span, City], ColumnElement]


def stamp(at: float) -> datetime:
    """An epoch second as the engine compares it."""
    return datetime.fromtimestamp(at, UTC)


def entry(field: int, at: float, kind: object) -> ColumnElement:
    """Field `field` (1 at, 2 step, 3 due_at, 4 severity) of the last trail entry before `at`."""
    moment = f"toDateTime64({at:.3f}, 3, 'UTC')"
    return type_coerce(
        literal_column(
            f"tupleElement(if(tupleElement(last, 1) < {moment}, last,"
            f" arrayLast(e -> tupleElement(e, 1) < {moment}, arraySort(trail))), {field})"
        ),
        kind,
    )


def due_at(at: float) -> ColumnElement:
    """The deadline in force before `at`."""
    return entry(3, at, DateTime64(3, "UTC"))


def between(column: ColumnElement, span: Span) -> ColumnElement:
    """Whether a moment lies in the window."""
    return and_(column >= stamp(span[0]), column < stamp(span[1]))


def open_at(at: float) -> ColumnElement:
    """Whether the spell was open just before `at`."""
    return and_(c.opened_at < stamp(at), c.closed_at >= stamp(at))


def due_within(span: Span) -> ColumnElement:
    """Whether the deadline in force at the window's end lies in the window."""
    return and_(c.opened_at < stamp(span[1]), between(due_at(span[1]), span))


def filters(city: City, ask: Ask) -> list[ColumnElement]:
    """The View's filters on cases: types and groups of types, and networks by their case feeds' sources."""
    conditions = []
    if wanted := ask.view.types:
        groups = {name.removeprefix("group:") for name in wanted if name.startswith("group:")}
        keys = [t.key for t in city.profile.types if t.key in wanted or t.group.en in groups]
        conditions.append(c.type.in_(keys or [""]))
    return conditions


@dataclass(frozen=True)
class CaseCount(Source):
    """Spells of cases for which `when(window)` holds."""

    when: Condition

    table = "case"

    def vector(self, city: City, ask: Ask) -> Vector:
        """The count by leaf."""
        return board(city, ask)[self.key, 0]

    def before(self, city: City, ask: Ask) -> Vector:
        """The count by leaf a week earlier, from the same query."""
        return board(city, ask)[self.key, 1]

    def series(self, city: City, ask: Ask, points: Points) -> np.ndarray:
        """One count for each window."""
        counts = [func.countIf(self.when(span, city)).label(f"p{i}") for i, span in enumerate(points)]
        statement = spells(city, ask, *counts).where(*in_leaves(c.leaf, ask.intervals, city.units.leaves))
        row = city.store.rows(statement)[0]
        return np.array([row[f"p{i}"] for i in range(len(points))], float)


def spells(city: City, ask: Ask, *columns: ColumnElement) -> Select:
    """A select over all spells under the View's filters."""
    return select(*columns).select_from(case_now).final().where(true(), *filters(city, ask))


def board(city: City, ask: Ask) -> dict[tuple[str, int], Vector]:
    """Every case source of the city's metrics, for the window and for a week earlier, from one scan."""
    return city.cache.get(("case board", *ask.key), lambda: _scan(city, ask))


def _scan(city: City, ask: Ask) -> dict[tuple[str, int], Vector]:
    sources = city.sources(CaseCount)
    weeks = (ask.span, ask.shifted(WEEK).span)
    columns = {(s.key, week): func.countIf(s.when(span, city)) for s in sources for week, span in enumerate(weeks)}
    labels = [column.label(f"s{i}") for i, column in enumerate(columns.values())]
    answer = city.store.arrays(spells(city, ask, c.leaf, *labels).group_by(c.leaf))
    return {
        key: Vector.of(city.units.leaves, answer["leaf"], answer[f"s{i}"], ask.scope)
        for i, key in enumerate(columns)
    }


def listed(city: City, ask: Ask, intervals: Intervals, *order: ColumnElement, limit: int) -> list[dict]:
    """Open spells in `intervals`, in `order`: id, leaf, type, source, place, times, step and severity then."""
    at = ask.at
    columns = [c.case_id, c.leaf, c.type, c.source, c.lon, c.lat, c.opened_at, c.accepted_at]
    columns += [due_at(at).label("due_at"), step_at(at).label("step"), severity_at(at).label("severity")]
    statement = spells(city, ask, *columns).where(open_at(at), *in_leaves(c.leaf, intervals, city.units.leaves))
    return city.store.rows(statement.order_by(*order).limit(limit))


def step_at(at: float) -> ColumnElement:
    """The place in STEP_ORDER of the last step before `at`."""
    return entry(2, at, UInt8())


def severity_at(at: float) -> ColumnElement:
    """The severity before `at`."""
    return entry(4, at, UInt8())


def respond_by(city: City) -> ColumnElement:
    """When the case should have been accepted: its type's response limit after it opened."""
    limits = sorted({t.response for t in city.profile.types} - {RESPONSE})
    branches = []
    for limit in limits:
        branches += [c.type.in_([t.key for t in city.profile.types if t.response == limit]), limit]
    seconds = func.multiIf(*branches, RESPONSE) if branches else RESPONSE
    return type_coerce(func.addSeconds(c.opened_at, seconds), DateTime64(3, "UTC"))


def response_due(span: Span, city: City) -> ColumnElement:
    """Whether the moment by which the case should have been accepted lies in the window."""
    return between(respond_by(city), span)


opened = CaseCount("opened", lambda span, city: between(c.opened_at, span))
closed = CaseCount("closed", lambda span, city: between(c.closed_at, span))
cases_due = CaseCount("due", lambda span, city: due_within(span))
closed_on_time = CaseCount(
    "closed_on_time",
    lambda span, city: and_(due_within(span), c.closed_at <= due_at(span[1]), c.closed_at < stamp(span[1])),
)
open_cases = CaseCount("open", lambda span, city: open_at(span[1]))
overdue = CaseCount("overdue", lambda span, city: and_(open_at(span[1]), due_at(span[1]) < stamp(span[1])))
reopened = CaseCount("reopened", lambda span, city: and_(c.spell > 1, between(c.opened_at, span)))
cases_to_accept = CaseCount("to_accept", response_due)
accepted_in_time = CaseCount(
    "accepted_in_time",
    lambda span, city: and_(
        response_due(span, city), c.accepted_at <= respond_by(city), c.accepted_at < stamp(span[1])
    ),
)
