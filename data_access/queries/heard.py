"""When feeds had spoken last before a past moment: by the batches that had come, and by the events they tell of.

What came in as it happened is told by its batches, as the live screen told it. History that was taken in at once
came long after its events: where those are newer than the batches by more than makes a feed silent, the newest of
them stands for when its feed spoke.
"""

from dataclasses import replace

from sqlalchemy import func, select

from data_access.ask import Ask
from data_access.city import City
from data_access.live import SILENT_AFTER, FeedState
from data_access.queries.courses import LONGEST_CASE, SLOTS
from data_access.sources.roll import roll
from data_access.speaking import HOUR
from data_access.store.declare import epoch, stamp
from data_access.store.tables import alert, batch, case_step, facility_step


def as_they_stood(city: City, ask: Ask, states: list[FeedState]) -> list[FeedState]:
    """The feeds as they stood before the ask's moment: when each spoke last, and its newest event."""
    came, events = _came(city, ask), _events(city, ask, {state.feed.carries for state in states})
    return [_stood(city, ask, state, came, events) for state in states]


def _stood(city: City, ask: Ask, state: FeedState, came: dict, events: dict[str, float]) -> FeedState:
    members = city.devices_of("feed", (state.feed.key,))
    newest = float(roll(city, ask).last[members].max()) if members.any() else 0.0
    newest = max(newest, events.get(state.feed.key, 0.0))
    arrived, told = came.get(state.feed.key, (0.0, 0.0))
    if newest - arrived > SILENT_AFTER * state.feed.interval:
        return replace(state, last_seen=newest, watermark=newest)
    return replace(state, last_seen=arrived or None, watermark=told or None)


def _came(city: City, ask: Ask) -> dict[str, tuple[float, float]]:
    """By feed: when its last batch had come before the moment, and the newest event of those that had."""
    b, at = batch.c, stamp(ask.at)
    newest = func.maxIf(b.last_at, func.and_(b.accepted > 0, b.last_at < at)).label("mark")
    rows = city.store.rows(select(b.feed, func.max(b.at).label("at"), newest).where(b.at < at).group_by(b.feed))
    return {row["feed"]: (epoch(row["at"]), epoch(row["mark"])) for row in rows}


def _events(city: City, ask: Ask, carried: set[str]) -> dict[str, float]:
    """By feed: the newest record before the moment that comes when it comes, of the two days before it."""
    start, end = stamp(ask.at - SLOTS * HOUR), stamp(ask.at)
    out: dict[str, float] = {}
    for carries, table in (("case", case_step), ("facility", facility_step), ("alert", alert)):
        if carries in carried:
            c = table.c
            asked = select(c.feed, func.toFloat64(func.max(c.at)).label("at")).where(c.at >= start, c.at < end)
            if carries == "case":
                asked = asked.where(c.opened_at >= stamp(ask.at - LONGEST_CASE), c.opened_at < end)
            rows = city.store.rows(asked.select_from(table).group_by(c.feed))
            out |= {row["feed"]: float(row["at"]) for row in rows}
    return out
