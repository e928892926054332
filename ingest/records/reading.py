"""Readings of devices: ``{"device": code, "at": …, "value": 12.5}``."""

from dataclasses import dataclass
from typing import Annotated
from weakref import WeakKeyDictionary

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from data_access.city import City
from data_access.heard import known
from data_access.words import T
from ingest.fields import Name, Past, Record
from ingest.items import Batch
from ingest.reasons import Refused, shown
from ingest.records import RecordKind

FLOAT32 = 3.4e38
UNSAID = 2
"""Stands for an alarm that a reading does not tell of itself."""


class Reading(Record):
    """A device, named by its code, what it measured and, where it says so itself, whether it is in alarm."""

    device: Name
    at: Past
    value: Annotated[float, Field(allow_inf_nan=False, ge=-FLOAT32, le=FLOAT32)]
    alarm: bool | None = None


@dataclass(frozen=True)
class Register:
    """The city's devices for looking up: the row in `City.devices` by code, and by row beyond what is an alarm.

    `codes` and `places` are the codes that need no trimming, and their rows, as columns.
    """

    rows: dict[str, int]
    codes: pa.Array
    places: np.ndarray
    above: np.ndarray
    below: np.ndarray

    def alarms(self, place: np.ndarray, value: np.ndarray, said: np.ndarray) -> np.ndarray:
        """0 or 1 for each reading: as `said`, and where UNSAID by the limits of its device's kind."""
        with np.errstate(invalid="ignore"):
            beyond = (value > self.above[place]) | (value < self.below[place])
        return np.where(said == UNSAID, beyond, said).astype(np.uint8)


_registers: "WeakKeyDictionary[object, Register]" = WeakKeyDictionary()


def register_of(city: City) -> Register:
    """The register of an open city."""
    if city.store not in _registers:
        rows = {str(code): row for row, code in enumerate(city.devices["code"])}
        kinds = {kind.key: kind for kind in city.profile.device_kinds}
        mine = [kinds.get(str(kind)) for kind in city.devices["kind"]]
        above = [np.nan if k is None or k.alarm_above is None else k.alarm_above for k in mine]
        below = [np.nan if k is None or k.alarm_below is None else k.alarm_below for k in mine]
        plain = [code for code in rows if code == code.strip() and 0 < len(code) <= 200]
        codes, places = pa.array(plain, pa.string()), np.array([rows[code] for code in plain], np.int64)
        limits = np.array(above, float), np.array(below, float)
        _registers[city.store] = Register(rows, codes, places, *limits)
    return _registers[city.store]


def enrich(city: City, batch: Batch) -> None:
    """Fill in id, leaf and alarm; the same device and second, here or in the store, is a duplicate."""
    register, devices, there = register_of(city), city.devices, []
    for item, draft in batch.drafts():
        row = register.rows.get(draft.record.device)
        if row is None:
            item.refuse(Refused("unknown_device", shown("device", draft.record.device)))
            continue
        there.append((row, draft))
    place = np.array([row for row, _ in there], np.int64)
    at = np.array([draft.record.at // 1000 for _, draft in there], np.int64)
    value = np.array([draft.record.value for _, draft in there], float)
    alarm = register.alarms(place, value, np.array([said(draft.record) for _, draft in there], np.uint8))
    twice = known(city, place, at)
    for n, (row, draft) in enumerate(there):
        draft.duplicate = bool(twice[n])
        draft.row = {
            "device": int(devices["id"][row]),
            "at": int(at[n]),
            "value": draft.record.value,
            "alarm": int(alarm[n]),
            "leaf": int(devices["leaf"][row]),
            "feed": batch.feed,
        }


def said(reading: Reading) -> int:
    """The alarm that a reading tells: 0, 1, or UNSAID."""
    return UNSAID if reading.alarm is None else int(reading.alarm)


def doubts(city: City, table: pa.Table) -> dict[str, pa.Array]:
    """Rows of devices that the city does not have."""
    ids = pa.array(np.asarray(city.devices["id"], np.uint32))
    return {"unknown_device": pc.invert(pc.is_in(table["device"], ids))}


RECORD = RecordKind("reading", T("读数", "Reading"), Reading, enrich, doubts)
