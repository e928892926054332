"""Columns and templates: which value of a row a city file means, and which columns there are to choose from."""

import difflib
import re
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache

from data_access.errors import BadSource

_PLACE = re.compile(r"\{([^{}\[:]+)(?:\[(-?\d*):(-?\d*)\])?(?::0(\d{1,2}))?\}")


@lru_cache(maxsize=1000)
def columns_of(template: str) -> tuple[str, ...]:
    """The columns a template names; a text without ``{…}`` is the name of one column."""
    return tuple(m[0] for m in _PLACE.findall(template)) if "{" in template else (template,)


def filled(template: str, row: dict) -> str:
    """The template's text for a row: ``{code}``, the first five letters ``{code[:5]}``, zeros to at most 99 places
    ``{no:03}``.

    A text without ``{…}`` is the name of one column. Empty when every column it names is empty.
    """
    if "{" not in template:
        return text_of(value_of(row, template))
    if not any(text_of(value_of(row, c)) for c in columns_of(template)):
        return ""

    def one(match: re.Match) -> str:
        text = text_of(value_of(row, match[1]))
        if match[2] is not None:
            text = text[int(match[2] or 0) : int(match[3]) if match[3] else None]
        return text.zfill(int(match[4])) if match[4] else text

    return _PLACE.sub(one, template)


def value_of(row: dict, column: str) -> object:
    """The value in a column; ``a.b.0`` looks into nested objects and lists where no column has that name."""
    if column in row or "." not in column:
        return row.get(column)
    value: object = row
    for part in column.split("."):
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


def text_of(value: object) -> str:
    """A value as text: whole floats without ``.0``, moments in ISO 8601, null as nothing."""
    if value is None or value != value:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value).strip()


def check_columns(file: str, templates: Iterable[str | None], there: Iterable[str]) -> None:
    """Raise BadSource, naming the columns there are and the nearest, when a template's column is not there."""
    there = sorted(set(there))
    for template in templates:
        for column in columns_of(template) if template else ():
            if column in there or column.split(".")[0] in there:
                continue
            near = difflib.get_close_matches(column, there, 1, 0.5)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise BadSource(f"{file}: there is no column {column!r}.{hint} It has: {', '.join(there)}.")
