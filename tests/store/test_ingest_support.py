"""A city of eight square leaves in four districts of two, for the tests of the way in."""

import json
import time

import numpy as np
import pandas as pd
import pytest
import shapely

from data_access.build import build
from data_access.lookup import known_cases, rejected
from data_access.opening import open_city
from data_access.plan import DEVICE_COLUMNS, FACILITY_COLUMNS, CityPlan
from data_access.profile import CaseType, DeviceKind, FacilityType, Feed, Level, Profile
from data_access.settings import Settings
from data_access.units import UnitTable
from data_access.words import T

NOW = int(time.time()) - 3600
SIDE = 0.01
WEST, SOUTH = 113.6, 34.7


def centre(leaf):
    """The middle of a leaf: they stand in two rows of four."""
    return WEST + (leaf % 4 + 0.5) * SIDE, SOUTH + (leaf // 4 + 0.5) * SIDE


def plan():
    """Root, four districts, eight leaves."""
    box = [shapely.box(x - SIDE / 2, y - SIDE / 2, x + SIDE / 2, y + SIDE / 2) for x, y in map(centre, range(8))]
    ids = ["city", *(f"d{n}" for n in range(4)), *(f"d{n // 2}-{n}" for n in range(8))]
    points = np.array([centre(3), *(centre(2 * n) for n in range(4)), *map(centre, range(8))])
    text = np.array(ids, object)
    units = UnitTable(
        id=text,
        level=np.array([0] + [1] * 4 + [2] * 8, np.uint8),
        kind=np.array([""] * 13, object),
        parent=np.array([-1] + [0] * 4 + [1 + n // 2 for n in range(8)], np.int32),
        lo=np.array([0, 0, 2, 4, 6, *range(8)], np.uint32),
        hi=np.array([8, 2, 4, 6, 8, *range(1, 9)], np.uint32),
        zh=text,
        en=text,
        lon=points[:, 0],
        lat=points[:, 1],
        area=np.ones(13),
    )
    devices = [(n + 1, f"W{n}", "water", "iot", n, *centre(n), 300) for n in range(8)]
    facilities = [(n + 1, f"F{n}", "lid", n, *centre(n)) for n in range(8)]
    return CityPlan(
        profile(),
        units,
        np.array(box, object),
        devices=pd.DataFrame(devices, columns=DEVICE_COLUMNS),
        facilities=pd.DataFrame(facilities, columns=FACILITY_COLUMNS),
    )


def profile():
    """Two types, three feeds, one kind of device."""
    return Profile(
        key="small",
        title=T("小城", "Small"),
        zone="Asia/Shanghai",
        levels=tuple(Level(key=k, title=T(k, k), plural=T(k, k)) for k in ("city", "district", "cell")),
        types=(
            CaseType(key="01", title=T("井盖", "Lid"), group=T("部件", "Parts"), limit=3600, working=False),
            CaseType(key="02", title=T("积水", "Flood"), group=T("事件", "Events"), severity=2),
        ),
        feeds=tuple(
            Feed(key=k, network=n, title=T(k, k), interval=60) for k, n in (("desk", "government"), ("iot", "iot"))
        ),
        device_kinds=(DeviceKind(key="water", title=T("水位", "Water"), network="iot", alarm_above=30.0),),
        facility_types=(FacilityType(key="lid", title=T("井盖", "Lid"), group=T("部件", "Parts")),),
    )


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    """The built city, open, one for a module."""
    settings = Settings(home=tmp_path_factory.mktemp("small"))
    build(settings, plan())
    opened = open_city(settings)
    yield opened
    opened.close()


def reported(case_id, leaf=0, **more):
    """A `reported` line in the middle of a leaf."""
    lon, lat = centre(leaf)
    line = {"case_id": case_id, "step": "reported", "at": NOW, "lon": lon, "lat": lat, "type": "01"}
    return json.dumps(line | more)


def step(case_id, name, after, **more):
    """A later step, `after` seconds from the report."""
    return json.dumps({"case_id": case_id, "step": name, "at": NOW + after} | more)


def spells(city, case_id):
    """What the store holds of a case, by spell."""
    return sorted(known_cases(city, [case_id]), key=lambda r: r["spell"])


def reasons(city, token):
    """The refused lines of a batch, as (line, reason)."""
    return sorted((r["line"], r["reason"]) for r in rejected(city, 10_000) if r["token"] == token)
