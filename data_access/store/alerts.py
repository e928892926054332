"""Alerts as they came: a row a segment of a message, never changed; what ended one is a row of its own."""

from clickhouse_connect.cc_sqlalchemy.datatypes.sqltypes import Array, String, UInt8, UInt16, UInt32

from data_access.store.declare import facts, moment, word

alert = facts(
    "alert",
    {
        "at": moment(),
        "identifier": String,
        "sender": String,
        "sent": moment(),
        "segment": UInt16,
        "status": word(),
        "msg_type": word(),
        "scope": word(),
        "refers": String,
        "category": word(),
        "urgency": word(),
        "severity": word(),
        "certainty": word(),
        "effective": moment(),
        "onset": moment(),
        "expires": moment(),
        "ends": UInt8,
        "texts": String,
        "geocodes": String,
        "geometry": String,
        "lo": Array(UInt32),
        "hi": Array(UInt32),
        "feed": word(),
    },
    "at, sender, identifier, segment",
    "toYYYYMM(at)",
)
"""`at` is when it was received. `refers` names earlier messages, a line each: sender, identifier, sent in epoch
milliseconds. `ends` is 0 where the sender told no end. `texts` is JSON by language; `geometry` GeoJSON or empty;
`lo` and `hi` the intervals of the leaves it touches."""
