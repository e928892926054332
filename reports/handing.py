"""A snapshot for the command line: the whole file as text in one answer, so that whoever asked writes it."""

import base64
import getpass
import time
from collections.abc import Iterator
from contextlib import contextmanager

from components.catalogue import panels
from data_access.city import City
from data_access.words import T
from reports.format import formats
from reports.pool import Pool
from reports.snapshot import Progress, Snapshot
from reports.taking import taken, wanted

LOOK = 0.1
"""Seconds between two looks at how far an order is."""


def handed(pool: Pool, address: str, form: str, panel: str, who: str, progress: Progress) -> dict:
    """The file's body in base64, its name, digest and moment, the panels that failed. Raises CannotTake."""
    city, asked, at = pool.city, wanted(formats(), address, form, panel), time.time()

    def take(told: Progress) -> Snapshot:
        site = city.settings.url or f"{city.settings.own_url}/"
        return taken(city, panels(), asked, T(who, who), at, site, progress=told)

    order = pool.put(asked.form, take)
    while not order.wait(LOOK):
        progress(order.what or "waiting", order.part)
    with order.file() as file:
        body = base64.b64encode(file.read()).decode()
    progress(order.what, 1.0)
    failed = {key: reason.en for key, reason in order.failed.items()}
    told = {"name": order.name, "digest": order.digest, "link": order.link, "failed": failed}
    return told | {"body": body, "as_of": order.at, "title": order.title.en}


@contextmanager
def pool_of(city: City) -> Iterator[Pool]:
    """A pool for a city that no server has: it makes what needs no browser."""
    pool = Pool(city, "")
    try:
        yield pool
    finally:
        pool.close()


def whose() -> str:
    """Who runs the command, by the name of their account."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "?"
