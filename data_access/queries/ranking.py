"""The units right below, in order of a metric, the worst first."""

from dataclasses import dataclass

from data_access.ask import Ask
from data_access.city import City
from data_access.metric import Figure, Metric
from data_access.units import Unit


@dataclass(frozen=True)
class Place:
    """One unit's place: 1 is the worst of those known."""

    unit: Unit
    figure: Figure
    grade: str


def ranking(city: City, ask: Ask, metric: Metric) -> list[Place]:
    """The children of the ask's unit that the caller may see, the worst first, those not known last.

    Equal ones are in leaf order.
    """
    places = []
    for unit in city.units.children(ask.unit, ask.view.tree):
        if leaves := ask.scope.clip(unit.intervals):
            figure = metric.figure(city, ask, leaves)
            places.append(Place(unit, figure, metric.grade(figure.value)))
    sign = 1 if metric.good == "high" else -1
    return sorted(places, key=lambda p: (not p.figure.known, sign * p.figure.value if p.figure.known else 0))
