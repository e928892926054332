"""When each device was last heard of, kept in memory: what is newer than that cannot be in the store yet."""

import threading
from weakref import WeakKeyDictionary

import numpy as np
import pyarrow as pa
from sqlalchemy import func, literal_column, select

from data_access.city import City
from data_access.store.store import Store
from data_access.store.tables import device_now, reading

NEVER = -1
BITS = 32
SECOND = (1 << BITS) - 1
PIECE = 4000
"""How many readings one statement names: the engine bounds a statement's length."""


class Heard:
    """`last`: the newest second of each of the city's devices that may be in the store, NEVER for none."""

    def __init__(self, ids: np.ndarray, last: np.ndarray):
        self.last = last
        self._ids = ids

    def note(self, rows: pa.Table) -> None:
        """Take in readings that are about to land. Before, not after: an insert that fails may have landed."""
        device = rows["device"].to_numpy()
        at = rows["at"].cast(pa.int64()).to_numpy()
        place = np.searchsorted(self._ids, device).clip(0, max(len(self._ids) - 1, 0))
        ours = self._ids[place] == device if len(self._ids) else np.zeros(len(device), bool)
        np.maximum.at(self.last, place[ours], at[ours])


_lock = threading.Lock()
_heard: "WeakKeyDictionary[Store, Heard]" = WeakKeyDictionary()


def heard(city: City) -> Heard:
    """What was heard of the city's devices; read from the store once, then kept up by every landing batch."""
    with _lock:
        if city.store not in _heard:
            _heard[city.store] = _read(city)
        return _heard[city.store]


def _read(city: City) -> Heard:
    ids, n = city.devices["id"], device_now.c
    last = np.full(len(ids), NEVER, np.int64)
    found = city.store.arrays(
        select(n.device, func.toUnixTimestamp(n.at).label("seconds")).select_from(device_now)
    )
    if len(ids):
        place = np.searchsorted(ids, found["device"]).clip(0, len(ids) - 1)
        ours = ids[place] == found["device"]
        last[place[ours]] = found["seconds"][ours]
    return Heard(ids, last)


def known(city: City, place: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Whether each reading is in the store already, or the twin of one before it.

    `place` is the row of its device in `City.devices`, `at` its UTC epoch second. Only what is not newer than the
    last that was heard of its device is looked up.
    """
    late = at <= heard(city).last[place]
    found = np.zeros(len(at), bool)
    device = city.devices["id"][place].astype(np.int64)
    if late.any():
        found[late] = _stored(city, device[late], at[late])
    _, first = np.unique(_key(device, at), return_index=True)
    twin = np.ones(len(at), bool)
    twin[first] = False
    return found | twin


def _stored(city: City, device: np.ndarray, at: np.ndarray) -> np.ndarray:
    keys, r = np.unique(_key(device, at)), reading.c
    there = [np.zeros(0, np.int64)]
    for start in range(0, len(keys), PIECE):
        piece = keys[start : start + PIECE]
        second = piece & SECOND
        pairs = ",".join(f"({k >> BITS},{k & SECOND})" for k in piece.tolist())
        statement = select(r.device, func.toUnixTimestamp(r.at).label("seconds")).where(
            r.at >= func.toDateTime(int(second.min()), "UTC"),
            r.at <= func.toDateTime(int(second.max()), "UTC"),
            literal_column(f"(device, toUnixTimestamp(at)) IN ({pairs})"),
        )
        rows = city.store.arrays(statement)
        there.append(_key(rows["device"].astype(np.int64), rows["seconds"].astype(np.int64)))
    return np.isin(_key(device, at), np.concatenate(there))


def _key(device: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Device and second as one number."""
    return (device.astype(np.int64) << BITS) | at
