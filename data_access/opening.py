"""Opening the city that a store holds."""

import logging
import time
from collections.abc import Callable

import numpy as np
from sqlalchemy import func, select

from data_access.cache import Cache
from data_access.catalogue import metrics
from data_access.cells import MAGIC
from data_access.city import City
from data_access.errors import NoCity, OldStore, StoreFailed
from data_access.landing import Journal
from data_access.live import CHANGES, Live
from data_access.operations.database import open_operations
from data_access.profile import Feed, Profile
from data_access.settings import Settings
from data_access.store import tables
from data_access.store.declare import epoch
from data_access.store.store import Store
from data_access.troubles import Troubles
from data_access.units import Units, UnitTable, Zone
from data_access.words import T
from data_access.write import finish

log = logging.getLogger(__name__)

Clock = Callable[[], float]
"""Gives the present in UTC epoch seconds."""


def open_city(settings: Settings, clock: Clock = time.time, feeds: tuple[Feed, ...] = ()) -> City:
    """Open the city that the settings' store holds, where the present is what `clock` says.

    `feeds` are declared for this process: they join those of the city. Raises NoCity when the store holds none,
    OldStore when another release built it, StoreBusy when another process owns it, DeclarationError for a bad
    metric.
    """
    registry = metrics(settings.extensions)
    store = Store(settings.store_url, settings.threads)
    try:
        profile = read_profile(store).with_feeds(feeds)
        check_outlines(store)
        units = read_units(store)
        operations = open_operations(settings.operations_url)
    except Exception:
        store.close()
        raise
    live = read_live(store, profile, settings.tick, clock)
    journal = Journal(settings.home / "landing")
    city = City(settings, store, operations, profile, units, live, Cache(), Cache(), registry, journal, Troubles())
    _finish(city)
    return city


def _finish(city: City) -> None:
    """Land what a process before this one was killed at; where the store cannot, the next batch tries again."""
    try:
        if n := finish(city):
            log.warning("Landed %d batches that were cut short.", n)
    except StoreFailed as error:
        log.error("Batches that were cut short still wait: %s", error)


def read_profile(store: Store) -> Profile:
    """The profile of the store's city. Raises NoCity."""
    c = tables.city.c
    found = store.rows(select(c.profile).order_by(c.built_at.desc()).limit(1))
    if not found:
        raise NoCity("This store holds no city yet. Build one: `jingwei demo`, or `jingwei load CITY.yaml`.")
    return Profile.model_validate_json(found[0]["profile"])


def check_outlines(store: Store) -> None:
    """That the outlines are in the form that is read here. Raises OldStore."""
    found = store.blob("cells/0")
    if found and found[1][: len(MAGIC)] != MAGIC:
        raise OldStore(
            "Another release of Jingwei built this city, and this one cannot read its outlines. Build it anew: "
            "`jingwei demo --again` for the reference city; for one of your own, `jingwei load CITY.yaml` with "
            "JINGWEI_HOME set to a new folder."
        )


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


def read_live(store: Store, profile: Profile, tick: float, clock: Clock = time.time) -> Live:
    """The live state as the landed batches tell it."""
    b = tables.batch.c
    newest = store.rows(select(func.max(b.version).label("version")))[0]["version"] or 0
    live = Live(profile.feeds, int(newest), tick, clock)
    seen = select(
        b.feed,
        func.max(b.at).label("at"),
        func.maxIf(b.last_at, b.accepted > 0).label("mark"),
        func.minIf(b.first_at, b.accepted > 0).label("began"),
        func.sum(b.accepted).label("accepted"),
        func.sum(b.rejected).label("rejected"),
    ).group_by(b.feed)
    for row in store.rows(seen):
        mark = epoch(row["mark"]) or None
        began = epoch(row["began"]) or None
        live.seen(row["feed"], epoch(row["at"]), mark, row["accepted"], row["rejected"], began)
    latest = select(b.kind, func.max(b.last_at).label("at")).where(b.accepted > 0).group_by(b.kind)
    live.reached({CHANGES[row["kind"]]: epoch(row["at"]) for row in store.rows(latest) if row["kind"] in CHANGES})
    return live
