"""Alarms: critical cases that nobody accepted in time, against the raw steps replayed one by one."""

import json
from types import SimpleNamespace
from unittest.mock import patch

from moments import EPOCH, KNOTS
from replay import Replay
from sqlalchemy.exc import OperationalError

from data_access.queries import alarms
from data_access.queries.alarms import alarm, waiting
from data_access.queries.people import answering
from data_access.scope import Scope
from ingest.pipeline import submit_lines


def counted(city, now):
    """The same, from every step there is."""
    truth, t = Replay(city), int(now * 1000)
    asked = truth.ask(range(city.units.leaves), 0, now)
    found = []
    for spell in asked.spells():
        accepted = spell.accepted is not None and spell.accepted < t
        if spell.open_at(t) and not accepted and spell.stood_at(t)[1] == 3 and asked.respond_by(spell) < t:
            found.append((spell.opened, spell.case_id, spell.number, asked.respond_by(spell)))
    return sorted(found)


def told(found):
    return [(round(1000 * x.reported), x.case_id, x.spell, round(1000 * x.limit)) for x in found]


def reported(case_id, at, **more):
    line = {"case_id": case_id, "step": "reported", "at": at, "leaf": 5, "severity": 3, "source": "patrol"}
    return json.dumps(line | more)


def send(city, *lines, token):
    receipt = submit_lines(city, "urban_patrol", "case_step", list(lines), token)
    assert receipt.accepted == len(lines), receipt


def test_they_are_those_of_the_raw_steps(moving):
    city, clock = moving
    for knot in sorted({EPOCH + 1, *(knot + later for knot in KNOTS[:1] for later in (2, 301, 7200, 90_000))}):
        clock.at = knot
        assert told(waiting(city, knot)) == counted(city, knot)
    assert counted(city, clock.at), "some do wait"


def test_a_limit_runs_out_by_itself(moving):
    city, clock = moving
    kind = city.profile.types[0]
    send(city, reported("A1", EPOCH, type=kind.key), token="a1")
    due = EPOCH + kind.response
    for at, there in ((EPOCH + 1, False), (due, False), (due + 1, True), (due + 900, True)):
        clock.at = at
        assert ("A1" in [x.case_id for x in waiting(city, at)]) == there, at - due
    assert [x.limit for x in waiting(city, clock.at) if x.case_id == "A1"] == [due]


def test_accepted_closed_and_calmed_ones_do_not_wait_and_reopened_ones_do(moving):
    city, clock = moving
    kind, at = city.profile.types[0].key, EPOCH - 86_400
    send(city, *(reported(f"B{n}", at + n, type=kind) for n in range(6)), token="b")
    clock.at += 10

    def named():
        return [(x.case_id, x.spell) for x in waiting(city, clock.at) if x.case_id.startswith("B")]

    assert named() == [(f"B{n}", 1) for n in range(6)]

    def step(n, step, **more):
        return json.dumps({"case_id": f"B{n}", "step": step, "at": EPOCH - 60} | more)

    steps = (step(0, "accepted"), step(1, "closed"), step(2, "escalated", severity=2), step(3, "dispatched"))
    send(city, *steps, token="b2")
    clock.at += 10
    assert named() == [("B3", 1), ("B4", 1), ("B5", 1)]
    again = {"case_id": "B1", "step": "reopened", "at": EPOCH - 30, "due_at": EPOCH + 9999}
    send(city, json.dumps(again), token="b3")
    clock.at += 8 * 3600
    assert named() == [("B3", 1), ("B4", 1), ("B5", 1), ("B1", 2)]
    assert told(waiting(city, clock.at)) == counted(city, clock.at)


def test_nothing_is_read_anew_while_only_time_passes(moving):
    city, clock = moving
    waiting(city, clock.at)
    misses = city.cache.use().misses
    for later in range(1, 9):
        waiting(city, clock.at + later)
    assert city.cache.use().misses == misses


def test_what_is_told_of_one(moving):
    city, clock = moving
    one = waiting(city, clock.at)[0]
    about = alarm(city, one)
    own = city.units.at(city.units.row_of_leaf(one.leaf))
    path = [*city.units.ancestors(own)[1:], own]
    assert about.title == city.types[one.type].title
    assert about.place.zh.split(" · ") == [unit.title.zh for unit in path]
    around = city.units.get(about.view.unit)
    assert city.profile.levels[around.level].key == "community"
    assert around in path
    assert about.view.place == (round(one.lon, 5), round(one.lat, 5))
    assert about.view.layers == ("cases",)
    question = SimpleNamespace(view=about.view, at=clock.at)
    assert about.holder == answering(city, question, own)[0]


def test_it_is_told_without_whose_it_is_while_the_people_are_away(moving):
    city, clock = moving
    one = waiting(city, clock.at)[-1]
    away = patch.object(alarms, "answering", side_effect=OperationalError("", {}, None))
    with away:
        assert alarm(city, one).holder is None
    assert alarm(city, one).holder is not None


def test_a_caller_sees_those_of_the_scope(moving):
    city, clock = moving
    everywhere = waiting(city, clock.at)
    mine = city.units.children(city.units.root)[0]
    (lo, hi), *_ = mine.intervals
    inside = [one for one in everywhere if lo <= one.leaf < hi]
    assert inside
    assert len(inside) < len(everywhere)
    assert waiting(city, clock.at, Scope(mine.intervals)) == inside
