"""The city of a soak, founded and served by a clock that can be set.

``python -m bench.soak.served found`` founds the small reference city in the settings' home; ``serve`` serves it.
The clock is this machine's and what the file `CLOCK` in the home says, in seconds. The process that serves imports
nothing of the city itself: the engine does not survive the fork of its worker.
"""

import multiprocessing
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

CLOCK = "clock"
EVERY = 0.1
"""Seconds for which what the file says is believed."""
ROOT = Path(__file__).resolve().parents[2]


def moved(file: Path) -> Callable[[], float]:
    """This machine's time and as many seconds as a file says at that moment."""
    real, known = time.time, [0.0, float("-inf")]

    def now() -> float:
        if time.monotonic() - known[1] > EVERY:
            known[:] = float(file.read_text()), time.monotonic()
        return real() + known[0]

    return now


def set_clock() -> None:
    """Have everything in this process go by the clock of its home; before anything of the city is imported."""
    time.time = moved(Path(os.environ["JINGWEI_HOME"]) / CLOCK)


def found() -> None:
    """Found the city, with its history up to now."""
    set_clock()
    from data_access.settings import COMPLETE, read_settings
    from demo.reference import SEED, found

    settings = read_settings()
    found(settings, "small", SEED, lambda what, part: None).close()
    (settings.home / COMPLETE).touch()


def serve() -> None:
    """Serve it until the process is ended; the worker is a fork, and goes by the clock that is set here."""
    multiprocessing.set_start_method("fork")
    set_clock()
    from granian import Granian
    from granian.constants import Interfaces

    port = int(os.environ["JINGWEI_PORT"])
    target = f"{ROOT / 'app.py'}:wsgi"
    Granian(
        target, factory=True, interface=Interfaces.WSGI, port=port, blocking_threads=8, websockets=False
    ).serve()


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    {"found": found, "serve": serve}[sys.argv[1]]()
