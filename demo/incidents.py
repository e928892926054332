"""The scripted incidents, told around the city's epoch so that a viewer always finds them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from data_access.units import Intervals, merged
from data_access.words import T
from demo import habits
from demo.records import DAY, Town

HOUR = 3600
FLOODS = ("积水|内涝", "雨水箅子|雨水井盖|排水泵站|地下通道")
COLD_HOMES = ("供暖|供热不足|供热问题", "供热|热力")
"""Patterns of types' Chinese titles, the fitting ones first."""


@dataclass(frozen=True)
class Incident:
    """Something out of the ordinary: when (UTC epoch seconds), in which leaves, and on which feed if on one.

    `extra` is the cases it adds, as a part of a usual day's; `kind` and `level` are the device kind it drives and
    the value it drives it to, as a multiple of the alarm limit.
    """

    key: str
    title: T
    start: float
    end: float
    leaves: Intervals = ()
    feed: str | None = None
    extra: float = 0.0
    types: tuple[int, ...] = ()
    sources: tuple[float, ...] = ()
    severity: tuple[int, int] = (1, 2)
    kind: str | None = None
    level: float = 1.0

    def leaf_numbers(self) -> np.ndarray:
        """The leaves it touches, in order."""
        parts = [np.arange(lo, hi) for lo, hi in self.leaves]
        return np.concatenate(parts) if parts else np.empty(0, int)


@lru_cache(maxsize=8)
def INCIDENTS(town: Town) -> tuple[Incident, ...]:  # noqa: N802
    """All scripted incidents of the town, in order of time."""
    return _rainstorm(town), _heating_failure(town), _silence(town), _burst_main(town)


def _kind(town: Town, *words: str) -> str | None:
    """The first device kind with one of `words` in its key or Chinese title."""
    for word in words:
        for kind in town.profile.device_kinds:
            if word in kind.key or word in kind.title.zh:
                return kind.key
    return None


def _as_intervals(leaves: np.ndarray) -> Intervals:
    return merged((int(leaf), int(leaf) + 1) for leaf in leaves)


def _device_leaves(town: Town, kind: str | None, count: int, skip: int = 0) -> np.ndarray:
    """Leaves of the devices of `kind` nearest to the core; of the nearest leaves where there are none."""
    leaves = town.devices.loc[town.devices["kind"] == kind, "leaf"].to_numpy().astype(int)
    leaves = np.unique(leaves) if len(leaves) else np.arange(town.leaves)
    return leaves[np.argsort(town.core_distance[leaves], kind="stable")][skip : skip + count]


def _rainstorm(town: Town) -> Incident:
    kind = _kind(town, "waterlog", "积水")
    sensors = int((town.devices["kind"] == kind).sum())
    afternoon = town.midnight(town.local_day(town.epoch - 12 * DAY)) + 14 * HOUR
    return Incident(
        key="rainstorm",
        title=T("午后暴雨，核心区下穿隧道积水", "Afternoon rainstorm floods underpasses in the core"),
        start=afternoon,
        end=afternoon + 5 * HOUR,
        leaves=_as_intervals(_device_leaves(town, kind, int(np.clip(0.12 * sensors, 4, 80)))),
        extra=0.18,
        types=tuple(habits.types_about(town.profile, *FLOODS).tolist()),
        sources=(0.08, 0.07, 0.4, 0.0, 0.45),
        severity=(2, 4),
        kind=kind,
        level=1.9,
    )


def _heating_failure(town: Town) -> Incident:
    begin = town.midnight(town.local_day(town.epoch - 5 * DAY)) + 5 * HOUR
    return Incident(
        key="heating_failure",
        title=T("换热站故障，三个街道停暖", "Heating failure in three neighbouring streets"),
        start=begin,
        end=begin + 30 * HOUR,
        leaves=_neighbouring_streets(town, 3),
        extra=0.09,
        types=tuple(habits.types_about(town.profile, *COLD_HOMES).tolist()),
        sources=(0.05, 0.0, 0.87, 0.02, 0.06),
        severity=(1, 3),
        kind=_kind(town, "heating", "heat", "供热", "供暖"),
        level=0.72,
    )


def _neighbouring_streets(town: Town, count: int) -> Intervals:
    """The leaves of a street a little out of the core and of those next to it."""
    numbers = np.unique(town.streets)
    middle = np.array(
        [[town.leaf_lon[at].mean(), town.leaf_lat[at].mean()] for at in (town.streets == n for n in numbers)]
    )
    far = np.hypot(*(middle - town.core).T)
    first = np.argsort(far, kind="stable")[min(len(numbers) // 8 + 1, len(numbers) - 1)]
    near = numbers[np.argsort(np.hypot(*(middle - middle[first]).T), kind="stable")[:count]]
    return _as_intervals(np.flatnonzero(np.isin(town.streets, near)))


def _silence(town: Town) -> Incident:
    kind = _kind(town, "waterlog", "积水")
    feeds = town.devices.loc[town.devices["kind"] == kind, "feed"]
    return Incident(
        key="silent_feed",
        title=T("积水监测数据中断六小时", "Waterlogging feed silent for six hours"),
        start=town.epoch - 9 * HOUR,
        end=town.epoch - 3 * HOUR,
        leaves=((0, town.leaves),),
        feed=str(feeds.iloc[0]) if len(feeds) else None,
    )


def _burst_main(town: Town) -> Incident:
    kind = _kind(town, "hydrant", "消火栓", "water")
    return Incident(
        key="burst_main",
        title=T("供水主管爆裂，路面积水", "Burst water main floods a road"),
        start=town.epoch + 10 * 60,
        end=town.epoch + 70 * 60,
        leaves=_as_intervals(_device_leaves(town, kind, 3, skip=5)),
        extra=0.0025,
        types=tuple(habits.types_about(town.profile, *FLOODS).tolist()),
        sources=(0.2, 0.1, 0.6, 0.0, 0.1),
        severity=(2, 3),
        kind=kind,
        level=0.5,
    )


@lru_cache(maxsize=32)
def incident_cases(town: Town, number: int) -> dict[str, np.ndarray]:
    """The cases an incident adds: arrays `at` (in order), `leaf`, `type`, `source`, `severity`."""
    incident = INCIDENTS(town)[number]
    rng = town.rng(31, number)
    n = int(max(incident.extra * habits.usual_volume(town), 12)) if incident.extra else 0
    if not n or not incident.leaves:
        return {name: np.empty(0) for name in ("at", "leaf", "type", "source", "severity")}
    # Calls swell quickly and fade slowly.
    part = np.sort(rng.beta(1.8, 2.8, n))
    leaves = incident.leaf_numbers()
    weight = np.diff(habits.leaf_weights(town), prepend=0)[leaves] + 1e-12
    return {
        "at": incident.start + part * (incident.end - incident.start),
        "leaf": rng.choice(leaves, n, p=weight / weight.sum()),
        "type": rng.choice(incident.types, n),
        "source": rng.choice(len(habits.SOURCES), n, p=incident.sources),
        "severity": rng.integers(*incident.severity, n),
    }


def extra_cases(town: Town, start: float, end: float) -> Iterator[dict[str, np.ndarray]]:
    """For each incident that has any, its cases reported in `[start, end)`."""
    for number in range(len(INCIDENTS(town))):
        cases = incident_cases(town, number)
        inside = (cases["at"] >= start) & (cases["at"] < end)
        if inside.any():
            yield {name: column[inside] for name, column in cases.items()}
