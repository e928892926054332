"""After a process was killed: tokens that were written down for parts which are not there are forgotten.

The engine writes a batch's token into a log beside its table, and then puts the part with the rows in its place.
Killed between the two it would take the rows for known when they are sent again, and they would be lost.
"""

import re
from collections.abc import Iterable
from pathlib import Path

PART = re.compile(r"(.+)_(\d+)_(\d+)_\d+(_\d+)?")
"""A part's name: partition, first block, last block, level, and the mutation it has been through."""
ADDED = "1"
Blocks = tuple[int, int]


def mend(store: Path) -> int:
    """Forget such tokens in all tables of an embedded store that nobody has open; returns how many there were."""
    return sum(_mend_table(logs.parent, logs) for logs in store.glob("store/*/*/deduplication_logs"))


def _mend_table(table: Path, logs: Path) -> int:
    there = _parts(path.name for path in table.iterdir() if path.is_dir())
    forgotten = 0
    for log in sorted(logs.glob("deduplication_log_*.txt")):
        lines = log.read_text().splitlines(keepends=True)
        kept = [line for line in lines if _stands(line, there)]
        if len(kept) < len(lines):
            forgotten += len(lines) - len(kept)
            written = log.with_suffix(".new")
            written.write_text("".join(kept))
            written.replace(log)
    return forgotten


def _parts(names: Iterable[str]) -> dict[str, list[Blocks]]:
    """Of each partition the blocks that its parts hold, first and last."""
    found: dict[str, list[Blocks]] = {}
    for name in names:
        if (part := PART.fullmatch(name)) and not name.startswith(("tmp", "delete_tmp", "detached")):
            found.setdefault(part[1], []).append((int(part[2]), int(part[3])))
    return found


def _stands(line: str, there: dict[str, list[Blocks]]) -> bool:
    """Whether a line of a log is whole, and tells of a part that is there, if only merged into another."""
    words = line.split("\t")
    if len(words) != 3 or not line.endswith("\n") or not (part := PART.fullmatch(words[1])):
        return False
    first, last = int(part[2]), int(part[3])
    return words[0] != ADDED or any(a <= first and last <= b for a, b in there.get(part[1], ()))
