"""Lines in quarantine put through the way in again: what would become of them, and doing it."""

from collections import Counter
from dataclasses import dataclass

from pydantic_core import from_json

from data_access.ask import Span
from data_access.city import City
from data_access.landing import Replayed
from data_access.quarantine import Kept, kept_lines
from data_access.words import T
from ingest.feedfile import CARRIED, FeedDefinition
from ingest.feedrows import RowMapper
from ingest.files import Row
from ingest.items import Batch, Item
from ingest.pipeline import outcome_of, submit_again
from ingest.reasons import Refused
from ingest.records import kinds
from ingest.refused import RAW

MOST = 10_000
"""How many lines are put in at once: those put in least often first, then the oldest."""
EXAMPLES = 3
CUT = T("保存时被截断，无法重放", "was cut short when it was kept")


@dataclass(frozen=True)
class Lines:
    """Which lines are meant: of a feed, refused within a span, for a reason where one is named."""

    feed: str
    span: Span
    reason: str = ""

    def kept(self, city: City, kind: str) -> list[Kept]:
        """Those in quarantine now, of one kind of record, the oldest first."""
        return kept_lines(city, self.feed, self.span, MOST, self.reason, kind, again=True)


@dataclass(frozen=True)
class Outcome:
    """What became, or would, of `total` lines: `landed`, `known` before; the others by reason, with examples."""

    total: int
    landed: int
    known: int
    reasons: tuple[tuple[str, int, tuple[tuple[int, str], ...]], ...]
    done: bool

    @property
    def refused(self) -> int:
        """How many would stay in quarantine, or did."""
        return sum(n for _, n, _ in self.reasons)


def present(city: City, feed: str, definitions: dict[str, FeedDefinition]) -> FeedDefinition:
    """How a feed's rows are read: as its file says; of another feed by the fields' own names."""
    if feed in definitions:
        return definitions[feed]
    known = city.live.feeds()[feed].feed
    carries = {carried: kind for kind, carried in CARRIED.items()}.get(known.carries, known.carries)
    made = FeedDefinition.model_validate(
        {
            "key": "feed",
            "title": known.title,
            "network": known.network,
            "interval": f"{known.interval} s",
            "owner": known.owner,
            "carries": carries if carries in kinds() else "reading",
            "time_format": "epoch",
            "source": {},
        }
    )
    return made.model_copy(update={"key": feed})


def tried(city: City, definition: FeedDefinition, lines: Lines) -> Outcome:
    """What would become of the lines if they were read by this definition; nothing is written."""
    taken = _taken(city, definition, lines)
    batch = Batch(lines.feed, [item for _, item in taken], definition.crs)
    kinds()[definition.carries].enrich(city, batch)
    return _told([outcome_of(kept, item) for kept, item in taken], taken, done=False)


def replayed(city: City, definition: FeedDefinition, lines: Lines) -> Outcome:
    """Put the lines in again, read by this definition. What lands leaves quarantine, once however often asked."""
    taken: list[tuple[Kept, Item]] = []

    def asked() -> list[tuple[Kept, Item]]:
        taken.extend(_taken(city, definition, lines))
        return taken

    token = f"{lines.feed}:{definition.digest}"
    outcomes = submit_again(city, lines.feed, definition.carries, asked, token, definition.crs)
    return _told(outcomes, taken, done=True)


def _taken(city: City, definition: FeedDefinition, lines: Lines) -> list[tuple[Kept, Item]]:
    mapper = RowMapper(city, definition)
    return [(kept, _item(mapper, kept)) for kept in lines.kept(city, definition.carries)]


def _item(mapper: RowMapper, kept: Kept) -> Item:
    """A kept line as an item; one that cannot be taken apart keeps the reason it has."""
    if len(kept.raw) >= RAW or len(kept.cells) >= RAW:
        return Item(kept.line, kept.raw, refused=Refused("unreadable", CUT.en))
    try:
        values = from_json(kept.cells or kept.raw)
    except ValueError:
        values = None
    if not isinstance(values, dict):
        return Item(kept.line, kept.raw, refused=Refused(kept.reason, kept.detail))
    return mapper.item(Row(kept.line, kept.raw, values))


def _told(outcomes: list[Replayed], taken: list[tuple[Kept, Item]], done: bool) -> Outcome:
    counted = Counter(one.outcome for one in outcomes)
    refused = [(one, kept) for one, (kept, _) in zip(outcomes, taken, strict=True) if one.outcome == "refused"]
    reasons = []
    for reason, n in Counter(one.reason for one, _ in refused).most_common():
        some = [(kept.line, one.detail) for one, kept in refused if one.reason == reason][:EXAMPLES]
        reasons.append((reason, n, tuple(some)))
    return Outcome(len(outcomes), counted["landed"], counted["known"], tuple(reasons), done)
