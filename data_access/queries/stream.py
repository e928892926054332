"""The live case stream: open cases, the most urgent first."""

from dataclasses import dataclass

import pandas as pd

from data_access.ask import Ask
from data_access.city import City
from data_access.metric import Figure
from data_access.sources.listed import open_cases_at, within
from data_access.store.tables import STEP_ORDER
from data_access.units import Unit
from data_access.words import T

LIMIT = 40


@dataclass(frozen=True)
class CaseLine:
    """An open case as the stream shows it; times in UTC epoch seconds, `place` in WGS84 degrees."""

    case_id: str
    title: T
    severity: int
    step: str
    source: str
    opened_at: float
    due_at: float
    unit: Unit
    path: tuple[T, ...]
    place: tuple[float, float]


@dataclass(frozen=True)
class Stream:
    """The lines shown, and how many are open in all."""

    lines: list[CaseLine]
    open: Figure


def stream(city: City, ask: Ask, limit: int = LIMIT) -> Stream:
    """Open cases of the ask's unit by severity, then by what is left of their time."""
    frame = within(open_cases_at(city, ask), ask.intervals)
    return Stream(case_lines(city, frame.head(limit)), city.metrics["open_cases"].figure(city, ask))


def case_lines(city: City, frame: pd.DataFrame) -> list[CaseLine]:
    """The rows of a frame of cases as lines."""
    units = {leaf: city.units.at(city.units.row_of_leaf(leaf)) for leaf in frame["leaf"].unique()}
    paths = {leaf: tuple(u.title for u in city.units.ancestors(unit)[1:]) for leaf, unit in units.items()}
    return [_line(city, row, units[row["leaf"]], paths[row["leaf"]]) for row in frame.to_dict("records")]


def _line(city: City, row: dict, unit: Unit, path: tuple[T, ...]) -> CaseLine:
    kind = city.types.get(row["type"])
    return CaseLine(
        row["case_id"],
        kind.title if kind else T(row["type"], row["type"]),
        int(row["severity"]),
        STEP_ORDER[row["step"]],
        row["source"],
        row["opened_at"],
        row["due_at"],
        unit,
        path,
        (row["lon"], row["lat"]),
    )
