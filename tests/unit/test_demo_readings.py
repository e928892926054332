"""The reference city's readings: as often as they should, alarms rare and lasting, incidents visible."""

import numpy as np
import pandas as pd
import pytest
from demo_town import EPOCH, HOUR, a_town, named

from demo.readings import readings
from demo.records import DAY, Town, joined


@pytest.fixture(scope="module")
def town() -> Town:
    return a_town()


@pytest.mark.parametrize(
    ("key", "beyond"), [("rainstorm", lambda v: v > 15), ("heating_failure", lambda v: v < 18)]
)
def test_incidents_trip_the_devices(town, key, beyond):
    incident = named(town, key)
    middle = (incident.start + incident.end) / 2
    chunks = list(readings(town, middle, middle + 600, (incident.kind,)))
    value = np.concatenate([c["value"][np.isin(c["leaf"], incident.leaf_numbers())] for c in chunks])
    assert len(value) and beyond(value).mean() > 0.9


def test_a_feed_is_silent_for_six_hours(town):
    silence = named(town, "silent_feed")
    assert silence.end - silence.start == 6 * HOUR and silence.start > EPOCH - DAY and silence.end < EPOCH
    during = [c["feed"][0].as_py() for c in readings(town, silence.start, silence.end)]
    assert during and silence.feed not in during
    for a, b in ((silence.start - HOUR, silence.start), (silence.end, silence.end + HOUR)):
        assert silence.feed in [c["feed"][0].as_py() for c in readings(town, a, b)]


def test_devices_speak_as_often_as_they_should(town):
    start = EPOCH - 3 * DAY
    chunks = list(readings(town, start, start + DAY))
    for chunk in chunks:
        device, at = chunk["device"].astype(np.int64), chunk["at"]
        assert (np.diff(device * 10**10 + at) > 0).all()
        assert at.min() >= start and at.max() < start + DAY
    counts = pd.Series(np.concatenate([c["device"] for c in chunks])).value_counts()
    share = counts.reindex(town.devices["id"]).fillna(0).to_numpy() / (DAY / town.devices["interval"].to_numpy())
    terminal = (town.devices["kind"] == "grid_terminal").to_numpy()
    assert 0.96 < share[~terminal].mean() < 0.995
    assert 0.003 < (share[~terminal] < 0.9).mean() < 0.04
    local = town.midnight(town.local_day(EPOCH)) - 3 * DAY
    spoke = np.unique(
        np.concatenate([c["device"] for c in readings(town, local, local + DAY, ("grid_terminal",))])
    )
    assert 0.85 < len(spoke) / terminal.sum() < 0.99


def test_alarms_are_rare_and_last(town):
    start = EPOCH - 2.9 * DAY
    chunk = joined(list(readings(town, start, start + DAY, ("noise", "lift"))))
    kind = town.devices.set_index("id")["kind"].reindex(chunk["device"]).to_numpy(object)
    alarm = chunk["value"] > np.where(kind == "noise", 75, 0.5)
    assert 0.001 < alarm.mean() < 0.008
    starts = np.flatnonzero(alarm & ~np.roll(alarm, 1))
    assert alarm.sum() / len(starts) > 3
