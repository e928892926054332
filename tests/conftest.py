"""The reference city of size small, founded once a run at a fixed moment and opened anew by each module."""

import json
import random
from datetime import datetime
from unittest.mock import patch

import pytest

from data_access.opening import open_city
from data_access.settings import Settings
from demo.reference import found
from ingest.pipeline import submit_lines

SEED = 7
EPOCH = datetime.fromisoformat("2026-03-18T10:34:56+08:00").timestamp()
"""The moment the city's clock stands at in every test: a Wednesday morning in Zhengzhou."""
MIDNIGHT = datetime.fromisoformat("2026-03-18T00:00:00+08:00").timestamp()
KNOTS = (EPOCH, EPOCH - 3600, EPOCH - 86400, MIDNIGHT, MIDNIGHT - 86400, EPOCH - 7 * 86400, MIDNIGHT - 20 * 86400)
"""Moments around which awkward cases happen, to the second."""


def quiet(what, part):
    """Progress that nobody watches."""


def still(settings, at=EPOCH):
    """The city of `settings`, open, its clock standing at `at`."""
    return open_city(settings, clock=lambda: at)


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    """The folder of the small reference city, awkward cases included; nobody has it open."""
    settings = Settings(home=tmp_path_factory.mktemp("reference"))
    city = found(settings, "small", SEED, quiet, now=EPOCH)
    try:
        with patch("data_access.write.time.time", lambda: EPOCH):
            receipt = submit_lines(city, "urban_patrol", "case_step", awkward(city), "knots")
        assert receipt.accepted > 900, receipt
        assert not receipt.rejected
    finally:
        city.close()
    return settings.home


@pytest.fixture(scope="module")
def city(home):
    """The small reference city, open; a process opens one store at a time, so each module has it in turn."""
    opened = still(Settings(home=home))
    yield opened
    opened.close()


def awkward(city):
    """Steps that fall together: on whole seconds around a few moments, tied, at deadlines, extended, reopened."""
    chance = random.Random(11)
    types = list(city.types.values())
    lines = []
    for number in range(300):
        kind = chance.choice(types)
        before = chance.choice((7200, 60, 1, 0, 0, kind.response, kind.response + 1))
        opened = int(chance.choice(KNOTS)) - before
        lines += _life(chance, f"K{number:04d}", chance.randrange(city.units.leaves), kind, opened)
    return [json.dumps(line) for line in lines if line["at"] < EPOCH]


def _life(chance, case_id, leaf, kind, opened):
    due = opened + chance.choice((30, 60, 3600, 7200, 86400, 7 * 86400))
    first = {"leaf": leaf, "type": kind.key, "source": "patrol", "due_at": due}
    out = [{"case_id": case_id, "step": "reported", "at": opened} | first]
    at = opened
    for _ in range(chance.randrange(0, 9)):
        at += chance.choice((0, 0, 1, 30, 59, 600, kind.response, 3600, 86400, max(due - at, 0)))
        step = chance.choice(("accepted", "dispatched", "handling", "extended", "escalated", "closed", "reopened"))
        line = {"case_id": case_id, "step": step, "at": at}
        if step in ("extended", "reopened"):
            due = max(due, at) + chance.choice((1, 60, 3600, 86400))
            line["due_at"] = due
        if step == "escalated":
            line["severity"] = chance.randrange(1, 4)
        out.append(line)
    return out
