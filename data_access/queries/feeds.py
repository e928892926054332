"""Every feed as it stands: when it spoke, how much of what it should, what of it was refused."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select

from data_access.ask import Ask, Span
from data_access.city import City
from data_access.live import FeedState
from data_access.profile import Feed
from data_access.quarantine import AGAIN, in_quarantine
from data_access.queries.courses import SLOTS, Course, courses
from data_access.queries.heard import as_they_stood
from data_access.scope import EVERYTHING
from data_access.sources.roll import FEW, here, roll
from data_access.sources.spells import stamp
from data_access.store.tables import batch
from data_access.words import NETWORKS

RECENT = 60.0
PAGE = "networks"
"""The page of the networks; ``networks/FEED`` is that of a feed, ``networks/FEED/DEVICE`` that of a device."""


@dataclass(frozen=True)
class FeedLine:
    """One feed at the ask's moment: its state, whether it is silent, its course over two days.

    `lag` is how old the newest event was when it spoke, in seconds. `coverage`: devices heard of all there are;
    None where it has none here, or where it is not known yet. `refused`: lines in quarantine, of all that were
    sent in the window; None for a caller who may not see the whole city.
    """

    state: FeedState
    silent: bool
    course: Course
    coverage: tuple[int, int] | None
    refused: tuple[int, int] | None

    @property
    def feed(self) -> Feed:
        """The feed itself."""
        return self.state.feed

    @property
    def lag(self) -> float | None:
        """Seconds from the newest event to when it was told."""
        s = self.state
        return None if s.last_seen is None or s.watermark is None else max(0.0, s.last_seen - s.watermark)


def asked_feed(ask: Ask) -> tuple[str, str]:
    """The keys of the feed and of the device that the View's page is about, each empty where it is about none."""
    parts = [*ask.view.page.split("/", 2), "", ""]
    return (parts[1], parts[2]) if parts[0] == PAGE else ("", "")


def feed_lines(city: City, ask: Ask) -> dict[str, list[FeedLine]]:
    """The city's feeds by network, in the networks' fixed order; those of the networks that the View asks for."""
    return city.cache.get(_key("feeds", ask), lambda: _by_network(city, ask))


def feed_line(city: City, ask: Ask, hours: int = SLOTS) -> FeedLine | None:
    """The feed that the page is about, with its course over so many hours; None where there is no such feed."""
    key, _ = asked_feed(ask)
    if key not in city.live.feeds():
        return None
    return city.cache.get((*_key("feed", ask), key, hours), lambda: _lines(city, ask, [key], hours)[0])


def near(key: str, there: Iterable[str]) -> list[str]:
    """Those of `there` that are called nearly as `key`, the nearest first."""
    small = {one.casefold(): one for one in there}
    return [small[one] for one in difflib.get_close_matches(key.casefold(), small, 5, 0.5)]


def _key(name: str, ask: Ask) -> tuple:
    version = ask.moment.version
    return (name, ask.unit.id, ask.intervals, ask.span, ask.live, version, ask.view.networks, ask.scope)


def _by_network(city: City, ask: Ask) -> dict[str, list[FeedLine]]:
    wanted = ask.view.networks or tuple(NETWORKS)
    lines = _lines(city, ask, [k for k, s in city.live.feeds().items() if s.feed.network in wanted], SLOTS)
    found = {network: [line for line in lines if line.feed.network == network] for network in NETWORKS}
    return {network: members for network, members in found.items() if members}


def _lines(city: City, ask: Ask, keys: list[str], hours: int) -> list[FeedLine]:
    states = [city.live.feeds()[key] for key in keys]
    course = courses(city, ask, states, hours)
    states = states if ask.live else as_they_stood(city, ask, states)
    refused = _refused(city, ask) if ask.scope == EVERYTHING else None
    return [
        FeedLine(
            state,
            state.silent(ask.at),
            course[state.feed.key],
            coverage(city, ask, state.feed.key),
            None if refused is None else refused.get(state.feed.key, (0, 0)),
        )
        for state in states
    ]


def coverage(city: City, ask: Ask, feed: str) -> tuple[int, int] | None:
    """Of the devices of a feed in the ask's unit, how many are online.

    None where it has none there, or where more than a few have not spoken and could not have been missed yet.
    """
    mine, called = city.devices_of("feed", (feed,)) & here(city, ask), roll(city, ask)
    if not mine.any() or called.told[mine].mean() < 1 - FEW:
        return None
    return int((called.online & mine).sum()), int(mine.sum())


def _refused(city: City, ask: Ask) -> dict[str, tuple[int, int]]:
    """Lines in quarantine, of those that were sent within the window, by feed."""
    b, (start, end) = batch.c, window(ask)
    sent = func.sum(b.accepted + b.rejected + b.duplicates).label("n")
    statement = select(b.feed, sent).where(b.at >= stamp(start), b.at < stamp(end))
    again = func.position(b.token, AGAIN) > 0
    rows = city.store.rows(statement.where(~again).group_by(b.feed))
    held = in_quarantine(city, (start, end), judged(ask))
    return {row["feed"]: (held.get(row["feed"], 0), int(row["n"])) for row in rows}


def window(ask: Ask) -> Span:
    """The window in which lines came; of a live picture with those of the seconds since its moment."""
    return (ask.span[0], ask.span[1] + RECENT) if ask.live else ask.span


def judged(ask: Ask) -> float | None:
    """Before when lines must have been put in again to count: before a past moment; None for now."""
    return None if ask.live else ask.at
