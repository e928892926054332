"""What came in: every batch, and every line that was refused."""

from clickhouse_connect.cc_sqlalchemy.datatypes.sqltypes import String, UInt64

from data_access.store.declare import facts, moment, word

batch = facts(
    "batch",
    {
        "token": String,
        "feed": word(),
        "kind": word(),
        "at": moment(),
        "first_at": moment(),
        "last_at": moment(),
        "accepted": UInt64,
        "rejected": UInt64,
        "duplicates": UInt64,
        "version": UInt64,
    },
    "at, feed",
    "toYYYYMM(at)",
)
reject = facts(
    "reject",
    {
        "token": String,
        "feed": word(),
        "kind": word(),
        "at": moment(),
        "source": String,
        "line": UInt64,
        "reason": word(),
        "detail": String,
        "raw": String,
    },
    "at, feed, line",
    "toYYYYMM(at)",
)
