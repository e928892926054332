"""Cases one by one, as they stood at a moment: for the stream, the map's points, and the rows behind a number."""

import numpy as np
import pandas as pd
from clickhouse_connect.cc_sqlalchemy.datatypes.sqltypes import DateTime64, UInt8
from sqlalchemy import ColumnElement, FromClause, func, literal_column, select, tuple_, type_coerce

from data_access.ask import Ask
from data_access.city import City
from data_access.sources.spells import alive_since, due_at, of_types, open_at
from data_access.store.declare import stamp
from data_access.store.tables import STEP_ORDER, case_step, step_place
from data_access.units import Intervals

COLUMNS = ("case_id", "spell", "leaf", "type", "source", "lon", "lat", "opened_at", "accepted_at", "due_at")
COLUMNS += ("step", "severity")
"""Columns of the frames below; times in UTC epoch seconds, `step` a place in STEP_ORDER. `accepted_at` may lie
after the moment asked about, and is NEVER for what has not been accepted at all."""


def open_cases_at(city: City, ask: Ask) -> pd.DataFrame:
    """All open spells of the city under the View's filters, the most urgent first; columns COLUMNS.

    One frame serves every unit and every panel that lists cases. Masked by the ask's scope.
    """
    return city.cache.get(("open cases", *ask.stand("case"), *ask.key()[2:]), lambda: _open(city, ask))


def within(frame: pd.DataFrame, intervals: Intervals) -> pd.DataFrame:
    """The rows whose leaf lies in a set of leaves, in their order."""
    leaf = frame["leaf"].to_numpy()
    held = np.zeros(len(frame), bool)
    for lo, hi in intervals:
        held |= (leaf >= lo) & (leaf < hi)
    return frame[held]


def as_they_stood(city: City, ask: Ask, rows: FromClause, *conditions: ColumnElement) -> pd.DataFrame:
    """The spells among `rows` that fulfil `conditions`, with step and severity as before the ask's moment.

    `case_now` knows the last step; for spells that went on after the moment the steps are read themselves.
    """
    at = ask.at
    wanted = select(*_columns(rows, at)).select_from(rows).where(*conditions, *of_types(city, ask, rows))
    frame = pd.DataFrame(city.store.arrays(wanted))
    frame = frame.rename(columns={name: f"{name}_at" for name in ("opened", "accepted", "due")})
    later = frame["last_at"].to_numpy() >= at * 1000
    if later.any():
        _look_back(city, at, frame, np.flatnonzero(later))
    return frame[list(COLUMNS)]


def _open(city: City, ask: Ask) -> pd.DataFrame:
    rows = alive_since(city, ask.at)
    frame = as_they_stood(city, ask, rows, open_at(rows, ask.at))
    if ask.scope.intervals is not None:
        frame = within(frame, ask.scope.intervals)
    order = np.lexsort((frame["case_id"], frame["due_at"], -frame["severity"].to_numpy().astype(int)))
    return frame.iloc[order].reset_index(drop=True)


def _columns(rows: FromClause, at: float) -> list[ColumnElement]:
    # Labels differ from the table's columns: the engine would take a label for the column in conditions.
    c = rows.c
    plain = [c[n] for n in ("case_id", "spell", "leaf", "type", "source", "lon", "lat")]
    times = [_seconds(c.opened_at, "opened"), _seconds(c.accepted_at, "accepted"), _seconds(due_at(at), "due")]
    last = [_last(1, DateTime64(3, "UTC")), _last(2, UInt8()), _last(4, UInt8())]
    return [
        *plain,
        *times,
        last[1].label("step"),
        last[2].label("severity"),
        func.toUnixTimestamp64Milli(last[0]).label("last_at"),
    ]


def _seconds(column: ColumnElement, name: str) -> ColumnElement:
    return func.divide(func.toUnixTimestamp64Milli(type_coerce(column, DateTime64(3, "UTC"))), 1000).label(name)


def _last(field: int, kind: object) -> ColumnElement:
    return type_coerce(literal_column(f"tupleElement(case_now.last, {field})"), kind)


def _look_back(city: City, at: float, frame: pd.DataFrame, places: np.ndarray) -> None:
    s, turn = case_step.c, func.tuple(case_step.c.at, step_place(case_step.c.step))
    ids, of = frame["case_id"].to_numpy(), frame.iloc[places]
    # In the table's order, so that only what lies there is read.
    opened = [stamp(at) for at in of["opened_at"]]
    among = sorted(set(zip(of["leaf"].tolist(), opened, of["case_id"], strict=True)))
    statement = (
        select(
            s.case_id,
            s.spell,
            func.argMax(s.step, turn).label("step"),
            func.argMax(s.severity, turn).label("severity"),
        )
        .where(s.at < stamp(at), tuple_(s.leaf, s.opened_at, s.case_id).in_(among))
        .group_by(s.case_id, s.spell)
    )
    spell, step, severity = (frame[n].to_numpy().copy() for n in ("spell", "step", "severity"))
    stood = {(r["case_id"], r["spell"]): r for r in city.store.rows(statement)}
    for i in places:
        row = stood[ids[i], spell[i]]
        step[i], severity[i] = STEP_ORDER.index(row["step"]), row["severity"]
    frame["step"], frame["severity"] = step, severity
