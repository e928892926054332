"""Refused lines for people: those of the page's feed that are in quarantine, by reason, without secrets."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from data_access.ask import Ask
from data_access.city import City
from data_access.errors import OutOfScope
from data_access.hiding import hider
from data_access.quarantine import Kept, Refusals, kept_lines, refusals
from data_access.queries.feeds import asked_feed, judged, window
from data_access.scope import EVERYTHING

SHOWN = 50
LETTERS = 2000
"""Characters of a line that the page shows; an export has it whole."""
EXPORTED = 100_000
"""Lines of an export at most, the newest."""


@dataclass(frozen=True)
class Quarantine:
    """The lines of a feed that were refused within the window: how many by reason, and the newest of them."""

    counts: Refusals
    lines: tuple[Kept, ...]


def quarantine(city: City, ask: Ask, limit: int = SHOWN) -> Quarantine | None:
    """What of the page's feed is in quarantine; None where there is no such feed, or it may not be seen."""
    if ask.scope != EVERYTHING or asked_feed(ask)[0] not in city.live.feeds():
        return None
    feed = _feed(ask)
    span = window(ask)
    lines = (replace(line, raw=_cut(line.raw)) for line in _shown(city, feed, ask, limit))
    return Quarantine(refusals(city, feed, span, judged(ask)), tuple(lines))


def exported(city: City, ask: Ask) -> Iterator[Kept]:
    """All of those lines, up to a hundred thousand. Raises OutOfScope, StoreFailed before the first."""
    return _shown(city, _feed(ask), ask, EXPORTED)


def _feed(ask: Ask) -> str:
    if ask.scope != EVERYTHING:
        raise OutOfScope("Refused lines may be of anywhere in the city.")
    return asked_feed(ask)[0]


def _cut(text: str) -> str:
    return text if len(text) <= LETTERS else f"{text[:LETTERS]}…"


def _shown(city: City, feed: str, ask: Ask, limit: int) -> Iterator[Kept]:
    hide, until = hider(), judged(ask)
    kept = kept_lines(city, feed, window(ask), limit, ask.view.reason, until=until)
    return (replace(line, raw=hide(line.raw), detail=hide(line.detail)) for line in kept)
