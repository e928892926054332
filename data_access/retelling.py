"""A long past, made inside the engine: days that the store holds are told again for days before them.

What is told again is like what happened, down to the rollups, at the speed of the engine. It is for trying out a
city that has run for years; no feed sent it, so no batch holds it.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from data_access.store.engine import quoted, run
from data_access.store.store import Store
from data_access.store.tables import case_step

TOLD = ("reported", "accepted", "dispatched", "escalated", "extended", "closed", "reopened")
"""Steps that are told of each case; `returned`, of some, so that the number of steps comes out as asked for."""
NEVER_CLOSED = 500_000
"""One of so many cases told again is never closed."""


@dataclass(frozen=True)
class Told:
    """Cases whose ids begin with the days `first` … `last`: how many, and their steps: in all, those that are
    always told again, and `returned`.
    """

    first: date
    last: date
    cases: int
    steps: int
    always: int
    returned: int

    @classmethod
    def of(cls, store: Store, first: date, last: date) -> "Told":
        """As the store has them."""
        s = case_step.c
        asked = select(
            func.uniqExact(s.case_id).label("cases"),
            func.count().label("steps"),
            func.countIf(s.step.in_(TOLD)).label("always"),
            func.countIf(s.step == "returned").label("returned"),
        ).where(s.case_id >= f"{first:%Y%m%d}", s.case_id < f"{last:%Y%m%d}~")
        return cls(first, last, **store.rows(asked)[0])


def retell_readings(store: Store, day: date, among: list[date], most: int) -> None:
    """Make the readings of a UTC `day`, at most so many: of each device those of one of the days `among`, by lot.

    The days follow one another. Nothing is made of a device from its first reading on.
    """
    at = f"toDateTime({quoted(f'{day} 00:00:00')}, 'UTC') + toUInt32(reading.at) % 86400"
    first, last = (f"toDate({quoted(str(edge))})" for edge in (among[0], among[-1]))
    lot = f"{first} + cityHash64(device, {day.toordinal()}) % {len(among)}"
    run(
        store.engine,
        f"INSERT INTO reading (device, at, value, alarm, leaf, feed) "
        f"SELECT device, {at} AS moved, value, alarm, leaf, feed FROM reading "
        f"JOIN (SELECT device, min(at) AS begun FROM device_first GROUP BY device) AS begins USING device "
        f"WHERE toDate(reading.at) BETWEEN {first} AND {last} AND toDate(reading.at) = {lot} AND moved < begun "
        f"ORDER BY device, moved LIMIT {most}",
    )


def retell_cases(store: Store, first: date, last: date, days: int, returned: float) -> None:
    """Tell the cases whose ids begin with the local days `first` … `last` again, `days` earlier.

    A day is eight digits; the ids told begin with the new one. `returned` is of how large a part of
    the cases that step is told.
    """
    day = "toDate(parseDateTimeBestEffort(substring(case_id, 1, 8)))"
    new = f"concat(toString(toYYYYMMDD({day} - {days})), substring(case_id, 9))"
    lot = f"cityHash64(case_id, {days})"
    plain = "spell, step, actor, leaf, type, source, severity, lon, lat, feed"
    moved = ", ".join(f"{name} - toIntervalDay({days})" for name in ("at", "opened_at", "due_at"))
    told = ", ".join(quoted(step) for step in TOLD)
    run(
        store.engine,
        f"INSERT INTO case_step (case_id, {plain}, at, opened_at, due_at) SELECT {new}, {plain}, {moved} "
        f"FROM case_step WHERE case_id >= '{first:%Y%m%d}' AND case_id < '{last:%Y%m%d}~' "
        f"AND (step IN ({told}) OR step = 'returned' AND {lot} % 1000 < {1000 * returned:.0f}) "
        f"AND (step != 'closed' OR {lot} % {NEVER_CLOSED} != 0)",
    )
