"""Finding a unit, a case, a device, a facility or a place by what somebody types."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy import ColumnElement, func, or_, select

from data_access import coordinates
from data_access.ask import Ask
from data_access.city import City
from data_access.gazetteer import LAST, gazetteer
from data_access.leaf_lookup import leaf_lookup
from data_access.names import EXACT, NONE, PREFIX
from data_access.queries.address import understand
from data_access.sources.base import in_leaves
from data_access.store.declare import stamp
from data_access.store.tables import case_index, facility
from data_access.units import Unit, mask_of
from data_access.view import Place
from data_access.words import T

LONGEST = 200
"""How many characters of what is typed are read."""
CODE = re.compile(r"(?=.*\d)[\w.:/#-]{4,64}", re.ASCII)
NEARBY = 3
"""The level at which a spot is shown, or the deepest above its leaf."""
UNDERSTOOD = T("识别到“{text}”", "understood: “{text}”")
OUTSIDE = T("在城市范围之外", "outside the city")
REFUSED = T("不在您的权限范围内", "outside what you may see")


@dataclass(frozen=True)
class Found:
    """Something found: its `kind` is unit, zone, case, device, facility or place.

    `path` are the names of the units it lies in, upper first; `note` says what it is or how it was found. It leads
    to `unit`, with `place` pinned where that is a spot; to nowhere where `unit` is None, and `note` says why.
    """

    kind: str
    title: T
    path: tuple[T, ...] = ()
    unit: Unit | None = None
    place: Place | None = None
    note: T = T("", "")
    rank: int = EXACT


def find(city: City, ask: Ask, text: str, limit: int = 12) -> list[Found]:
    """What the text can mean within the ask's scope and at its moment, the likeliest first.

    Names and codes: whole before beginning before word before inside; then upper levels before lower ones, units
    before cases, devices and facilities. Where there are none, the text is read as an address.
    """
    text = text[:LONGEST].strip()
    spots = coordinates.places(text)
    if spots:
        return _places(city, ask, spots)
    found = [*_units(city, ask, text, limit), *_coded(city, ask, text, limit)]
    return sorted(found, key=lambda one: one.rank)[:limit] or _address(city, ask, text, limit)


def _units(city: City, ask: Ask, text: str, limit: int) -> list[Found]:
    g = gazetteer(city)
    ranks = np.where(g.visible(ask.scope), g.ranks(text), NONE)
    first = np.concatenate([np.flatnonzero(ranks == rank)[:limit] for rank in range(NONE)])[:limit]
    return [replace(_unit(city, g.unit(entry)), rank=int(ranks[entry])) for entry in first]


def _unit(city: City, unit: Unit) -> Found:
    kind = "unit" if unit.row >= 0 else "zone"
    return Found(kind, unit.title, tuple(above.title for above in city.units.ancestors(unit)[1:]), unit)


def _address(city: City, ask: Ask, text: str, limit: int) -> list[Found]:
    understood = understand(city, text, gazetteer(city).visible(ask.scope))
    if understood is None:
        return []
    note, units = UNDERSTOOD.fill(text=understood.text), map(gazetteer(city).unit, understood.entries[:limit])
    return [replace(_unit(city, unit), note=note) for unit in units]


def _places(city: City, ask: Ask, spots: list[Place]) -> list[Found]:
    """The spots that lie in the city; where none does, the likeliest, which leads nowhere."""
    leaves = leaf_lookup(city).leaves(*np.array(spots).T).tolist()
    inside = [(spot, leaf) for spot, leaf in zip(spots, leaves, strict=True) if leaf >= 0]
    seen = [(spot, leaf) for spot, leaf in inside if ask.scope.clip(((leaf, leaf + 1),))]
    nowhere = Found("place", _written(spots[0]), note=REFUSED if inside else OUTSIDE)
    return [_spot(city, "place", _written(spot), leaf, spot) for spot, leaf in seen] or [nowhere]


def _written(place: Place) -> T:
    text = f"{place[1]:.5f}, {place[0]:.5f}"
    return T(text, text)


def _spot(city: City, kind: str, title: T, leaf: int, place: Place, **more: object) -> Found:
    """Something at a spot in a leaf, which leads to the unit that it is shown in."""
    own = city.units.at(city.units.row_of_leaf(int(leaf)))
    above = city.units.ancestors(own)
    shown = [unit for unit in above if unit.level <= NEARBY][-1:] or [own]
    path = tuple(unit.title for unit in (*above[1:], own))
    lon, lat = (round(float(part), 5) for part in place)
    return Found(kind, title, path, shown[0], (lon, lat), **more)


def _coded(city: City, ask: Ask, text: str, limit: int) -> Iterator[Found]:
    """Cases, devices and facilities whose id or code begins with the text, the same one first."""
    if not CODE.fullmatch(text):
        return
    kinds = {kind.key: kind.title for kind in city.profile.device_kinds}
    parts = {kind.key: kind.title for kind in city.profile.facility_types}
    cases = {key: kind.title for key, kind in city.types.items()}
    for kind, rows, titles in (
        ("case", _cases(city, ask, text, limit), cases),
        ("device", _devices(city, ask, text, limit), kinds),
        ("facility", _facilities(city, ask, text, limit), parts),
    ):
        for row in rows:
            code, what = str(row["code"]), str(row["what"])
            rank = EXACT if code.casefold() == text.casefold() else PREFIX
            note = titles.get(what, T(what, what))
            yield _spot(city, kind, T(code, code), row["leaf"], (row["lon"], row["lat"]), note=note, rank=rank)


def _cases(city: City, ask: Ask, text: str, limit: int) -> Iterable[dict]:
    """Cases known at the ask's moment, the newest first."""
    i = case_index.c
    asked = select(i.case_id.label("code"), i.leaf, i.type.label("what"), i.lon, i.lat)
    asked = asked.where(_begins(i.case_id, text), i.first_at < stamp(ask.at), *_in_scope(city, ask, i.leaf))
    asked = asked.order_by((i.case_id == text).desc(), i.newest_at.desc(), i.case_id).limit(limit)
    return city.store.rows(asked)


def _facilities(city: City, ask: Ask, text: str, limit: int) -> Iterable[dict]:
    f = facility.c
    asked = select(f.code, f.leaf, f.type.label("what"), f.lon, f.lat)
    asked = asked.where(_begins(f.code, text), *_in_scope(city, ask, f.leaf)).order_by(f.code).limit(limit)
    return city.store.rows(asked)


def _devices(city: City, ask: Ask, text: str, limit: int) -> Iterable[dict]:
    codes, order = city.fixed.get("device codes", lambda: _sorted(city.devices["code"]))
    small, d = text.casefold(), city.devices
    rows = order[bisect_left(codes, small) : bisect_left(codes, small + LAST)]
    if ask.scope.intervals is not None:
        rows = rows[mask_of(ask.scope.intervals, city.units.leaves)[d["leaf"][rows]]]
    names = {"code": "code", "what": "kind", "leaf": "leaf", "lon": "lon", "lat": "lat"}
    return [{name: d[column][row] for name, column in names.items()} for row in rows[:limit]]


def _sorted(codes: np.ndarray) -> tuple[list[str], np.ndarray]:
    small = [str(code).casefold() for code in codes]
    order = sorted(range(len(small)), key=small.__getitem__)
    return [small[n] for n in order], np.array(order, np.int64)


def _begins(column: ColumnElement, text: str) -> ColumnElement:
    return or_(*(func.startsWith(column, written) for written in {text, text.upper(), text.lower()}))


def _in_scope(city: City, ask: Ask, leaf: ColumnElement) -> list[ColumnElement]:
    return in_leaves(leaf, ask.scope.clip(city.units.root.intervals), city.units.leaves)
