"""Cells as files write them: numbers, moments by the city's clock, texts that are no formulas."""

import re
import unicodedata
from datetime import datetime
from zoneinfo import ZoneInfo

from components.sheet import Cell, Column
from data_access.words import T

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula at the beginning of a text that it reads from a CSV."""
UNPRINTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def local(at: float, zone: str) -> datetime:
    """A moment by the city's clock, with its zone, to the millisecond."""
    return datetime.fromtimestamp(round(at, 3), ZoneInfo(zone))


def text_of(cell: Cell, lang: str) -> str:
    """A text in a language, without characters that files do not take."""
    return UNPRINTED.sub("", cell(lang) if isinstance(cell, T) else str(cell))


def wide(text: str) -> int:
    """How wide a text is, in letters; Chinese ones count twice."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def plain(cell: Cell, column: Column, zone: str, lang: str) -> str | int | float | None:
    """A cell for text files: moments as ISO 8601 with their offset, numbers as numbers."""
    if cell is None or isinstance(cell, T | str):
        return None if cell is None else text_of(cell, lang)
    return local(cell, zone).isoformat(timespec="seconds") if column.kind == "moment" else cell
