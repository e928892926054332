"""What the screens of one wall are told, the same by every process: scene and turn, alarm, who steers, faults."""

import hashlib
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cache
from pathlib import Path

from callbacks.posted import words
from callbacks.scenes import Known, checked, query_of, read_address, role
from components.troubles import told as troubles_of
from data_access.city import City
from data_access.errors import OperationsFailed, StoreFailed
from data_access.health import release
from data_access.operations.walls import Case, Noted
from data_access.queries.alarms import Alarm, Waiting, alarm, waiting
from data_access.walls.declared import WHOLE, Screen, Shown, Wall
from data_access.walls.desk import AWAY, Desk, Seen
from data_access.walls.standing import Standing
from data_access.words import T

log = logging.getLogger(__name__)
EVERY = 0.1
"""Seconds for which an answer serves whoever asks in this process."""
AGAIN = 10.0
"""Seconds after which scenes are checked again."""
PATIENCE = 5.0
"""Seconds for which a change waits for a thread that does not come back from a database."""
NOTED = 60.0
"""Seconds for which a wall tells who took note of an alarm."""
ROOT = Path(__file__).parents[1]
RUNS = ("assets", "callbacks", "components", "data_access", "pages")
"""What makes a release, as a screen sees it: it loads itself anew when any of it has changed."""


class Board:
    """One wall of a process. Thread-safe."""

    def __init__(self, city: City, known: Known, wall: Wall):
        self.wall, self.desk = wall, Desk(city.operations, wall.key)
        self._city, self._known, self._release = city, known, release_digest()
        self._lock = threading.RLock()
        self._until, self._told = 0.0, ("", {})
        self._checked: tuple[object, float, tuple[list[Shown], list[T]]] = (None, 0.0, ([], []))
        self._waiting: list[Waiting] = []
        self._logged: set[T] = set()

    def told(self) -> tuple[str, dict]:
        """A tag that changes whenever anything changes, and all there is to tell but the time.

        While another thread finds out what is new, whoever asks gets what was told last: a database that hangs
        holds up one thread and not all of them.
        """
        if not self._lock.acquire(blocking=not self._told[0]):
            return self._told
        try:
            if time.monotonic() >= self._until:
                self._renew()
            return self._told
        finally:
            self._lock.release()

    def do(self, act: Callable[[Standing, float], Standing]) -> Standing:
        """Have the wall stand as `act` makes of how it stands now. Raises OperationsFailed, and what it raises."""
        with self._held():
            seen = self._seen()
            self.desk.change(seen, lambda standing: act(standing, seen.now))
            standing = self.desk.settled(seen)
        self.changed()
        return standing

    def now(self) -> float:
        """What time it is, in epoch seconds."""
        return self._city.live.present()

    def waits(self, case: Case) -> bool:
        """Whether a case is one that an alarm is about, noted or not."""
        with self._held():
            return case in {_case(one) for one in self._queue()}

    def changed(self) -> None:
        """Have whoever asks from now on told of what was stored just now."""
        self._until = 0.0
        with suppress(OperationsFailed, StoreFailed), self._held():
            self._renew()

    @contextmanager
    def _held(self) -> Iterator[None]:
        if not self._lock.acquire(timeout=PATIENCE):
            raise OperationsFailed(AWAY)
        try:
            yield
        finally:
            self._lock.release()

    def _renew(self) -> None:
        self._told = self._tell()
        self._until = time.monotonic() + EVERY

    def _seen(self) -> Seen:
        """What there is now, by a fresh look at what is shared."""
        self.desk.look()
        cycle = tuple((one.scene.key, one.scene.seconds) for one in self._scenes()[0])
        first = next(iter(self._open()), None)
        name = "" if first is None else _name(first)
        return Seen(cycle, name, self._city.live.moment().version, self.now())

    def _tell(self) -> tuple[str, dict]:
        seen = self._seen()
        standing = self.desk.settled(seen)
        shown, faults = self._scenes()
        found = {
            "moment": str(self._city.live.moment()),
            "release": self._release,
            "wall": _wall(self.wall, self._known) | {"zone": self._city.profile.zone},
            "scenes": [_scene(one) for one in shown],
            "turn": _turn(standing, seen.now),
            "alarm": self._alarm(standing),
            "noted": self._noted(seen.now),
            "steered": self._steered(standing),
            "faults": [words(fault) for fault in faults],
            "troubles": troubles_of(self._city) if self._city.troubles.changes else [],
        }
        return hashlib.sha256(json.dumps(found).encode()).hexdigest()[:16], found

    def _scenes(self) -> tuple[list[Shown], list[T]]:
        """The scenes that can be shown, and all faults; checked again now and then, as the city changes."""
        saved = tuple(one.scene for one in self.desk.saved())
        key, due, found = self._checked
        if key != saved or time.monotonic() >= due:
            try:
                scenes, faults = checked(self._city, self._known, self.wall, (*self.wall.scenes, *saved))
                found = scenes or [self._whole()], faults
            except StoreFailed:
                found = found if found[0] else ([self._whole()], [])
            self._checked = saved, time.monotonic() + AGAIN, found
            self._log(found[1])
        return found

    def _whole(self) -> Shown:
        return replace(WHOLE, view=WHOLE.view.but(lang=self.wall.lang, theme=self.wall.theme))

    def _log(self, faults: list[T]) -> None:
        for fault in set(faults) - self._logged:
            log.warning("The wall %s: %s", self.wall.key, fault.en)
        self._logged |= set(faults)

    def _queue(self) -> list[Waiting]:
        """The cases that alarms are about; those known last while the store is away."""
        try:
            self._waiting = waiting(self._city, self._city.live.now())
        except StoreFailed:
            log.debug("Alarms are those known last.")
        return self._waiting

    def _notes(self, queue: list[Waiting]) -> dict[Case, Noted]:
        return self.desk.noted([_case(one) for one in queue]) if queue else {}

    def _open(self) -> list[Waiting]:
        """Those of them that nobody has taken note of."""
        queue = self._queue()
        notes = self._notes(queue)
        return [one for one in queue if _case(one) not in notes]

    def _noted(self, now: float) -> dict | None:
        """Who took note last of a case that waits, for a while."""
        last = max(self._notes(self._queue()).values(), key=lambda note: note.at, default=None)
        return {"by": last.by, "at": last.at} if last and 0 <= now - last.at < NOTED else None

    def _alarm(self, standing: Standing) -> dict | None:
        """The alarm of the standing; None where this process does not know the case yet."""
        left = self._open()
        first = next((one for one in left if _name(one) == standing.alarm), None)
        if first is None:
            return None
        about = alarm(self._city, first)
        view = about.view.but(lang=self.wall.lang, theme=self.wall.theme)
        return _about(about) | {"since": standing.alarmed, "query": query_of(view), "waiting": len(left) - 1}

    def _steered(self, standing: Standing) -> dict | None:
        steering = standing.steering
        if steering is None:
            return None
        query = query_of(read_address(steering.address, self.wall)[0])
        return {"by": steering.by, "query": query, "layout": steering.layout, "since": steering.since}


@cache
def release_digest() -> str:
    """What changes with whatever a screen has loaded: the release, the code, the assets."""
    whole = hashlib.sha256(release()["version"].encode())
    for folder in RUNS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and path.suffix in (".py", ".js", ".css"):
                whole.update(f"{path.relative_to(ROOT)}".encode() + path.read_bytes())
    return whole.hexdigest()[:16]


def _wall(wall: Wall, known: Known) -> dict:
    named = {"key": wall.key, "title": words(wall.title), "lang": wall.lang, "theme": wall.theme}
    return named | {"screens": [_screen(screen, known) for screen in wall.screens]}


def _screen(screen: Screen, known: Known) -> dict:
    width, height = screen.size
    named = {"key": screen.key, "title": words(screen.title), "canvas": screen.canvas}
    return named | {"width": width, "height": height, "layout": role(known, screen)}


def _scene(one: Shown) -> dict:
    scene = one.scene
    told = {"key": scene.key, "title": words(scene.title), "layout": scene.layout, "query": query_of(one.view)}
    return told | {"seconds": scene.seconds, "saved": scene.saved}


def _turn(standing: Standing, now: float) -> dict:
    """The turn; without an end while the rotation stands still."""
    place, since, until = standing.turn(now)
    pause = standing.pause
    told = {"scene": place, "since": since, "until": until if standing.held is None else None}
    return told | {"paused": pause and {"by": pause.by, "until": pause.until}}


def _about(about: Alarm) -> dict:
    one, holder = about.waiting, about.holder
    named = {"case": one.case_id, "spell": one.spell, "type": words(about.title), "place": words(about.place)}
    told = named | {"reported": one.reported, "limit": one.limit}
    return told | {"holder": holder and {"role": words(holder.role), "name": holder.name}}


def _case(one: Waiting) -> Case:
    return one.case_id, one.spell


def _name(one: Waiting) -> str:
    return f"{one.spell} {one.case_id}"
