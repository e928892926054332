"""How many readings a second one process takes in: bodies of NDJSON and CSV, one after the other, to the receipt.

`python -m bench.intake` prints the distribution over batches, beside how long a screen's question takes meanwhile.
"""

import json
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from bench.apart import Progress, apart
from bench.figures import Figure, spread
from data_access.ask import ask
from data_access.city import City
from data_access.opening import open_city
from data_access.settings import Settings
from data_access.sources.roll import roll
from data_access.view import View
from demo.reference import SEED, found
from ingest.feedfile import read_feeds
from ingest.intake import Intake

ROWS, BATCHES, WARM = 5000, 60, 5
FEEDS = """\
feeds:
  - key: bench
    title: Bench
    network: iot
    interval: 5 min
    carries: reading
    {time}
    format: {form}
    source: {{adapter: folder, path: none}}
"""
FORMS = {"ndjson": "time_format: epoch", "csv": "time_format: epoch", "ndjson_iso": "timezone: Asia/Shanghai"}


def measure(size: str, progress: Progress) -> dict[str, Figure]:
    """Readings a second for each form of body, on a reference city of `size` built for it."""
    with tempfile.TemporaryDirectory(prefix="jingwei-intake-") as folder:
        return apart(_measured, Path(folder), size, progress=progress)


def _measured(home: Path, size: str, progress: Progress) -> dict[str, Figure]:
    settings = Settings(home=home, live=False)
    found(settings, size, SEED, progress).close()
    figures: dict[str, Figure] = {}
    for n, (name, timing) in enumerate(FORMS.items()):
        form = name.split("_")[0]
        path = home / "feeds.yaml"
        path.write_text(FEEDS.format(form=form, time=timing), "utf-8")
        (definition,) = read_feeds(path)
        city = open_city(settings, feeds=(definition.feed,))
        try:
            progress(f"intake {name}", n / len(FORMS))
            figures |= _taken(city, Intake(city, definition), name)
        finally:
            city.close()
    progress("intake", 1.0)
    return figures


def _taken(city: City, intake: Intake, name: str) -> dict[str, Figure]:
    rates, asked, done = [], [], threading.Event()
    screen = threading.Thread(target=_screen, args=(city, asked, done))
    bodies = list(_bodies(city, name))
    screen.start()
    for n, body in enumerate(bodies):
        begun = time.perf_counter()
        receipt = intake.take(body, f"{name}-{n}", "bench")
        if receipt.accepted != ROWS:
            raise RuntimeError(f"{name}: {receipt}")
        if n >= WARM:
            rates.append(ROWS / (time.perf_counter() - begun))
    done.set()
    screen.join()
    return {f"intake.{name}.rows": spread(rates, "rows/s"), f"intake.{name}.screen": spread(asked, "ms")}


def _screen(city: City, asked: list[float], done: threading.Event) -> None:
    """Asks as a screen does, every second, while batches come in."""
    while not asked or not done.wait(1.0):
        begun = time.perf_counter()
        roll(city, ask(city, View()))
        asked.append(1000 * (time.perf_counter() - begun))


def _bodies(city: City, name: str) -> Iterator[bytes]:
    """Batches of new readings of all devices in turn, a second a turn, ahead of all that is there."""
    codes, chance = city.devices["code"].tolist(), np.random.default_rng(SEED)
    start, turn = int(time.time()) + 3600 * (1 + list(FORMS).index(name)), 0
    for _ in range(BATCHES + WARM):
        rows = []
        for value in chance.uniform(0, 50, ROWS).round(2).tolist():
            at = start + turn // len(codes)
            rows.append((codes[turn % len(codes)], at, value))
            turn += 1
        yield _written(name, rows)


def _written(name: str, rows: list[tuple[str, int, float]]) -> bytes:
    if name == "csv":
        return "\n".join(["device,at,value", *(f"{d},{at},{v}" for d, at, v in rows)]).encode()
    if name == "ndjson":
        return "\n".join(json.dumps({"device": d, "at": at, "value": v}) for d, at, v in rows).encode()
    told = {at: time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(at)) for _, at, _ in rows}
    return "\n".join(json.dumps({"device": d, "at": told[at], "value": v}) for d, at, v in rows).encode()


if __name__ == "__main__":
    for key, figure in measure(sys.argv[1] if len(sys.argv) > 1 else "city", lambda what, part: None).items():
        print(key, figure)
