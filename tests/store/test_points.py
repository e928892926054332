"""Points of the map one by one, at any moment: each in the state that the raw rows tell of it."""

from collections import Counter
from functools import partial

import pytest
from hypothesis import event, given
from replay import replay_of
from test_metrics import SLOW, leaves_of, questions, refused

from data_access.ask import ask
from data_access.queries.points import case_points, device_points, facility_points

ALL = 10**6
NETWORKS = ("party", "government", "video", "iot")
WELL = ("ok", "unknown", "intact", "removed")


@pytest.fixture(scope="module")
def truth(city):
    return replay_of(city)


@pytest.fixture(scope="module")
def codes(city):
    return dict(zip(city.devices["id"].tolist(), map(str, city.devices["code"].tolist()), strict=True))


def stood(found):
    """Each point with its state; no id twice."""
    states = dict(zip(map(str, found.id), found.state, strict=True))
    assert len(states) == len(found.id)
    return states


def devices_stood(slow, codes):
    """One never heard is unknown until three of its intervals after its kind was first heard."""
    out, began = {}, {}
    for device in slow.all.devices:
        for at, *_ in slow.all.readings[device["id"]][:1]:
            kind = device["network"], device["kind"]
            began[kind] = min(at, began.get(kind, at))
    for device, last in slow.heard():
        first = began.get((device["network"], device["kind"]))
        told = last is not None or (first is not None and slow.end - 3000 * device["interval"] >= first)
        on = slow.online(device, last)
        state = "offline" if told else "unknown"
        out[codes[device["id"]]] = state if not on else "alarm" if last[1] == 1 else "ok"
    return out


def facilities_stood(truth, slow):
    out = {}
    for facility in truth.facilities:
        if facility["leaf"] in slow.leaves:
            told = [row["state"] for row in truth.states[facility["id"]] if row["at"] < slow.end]
            out[facility["code"]] = told[-1] if told else "intact"
    return out


def test_each_point_is_in_the_state_it_was_in(city, truth, codes):
    """Whatever is asked: every device, facility and open case of the unit, by id, and no other."""

    @SLOW
    @given(questions(city))
    def holds(question):
        view, scope = question
        if refused(city, view, scope):
            return
        asked = ask(city, view, scope)
        slow = truth.ask(leaves_of(asked.intervals), *asked.span, view.types, view.networks)
        event(f"level {asked.unit.level}")
        assert stood(device_points(city, asked, NETWORKS, ALL)) == devices_stood(slow, codes)
        assert stood(facility_points(city, asked, ALL)) == facilities_stood(truth, slow)
        cases = case_points(city, asked, ALL)
        expected = Counter((s.case_id, s.stood_at(slow.end)[1]) for s in slow.spells() if s.open_at(slow.end))
        assert Counter(zip(cases.id, cases.state, strict=True)) == expected

    holds()


def test_where_there_are_too_many_exactly_the_troubled_are_kept(city, truth, codes):
    @SLOW
    @given(questions(city))
    def holds(question):
        view, scope = question
        if refused(city, view, scope):
            return
        asked = ask(city, view, scope)
        slow = truth.ask(leaves_of(asked.intervals), *asked.span, view.types, view.networks)
        for points, states in (
            (partial(device_points, networks=NETWORKS), devices_stood(slow, codes)),
            (facility_points, facilities_stood(truth, slow)),
        ):
            troubled = {code: state for code, state in states.items() if state not in WELL}
            found = points(city, asked, limit=len(troubled))
            assert stood(found) == troubled
            assert found.total == len(states)

    holds()
