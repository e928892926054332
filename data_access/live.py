"""What is live: the data version, the moment screens show, and when each feed last spoke."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from data_access.profile import Feed

SILENT_AFTER = 3.0
"""A feed that has not spoken for this many of its intervals is silent."""


@dataclass(frozen=True)
class Moment:
    """What a screen shows: data version, and the UTC epoch second up to which it speaks."""

    version: int
    at: float

    def __str__(self) -> str:
        return f"{self.version}-{self.at:.0f}"


@dataclass(frozen=True)
class FeedState:
    """A feed as it stands: when it last spoke, the newest event it told of (epoch seconds), and its counts."""

    feed: Feed
    last_seen: float | None = None
    watermark: float | None = None
    accepted: int = 0
    rejected: int = 0

    def age(self, at: float) -> float | None:
        """Seconds since it last spoke, None when it never did."""
        return None if self.last_seen is None else max(0.0, at - self.last_seen)

    def silent(self, at: float) -> bool:
        """Tell whether it is overdue at the moment `at`."""
        age = self.age(at)
        return age is None or age > SILENT_AFTER * self.feed.interval


class Live:
    """The one place where a landed batch becomes visible. Thread-safe."""

    def __init__(self, feeds: tuple[Feed, ...], version: int, tick: float, clock: Callable[[], float] = time.time):
        self._lock = threading.Lock()
        self._tick = tick
        self._clock = clock
        self._version = version
        self._at = clock()
        self._feeds = {feed.key: FeedState(feed) for feed in feeds}

    def seen(self, key: str, at: float, watermark: float | None, accepted: int = 0, rejected: int = 0) -> None:
        """Note that a feed spoke at `at`; does not move the version."""
        with self._lock:
            state = self._feeds.get(key)
            if state is None:
                return
            marks = [m for m in (state.watermark, watermark) if m is not None]
            self._feeds[key] = replace(
                state,
                last_seen=max(at, state.last_seen or 0),
                watermark=max(marks) if marks else None,
                accepted=state.accepted + accepted,
                rejected=state.rejected + rejected,
            )

    def bump(self) -> int:
        """Move the version on: something has landed."""
        with self._lock:
            self._version += 1
            self._at = self._clock()
            return self._version

    def follow(self, other: "Live") -> None:
        """Take over the feeds and the version of `other`, which knows of batches that another process landed."""
        feeds, version = other.feeds(), other.moment().version
        with self._lock:
            if version > self._version:
                self._feeds, self._version, self._at = feeds, version, self._clock()

    def moment(self) -> Moment:
        """The moment to show now: moves on with every landed batch, and by itself every tick."""
        with self._lock:
            now = self._clock()
            if now - self._at >= self._tick or now < self._at:
                self._at = now
            return Moment(self._version, float(int(self._at)))

    def feeds(self) -> dict[str, FeedState]:
        """All feeds as they stand."""
        with self._lock:
            return dict(self._feeds)
