"""Many readings as columns."""

from dataclasses import dataclass, fields

import numpy as np
import pyarrow as pa

from data_access.city import City
from data_access.write import schema


@dataclass(frozen=True)
class Readings:
    """Arrays of one length: `place`, the row of its device in `City.devices`; `at` in UTC epoch seconds; `value`;
    `alarm` 0 or 1.
    """

    place: np.ndarray
    at: np.ndarray
    value: np.ndarray
    alarm: np.ndarray

    def where(self, held: np.ndarray) -> "Readings":
        """Those for which `held` is true, or at the places it names."""
        return Readings(*(getattr(self, f.name)[held] for f in fields(self)))

    @classmethod
    def joined(cls, parts: "list[Readings]") -> "Readings":
        """All of several, one after the other."""
        return cls(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(cls)))

    def table(self, city: City, feed: str) -> pa.Table:
        """As the store's table wants them."""
        columns = {
            "device": city.devices["id"][self.place],
            "at": pa.array(self.at, pa.timestamp("s", "UTC")),
            "value": self.value.astype(np.float32),
            "alarm": self.alarm,
            "leaf": city.devices["leaf"][self.place],
            "feed": pa.repeat(pa.scalar(feed), len(self.at)),
        }
        return pa.table(columns).select(schema("reading").names).cast(schema("reading"))
