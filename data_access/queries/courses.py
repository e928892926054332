"""What each feed told hour by hour: readings of its devices, or records of what it carries."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy import Select, func, select

from data_access.ask import Ask, Span
from data_access.city import City
from data_access.live import FeedState
from data_access.sources.base import in_leaves
from data_access.sources.roll import here
from data_access.sources.spells import stamp
from data_access.speaking import HOUR, due, empty_hours, hours_of_rate, smoothed
from data_access.store.tables import alert, batch, case_step, device, facility_step, reading_hour

SLOTS = 48
MOST = 31 * 24
"""Hours that a course has at most."""
LONGEST_CASE = 92 * 86400.0
"""Steps of cases that were opened longer before are not looked for: a course must not cost more each year."""


@dataclass(frozen=True)
class Course:
    """Records of one feed in hours that begin at `begins` (epoch seconds), and its gaps.

    `due` is how many readings an hour its devices should give, None where it is not known how many records there
    ought to be. `known` says of which hours anything is known: those from its first record on. `share` is received
    of due, smoothed over the longest interval of its devices; nan where not known.
    """

    begins: np.ndarray
    received: np.ndarray
    known: np.ndarray
    due: float | None
    share: np.ndarray
    gaps: tuple[Span, ...]
    rate: tuple[float, float | None, int]
    """Received, of how many due, in the last so many whole hours."""


def courses(city: City, ask: Ask, states: list[FeedState], slots: int = SLOTS) -> dict[str, Course]:
    """The courses of feeds over the last `slots` whole hours before the ask's moment.

    Readings are those of devices in the ask's unit; other records those of the whole city.
    """
    slots = min(slots, MOST)
    longest = int(city.devices["interval"].max(initial=HOUR))
    early = max(0, -(-longest // HOUR) - 1)
    end = ask.at - ask.at % HOUR
    first = end - HOUR * (slots + early)
    told = _told(city, ask, first, slots + early, {s.feed.carries for s in states})
    others = [s.feed.key for s in states if not city.devices_of("feed", (s.feed.key,)).any()]
    spoke, accepted = _spoke(city, (first, end), others) if others else ({}, {})
    # A feed of readings may tell of devices that are counted with another: then only its batches say how many.
    told |= {
        s.feed.key: accepted[s.feed.key] for s in states if s.feed.carries == "reading" and s.feed.key in spoke
    }
    return {s.feed.key: _course(city, ask, s, told, spoke, first, slots) for s in states}


def _course(city: City, ask: Ask, state: FeedState, told: dict, spoke: dict, first: float, slots: int) -> Course:
    hours = int(ask.at - ask.at % HOUR - first) // HOUR
    counted = told.get(state.feed.key, np.zeros(hours))
    intervals = city.devices["interval"][here(city, ask) & city.devices_of("feed", (state.feed.key,))]
    begins = first + HOUR * np.arange(hours - slots, hours, dtype=float)
    began = np.inf if state.began is None else state.began
    known = begins + HOUR > began
    received = counted[-slots:]
    width = hours_of_rate(intervals)
    wanted = due(intervals) if len(intervals) else None
    share = smoothed(counted, width, slots) / wanted if wanted else np.full(slots, np.nan)
    slowest = max(state.feed.interval, int(intervals.min()) if len(intervals) else 0)
    heard = received + spoke.get(state.feed.key, np.zeros(hours))[-slots:]
    runs = empty_hours(np.where(known, heard, 1), slowest)
    rate = float(counted[-width:].sum()), due(intervals, width) if wanted else None, width
    gaps = tuple((float(begins[a]), float(begins[b - 1] + HOUR)) for a, b in runs)
    return Course(begins, received, known, wanted, np.where(known, np.minimum(share, 1), np.nan), gaps, rate)


def _told(city: City, ask: Ask, first: float, hours: int, carried: set[str]) -> dict[str, np.ndarray]:
    """Records by feed in each of so many hours from `first` on."""
    out: dict[str, np.ndarray] = {}
    span = first, first + HOUR * hours
    for carries in sorted(carried & set(COUNTED)):
        rows = city.store.arrays(COUNTED[carries](city, ask, span))
        for feed, at, n in zip(rows["feed"], rows["hour"], rows["n"], strict=True):
            out.setdefault(str(feed), np.zeros(hours))[int((float(at) - first) // HOUR)] += n
    return out


def _spoke(city: City, span: Span, feeds: list[str]) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """By feed, in each hour of `span`: whether a batch came, or history that was taken in at once lies there; and
    how many records the batches held that came.

    Records that come when they come say nothing of whether their feed spoke: its batches do, empty ones too.
    """
    b, hour = batch.c, func.toUnixTimestamp(func.toStartOfHour(batch.c.at))
    first, hours = span[0], int(span[1] - span[0]) // HOUR
    mine = b.feed.in_(feeds), b.at >= stamp(span[0])
    came = select(b.feed, hour.label("hour"), func.sum(b.accepted).label("n"))
    came = came.where(*mine, b.at < stamp(span[1])).group_by(b.feed, hour)
    seconds = [func.toFloat64(b[name]).label(name) for name in ("first_at", "last_at")]
    whole = b.last_at - b.first_at > HOUR, b.at < stamp(span[1] + LONGEST_CASE), b.first_at < stamp(span[1])
    archived = select(b.feed, *seconds).where(*mine, *whole, b.at - b.last_at < 1, b.accepted > 0)
    out, accepted = ({feed: np.zeros(hours) for feed in feeds} for _ in range(2))
    for row in city.store.rows(came):
        place = int(row["hour"] - first) // HOUR
        out[row["feed"]][place], accepted[row["feed"]][place] = 1, row["n"]
    for row in city.store.rows(archived):
        begins, ends = (int((row[name] - first) // HOUR) for name in ("first_at", "last_at"))
        out[row["feed"]][max(begins, 0) : max(ends + 1, 0)] = 1
    return out, accepted


def _readings(city: City, ask: Ask, span: Span) -> Select:
    h, d = reading_hour.c, device.c
    hour = func.toUnixTimestamp(h.hour)
    return (
        select(d.feed, hour.label("hour"), func.sum(h.n).label("n"))
        .select_from(reading_hour.join(device, d.id == h.device))
        .where(h.day >= stamp(span[0]).date(), h.day <= stamp(span[1]).date())
        .where(h.hour >= stamp(span[0]), h.hour < stamp(span[1]))
        .where(*in_leaves(d.leaf, ask.intervals, city.units.leaves))
        .group_by(d.feed, hour)
    )


def _records(table: object, feed: object, at: object, *conditions: object) -> Select:
    hour = func.toUnixTimestamp(func.toStartOfHour(at))
    statement = select(feed, hour.label("hour"), func.count().label("n")).select_from(table)
    return statement.where(*conditions).group_by(feed, hour)


def _cases(city: City, ask: Ask, span: Span) -> Select:
    c = case_step.c
    opened = c.opened_at >= stamp(span[0] - LONGEST_CASE), c.opened_at < stamp(span[1])
    within = c.at >= stamp(span[0]), c.at < stamp(span[1])
    return _records(case_step, c.feed, c.at, *opened, *within, *_seen(city, ask, c.leaf))


def _states(city: City, ask: Ask, span: Span) -> Select:
    f = facility_step.c
    within = f.at >= stamp(span[0]), f.at < stamp(span[1])
    return _records(facility_step, f.feed, f.at, *within, *_seen(city, ask, f.leaf))


def _alerts(city: City, ask: Ask, span: Span) -> Select:
    a = alert.c
    return _records(alert, a.feed, a.at, a.at >= stamp(span[0]), a.at < stamp(span[1]))


def _seen(city: City, ask: Ask, leaf: object) -> list:
    """What the caller may see, wherever it is: a unit without cases says nothing of the feed that tells them."""
    return in_leaves(leaf, ask.scope.clip(city.units.root.intervals), city.units.leaves)


COUNTED = {"reading": _readings, "case": _cases, "facility": _states, "alert": _alerts}
"""How the records of a feed are counted, by what it carries."""
