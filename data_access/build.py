"""Building a city: a plan written into an empty store, ready to be opened."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from data_access import cells
from data_access.errors import SettingsError
from data_access.operations.database import open_operations, replace_posts
from data_access.plan import CityPlan
from data_access.profile import Profile
from data_access.settings import Settings
from data_access.store.store import Store, now_ms
from data_access.units import Units

METRE = 5
"""Decimals of a degree that the base map is kept to: about a metre."""
Progress = Callable[[str, float], None]
"""Told what is being done and how far it is, 0…1."""


def build(settings: Settings, plan: CityPlan, progress: Progress = lambda what, part: None) -> None:
    """Write `plan` into the settings' store and operations database.

    The city's own row comes last, so a build that was cut short leaves no city. Raises SettingsError when the
    store already holds one.
    """
    store = Store(settings.store_url, settings.threads)
    try:
        counts = store.counts()
        if counts["city"]:
            raise SettingsError(
                f"The store in {settings.home} already holds a city. Set JINGWEI_HOME to another folder."
            )
        for table in ("unit", "zone"):
            store.empty(table)
        progress("units", 0.0)
        _write_units(store, plan)
        _write_map(store, plan, progress)
        _write_members(store, plan)
        progress("posts", 0.9)
        operations = open_operations(settings.operations_url)
        replace_posts(operations, plan.posts)
        operations.dispose()
        write_profile(store, plan.profile)
        progress("units", 1.0)
    finally:
        store.close()


def write_profile(store: Store, profile: Profile) -> None:
    """Put `profile` in the place of the one the city had; whoever has the city open sees it when opening anew."""
    store.insert(
        "city",
        pa.table({"key": [profile.key], "profile": [profile.kept.model_dump_json()], "built_at": _stamps(1)}),
    )


def _stamps(n: int) -> pa.Array:
    return pa.array(np.full(n, now_ms()), pa.timestamp("ms", "UTC"))


def _write_units(store: Store, plan: CityPlan) -> None:
    t = plan.units
    names = ("id", "level", "kind", "lo", "hi", "zh", "en", "lon", "lat", "area")
    columns = {"row": np.arange(len(t), dtype=np.uint32), **{n: getattr(t, n) for n in names}}
    columns["parent"] = t.parent.clip(0).astype(np.uint32)
    store.insert("unit", pa.table(columns))
    if plan.zones:
        zones = [
            {
                "n": n,
                "id": z.id,
                "zh": z.title.zh,
                "en": z.title.en,
                "lon": z.point[0],
                "lat": z.point[1],
                "lo": [lo for lo, _ in z.intervals],
                "hi": [hi for _, hi in z.intervals],
            }
            for n, z in enumerate(plan.zones)
        ]
        store.insert("zone", pa.Table.from_pylist(zones))


def _write_map(store: Store, plan: CityPlan, progress: Progress) -> None:
    units = Units(plan.units, plan.zones)
    box = tuple(float(v) for v in shapely.total_bounds(plan.shapes))
    for level in range(units.depth):
        progress("outlines", level / units.depth)
        shapes = cells.level_shapes(units, level, plan.shapes, plan.outlines.get(level, {}))
        _put(store, f"cells/{level}", cells.encode(shapes, box))
    _put(store, "leaves", _pack(shapely.to_wkb(plan.shapes)))
    outline = plan.outlines.get(0, {}).get(str(plan.units.id[0]))
    land = [("city", outline)] if outline is not None else []
    base = [_feature(*part) for part in [*land, *plan.lines]]
    _put(store, "basemap", json.dumps({"type": "FeatureCollection", "features": base}).encode())


def _feature(kind: str, shape: object, rank: int | None = None) -> dict:
    properties = {"kind": kind} | ({"rank": rank} if rank else {})
    geometry = json.loads(shapely.to_geojson(shapely.transform(shape, lambda places: places.round(METRE))))
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _pack(parts: np.ndarray) -> bytes:
    sizes = np.array([len(p) for p in parts], "<u4")
    return np.uint32(len(parts)).tobytes() + sizes.tobytes() + b"".join(parts)


def unpack_leaves(body: bytes) -> np.ndarray:
    """The leaves' shapes, as shapely geometries in leaf order, from the blob ``leaves``."""
    n = int(np.frombuffer(body, "<u4", 1)[0])
    ends = np.cumsum(np.frombuffer(body, "<u4", n, 4), dtype=np.int64) + 4 + 4 * n
    starts = np.concatenate([[4 + 4 * n], ends[:-1]])
    return shapely.from_wkb([body[a:b] for a, b in zip(starts, ends, strict=True)])


def _put(store: Store, key: str, body: bytes) -> None:
    store.put_blob(key, hashlib.sha256(body).hexdigest()[:16], body)


def _write_members(store: Store, plan: CityPlan) -> None:
    network = {k.key: k.network for k in plan.profile.device_kinds}
    devices = plan.devices.assign(network=plan.devices["kind"].map(network))
    for table, frame in (("device", devices), ("facility", plan.facilities)):
        if len(frame):
            rows = pa.Table.from_pandas(frame, preserve_index=False)
            store.insert(table, rows.append_column("at", _stamps(len(frame))))
    day = datetime.fromtimestamp(plan.profile.epoch, UTC).date()
    for measure, values in plan.leaf_facts.items():
        known = np.flatnonzero(np.isfinite(values.astype(float)))
        frame = pd.DataFrame({"measure": measure, "day": day, "leaf": known.astype(np.uint32)})
        frame["value"] = values.astype(float)[known]
        rows = pa.Table.from_pandas(frame, preserve_index=False)
        store.insert("fact_day", rows.append_column("at", _stamps(len(frame))))
