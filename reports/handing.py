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
from reports.making import made
from reports.order import Order
from reports.pool import Pool
from reports.report import reports
from reports.snapshot import Progress, Snapshot
from reports.taking import taken, wanted
from reports.telling import ordered, told


def handed(pool: Pool, address: str, form: str, panel: str, who: str, progress: Progress) -> dict:
    """The file's body in base64, its name, digest and moment, the panels that failed. Raises CannotTake."""
    city, asked, at = pool.city, wanted(formats(), address, form, panel), time.time()

    def take(done: Progress) -> Snapshot:
        return taken(city, panels(), asked, T(who, who), at, city.settings.site, progress=done)

    return packed(made(pool, asked.form, take, progress=progress))


def reported(pool: Pool, key: str, address: str, form: str, period: str, who: str, progress: Progress) -> dict:
    """The same of a report, and what it says. Raises CannotTake."""
    city, order, chapters = pool.city, ordered(reports(), formats(), key, address, form, period), []

    def take(done: Progress) -> Snapshot:
        taken = told(city, panels(), order, T(who, who), None, city.settings.site, progress=done)
        chapters[:] = taken.told
        return taken

    found = packed(made(pool, order.form, take, progress=progress))
    said = [[one.title.en, [text.en for text in one.sentences]] for one in chapters]
    return found | {"told": said}


def packed(order: Order) -> dict:
    """A made file as text, with all there is to say of it."""
    with order.file() as file:
        body = base64.b64encode(file.read()).decode()
    failed = {key: reason.en for key, reason in order.failed.items()}
    found = {"name": order.name, "digest": order.digest, "link": order.link, "failed": failed}
    return found | {"body": body, "as_of": order.at, "title": order.title.en}


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
