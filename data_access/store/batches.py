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
        "cells": String,
    },
    "at, feed, line",
    "toYYYYMM(at)",
)
"""`cells` are the line's values by column as JSON, where its text alone does not say them."""

replay = facts(
    "replay",
    {
        "token": String,
        "feed": word(),
        "at": moment(),
        "refused_at": moment(),
        "batch": String,
        "source": String,
        "line": UInt64,
        "mark": UInt64,
        "outcome": word(),
        "reason": word(),
        "detail": String,
    },
    "refused_at, feed, line",
    "toYYYYMM(refused_at)",
)
"""What became of refused lines that were put through the way in again, a row each time; `reject` stays as it is. A
line is known by the batch it was refused with, its source, number and `mark`, which is made of its text. `outcome`
is landed, known or refused, `reason` and `detail` then why."""
