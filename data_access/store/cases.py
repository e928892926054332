"""Cases: their steps as they came, and what the engine folds them to."""

from datetime import UTC, datetime

from clickhouse_connect.cc_sqlalchemy.datatypes.sqltypes import Array, Float64, String, Tuple, UInt8, UInt32
from sqlalchemy import func, literal, or_, select

from data_access.store.declare import Rollup, facts, latest, merging, moment, rollups, word
from data_access.words import STEPS

NEVER = datetime(2100, 1, 1, tzinfo=UTC)
"""Stands in time columns for what has not happened; later than any moment asked about."""

STEP_ORDER = list(STEPS)
"""Steps as case_now's trail writes them: by their place in this list, so that ties in time sort."""


case_step = facts(
    "case_step",
    {
        "case_id": String,
        "spell": UInt8,
        "step": word(),
        "at": moment(),
        "actor": word(),
        "leaf": UInt32,
        "type": word(),
        "source": word(),
        "severity": UInt8,
        "lon": Float64,
        "lat": Float64,
        "opened_at": moment(),
        "due_at": moment(),
        "feed": word(),
    },
    "leaf, opened_at, case_id, at",
    "toYYYYMM(opened_at)",
    shard="leaf",
)

TRAIL = Tuple(moment(), UInt8, moment(), UInt8)
"""One entry of a case's trail: at, step (place in STEP_ORDER), deadline in force after it, severity."""

DUE = Tuple(moment(), moment())
"""A deadline: since when, and when."""

SPELL = {"leaf": UInt32, "opened_at": moment(), "case_id": String, "spell": UInt8}
MILESTONES = {
    "type": ("any", word()),
    "source": ("any", word()),
    "lon": ("any", Float64),
    "lat": ("any", Float64),
    "accepted_at": ("min", moment()),
    "dispatched_at": ("min", moment()),
    "closed_at": ("min", moment()),
    "due_first": ("min", moment()),
    "due_last": ("max", moment()),
    "due_later": ("groupUniqArrayArray", Array(DUE)),
    "last": ("max", TRAIL),
    "trail": ("groupUniqArrayArray", Array(TRAIL)),
}
ORDER = "leaf, opened_at, case_id, spell"
case_now = merging("case_now", SPELL, MILESTONES, ORDER, "toYYYYMM(opened_at)", shard="leaf")
"""One row a spell. `due_first` is the deadline that its ``reported`` set, `due_later` are those set since, by a
``reopened`` or an ``extended``; `due_last` is the latest of all."""
case_long = merging("case_long", SPELL, MILESTONES, ORDER, "toYear(opened_at)", shard="leaf")
"""The rows of case_now whose spells lasted long: found without reading all months, see `data_access.sealing`."""
case_index = merging(
    "case_index",
    {"case_id": String},
    {
        "first_at": ("min", moment()),
        "newest_at": ("max", moment()),
        "leaf": ("any", UInt32),
        "type": ("any", word()),
        "lon": ("any", Float64),
        "lat": ("any", Float64),
    },
    "case_id",
    shard="leaf",
)
"""Each case by its id, with when its first and its newest spell was opened: found by how ids begin."""
case_sealed = latest("case_sealed", {"one": UInt8, "until": moment()}, "one", "until")
"""Up to when opened spells that lasted long are in case_long."""


def _when(condition: object, column: object = case_step.c.at) -> object:
    never = func.toDateTime64(NEVER.strftime("%F %T"), 3, "UTC")
    return func.min(getattr(func, "if")(condition, column, never))


_step = case_step.c.step
_steps = literal(STEP_ORDER, Array(String))
_later = _step.in_(["reopened", "extended"])


def step_place(column: object) -> object:
    """The place in STEP_ORDER of the step that `column` holds."""
    return func.toUInt8(func.indexOf(_steps, column) - 1)


_entry = func.tuple(
    case_step.c.at,
    step_place(case_step.c.step),
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
            _when(_step == "accepted").label("accepted_at"),
            _when(_step == "dispatched").label("dispatched_at"),
            _when(_step == "closed").label("closed_at"),
            _when(_step == "reported", case_step.c.due_at).label("due_first"),
            func.maxIf(case_step.c.due_at, or_(_later, _step == "reported")).label("due_last"),
            func.groupUniqArrayIf(func.tuple(case_step.c.at, case_step.c.due_at), _later).label("due_later"),
            func.max(_entry).label("last"),
            func.groupUniqArray(_entry).label("trail"),
        ).group_by(*_case_key),
    )
)
_named = ("leaf", "type", "lon", "lat")
rollups.append(
    Rollup(
        "case_index_fold",
        "case_index",
        select(
            case_step.c.case_id,
            func.min(case_step.c.opened_at).label("first_at"),
            func.max(case_step.c.opened_at).label("newest_at"),
            *(func.any(case_step.c[n]).label(n) for n in _named),
        ).group_by(case_step.c.case_id),
    )
)
