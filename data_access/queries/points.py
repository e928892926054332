"""Points of the map's layers, within a unit: live cases, devices, facilities."""

from dataclasses import dataclass, field

import numpy as np
from sqlalchemy import func, select, true

from data_access.ask import Ask
from data_access.city import City
from data_access.sources.base import in_leaves
from data_access.sources.facilities import BROKEN, states
from data_access.sources.listed import open_cases_at, within
from data_access.sources.roll import here, roll
from data_access.store.tables import facility
from data_access.words import T

LIMIT = 6000
FEW = 400
"""More open cases than this are too many to tell apart."""
URGENT = 2
CALM = ("ok", "unknown", "intact", "removed")
"""States of nobody's concern, left out where there are too many."""


@dataclass(frozen=True)
class Points:
    """Points as columns, the weightiest first. `total` is how many there are; `feed` that of each device."""

    id: list
    lon: list
    lat: list
    state: list
    title: list
    total: int
    feed: list = field(default_factory=list)


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


def device_points(
    city: City, ask: Ask, networks: tuple[str, ...], limit: int = LIMIT, kinds: tuple[str, ...] = ()
) -> Points:
    """Devices of `networks`, of `kinds` where such are given; `state` is one of `roll.STATES`, the troubled first.

    Where a unit holds more than `limit`, those that are well or not known of are left out.
    """
    d, state = city.devices, roll(city, ask).state
    mine = here(city, ask) & city.devices_of("network", networks)
    mine = mine & city.devices_of("kind", kinds) if kinds else mine
    order = np.flatnonzero(mine)[np.argsort(state[mine], kind="stable")]
    a = {"id": d["code"], "lon": d["lon"], "lat": d["lat"], "state": state, "title": d["kind"], "feed": d["feed"]}
    taken = {name: column[order] for name, column in a.items()}
    return _troubled(taken | {"total": np.full(len(order), len(order))}, limit)


def device_kinds(city: City, ask: Ask, networks: tuple[str, ...]) -> dict[str, tuple[T, int]]:
    """The kinds of devices the city has of `networks`: title, and how many stand in the unit, by key."""
    of_networks = city.devices_of("network", networks)
    kinds, n = np.unique(city.devices["kind"][of_networks & here(city, ask)], return_counts=True)
    counted = dict(zip(kinds.tolist(), n.tolist(), strict=True))
    titles = {kind.key: kind.title for kind in city.profile.device_kinds}
    there = np.unique(city.devices["kind"][of_networks]).tolist()
    return {key: (titles.get(key, T(key, key)), counted.get(key, 0)) for key in there}


def facility_points(city: City, ask: Ask, limit: int = LIMIT, kinds: tuple[str, ...] = ()) -> Points:
    """Facilities, of groups of types where such are given as `kinds`; `state` is a facility state.

    Where a unit holds more than `limit`, the intact are left out.
    """
    key = ("facility points", ask.intervals, *ask.stand("facility"), limit, kinds)
    return city.cache.get(key, lambda: _facilities(city, ask, limit, kinds))


def facility_groups(city: City, ask: Ask) -> dict[str, tuple[T, int]]:
    """The groups of facility types: title, and how many facilities stand in the unit, by the English title."""
    f = facility.c
    statement = select(f.type, func.count().label("n")).select_from(facility)
    statement = statement.where(*in_leaves(f.leaf, ask.intervals, city.units.leaves)).group_by(f.type)
    rows = city.cache.get(("facility types", ask.intervals), lambda: city.store.rows(statement))
    counted, found = {row["type"]: int(row["n"]) for row in rows}, {}
    for kind in city.profile.facility_types:
        _, n = found.get(kind.group.en, (None, 0))
        found[kind.group.en] = kind.group, n + counted.get(kind.key, 0)
    return found


def _facilities(city: City, ask: Ask, limit: int, groups: tuple[str, ...]) -> Points:
    f, last = facility.c, states(ask.at).subquery("changed")
    state = func.coalesce(func.nullIf(last.c.state, ""), "intact").label("state")
    columns = [f.code.label("id"), f.lon, f.lat, state, f.type.label("title"), func.count().over().label("total")]
    types = [kind.key for kind in city.profile.facility_types if kind.group.en in groups]
    statement = (
        select(*columns)
        .select_from(facility.join(last, last.c.facility == f.id, isouter=True))
        .where(*in_leaves(f.leaf, ask.intervals, city.units.leaves))
        .where(f.type.in_(types) if groups else true())
        .order_by(state.in_(BROKEN).desc(), f.id)
        .limit(limit + 1)
    )
    return _troubled(city.store.arrays(statement), limit)


def _troubled(a: dict[str, np.ndarray], limit: int) -> Points:
    if len(a["id"]) > limit:
        keep = ~np.isin(a["state"], CALM)
        a = {name: column[keep] for name, column in a.items()} | {"total": a["total"]}
    return _points(a, a["state"])


def _points(a: dict[str, np.ndarray], state: np.ndarray) -> Points:
    total = int(a["total"][0]) if len(a["total"]) else 0
    rounded = (np.round(a[name], 5).tolist() for name in ("lon", "lat"))
    feed = a["feed"].tolist() if "feed" in a else []
    return Points(a["id"].tolist(), *rounded, state.tolist(), a["title"].tolist(), total, feed)
