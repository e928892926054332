"""What is on its way in: lines, the records they hold, and what became of each."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from pydantic import BaseModel

from ingest.reasons import Refused


@dataclass(slots=True)
class Draft:
    """One record being prepared: `row` is filled with its table's columns; a duplicate has none."""

    record: BaseModel
    row: dict | None = None
    duplicate: bool = False
    place: tuple[int, float, float] | None = None
    due: int | None = None


@dataclass(slots=True)
class Item:
    """One line as it came, its values by column where it was taken apart, and its records.

    It is taken whole or refused whole.
    """

    line: int
    raw: str
    drafts: list[Draft] = field(default_factory=list)
    refused: Refused | None = None
    values: dict | None = None

    def refuse(self, error: Refused) -> None:
        """Refuse the line; the first reason stays."""
        self.refused = self.refused or error

    @property
    def duplicate(self) -> bool:
        """Whether everything it says was known already."""
        return self.refused is None and all(d.duplicate for d in self.drafts)


@dataclass(slots=True)
class Batch:
    """Lines that land together, from one feed in one coordinate system."""

    feed: str
    items: list[Item]
    crs: str = "wgs84"

    def drafts(self) -> Iterator[tuple[Item, Draft]]:
        """Every record of every line not refused so far, with its line."""
        for item in self.items:
            for draft in item.drafts if item.refused is None else ():
                yield item, draft
