"""Changes of state of managed components: ``{"facility": code, "at": …, "state": "damaged"}``."""

from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from data_access.city import City
from data_access.lookup import facilities_by_code, facility_steps
from data_access.words import FACILITY_STATES, T
from ingest.fields import Name, Past, Record
from ingest.items import Batch
from ingest.reasons import Refused, shown
from ingest.records import RecordKind


class FacilityStep(Record):
    """A component, named by its code, and the state it went into."""

    facility: Name
    at: Past
    state: Literal[tuple(FACILITY_STATES)]


def enrich(city: City, batch: Batch) -> None:
    """Fill in id, leaf and type of the component; the same facility, second and state is a duplicate."""
    found = facilities_by_code(city, [d.record.facility for _, d in batch.drafts()])
    members = found.values()
    seen = facility_steps(city, [m["leaf"] for m in members], [m["id"] for m in members])
    for item, draft in batch.drafts():
        record = draft.record
        member = found.get(record.facility)
        if member is None:
            item.refuse(Refused("unknown_facility", shown("facility", record.facility)))
            continue
        key = (member["id"], record.at // 1000, record.state)
        draft.duplicate = key in seen
        seen.add(key)
        names = ("facility", "at", "state")
        draft.row = dict(zip(names, key, strict=True)) | {
            "leaf": member["leaf"],
            "type": member["type"],
            "feed": batch.feed,
        }


def doubts(city: City, table: pa.Table) -> dict[str, pa.Array]:
    """Rows whose state is not one of the five."""
    return {"bad_value": pc.invert(pc.is_in(table["state"], pa.array(list(FACILITY_STATES))))}


RECORD = RecordKind("facility_step", T("部件状态", "Facility state"), FacilityStep, enrich, doubts)
