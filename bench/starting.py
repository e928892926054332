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
    """The first panel of the situation page, asked for as the page does it. Raises JingweiError."""
    key = f'"key":"{next(iter(catalogue.panels())).key}"'
    declared = json.loads(server.answer("/_dash-dependencies"))
    callback = next(d for d in declared if key in d["output"] and ids.MOMENT in {i["id"] for i in d["inputs"]})
    known = {ids.URL: f"{server.url}/", ids.MOMENT: json.loads(server.answer("/live"))["moment"]}
    parts = callback["output"].strip(".").split("...")
    outputs = [dict(zip(("id", "property"), part.rsplit(".", 1), strict=True)) for part in parts]
    question = {
        "output": callback["output"],
        "outputs": [_asked(o) for o in outputs] if len(outputs) > 1 else _asked(outputs[0]),
        "inputs": [_asked(i) | {"value": known.get(i["id"])} for i in callback["inputs"]],
        "state": [_asked(s) | {"value": None} for s in callback["state"]],
        "changedPropIds": [f"{ids.URL}.href"],
    }
    return json.loads(server.answer("/_dash-update-component", json.dumps(question).encode()))


def _asked(place: dict) -> dict:
    """A place as a question names it: ids that are patterns as objects, not as text."""
    name = place["id"]
    return {"id": json.loads(name) if name.startswith("{") else name, "property": place["property"]}
