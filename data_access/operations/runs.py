"""Scheduled reports in the operations database: which schedules are known since when, and what became of each run.

Whoever notices first that one is due writes it down, and whoever claims it first makes it: several processes may
look at the same database, and a run is taken up again where who had it is heard of no more.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field

from sqlalchemy import Connection, Engine, Row, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from data_access.errors import OperationsFailed
from data_access.operations.models import ReportRun, ReportSchedule
from data_access.words import T

WAITING, WORKING, DONE, FAILED = "waiting", "working", "done", "failed"
LATE = 120.0
"""Seconds after its due time from which a run is told as late."""
runs, schedules = ReportRun.__table__, ReportSchedule.__table__
r = runs.c


@dataclass(frozen=True)
class Known:
    """A schedule as it is shown; `since` is from when on it is known so, `fault` what keeps it from running."""

    key: str
    title: T
    report: T
    address: str
    form: str
    lang: str
    when: str
    to: tuple[str, ...]
    origin: str
    fault: T | None = None
    since: float = 0.0


@dataclass(frozen=True)
class Run:
    """One run, see ReportRun."""

    id: int
    schedule: str
    due: float
    by: str
    at: float
    missed: int
    state: str
    tries: int
    next_try: float
    ended: float
    name: str
    digest: str
    link: str
    delivered: tuple[str, ...] = field(default=())
    why: T = T("", "")

    @property
    def late(self) -> bool:
        """Whether it was begun long after it was due."""
        return not self.by and self.at - self.due > LATE


def know(engine: Engine, told: list[Known], now: float) -> None:
    """Take `told` for all schedules there are. One that is new, or has another time, is known from `now` on."""
    s = schedules.c
    with _opened(engine) as connection:
        there = {row.key: row for row in connection.execute(select(s.key, s.since, s.spec))}
        connection.execute(delete(schedules))
        for place, one in enumerate(told):
            old = there.get(one.key)
            since = old.since if old and old.spec == one.when else now
            text = json.dumps({**asdict(one), "since": since}, ensure_ascii=False)
            row = {"key": one.key, "place": place, "since": since, "spec": one.when, "told": text}
            connection.execute(insert(schedules).values(row))


def known(engine: Engine) -> list[Known]:
    """The schedules there are, in their order."""
    with _opened(engine) as connection:
        rows = connection.execute(select(schedules).order_by(schedules.c.place)).all()
    return [_known(row) for row in rows]


def _known(row: Row) -> Known:
    told = json.loads(row.told)
    texts = {name: T(**told[name]) for name in ("title", "report")}
    fault = T(**told["fault"]) if told["fault"] else None
    return Known(**told | texts | {"fault": fault, "to": tuple(told["to"]), "since": row.since})


def last_dues(engine: Engine) -> dict[str, float]:
    """The newest due time that was written down, by schedule."""
    asked = select(r.schedule, func.max(r.due).label("due")).where(r.by == "").group_by(r.schedule)
    with _opened(engine) as connection:
        return {row.schedule: row.due for row in connection.execute(asked)}


def add(engine: Engine, schedule: str, due: float, now: float, missed: int = 0, by: str = "") -> int | None:
    """Write down a run that waits; its number, or None where there is one for this due time already."""
    empty = dict.fromkeys(("name", "digest", "link", "why_zh", "why_en"), "")
    row = {"schedule": schedule, "due": due, "by": by, "at": now, "missed": missed, "state": WAITING, "tries": 0}
    row |= {"next_try": now, "ended": 0.0, "delivered": "[]", **empty}
    try:
        with _opened(engine) as connection:
            return connection.execute(insert(runs).values(row)).inserted_primary_key[0]
    except IntegrityError:
        return None


def claim(engine: Engine, now: float, lease: float) -> Run | None:
    """Take up the run that has waited longest, for `lease` seconds; None where none is to be tried now."""
    ready = r.state.in_((WAITING, WORKING)), r.next_try <= now
    with _opened(engine) as connection:
        for row in connection.execute(select(runs).where(*ready).order_by(r.next_try, r.id)).all():
            mine = update(runs).where(r.id == row.id, r.state == row.state, r.tries == row.tries)
            new = {"state": WORKING, "tries": row.tries + 1, "next_try": now + lease}
            if connection.execute(mine.where(r.next_try == row.next_try).values(new)).rowcount == 1:
                return _run(connection.execute(select(runs).where(r.id == row.id)).one())
    return None


def renew(engine: Engine, run: Run, until: float) -> None:
    """Tell that a run is still being worked on."""
    _change(engine, run, next_try=until)


def deliver(engine: Engine, run: Run, labels: tuple[str, ...]) -> None:
    """Note which targets have it."""
    _change(engine, run, delivered=json.dumps(labels, ensure_ascii=False))


def name_it(engine: Engine, run: Run, name: str, digest: str, link: str) -> None:
    """Note the file that was made."""
    _change(engine, run, name=name, digest=digest, link=link)


def finish(engine: Engine, run: Run, now: float) -> None:
    """Note that it is done."""
    _change(engine, run, state=DONE, ended=now, why_zh="", why_en="")


def fail(engine: Engine, run: Run, why: T, now: float, again: float | None) -> None:
    """Note why a try failed, and when it is tried again; None: not by itself."""
    state = FAILED if again is None else WAITING
    _change(engine, run, state=state, why_zh=why.zh, why_en=why.en, ended=now, next_try=again or 0.0)


def again(engine: Engine, number: int, now: float) -> bool:
    """Have a run that failed tried once more; False where it has not failed."""
    with _opened(engine) as connection:
        mine = update(runs).where(r.id == number, r.state == FAILED)
        return connection.execute(mine.values(state=WAITING, next_try=now)).rowcount == 1


def history(engine: Engine, most: int, skip: int = 0, schedule: str = "") -> tuple[list[Run], int]:
    """The newest runs, of one schedule or all, and how many there are."""
    mine = [r.schedule == schedule] if schedule else []
    asked = select(runs).where(*mine).order_by(r.at.desc(), r.id.desc()).limit(most).offset(skip)
    with _opened(engine) as connection:
        rows = connection.execute(asked).all()
        return list(map(_run, rows)), connection.execute(
            select(func.count()).select_from(runs).where(*mine)
        ).scalar()


def newest(engine: Engine) -> dict[str, Run]:
    """The last run of each schedule."""
    last = select(func.max(r.id)).group_by(r.schedule)
    with _opened(engine) as connection:
        return {row.schedule: _run(row) for row in connection.execute(select(runs).where(r.id.in_(last)))}


def stamp(engine: Engine) -> str:
    """Differs after each step of a run, also while the clock stands, and where a schedule comes, goes or moves."""
    s = schedules.c
    states = (func.count().filter(r.state == state) for state in (DONE, FAILED))
    told = (func.sum(func.length(column)) for column in (r.name, r.delivered))
    times = func.max(r.ended), func.sum(r.next_try)
    asked = select(func.max(r.id), func.count(), func.sum(r.tries), *times, *states, *told)
    with _opened(engine) as connection:
        rows = connection.execute(asked).one(), connection.execute(select(func.max(s.since), func.count())).one()
    return str([tuple(row) for row in rows])


def run_of(engine: Engine, number: int) -> Run | None:
    """A run by its number."""
    with _opened(engine) as connection:
        row = connection.execute(select(runs).where(r.id == number)).one_or_none()
    return row and _run(row)


def open_runs(engine: Engine) -> int:
    """How many runs are waited for or worked on."""
    with _opened(engine) as connection:
        return connection.execute(
            select(func.count()).select_from(runs).where(or_(r.state == WAITING, r.state == WORKING))
        ).scalar()


def _change(engine: Engine, run: Run, **values: object) -> None:
    """Change a run, unless it has been taken from whoever worked on it."""
    mine = update(runs).where(r.id == run.id, r.state == WORKING, r.tries == run.tries)
    with _opened(engine) as connection:
        connection.execute(mine.values(values))


def _run(row: Row) -> Run:
    told = row._asdict()
    why = T(told.pop("why_zh"), told.pop("why_en"))
    return Run(**told | {"delivered": tuple(json.loads(row.delivered)), "why": why})


@contextmanager
def _opened(engine: Engine) -> Iterator[Connection]:
    """A connection in a transaction. Raises OperationsFailed; IntegrityError passes."""
    try:
        with engine.begin() as connection:
            yield connection
    except IntegrityError:
        raise
    except SQLAlchemyError as error:
        raise OperationsFailed(f"The operations database does not answer: {error}") from error
