"""The city and what stands in it: units, zones, devices, facilities, daily facts, the map's binaries."""

from clickhouse_connect.cc_sqlalchemy.datatypes.sqltypes import Array, Date, Float64, String, UInt8, UInt16, UInt32

from data_access.store.declare import facts, latest, moment, word

city = latest("city", {"key": String, "profile": String, "built_at": moment()}, "key", "built_at")

unit = facts(
    "unit",
    {
        "row": UInt32,
        "id": String,
        "level": UInt8,
        "kind": word(),
        "parent": UInt32,
        "lo": UInt32,
        "hi": UInt32,
        "zh": String,
        "en": String,
        "lon": Float64,
        "lat": Float64,
        "area": Float64,
    },
    "row",
)
zone = facts(
    "zone",
    {
        "n": UInt16,
        "id": String,
        "zh": String,
        "en": String,
        "lon": Float64,
        "lat": Float64,
        "lo": Array(UInt32),
        "hi": Array(UInt32),
    },
    "n",
)
blob = latest(
    "blob", {"key": String, "digest": String, "body": String, "at": moment()}, "key", "at"
)  # immutable binaries of the map: cells of each level, base map, leaf outlines; base64
device = latest(
    "device",
    {
        "id": UInt32,
        "code": String,
        "kind": word(),
        "network": word(),
        "feed": word(),
        "leaf": UInt32,
        "lon": Float64,
        "lat": Float64,
        "interval": UInt32,
        "at": moment(),
    },
    "id",
    "at",
)
facility = latest(
    "facility",
    {
        "id": UInt32,
        "code": String,
        "type": word(),
        "leaf": UInt32,
        "lon": Float64,
        "lat": Float64,
        "at": moment(),
    },
    "id",
    "at",
)
fact_day = latest(
    "fact_day",
    {"measure": word(), "day": Date, "leaf": UInt32, "value": Float64, "at": moment()},
    "measure, day, leaf",
    "at",
    shard="leaf",
)
