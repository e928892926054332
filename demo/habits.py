"""How the reference city behaves on an ordinary day: how many cases, of what type, when, where, from whom."""

import re
from collections import Counter
from functools import lru_cache

import numpy as np

from data_access.profile import CaseType, Profile
from demo.records import Town, chance, keys

CASES_A_DAY = 1.95
"""Cases a day for each thousand households."""

LEAST_A_DAY = 150.0
"""Cases of an average day, at least, so that a small town has something to show."""

WEEK = (1.09, 1.07, 1.05, 1.03, 1.02, 0.9, 0.84)
HOURS = (7, 5, 4, 3, 4, 8, 20, 45, 80, 112, 116, 92, 55, 58, 86, 112, 114, 90, 64, 50, 42, 32, 20, 11)
"""Relative volume by weekday, Monday first, and by hour of the local day."""

SOURCES = ("patrol", "video", "hotline", "superior", "iot")
SOURCE_SHARES = (0.47, 0.14, 0.29, 0.04, 0.06)
CARRIERS = {
    "patrol": {"patrol": 0.4, "grid": 0.55, "party": 0.05},
    "video": {"video": 1},
    "hotline": {"hotline": 1},
    "superior": {"superior": 1, "department": 1},
    "iot": {"iot": 1, "department": 0.01},
}
"""By source, words in the keys of the feeds that carry its cases, and how much of them each carries."""

WATCHED = ("停放", "占道", "经营", "单车", "渣土", "垃圾")
SENSED = ("井盖", "积水", "路灯", "电梯", "燃气", "泵站", "防汛", "供热")
CALLED = ("噪声", "扰民", "油烟", "供热", "供暖", "物业", "停水")

SHARES = {
    "暴露垃圾": 11,
    "机动车乱停放": 10,
    "非机动车乱停放": 8,
    "占道经营": 6,
    "乱堆杂物": 6,
    "店外经营": 5.2,
    "积存垃圾渣土": 5,
    "共享单车乱象": 4.8,
    "非法小广告": 4.8,
    "无照经营游商": 4.4,
    "道路破损": 3.9,
    "道路不洁": 3.4,
    "噪声扰民": 2.6,
    "垃圾站（箱）满溢": 2.6,
    "污水井盖": 2.2,
    "雨水井盖": 2.0,
    "通信井盖": 1.5,
    "路灯": 1.6,
    "雨水箅子": 1.5,
    "绿地脏乱": 1.5,
    "沿街晾挂": 1.5,
    "施工扰民": 1.4,
    "占用消防通道": 1.3,
    "电力井盖": 1.2,
    "私搭乱建": 1.2,
    "违规户外广告": 1.1,
    "违规牌匾标识": 1.0,
    "行道树": 1.0,
    "工地扬尘": 1.0,
    "油烟污染": 0.9,
    "路缘石缺损": 0.9,
    "露天烧烤": 0.8,
    "供水井盖": 0.8,
    "交通护栏": 0.8,
    "垃圾箱": 0.8,
    "架空线缆脱落": 0.7,
    "废弃家具设备": 0.7,
    "交通信号灯": 0.6,
    "热力井盖": 0.5,
    "盲道缺损": 0.5,
    "公用电梯": 0.4,
    "积水": 0.15,
    "供热": 0.1,
    "道路积雪": 0.05,
}
"""Relative volume of the common types, by what their Chinese title begins with or contains."""

TAIL = 1.1
"""Relative volume of all the other types of one group together; within it, the n-th has a share like 1/n."""


def type_weights(profile: Profile) -> np.ndarray:
    """The share of each of the profile's types, float, summing to 1."""
    weights, ranks = [], {}
    names = Counter(_plain(kind) for kind in profile.types)
    for kind in profile.types:
        share = _named_share(_plain(kind))
        if share is None:
            rank = ranks[kind.group.zh] = ranks.get(kind.group.zh, 0) + 1
            share = TAIL / (rank + 1) / 3
        # A component and the event of its defect share what is known of both.
        weights.append(share / names[_plain(kind)])
    total = np.asarray(weights, float)
    return total / total.sum()


def _plain(kind: CaseType) -> str:
    return kind.title.zh.removesuffix("异常")


def _named_share(name: str) -> float | None:
    if name in SHARES:
        return SHARES[name]
    return next((SHARES[word] for word in ("积水", "供热", "道路积雪") if word in name), None)


def types_about(profile: Profile, *patterns: str) -> np.ndarray:
    """Positions of the types, events if there are any, whose Chinese title matches the first of `patterns` that
    any title matches; of all types where none does.
    """
    for pattern in patterns:
        found = [n for n, kind in enumerate(profile.types) if re.search(pattern, kind.title.zh)]
        if found:
            return np.asarray([n for n in found if profile.types[n].kind == "event"] or found)
    return np.arange(len(profile.types))


@lru_cache(maxsize=8)
def source_table(town: Town) -> np.ndarray:
    """Cumulated shares of SOURCES for each type: float, types × sources."""
    types = town.profile.types
    shares = np.tile(np.asarray(SOURCE_SHARES), (len(types), 1))
    for n, kind in enumerate(types):
        for words, source, factor in ((WATCHED, 1, 2.0), (SENSED, 4, 7.0), (CALLED, 2, 4.0)):
            if any(word in kind.title.zh for word in words):
                shares[n, source] *= factor
    return np.cumsum(shares / shares.sum(1, keepdims=True), axis=1)


@lru_cache(maxsize=8)
def case_feeds(town: Town) -> tuple[list[str], np.ndarray]:
    """The feeds that carry cases, and for each of SOURCES the cumulated shares with which they do."""
    carriers = [f.key for f in town.profile.feeds if f.carries.startswith("case")]
    carriers = carriers or [f.key for f in town.profile.feeds]
    shares = np.zeros((len(SOURCES), len(carriers)))
    for n, source in enumerate(SOURCES):
        for word, share in CARRIERS[source].items():
            for place in [i for i, key in enumerate(carriers) if word in key][:1]:
                shares[n, place] += share
        if not shares[n].any():
            shares[n, 0] = 1
    return carriers, np.cumsum(shares / shares.sum(1, keepdims=True), axis=1)


@lru_cache(maxsize=8)
def leaf_weights(town: Town) -> np.ndarray:
    """Cumulated weight of each leaf, 0…1: households, more in the core, heavier in a few hot spots."""
    spread = chance(keys(np.arange(town.leaves), town.seed + 11)) + 1e-6
    hot = np.clip(spread**-0.45, 1, 12) * (0.6 + 0.8 * chance(keys(np.arange(town.leaves), town.seed + 12)))
    base = town.households + 0.15 * max(float(town.households.mean()), 1.0)
    weight = base * hot * (0.6 + 1.1 * np.exp(-town.core_distance))
    total = np.cumsum(weight)
    return total / total[-1]


@lru_cache(maxsize=8)
def late_chance(town: Town) -> np.ndarray:
    """The chance of each leaf that a case there runs over its deadline: high in the chronically late streets."""
    streets = np.arange(int(town.streets.max()) + 1)
    usual = 0.022 + 0.03 * chance(keys(streets, town.seed + 21))
    return np.where(late_streets(town), 0.19, usual)[town.streets]


@lru_cache(maxsize=8)
def late_streets(town: Town) -> np.ndarray:
    """Which streets are chronically late: a mask by street number, about 6 % and at least one."""
    count = int(town.streets.max()) + 1
    order = np.argsort(keys(np.arange(count), town.seed + 22))
    return np.isin(np.arange(count), order[: max(1, round(0.06 * count))])


def usual_volume(town: Town) -> float:
    """Cases of an average day."""
    return max(LEAST_A_DAY, CASES_A_DAY * float(town.households.sum()) / 1000)


def volume(town: Town, day: int, rng: np.random.Generator) -> int:
    """Cases of the local day with ordinal `day`, incidents apart."""
    rhythm = WEEK[(day + 6) % 7] * np.exp(0.035 * rng.standard_normal())
    return int(rng.poisson(usual_volume(town) * rhythm))


def moments(rng: np.random.Generator, n: int) -> np.ndarray:
    """`n` moments of a day, in order, as parts 0…1 of it."""
    edges = np.concatenate([[0.0], np.cumsum(HOURS)]) / np.sum(HOURS)
    return np.interp(np.sort(rng.random(n)), edges, np.linspace(0, 1, 25))
