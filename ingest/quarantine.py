"""What was refused, for people: `jingwei rejects`."""

from data_access.city import City
from data_access.lookup import rejected, rejected_by_reason
from ingest.reasons import REASONS


def rejects(city: City, limit: int = 100, feed: str | None = None, reason: str | None = None) -> list[dict]:
    """The newest refused lines, at most `limit`, of one feed or reason where named.

    Each is a dictionary: token, feed, kind, at (aware UTC), source, line, reason, title (zh, en), detail, raw.
    """
    return [row | {"title": _title(row["reason"])} for row in rejected(city, limit, feed, reason)]


def reject_counts(city: City, feed: str | None = None) -> list[dict]:
    """How many lines were refused, by feed, source and reason: dictionaries feed, source, reason, title, n."""
    found = rejected_by_reason(city, feed)
    columns = zip(*(found[n] for n in ("feed", "source", "reason", "n")), strict=True)
    return [{"feed": f, "source": s, "reason": r, "title": _title(r), "n": int(n)} for f, s, r, n in columns]


def _title(reason: str) -> dict[str, str]:
    title = REASONS.get(reason)
    return {"zh": title.zh, "en": title.en} if title else {"zh": reason, "en": reason}
