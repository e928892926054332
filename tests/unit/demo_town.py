"""A small town for tests of the reference city's records, made without geography."""

from datetime import datetime

import numpy as np
import pandas as pd

from data_access.profile import CaseType, DeviceKind, FacilityType, Feed, Profile
from data_access.words import T
from demo import habits
from demo.incidents import INCIDENTS
from demo.records import Town

EPOCH = datetime.fromisoformat("2026-11-04T10:23:45+08:00").timestamp()
HOUR = 3600


def _a_type(number: int, name: str, hours: float, working: bool) -> CaseType:
    return CaseType(
        key=f"{number:05d}",
        title=T(name, f"Type {number}"),
        group=T("市容", "Appearance"),
        limit=int(hours * HOUR),
        working=working,
        response=HOUR,
    )


def _a_profile() -> Profile:
    named = [("暴露垃圾", 4, True), ("机动车乱停放", 2, False), ("污水井盖异常", 8, True), ("道路破损", 40, True)]
    named += [("道路积水", 4, False), ("供热问题", 24, False), ("非法小广告", 8, True), ("私搭乱建", 80, True)]
    kinds = [("waterlogging", 15, None, "cm"), ("heating", None, 18, "°C"), ("noise", 75, None, "dB")]
    kinds += [("lift", 0.5, None, ""), ("camera", None, 10, "fps"), ("grid_terminal", None, None, "")]
    feeds = [(f"case_{source}", "government", "case") for source in habits.SOURCES]
    feeds += [(key, "iot", "reading") for key in ("waterlogging", "others", "camera", "grid_terminal")]
    return Profile(
        key="test",
        title=T("试", "Test"),
        zone="Asia/Shanghai",
        levels=(),
        types=tuple(_a_type(n, *row) for n, row in enumerate(named)),
        feeds=tuple(Feed(key=k, network=n, title=T(k, k), interval=300, carries=c) for k, n, c in feeds),
        device_kinds=tuple(
            DeviceKind(key=k, title=T(k, k), network="iot", unit=u, alarm_above=above, alarm_below=below)
            for k, above, below, u in kinds
        ),
        facility_types=(FacilityType(key="01001", title=T("井盖", "Cover"), group=T("市政", "Utilities")),),
        epoch=EPOCH,
        seed=5,
    )


def _members(rng: np.random.Generator, n: int, lon: np.ndarray, lat: np.ndarray, letter: str) -> pd.DataFrame:
    leaf = rng.integers(0, len(lon), n)
    number = np.arange(1, n + 1)
    code = [f"{letter}{i:05d}" for i in number]
    return pd.DataFrame({"id": number, "code": code, "leaf": leaf, "lon": lon[leaf] + 1e-4, "lat": lat[leaf]})


def a_town(seed: int = 5) -> Town:
    rng = np.random.default_rng(1)
    leaves = 1600
    streets = np.arange(leaves) // 100
    lon = 113.6 + 0.05 * (streets % 4) + 0.04 * rng.random(leaves)
    lat = 34.7 + 0.05 * (streets // 4) + 0.04 * rng.random(leaves)
    devices = _members(rng, 900, lon, lat, "D")
    devices["kind"] = np.array(["waterlogging", "heating", "noise", "lift", "camera", "grid_terminal"])[
        rng.integers(0, 6, 900)
    ]
    devices["feed"] = devices["kind"].where(
        devices["kind"].isin(["waterlogging", "camera", "grid_terminal"]), "others"
    )
    devices["interval"] = np.where(devices["kind"].isin(["camera", "grid_terminal"]), 1800, 300)
    facilities = _members(rng, 6000, lon, lat, "F").assign(type="01001")
    profile = _a_profile().model_copy(update={"seed": seed})
    return Town(profile, lon, lat, rng.gamma(2, 100, leaves), streets, devices, facilities)


def named(town: Town, key: str):
    return next(i for i in INCIDENTS(town) if i.key == key)
