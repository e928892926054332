"""Adapters, one file each: a file here with an `ADAPTER` is one; nothing else is touched to add one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Protocol

from data_access.registry import Registry, discover
from data_access.words import T
from ingest.cityparts import Part
from ingest.files import Row

if TYPE_CHECKING:
    from ingest.intake import Intake


class Running(Protocol):
    """What an adapter started."""

    def stop(self) -> None:
        """End it, in good order."""


@dataclass(frozen=True)
class Adapter:
    """A way for a feed to come in.

    `settings` says what the feed's `source` may hold; `start` begins to fetch or to listen; `rows` takes a body
    apart, and never raises: what is not its format is one refused row.
    """

    key: str
    title: T
    help: T
    settings: type[Part]
    start: "Callable[[Intake, Part], Running] | None" = None
    rows: Callable[[bytes], Iterator[Row]] | None = None


@cache
def adapters() -> Registry[Adapter]:
    """All adapters. Raises DeclarationError for one declared twice or wrongly."""
    return Registry(discover("ingest.adapters", "ADAPTER"))
