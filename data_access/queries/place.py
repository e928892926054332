"""A place: which units it lies in, and who answers there."""

from dataclasses import dataclass

import numpy as np

from data_access.ask import Ask
from data_access.city import City
from data_access.errors import OutOfScope
from data_access.leaf_lookup import leaf_lookup
from data_access.queries.people import Holder, answering
from data_access.units import OUTSIDE, Unit
from data_access.view import Place

NEAREST = 2
"""Of how many of the deepest units that have posts these are told."""


@dataclass(frozen=True)
class Spot:
    """A place of the city: its units from the district down to the leaf, its zone if there is one, its posts."""

    place: Place
    units: list[Unit]
    zone: Unit | None
    holders: list[Holder]


def spot(city: City, ask: Ask) -> Spot | None:
    """What there is to say of the View's place; None where it lies outside the city. Raises OutOfScope."""
    lon, lat = ask.view.place
    leaf = int(leaf_lookup(city).leaves(np.array([lon]), np.array([lat]))[0])
    if leaf < 0:
        return None
    own = city.units.at(city.units.row_of_leaf(leaf))
    if not ask.scope.clip(own.intervals):
        raise OutOfScope(f"The unit {own.id} is outside the caller's scope.")
    units = [*city.units.ancestors(own)[1:], own]
    return Spot((lon, lat), units, _zone(city, own), _nearest(answering(city, ask, own)))


def _zone(city: City, own: Unit) -> Unit | None:
    zone = city.units.zone_of(own) if city.units.zones else None
    return None if zone is None or zone.id == OUTSIDE else zone


def _nearest(holders: list[Holder]) -> list[Holder]:
    units = list(dict.fromkeys(holder.unit.id for holder in holders))[:NEAREST]
    return [holder for holder in holders if holder.unit.id in units]
