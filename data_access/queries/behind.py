"""The rows behind a number: the newest of the cases that it counts."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy import tuple_

from data_access.ask import Ask
from data_access.city import City
from data_access.metric import Figure, Metric
from data_access.queries.stream import CaseLine, case_lines
from data_access.sources.base import in_leaves
from data_access.sources.book import read
from data_access.sources.cases import CaseCount
from data_access.sources.listed import as_they_stood
from data_access.sources.spells import alive_since, wanted_types

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
    spells = alive_since(city, ask.span[0])
    place = in_leaves(spells.c.leaf, ask.intervals, city.units.leaves)
    found = read(city, spells, *place, ids=True).of(wanted_types(city, ask))
    found = found.where(counted[-1].counts(found, ask.span))
    newest = np.argsort(-found.opened, kind="stable")[:limit]
    named = list(zip(found.ids[newest], found.spell[newest].tolist(), strict=True))
    these = tuple_(spells.c.case_id, spells.c.spell).in_(named or [("", 0)])
    rows = as_they_stood(city, ask, spells, these, *place)
    return Behind(metric.figure(city, ask), case_lines(city, rows.sort_values("opened_at", ascending=False)))
