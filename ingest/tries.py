"""What an adapter has been doing: its last tries, for people."""

import threading
import time
from collections import deque

from data_access.live import Tried

KEPT = 50


class Tries:
    """The last tries of an adapter, the newest last. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: deque[Tried] = deque(maxlen=KEPT)

    def note(self, what: str, error: str = "") -> None:
        """Note a try that was made just now."""
        with self._lock:
            self._kept.append(Tried(time.time(), what, error))

    def last(self) -> list[Tried]:
        """The tries that are remembered."""
        with self._lock:
            return list(self._kept)
