"""Points of the map's layers, within a unit: live cases, devices, facilities."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy import func, select

from data_access.ask import Ask
from data_access.city import City
from data_access.sources.base import in_leaves
from data_access.sources.facilities import BROKEN, states
from data_access.sources.listed import open_cases_at, within
from data_access.sources.roll import here, roll
from data_access.store.tables import facility

LIMIT = 6000
FEW = 400
"""More open cases than this are too many to tell apart."""
URGENT = 2


@dataclass(frozen=True)
class Points:
    """Points as columns, the weightiest first. `total` is how many there are; `shown` says which were taken."""

    id: list
    lon: list
    lat: list
    state: list
    title: list
    total: int


def case_points(city: City, ask: Ask, limit: int = FEW) -> Points:
    """Open cases by severity; `state` is the severity, `title` the type's key.

    Where a unit holds more than `limit`, only the urgent and the critical are taken.
    """
    frame = within(open_cases_at(city, ask), ask.intervals)
    total = len(frame)
    if total > limit:
        frame = frame[frame["severity"] >= URGENT]
    a = {"id": frame["case_id"], "lon": frame["lon"], "lat": frame["lat"], "title": frame["type"]}
    a = {name: column.to_numpy() for name, column in a.items()} | {"total": np.array([total])}
    return _points(a, frame["severity"].to_numpy())


def device_points(city: City, ask: Ask, networks: tuple[str, ...], limit: int = LIMIT) -> Points:
    """Devices of `networks`; `state` is ``alarm``, ``offline`` or ``ok``, and the troubled come first.

    Where a unit holds more than `limit`, those that are well are left out.
    """
    called, d = roll(city, ask), city.devices
    mine = here(city, ask) & city.devices_of("network", networks)
    state = np.where(called.in_alarm, "alarm", np.where(called.online, "ok", "offline"))
    order = np.flatnonzero(mine)[np.argsort(state[mine], kind="stable")]
    a = {"id": d["code"], "lon": d["lon"], "lat": d["lat"], "state": state, "title": d["kind"]}
    taken = {name: column[order] for name, column in a.items()}
    return _troubled(taken | {"total": np.full(len(order), len(order))}, limit)


def facility_points(city: City, ask: Ask, limit: int = LIMIT) -> Points:
    """Facilities; `state` is a facility state. Where a unit holds more than `limit`, the intact are left out."""
    key = ("facility points", ask.intervals, ask.at, ask.moment.of("facility"), limit)
    return city.cache.get(key, lambda: _facilities(city, ask, limit))


def _facilities(city: City, ask: Ask, limit: int) -> Points:
    f, last = facility.c, states(ask.at).subquery("changed")
    state = func.coalesce(func.nullIf(last.c.state, ""), "intact").label("state")
    columns = [f.code.label("id"), f.lon, f.lat, state, f.type.label("title"), func.count().over().label("total")]
    statement = (
        select(*columns)
        .select_from(facility.join(last, last.c.facility == f.id, isouter=True))
        .where(*in_leaves(f.leaf, ask.intervals, city.units.leaves))
        .order_by(state.in_(BROKEN).desc(), f.id)
        .limit(limit + 1)
    )
    return _troubled(city.store.arrays(statement), limit)


def _troubled(a: dict[str, np.ndarray], limit: int) -> Points:
    if len(a["id"]) > limit:
        keep = ~np.isin(a["state"], ("ok", "intact", "removed"))
        a = {name: column[keep] for name, column in a.items()} | {"total": a["total"]}
    return _points(a, a["state"])


def _points(a: dict[str, np.ndarray], state: np.ndarray) -> Points:
    total = int(a["total"][0]) if len(a["total"]) else 0
    rounded = (np.round(a[name], 5).tolist() for name in ("lon", "lat"))
    return Points(a["id"].tolist(), *rounded, state.tolist(), a["title"].tolist(), total)
