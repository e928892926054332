"""A soak's arithmetic: when what happens, by how much a wall has grown, and which line misses."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bench.soak import plan
from bench.soak.night import in_step
from bench.soak.plan import DUE, Plan
from bench.soak.verdicts import ASKED, Course, Happened, Sample, good, growth, stretches, verdicts

ZONE = ZoneInfo("Asia/Shanghai")
HOUR = Plan(3600.0)


def sample(at, scene="scene-1", heap=20e6, **more):
    weight = {"heap": heap, "nodes": 2000, "listeners": 400, "documents": 3}
    return Sample(at, scene, weight, 700_000_000, 40.0, 20.0, 0.0, 1.0, **more)


def calm():
    """A soak of an hour without a fault."""
    happened = [Happened(name, part * 3600, 4.0, 3.0) for name, part in DUE]
    samples = [sample(at, f"scene-{1 + at // 20 % 4}") for at in range(0, 3600, 5)]
    return Course(samples, happened, loads=2, scenes=170, lasted=3600.0)


def missed(course):
    return [line.what for line in verdicts(course, HOUR) if line.good is False]


def test_a_calm_soak_misses_nothing():
    course = calm()
    assert missed(course) == []
    assert good(verdicts(course, HOUR))
    seen = [line.seen for line in verdicts(course, HOUR)]
    assert seen[:3] == ["60.0 min", "+0.0 % (mean 20.0 MB)", "+0.0 % (mean 2,000)"]


@pytest.mark.parametrize(("grown", "misses"), [(1.09, []), (1.11, ["heap: growth"])])
def test_a_heap_that_grows_is_told_by_its_last_tenth(grown, misses):
    course = calm()
    last = stretches(course, HOUR)[1][0]
    course.samples = [sample(s.at, s.scene, 20e6 * (grown if s.at >= last else 1)) for s in course.samples]
    assert missed(course) == misses


def test_a_scene_is_compared_with_itself():
    """That the last stretch saw more of the heavier scene is no growth."""
    light, heavy = 10e6, 30e6
    before = [sample(1, "a", light), sample(2, "a", light), sample(3, "b", heavy)]
    after = [sample(11, "a", light), sample(12, "b", heavy), sample(13, "b", heavy), sample(14, "c", 90e6)]
    assert growth([*before, *after], "heap", (0, 5), (10, 15)) == pytest.approx(0)
    later = [sample(11, "a", 1.5 * light), sample(12, "b", heavy)]
    assert growth([*before, *later], "heap", (0, 5), (10, 15)) == pytest.approx((15 + 30) / (10 + 30) - 1)


def test_what_was_measured_in_an_event_or_of_a_page_that_loads_is_not_compared():
    during, loading = sample(3, heap=90e6, event="restart"), replace(sample(4), weight={})
    samples = [sample(1), during, loading, sample(11)]
    assert growth(samples, "heap", (0, 5), (10, 15)) == 0
    assert growth([during, sample(11)], "heap", (0, 5), (10, 15)) is None


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"console": ["TypeError"]}, "errors of the console"),
        ({"page": ["ReferenceError"]}, "errors of scripts"),
        ({"loads": 3}, "loaded anew"),
        ({"loads": 1}, "loaded anew"),
        ({"scenes": 0}, "scenes that came"),
        ({"wrong_dates": ["3月18日"]}, "wrong dates and times"),
    ],
)
def test_each_fault_misses_its_line(change, line):
    assert missed(replace(calm(), **change)) == [line]


def test_errors_of_a_network_that_is_away_are_told_and_do_not_miss():
    course = replace(calm(), network=["net::ERR_CONNECTION_REFUSED"] * 9)
    assert missed(course) == []
    assert [line.seen for line in verdicts(course, HOUR) if line.what.startswith("errors of the network")] == ["9"]


def test_a_long_frame_and_a_wall_out_of_step_miss():
    course = calm()
    course.samples[5] = replace(course.samples[5], longest=1000.0, behind=11.0)
    assert missed(course) == ["longest frame", "longest out of step"]


def test_an_event_that_did_not_come_or_went_wrong_misses():
    course = calm()
    course.happened = [one for one in course.happened if one.name != plan.SLEEP]
    course.happened[1] = replace(course.happened[1], faults=("the day stayed",))
    lines = {line.what: line for line in verdicts(course, HOUR)}
    assert missed(course) == ["midnight", "sleep"]
    assert lines["midnight"].seen == "1 of 1, put right after 3.0 s at most; the day stayed"
    assert lines["sleep"].seen == "0 of 1"


def test_a_soak_that_was_ended_at_once_still_has_all_its_lines():
    assert len(verdicts(Course(), HOUR)) == len(verdicts(calm(), HOUR))
    assert not good(verdicts(Course(), HOUR))


def ended(lasted):
    """The same without a fault, ended by hand."""
    course = calm()
    happened = [one for one in course.happened if one.at < lasted]
    samples = [one for one in course.samples if one.at < lasted]
    return replace(course, samples=samples, happened=happened, loads=1 + bool(happened), lasted=lasted)


@pytest.mark.parametrize("lasted", [1.0, 200.0, 400.0, 1000.0, 2000.0, 3599.0])
def test_one_that_is_ended_before_its_time_misses_nothing_else(lasted):
    assert missed(ended(lasted)) == ["lasted"]


@pytest.mark.parametrize("lasted", [400.0, 1000.0, 2000.0])
def test_what_goes_wrong_before_the_end_by_hand_misses(lasted):
    course = ended(lasted)
    (_, past), (last, _) = stretches(course, HOUR)
    assert past <= last
    course.samples = [sample(s.at, s.scene, 20e6 * (1.2 if s.at >= last else 1)) for s in course.samples]
    course.happened[0] = replace(course.happened[0], faults=("the scene was lost",))
    assert missed(course) == ["lasted", "heap: growth", "new release"]
    assert missed(replace(course, loads=1)) == ["lasted", "heap: growth", "new release", "loaded anew"]


def test_a_page_that_was_loaded_anew_is_compared_with_itself():
    course = ended(1000.0)
    anew = course.happened[0].at + 7
    course.samples = [sample(s.at, s.scene, 20e6 * (1 if s.at < anew else 5)) for s in course.samples]
    assert stretches(course, HOUR)[0][0] == pytest.approx(anew)
    assert missed(course) == ["lasted"]


def test_all_that_is_asked_is_planned_and_in_order():
    names, parts = [name for name, _ in DUE], [part for _, part in DUE]
    assert parts == sorted(parts)
    assert [sum(name in asked for name in names) for _, asked, _ in ASKED] == [count for *_, count in ASKED]
    assert sum(count for *_, count in ASKED) == len(DUE)


@pytest.mark.parametrize("length", [180.0, 3600.0, 86_400.0])
def test_nothing_happens_in_the_stretches_that_are_compared(length):
    what = Plan(length)
    first, last = stretches(Course(lasted=length), what)
    quiet = [part * length for name, part in DUE if name != plan.RELEASE]
    assert plan.WARM * length > dict(DUE)[plan.RELEASE] * length
    assert first[1] <= min(quiet) + 1
    assert last[0] >= first[1]
    assert what.tenth >= plan.SCENES * what.seconds
    assert what.every <= what.seconds / 2
    assert what.sleep > 60
    assert what.cut > 8, "a wall calls a link lost after eight seconds"


@pytest.mark.parametrize("begun", ["2026-03-18T00:00:01", "2026-03-18T10:34:56", "2026-03-18T23:59:00"])
def test_midnight_comes_when_it_is_due(begun):
    now = datetime.fromisoformat(begun).replace(tzinfo=ZONE).timestamp()
    ahead = HOUR.ahead(now, ZONE)
    due = datetime.fromtimestamp(now + dict(DUE)[plan.MIDNIGHT] * 3600 + plan.LEAD + ahead, ZONE)
    assert (due.hour, due.minute, due.second) == (0, 0, 0)
    assert 0 < ahead <= 86_400


def test_a_wall_is_in_step_with_its_server_by_scene_and_by_turn():
    turn = {"scene": 1, "since": 1_767_000_020.5}
    state = {"alarm": None, "scenes": [{"key": "a"}, {"key": "b"}], "turn": turn}
    assert in_step({"key": "b@1767000020.5/0"}, state)
    assert not in_step({"key": "a@1767000020.5/0"}, state)
    assert not in_step({"key": "b@1767000000.5/0"}, state), "the turn before"
    assert not in_step({"key": ""}, state)
    alarmed = state | {"alarm": {"case": "N1", "spell": 2}}
    assert in_step({"key": "alarm N1 2"}, alarmed)
    assert not in_step({"key": "b@1767000020.5/0"}, alarmed)
