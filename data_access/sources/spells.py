"""Spells of cases in the store: the selects over `case_now`, and its columns as they stood at a moment.

A case is open in spells: from `reported` to `closed`, and again from each `reopened` on. `case_now` holds a row a
spell with its milestones, deadlines and trail, so every past moment can be told: by what had happened before.
"""

import operator

from clickhouse_connect.cc_sqlalchemy.datatypes.sqltypes import DateTime64
from sqlalchemy import ColumnElement, FromClause, and_, literal_column, or_, select, type_coerce, union_all

from data_access.ask import Ask
from data_access.city import City
from data_access.profile import CaseType
from data_access.sealing import LONG, sealed
from data_access.store.declare import metadata, stamp
from data_access.store.tables import case_long, case_now

RESPONSE = CaseType.model_fields["response"].default


def due_at(at: float) -> ColumnElement:
    """The deadline in force before `at`: the one set last."""
    before = f"e -> e.1 < toDateTime64({at:.3f}, 3, 'UTC')"
    newest = f"arrayLast({before}, arraySort(due_later)).2"
    found = f"if(arrayExists({before}, due_later), {newest}, due_first)"
    return type_coerce(literal_column(f"({found})"), DateTime64(3, "UTC"))


def open_at(rows: FromClause, at: float) -> ColumnElement:
    """Whether each spell of `rows` was open just before `at`."""
    return and_(rows.c.opened_at < stamp(at), rows.c.closed_at >= stamp(at))


def alive_since(city: City, since: float) -> FromClause:
    """The spells that can count for anything from `since` (epoch seconds) on, with the columns of `case_now`.

    Not everything of theirs was over before: they were closed, or due, or to be accepted since. Those opened long
    before are read from `case_long`, which holds what lasted long of all that is sealed.
    """
    slowest = max([RESPONSE, *(kind.response for kind in city.profile.types)])
    edge = stamp(max(0.0, min(since - max(LONG, slowest), sealed(city.store))))
    names = [column.name for column in metadata.tables[case_now.name].columns]
    parts = [
        select(*(table.c[name] for name in names)).where(
            when(table.c.opened_at, edge),
            or_(
                table.c.closed_at >= begins,
                table.c.due_last >= begins,
                table.c.opened_at >= stamp(since - slowest),
            ),
        )
        for begins in (stamp(since),)
        for table, when in ((case_now, operator.ge), (case_long, operator.lt))
    ]
    return union_all(*parts).subquery(case_now.name)


def wanted_types(city: City, ask: Ask) -> list[str] | None:
    """The types that the View asks for, those of a group by its English title; None for all."""
    wanted = ask.view.types
    if not wanted:
        return None
    groups = {name.removeprefix("group:") for name in wanted if name.startswith("group:")}
    return [t.key for t in city.profile.types if t.key in wanted or t.group.en in groups]


def of_types(city: City, ask: Ask, rows: FromClause) -> list[ColumnElement]:
    """Conditions that hold spells to the types that the View asks for; none for all."""
    types = wanted_types(city, ask)
    return [] if types is None else [rows.c.type.in_(types or [""])]
