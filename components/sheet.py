"""A panel as rows: what it shows as numbers, moments and words, for files and for the digest of its data."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from dash.development.base_component import Component

from components.fmt import unit_of, unit_scale
from data_access.ask import Ask
from data_access.city import City
from data_access.metric import Figure, Metric
from data_access.units import Unit
from data_access.words import LANGS, T

Kind = Literal["text", "number", "percent", "seconds", "moment"]
"""What a column's cells are: texts or T; numbers; numbers out of a hundred; lengths of time in seconds; moments in
UTC epoch seconds."""
Cell = T | str | int | float | None
"""None is what is not known."""
FIGURES = 10
"""To how many significant figures numbers are compared: sums of many parts differ in the last from run to run."""
NOTHING = T("", "")
GRADES = {"ok": T("达标", "On target"), "watch": T("关注", "To watch"), "warn": T("未达标", "Off target")}


@dataclass(frozen=True)
class Column:
    """One column: its key, which is the same in both languages, its title, and what its cells are.

    `decimals` is to how many places numbers are shown, None for as many as they have; `help` says what it means
    where the title does not.
    """

    key: str
    title: T
    kind: Kind = "text"
    decimals: int | None = 0
    help: T | None = None


@dataclass(frozen=True)
class Sheet:
    """Rows under columns; `whole` is how many rows there are where these are only the first of them.

    `lasting`: whether it is of the moment that was asked for. What is on record only as it is now (who holds a
    post) is not, and is left out of what a snapshot's digest is made of.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    whole: int | None = None
    lasting: bool = True

    @property
    def digest(self) -> str:
        """SHA-256 of the rows, the same in either language."""
        told = [[column.key for column in self.columns], [list(map(_plain, row)) for row in self.rows], self.whole]
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()

    def column(self, key: str) -> list[Cell]:
        """The cells of one column. Raises KeyError."""
        keys = [column.key for column in self.columns]
        if key not in keys:
            raise KeyError(key)
        return [row[keys.index(key)] for row in self.rows]


def _plain(cell: Cell) -> object:
    if isinstance(cell, T):
        return [cell.zh, cell.en]
    if isinstance(cell, float):
        return None if cell != cell else float(f"{cell:.{FIGURES}g}")
    return cell


UNIT_ID = Column("unit_id", T("单元编号", "Unit id"))
UNIT = Column("unit", T("单元", "Unit"))
PATH = Column("path", T("所在", "Within"))
LON = Column("lon", T("经度", "Lon"), "number", 5)
LAT = Column("lat", T("纬度", "Lat"), "number", 5)
OF_N = Column("n", T("分子", "n"), "number", 0, T("分数的分子", "The upper number of the fraction"))
OF_M = Column("m", T("分母", "m"), "number", 0, T("分数的分母", "The lower number of the fraction"))
GRADE = Column("grade", T("评级", "Grade"), help=T("按指标的阈值判断", "By the thresholds of the metric"))


def known(value: float | None) -> int | float | None:
    """A number as a cell: whole ones as such, None for what is not known."""
    if value is None or value != value:
        return None
    return int(value) if float(value).is_integer() else float(value)


def figure(metric: Metric, told: Figure) -> tuple[Cell, Cell, Cell]:
    """Value, n and m of a figure, durations in hours."""
    return known(told.value / unit_scale(metric)), known(told.n), known(told.m)


def value_column(metric: Metric, key: str = "value", title: T | None = None) -> Column:
    """The column of a metric's values, with what they are told in."""
    unit = unit_of(metric)
    named = T("{title}（{unit}）", "{title} ({unit})").fill(title=title or metric.title, unit=unit)
    kind: Kind = "percent" if unit.en == "%" else "number"
    bare = kind == "percent" or not unit.en
    return Column(key, (title or metric.title) if bare else named, kind, 2 if metric.duration else metric.decimals)


def path_of(city: City, unit: Unit, tree: str = "statutory") -> T:
    """The names of the units above one, but the city's, upper first."""
    return joined([above.title for above in city.units.ancestors(unit, tree)[1:]], " · ")


def joined(texts: list[T], between: str) -> T:
    """Texts in a row, in both languages."""
    return T(*(between.join(text(lang) for text in texts) for lang in LANGS))


def in_both(ask: Ask, told: Callable[[Ask], object]) -> T:
    """What a panel says in words, in both languages: `told` is asked for each, and gives texts and components."""
    return T(*(words(told(replace(ask, view=ask.view.but(lang=lang)))).strip() for lang in LANGS))


def words(part: object) -> str:
    """The text of a tree of components."""
    if isinstance(part, Component):
        return words(getattr(part, "children", None))
    if isinstance(part, list | tuple):
        return "".join(map(words, part))
    return "" if part is None else str(part)
