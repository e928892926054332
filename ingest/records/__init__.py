"""Kinds of records, one file each: a file here with a `RECORD` is a kind; nothing else is touched to add one."""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import pyarrow as pa

from data_access.city import City
from data_access.errors import DeclarationError
from data_access.words import T
from ingest.fields import Record
from ingest.items import Batch


@dataclass(frozen=True)
class RecordKind:
    """A kind of record.

    `model` says what a line may hold. `enrich` fills the row of every draft, marks duplicates and refuses
    lines. `doubts` names, for a table of `data_access.write.schema(key)`, the reason and a mask (true: refuse)
    of each rule that needs the city.
    """

    key: str
    title: T
    model: type[Record]
    enrich: Callable[[City, Batch], None]
    doubts: Callable[[City, pa.Table], dict[str, pa.Array]]


@cache
def kinds() -> dict[str, RecordKind]:
    """All kinds by key. Raises DeclarationError when two have one key."""
    found: dict[str, RecordKind] = {}
    for module in pkgutil.iter_modules(__path__):
        record = getattr(importlib.import_module(f"{__name__}.{module.name}"), "RECORD", None)
        if record is None:
            continue
        if record.key in found:
            raise DeclarationError(f"The record kind {record.key!r} is declared twice.")
        found[record.key] = record
    return found
