"""The moments tests stand at, and the awkward records that fall on them."""

import json
import random
from datetime import datetime
from unittest.mock import patch

from data_access.lookup import last_readings
from data_access.opening import open_city
from data_access.queries.members import facilities_of
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


def founded(settings):
    """Found the small reference city, awkward records included, where `settings` say; nobody has it open."""
    city = found(settings, "small", SEED, quiet, now=EPOCH)
    try:
        with patch("data_access.write.time.time", lambda: EPOCH):
            sent = [submit_lines(city, feed, kind, lines, f"knots-{kind}") for feed, kind, lines in awkward(city)]
        assert all(receipt.accepted > 100 and not receipt.rejected for receipt in sent), sent
    finally:
        city.close()


def awkward(city):
    """What falls together: on whole seconds around a few moments, as feed, kind of record and lines."""
    chance = random.Random(11)
    yield "urban_patrol", "case_step", _lines(_cases(chance, city))
    yield "iot_waterlogging", "reading", _lines(_readings(chance, city))
    yield "facility_patrol", "facility_step", _lines(_states(chance, city))


def _lines(records):
    return [json.dumps(record) for record in records if record["at"] <= EPOCH]


def _cases(chance, city):
    """Steps that are tied, at deadlines, extended, reopened."""
    types = list(city.types.values())
    for number in range(300):
        kind = chance.choice(types)
        before = chance.choice((7200, 60, 1, 0, 0, kind.response, kind.response + 1))
        opened = int(chance.choice(KNOTS)) - before
        yield from _life(chance, f"K{number:04d}", chance.randrange(city.units.leaves), kind, opened)


def _readings(chance, city):
    """Devices that were silent for days speak at a moment, just before it, or three intervals before it."""
    d = city.devices
    last = last_readings(city, d["id"].tolist())
    for row, number in enumerate(d["id"].tolist()):
        if last.get(number, 0) < EPOCH - 86400:
            reach = 3 * int(d["interval"][row])
            for knot in KNOTS[:5]:
                before = {chance.choice((0, 1, 2, reach - 1, reach, reach + 1)) for _ in range(2)}
                at = [{"device": str(d["code"][row]), "at": int(knot) - seconds} for seconds in before]
                yield from (reading | {"value": 1, "alarm": chance.random() < 0.5} for reading in at)


def _states(chance, city):
    """Facilities that change state at a moment."""
    codes = chance.sample(facilities_of(city)["code"].tolist(), 60)
    for code in codes:
        for knot in KNOTS:
            state = chance.choice(("damaged", "intact", "lost", "removed"))
            yield {"facility": code, "at": int(knot) - chance.choice((0, 0, 1)), "state": state}


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
