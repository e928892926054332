"""A city about to be built: what a generator or an importer hands to the store, whole and checked."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from data_access.profile import Profile
from data_access.units import UnitTable, Zone

DEVICE_COLUMNS = ("id", "code", "kind", "feed", "leaf", "lon", "lat", "interval")
FACILITY_COLUMNS = ("id", "code", "type", "leaf", "lon", "lat")
POST_COLUMNS = ("unit", "role", "name", "deputy", "phone", "shift")


@dataclass(frozen=True)
class CityPlan:
    """Everything that makes a city before its first record.

    `shapes`: one shapely polygon or multipolygon a leaf, WGS84, in leaf order, as an object array.
    `outlines`: shapes of whole units by level where better than the union of leaves (``{level: {id: shape}}``).
    `lines`: of the base map, ``(kind, shape)`` or ``(kind, shape, rank)``, kind ``water`` or ``road``; a road's
    rank is 1 (always shown) to 3 (seen from near).
    `leaf_facts`: measure name to one number a leaf (households, population…), NaN where it is not known.
    `devices`, `facilities`, `posts`: frames with the columns above. Device and facility ids are 1…n; `lon` and
    `lat` lie inside `leaf`; `interval` is the expected seconds between readings; `shift` is text such as
    ``08:00-16:00`` or empty for always.
    """

    profile: Profile
    units: UnitTable
    shapes: np.ndarray
    zones: tuple[Zone, ...] = ()
    outlines: dict[int, dict[str, object]] = field(default_factory=dict)
    lines: tuple[tuple[str, object] | tuple[str, object, int], ...] = ()
    leaf_facts: dict[str, np.ndarray] = field(default_factory=dict)
    devices: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=DEVICE_COLUMNS))
    facilities: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=FACILITY_COLUMNS))
    posts: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=POST_COLUMNS))
