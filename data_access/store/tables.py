"""All tables of the analytics store and the rollups between them.

Every fact carries its `leaf`, and the order of the big tables begins with what screens cut by, so that drilling
down is a range on the primary key.
"""

from datetime import UTC, datetime

from clickhouse_connect.cc_sqlalchemy.datatypes.sqltypes import (
    Array,
    Date,
    DateTime,
    Float32,
    Float64,
    LowCardinality,
    String,
    Tuple,
    UInt8,
    UInt16,
    UInt32,
    UInt64,
)
from sqlalchemy import func, literal, select, type_coerce

from data_access.store.declare import Rollup, facts, latest, merging, moment, rollups
from data_access.words import STEPS

NEVER = datetime(2100, 1, 1, tzinfo=UTC)
"""Stands in time columns for what has not happened; later than any moment asked about."""

STEP_ORDER = list(STEPS)
"""Steps as case_now's trail writes them: by their place in this list, so that ties in time sort."""


def name() -> LowCardinality:
    """A short text that repeats often."""
    return LowCardinality(String)


def second() -> DateTime:
    """A moment to the second, UTC."""
    return DateTime("UTC")


city = latest("city", {"key": String, "profile": String, "built_at": moment()}, "key", "built_at")

unit = facts(
    "unit",
    {
        "row": UInt32,
        "id": String,
        "level": UInt8,
        "kind": name(),
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
        "kind": name(),
        "network": name(),
        "feed": name(),
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
        "type": name(),
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
    {"measure": name(), "day": Date, "leaf": UInt32, "value": Float64, "at": moment()},
    "measure, day, leaf",
    "at",
)

case_step = facts(
    "case_step",
    {
        "case_id": String,
        "spell": UInt8,
        "step": name(),
        "at": moment(),
        "actor": name(),
        "leaf": UInt32,
        "type": name(),
        "source": name(),
        "severity": UInt8,
        "lon": Float64,
        "lat": Float64,
        "opened_at": moment(),
        "due_at": moment(),
        "feed": name(),
    },
    "leaf, opened_at, case_id, at",
    "toYYYYMM(opened_at)",
)

TRAIL = Tuple(moment(), UInt8, moment(), UInt8)
"""One entry of a case's trail: at, step (place in STEP_ORDER), deadline in force after it, severity."""

DUE = Tuple(moment(), moment())
"""A deadline: since when, and when. Later ones are later in both, since an extension only ever adds time."""

case_now = merging(
    "case_now",
    {"leaf": UInt32, "opened_at": moment(), "case_id": String, "spell": UInt8},
    {
        "type": ("any", name()),
        "source": ("any", name()),
        "lon": ("any", Float64),
        "lat": ("any", Float64),
        "accepted_at": ("min", moment()),
        "dispatched_at": ("min", moment()),
        "closed_at": ("min", moment()),
        "due_at": ("max", moment()),
        "extended_at": ("max", moment()),
        "dues": ("groupUniqArrayArray", Array(DUE)),
        "last": ("max", TRAIL),
        "trail": ("groupUniqArrayArray", Array(TRAIL)),
    },
    "leaf, opened_at, case_id, spell",
    "toYYYYMM(opened_at)",
)


def _when(step: str) -> object:
    never = func.toDateTime64(NEVER.strftime("%F %T"), 3, "UTC")
    return func.min(getattr(func, "if")(case_step.c.step == step, case_step.c.at, never))


def _last_when(step: str) -> object:
    return func.maxIf(case_step.c.at, case_step.c.step == step)


_steps = literal(STEP_ORDER, Array(String))
_entry = func.tuple(
    case_step.c.at,
    func.toUInt8(func.indexOf(_steps, case_step.c.step) - 1),
    case_step.c.due_at,
    case_step.c.severity,
)
_case_key = (case_step.c.leaf, case_step.c.opened_at, case_step.c.case_id, case_step.c.spell)
rollups.append(
    Rollup(
        "case_now_fold",
        "case_now",
        select(
            *_case_key,
            func.any(case_step.c.type).label("type"),
            func.any(case_step.c.source).label("source"),
            func.any(case_step.c.lon).label("lon"),
            func.any(case_step.c.lat).label("lat"),
            _when("accepted").label("accepted_at"),
            _when("dispatched").label("dispatched_at"),
            _when("closed").label("closed_at"),
            func.max(case_step.c.due_at).label("due_at"),
            _last_when("extended").label("extended_at"),
            func.groupUniqArrayIf(
                func.tuple(case_step.c.at, case_step.c.due_at),
                case_step.c.step.in_(["reported", "reopened", "extended"]),
            ).label("dues"),
            func.max(_entry).label("last"),
            func.groupUniqArray(_entry).label("trail"),
        ).group_by(*_case_key),
    )
)

reading = facts(
    "reading",
    {
        "device": UInt32,
        "at": second(),
        "value": Float32,
        "alarm": UInt8,
        "leaf": UInt32,
        "feed": name(),
    },
    "device, at",
    "toDate(at)",
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
)
device_now = latest(
    "device_now", {"device": UInt32, "at": second(), "value": Float32, "alarm": UInt8}, "device", "at"
)
_r = reading.c
_day, _hour = func.toDate(_r.at).label("day"), func.toStartOfHour(_r.at).label("hour")
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
]

facility_step = facts(
    "facility_step",
    {
        "facility": UInt32,
        "at": second(),
        "state": name(),
        "leaf": UInt32,
        "type": name(),
        "feed": name(),
    },
    "leaf, facility, at",
    "toYYYYMM(at)",
)
facility_now = latest(
    "facility_now",
    {"facility": UInt32, "at": second(), "state": name(), "leaf": UInt32, "type": name()},
    "facility",
    "at",
)
_f = facility_step.c
rollups.append(
    Rollup(
        "facility_now_fold",
        "facility_now",
        select(_f.facility, _f.at, _f.state, _f.leaf, _f.type),
    )
)

batch = facts(
    "batch",
    {
        "token": String,
        "feed": name(),
        "kind": name(),
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
        "feed": name(),
        "kind": name(),
        "at": moment(),
        "source": String,
        "line": UInt64,
        "reason": name(),
        "detail": String,
        "raw": String,
    },
    "at, feed, line",
    "toYYYYMM(at)",
)


def trail_entry(index: str) -> object:
    """The field of `last` called ``at``, ``step``, ``due_at`` or ``severity``, typed for comparing."""
    place, kind = {"at": (1, moment()), "step": (2, UInt8()), "due_at": (3, moment()), "severity": (4, UInt8())}[
        index
    ]
    return type_coerce(func.tupleElement(case_now.c.last, place), kind)
