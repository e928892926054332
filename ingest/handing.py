"""How what a poller fetched is handed in: once, and noted as having been heard."""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from data_access.write import Receipt
from ingest.files import Row
from ingest.polling import Unfetched

if TYPE_CHECKING:
    from ingest.intake import Intake

BROKEN = "unreadable"
"""The reason for which a whole answer is refused."""
REMEMBERED = 200_000


def hand_in(intake: "Intake", rows: Sequence[Row], source: str) -> Receipt | None:
    """Take in rows under a token made of them; None for none. `source` is an address, told without its query.

    Raises Unfetched, after it was kept in quarantine, for an answer that is not in the source's format at all.
    """
    if not rows:
        spoke(intake)
        return None
    receipt = intake.take_rows(rows, digest(rows), source.split("?", 1)[0])
    if len(rows) == 1 and rows[0].refused and rows[0].refused.reason == BROKEN:
        raise Unfetched(f"{source.split('?', 1)[0]}: {rows[0].refused}")
    spoke(intake)
    return receipt


def spoke(intake: "Intake") -> None:
    """Note that the feed was heard, be there anything new or not."""
    intake.city.live.seen(intake.definition.key, time.time(), None)


def digest(rows: Sequence[Row]) -> str:
    """A token for a batch: the same for the same rows that mean the same."""
    body = hashlib.sha256()
    for row in rows:
        body.update(f"{row.raw}\0{row.values!r}\0".encode("utf-8", "replace"))
    return f"rows:{body.hexdigest()[:32]}"


class Seen:
    """Which of what a source tells again and again was handed in as it is: the last 200,000 by their names."""

    def __init__(self) -> None:
        self._known: OrderedDict[bytes, bytes] = OrderedDict()

    def new(self, name: str, raw: str) -> bool:
        """Whether `name` was not there, or otherwise."""
        return self._known.get(_short(name)) != _short(raw)

    def keep(self, name: str, raw: str) -> None:
        """Remember how `name` was handed in."""
        key = _short(name)
        self._known[key] = _short(raw)
        self._known.move_to_end(key)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)


def _short(raw: str) -> bytes:
    return hashlib.sha256(raw.encode("utf-8", "replace")).digest()[:16]
