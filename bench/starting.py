"""Starting: from launching the server on a built city to its first page and its first panel."""

import json
import time
from pathlib import Path

from bench.apart import Progress
from bench.figures import Figure, spread
from bench.server import Server
from components import catalogue, ids

RUNS = 4
KINDS = {"start": True, "start.quiet": False}
"""Figures, and whether the city's simulator is started too, which first makes up for what was missed."""


def measure(home: Path, progress: Progress) -> dict[str, Figure]:
    """Start the server several times: seconds to ``/``, and to the first panel asked for after it."""
    times: dict[str, list[float]] = {}
    for run in range(RUNS):
        for number, (name, live) in enumerate(KINDS.items()):
            progress("start", (run + number / len(KINDS)) / RUNS)
            page, panel = started(home, live)
            times.setdefault(f"{name}.s", []).append(page)
            times.setdefault(f"{name}.panel.s", []).append(panel)
    return {name: spread(values, "s") for name, values in times.items()}


def started(home: Path, live: bool) -> tuple[float, float]:
    """Seconds from one launch to the page, and to the panel."""
    with Server(home, live) as server:
        page = server.wait()
        ask_panel(server)
        return page, time.perf_counter() - server.begun


def ask_panel(server: Server) -> dict:
    """The first panel of the situation page, asked for as the page does it."""
    moment = json.loads(server.answer("/live"))["moment"]
    place = ids.panel(next(iter(catalogue.panels())).key)
    question = {
        "output": json.dumps(place, sort_keys=True, separators=(",", ":")) + ".children",
        "outputs": {"id": place, "property": "children"},
        "inputs": [
            {"id": ids.URL, "property": "href", "value": f"{server.url}/"},
            {"id": ids.MOMENT, "property": "data", "value": moment},
        ],
        "changedPropIds": [f"{ids.URL}.href"],
    }
    return json.loads(server.answer("/_dash-update-component", json.dumps(question).encode()))
