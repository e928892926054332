"""What keeps a served city alive: its feeds, and the simulator of the reference city."""

import atexit
from multiprocessing.util import Finalize

from flask import Flask

from callbacks import control, intake
from data_access.city import City
from data_access.sealing import keep_sealed
from data_access.settings import Settings
from demo.reference import simulator, town_of
from ingest.feedfile import FeedDefinition
from ingest.service import Service
from ingest.tending import Tending
from reports.pool import Pool
from reports.schedulefile import declared_schedules
from reports.scheduler import Scheduler


def begin(server: Flask, settings: Settings, city: City, feeds: tuple[FeedDefinition, ...], pool: Pool) -> Service:
    """Start all of it, and tell other commands where this process answers; it is stopped when the process ends.

    Raises SettingsError when something that a feed needs is not set.
    """
    service = Service.of(city, feeds)
    intake.register(server, settings, service.intakes)
    city.store.announce(settings.own_url, control.register(server, city, pool))
    service.start()
    keep_sealed(city.store, lambda: city.live.moment().at)
    tending = Tending(city).start()
    scheduler = Scheduler(city, declared_schedules(settings), pool).start()
    if city.profile.seed and settings.live:
        simulator(city, town_of(city)).start()
    # A server's worker ends as a process of multiprocessing, which does not look at atexit.
    for stop in (scheduler.stop, pool.close, tending.stop, service.stop):
        Finalize(None, stop, exitpriority=10)
        atexit.register(stop)
    return service
