"""The strip of key figures: each with its trend, its change against last week, and its fraction."""

from dataclasses import dataclass

import numpy as np

from data_access.ask import Ask
from data_access.city import City
from data_access.metric import Figure, Metric
from data_access.queries.freshness import Freshness, freshness
from data_access.timeline import steps_until

USUAL = ("open_cases", "opened", "on_time_rate", "overdue", "devices_online", "grids_reporting")
SPARES = ("closed", "handling_time", "accepted_in_time", "due", "reopened_rate")
SHOWN = 6
POINTS = {"1h": (300, 24), "today": (3600, 24), "7d": (21600, 28), "30d": (86400, 30)}
"""Seconds between the points of a sparkline, and how many, by window."""


@dataclass(frozen=True)
class Kpi:
    """One key figure. `spark` ends at the last whole step before the ask's moment."""

    metric: Metric
    figure: Figure
    before: Figure | None
    spark: np.ndarray
    step: int
    freshness: Freshness


def chosen(city: City) -> list[Metric]:
    """The metrics of the strip: those the city declares, or the usual ones it has data for."""
    if city.profile.kpis:
        return [city.metrics[key] for key in city.profile.kpis if key in city.metrics][:SHOWN]
    usual = [city.metrics[key] for key in USUAL + SPARES if key in city.metrics]
    return [m for m in usual if has_data(city, m)][:SHOWN]


def has_data(city: City, metric: Metric) -> bool:
    """Whether the city has what the metric is made of."""
    if metric.key == "grids_reporting":
        return "grid_terminal" in set(city.devices["kind"])
    return metric.table != "device" or len(city.devices["id"]) > 0


def kpis(city: City, ask: Ask) -> list[Kpi]:
    """The strip for the ask's unit."""
    return [_kpi(city, ask, metric) for metric in chosen(city)]


def _kpi(city: City, ask: Ask, metric: Metric) -> Kpi:
    step, _ = POINTS[ask.view.window]
    return Kpi(
        metric,
        metric.figure(city, ask),
        metric.before(city, ask),
        spark(city, ask, metric),
        step,
        freshness(city, ask, (metric.table,)),
    )


def spark(city: City, ask: Ask, metric: Metric) -> np.ndarray:
    """The metric over the ask's unit at whole steps up to the moment; kept until the next step is whole."""
    step, count = POINTS[ask.view.window]
    points = steps_until(ask.at, step, count, city.profile.zone)
    end = points[-1][1]
    v = ask.view
    key = ("spark", metric.key, end, step, ask.intervals, v.types, v.networks, ask.live)
    return city.cache.get(key, lambda: metric.series(city, ask, points))
