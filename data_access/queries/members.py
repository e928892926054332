"""The city's members as they are on record: facilities, and facts by leaf."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd
from sqlalchemy import select

from data_access.ask import ask
from data_access.city import City
from data_access.queries.choice import has_fact
from data_access.sources.facts import Fact
from data_access.store.tables import facility
from data_access.view import View


def facilities_of(city: City) -> pd.DataFrame:
    """All facilities by id: columns id, code, type, leaf, lon, lat."""
    columns = [facility.c[n] for n in ("id", "code", "type", "leaf", "lon", "lat")]
    return pd.DataFrame(city.store.arrays(select(*columns).select_from(facility).order_by(facility.c.id)))


def fact_by_leaf(city: City, measure: str) -> np.ndarray | None:
    """The newest value of a daily fact by leaf, or None where the city does not keep it."""
    if not has_fact(city, measure):
        return None
    now = ask(city, View(as_of=datetime.now(UTC)))
    return np.diff(Fact(measure).vector(city, now).sums)
