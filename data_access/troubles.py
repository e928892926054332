"""What is away or refuses its service, since when: told to every screen until it is well again."""

import threading
import time
from dataclasses import dataclass

STORE, LANDING, OPERATIONS, CACHE = "store", "landing", "operations", "cache"
"""The analytics store does not answer, or takes nothing new; the operations database, the shared cache is away."""
BROKER = "broker:"
"""Before the key of a feed whose broker is away."""


@dataclass(frozen=True)
class Trouble:
    """One of them: since when (epoch seconds), and the first words of what was told about it."""

    key: str
    since: float
    detail: str


class Troubles:
    """The troubles of one city. Thread-safe. `changes` counts how often one began or ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, Trouble] = {}
        self.changes = 0

    def begin(self, key: str, detail: str) -> None:
        """Note a trouble; one that lasts keeps its beginning."""
        with self._lock:
            if key not in self._known:
                self._known[key] = Trouble(key, time.time(), detail[:300])
                self.changes += 1

    def end(self, key: str) -> None:
        """Note that all is well there; again: does nothing."""
        if key in self._known:
            with self._lock:
                self.changes += self._known.pop(key, None) is not None

    def note(self, key: str, wrong: str) -> None:
        """Begin a trouble, or end it where nothing is wrong."""
        self.begin(key, wrong) if wrong else self.end(key)

    def get(self, key: str) -> Trouble | None:
        """A trouble that lasts, or None."""
        return self._known.get(key)

    def all(self) -> tuple[Trouble, ...]:
        """All that last, the oldest first."""
        with self._lock:
            return tuple(sorted(self._known.values(), key=lambda trouble: trouble.since))
