"""The rows behind a number: the newest of the cases that it counts."""

from dataclasses import dataclass

from data_access.ask import Ask
from data_access.city import City
from data_access.metric import Figure, Metric
from data_access.queries.stream import CaseLine, case_lines
from data_access.sources.base import in_leaves
from data_access.sources.cases import CaseCount, c, spells
from data_access.sources.listed import as_they_stood

LIMIT = 100


@dataclass(frozen=True)
class Behind:
    """A figure, and cases it counts; none for what is not counted from cases."""

    figure: Figure
    rows: list[CaseLine]


def behind(city: City, ask: Ask, metric: Metric, limit: int = LIMIT) -> Behind:
    """The figure of the ask's unit and the newest cases of its last source (a ratio's denominator)."""
    counted = [s for s in metric.sources if isinstance(s, CaseCount)]
    if not counted:
        return Behind(metric.figure(city, ask), [])
    place = in_leaves(c.leaf, ask.intervals, city.units.leaves)
    wanted = spells(city, ask).where(counted[-1].when(ask.span, city), *place)
    rows = as_they_stood(city, ask, wanted.order_by(c.opened_at.desc()).limit(limit))
    return Behind(metric.figure(city, ask), case_lines(city, rows))
