"""Readings of devices: ``{"device": code, "at": …, "value": 12.5}``."""

from collections.abc import Iterable
from typing import Annotated
from weakref import WeakKeyDictionary

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from data_access.city import City
from data_access.lookup import last_readings, readings_between
from data_access.profile import DeviceKind
from data_access.words import T
from ingest.fields import Name, Past, Record
from ingest.items import Batch, Draft, Item
from ingest.reasons import Refused, shown
from ingest.records import RecordKind

FLOAT32 = 3.4e38

_codes: "WeakKeyDictionary[object, dict[str, int]]" = WeakKeyDictionary()


class Reading(Record):
    """A device, named by its code, what it measured and, where it says so itself, whether it is in alarm."""

    device: Name
    at: Past
    value: Annotated[float, Field(allow_inf_nan=False, ge=-FLOAT32, le=FLOAT32)]
    alarm: bool | None = None


def device_rows(city: City) -> dict[str, int]:
    """The row in `city.devices` of each device, by code."""
    if city.store not in _codes:
        _codes[city.store] = {str(code): row for row, code in enumerate(city.devices["code"])}
    return _codes[city.store]


def enrich(city: City, batch: Batch) -> None:
    """Fill in id, leaf and alarm; the same device and second, here or in the store, is a duplicate."""
    rows, devices = device_rows(city), city.devices
    kinds = {kind.key: kind for kind in city.profile.device_kinds}
    known = []
    for item, draft in batch.drafts():
        at = rows.get(draft.record.device)
        if at is None:
            item.refuse(Refused("unknown_device", shown("device", draft.record.device)))
            continue
        draft.row = {
            "device": int(devices["id"][at]),
            "at": draft.record.at // 1000,
            "value": draft.record.value,
            "alarm": _alarm(kinds.get(str(devices["kind"][at])), draft.record),
            "leaf": int(devices["leaf"][at]),
            "feed": batch.feed,
        }
        known.append((item, draft))
    _mark_duplicates(city, known)


def _alarm(kind: DeviceKind | None, reading: Reading) -> int:
    if reading.alarm is not None:
        return int(reading.alarm)
    if kind is None:
        return 0
    above = kind.alarm_above is not None and reading.value > kind.alarm_above
    below = kind.alarm_below is not None and reading.value < kind.alarm_below
    return int(above or below)


def _mark_duplicates(city: City, known: Iterable[tuple[Item, Draft]]) -> None:
    # Only a reading that is not newer than its device's last can be in the store already.
    keys = [(d.row["device"], d.row["at"]) for _, d in known]
    last = last_readings(city, [device for device, _ in keys])
    late = [key for key in keys if key[1] <= last.get(key[0], -1)]
    seen: set[tuple[int, int]] = set()
    if late:
        moments = [at for _, at in late]
        seen = readings_between(city, [device for device, _ in late], min(moments), max(moments))
    for key, (_, draft) in zip(keys, known, strict=True):
        draft.duplicate = key in seen
        seen.add(key)


def doubts(city: City, table: pa.Table) -> dict[str, pa.Array]:
    """Rows of devices that the city does not have."""
    ids = pa.array(np.asarray(city.devices["id"], np.uint32))
    return {"unknown_device": pc.invert(pc.is_in(table["device"], ids))}


RECORD = RecordKind("reading", T("读数", "Reading"), Reading, enrich, doubts)
