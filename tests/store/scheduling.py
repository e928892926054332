"""A city whose clock a test moves, with a scheduler that is driven by hand."""

from dataclasses import replace
from datetime import datetime

from data_access.operations import runs
from data_access.operations.database import open_operations
from data_access.schedules import Schedule, Target
from data_access.words import T
from reports.pool import Pool
from reports.scheduler import Scheduler

SEVEN = datetime.fromisoformat("2026-03-18T07:00:00+08:00").timestamp()
"""When the morning report of the city's present day is due."""
DAY = 86400.0


class Desk:
    """A city whose clock and settings a test moves, a scheduler that is driven by hand, a database of its own."""

    def __init__(self, city, folder):
        self.now, self.folder = SEVEN - DAY - 60, folder
        self.out = folder / "out"
        self.out.mkdir()
        database = open_operations(f"sqlite:///{folder / 'operations.db'}")
        city.live._clock = lambda: self.now
        self.city = replace(city, operations=database, settings=city.settings.model_copy(update={"home": folder}))
        self.pool = Pool(self.city, "")

    def set(self, **settings):
        self.city = replace(self.city, settings=self.city.settings.model_copy(update=settings))
        self.pool.city = self.city

    def scheduler(self, *schedules):
        """One that has looked once: its schedules are known from now on."""
        made = Scheduler(self.city, schedules, self.pool)
        made.look()
        return made

    def at(self, now, *schedulers):
        """Look and work at a moment."""
        self.now = now
        self.city.live.moment()
        for one in schedulers:
            one.look()
            one.work()

    @property
    def history(self):
        return runs.history(self.city.operations, 100)[0]

    @property
    def files(self):
        return sorted(path.name for path in self.out.iterdir())

    def to(self, *targets, key="morning", **more):
        return Schedule(
            key, T("早报", "Morning"), "daily", "/unit/410105", "csv", "0 7 * * *", targets, "en", **more
        )

    @property
    def folder_target(self):
        return Target("folder", (str(self.out),))
