"""Following a store on a server: what another process lands there is seen here, too."""

import logging
import threading

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from data_access.city import City
from data_access.opening import read_live
from data_access.store import tables

log = logging.getLogger(__name__)
EVERY = 2.0
"""Seconds between two looks."""


def follow(city: City) -> threading.Thread:
    """Look after new batches in a thread of its own, until the process ends."""
    thread = threading.Thread(target=_watch, args=(city, threading.Event()), name="follow", daemon=True)
    thread.start()
    return thread


def look(city: City) -> bool:
    """Take over what the store's batches tell, if there are newer ones than are known here."""
    newest = city.store.rows(select(func.max(tables.batch.c.version).label("version")))[0]["version"] or 0
    if newest <= city.live.landed:
        return False
    found = read_live(city.store, city.profile, city.settings.tick)
    city.live.follow(found)
    return True


def _watch(city: City, never: threading.Event) -> None:
    well = True
    while not never.wait(EVERY):
        try:
            look(city)
            well = True
        except (SQLAlchemyError, OSError):
            if well:
                log.warning("The store does not answer; what others land is not seen", exc_info=True)
            well = False
