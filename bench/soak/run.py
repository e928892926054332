"""A soak from beginning to end: the city, the wall, the events in their order, and what it all comes to."""

import importlib
import os
import platform
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.apart import Progress
from bench.soak.browser import Wall
from bench.soak.events import happen
from bench.soak.house import House
from bench.soak.night import PATIENCE, Night, Stopped
from bench.soak.plan import DUE, SETTING_UP, Plan
from bench.soak.verdicts import Line, verdicts
from data_access.errors import JingweiError
from reports.browser import require_browser

ZONE = ZoneInfo("Asia/Shanghai")
"""The reference city's."""
HOW = {
    "real": (
        "every second of the soak; browser, server, simulator, rotation; restarts, one of them a kill; "
        "both cuts; the new release, made of a changed copy of the application"
    ),
    "accelerated": (
        "the clocks of city and wall run ahead by a fixed number of hours, so that midnight falls into the soak; "
        "the wall's machine is set by moving the page's Date, the server by moving time.time in its process; "
        "sleep is every process of the browser stopped (SIGSTOP): the network stack of the system stays awake"
    ),
}


def soak(length: float, progress: Progress) -> tuple[list[Line], dict]:
    """Keep a wall for `length` seconds and put it through everything; the lines, and all that was seen as JSON.

    Ended by Ctrl-C, what there is so far. Raises JingweiError when something needed is missing.
    """
    program, plan = require_browser("test"), Plan(length)
    playwright = importlib.import_module("playwright.sync_api").sync_playwright
    with tempfile.TemporaryDirectory(prefix="jingwei-soak-") as folder, playwright() as driver:
        progress("city", 0.0)
        ahead = plan.ahead(time.time() + SETTING_UP, ZONE)
        with House(Path(folder), plan.seconds, ahead) as house:
            night = _evening(house, driver, program, plan, progress)
            with _ended_by_hand(night):
                _through(night)
            return _told(night)


def _evening(house: House, driver: object, program: str, plan: Plan, progress: Progress) -> Night:
    """The wall as it begins: open, whole, without an alarm."""
    house.calm()
    wall = Wall(driver, program, house.url, house.ahead)
    night = Night(house, wall, plan, ZONE, progress)
    with night.event("opening"):
        if night.whole_again(0.0) is None:
            raise JingweiError(f"The wall is not whole after {PATIENCE:.0f} s: {night.look()}")
        night.begin()
    wall.take()
    return night


def _through(night: Night) -> None:
    try:
        for name, part in DUE:
            night.idle(part * night.plan.length)
            night.course.happened.append(happen(night, name))
        night.idle(max(night.plan.length, night.at + night.plan.tenth))
    except Stopped:
        return


def _told(night: Night) -> tuple[list[Line], dict]:
    course = night.finished()
    night.wall.close()
    lines = verdicts(course, night.plan)
    machine = {"processors": os.cpu_count(), "system": platform.platform(), "python": platform.python_version()}
    told = {
        "length": night.plan.length,
        "machine": machine,
        "how": HOW,
        "verdicts": [one._asdict() for one in lines],
    }
    return lines, told | asdict(course)


@contextmanager
def _ended_by_hand(night: Night) -> Iterator[None]:
    """Ctrl-C ends the soak and not the process; the second time it does."""
    before = signal.getsignal(signal.SIGINT)

    def stop(*told: object) -> None:
        night.stop()
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
