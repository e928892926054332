"""Refused lines as the quarantine keeps them."""

import json
from collections.abc import Iterable

from pydantic_core import from_json

from data_access.landing import Reject
from ingest.items import Item

RAW = 20_000
"""How many characters of a refused line are kept."""


def rejects_of(items: Iterable[Item], source: str) -> list[Reject]:
    """The refused ones of `items`, as the quarantine keeps them."""
    refused = ((item, item.refused) for item in items if item.refused)
    return [
        Reject(source, i.line, why.reason, plain(why.detail), plain(i.raw[:RAW]), plain(cells_of(i)))
        for i, why in refused
    ]


def cells_of(item: Item) -> str:
    """The values of a line by column, as JSON; empty where its text is that already, or was not taken apart."""
    if not item.values:
        return ""
    told = json.dumps(item.values, default=str, ensure_ascii=False)
    try:
        return "" if from_json(plain(item.raw)) == item.values else told[:RAW]
    except ValueError:
        return told[:RAW]


def plain(text: str) -> str:
    """A text that can be kept: halves of characters are replaced."""
    return text.encode("utf-8", "replace").decode()
