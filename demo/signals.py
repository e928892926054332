"""What each kind of device says on an ordinary day, relative to its alarm limits."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data_access.profile import DeviceKind, Profile
from demo.records import chance, keys


@dataclass(frozen=True, slots=True)
class Signal:
    """The course of a value: `base`, a daily `swing` with its top at the local hour `peak`, a slow `drift` and a
    quick `spread`, all in parts of the alarm limit (absolute where there is none); `differ`: how much the bases
    of devices differ, as a part; `whole`: only whole numbers.
    """

    base: float
    swing: float = 0.0
    peak: float = 15.0
    drift: float = 0.0
    spread: float = 0.01
    differ: float = 0.1
    whole: bool = False


SIGNALS: dict[str, Signal] = {
    "water": Signal(0.06, 0.01, 9, 0.03, 0.015, 0.5),
    "manhole": Signal(0.1, 0.03, 14, 0.05, 0.03, 0.4),
    "air": Signal(0.42, 0.1, 8, 0.16, 0.03, 0.15),
    "noise": Signal(0.74, 0.1, 14, 0.05, 0.05, 0.05),
    "lift": Signal(0.35, 0.2, 13, 0.06, 0.08, 0.2),
    "hydrant": Signal(1.75, -0.12, 19, 0.08, 0.02, 0.1),
    "gas": Signal(0.08, 0.03, 18, 0.03, 0.02, 0.5),
    "bridge": Signal(0.3, 0.08, 15, 0.06, 0.02, 0.4),
    "bin": Signal(0.48, 0.16, 20, 0.15, 0.04, 0.2),
    "light": Signal(0.38, 0.34, 0.5, 0.03, 0.02, 0.05),
    "heat": Signal(1.2, 0.03, 15, 0.03, 0.005, 0.03),
    "camera": Signal(2.4, -0.08, 19, 0.05, 0.03, 0.02),
}
"""By a word of the device kind's key, in parts of its alarm limit."""

ABSOLUTE: dict[str, Signal] = {
    "camera": Signal(25, -0.8, 19, 0.5, 0.4, 0.02),
    "party": Signal(5, 2, 11, 2, 0.6, 0.5, whole=True),
    "department": Signal(14, 5, 11, 4, 1.2, 0.7, whole=True),
    "grid": Signal(3, 1.4, 13, 0.4, 0.4, 0.3, whole=True),
    "": Signal(50, 10, 15, 8, 2),
}
"""The same for kinds without an alarm limit."""

USUAL_ABOVE, USUAL_BELOW = Signal(0.45, 0.1, 15, 0.1, 0.03), Signal(1.5, 0.08, 15, 0.06, 0.02)
PHASE, LEVEL, MOOD, DRIFT, QUICK, LOST, ALARM, OFFLINE, ABSENT = range(101, 110)
"""Salts: what a device's random numbers are for."""


@dataclass(frozen=True)
class Course:
    """The signals of n devices: float32 arrays n × 1; a value is `level + cos·cos(t) + sin·sin(t) + …`, kept
    between `low` and `high`, in steps of `step`; `alarm` is the value an alarm drives it to, NaN for none.
    """

    level: np.ndarray
    cos: np.ndarray
    sin: np.ndarray
    drift: np.ndarray
    spread: np.ndarray
    low: np.ndarray
    high: np.ndarray
    step: np.ndarray
    limit: np.ndarray
    sign: np.ndarray

    def rows(self, at: np.ndarray) -> "Course":
        """The part of it for some of the devices."""
        return Course(*(getattr(self, name)[at] for name in self.__dataclass_fields__))


def signal_of(kind: DeviceKind) -> tuple[Signal, float]:
    """How devices of `kind` behave, and the limit that its parts refer to."""
    limit = kind.alarm_above if kind.alarm_above is not None else kind.alarm_below
    if not limit:
        return next(s for word, s in ABSOLUTE.items() if word in kind.key), 1.0
    above = kind.alarm_above is not None
    fits = [s for word, s in SIGNALS.items() if word in kind.key and (s.base < 1) == above]
    return (fits or [USUAL_ABOVE if above else USUAL_BELOW])[0], float(limit)


def course_of(profile: Profile, devices: pd.DataFrame, seed: int) -> Course:
    """The signals of `devices`, in their order."""
    kinds = {k.key: k for k in profile.device_kinds}
    unknown = DeviceKind(key="", title="", network="iot")
    rows = {key: _row(kinds.get(key, unknown)) for key in devices["kind"].unique()}
    a = np.array([rows[key] for key in devices["kind"]], np.float64).reshape(len(devices), 11)
    base, swing, peak, drift, spread, differ, low, high, step, limit, sign = a.T
    numbers = devices["id"].to_numpy()
    level = base * (1 + differ * (2 * chance(keys(numbers, seed + LEVEL)) - 1))
    swing = swing * (0.7 + 0.6 * chance(keys(numbers, seed + MOOD)))
    turn = 2 * np.pi * peak / 24
    columns = (level, swing * np.cos(turn), swing * np.sin(turn), drift, spread, low, high, step, limit, sign)
    return Course(*(c.astype(np.float32)[:, None] for c in columns))


def _row(kind: DeviceKind) -> tuple[float, ...]:
    """Numbers of a kind: its signal, the range it keeps to, its step, and its limit with the side of the alarm."""
    s, limit = signal_of(kind)
    above, below = kind.alarm_above, kind.alarm_below
    flag = above is not None and 0 <= above < 1 and not kind.unit
    step = 1.0 if s.whole or flag else 10.0 ** (np.floor(np.log10(abs(s.base * limit) or 1)) - 2)
    low = -abs(limit) if limit < 0 else 0.0
    low = below + max(0.03 * abs(below), step) if below is not None else low
    high = above - max(0.03 * abs(above), step) if above is not None else 1e9
    if flag:
        high = 0.0
    sign = 1.0 if above is not None else -1.0 if below is not None else 0.0
    parts = (s.base * limit, s.swing * limit, s.peak, s.drift * limit, s.spread * limit, s.differ)
    return (*parts, low, max(high, low), step, limit, sign)
