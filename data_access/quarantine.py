"""Refused lines and what became of them since: those that are still refused, those that landed, why, how many."""

from dataclasses import dataclass, fields

from sqlalchemy import ColumnElement, Select, and_, func, select

from data_access.ask import Span
from data_access.city import City
from data_access.store.declare import epoch, stamp
from data_access.store.tables import reject, replay

AGAIN = ":replay:"
"""What the token of a batch holds whose lines had been refused before."""
LANDED = ("landed", "known")
"""Outcomes with which a line has left quarantine."""


@dataclass(frozen=True)
class Kept:
    """A line in quarantine: its batch and feed, when it was refused (epoch seconds), where, why, its text.

    `reason` and `detail` are those of the last time it was put in again, where it was: `times`. `mark` tells lines
    of one number apart.
    """

    token: str
    feed: str
    kind: str
    at: float
    source: str
    line: int
    mark: int
    reason: str
    detail: str
    raw: str
    times: int
    cells: str = ""


@dataclass(frozen=True)
class Refusals:
    """Refused lines of a feed in a window: still in quarantine by reason, the most first; and landed since."""

    reasons: tuple[tuple[str, int], ...]
    landed: int

    @property
    def still(self) -> int:
        """How many are in quarantine."""
        return sum(n for _, n in self.reasons)


def kept_lines(
    city: City,
    feed: str,
    span: Span | None,
    limit: int,
    reason: str = "",
    kind: str = "",
    again: bool = False,
    until: float | None = None,
) -> list[Kept]:
    """The lines of `feed` refused within `span` that are in quarantine, the newest first, without their cells; or,
    to be put in `again`, those put in least often, the oldest first, with them.

    Of all feeds where that is empty, ever refused where there is no span; as it stood before `until` where given.
    """
    q = _lines(feed, span, until).subquery("q")
    names = [f.name for f in fields(Kept) if again or f.name != "cells"]
    asked = select(*(q.c[name] for name in names)).where(q.c.outcome.not_in(LANDED))
    for column, value in ((q.c.reason, reason), (q.c.kind, kind)):
        asked = asked.where(column == value) if value else asked
    order = (q.c.times, q.c.at, q.c.source, q.c.line) if again else (q.c.at.desc(), q.c.source, q.c.line)
    rows = city.store.rows(asked.order_by(*order).limit(limit))
    return [Kept(**row | {"at": epoch(row["at"])}) for row in rows]


def refusals(city: City, feed: str, span: Span, until: float | None = None) -> Refusals:
    """How many lines of `feed` that were refused within `span` are in quarantine, by reason; how many landed.

    As it stood before `until` (epoch seconds) where that is given.
    """
    q = _lines(feed, span, until).subquery("q")
    asked = select(q.c.outcome.in_(LANDED).label("gone"), q.c.reason, func.count().label("n"))
    rows = city.store.rows(asked.group_by(q.c.outcome.in_(LANDED), q.c.reason))
    still = sorted(((r["reason"], int(r["n"])) for r in rows if not r["gone"]), key=lambda r: (-r[1], r[0]))
    return Refusals(tuple(still), sum(int(r["n"]) for r in rows if r["gone"]))


def in_quarantine(city: City, span: Span, until: float | None = None) -> dict[str, int]:
    """How many lines refused within `span` are in quarantine, by feed; as it stood before `until` where given."""
    r, p = reject.c, replay.c
    held = select(r.feed, func.count().label("n")).where(*_within(r.at, span)).group_by(r.feed)
    left = select(p.feed, func.uniqExact(func.tuple(p.batch, p.source, p.line, p.mark)).label("n"))
    # Refused lines may have had their time (`jingwei keep`) before what became of them has.
    there = p.batch.in_(select(r.token).where(*_within(r.at, span)))
    left = left.where(*_within(p.refused_at, span), *_before(p.at, until), p.outcome.in_(LANDED), there).group_by(
        p.feed
    )
    gone = {row["feed"]: int(row["n"]) for row in city.store.rows(left)}
    return {row["feed"]: int(row["n"]) - gone.get(row["feed"], 0) for row in city.store.rows(held)}


def _lines(feed: str, span: Span | None, until: float | None) -> Select:
    """Every line of `feed` refused within `span`, with its last outcome; empty where it was never put in again."""
    r = reject.c
    last = _last(feed, span, until).subquery("last")
    mark = func.cityHash64(r.raw)
    same = and_(last.c.batch == r.token, last.c.source == r.source, last.c.line == r.line, last.c.mark == mark)
    again = last.c.outcome == "refused"
    pick = getattr(func, "if")
    return (
        select(
            r.token,
            r.feed,
            r.kind,
            r.at,
            r.source,
            r.line,
            mark.label("mark"),
            pick(again, last.c.reason, r.reason).label("reason"),
            pick(again, last.c.detail, r.detail).label("detail"),
            r.raw,
            r.cells,
            last.c.times,
            last.c.outcome,
        )
        .select_from(reject.outerjoin(last, same))
        .where(*_of(r.feed, feed), *_within(r.at, span))
    )


def _last(feed: str, span: Span | None, until: float | None) -> Select:
    p = replay.c
    key = (p.batch, p.source, p.line, p.mark)
    newest = {name: func.argMax(p[name], func.tuple(p.outcome.in_(LANDED), p.at)) for name in _TOLD}
    told = (column.label(name) for name, column in newest.items())
    statement = select(*key, *told, func.count().label("times")).select_from(replay)
    told = (*_of(p.feed, feed), *_within(p.refused_at, span), *_before(p.at, until))
    return statement.where(*told).group_by(*key)


_TOLD = ("outcome", "reason", "detail")


def _of(column: ColumnElement, feed: str) -> tuple[ColumnElement, ...]:
    return (column == feed,) if feed else ()


def _within(column: ColumnElement, span: Span | None) -> tuple[ColumnElement, ...]:
    return (column >= stamp(span[0]), column < stamp(span[1])) if span else ()


def _before(column: ColumnElement, until: float | None) -> tuple[ColumnElement, ...]:
    return () if until is None else (column < stamp(until),)
