"""Looking after what a city stands on: what is away is noted, and what was cut short is landed once it can be."""

import logging
import threading

from data_access.city import City
from data_access.errors import StoreFailed
from data_access.health import Health
from data_access.troubles import LANDING, OPERATIONS, STORE
from ingest.pipeline import caught_up

log = logging.getLogger(__name__)
EVERY = 2.0
"""Seconds between two looks."""


class Tending:
    """A thread that looks every two seconds. While the store is away, screens stay at the moment they show."""

    def __init__(self, city: City):
        self._city, self._health = city, Health(city)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="tending", daemon=True)

    def start(self) -> "Tending":
        """Begin; returns itself."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """End after the look at hand."""
        self._stop.set()
        self._thread.join(10)

    def look(self) -> None:
        """Ask both databases, and where batches could not be landed try whether they can be."""
        answers, troubles = self._health.answers(), self._city.troubles
        for key in (STORE, OPERATIONS):
            troubles.note(key, answers[key].wrong)
        self._city.live.hold(troubles.get(STORE) is not None)
        if troubles.get(STORE) is None and (len(self._city.journal) or troubles.get(LANDING)):
            try:
                caught_up(self._city)
            except StoreFailed as error:
                log.warning("The store takes nothing new: %s", error)

    def _run(self) -> None:
        while not self._stop.wait(EVERY):
            try:
                self.look()
            except Exception:
                log.exception("What the city stands on could not be looked after")
