"""How a wall stands: where its rotation is, and who holds it. Pure rules; all its screens share the outcome."""

from dataclasses import dataclass, replace

from pydantic import TypeAdapter, ValidationError

from data_access.walls.turning import Cycle, Turn, carried, moved, turn

PAUSE = 120.0
"""Seconds after which a pause ends that nobody renews by another touch."""
LEASE = 20.0
"""Seconds after which a wall is let go that whoever steers it does not renew."""
LATE = 60.0
"""Seconds for which a screen may show a scene whose turn has ended, as the next is being loaded.

As long as its pages are waited for: LONGEST in assets/wall/stages.js.
"""
BEHIND = 5.0
"""Seconds for which a process that knows less data than another believes it about alarms."""


@dataclass(frozen=True)
class Pause:
    """The rotation stands still: by whom (empty: by a touch), since and until when, epoch seconds."""

    by: str
    since: float
    until: float


@dataclass(frozen=True)
class Steering:
    """Somebody steers the wall: to which address, in which layout; since when, and until when if not renewed."""

    by: str
    address: str
    layout: str
    since: float
    until: float


@dataclass(frozen=True)
class Standing:
    """How a wall stands. Moments are epoch seconds.

    The first scene of `cycle` began at `anchor`, or would have. `held` is since when the rotation stands still.
    `alarm` names the case that pre-empts it, empty for none; `alarmed` says since when, and `version` by which
    version of the data.
    """

    cycle: Cycle
    anchor: float
    held: float | None = None
    pause: Pause | None = None
    steering: Steering | None = None
    alarm: str = ""
    alarmed: float = 0.0
    version: int = 0

    def turn(self, now: float) -> Turn:
        """Whose turn it is at `now`."""
        return turn(self._seconds, self.anchor, self._at(now))

    def settled(self, cycle: Cycle, alarm: str, version: int, now: float) -> "Standing":
        """The same at `now`, with the scenes there are, and the alarm there is by a version of the data.

        What has run out ends, and a rotation that nothing holds any more goes on where it was.
        """
        new = self
        if new.pause and _over(new.pause.since, new.pause.until, now, PAUSE):
            new = replace(new, pause=None)
        if new.steering and _over(new.steering.since, new.steering.until, now, LEASE):
            new = replace(new, steering=None)
        behind = version < new.version and 0 <= now - new.alarmed < BEHIND
        if alarm != new.alarm and not behind:
            new = replace(new, alarm=alarm, alarmed=now, version=version)
        if cycle != new.cycle:
            new = replace(new, cycle=cycle, anchor=carried(new.cycle, new.anchor, cycle, new._at(now)))
        return new._hold(now)

    def paused(self, by: str, now: float, shown: float = 0.0) -> "Standing":
        """Paused from `now` on, or for longer.

        A screen that is late still shows the scene that had its turn at `shown`; what was touched stays.
        """
        since = self.pause.since if self.pause else now
        begun = self.turn(now)[1]
        ended = turn(self._seconds, self.anchor, shown)[2]
        late = shown < begun <= ended + LATE
        return replace(self, pause=Pause(by, since, now + PAUSE))._hold(shown if late else now)

    def resumed(self, now: float) -> "Standing":
        """Not paused."""
        return replace(self, pause=None)._hold(now)

    def stepped(self, by: int, now: float) -> "Standing":
        """At the scene so many places on, or back, from its beginning; what stands still stands there."""
        return replace(self, anchor=moved(self._seconds, self.anchor, self._at(now), by))

    def steered(self, by: str, address: str, layout: str, now: float) -> "Standing":
        """Steered by `by`, whoever did before."""
        same = self.steering is not None and self.steering.by == by
        since = self.steering.since if same else now
        return replace(self, steering=Steering(by, address, layout, since, now + LEASE))._hold(now)

    def let_go(self, now: float) -> "Standing":
        """Steered by nobody."""
        return replace(self, steering=None)._hold(now)

    @property
    def _seconds(self) -> list[int]:
        return [lasts for _, lasts in self.cycle]

    def _at(self, now: float) -> float:
        """Up to when the rotation has gone."""
        return now if self.held is None else self.held

    def _hold(self, now: float) -> "Standing":
        holds = bool(self.pause or self.steering or self.alarm)
        if holds == (self.held is not None):
            return self
        if holds:
            return replace(self, held=now)
        return replace(self, held=None, anchor=self.anchor + (now - self.held))


def _over(since: float, until: float, now: float, lasts: float) -> bool:
    """Whether something is over; also where the clock was set back since. Clocks of servers differ a little."""
    return now >= until or now < since - lasts


_FORM = TypeAdapter(Standing)


def written(standing: Standing) -> str:
    """How a wall stands, as JSON."""
    return _FORM.dump_json(standing).decode()


def read(text: str) -> Standing | None:
    """How a wall stands, from JSON; None for what is none, so that it begins anew."""
    try:
        return _FORM.validate_json(text)
    except ValidationError:
        return None
