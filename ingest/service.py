"""The feeds of a server: started in the process that owns the store, stopped in order."""

import logging
import threading
from dataclasses import dataclass, field

from data_access.city import City
from data_access.live import Way
from data_access.settings import Settings
from ingest.adapters import Running, adapters
from ingest.feedfile import FeedDefinition, read_feeds
from ingest.intake import Intake

log = logging.getLogger(__name__)


def declared(settings: Settings) -> tuple[FeedDefinition, ...]:
    """The feeds that the settings' feeds file declares. Raises BadSource with file, line and key."""
    path = settings.feeds
    return read_feeds(path) if path is not None and str(path) != "." else ()


@dataclass
class Service:
    """The intakes of all declared feeds by key, and what runs for them."""

    intakes: dict[str, Intake]
    _running: list[tuple[str, Running]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def of(cls, city: City, definitions: tuple[FeedDefinition, ...]) -> "Service":
        """The service of an open city. Raises SettingsError for a feed whose secret is not set."""
        return cls({d.key: Intake(city, d) for d in definitions})

    def start(self) -> None:
        """Start the adapters of all feeds, in the file's order. Raises SettingsError: then none runs."""
        try:
            for key, intake in self.intakes.items():
                self._begin(key, intake)
        except Exception:
            self.stop()
            raise

    def _begin(self, key: str, intake: Intake) -> None:
        """Start what fetches or listens for a feed, and let its tries be seen."""
        adapter, tries = adapters()[intake.definition.source.adapter], intake.tries
        if adapter.start is not None:
            running = adapter.start(intake, intake.definition.source)
            self._running.append((key, running))
            tries = getattr(running, "tries", tries)
        intake.city.live.ways[key] = Way(adapter.title, tries.last)

    def stop(self) -> None:
        """Stop what runs, the last started first; each ends after the batch it is at. Again: does nothing."""
        with self._lock:
            running, self._running = self._running, []
        for key, one in reversed(running):
            try:
                one.stop()
            except Exception:
                log.exception("The feed %s did not stop in good order.", key)

    def running(self, key: str) -> Running | None:
        """What runs for a feed, or None."""
        return dict(self._running).get(key)
