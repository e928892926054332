"""Snapshots after new data has come in: a moment keeps its digest, also after a restart; older data changes it."""

import json
import shutil
from datetime import UTC, datetime
from unittest.mock import patch

import pytest
from moments import EPOCH, still

from components import catalogue
from data_access.ask import ask
from data_access.landing import Replayed
from data_access.quarantine import kept_lines
from data_access.queries.members import facilities_of
from data_access.settings import Settings
from data_access.view import View
from data_access.words import T
from data_access.write import note_replay
from ingest.pipeline import submit_lines
from reports.snapshot import of_surface, take
from reports.taking import surface_of

PANELS = list(catalogue.panels())
NOW = EPOCH + 30.5
PAST = datetime.fromtimestamp(EPOCH - 5000, UTC)


@pytest.fixture
def opened(home, tmp_path):
    """Opens a copy of the small city at a moment, closing it at the one before."""
    shutil.copytree(home, tmp_path / "copy", symlinks=True)
    held = []

    def at(moment):
        while held:
            held.pop().close()
        held.append(still(Settings(home=tmp_path / "copy"), moment))
        return held[0]

    yield at
    held[0].close()


def views(city):
    device = str(city.devices["code"][city.devices_of("feed", ("iot_waterlogging",))][0])
    return [
        View(metric="opened"),
        View(as_of=PAST, window="7d", metric="devices_online", compare="week"),
        View(as_of=PAST, window="30d", unit=str(city.units.table.id[2]), metric="facilities_damaged"),
        View(page="networks", as_of=PAST),
        View(page="networks", window="7d"),
        View(page="networks/urban_patrol", window="7d"),
        View(page="networks/iot_waterlogging", as_of=PAST),
        View(page=f"networks/iot_waterlogging/{device}"),
    ]


def of(city, view):
    panels = of_surface(PANELS, surface_of(view))
    return take(city, ask(city, view), panels, T("某人", "somebody"), NOW)


def land(city, since, name):
    """Something of every sort from a moment on: new cases, steps of open ones, readings, states, refused lines."""
    kind = city.profile.types[0].key
    case = {"leaf": 3, "type": kind, "source": "patrol", "due_at": since + 60, "step": "reported"}
    steps = [case | {"case_id": f"{name}{n}", "at": since + n} for n in range(4)]
    listed = of(city, View()).part("stream").sheet.column("case")[:40]
    steps += [{"case_id": c, "step": step, "at": since + 2} for c in listed for step in ("accepted", "closed")]
    codes = city.devices["code"].tolist()[::7]
    readings = [{"device": c, "at": since + 2, "value": 3.5, "alarm": True} for c in codes]
    facilities = [{"facility": c, "at": since + 3, "state": "lost"} for c in facility_codes(city)]
    broken = [{"device": "NO SUCH", "at": since + 2, "value": 1}]
    for feed, record, records in (
        ("urban_patrol", "case_step", steps),
        ("iot_waterlogging", "reading", readings + broken),
        ("facility_patrol", "facility_step", facilities),
    ):
        with patch("data_access.write.time.time", lambda: since + 5):
            receipt = submit_lines(city, feed, record, [json.dumps(r) for r in records], f"{name}-{record}")
        assert receipt.accepted > 3, receipt


def facility_codes(city):
    return facilities_of(city)["code"].tolist()[:30]


def test_a_moment_keeps_its_digest_when_newer_data_lands(opened):
    """Of a live picture and of past ones; in the same process and in one that opens the city anew."""
    city = opened(NOW)
    made = [of(city, view) for view in views(city)]
    land(city, NOW + 20, "newer")
    same = [of(city, each.view) for each in made]
    assert [each.digest for each in same] == [each.digest for each in made]
    city = opened(NOW + 3600)
    again = [of(city, each.view) for each in made]
    for first, second in zip(made, again, strict=True):
        changed = [
            a.key for a, b in zip(first.parts, second.parts, strict=True) if a.sheet.digest != b.sheet.digest
        ]
        assert (first.view, changed) == (second.view, [])
        assert first.digest == second.digest
    now = of(city, views(city)[0])
    assert now.digest != made[0].digest, "what landed is in the picture of an hour later"


def test_data_that_is_older_than_the_moment_changes_it(opened):
    """As the files say: what the moment was is then known better."""
    city = opened(NOW)
    view = View(as_of=PAST, metric="opened")
    first = of(city, view)
    land(city, PAST.timestamp() - 600, "older")
    city = opened(NOW)
    second = of(city, view)
    assert second.digest != first.digest
    total = [sum(each.part("map").sheet.column("n")) for each in (first, second)]
    assert total[1] == total[0] + 4


def test_lines_that_land_later_still_waited_at_the_moment(opened):
    """A refused line that was put in again since is told as it stood: refused."""
    city = opened(NOW)
    bad = [json.dumps({"device": "NO SUCH", "at": EPOCH - 60, "value": 1})]
    with patch("data_access.write.time.time", lambda: NOW - 20):
        assert submit_lines(city, "iot_waterlogging", "reading", bad, "bad").rejected == 1
    view = View(page="networks/iot_waterlogging")
    before = of(city, view)
    assert len(before.part("feed_rejects").sheet.rows) == 1
    replayed(city)
    then = of(city, before.view)
    assert then.part("feed_rejects").sheet == before.part("feed_rejects").sheet
    assert then.part("feed").sheet.column("refused") == [1]
    city = opened(NOW + 60)
    assert of(city, View(page="networks/iot_waterlogging")).part("feed_rejects").sheet.rows == ()


def replayed(city):
    """Note that the one line that waits has landed, a quarter of a minute from now."""
    (line,) = kept_lines(city, "iot_waterlogging", None, 9)
    outcome = Replayed(line.token, line.source, line.line, line.mark, line.at, "landed")
    with patch("data_access.write.time.time", lambda: NOW + 15):
        note_replay(city, "iot_waterlogging", "again", [outcome])
