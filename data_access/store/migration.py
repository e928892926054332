"""Declaring a migration of the analytics store, and the table of those it has been through."""

from collections.abc import Callable
from dataclasses import dataclass

from clickhouse_connect.cc_sqlalchemy.datatypes.sqltypes import String, UInt32
from sqlalchemy import Engine

from data_access.store.declare import latest, moment

migration = latest("migration", {"number": UInt32, "title": String, "at": moment()}, "number", "at")


@dataclass(frozen=True)
class Migration:
    """Steps from one form of the store to the next: statements, or functions of the engine.

    Each must do no harm when it is done again: a migration that was cut short is run anew from its first step.
    Tables that are missing have been made before; rollups are made afterwards.
    """

    number: int
    title: str
    steps: tuple[str | Callable[[Engine], None], ...]

    @property
    def key(self) -> str:
        """Its number, as its file's name begins."""
        return f"{self.number:03d}"
