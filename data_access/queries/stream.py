"""The live case stream: open cases, the most urgent first."""

from dataclasses import dataclass

from data_access.ask import Ask
from data_access.city import City
from data_access.metric import Figure
from data_access.sources.cases import due_at, listed, severity_at
from data_access.store.tables import STEP_ORDER
from data_access.units import Unit
from data_access.words import T

LIMIT = 40


@dataclass(frozen=True)
class CaseLine:
    """An open case as the stream shows it; times in UTC epoch seconds."""

    case_id: str
    title: T
    severity: int
    step: str
    source: str
    opened_at: float
    due_at: float
    unit: Unit
    path: tuple[T, ...]


@dataclass(frozen=True)
class Stream:
    """The lines shown, and how many are open in all."""

    lines: list[CaseLine]
    open: Figure


def stream(city: City, ask: Ask, limit: int = LIMIT) -> Stream:
    """Open cases of the ask's unit by severity, then by what is left of their time."""
    key = ("stream", ask.unit.id, limit, *ask.key)
    return city.cache.get(key, lambda: _read(city, ask, limit))


def _read(city: City, ask: Ask, limit: int) -> Stream:
    order = (severity_at(ask.at).desc(), due_at(ask.at))
    rows = listed(city, ask, ask.intervals, *order, limit=limit)
    return Stream([case_line(city, row) for row in rows], city.metrics["open_cases"].figure(city, ask))


def case_line(city: City, row: dict) -> CaseLine:
    """A row of `line_columns` as a line."""
    unit = city.units.at(city.units.row_of_leaf(row["leaf"]))
    kind = city.types.get(row["type"])
    path = tuple(u.title for u in city.units.ancestors(unit)[1:])
    return CaseLine(
        row["case_id"],
        kind.title if kind else T(row["type"], row["type"]),
        row["severity"],
        STEP_ORDER[row["step"]],
        row["source"],
        row["opened_at"].timestamp(),
        row["due_at"].timestamp(),
        unit,
        path,
    )
