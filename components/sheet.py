"""A panel as rows: what it shows as numbers, moments and words, for files and for the digest of its data."""

import hashlib
import json
from dataclasses import dataclass
from typing import Literal

from data_access.words import T

Kind = Literal["text", "number", "percent", "seconds", "moment"]
"""What a column's cells are: texts or T; numbers; numbers out of a hundred; lengths of time in seconds; moments in
UTC epoch seconds."""
Cell = T | str | int | float | None
"""None is what is not known."""
FIGURES = 10
"""To how many significant figures numbers are compared: sums of many parts differ in the last from run to run."""


@dataclass(frozen=True)
class Column:
    """One column: its key, which is the same in both languages, its title, and what its cells are."""

    key: str
    title: T
    kind: Kind = "text"
    decimals: int = 0


@dataclass(frozen=True)
class Sheet:
    """Rows under columns; `whole` is how many rows there are where these are only the first of them."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    whole: int | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of the rows, the same in either language."""
        told = [[column.key for column in self.columns], [list(map(_plain, row)) for row in self.rows], self.whole]
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def _plain(cell: Cell) -> object:
    if isinstance(cell, T):
        return [cell.zh, cell.en]
    if isinstance(cell, float):
        return None if cell != cell else float(f"{cell:.{FIGURES}g}")
    return cell
