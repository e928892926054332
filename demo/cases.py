"""Cases and their steps: every local day has a generator of its own, which makes its cases from first to last."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
import pyarrow as pa

from data_access.profile import Role
from data_access.words import T
from demo import habits
from demo.case_lives import (
    AT_ESCALATED,
    AT_EXTENDED,
    CLOSED,
    ESCALATED,
    EXTENDED,
    LONGEST,
    LONGEST_AGAIN,
    LOOK_BACK_DAYS,
    REOPENED,
    STEP_NAMES,
    Lives,
    lives,
    reopenings,
)
from demo.incidents import extra_cases
from demo.records import Columns, Town, texts

POOLS_KEPT = LOOK_BACK_DAYS + 6
ACTOR_ROLES = tuple(
    Role(key=key, title=T(zh, en))
    for key, zh, en in (
        ("patroller", "监督员", "Patroller"),
        ("video_patroller", "视频巡查员", "Video patroller"),
        ("hotline_desk", "12345 受理席", "Hotline desk"),
        ("city_command", "市级指挥中心", "City command centre"),
        ("iot_platform", "物联平台", "IoT platform"),
        ("street_desk", "街道受理席", "Street desk"),
        ("district_command", "区级指挥中心", "District command centre"),
        ("responsible_department", "责任部门", "Responsible department"),
        ("grid_verifier", "网格核查员", "Grid verifier"),
    )
)
"""Who takes steps: roles for the city's profile; a step names its actor by the role's key."""

ACTOR_OF_SOURCE = np.arange(5)
ACTOR_OF_STEP = np.array([0, 5, 6, 7, 7, 8, 6, 8, 7, 5])
"""Places in ACTOR_ROLES: by place in SOURCES for `reported`, by place in STEPS for the others."""


@dataclass(frozen=True)
class _Pool:
    """The cases of one local day (`id`, `leaf`, `type`, `source`, `severity`, `lon`, `lat`, one a case) and their
    steps in order of time (one a step; `case` is the position of the step's case).
    """

    cases: dict[str, np.ndarray]
    at: np.ndarray
    steps: dict[str, np.ndarray]


def case_steps(town: Town, start: float, end: float) -> Columns:
    """The steps with `start <= at < end` in order of time, whatever was asked before.

    Columns: case_id, step, actor, type, source, feed (Arrow texts), spell, severity (uint8), leaf (uint32), at,
    lon, lat, opened_at, due_at (float64).
    """
    start = max(start, town.begin("case_step"))
    if start >= end:
        return _columns(town, [])
    parts = []
    first = max(town.local_day(start) - LOOK_BACK_DAYS, town.local_day(town.begin("case_step")))
    for day in range(first, town.local_day(end) + 1):
        pool = _pool(town, day)
        rows = slice(*np.searchsorted(pool.at, (start, end)))
        if rows.start < rows.stop:
            parts.append((pool, rows))
    return _columns(town, parts)


def case_days(town: Town, start: float, end: float) -> Iterator[Columns]:
    """`case_steps` of a long time, one local day after the other."""
    start = max(start, town.begin("case_step"))
    while start < end:
        stop = min(end, town.midnight(town.local_day(start) + 1))
        yield case_steps(town, start, stop)
        start = stop


@lru_cache(maxsize=POOLS_KEPT)
def _pool(town: Town, day: int) -> _Pool:
    rng = town.rng(41, day)
    cases = _cases(town, day, rng)
    leaf, kind = cases["leaf"], cases["type"]
    first = lives(town, rng, cases.pop("at"), leaf, kind, LONGEST)
    which, opened = reopenings(rng, first.times[:, CLOSED])
    again = lives(town, rng, opened, leaf[which], kind[which], LONGEST_AGAIN)
    parts = [_steps(first, np.arange(len(leaf)), 1), _steps(again, which, 2)]
    steps = {name: np.concatenate([p[name] for p in parts]) for name in parts[0]}
    steps["severity"] = np.minimum(cases["severity"][steps["case"]] + steps.pop("up"), 3).astype(np.uint8)
    order = np.lexsort((steps["spell"], steps["case"], steps["at"]))
    at = steps.pop("at")[order]
    return _Pool(cases, at, {name: column[order] for name, column in steps.items()})


def _cases(town: Town, day: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """The cases reported on a local day in order of time, ordinary ones and those of incidents."""
    midnight, following = town.midnight(day), town.midnight(day + 1)
    n = habits.volume(town, day, rng)
    kind = _drawn(np.cumsum(habits.type_weights(town.profile)), rng.random(n))
    base = np.array([t.severity for t in town.profile.types])[kind]
    ordinary = {
        "at": midnight + habits.moments(rng, n) * (following - midnight),
        "leaf": _drawn(habits.leaf_weights(town), rng.random(n)),
        "type": kind,
        "source": (rng.random(n)[:, None] > habits.source_table(town)[kind, :-1]).sum(1),
        "severity": np.clip(base - 1 + np.searchsorted((0.55, 0.97), rng.random(n)), 0, 3),
    }
    parts = [ordinary, *extra_cases(town, midnight, following)]
    cases = {name: np.concatenate([p[name] for p in parts]) for name in ordinary}
    cases["at"] = np.round(cases["at"], 3)
    order = np.argsort(cases["at"], kind="stable")
    order = order[cases["at"][order] >= town.begin("case_step")]
    cases = {name: column[order] for name, column in cases.items()}
    shares = habits.case_feeds(town)[1][cases["source"].astype(int), :-1]
    cases["feed"] = (rng.random(len(order))[:, None] > shares).sum(1)
    for name in ("leaf", "type", "source", "severity", "feed"):
        cases[name] = cases[name].astype(np.int32)
    cases["lon"], cases["lat"] = _places(town, cases["leaf"], rng)
    date = pd.Timestamp.fromordinal(day)
    cases["id"] = int(date.strftime("%Y%m%d")) * 100_000 + 1 + np.arange(len(order), dtype=np.int64)
    return cases


def _drawn(cumulated: np.ndarray, luck: np.ndarray) -> np.ndarray:
    """The choice that each number 0…1 falls on, given the choices' cumulated shares."""
    return np.searchsorted(cumulated, luck).clip(0, len(cumulated) - 1)


def _steps(spells: Lives, case: np.ndarray, spell: int) -> dict[str, np.ndarray]:
    """The steps that spells take, one a row; `up` is 1 from an escalation on."""
    times = spells.times
    row, step = np.nonzero(~np.isnan(times))
    at = times[row, step]
    code = step.astype(np.uint8)
    code[step == AT_EXTENDED] = EXTENDED
    code[step == AT_ESCALATED] = ESCALATED
    if spell > 1:
        code[step == 0] = REOPENED
    return {
        "at": at,
        "case": case[row].astype(np.int32),
        "step": code,
        "spell": np.full(len(row), spell, np.uint8),
        "opened_at": times[row, 0],
        # Comparisons with NaN are false: a spell that is never extended or escalated stays as it is.
        "due_at": np.where(at >= times[row, AT_EXTENDED], spells.due_extended[row], spells.due[row]),
        "up": (at >= times[row, AT_ESCALATED]).astype(np.int32),
    }


@lru_cache(maxsize=8)
def _anchors(town: Town) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Points known to lie inside leaves: where each leaf's begin, how many it has, and their lon and lat."""
    members = pd.concat([town.facilities[["leaf", "lon", "lat"]], town.devices[["leaf", "lon", "lat"]]])
    leaf = members["leaf"].to_numpy().astype(np.int64)
    order = np.argsort(leaf, kind="stable")
    counts = np.bincount(leaf, minlength=town.leaves)
    points = members[["lon", "lat"]].to_numpy(float)[order]
    return np.cumsum(counts) - counts, counts, points[:, 0], points[:, 1]


def _places(town: Town, leaf: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A point in each leaf: part of the way from its label point to something that stands there, or by it."""
    starts, counts, lon, lat = _anchors(town)
    here = (town.leaf_lon[leaf], town.leaf_lat[leaf])
    part = 0.92 * np.sqrt(rng.random(len(leaf)))
    nudge = 2e-5 * rng.standard_normal((2, len(leaf)))
    if not len(lon):
        return np.round(here[0] + nudge[0], 6), np.round(here[1] + nudge[1], 6)
    pick = (starts[leaf] + (rng.random(len(leaf)) * counts[leaf]).astype(np.int64)).clip(0, len(lon) - 1)
    part = np.where(counts[leaf] > 0, part, 0.0)
    return tuple(
        np.round(at + part * (anchor[pick] - at) + shift, 6)
        for at, anchor, shift in zip(here, (lon, lat), nudge, strict=True)
    )


def _columns(town: Town, parts: list[tuple[_Pool, slice]]) -> Columns:
    """The rows of pools as columns, in order of time."""
    at = np.concatenate([pool.at[rows] for pool, rows in parts] or [np.empty(0)])
    order = np.argsort(at, kind="stable")

    def step(name: str, kind: type = float) -> np.ndarray:
        return np.concatenate([p.steps[name][rows] for p, rows in parts] or [np.empty(0)])[order].astype(kind)

    def case(name: str, kind: type = float) -> np.ndarray:
        found = [p.cases[name][p.steps["case"][rows]] for p, rows in parts]
        return np.concatenate(found or [np.empty(0)])[order].astype(kind)

    code, source = step("step", np.uint8), case("source", np.int32)
    actor = np.where(code == 0, ACTOR_OF_SOURCE[source], ACTOR_OF_STEP[code])
    return {
        "case_id": pa.array(case("id", np.int64)).cast(pa.string()),
        "spell": step("spell", np.uint8),
        "step": texts(code, STEP_NAMES),
        "at": at[order],
        "actor": texts(actor, [role.key for role in ACTOR_ROLES]),
        "leaf": case("leaf", np.uint32),
        "type": texts(case("type", np.int32), [t.key for t in town.profile.types]),
        "source": texts(source, list(habits.SOURCES)),
        "severity": step("severity", np.uint8),
        "lon": case("lon"),
        "lat": case("lat"),
        "opened_at": step("opened_at"),
        "due_at": step("due_at"),
        "feed": texts(case("feed", np.int32), habits.case_feeds(town)[0]),
    }
