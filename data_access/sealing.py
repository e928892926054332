"""Long cases: the few spells that lasted long are kept once more, so that what was alive at any moment is found by
reading the months before it, and these.

A spell lasted long when it ended more than LONG after it was opened: it was closed, or its last deadline fell, or
it is open still. Sealing copies the long ones of all spells opened up to a moment; from then on whatever lands for
one of those is copied too. A copy is the whole fold of a spell's steps, so copying again does no harm.
"""

import logging
import threading
from collections.abc import Callable
from weakref import WeakKeyDictionary

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import ColumnElement, func, or_, select

from data_access.errors import StoreFailed
from data_access.store.declare import metadata, stamp
from data_access.store.store import Store
from data_access.store.tables import case_now, case_sealed

DAY = 86400
LONG = 20 * DAY
"""Seconds from being opened to its end, from which on a spell counts as long."""
AT_ONCE = 180 * DAY
"""Of how much time's cases one statement copies at most."""
EVERY = 3600.0
"""Seconds between two looks at what has grown old enough."""
NAMED = 1000
"""So many cases are named to the engine; of more, all of their time are copied."""

c = case_now.c
log = logging.getLogger(__name__)
_lock = threading.Lock()
_sealed: "WeakKeyDictionary[Store, float]" = WeakKeyDictionary()


def sealed(store: Store) -> float:
    """Up to when opened spells are sealed, in UTC epoch seconds; 0 for none."""
    with _lock:
        if store not in _sealed:
            asked = select(func.toUnixTimestamp(func.max(case_sealed.c.until)).label("at")).select_from(
                case_sealed
            )
            _sealed[store] = float(store.rows(asked)[0]["at"] or 0)
        return _sealed[store]


def seal(store: Store, until: float, progress: Callable[[float], None] = lambda part: None) -> None:
    """Seal all spells opened before `until` (UTC epoch seconds, at least LONG ago) that are not sealed yet.

    The copies are merged, since every question about cases reads them all.
    """
    begin = max(sealed(store), _first(store))
    at = begin
    while at < until:
        stop = min(until, at + AT_ONCE)
        # Alone: a step that lands between the copy and the mark would be in neither.
        with store.gate.alone():
            _copy(store, c.opened_at >= stamp(at), c.opened_at < stamp(stop))
            _note(store, stop)
        at = stop
        progress((at - begin) / (until - begin))
    store.fold(tables=("case_long",))


def touched(store: Store, rows: pa.Table) -> None:
    """Copy anew the spells that steps `rows` (columns of case_step) have just been added to, if sealed."""
    edge = sealed(store)
    if not edge:
        return
    opened = rows["opened_at"].cast(pa.int64())
    old = rows.filter(pc.less(opened, int(edge * 1000)))
    if old.num_rows:
        _copy(store, *_among(old))


def keep_sealed(store: Store, clock: Callable[[], float]) -> threading.Thread:
    """Seal what has grown old enough, now and every hour, in a thread of its own, until the process ends.

    For the one process that writes; `clock` gives the present in UTC epoch seconds.
    """
    thread = threading.Thread(target=_keep, args=(store, clock, threading.Event()), name="sealing", daemon=True)
    thread.start()
    return thread


def _keep(store: Store, clock: Callable[[], float], never: threading.Event) -> None:
    while True:
        try:
            seal(store, clock() - LONG)
        except StoreFailed as error:
            log.warning("Long cases are not sealed now: %s", error)
        except Exception:
            log.exception("Long cases could not be sealed")
        if never.wait(EVERY):
            return


def _among(rows: pa.Table) -> list[ColumnElement]:
    """What the spells of `rows` fulfil in case_now, and not many others."""
    edges = pc.min_max(rows["opened_at"]).as_py()
    held = [c.opened_at >= edges["min"], c.opened_at <= edges["max"]]
    ids = rows["case_id"].unique().to_pylist()
    return held if len(ids) > NAMED else [*held, c.leaf.in_(rows["leaf"].unique().to_pylist()), c.case_id.in_(ids)]


def _copy(store: Store, *held: ColumnElement) -> None:
    ends = func.addSeconds(c.opened_at, LONG)
    columns = [c[column.name] for column in metadata.tables["case_long"].columns]
    long = select(*columns).select_from(case_now).where(or_(c.closed_at > ends, c.due_last > ends), *held)
    store.fill("case_long", long)


def _note(store: Store, until: float) -> None:
    row = {"one": pa.array([1], pa.uint8()), "until": pa.array([int(until * 1000)], pa.timestamp("ms", "UTC"))}
    store.insert("case_sealed", pa.table(row))
    with _lock:
        _sealed[store] = until


def _first(store: Store) -> float:
    """When the first spell was opened; as late as can be where there is none."""
    asked = select(func.toUnixTimestamp(func.min(c.opened_at)).label("at"), func.count().label("n"))
    row = store.rows(asked.select_from(case_now), folded=False)[0]
    return float(row["at"]) if row["n"] else float("inf")
