"""Devices are missed, and long cases found, without reading the whole history."""

from data_access.store.migration import Migration

LAST = "max((at, alarm)) AS last"

MIGRATION = Migration(
    number=3,
    title="cases by id, and what each device said last on each day",
    steps=(
        "INSERT INTO case_index SELECT case_id, min(opened_at), max(opened_at), any(leaf), any(type), any(lon), "
        "any(lat) FROM case_now GROUP BY case_id",
        f"INSERT INTO device_day SELECT device, toDate(at) AS day, min(at) AS first, {LAST} "
        "FROM reading GROUP BY device, day",
        "INSERT INTO device_first SELECT device, min(first) AS at FROM device_day GROUP BY device",
    ),
)
