"""State changes of the managed components: each facility may have one mishap a cycle, so no two overlap."""

from functools import lru_cache

import numpy as np

from data_access.words import FACILITY_STATES
from demo.records import DAY, Columns, Town, keys, texts

CYCLE = 30
"""Days from one chance of a mishap to the next; a mishap is over within it."""

MISHAP = 0.062
"""The chance of a mishap at each: with about five days to repair, 1 % are not intact at any moment."""

STATES = list(FACILITY_STATES)
FIRST = ("damaged", "lost", "abandoned")
FIRST_SHARES = (0.84, 0.12, 0.04)


def facility_steps(town: Town, start: float, end: float) -> Columns:
    """State changes with `start <= at < end` in order of time, whatever was asked before.

    Columns: facility, leaf (uint32), at (int64, epoch seconds), state, type, feed (Arrow texts). A facility
    without a change is intact.
    """
    start = max(start, town.begin("facility_step"))
    first = max(town.local_day(start) - CYCLE, town.local_day(town.begin("facility_step")) + 1)
    days = range(first, town.local_day(end) + 1) if start < end else ()
    parts = [_mishaps(town, day) for day in days] or [{n: np.empty(0, int) for n in ("row", "at", "state")}]
    row, at, state = (np.concatenate([p[name] for p in parts]) for name in ("row", "at", "state"))
    inside = np.flatnonzero((at >= start) & (at < end))
    order = inside[np.argsort(at[inside], kind="stable")]
    row, at, state = row[order], at[order], state[order]
    frame = town.facilities
    types = [t.key for t in town.profile.facility_types]
    return {
        "facility": frame["id"].to_numpy()[row].astype(np.uint32),
        "at": at.astype(np.int64),
        "state": texts(state, STATES),
        "leaf": frame["leaf"].to_numpy()[row].astype(np.uint32),
        "type": texts(_type_codes(town)[row], types),
        "feed": texts(np.zeros(len(row)), [feed_of(town)]),
    }


@lru_cache(maxsize=8)
def feed_of(town: Town) -> str:
    """The key of the feed that tells of facilities: one that carries them, else the government's first."""
    feeds = town.profile.feeds
    carriers = [f for f in feeds if f.carries.startswith("facilit")] or [f for f in feeds if "facilit" in f.key]
    carriers = carriers or [f for f in feeds if f.network == "government"] or list(feeds)
    return carriers[0].key


@lru_cache(maxsize=8)
def _type_codes(town: Town) -> np.ndarray:
    place = {t.key: n for n, t in enumerate(town.profile.facility_types)}
    return town.facilities["type"].map(place).to_numpy().astype(np.int16)


@lru_cache(maxsize=8)
def _turns(town: Town) -> np.ndarray:
    return keys(town.facilities["id"].to_numpy(), town.seed + 61) % np.uint32(CYCLE)


@lru_cache(maxsize=CYCLE + 4)
def _mishaps(town: Town, day: int) -> dict[str, np.ndarray]:
    """Mishaps that begin on a local day, with all their steps: arrays `row` of the frame, `at`, `state` (code)."""
    rng = town.rng(62, day)
    turn = np.flatnonzero(_turns(town) == day % CYCLE)
    row = turn[rng.random(len(turn)) < MISHAP]
    n = len(row)
    begins = town.midnight(day) + rng.uniform(6, 22, n) * 3600
    kind = rng.choice(len(FIRST), n, p=FIRST_SHARES)
    ends = town.midnight(day) + np.floor(rng.gamma(1.7, 2.9, n).clip(0.2, CYCLE - 4)) * DAY + DAY
    ends += rng.uniform(8, 18, n) * 3600
    gone = np.flatnonzero(kind == FIRST.index("abandoned"))
    state = np.array([STATES.index(s) for s in FIRST])[kind]
    return {
        "row": np.concatenate([row, row[gone], row]),
        "at": np.concatenate([begins, (begins[gone] + ends[gone]) / 2, ends]).astype(np.int64),
        "state": np.concatenate(
            [state, np.full(len(gone), STATES.index("removed")), np.full(n, STATES.index("intact"))]
        ),
    }
