"""Which metric each panel shows: the View's where it names one, else the panel's own."""

from sqlalchemy import func, select

from data_access.ask import Ask
from data_access.city import City
from data_access.metric import Metric
from data_access.store.tables import fact_day


def metric_of(city: City, ask: Ask, default: str) -> Metric:
    """The View's metric, or `default` where it names none that there is."""
    return city.metrics.get(ask.view.metric) or city.metrics[default]


def map_metric(city: City, ask: Ask) -> Metric:
    """The map's: cases against households where those are known, else cases."""
    return metric_of(city, ask, "cases_per_thousand" if has_fact(city, "households") else "opened")


def ranking_metric(city: City, ask: Ask) -> Metric:
    """The ranking's: cases closed on time."""
    return metric_of(city, ask, "on_time_rate")


def trend_metric(city: City, ask: Ask) -> Metric:
    """The trend's: cases reported."""
    return metric_of(city, ask, "opened")


def has_fact(city: City, measure: str) -> bool:
    """Whether the city keeps a daily fact of that name."""
    f = fact_day.c
    statement = select(func.count().label("n")).where(f.measure == measure)
    return bool(city.cache.get(("has fact", measure), lambda: city.store.rows(statement)[0]["n"]))
