"""Readings: what a device says at a moment is a function of the seed, the device and the moment, nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from demo.incidents import HOUR, INCIDENTS
from demo.records import DAY, Columns, Town, chance, keys, mix, texts, utc_days
from demo.signals import ABSENT, ALARM, DRIFT, LOST, OFFLINE, PHASE, QUICK, Course, course_of

BLOCK = 256
DRIFT_SPAN = 2 * HOUR
OFFLINE_SPAN = 6 * HOUR
CHRONIC, CHRONIC_OFF = 0.017, 0.88
MISSING = 0.005
ABSENT_TERMINALS = 0.06
ALARM_CHANCE = 0.0055
"""Per device and hour; an alarm lasts 20 to 45 minutes."""

COS, SIN = (f(np.arange(1440) * (2 * np.pi / 1440)).astype(np.float32) for f in (np.cos, np.sin))
"""By minute of the day; looked up, since a computed cosine's last bit may depend on the array's length."""


@dataclass(frozen=True)
class _Group:
    """Devices of one feed that speak equally often and since the same moment `begin`, by id.

    `phase` is when in its interval each speaks; `course`, its usual values; `chronic`, which is often offline.
    """

    feed: str
    interval: int
    begin: int
    id: np.ndarray
    leaf: np.ndarray
    kind: np.ndarray
    phase: np.ndarray
    course: Course
    chronic: np.ndarray
    terminal: np.ndarray


def readings(town: Town, start: float, end: float, kinds: tuple[str, ...] | None = None) -> Iterator[Columns]:
    """Readings with `start <= at < end`, of the device kinds `kinds` or of all, in chunks.

    A chunk is one feed, one interval and at most one UTC day, ordered by (device, at), never empty. Columns:
    device, leaf (uint32), at (int64, epoch seconds), value (float32), alarm (uint8), feed (Arrow text).
    """
    start, end = int(np.ceil(max(start, first_reading(town)))), int(np.ceil(end))
    for since, until in utc_days(start, end):
        for group in _groups(town, kinds):
            chunk = _chunk(town, group, max(int(since), group.begin), int(until))
            if chunk is not None:
                yield chunk


def first_reading(town: Town) -> float:
    """The moment of the first reading of all."""
    return min([town.begin("reading"), *_kept_longer(town).values()])


def _kept_longer(town: Town) -> dict[str, float]:
    """Device kinds whose readings reach back to an incident that drove them, and the moment they begin."""
    usual = town.begin("reading")
    return {i.kind: i.start - 6 * HOUR for i in INCIDENTS(town) if i.kind and i.start < usual}


@lru_cache(maxsize=8)
def _groups(town: Town, kinds: tuple[str, ...] | None) -> list[_Group]:
    devices = town.devices if kinds is None else town.devices[town.devices["kind"].isin(kinds)]
    groups, usual = [], town.begin("reading")
    begins = devices["kind"].map(_kept_longer(town)).astype(float).fillna(usual).rename("begin")
    for (feed, interval, begin), members in devices.groupby(["feed", "interval", begins], sort=True):
        rows = members.sort_values("id")
        numbers = rows["id"].to_numpy().astype(np.uint32)
        phase = (chance(keys(numbers, town.seed + PHASE)) * int(interval)).astype(np.int64)
        kind = rows["kind"].to_numpy(object)
        groups.append(
            _Group(
                feed=str(feed),
                interval=int(interval),
                begin=int(np.ceil(begin)),
                id=numbers,
                leaf=rows["leaf"].to_numpy().astype(np.uint32),
                kind=kind,
                phase=phase.clip(0, int(interval) - 1),
                course=course_of(town.profile, rows, town.seed),
                chronic=chance(keys(numbers, town.seed + OFFLINE)) < CHRONIC,
                terminal=np.array(["grid" in k for k in kind]),
            )
        )
    return groups


def _chunk(town: Town, group: _Group, start: int, end: int) -> Columns | None:
    if start >= end:
        return None
    quiet = [i for i in INCIDENTS(town) if i.feed == group.feed and i.kind is None]
    speaks = np.flatnonzero((group.phase - start) % group.interval < end - start)
    slots = np.arange((start - group.interval + 1) // group.interval, (end - 1) // group.interval + 1)
    parts = []
    for first in range(0, len(speaks), BLOCK):
        rows = speaks[first : first + BLOCK]
        at = slots[None, :] * group.interval + group.phase[rows, None]
        keep = (at >= start) & (at < end)
        for incident in quiet:
            keep &= (at < incident.start) | (at >= incident.end)
        keep &= _present(town, group, rows, slots, at)
        value = _values(town, group, rows, slots, at)
        row, course = np.nonzero(keep)[0], group.course.rows(rows)
        alarm = ((value - course.limit) * course.sign > 0).astype(np.uint8)
        parts.append((group.id[rows][row], group.leaf[rows][row], at[keep], value[keep], alarm[keep]))
    if not parts or not any(len(p[0]) for p in parts):
        return None
    device, leaf, at, value, alarm = (np.concatenate(column) for column in zip(*parts, strict=True))
    return {
        "device": device,
        "at": at,
        "value": value,
        "alarm": alarm,
        "leaf": leaf,
        "feed": texts(np.zeros(len(at), np.int16), [group.feed]),
    }


def _dice(town: Town, group: _Group, rows: np.ndarray, numbers: np.ndarray, salt: int) -> np.ndarray:
    """Random 0…1 for each of the devices `rows` and each of `numbers`: float32, devices × numbers."""
    one = keys(group.id[rows], town.seed + salt)
    return chance(mix(one[:, None] ^ keys(numbers, town.seed + 7 * salt)[None, :]))


def _local(town: Town, slots: np.ndarray, interval: int) -> np.ndarray:
    """Local seconds of slots; the city's offset at the epoch serves all, so that no value depends on the call."""
    return slots * interval + int(town.offset(town.epoch))


def _spans(town: Town, slots: np.ndarray, interval: int, span: int) -> tuple[np.ndarray, np.ndarray]:
    """The numbers of the spans of local time that the slots touch, and the place of each slot's among them."""
    numbers = _local(town, slots, interval) // span
    return np.arange(numbers[0], numbers[-1] + 2), numbers - numbers[0]


def _present(town: Town, group: _Group, rows: np.ndarray, slots: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Which readings arrive: none lost at random, of devices that are offline, of terminals not used that day."""
    arrives = _dice(town, group, rows, slots, LOST) >= MISSING
    for ill, salt, span, share in (
        (group.chronic[rows], OFFLINE + 50, OFFLINE_SPAN, CHRONIC_OFF),
        (group.terminal[rows], ABSENT, DAY, ABSENT_TERMINALS),
    ):
        some = np.flatnonzero(ill)
        if len(some):
            numbers, place = _spans(town, slots, group.interval, span)
            arrives[some] &= (_dice(town, group, rows[some], numbers, salt) >= share)[:, place]
    return arrives


def _values(town: Town, group: _Group, rows: np.ndarray, slots: np.ndarray, at: np.ndarray) -> np.ndarray:
    course = group.course.rows(rows)
    minute = _local(town, slots, group.interval) % DAY // 60
    value = course.cos * COS[minute]
    value += course.sin * SIN[minute]
    value += course.level
    numbers, place = _spans(town, slots, group.interval, DRIFT_SPAN)
    knots = (_dice(town, group, rows, numbers, DRIFT) * 2 - 1) * course.drift
    part = (_local(town, slots, group.interval) % DRIFT_SPAN / DRIFT_SPAN).astype(np.float32)
    value += knots[:, place] * (1 - part)
    value += knots[:, place + 1] * part
    value += (_dice(town, group, rows, slots, QUICK) * 2 - 1) * course.spread
    np.clip(value, course.low, course.high, out=value)
    _alarms(town, group, rows, at, value)
    _driven(town, group, rows, at, value)
    value /= course.step
    np.rint(value, out=value)
    value *= course.step
    return value


def _alarms(town: Town, group: _Group, rows: np.ndarray, at: np.ndarray, value: np.ndarray) -> None:
    """Drive values beyond their limit during the few alarms."""
    hours = np.arange(at.min() // HOUR - 1, at.max() // HOUR + 1)
    dice = _dice(town, group, rows, hours, ALARM)
    sign, limit, step = (c[rows, 0] for c in (group.course.sign, group.course.limit, group.course.step))
    for row, hour in zip(*np.nonzero((dice < ALARM_CHANCE) & (sign != 0)[:, None]), strict=True):
        luck = float(dice[row, hour]) / ALARM_CHANCE
        begins = hours[hour] * HOUR + 900 * luck
        on = (at[row] >= begins) & (at[row] < begins + 1200 + 1500 * (37 * luck % 1))
        beyond = max(abs(limit[row]) * (0.06 + 0.25 * (11 * luck % 1)), 2 * step[row])
        value[row, on] = max(limit[row] + sign[row] * beyond, 0) if limit[row] > 0 else limit[row] + beyond


def _driven(town: Town, group: _Group, rows: np.ndarray, at: np.ndarray, value: np.ndarray) -> None:
    """Drive values where an incident is: towards its level, up within its first part, back within its last."""
    for incident in INCIDENTS(town):
        if incident.kind is None or incident.end <= at.min() or incident.start > at.max():
            continue
        here = (group.kind[rows] == incident.kind) & np.isin(group.leaf[rows], incident.leaf_numbers())
        some = np.flatnonzero(here)
        if not len(some):
            continue
        length = incident.end - incident.start
        part = (at[some] - incident.start) / length
        strength = np.interp(part, [0, 0.12, 0.3, 0.8, 1], [0, 0.75, 1, 0.8, 0]).astype(np.float32)
        target = group.course.limit[rows][some] * np.float32(incident.level)
        value[some] += (target - value[some]) * strength
