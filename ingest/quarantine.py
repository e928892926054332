"""What was refused, for people: `jingwei rejects`."""

from dataclasses import asdict
from datetime import UTC, datetime

from data_access.city import City
from data_access.lookup import rejected
from data_access.quarantine import Kept, kept_lines
from data_access.words import reason_title

TOLD = ("token", "feed", "kind", "at", "source", "line", "reason", "detail", "raw")


def rejects(
    city: City, limit: int = 100, feed: str | None = None, reason: str | None = None, everything: bool = False
) -> list[dict]:
    """The newest lines in quarantine, at most `limit`, of one feed or reason where named, with their last reason;
    or `everything` that was ever refused, as it was then.

    Each is a dictionary: token, feed, kind, at (aware UTC), source, line, reason, title (zh, en), detail, raw.
    """
    if everything:
        rows = rejected(city, limit, feed, reason)
    else:
        rows = map(_row, kept_lines(city, feed or "", None, limit, reason or ""))
    return [row | {"title": _title(row["reason"])} for row in rows]


def _row(line: Kept) -> dict:
    told = asdict(line) | {"at": datetime.fromtimestamp(line.at, UTC)}
    return {name: told[name] for name in TOLD}


def _title(reason: str) -> dict[str, str]:
    return asdict(reason_title(reason))
