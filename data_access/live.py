"""What is live: the data version, the moment screens show, and when each feed last spoke."""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from data_access.profile import Feed
from data_access.words import T

SILENT_AFTER = 3.0
"""A feed that has not spoken for this many of its intervals is silent."""

CHANGES = {
    "case_step": "case",
    "reading": "device",
    "facility_step": "facility",
    "fact_day": "fact",
    "alert": "alert",
}
"""What a batch may hold, each in the table of its name; and what that changes, as `Source.table` names it."""

TABLES = tuple(CHANGES.values())
"""What versions are kept apart for."""

CALM = 1.0
"""Seconds between two versions at least: however much lands, screens compute anew once a second at most."""
CALMER = {"device": 2.0}
"""The same for changes of these tables alone: readings pour in without end."""

KNOWN = 1000
"""How many versions back it is known what each of them had changed."""


@dataclass(frozen=True)
class Moment:
    """What a screen shows: data version, and the UTC epoch second up to which it speaks.

    `tables` holds the version at which each table was changed last, `newest` when the newest event was that is
    recorded in it (epoch seconds), where that is known.
    """

    version: int
    at: float
    tables: dict[str, int] = field(default_factory=dict, compare=False, repr=False)
    newest: dict[str, float] = field(default_factory=dict, compare=False, repr=False)

    def of(self, table: str) -> int:
        """The version of a table: answers from it hold as long as this stays."""
        return self.tables.get(table, self.version)

    def settled(self, table: str) -> bool:
        """Whether all that is recorded in a table had happened before: then it stands so until it is changed."""
        return self.newest.get(table, math.inf) < self.at

    def __str__(self) -> str:
        return f"{self.version}-{self.at:.0f}"


@dataclass(frozen=True)
class Tried:
    """One try at a UTC epoch second: what it was about, and the error it ended with, empty when it went well."""

    at: float
    what: str
    error: str = ""


@dataclass(frozen=True)
class Way:
    """How a declared feed comes in: what its adapter is called, and what gives its last tries, the newest last."""

    adapter: T
    tries: Callable[[], Sequence[Tried]]


@dataclass(frozen=True)
class FeedState:
    """A feed as it stands: when it last spoke, the newest event it told of (epoch seconds), and its counts.

    `began` is when the first event was that it told of.
    """

    feed: Feed
    last_seen: float | None = None
    watermark: float | None = None
    accepted: int = 0
    rejected: int = 0
    began: float | None = None

    def age(self, at: float) -> float | None:
        """Seconds since it last spoke, None when it never did."""
        return None if self.last_seen is None else max(0.0, at - self.last_seen)

    def silent(self, at: float) -> bool:
        """Tell whether it is overdue at the moment `at`."""
        age = self.age(at)
        return age is None or age > SILENT_AFTER * self.feed.interval


class Live:
    """The one place where a landed batch becomes visible: the first at once, more of them a second later.

    Thread-safe.
    """

    def __init__(self, feeds: tuple[Feed, ...], version: int, tick: float, clock: Callable[[], float] = time.time):
        self._lock = threading.Lock()
        self._tick = tick
        self._clock = clock
        self._version = self._landed = version
        self._at = clock()
        self._moved = float("-inf")
        self._held = False
        self._tables = dict.fromkeys(TABLES, version)
        self._changed: set[str] = set()
        self._newest: dict[str, float] = {}
        self._known: OrderedDict[int, Moment] = OrderedDict()
        self._note()
        self._feeds = {feed.key: FeedState(feed) for feed in feeds}
        self.ways: dict[str, Way] = {}

    def seen(
        self,
        key: str,
        at: float,
        watermark: float | None,
        accepted: int = 0,
        rejected: int = 0,
        began: float | None = None,
    ) -> None:
        """Note that a feed spoke at `at`, of events from `began` to `watermark`; does not move the version."""
        with self._lock:
            state = self._feeds.get(key)
            if state is None:
                return
            marks = [m for m in (state.watermark, watermark) if m is not None]
            first = [b for b in (state.began, began) if b is not None]
            self._feeds[key] = replace(
                state,
                last_seen=max(at, state.last_seen or 0),
                watermark=max(marks) if marks else None,
                accepted=state.accepted + accepted,
                rejected=state.rejected + rejected,
                began=min(first) if first else None,
            )

    @property
    def landed(self) -> int:
        """The version that everything landed so far will have become visible with."""
        with self._lock:
            return self._landed

    def bump(self, *tables: str, newest: float = math.inf) -> int:
        """Move the version on: something has landed that changes `tables`; none named: any of them.

        `newest` is when the newest event of it was, in epoch seconds.
        """
        with self._lock:
            self._landed += 1
            self._changed.update(tables or TABLES)
            for table in tables or TABLES:
                self._newest[table] = max(newest, self._newest.get(table, math.inf))
            self._show(self._clock())
            return self._landed

    def reached(self, newest: dict[str, float]) -> None:
        """Note when the newest event was that landed before, by table (epoch seconds); of others there is none."""
        with self._lock:
            self._newest = dict.fromkeys(TABLES, -math.inf) | newest
            self._note()

    def follow(self, other: "Live") -> None:
        """Take over the feeds and the version of `other`, which knows of batches that another process landed."""
        feeds, version, newest = other.feeds(), other.landed, dict(other._newest)
        with self._lock:
            if version > self._landed:
                self._feeds, self._landed, self._newest = feeds, version, newest
                self._changed.update(TABLES)
                self._show(self._clock())

    def moment(self) -> Moment:
        """The moment to show now: moves on with what has landed, and by itself every tick."""
        with self._lock:
            now = self._clock()
            if not self._held:
                self._show(now)
                if now - self._at >= self._tick or now < self._at:
                    self._at = now
            # The whole second that has begun: what is told of it so far is in the picture.
            return replace(self._known[self._version], at=float(math.ceil(self._at)))

    def now(self) -> float:
        """What time it is, in whole epoch seconds."""
        return float(int(self.present()))

    def present(self) -> float:
        """What time it is, in epoch seconds."""
        return float(self._clock())

    def hold(self, held: bool) -> None:
        """Stay at the moment that is shown while the store cannot be asked about any other; or go on."""
        with self._lock:
            self._held = held

    def known(self, moment: Moment) -> Moment:
        """The same moment, with what is known of its tables."""
        with self._lock:
            known = self._known.get(moment.version)
        return moment if known is None or moment.tables else replace(known, at=moment.at)

    def _show(self, now: float) -> None:
        calm = min((CALMER.get(table, CALM) for table in self._changed), default=0.0)
        if self._landed == self._version or 0 <= now - self._moved < calm:
            return
        self._version, self._at, self._moved = self._landed, now, now
        self._tables |= dict.fromkeys(self._changed, self._version)
        self._changed.clear()
        self._note()

    def _note(self) -> None:
        self._known[self._version] = Moment(self._version, 0.0, dict(self._tables), dict(self._newest))
        while len(self._known) > KNOWN:
            self._known.popitem(last=False)

    def feeds(self) -> dict[str, FeedState]:
        """All feeds as they stand."""
        with self._lock:
            return dict(self._feeds)
