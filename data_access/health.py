"""Whether the databases answer, how large the store's tables are, and what the process itself takes."""

import importlib.metadata
import platform
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from dataclasses import dataclass
from pathlib import Path

import chdb
from sqlalchemy import func, literal, select

from data_access.city import City
from data_access.store import tables
from data_access.store.store import Size

PATIENCE = 1.0
"""Seconds in which a database must answer a trivial question to be called well."""
KEPT = 30.0
"""Seconds for which what is asked of the store's part list is kept."""


@dataclass(frozen=True)
class Answer:
    """How a database answered a trivial question: after how many seconds, or what was wrong."""

    seconds: float | None
    wrong: str = ""


class Health:
    """Looks after one city's databases. A question that hangs is waited for, never asked beside itself."""

    def __init__(self, city: City):
        self._probes = {"store": lambda: _ask_store(city), "operations": lambda: _ask_operations(city)}
        self._pool = ThreadPoolExecutor(len(self._probes), thread_name_prefix="health")
        self._open: dict[str, Future] = {}

    def answers(self) -> dict[str, Answer]:
        """How ``store`` and ``operations`` answer now, within `PATIENCE`."""
        until = time.monotonic() + PATIENCE
        asked = {name: self._asked(name, probe) for name, probe in self._probes.items()}
        return {name: _within(future, until - time.monotonic()) for name, future in asked.items()}

    def _asked(self, name: str, probe: Callable[[], object]) -> Future:
        future = self._open.get(name)
        if future is None or future.done():
            future = self._open[name] = self._pool.submit(_timed, probe)
        return future


@dataclass(frozen=True)
class Stock:
    """What the store holds: sizes by table, and lines that had been there before by feed."""

    sizes: dict[str, Size]
    duplicates: dict[str, int]


def stock(city: City) -> Stock:
    """What the store holds, at most `KEPT` seconds ago."""
    return city.cache.get(("stock", int(time.monotonic() / KEPT)), lambda: _stock(city))


def threads() -> int:
    """How many threads the process has, those of the engine included."""
    return sum(1 for _ in Path("/proc/self/task").iterdir())


def release() -> dict[str, str]:
    """The releases of Jingwei, Python and the embedded engine."""
    ours = importlib.metadata.version("jingwei")
    return {"version": ours, "python": platform.python_version(), "engine": str(chdb.engine_version)}


def _stock(city: City) -> Stock:
    b = tables.batch.c
    rows = city.store.rows(select(b.feed, func.sum(b.duplicates).label("n")).group_by(b.feed))
    return Stock(city.store.sizes(), {row["feed"]: row["n"] for row in rows})


def _ask_store(city: City) -> None:
    city.store.rows(select(literal(1).label("one")))


def _ask_operations(city: City) -> None:
    with city.operations.connect() as connection:
        connection.execute(select(1)).scalar_one()


def _timed(probe: Callable[[], object]) -> float:
    begun = time.perf_counter()
    probe()
    return time.perf_counter() - begun


def _within(future: Future, seconds: float) -> Answer:
    try:
        return Answer(future.result(max(seconds, 0.0)))
    except TooLate:
        return Answer(None, f"no answer within {PATIENCE:g} s")
    except Exception as error:
        return Answer(None, type(error).__name__)
