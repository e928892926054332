"""The file of a snapshot, made by the pool: the one place where reports and commands wait for one."""

from collections.abc import Callable

from data_access.words import Lang
from reports.format import Format
from reports.order import ENDED, Order
from reports.pool import Pool
from reports.snapshot import Progress, Snapshot
from reports.taking import CannotTake

LOOK = 0.1
"""Seconds between two looks at how far an order is."""


def made(
    pool: Pool,
    form: Format,
    make: Callable[[Progress], Snapshot],
    lang: Lang = "zh",
    progress: Progress = lambda what, part: None,
) -> Order:
    """The order of a file once that is made. Raises CannotTake with the reason where it could not be."""
    order = pool.put(form, make, lang)
    while not order.wait(LOOK):
        progress(order.what or "waiting", order.part)
    if order.state != "done":
        raise CannotTake(order.told or ENDED, order.status if order.told else 503)
    progress(order.what, 1.0)
    return order
