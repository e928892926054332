"""What devices read and what state facilities are in: as it came, by hours, and the last."""

from clickhouse_connect.cc_sqlalchemy.datatypes.sqltypes import (
    Date,
    Float32,
    Float64,
    Tuple,
    UInt8,
    UInt32,
    UInt64,
)
from sqlalchemy import func, select

from data_access.store.declare import Rollup, facts, latest, merging, rollups, second, word

reading = facts(
    "reading",
    {
        "device": UInt32,
        "at": second(),
        "value": Float32,
        "alarm": UInt8,
        "leaf": UInt32,
        "feed": word(),
    },
    "device, at",
    "toDate(at)",
    shard="device",
)
reading_hour = merging(
    "reading_hour",
    {"day": Date, "device": UInt32, "hour": second()},
    {
        "low": ("min", Float32),
        "high": ("max", Float32),
        "total": ("sum", Float64),
        "n": ("sum", UInt64),
        "alarms": ("sum", UInt64),
    },
    "day, device, hour",
    "toYYYYMM(day)",
    shard="device",
)
device_now = latest(
    "device_now",
    {"device": UInt32, "at": second(), "value": Float32, "alarm": UInt8},
    "device",
    "at",
    shard="device",
)
device_day = merging(
    "device_day",
    {"device": UInt32, "day": Date},
    {"first": ("min", second()), "last": ("max", Tuple(second(), UInt8))},
    "device, day",
    "toYear(day)",
    shard="device",
)
"""What each device said first and last on a day, the last with its alarm: when it spoke last before a moment is
found here, however long ago."""
device_first = merging("device_first", {"device": UInt32}, {"at": ("min", second())}, "device", shard="device")
_r = reading.c
_day, _hour = func.toDate(_r.at).label("day"), func.toStartOfHour(_r.at).label("hour")
_last = func.max(func.toUnixTimestamp(_r.at) * 256 + _r.alarm)
"""The greatest moment with its alarm, as one number: of tuples the engine finds the greatest far more slowly."""
rollups += [
    Rollup(
        "reading_hour_fold",
        "reading_hour",
        select(
            _day,
            _r.device,
            _hour,
            func.min(_r.value).label("low"),
            func.max(_r.value).label("high"),
            func.sum(func.toFloat64(_r.value)).label("total"),
            func.count().label("n"),
            func.sum(_r.alarm).label("alarms"),
        ).group_by(_day, _r.device, _hour),
    ),
    Rollup(
        "device_now_fold",
        "device_now",
        select(
            _r.device,
            func.max(_r.at).label("at"),
            func.argMax(_r.value, _r.at).label("value"),
            func.argMax(_r.alarm, _r.at).label("alarm"),
        ).group_by(_r.device),
    ),
    Rollup(
        "device_day_fold_2",
        "device_day",
        select(
            _r.device,
            _day,
            func.min(_r.at).label("first"),
            func.tuple(
                func.toDateTime(func.intDiv(_last, 256), "UTC"), func.toUInt8(func.modulo(_last, 256))
            ).label("last"),
        ).group_by(_r.device, _day),
    ),
    Rollup(
        "device_first_fold",
        "device_first",
        select(device_day.c.device, func.min(device_day.c.first).label("at")).group_by(device_day.c.device),
    ),
]


facility_step = facts(
    "facility_step",
    {
        "facility": UInt32,
        "at": second(),
        "state": word(),
        "leaf": UInt32,
        "type": word(),
        "feed": word(),
    },
    "leaf, facility, at",
    "toYYYYMM(at)",
    shard="leaf",
)
facility_now = latest(
    "facility_now",
    {"facility": UInt32, "at": second(), "state": word(), "leaf": UInt32, "type": word()},
    "facility",
    "at",
    shard="leaf",
)
_f = facility_step.c
rollups.append(
    Rollup(
        "facility_now_fold",
        "facility_now",
        select(_f.facility, _f.at, _f.state, _f.leaf, _f.type),
    )
)
