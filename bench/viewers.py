"""Many viewers of one server process: how soon they hear that something is new, and how many values it gives out.

`python -m bench.viewers HOME` measures the server on the city in `HOME`, which is left as the simulator leaves it.
"""

import asyncio
import json
import random
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from bench.apart import Progress, apart
from bench.figures import Figure, single, spread
from bench.keepalive import Asker, Told
from bench.places import settings_of
from bench.server import Server
from callbacks.endpoints import values_url
from data_access.ask import ask
from data_access.opening import open_city
from data_access.view import View

VIEWERS, EVERY, LASTS = 1000, 1.0, 60.0
"""How many viewers, the seconds between two questions of each, and for how many seconds they look."""
LOOKED_AT = ((1, "overdue"), (1, "on_time_rate"), (1, "devices_online"), (2, "overdue"), (2, "open_cases"))
"""Level and metric of the maps that viewers look at in turn: most at districts, others at streets."""
CONNECTIONS, LOOPED = 16, 10.0
"""How many connections ask for values without a pause, and for how many seconds at each level."""
LEVELS = (1, 2, 3)
PATIENCE = 10.0
GZIP = "Accept-Encoding: gzip\r\n"


@dataclass
class Seen:
    """What viewers met with: milliseconds of each answer by what was asked, and what went wrong."""

    live: list[float] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def measure(home: Path, progress: Progress) -> dict[str, Figure]:
    """Let viewers look at a live city, then ask for values in a closed loop."""
    maps = apart(maps_of, home, progress=progress)
    with Server(home, live=True) as server:
        server.wait()
        progress("viewers", 0.0)
        seen = apart(_crowd, server.port, [maps[look] for look in LOOKED_AT], progress=progress)
    with Server(home, live=False) as server:
        server.wait()
        progress("values", 0.0)
        rates = apart(
            _rates, server.port, {level: maps[level, "overdue"] for level in (1, 2, 3)}, progress=progress
        )
    return _figures(seen) | rates


def _figures(seen: Seen) -> dict[str, Figure]:
    return {
        "viewers.ms": spread(seen.live, "ms"),
        "viewers.values_ms": spread(seen.values, "ms"),
        "viewers.errors": single(len(seen.errors), "answers"),
    }


def maps_of(home: Path, progress: Progress) -> dict[tuple[int, str], str]:
    """Where the values of each map are, up to the moment, by level and metric."""
    city = open_city(settings_of(home))
    try:
        question = ask(city, View())
        looks = {*LOOKED_AT, *((level, "overdue") for level in LEVELS)}
        found = {(level, key): values_url(question, city.metrics[key], level) for level, key in looks}
        return {look: url.rpartition("=")[0] + "=" for look, url in found.items()}
    finally:
        city.close()


def _crowd(port: int, maps: list[str], progress: Progress) -> Seen:
    return crowd(port, maps)


def crowd(port: int, maps: list[str], many: int = VIEWERS, seconds: float = LASTS) -> Seen:
    """What so many viewers meet with who look at a server for so long, each at one of the maps."""
    return asyncio.run(_look(port, maps, many, seconds))


async def _look(port: int, maps: list[str], many: int, seconds: float) -> Seen:
    seen, chance = Seen(), random.Random(1)
    until = time.perf_counter() + EVERY + seconds
    viewers = (_viewer(port, maps[n % len(maps)], until, chance, seen) for n in range(many))
    await asyncio.gather(*viewers)
    return seen


async def _viewer(port: int, values: str, until: float, chance: random.Random, seen: Seen) -> None:
    """Ask as assets/live.js does: whether there is anything new, every second, and then for the values."""
    asker, tag = Asker(port), ""
    await asyncio.sleep(chance.uniform(0, EVERY))
    while time.perf_counter() < until:
        try:
            tag = await asyncio.wait_for(_turn(asker, values, tag, seen), PATIENCE)
        except (OSError, EOFError, ValueError, TimeoutError) as error:
            seen.errors.append(repr(error))
        await asyncio.sleep(EVERY * chance.uniform(0.95, 1.05))
    asker.close()


async def _turn(asker: Asker, values: str, tag: str, seen: Seen) -> str:
    """One question and what follows from it; returns the tag of what is known now."""
    begun = time.perf_counter()
    told = await asker.get("/live", f"If-None-Match: {tag}\r\n" if tag else "")
    seen.live.append(1000 * (time.perf_counter() - begun))
    if told.status == 304:
        return tag
    moment = json.loads(_right(told))["moment"]
    begun = time.perf_counter()
    _right(await asker.get(values + moment, GZIP))
    seen.values.append(1000 * (time.perf_counter() - begun))
    return told.headers[b"etag"].decode()


def _right(told: Told) -> bytes:
    if told.status != 200:
        raise ValueError(f"{told.status}: {told.body[:200]!r}")
    return told.body


def _rates(port: int, maps: dict[int, str], progress: Progress) -> dict[str, Figure]:
    return asyncio.run(_loops(port, maps))


async def _loops(port: int, maps: dict[int, str]) -> dict[str, Figure]:
    moment = json.loads(_right(await Asker(port).get("/live")))["moment"]
    figures: dict[str, Figure] = {}
    for level, values in maps.items():
        body = _right(await Asker(port).get(values + moment, GZIP))
        until = time.perf_counter() + LOOPED
        counts = await asyncio.gather(*(_loop(port, values + moment, until) for _ in range(CONNECTIONS)))
        name = "values.per_s" if level == 1 else f"values.level{level}.per_s"
        figures |= {
            name: single(sum(counts) / LOOPED, "1/s"),
            f"{name.removesuffix('.per_s')}.bytes": single(len(body), "bytes"),
        }
    return figures


async def _loop(port: int, path: str, until: float) -> int:
    """How many answers came by one connection that asks without a pause."""
    asker, count = Asker(port), 0
    while time.perf_counter() < until:
        _right(await asker.get(path, GZIP))
        count += 1
    asker.close()
    return count


if __name__ == "__main__":
    for key, figure in measure(Path(sys.argv[1]), lambda what, part: None).items():
        print(key, figure)
