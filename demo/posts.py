"""Posts of every unit and the people who hold them, all fictional: who answers here."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from data_access.plan import POST_COLUMNS
from data_access.profile import Role
from data_access.units import UnitTable, Zone
from data_access.words import T

ROLES = (
    Role(key="secretary", title=T("书记", "Party secretary")),
    Role(key="duty", title=T("值班长", "Duty officer")),
    Role(key="director", title=T("管委会主任", "Director of the zone")),
    Role(key="liaison", title=T("包联干部", "Liaison cadre")),
    Role(key="police", title=T("社区民警", "Community police officer")),
    Role(key="grid_head", title=T("网格长", "Grid head")),
    Role(key="grid_worker", title=T("专职网格员", "Full-time grid worker")),
    Role(key="micro_head", title=T("微网格长", "Micro-grid head")),
)
DAY, NIGHT, OFFICE = "08:00-20:00", "20:00-08:00", "08:30-17:30"
BY_LEVEL = (
    (("duty", DAY), ("duty", NIGHT)),
    (("secretary", ""), ("duty", DAY), ("duty", NIGHT)),
    (("secretary", ""), ("liaison", OFFICE), ("duty", DAY), ("duty", NIGHT)),
    (("secretary", ""), ("liaison", OFFICE), ("police", "")),
    (("grid_head", ""), ("grid_worker", OFFICE)),
    (("micro_head", ""),),
)
"""Role and shift of the posts of a unit, by level."""

IN_ZONES = (("director", ""), ("duty", DAY), ("duty", NIGHT))
"""The same of a management zone."""

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国志文俊鹏宇浩欣怡佳琪梦晨光宏斌海燕红梅新春"
PREFIXES = ("130", "135", "136", "137", "138", "139", "150", "151", "158", "159", "186", "188", "189")


def posts(table: UnitTable, rng: np.random.Generator) -> pd.DataFrame:
    """All posts in the order of units: role, holder, deputy, a masked phone (never a whole number), shift."""
    counts = np.array([len(p) for p in BY_LEVEL])[table.level]
    unit = np.repeat(np.arange(len(table)), counts)
    turn = np.arange(len(unit)) - np.repeat(np.cumsum(counts) - counts, counts)
    width = max(len(p) for p in BY_LEVEL)
    role, shift = np.full((2, len(BY_LEVEL), width), "", object)
    for level, held in enumerate(BY_LEVEL):
        for n, (key, hours) in enumerate(held):
            role[level, n], shift[level, n] = key, hours
    level = table.level[unit]
    columns = (
        table.id[unit], role[level, turn], _people(len(unit), rng), _people(len(unit), rng),
        _phones(len(unit), rng), shift[level, turn],
    )  # fmt: skip
    return pd.DataFrame(dict(zip(POST_COLUMNS, columns, strict=True)))


def zone_posts(zones: Iterable[Zone], rng: np.random.Generator) -> pd.DataFrame:
    """The posts of management zones, as `posts`."""
    held = [(zone.id, role, shift) for zone in zones for role, shift in IN_ZONES]
    n = len(held)
    unit, role, shift = (np.array([row[k] for row in held], object) for k in range(3))
    columns = (unit, role, _people(n, rng), _people(n, rng), _phones(n, rng), shift)
    return pd.DataFrame(dict(zip(POST_COLUMNS, columns, strict=True)))


def _people(n: int, rng: np.random.Generator) -> np.ndarray:
    common = 1 / (np.arange(len(SURNAMES)) + 6.0)
    surname = np.array(list(SURNAMES), object)[rng.choice(len(SURNAMES), n, p=common / common.sum())]
    given = np.array([*GIVEN, ""], object)
    first = given[rng.integers(0, len(GIVEN), n)]
    second = given[np.where(rng.uniform(size=n) < 0.18, len(GIVEN), rng.integers(0, len(GIVEN), n))]
    return surname + first + second


def _phones(n: int, rng: np.random.Generator) -> np.ndarray:
    tails = np.array([f"****{k:04d}" for k in range(10_000)], object)
    return np.array(PREFIXES, object)[rng.integers(0, len(PREFIXES), n)] + tails[rng.integers(0, 10_000, n)]
