"""Making scheduled reports: a thread that writes down which are due, and one that makes and delivers them.

What is due, tried and delivered stands in the operations database, so that it outlives the process. A run that was
missed is made up for once, as of its due time; the ones before it are only counted.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable

from data_access.city import City
from data_access.errors import OperationsFailed
from data_access.operations import runs
from data_access.operations.runs import Run
from data_access.schedules import Schedule, dues
from data_access.words import T
from reports.checking import known_as
from reports.delivery.sent import Undelivered
from reports.pool import Pool
from reports.running import Failed, Runner

log = logging.getLogger(__name__)
EVERY = 1.0
"""Seconds between two looks at the clock."""
PAUSES = (120.0, 600.0)
"""Seconds after the first try, and after the second, until the next."""
LEASE = 60.0
"""Seconds after which a run is taken up again whose process is heard of no more."""
BROKEN = T("没有做成：{why}。详情见服务日志。", "It could not be made: {why}. The server's log has more.")
CUT = T("服务在做到一半时停止。", "The server ended while it was at it.")


class Scheduler:
    """The schedules of a server, made by its pool; `clock` is the city's."""

    def __init__(self, city: City, schedules: Iterable[Schedule], pool: Pool):
        self._city, self._pool = city, pool
        self.schedules = {schedule.key: schedule for schedule in schedules}
        self._runner = Runner(city, pool)
        self._stop, self._wake = threading.Event(), threading.Event()
        self._at: Run | None = None
        self._known = False
        self._threads = [
            threading.Thread(target=self._loop, args=(name, work), name=f"reports-{name}", daemon=True)
            for name, work in (("clock", self.look), ("make", self.work))
        ]

    def start(self) -> "Scheduler":
        """Begin, with what there is known already; returns itself."""
        self._try("clock", self.look)
        for thread in self._threads:
            thread.start()
        return self

    def stop(self) -> None:
        """Begin nothing more; a run at hand is taken up again by whoever starts next."""
        self._stop.set()
        self._wake.set()
        for thread in self._threads:
            thread.join(5)

    def poke(self) -> None:
        """Look at once: something was asked for by hand."""
        self._wake.set()

    def look(self) -> None:
        """Write down what has become due since the last look, and that the run at hand is still worked on."""
        now, engine, zone = self._city.live.present(), self._city.operations, self._city.profile.zone
        if not self._known:
            runs.know(engine, [known_as(self._city, one) for one in self.schedules.values()], now)
            self._known = True
        last = runs.last_dues(engine)
        for one in runs.known(engine):
            if one.key in self.schedules:
                since = max(one.since, last.get(one.key, 0.0))
                due = dues(one.when, since, now, zone)
                if due and runs.add(engine, one.key, due[-1], now, len(due) - 1):
                    self._wake.set()
        if (run := self._at) is not None:
            runs.renew(engine, run, now + LEASE)

    def work(self) -> None:
        """Make every run that is to be tried now."""
        while not self._stop.is_set():
            run = runs.claim(self._city.operations, self._city.live.present(), LEASE)
            if run is None:
                return
            self._at = run
            try:
                self._attempt(run)
            finally:
                self._at = None

    def _attempt(self, run: Run) -> None:
        engine, tries = self._city.operations, len(PAUSES) + 1
        if run.tries > tries and not run.why.en:
            runs.fail(engine, run, CUT, self._city.live.present(), None)
            return
        try:
            self._runner.run(self.schedules.get(run.schedule), run)
        except OperationsFailed:
            raise
        except Exception as error:
            if self._stop.is_set():
                return
            self._failed(run, error)
            return
        runs.finish(engine, run, self._city.live.present())
        log.info("report %s of %s is delivered", run.schedule, time.strftime("%F %T", time.gmtime(run.due)))

    def _failed(self, run: Run, error: Exception) -> None:
        told, lasting = BROKEN.fill(why=type(error).__name__), False
        if isinstance(error, Failed):
            told, lasting = error.told, error.lasting
        elif isinstance(error, Undelivered):
            told = error.told
        else:
            log.exception("report %s failed", run.schedule)
        now = self._city.live.present()
        again = None if lasting or run.tries > len(PAUSES) else now + PAUSES[run.tries - 1]
        runs.fail(self._city.operations, run, told, now, again)
        log.warning("report %s, try %d: %s", run.schedule, run.tries, told.en)

    def _loop(self, name: str, work: Callable[[], None]) -> None:
        while not self._stop.is_set():
            self._try(name, work)
            if name == "make":
                self._wake.wait(EVERY)
                self._wake.clear()
            else:
                self._stop.wait(EVERY)

    def _try(self, name: str, work: Callable[[], None]) -> None:
        try:
            work()
        except OperationsFailed as error:
            log.warning("reports: %s", error)
        except Exception:
            log.exception("reports: the %s failed", name)
