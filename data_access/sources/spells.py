"""Spells of cases in the store: the selects over `case_now`, and its columns as they stood at a moment.

A case is open in spells: from `reported` to `closed`, and again from each `reopened` on. `case_now` holds a row a
spell with its milestones, deadlines and trail, so every past moment can be told: by what had happened before.
"""

from datetime import UTC, datetime

from clickhouse_connect.cc_sqlalchemy.datatypes.sqltypes import DateTime64
from sqlalchemy import ColumnElement, Select, and_, literal_column, select, true, type_coerce

from data_access.ask import Ask
from data_access.city import City
from data_access.store.tables import case_now

c = case_now.c


def stamp(at: float) -> datetime:
    """An epoch second as the engine compares it."""
    return datetime.fromtimestamp(at, UTC)


def due_at(at: float) -> ColumnElement:
    """The deadline in force before `at`: the one set last."""
    before = f"e -> e.1 < toDateTime64({at:.3f}, 3, 'UTC')"
    newest = f"arrayLast({before}, arraySort(due_later)).2"
    found = f"if(arrayExists({before}, due_later), {newest}, due_first)"
    return type_coerce(literal_column(f"({found})"), DateTime64(3, "UTC"))


def open_at(at: float) -> ColumnElement:
    """Whether the spell was open just before `at`."""
    return and_(c.opened_at < stamp(at), c.closed_at >= stamp(at))


def wanted_types(city: City, ask: Ask) -> list[str] | None:
    """The types that the View asks for, those of a group by its English title; None for all."""
    wanted = ask.view.types
    if not wanted:
        return None
    groups = {name.removeprefix("group:") for name in wanted if name.startswith("group:")}
    return [t.key for t in city.profile.types if t.key in wanted or t.group.en in groups]


def spells(city: City, ask: Ask, *columns: ColumnElement) -> Select:
    """A select over all spells of the types that the View asks for."""
    types = wanted_types(city, ask)
    asked_for = true() if types is None else c.type.in_(types or [""])
    return select(*columns).select_from(case_now).where(true(), asked_for)
