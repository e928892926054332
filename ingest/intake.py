"""The door of one feed: bodies or rows as it sends them, in; a receipt once the store has them, out."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from data_access.city import City
from data_access.write import Receipt
from ingest.columnwise import Columnwise
from ingest.feedfile import FeedDefinition
from ingest.feedrows import RowMapper, moved, rows_of
from ingest.files import Row
from ingest.items import Batch
from ingest.pipeline import submit_items, submit_readings
from ingest.records import kinds
from ingest.tries import Tries


@dataclass
class Intake:
    """Takes in what one feed sends to a city. Thread-safe.

    `token` names a batch: one that landed before changes nothing. Once the definition of the feed's rows has
    changed, the same token names another batch, so that what was refused can be sent again. `source` is what
    refused lines are noted under; `tries` what was tried through this door itself. Raises StoreFailed when the
    store cannot take the batch: then it is to be sent again.
    """

    city: City
    definition: FeedDefinition
    tries: Tries = field(default_factory=Tries)
    _mapper: RowMapper = field(init=False)
    _columnwise: Columnwise = field(init=False)

    def __post_init__(self) -> None:
        self._mapper = RowMapper(self.city, self.definition)
        self._columnwise = Columnwise(self.city, self.definition, self._mapper)

    @property
    def key(self) -> str:
        """The feed's key."""
        return self.definition.key

    def take(self, body: bytes, token: str, source: str, form: str | None = None, first: int = 1) -> Receipt:
        """Take in a whole payload in the format `form`, or the feed's own; its first line is line `first`."""
        found = self._columnwise.sorted(body, form)
        if found is None:
            rows = rows_of(self.definition, body, form, source)
            return self.take_rows(moved(rows, first - 1), token, source)
        rejects = found.rejects(source, first - 1)
        return submit_readings(self.city, self.key, found.columns, rejects, self.named(token))

    def take_rows(self, rows: Iterable[Row], token: str, source: str) -> Receipt:
        """Take in rows that were read already."""
        items = self._mapper.items(rows)
        kind, crs = self.definition.carries, self.definition.crs
        return submit_items(self.city, self.key, kind, items, self.named(token), source, crs)

    def named(self, token: str) -> str:
        """The token as the store keeps it."""
        return f"{self.key}:{self.definition.digest}:{token}"

    def tried(self, rows: Iterable[Row], most: int) -> Batch:
        """What would become of the first `most` rows; nothing is written."""
        batch = Batch(self.key, self._mapper.items(islice(rows, most)), self.definition.crs)
        kinds()[self.definition.carries].enrich(self.city, batch)
        return batch
