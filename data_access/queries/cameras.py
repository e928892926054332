"""Cameras to look at: those nearest to the most urgent open cases, then others of the unit."""

from dataclasses import dataclass

import numpy as np

from data_access.ask import Ask
from data_access.city import City
from data_access.queries.stream import CaseLine, case_lines
from data_access.sources.listed import open_cases_at, within
from data_access.sources.roll import here, roll
from data_access.units import Unit

NETWORK = "video"
MOST = 21
NEAR = 1000.0
"""Metres within which a camera may show something of a case."""
DEGREE = 111_320.0
"""Metres of a degree of latitude."""


@dataclass(frozen=True)
class Camera:
    """A camera: its state (one of `roll.STATES`), and the case it is near to with the metres between, if any."""

    code: str
    feed: str
    unit: Unit
    state: str
    case: CaseLine | None = None
    metres: float = 0.0


def cameras(city: City, ask: Ask, most: int = MOST) -> list[Camera]:
    """Cameras of the ask's unit: of each urgent case the nearest one online, in the cases' order; then others.

    A camera is told once. Those that are not online come last, so that they are missed.
    """
    called = roll(city, ask)
    mine = here(city, ask) & city.devices_of("network", (NETWORK,))
    online = np.flatnonzero(mine & called.online)
    frame = within(open_cases_at(city, ask), ask.intervals).head(most)
    seen: dict[int, tuple[CaseLine, float]] = {}
    for case, lon, lat in zip(case_lines(city, frame), frame["lon"], frame["lat"], strict=True):
        row, metres = _nearest(city, online, float(lon), float(lat))
        if row is not None and metres <= NEAR:
            seen.setdefault(row, (case, metres))
    silent = np.flatnonzero(mine & ~called.online)
    rest = [row for row in (*online.tolist(), *silent.tolist()) if row not in seen]
    state = called.state
    return [_camera(city, row, str(state[row]), *seen.get(row, ())) for row in [*seen, *rest][:most]]


def _nearest(city: City, rows: np.ndarray, lon: float, lat: float) -> tuple[int | None, float]:
    """The nearest of the devices in `rows`, and the metres to it."""
    if not len(rows):
        return None, 0.0
    east = (city.devices["lon"][rows] - lon) * np.cos(np.radians(lat))
    metres = DEGREE * np.hypot(east, city.devices["lat"][rows] - lat)
    nearest = int(metres.argmin())
    return int(rows[nearest]), float(metres[nearest])


def _camera(city: City, row: int, state: str, case: CaseLine | None = None, metres: float = 0.0) -> Camera:
    d = city.devices
    unit = city.units.at(city.units.row_of_leaf(int(d["leaf"][row])))
    return Camera(str(d["code"][row]), str(d["feed"][row]), unit, state, case, metres)
