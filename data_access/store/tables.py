"""All tables of the analytics store.

Every fact carries its `leaf`, and the order of the big tables begins with what screens cut by, so that drilling
down is a range on the primary key.
"""

from data_access.store.alerts import alert
from data_access.store.batches import batch, reject, replay
from data_access.store.cases import (
    NEVER,
    STEP_ORDER,
    case_index,
    case_long,
    case_now,
    case_sealed,
    case_step,
    step_place,
)
from data_access.store.dimensions import blob, city, device, facility, fact_day, unit, zone
from data_access.store.migration import migration
from data_access.store.states import (
    device_day,
    device_first,
    device_now,
    facility_now,
    facility_step,
    reading,
    reading_hour,
)

__all__ = [
    "NEVER",
    "STEP_ORDER",
    "alert",
    "batch",
    "blob",
    "case_index",
    "case_long",
    "case_now",
    "case_sealed",
    "case_step",
    "city",
    "device",
    "device_day",
    "device_first",
    "device_now",
    "facility",
    "facility_now",
    "facility_step",
    "fact_day",
    "migration",
    "reading",
    "reading_hour",
    "reject",
    "replay",
    "step_place",
    "unit",
    "zone",
]
