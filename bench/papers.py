"""Snapshots that a browser draws, while others look at the same server: how long one takes, and many at once.

`python -m bench.papers HOME [RUNS]` measures the server on the city in `HOME`, which is left as the simulator
leaves it; so many one after the other, then at once.
"""

import json
import multiprocessing
import sys
import time
from pathlib import Path

from bench.apart import Progress, apart
from bench.figures import Figure, single, spread
from bench.server import Server
from bench.viewers import LOOKED_AT, crowd, maps_of
from data_access.errors import JingweiError
from data_access.view import View

LOOKERS = 100
"""Who asks the server every second meanwhile, each for the moment and, when that is new, for a map's values."""
WARM, RUNS = 2, 20
LOOK = 0.05
PATIENCE = 300.0
PAGES = tuple(View(window=window, lang=lang).url for window in ("today", "7d") for lang in ("zh", "en"))


def measure(home: Path, progress: Progress, runs: int = RUNS) -> dict[str, Figure]:
    """Milliseconds from the order of a page on A4 until its file is there; seconds until `runs` at once are."""
    maps = apart(maps_of, home, progress=progress)
    with Server(home, live=True) as server:
        server.wait()
        looked = multiprocessing.get_context("spawn").Process(
            target=crowd, args=(server.port, [maps[look] for look in LOOKED_AT], LOOKERS, PATIENCE), daemon=True
        )
        looked.start()
        try:
            for n in range(WARM):
                _over(server, [_ordered(server, n)])
            taken = [_taken(server, n, n / runs, progress) for n in range(runs)]
            begun = time.perf_counter()
            states = _over(server, [_ordered(server, n) for n in range(runs)])
            together = time.perf_counter() - begun
        finally:
            looked.kill()
    return {
        "snapshot.pdf_ms": spread(taken, "ms"),
        "snapshot.at_once_s": single(together, "s"),
        "snapshot.failed": single(sum(state != "done" for state in states), "files"),
    }


def _ordered(server: Server, n: int) -> str:
    told = {"address": PAGES[n % len(PAGES)], "format": "pdf"}
    return json.loads(server.answer("/snapshots", json.dumps(told).encode()))["id"]


def _taken(server: Server, n: int, part: float, progress: Progress) -> float:
    progress("snapshots", part)
    begun = time.perf_counter()
    _over(server, [_ordered(server, n)])
    return 1000 * (time.perf_counter() - begun)


def _over(server: Server, orders: list[str]) -> list[str]:
    """How orders ended. Raises JingweiError where they do not end."""
    until, states = time.perf_counter() + PATIENCE, []
    for order in orders:
        while (state := json.loads(server.answer(f"/snapshots/{order}"))["state"]) in ("waiting", "working"):
            if time.perf_counter() > until:
                raise JingweiError(f"A snapshot did not come within {PATIENCE:.0f} s.")
            time.sleep(LOOK)
        states.append(state)
    return states


if __name__ == "__main__":
    for key, figure in measure(Path(sys.argv[1]), lambda what, part: None, *map(int, sys.argv[2:])).items():
        print(key, figure)
