"""An open city: its units, its store, its people, its live state. Everything that is asked is asked of one."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

import numpy as np
from sqlalchemy import Engine, func, select

from data_access.cache import Cache
from data_access.errors import NoCity
from data_access.live import Live
from data_access.operations.database import open_operations
from data_access.profile import CaseType, Profile
from data_access.settings import Settings
from data_access.store import tables
from data_access.store.store import Arrays, Store
from data_access.units import Units, UnitTable, Zone
from data_access.words import T


@dataclass(frozen=True)
class City:
    """A city opened for asking and writing. Close it to let another process have its store."""

    settings: Settings
    store: Store
    operations: Engine
    profile: Profile
    units: Units
    live: Live
    cache: Cache

    @cached_property
    def types(self) -> dict[str, CaseType]:
        """Case types by key."""
        return {t.key: t for t in self.profile.types}

    @cached_property
    def devices(self) -> Arrays:
        """The devices, by id: arrays id, code, kind, network, feed, leaf, lon, lat, interval."""
        d = tables.device
        columns = [d.c[n] for n in ("id", "code", "kind", "network", "feed", "leaf", "lon", "lat", "interval")]
        return self.store.arrays(select(*columns).select_from(d).final().order_by(d.c.id))

    def close(self) -> None:
        """Give back both databases."""
        self.store.close()
        self.operations.dispose()


def open_city(settings: Settings) -> City:
    """Open the city that the settings' store holds.

    Raises NoCity when it holds none, StoreBusy when another process owns it.
    """
    store = Store(settings.store_url, settings.threads)
    try:
        profile = read_profile(store)
        units = read_units(store)
        operations = open_operations(settings.operations_url)
    except Exception:
        store.close()
        raise
    live = read_live(store, profile, settings.tick)
    return City(settings, store, operations, profile, units, live, Cache())


def read_profile(store: Store) -> Profile:
    """The profile of the store's city. Raises NoCity."""
    c = tables.city.c
    found = store.rows(select(c.profile).order_by(c.built_at.desc()).limit(1))
    if not found:
        raise NoCity("This store holds no city yet. Build one: `jingwei demo`, or `jingwei load CITY.yaml`.")
    return Profile.model_validate_json(found[0]["profile"])


def read_units(store: Store) -> Units:
    """Both trees of the store's city."""
    a = store.arrays(select(tables.unit).order_by(tables.unit.c.row))
    parent = a["parent"].astype(np.int32)
    parent[0] = -1
    names = ("id", "level", "kind", "lo", "hi", "zh", "en", "lon", "lat", "area")
    table = UnitTable(parent=parent, **{n: a[n] for n in names})
    zones = [
        Zone(z["id"], T(z["zh"], z["en"]), tuple(zip(z["lo"], z["hi"], strict=True)), (z["lon"], z["lat"]))
        for z in store.rows(select(tables.zone).order_by(tables.zone.c.n))
    ]
    return Units(table, zones)


def read_live(store: Store, profile: Profile, tick: float) -> Live:
    """The live state as the landed batches tell it."""
    b = tables.batch.c
    newest = store.rows(select(func.max(b.version).label("version")))[0]["version"] or 0
    live = Live(profile.feeds, int(newest), tick)
    seen = select(
        b.feed,
        func.max(b.at).label("at"),
        func.max(b.last_at).label("mark"),
        func.sum(b.accepted).label("accepted"),
        func.sum(b.rejected).label("rejected"),
    ).group_by(b.feed)
    for row in store.rows(seen):
        live.seen(row["feed"], _epoch(row["at"]), _epoch(row["mark"]), row["accepted"], row["rejected"])
    return live


def _epoch(at: datetime) -> float:
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
