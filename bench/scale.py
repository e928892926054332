"""Scale: the same questions of ten million, a hundred million and a billion readings; loading; streaming."""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from bench import asking, building, streaming
from bench.apart import Progress, apart
from bench.figures import Figure, single
from bench.places import settings_of
from data_access.city import City
from data_access.errors import JingweiError
from data_access.opening import open_city
from data_access.settings import COMPLETE
from demo.batches import batches
from demo.records import DAY, table
from demo.reference import table_door, town_of
from reports.browser import require_browser

SIZES = {"10m": "10m", "100m": "100m", "1b": "billion"}
"""Sizes of the reference city, by how the figures name them."""
LOADED_DAYS = 4
Figures = dict[str, Figure]


def run(keep: Path | None, progress: Progress) -> Figures:
    """Build each size, ask the same of all, load in bulk, and stream into the greatest.

    With `keep` the cities stay in that folder, and those that stand there already are not built again.
    """
    require_browser("bench")
    figures: Figures = {"machine.load": single(os.getloadavg()[0], "processes")}
    with _folder(keep) as folder:
        for name, size in SIZES.items():
            figures |= _of_size(folder / name, name, size, progress)
        figures |= _ratios(figures)
        figures |= load(folder / "10m", progress)
        figures |= streaming.measure(folder / "1b", progress)
    return figures


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep:
        yield keep
        return
    with tempfile.TemporaryDirectory(prefix="jingwei-scale-") as folder:
        yield Path(folder)


def _of_size(home: Path, name: str, size: str, progress: Progress) -> Figures:
    """The figures of one size, each with the size in its name."""
    home.mkdir(parents=True, exist_ok=True)
    built = {} if (home / COMPLETE).exists() else building.measure(home, size, progress)
    found = {f"scale.{key}.{name}": figure for key, figure in built.items()}
    for key, figure in asking.measure(home, progress).items():
        panel, state = key.removeprefix("query.").rsplit(".", 1)
        found[f"scale.{panel}.{name}.{state}"] = figure
    return found | {
        f"scale.{key}.{name}": single(n, unit) for key, (n, unit) in apart(held, home, progress=progress).items()
    }


def held(home: Path, progress: Progress) -> dict[str, tuple[int, str]]:
    """What the city in `home` holds: readings, cases, steps, bytes."""
    city = open_city(settings_of(home))
    try:
        counts = city.store.counts()
        tables = {"readings": "reading", "cases": "case_index", "steps": "case_step"}
        rows = {key: (counts[name], "rows") for key, name in tables.items()}
        return rows | {"bytes": (city.store.bytes(), "bytes")}
    finally:
        city.close()


def _ratios(figures: Figures) -> Figures:
    """95th percentiles at a billion by those at ten million: of a whole page warm, at the next moment, cold."""
    parts = {"scale.ratio": "warm_ms", "scale.next_ratio": "next_ms", "scale.cold_ratio": "cold_ms"}
    found = {}
    for name, state in parts.items():
        large, small = (figures[f"scale.{asking.PAGE}.{size}.{state}"]["p95"] for size in ("1b", "10m"))
        found[name] = single(large / small, "times")
    return found


def load(home: Path, progress: Progress) -> Figures:
    """Readings a second taken in by tables, with all rollups: days of all devices, a batch a day and feed."""
    rows, seconds = apart(loaded, home, progress=progress)
    return {"load.rows_per_s": single(rows / seconds, "rows/s"), "load.rows": single(rows, "rows")}


def loaded(home: Path, progress: Progress) -> tuple[int, float]:
    """Rows, and the seconds they took from the first table to the last receipt; making them does not count.

    Raises JingweiError when one of them is refused.
    """
    city = open_city(settings_of(home))
    try:
        door, made = table_door(city), list(_earlier(city))
        begun = time.perf_counter()
        for n, (feed, rows, token) in enumerate(made):
            progress("load", n / len(made))
            receipt = door(feed, "reading", rows, token)
            if receipt.repeated or receipt.accepted != rows.num_rows:
                raise JingweiError(f"Of {rows.num_rows} readings {receipt.accepted} were taken: {receipt}")
        return sum(rows.num_rows for _, rows, _ in made), time.perf_counter() - begun
    finally:
        city.close()


def _earlier(city: City) -> Iterator[tuple[str, pa.Table, str]]:
    """Feed, readings and token of the newest whole days once more, as of the days before the first reading."""
    newest, first = (edge // DAY * DAY for edge in (max(city.store.newest("reading").values()), _first(city)))
    for batch in batches(town_of(city), "reading", newest - LOADED_DAYS * DAY, newest):
        rows = table("reading", batch.columns)
        place = rows.schema.get_field_index("at")
        at = pc.subtract(rows["at"], pa.scalar(int(1000 * (newest - first)), pa.duration("ms")))
        yield batch.feed, rows.set_column(place, "at", at), f"{batch.token}:{first:.0f}"


def _first(city: City) -> float:
    return min(city.first_heard.values())
