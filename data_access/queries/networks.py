"""The health of the four networks: who is online now, and how fully each hour of the last two days reported."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy import func, select

from data_access.ask import Ask
from data_access.city import City
from data_access.live import FeedState
from data_access.sources.base import in_leaves
from data_access.sources.roll import here, known_from, roll
from data_access.store.declare import stamp
from data_access.store.tables import device, reading_hour
from data_access.words import NETWORKS

SLOT, SLOTS = 3600, 48


@dataclass(frozen=True)
class Network:
    """One network over a unit. `share` holds, for each hour, received of expected; nan: nothing expected, or from
    before readings of its devices began to come; `online` is None until silence of theirs would be noticed.
    """

    key: str
    online: int | None
    total: int
    share: np.ndarray
    begins: np.ndarray
    feeds: tuple[FeedState, ...]
    gaps: tuple[tuple[FeedState, float, float], ...]


def networks(city: City, ask: Ask) -> list[Network]:
    """The networks that the city has feeds of, in their fixed order."""
    end = ask.at - ask.at % SLOT
    version = ask.moment.version if ask.live else ask.moment.of("device")
    key = ("networks", ask.unit.id, ask.at, version, ask.view.networks, ask.scope)
    return city.cache.get(key, lambda: _read(city, ask, end))


def _read(city: City, ask: Ask, end: float) -> list[Network]:
    begins = end - SLOT * np.arange(SLOTS, 0, -1.0)
    slowest = max((int(i) for i in city.devices["interval"]), default=SLOT)
    early = max(0, -(-slowest // SLOT) - 1)
    states = city.live.feeds().values()
    received, expected = _received(city, ask, begins[0] - SLOT * early, early + SLOTS), _expected(city, ask)
    online = _online(city, ask)
    out = []
    for key in NETWORKS:
        feeds = tuple(s for s in states if s.feed.network == key and _had_spoken(s, ask))
        if not feeds:
            continue
        members = city.devices_of("network", (key,))
        heard = known_from(city, members, silence=0)
        share, gaps = _shares(feeds, received, expected, begins[begins >= heard])
        share = np.concatenate([np.full(SLOTS - len(share), np.nan), share])
        n, m = online.get(key, (0, 0))
        out.append(Network(key, n if ask.at >= known_from(city, members) else None, m, share, begins, feeds, gaps))
    return out


def _had_spoken(state: FeedState, ask: Ask) -> bool:
    """Whether a feed had spoken by the ask's moment."""
    return state.last_seen is not None and (ask.live or state.began is None or state.began < ask.at)


def _received(city: City, ask: Ask, first: float, slots: int) -> dict[str, np.ndarray]:
    """Readings by feed in each of `slots` hours from `first` on."""
    h, d = reading_hour.c, device.c
    slot = func.toUnixTimestamp(h.hour)
    statement = (
        select(d.feed, slot.label("slot"), func.sum(h.n).label("n"))
        .select_from(reading_hour.join(device, d.id == h.device))
        .where(h.day >= stamp(first).date(), h.hour >= stamp(first), h.hour < stamp(first + SLOT * slots))
        .where(*in_leaves(d.leaf, ask.intervals, city.units.leaves))
        .group_by(d.feed, slot)
    )
    # Parts of one hour that are not folded yet add up to the same.
    rows = city.store.arrays(statement, folded=False)
    out: dict[str, np.ndarray] = {}
    for feed, at, n in zip(rows["feed"], rows["slot"], rows["n"], strict=True):
        out.setdefault(feed, np.zeros(slots))[int((float(at) - first) // SLOT)] += n
    return out


def _smoothed(got: np.ndarray, interval: int) -> np.ndarray:
    """The last SLOTS hours; for members that speak more rarely than hourly, means over their interval."""
    width = max(1, -(-interval // SLOT))
    means = np.convolve(got, np.full(width, 1 / width))[: len(got)]
    return means[-SLOTS:]


def _expected(city: City, ask: Ask) -> dict[str, tuple[float, int]]:
    """By feed: how many readings an hour its members should give, and their longest interval."""
    mine, out = here(city, ask), {}
    for feed in city.live.feeds():
        intervals = city.devices["interval"][mine & city.devices_of("feed", (feed,))].astype(float)
        if len(intervals):
            out[feed] = float((SLOT / intervals).sum()), int(intervals.max())
    return out


def _shares(
    feeds: tuple[FeedState, ...], received: dict, expected: dict, begins: np.ndarray
) -> tuple[np.ndarray, tuple]:
    slots = len(begins)
    total, wanted, gaps = np.zeros(slots), 0.0, []
    for state in feeds:
        if state.feed.key not in expected:
            continue
        due, interval = expected[state.feed.key]
        got = _smoothed(received.get(state.feed.key, np.zeros(SLOTS)), interval)[SLOTS - slots :]
        total, wanted = total + got, wanted + due
        # Feeds that speak less than once a slot cannot show a gap of one slot.
        if interval <= SLOT and due >= 4:
            gaps += [(state, begins[a], begins[b - 1] + SLOT) for a, b in _runs(got == 0)]
    share = total / wanted if wanted else np.full(slots, np.nan)
    return np.minimum(share, 1.0), tuple(gaps)


def _runs(mask: np.ndarray) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(int), [0]])))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a >= 2]


def _online(city: City, ask: Ask) -> dict[str, tuple[int, int]]:
    """By network: how many of its devices here speak in time, of how many."""
    online, mine = roll(city, ask).online, here(city, ask)
    members = {key: mine & city.devices_of("network", (key,)) for key in NETWORKS}
    return {key: (int((online & held).sum()), int(held.sum())) for key, held in members.items()}
