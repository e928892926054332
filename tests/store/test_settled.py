"""A state that was read once serves later moments too, but only while nothing recorded is still to come."""

import json
from datetime import UTC, datetime

from moments import EPOCH

from data_access.ask import ask
from data_access.queries.points import facility_points
from data_access.sources.facilities import broken_facilities
from data_access.sources.listed import open_cases_at
from data_access.view import View
from ingest.pipeline import submit_lines

LATER = (0, 10, 200, 299, 300, 301, 1000, 4000, 90_000)
"""Seconds after the present that are asked about; at 300 there is more to come."""


def states(city):
    """What is open, what is broken, and every facility, at the present moment."""
    now = ask(city, View())
    points = facility_points(city, now)
    return (
        open_cases_at(city, now).to_dict("list"),
        broken_facilities.vector(city, now).sums.tolist(),
        [array.tolist() for array in vars(points).values() if hasattr(array, "tolist")],
    )


def check(city, clock, begin):
    """At each later moment, what is kept is what would be read."""
    for later in LATER:
        clock.at = begin + later
        kept = states(city)
        city.cache.clear()
        assert kept == states(city), later


def test_what_is_recorded_of_the_future_comes_in_its_time(moving):
    city, clock = moving
    now = ask(city, View())
    assert (now.stand("case")[0], now.stand("facility")[0]) == (None, None), "all of it has happened"
    (case,) = open_cases_at(city, now).head(1)["case_id"]
    closed = json.dumps({"case_id": case, "step": "closed", "at": EPOCH + 301})
    submit_lines(city, "urban_patrol", "case_step", [closed], "to come")
    later = ask(city, View())
    assert later.stand("case")[0] == later.at, "one step is still to come"
    assert later.stand("facility")[0] is None
    check(city, clock, EPOCH + 1)
    clock.at = EPOCH + 302
    done = ask(city, View())
    assert done.stand("case")[0] is None
    assert case not in open_cases_at(city, done)["case_id"].tolist()


def test_after_a_restart_it_is_known_what_is_still_to_come(own, moving):
    city, clock = moving
    assert ask(city, View()).stand("case")[0] is not None
    check(city, clock, EPOCH + 1)


def test_the_past_is_asked_for_by_its_moment(moving):
    city, _ = moving
    now = ask(city, View())
    past = ask(city, View(as_of=datetime.fromtimestamp(now.at - 3600, UTC)))
    assert past.stand("facility")[0] == past.at
