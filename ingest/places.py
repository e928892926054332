"""Where records lie: by leaf, by unit, or by a point in the feed's coordinate system."""

import numpy as np

from data_access.city import City
from data_access.crs import to_wgs84
from data_access.errors import UnknownUnit
from data_access.leaf_lookup import LeafLookup, leaf_lookup
from ingest.fields import Name, Number, Record
from ingest.items import Batch, Draft, Item
from ingest.reasons import Refused, shown


class Placed(Record):
    """A record with a place: `leaf`, else `unit` (the id of a leaf), else `lon` and `lat`."""

    lon: Number | None = None
    lat: Number | None = None
    unit: Name | None = None
    leaf: int | None = None


def locate(city: City, batch: Batch, wanted: list[tuple[Item, Draft]]) -> None:
    """Set the place (leaf, lon, lat in WGS84) of each draft in `wanted`, or refuse its line."""
    by_point = []
    for item, draft in wanted:
        record = draft.record
        try:
            if record.leaf is not None or record.unit is not None:
                draft.place = _named(city, record)
            elif record.lon is None or record.lat is None:
                missing = " ".join(n for n in ("lon", "lat") if getattr(record, n) is None)
                raise Refused("missing_field", missing)
            else:
                by_point.append((item, draft))
        except Refused as error:
            item.refuse(error)
    if by_point:
        _by_points(leaf_lookup(city), batch.crs, by_point)


def _named(city: City, record: Placed) -> tuple[int, float, float]:
    leaf = record.leaf if record.leaf is not None else _leaf_of_unit(city, record.unit)
    if not 0 <= leaf < city.units.leaves:
        raise Refused("unknown_unit", shown("leaf", leaf, f"leaves are 0 to {city.units.leaves - 1}"))
    point = city.units.at(city.units.row_of_leaf(leaf)).point
    return leaf, *point


def _leaf_of_unit(city: City, unit_id: str) -> int:
    try:
        unit = city.units.get(unit_id)
    except UnknownUnit:
        raise Refused("unknown_unit", shown("unit", unit_id)) from None
    if unit.leaves != 1:
        raise Refused("not_a_leaf", shown("unit", unit_id, f"holds {unit.leaves} leaves"))
    return unit.intervals[0][0]


def _by_points(lookup: LeafLookup, crs: str, wanted: list[tuple[Item, Draft]]) -> None:
    given = np.array([(d.record.lon, d.record.lat) for _, d in wanted], float)
    lon, lat = _converted(given[:, 0], given[:, 1], crs)
    leaves = lookup.leaves(lon, lat)
    lost = np.flatnonzero(leaves < 0)
    turned = np.zeros(len(leaves), bool)
    turned[lost] = lookup.inside_box(*_converted(given[lost, 1], given[lost, 0], crs))
    turned &= ~lookup.inside_box(lon, lat)
    for i, (item, draft) in enumerate(wanted):
        if leaves[i] >= 0:
            draft.place = (int(leaves[i]), float(lon[i]), float(lat[i]))
        else:
            reason = "swapped_coordinates" if turned[i] else "outside_city"
            item.refuse(Refused(reason, f"lon={given[i, 0]:g} lat={given[i, 1]:g}"))


def _converted(lon: np.ndarray, lat: np.ndarray, crs: str) -> tuple[np.ndarray, np.ndarray]:
    if crs == "wgs84":
        return lon, lat
    return to_wgs84(lon, lat, crs)
