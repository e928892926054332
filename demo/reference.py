"""The reference city as a whole: built, given its history, and kept alive."""

import json
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data_access.build import build
from data_access.city import City
from data_access.opening import open_city
from data_access.queries.members import facilities_of, fact_by_leaf
from data_access.sealing import LONG, seal
from data_access.settings import Settings
from data_access.write import Receipt
from demo.alerts import alerts
from demo.batches import Stream, catch_up
from demo.networks import ALERTS
from demo.past import tell_past
from demo.plan import reference_city
from demo.records import HISTORY_DAYS, Town
from demo.simulator import Simulator
from demo.tree import SIZES
from ingest.pipeline import record_item, submit_items, submit_lines, submit_table
from ingest.records import kinds

SEED = 410100
Progress = Callable[[str, float], None]


def found(settings: Settings, size: str, seed: int, progress: Progress, now: float | None = None) -> City:
    """Build the reference city of `size` into an empty store, with its history up to now; returns it open.

    Raises SettingsError when the store already holds a city.
    """
    epoch = float(int(time.time() if now is None else now))
    plan = reference_city(size, seed, epoch, lambda what, part: progress("plan", part))
    build(settings, plan, progress)
    city = open_city(settings)
    town = Town.of(plan)
    catch_up(town, None, epoch, table_door(city), progress)
    _warn(city, alerts(town))
    if past := SIZES[size].past:
        tell_past(city, town, past, progress)
    progress("fold", 0.0)
    city.store.fold(lambda part: progress("fold", part))
    seal(city.store, epoch - LONG)
    progress("fold", 1.0)
    return city


def _warn(city: City, found: list[dict]) -> None:
    """Take in alerts, each as received when it was."""
    kind = kinds()["alert"]
    items = [record_item(kind, n, json.dumps(one), [one]) for n, one in enumerate(found, 1)]
    submit_items(city, ALERTS, "alert", items, "alerts", archived=True)


def simulator(city: City, town: Town) -> Simulator:
    """The live simulator of an opened reference city: sends lines as real feeds do, what was missed first."""

    def send(feed: str, kind: str, lines: list[str], token: str) -> Receipt:
        return submit_lines(city, feed, kind, lines, token, source="simulator")

    return Simulator(town, send, table_door(city), since=marks(city))


def table_door(city: City) -> Callable[[str, str, pa.Table, str], Receipt]:
    """The door for whole tables; a feed is noted as having spoken at its last event."""

    def submit(feed: str, kind: str, table: pa.Table, token: str) -> Receipt:
        last = pc.max(table.column("at")).as_py()
        return submit_table(city, feed, kind, table, token, at=last.timestamp())

    return submit


def marks(city: City) -> dict[Stream, float]:
    """From when on nothing is stored, by feed and kind of record: the moment of the newest and a millisecond."""
    return {(feed, kind): at + 0.001 for kind in HISTORY_DAYS for feed, at in city.store.newest(kind).items()}


def town_of(city: City) -> Town:
    """The town of an opened city, as its store has it."""
    d = city.devices
    devices = pd.DataFrame({n: d[n] for n in ("id", "code", "kind", "feed", "leaf", "lon", "lat", "interval")})
    households = fact_by_leaf(city, "households")
    values = households if households is not None else np.ones(city.units.leaves)
    return Town.at(city.profile, city.units, values, devices, facilities_of(city))
