"""What a report is: a declaration, found in reports/templates, of which panels go in and what is said of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from data_access.ask import Ask
from data_access.city import City
from data_access.registry import Registry, discover
from data_access.words import T
from reports.periods import Against, Period


@dataclass(frozen=True)
class Asked:
    """What a report is of: a question of a past moment, and the one that it is set against.

    `before` is None where nothing is recorded of that; `against` is what it is called.
    """

    ask: Ask
    before: Ask | None
    against: Against


Tell = Callable[[City, Asked], tuple[T, ...]]
"""Sentences made of numbers; none for what there is nothing to say of."""


@dataclass(frozen=True)
class Section:
    """A part of a report: the keys of the panels whose rows go in, and what tells of them in sentences."""

    title: T
    panels: tuple[str, ...] = ()
    tell: Tell = lambda city, asked: ()


@dataclass(frozen=True, kw_only=True)
class Report:
    """A declared report. `periods` are those it may be of, the usual one first.

    `unfit` says why a View is none that it can be of; None where it is one.
    """

    key: str
    title: T
    help: T
    periods: tuple[Period, ...]
    sections: tuple[Section, ...]
    unfit: Callable[[City, Ask], T | None] = lambda city, ask: None
    order: int = 100

    @property
    def panels(self) -> tuple[str, ...]:
        """The panels of all sections, each once, in their order."""
        return tuple(dict.fromkeys(key for section in self.sections for key in section.panels))

    def period(self, key: str) -> Period | None:
        """The period called `key`; the usual one for an empty key."""
        return next((period for period in self.periods if key in ("", period.key)), None)

    def faults(self) -> Iterator[str]:
        """What is missing for it to be offered."""
        for name in ("title", "help"):
            text = getattr(self, name)
            if not (text.zh and text.en):
                yield f"needs a {name} in both languages"
        if not self.periods:
            yield "needs a period"
        if not self.panels:
            yield "needs a panel"


def reports() -> Registry[Report]:
    """All reports. Raises DeclarationError for one declared twice or wrongly."""
    return Registry(discover("reports.templates", "REPORT"), _faults)


def _faults(entry: object) -> Iterator[str]:
    if not isinstance(entry, Report):
        yield "is not a Report"
        return
    yield from entry.faults()
