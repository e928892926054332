"""How long tables keep their rows: which partitions have had their time, and dropping them."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from data_access.city import City
from data_access.errors import SettingsError
from data_access.settings import KEPT_BY_TIME
from data_access.store.engine import run
from data_access.store.migrate import clustered
from data_access.store.tables import NEVER

DAY = 86400.0
OPEN = f"SELECT case_id FROM case_now FINAL WHERE closed_at = toDateTime64('{NEVER:%F %T}', 3, 'UTC')"
NEEDED = {
    "case_step": f"SELECT DISTINCT _partition_id FROM case_step WHERE case_id IN ({OPEN})",
    "replay": "SELECT DISTINCT _partition_id FROM reject",
}
"""By table the partitions that others need, of the same month."""

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Piece:
    """A partition that has had its time: its rows, bytes, and newest moment in epoch seconds."""

    table: str
    partition: str
    rows: int
    bytes: int
    newest: float


def due(city: City, at: float) -> list[Piece]:
    """The partitions of which every row is older than its table keeps rows, at the moment `at`.

    Of the steps of cases none is due of which a case that is open has a step, nor is what became of refused lines
    while the lines are kept. Rollups are never due. Raises SettingsError on a cluster.
    """
    if clustered(city.store.engine):
        raise SettingsError("On a cluster rows are dropped by its own means: see docs/operations.md, Retention.")
    kept = {table: days for table in KEPT_BY_TIME if (days := city.settings.days_kept(table))}
    found: list[Piece] = []
    for table, days in kept.items():
        needed = _needed(city, table, found)
        found += (piece for piece in _older(city, table, at - days * DAY) if piece.partition not in needed)
    return found


def keep(city: City, drop: bool, progress: Progress, at: float | None = None) -> list[Piece]:
    """What is due now; with `drop` it is gone afterwards. No batch lands meanwhile."""
    with city.store.gate.alone():
        found = due(city, time.time() if at is None else at)
        for done, piece in enumerate(found if drop else ()):
            progress("drop", done / len(found))
            run(city.store.engine, f"ALTER TABLE {piece.table} DROP PARTITION ID '{piece.partition}'")
    return found


def _older(city: City, table: str, cut: float) -> Iterator[Piece]:
    engine = city.store.engine
    newest = "SELECT _partition_id AS part, toFloat64(max(at)) AS newest"
    old = dict(run(engine, f"{newest} FROM {table} GROUP BY part HAVING newest < {cut}"))
    where = f"active AND database = currentDatabase() AND table = '{table}'"
    sizes = "SELECT partition_id, sum(rows), sum(bytes_on_disk) FROM system.parts"
    for part, rows, size in run(engine, f"{sizes} WHERE {where} GROUP BY partition_id ORDER BY partition_id"):
        if part in old:
            yield Piece(table, part, int(rows), int(size), float(old[part]))


def _needed(city: City, table: str, due: list[Piece]) -> set[str]:
    """The partitions of `table` that must stay: of steps, in which a case that is open has one; of what became of
    refused lines, whose month of lines is not `due`: a line that landed would be back in quarantine.
    """
    if table not in NEEDED:
        return set()
    gone = {piece.partition for piece in due if piece.table == "reject"} if table == "replay" else set()
    return {part for (part,) in run(city.store.engine, NEEDED[table])} - gone
