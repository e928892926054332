"""An open city: its units, its store, its people, its live state. Everything that is asked is asked of one."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import Engine, func, select

from data_access.cache import Cache
from data_access.landing import Journal
from data_access.live import Live
from data_access.profile import CaseType, Profile
from data_access.registry import Registry
from data_access.settings import Settings
from data_access.store import tables
from data_access.store.store import Arrays, Store
from data_access.troubles import Troubles
from data_access.units import Units

if TYPE_CHECKING:
    from data_access.metric import Metric


@dataclass(frozen=True)
class City:
    """A city opened for asking and writing. Close it to let another process have its store.

    `cache` keeps answers, which fall out of use; `fixed` what stays while the city is open: outlines, names.
    `journal` has the batches that are being landed, `troubles` what is away.
    """

    settings: Settings
    store: Store
    operations: Engine
    profile: Profile
    units: Units
    live: Live
    cache: Cache
    fixed: Cache
    metrics: "Registry[Metric]"
    journal: Journal
    troubles: Troubles

    @cached_property
    def types(self) -> dict[str, CaseType]:
        """Case types by key."""
        return {t.key: t for t in self.profile.types}

    @cached_property
    def devices(self) -> Arrays:
        """The devices, by id: arrays id, code, kind, network, feed, leaf, lon, lat, interval."""
        d = tables.device
        columns = [d.c[n] for n in ("id", "code", "kind", "network", "feed", "leaf", "lon", "lat", "interval")]
        return self.store.arrays(select(*columns).select_from(d).order_by(d.c.id))

    @cached_property
    def _words(self) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        return {name: np.unique(self.devices[name], return_inverse=True) for name in ("network", "kind", "feed")}

    def devices_of(self, column: str, values: Iterable[str]) -> np.ndarray:
        """Whether each of the devices has one of `values` as its ``network``, ``kind`` or ``feed``."""
        words, place = self._words[column]
        return np.isin(words, list(values))[place]

    @property
    def first_heard(self) -> dict[tuple[str, str], float]:
        """The first reading of each network and kind of devices, in epoch seconds."""
        return self.cache.get(("first heard", self.live.moment().of("device")), self._first_heard)

    def _first_heard(self) -> dict[tuple[str, str], float]:
        f, d = tables.device_first.c, tables.device.c
        first = func.toUnixTimestamp(func.min(f.at)).label("at")
        joined = tables.device_first.join(tables.device, d.id == f.device)
        found = select(d.network, d.kind, first).select_from(joined).group_by(d.network, d.kind)
        rows = self.store.rows(found, folded=False)
        return {(row["network"], row["kind"]): float(row["at"]) for row in rows}

    def first_record(self) -> float:
        """When the first case was opened or the first reading taken, in epoch seconds; 0 of an empty city."""
        moments = (tables.case_now.c.opened_at, tables.device_first.c.at)
        asked = (select(func.count().label("n"), func.toUnixTimestamp(func.min(m)).label("at")) for m in moments)
        found = [row for statement in asked for row in self.store.rows(statement, folded=False)]
        return min((float(row["at"]) for row in found if row["n"]), default=0.0)

    def close(self) -> None:
        """Give back both databases."""
        self.store.close()
        self.operations.dispose()
