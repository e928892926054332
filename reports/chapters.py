"""What reports ask: figures of the panels' own vectors, told in sentences by `grammar`, `places`, `complete`."""

from collections.abc import Iterator

import numpy as np

from data_access.ask import Ask, earliest
from data_access.city import City
from data_access.live import FeedState
from data_access.metric import Figure, Metric
from data_access.queries.freshness import coverage
from data_access.queries.heard import as_they_stood
from data_access.queries.kpis import has_data
from data_access.sources.cases import CaseFlow
from data_access.sources.spread import HandlingTime
from data_access.units import OUTSIDE
from data_access.words import T
from reports import complete, grammar, places
from reports.places import Here
from reports.report import Asked, Tell
from reports.wording import stamped

OF = T("{start} 至 {end}（当地时间）。", "From {start} until {end}, by the city's clock.")
BESIDE = T("与 {start} 至 {end} 相比。", "Set against {start} until {end}.")
ALONE = T("没有可比的记录：记录自 {first} 开始。", "Set against nothing: records begin at {first}.")


def when(city: City, asked: Asked) -> tuple[T, ...]:
    """Which window the report is of, and what it is set against."""
    zone, first = city.profile.zone, earliest(city, asked.ask.moment)
    told = [OF.fill(**_ends(asked.ask, zone))]
    if first > asked.ask.span[0]:
        told.append(complete.begins(first, zone))
    if asked.before:
        return (*told, BESIDE.fill(**_ends(asked.before, zone)))
    return (*told, ALONE.fill(first=stamped(first, zone)))


def _ends(ask: Ask, zone: str) -> dict[str, str]:
    return {"start": stamped(ask.span[0], zone), "end": stamped(ask.span[1], zone)}


def changes(*keys: str) -> Tell:
    """Tells each metric with how it has changed."""
    return lambda city, asked: tuple(grammar.told(change(city, asked, m)) for m in _there(city, keys))


def figures(*keys: str) -> Tell:
    """Tells each metric as it is."""

    def tell(city: City, asked: Asked) -> tuple[T, ...]:
        alone = Asked(asked.ask, None, asked.against)
        return changes(*keys)(city, alone)

    return tell


def most(*keys: str) -> Tell:
    """Tells in which units there is most of each count, and where it has changed most."""

    def tell(city: City, asked: Asked) -> Iterator[T]:
        for metric in _there(city, keys):
            below, whole = _below(city, asked, metric), change(city, asked, metric)
            yield from places.most(metric, below, whole.now)
            if whole.before is not None:
                yield from places.moved(metric, below, whole.now.value - whole.before.value)

    return lambda city, asked: tuple(tell(city, asked))


def worst(*keys: str) -> Tell:
    """Tells in which units each rate is worst."""
    return lambda city, asked: tuple(
        text for metric in _there(city, keys) for text in places.worst(metric, _below(city, asked, metric))
    )


def both(*tells: Tell) -> Tell:
    """Tells one after the other."""
    return lambda city, asked: tuple(text for tell in tells for text in tell(city, asked))


def whole(city: City, asked: Asked) -> tuple[T, ...]:
    """How complete it all is: grids and devices that had spoken, feeds of cases that had."""
    ask = asked.ask
    told = []
    for who, key in (("grids", "grids_reporting"), ("devices", "devices_online")):
        metric = city.metrics[key]
        found = coverage(city, ask, metric)
        if has_data(city, metric) and (found is None or found.m):
            told.append(complete.heard(found, who))
    return (*told, complete.feeds(case_feeds(city, ask), ask.at, city.profile.zone))


def case_feeds(city: City, ask: Ask) -> list[FeedState]:
    """The feeds that carry cases and have ever spoken, as they stood at the ask's moment."""
    states = [s for s in city.live.feeds().values() if s.feed.carries == "case" and s.last_seen is not None]
    return as_they_stood(city, ask, states) if states else []


def change(city: City, asked: Asked, metric: Metric) -> grammar.Change:
    """A metric of the report's unit, and what it is set against."""
    before = metric.figure(city, asked.before) if comparable(asked, metric) else None
    return grammar.Change(metric, metric.figure(city, asked.ask), before, against(asked, metric))


def against(asked: Asked, metric: Metric) -> T:
    """What a metric is set against, in words: a window for what happens in one, else a moment."""
    flow = isinstance(metric.sources[0], CaseFlow | HandlingTime)
    return asked.against.flow if flow else asked.against.stock


def comparable(asked: Asked, metric: Metric) -> bool:
    """Whether it is known what it was before: of devices it is not kept."""
    return asked.before is not None and all(source.table != "device" for source in metric.sources)


def _there(city: City, keys: tuple[str, ...]) -> list[Metric]:
    return [city.metrics[key] for key in keys if key in city.metrics and has_data(city, city.metrics[key])]


def _below(city: City, asked: Asked, metric: Metric) -> list[Here]:
    """The metric of each unit below that the caller may see; what lies outside the zones is none."""
    ask, earlier = asked.ask, asked.before if comparable(asked, metric) else None
    seen = (unit for unit in city.units.children(ask.unit, ask.view.tree) if ask.scope.clip(unit.intervals))
    units = [unit for unit in seen if unit.id != OUTSIDE]
    rows = np.array([unit.row for unit in units], int)
    now = _each(city, ask, metric, units, rows)
    before = _each(city, earlier, metric, units, rows) if earlier else [None] * len(units)
    return [Here(*each) for each in zip(units, now, before, strict=True)]


def _each(city: City, ask: Ask, metric: Metric, units: list, rows: np.ndarray) -> list[Figure]:
    if not len(rows) or (rows < 0).any():
        return [metric.figure(city, ask, ask.scope.clip(unit.intervals)) for unit in units]
    found = metric.figures(city, ask, rows)
    return [Figure(*map(float, each)) for each in zip(found.value, found.n, found.m, strict=True)]
