"""How cells are coloured: the lower edges of a level's colour steps, and its colours."""

import math
from collections.abc import Sequence

import numpy as np

from components.fmt import unit_scale
from components.map.scales import change_steps, ramp, steps
from data_access.ask import Ask
from data_access.city import City
from data_access.metric import Count, Metric
from data_access.outlines import cell_ranges
from data_access.queries.comparison import CHANGE, beside, shown
from data_access.queries.frames import Frames, frames, matrix

SAMPLED = 6
"""Frames of which the scale of a window that is played back is made, the last among them."""


def colours(edges: Sequence[float], ask: Ask) -> dict[str, list[str]]:
    """One colour a step, for each theme; of a diverging ramp where changes are shown."""
    return {theme: ramp(theme, len(edges), ask.view.compare == CHANGE) for theme in ("night", "paper")}


def edges_of(city: City, ask: Ask, metric: Metric, level: int) -> list[float]:
    """The lower edges of the colour steps of one level, from what the map shows of the unit's cells.

    While the window is played back one scale serves all its frames, and one both maps that show the same metric
    beside each other.
    """
    played = frames(city, ask)
    if played.at is not None and not ask.live:
        return frame_edges(city, ask, metric, level, played)
    values = [shown_here(city, ask, metric, level)]
    other = beside(city, ask)
    if other and other.same_metric:
        values.append(shown_here(city, other.ask, metric, level))
    return edges_from(np.concatenate(values), ask, metric)


def frame_edges(city: City, ask: Ask, metric: Metric, level: int, played: Frames) -> list[float]:
    """The edges for all frames of a window, over the unit's cells of a level."""
    rows = _rows(city, ask, level)
    last = len(played) - 1
    places = sorted({round(last - i * last / SAMPLED) for i in range(SAMPLED)})
    return edges_from(matrix(city, ask, metric, rows, played, places).ravel(), ask, metric)


def edges_from(values: np.ndarray, ask: Ask, metric: Metric) -> list[float]:
    """The edges that suit `values`, as they go to the browser."""
    values, whole = values / unit_scale(metric), isinstance(metric, Count)
    if ask.view.compare == CHANGE:
        return change_steps(values, whole)
    edges = steps(values)
    return sorted({math.ceil(edge) for edge in edges}) if whole else edges


def shown_here(city: City, ask: Ask, metric: Metric, level: int) -> np.ndarray:
    """What the map shows of the unit's cells of a level."""
    return shown(city, ask, metric, _rows(city, ask, level)).value


def _rows(city: City, ask: Ask, level: int) -> np.ndarray:
    ranges = cell_ranges(city, level, ask.unit.intervals)
    cells = np.concatenate([np.arange(a, b) for a, b in ranges]) if ranges else np.arange(0)
    return city.units.rows_at(level)[cells]
