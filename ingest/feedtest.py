"""Trying a feed before it is let in, and listing those that are: `jingwei feed`."""

from collections import Counter
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from data_access.city import City
from data_access.errors import BadSource
from ingest.feedfile import chosen
from ingest.feedrows import rows_of_file
from ingest.intake import Intake
from ingest.reasons import REASONS
from ingest.service import declared

MOST = 100_000
"""Rows of a sample that are tried."""
EXAMPLES = 3
"""Lines shown of each reason."""


def tried(city: City, path: str, sample: str, key: str | None = None) -> dict:
    """What would become of the rows of the file `sample`, sent by a feed of the feeds file `path`; writes nothing.

    Raises BadSource for a file that cannot be used.
    """
    definition = chosen(Path(path), key)
    if not Path(sample).is_file():
        raise BadSource(f"{sample}: there is no such file.")
    batch = Intake(city, definition).tried(rows_of_file(definition, Path(sample)), MOST)
    refused = [item for item in batch.items if item.refused]
    reasons = Counter(item.refused.reason for item in refused)
    examples = {
        reason: [(i.line, i.refused.detail) for i in refused if i.refused.reason == reason][:EXAMPLES]
        for reason in reasons
    }
    drafts = [draft.duplicate for _, draft in batch.drafts()]
    return {
        "feed": definition.key,
        "carries": definition.carries,
        "rows": len(batch.items),
        "accepted": len(drafts) - sum(drafts),
        "rejected": len(refused),
        "duplicates": sum(drafts),
        "reasons": dict(reasons.most_common()),
        "examples": examples,
    }


def printed(found: dict) -> str:
    """What `tried` found, for people."""
    lines = [
        f"Feed {found['feed']}: of {found['rows']:,} rows {found['rejected']:,} would be refused; the others are"
        f" {found['accepted']:,} new and {found['duplicates']:,} known records of kind {found['carries']}."
    ]
    for reason, n in found["reasons"].items():
        lines.append(f"{n:>8,}  {reason}: {REASONS[reason].en}")
        lines += [f"          line {line}: {detail}" for line, detail in found["examples"][reason]]
    return "\n".join(lines)


def listed(city: City) -> list[dict]:
    """The declared feeds, in the file's order: key, title, adapter, kind of record, when it spoke, counts."""
    states, zone = city.live.feeds(), ZoneInfo(city.profile.zone)
    rows = []
    for definition in declared(city.settings):
        state = states.get(definition.key)
        spoke = state.last_seen if state else None
        rows.append(
            {
                "key": definition.key,
                "title": definition.title.en,
                "adapter": definition.source.adapter,
                "carries": definition.carries,
                "spoke": f"{datetime.fromtimestamp(spoke, zone):%Y-%m-%d %H:%M:%S}" if spoke else "never",
                "accepted": state.accepted if state else 0,
                "rejected": state.rejected if state else 0,
            }
        )
    return rows
