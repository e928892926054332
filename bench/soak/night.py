"""A wall and its server in a soak: looked at all the time, and put through one event after another."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bench.apart import Progress
from bench.soak.browser import Wall
from bench.soak.house import House
from bench.soak.plan import MIDNIGHT, SERVER_CLOCK, WALL_CLOCK, Plan
from bench.soak.verdicts import Course, Sample

WEEKDAYS = "一二三四五六日"
NEAR = 2
"""Seconds by which what a wall says of the time may differ from the server's."""
LOOK = 0.2
CALM = (MIDNIGHT, WALL_CLOCK, SERVER_CLOCK)
"""Events by which the network is not touched."""
PATIENCE = 60.0
"""Seconds in which a wall must be whole again."""


class Stopped(Exception):
    """Somebody ended the soak."""


class Night:
    """All there is of a running soak; `stop()` has it end at the next look."""

    def __init__(self, house: House, wall: Wall, plan: Plan, zone: ZoneInfo, progress: Progress):
        self.house, self.wall, self.plan, self.course = house, wall, plan, Course()
        self._zone, self._progress = zone, progress
        self._begun = time.monotonic()
        self._stopped, self._event = False, ""
        self._out: float | None = None
        self._pages: set[int] = set()
        self._due = 0.0

    def stop(self) -> None:
        """Have it end at the next look."""
        self._stopped = True

    def ended(self) -> None:
        """Raises Stopped where somebody ended it."""
        if self._stopped:
            raise Stopped

    def begin(self) -> None:
        """Have its time begin now, with the page that is open, and clocks that make midnight come when due."""
        self.house.ahead = max(self.house.ahead, self.plan.ahead(time.time(), self._zone))
        self.house.set_clock(0.0)
        self.wall.set_clock(self.house.ahead)
        self.settles(NEAR + 1)
        self._begun, self._pages = time.monotonic(), set()
        self.midnight = _next_midnight(self._there()).timestamp()

    def finished(self) -> Course:
        """All that was seen."""
        found = self.wall.complaints
        self.course.console, self.course.page, self.course.network = found.console, found.page, found.network
        self.course.lasted = round(self.at, 1)
        return self.course

    @property
    def at(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self._begun

    def idle(self, until: float) -> None:
        """Look and measure until that second of the soak."""
        while self.at < until:
            self.pulse()
            self.pause(min(LOOK * 5, max(until - self.at, 0)))

    def pause(self, seconds: float) -> None:
        """Let the page go on for a little. Raises Stopped."""
        self.ended()
        self.wall.page.wait_for_timeout(1000 * seconds)

    def pulse(self) -> None:
        """Look at wall and server, measure when that is due, and take note of an alarm that is on the wall."""
        look = self.look()
        if look and not self._event and not self.right(look):
            self.course.wrong_dates.append(f"{look['day']} {look['time']}, not {self._there():%m-%d %H:%M:%S}")
        state = self.house.state()
        self._progress("soak", min(1.0, self.at / self.plan.length))
        if not look or state is None:
            return
        if state["alarm"] and look["key"].startswith("alarm") and look["whole"]:
            self.house.note(state["alarm"])
            self.course.alarms += 1
        self._out = None if in_step(look, state) else (self._out or time.monotonic())
        if self.at >= self._due:
            self._due = self.at + self.plan.every
            self._measure(look)

    def _measure(self, look: dict) -> None:
        took = self.wall.take()
        behind = time.monotonic() - self._out if self._out and not self._event else 0.0
        scene = look["key"].split("@")[0].split()[0] if look["key"] else ""
        weight = self.wall.weigh() if look["whole"] else {}
        held, load = self.house.server.resident(), os.getloadavg()[0]
        taken = round(self.at, 1), scene, weight, held, took["longest"], took["task"], behind, load, self._event
        self.course.samples.append(Sample(*taken))
        self.course.scenes += took["scenes"]

    def look(self) -> dict:
        """What the wall shows; empty while its page is being loaded."""
        look = self.wall.look()
        if look:
            self._pages.add(look["begun"])
            self.course.loads = len(self._pages)
        return look

    def seen(self) -> dict:
        """What the wall shows, waited for where its page is being loaded."""
        while not (look := self.look()):
            self.pause(LOOK)
        return look

    @contextmanager
    def event(self, name: str) -> Iterator[None]:
        """While something happens to the wall: what the network is blamed for is counted apart."""
        self._event, self.wall.away = name, name not in CALM
        try:
            yield
            self.pause(LOOK)  # What the page said meanwhile is heard before the event is over.
        finally:
            self._event, self.wall.away, self._out = "", False, None

    def until(self, holds: Callable[[], bool], patience: float = PATIENCE) -> float | None:
        """Seconds until something holds, None when it does not in time."""
        begun = time.monotonic()
        while time.monotonic() - begun < patience:
            if holds():
                return time.monotonic() - begun
            self.pause(LOOK)
        return None

    def whole_again(self, since: float) -> float | None:
        """Seconds until the wall shows what the server says, and heard it after `since` (ms of its own clock)."""

        def holds() -> bool:
            self.pulse()
            look, state = self.look(), self.house.state()
            there = look and state and not look["lost"] and look["whole"] and look["heard"] >= since
            return bool(there) and in_step(look, state)

        return self.until(holds)

    def right(self, look: dict) -> bool:
        """Whether the day and time on the wall are those of the city, by its server's clock."""
        there = self._there()
        said = {_said(datetime.fromtimestamp(there.timestamp() + n, self._zone)) for n in range(-NEAR, NEAR + 1)}
        inside = not look["age"] or abs(look["age"] - there.timestamp()) <= NEAR + 1
        return (look["day"], look["time"]) in said and inside

    def settles(self, seconds: float) -> tuple[float, bool]:
        """Watch the clock for so long: when the last wrong time was seen, and whether that was near the end."""
        begun, last = time.monotonic(), 0.0
        while time.monotonic() - begun < seconds:
            look = self.look()
            if look and not self.right(look):
                last = time.monotonic() - begun
            self.pause(LOOK)
        return last, last > seconds - 2

    def _there(self) -> datetime:
        return datetime.fromtimestamp(self.house.now(), self._zone)


def in_step(look: dict, state: dict) -> bool:
    """Whether a wall shows what its server says."""
    if state["alarm"]:
        return look["key"] == f"alarm {state['alarm']['case']} {state['alarm']['spell']}"
    turn = state["turn"]
    name, _, since = look["key"].partition("@")
    named = name == state["scenes"][turn["scene"]]["key"]
    return named and bool(since) and abs(float(since.split("/")[0]) - turn["since"]) < 0.01


def _next_midnight(at: datetime) -> datetime:
    return (at + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)


def _said(at: datetime) -> tuple[str, str]:
    return f"{at.month}月{at.day}日周{WEEKDAYS[at.weekday()]}", f"{at:%H:%M:%S}"
