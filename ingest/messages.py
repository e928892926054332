"""Messages of a broker, and the rows they hold."""

from collections.abc import Iterator
from dataclasses import dataclass

from ingest.feedfile import FeedDefinition
from ingest.feedrows import rows_of
from ingest.files import Row

TOPIC = "@topic"
"""A column that every row of a message has: the parts of its topic, so that ``@topic.1`` is the second."""


@dataclass(frozen=True)
class Message:
    """A message as it came over one connection, counted by `turn`; it is acknowledged over no other."""

    turn: int
    mid: int
    topic: str
    payload: bytes


def taken_apart(definition: FeedDefinition, messages: list[Message]) -> Iterator[Row]:
    """The rows of some messages, numbered through; ``@topic`` holds the parts of each one's topic."""
    number = 0
    for message in messages:
        text = message.payload.strip()
        form = None
        if definition.format in ("ndjson", "json"):
            form = "json" if text.startswith(b"[") else "ndjson"
            text = text if form == "json" else _one_line(text)
        for row in rows_of(definition, text, form, message.topic):
            number += 1
            row.line = number
            row.values = row.values | {TOPIC: message.topic.split("/")}
            yield row


def _one_line(text: bytes) -> bytes:
    """An object over several lines as one; lines that are objects each stay as they are."""
    first = text.split(b"\n", 1)[0].strip()
    spread = b"\n" in text and not first.endswith(b"}")
    return b" ".join(text.split(b"\n")) if spread else text
