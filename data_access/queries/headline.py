"""What there is to say about a unit in one sentence: how it does, against when, and where the trouble sits."""

from dataclasses import dataclass

from data_access.ask import Ask
from data_access.city import City
from data_access.metric import Figure
from data_access.units import OUTSIDE, Unit

NAMED = 2


@dataclass(frozen=True)
class Headline:
    """The rate closed on time, the same a week before, what was missed, and the children that missed most.

    `misses` and `share` count cases due and not closed on time: in all, and by the `worst` children named.
    """

    rate: Figure
    before: Figure | None
    overdue: Figure
    misses: int
    worst: tuple[Unit, ...]
    share: int


def headline(city: City, ask: Ask) -> Headline:
    """The headline of the ask's unit."""
    rate = city.metrics["on_time_rate"]
    figure = rate.figure(city, ask)
    missed = []
    for child in city.units.children(ask.unit, ask.view.tree):
        if child.id == OUTSIDE:
            continue
        part = rate.figure(city, ask, ask.scope.clip(child.intervals))
        if part.known and part.m > part.n:
            missed.append((int(part.m - part.n), child))
    missed.sort(key=lambda pair: -pair[0])
    top = missed[:NAMED]
    return Headline(
        figure,
        rate.before(city, ask),
        city.metrics["overdue"].figure(city, ask),
        int(figure.m - figure.n) if figure.known else 0,
        tuple(unit for _, unit in top),
        sum(n for n, _ in top),
    )
