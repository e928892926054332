"""What panels ask: lists as they stood, points, networks, headline; and that nothing leaks out of a scope."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from moments import EPOCH, KNOTS, MIDNIGHT
from replay import ORDER, replay_of
from test_metrics import SLOW, leaves_of, questions, refused

from callbacks.caller import looked_at
from callbacks.mapping import model_of
from components import catalogue
from data_access.ask import ask
from data_access.errors import OutOfScope
from data_access.live import Moment
from data_access.queries.behind import behind
from data_access.queries.freshness import Coverage, coverage, freshness
from data_access.queries.headline import headline
from data_access.queries.networks import networks
from data_access.queries.people import on_duty, people
from data_access.queries.points import (
    case_points,
    device_kinds,
    device_points,
    facility_groups,
    facility_points,
)
from data_access.queries.ranking import ranking
from data_access.queries.stream import stream
from data_access.queries.trend import trend
from data_access.scope import Scope
from data_access.sources.cases import CaseCount
from data_access.store.tables import STEP_ORDER
from data_access.units import OUTSIDE, ZONES
from data_access.view import WINDOWS, View

ALL = 10**6


@pytest.fixture(scope="module")
def truth(city):
    return replay_of(city)


def then(at):
    return datetime.fromtimestamp(at, UTC)


def counted(truth, asked):
    return truth.ask(leaves_of(asked.intervals), *asked.span, asked.view.types, asked.view.networks)


def test_the_stream_lists_cases_as_they_stood(city, truth):
    """At any moment: the open ones, each at the step, severity and deadline it had then, the most urgent first."""

    @SLOW
    @given(questions(city))
    def holds(question):
        view, scope = question
        if refused(city, view, scope):
            return
        asked = ask(city, view, scope)
        slow = counted(truth, asked)
        t = slow.end
        listed = []
        for s in slow.spells():
            if s.open_at(t):
                step, severity = s.stood_at(t)
                listed.append((-severity, s.due_at(t) / 1000, s.case_id, step, s.opened / 1000))
        found = stream(city, asked, ALL)
        lines = [(-x.severity, x.due_at, x.case_id, x.step, x.opened_at) for x in found.lines]
        assert lines == sorted(listed)
        assert found.open.value == len(lines)
        assert case_points(city, asked, ALL).total == len(lines)

    holds()


def test_the_rows_behind_a_number_are_those_it_counts(city, truth):
    for at, window in ((None, "today"), (KNOTS[3], "7d"), (KNOTS[5], "30d")):
        asked = ask(city, View(as_of=None if at is None else then(at), window=window))
        slow = counted(truth, asked)
        t = slow.end
        expected = {
            "open_cases": [s for s in slow.spells() if s.open_at(t)],
            "opened": [s for s in slow.spells() if slow.within(s.opened)],
            "closed": [s for s in slow.spells() if slow.within(s.closed)],
            "on_time_rate": [s for s in slow.spells() if slow.within(s.due_at(t))],
            "overdue": [s for s in slow.spells() if s.open_at(t) and s.due_at(t) < t],
        }
        for key, spells in expected.items():
            found = behind(city, asked, city.metrics[key], ALL)
            wanted = Counter((s.case_id, s.opened / 1000, s.stood_at(t)[0]) for s in spells)
            assert Counter((r.case_id, r.opened_at, r.step) for r in found.rows) == wanted, key
            opened = [r.opened_at for r in found.rows]
            assert opened == sorted(opened, reverse=True)
            assert len(behind(city, asked, city.metrics[key], 5).rows) == min(5, len(spells))


def test_every_count_of_cases_has_rows_behind_it(city):
    asked = ask(city, View(window="30d"))
    for metric in city.metrics:
        made_of_cases = [s for s in metric.sources if isinstance(s, CaseCount)]
        assert bool(behind(city, asked, metric, 3).rows) == bool(made_of_cases), metric.key


@pytest.mark.parametrize("at", [None, EPOCH - 300, KNOTS[2], MIDNIGHT - 3 * 86400])
def test_points_are_in_the_state_they_were_in(city, truth, at):
    for unit in ("", str(city.units.table.id[3]), city.units.zones[0].id):
        asked = ask(city, View(unit=unit, as_of=None if at is None else then(at)))
        slow = counted(truth, asked)
        for network in ("iot", "video"):
            states = Counter()
            for d, last in slow.heard():
                if d["network"] == network:
                    on = slow.online(d, last)
                    states["offline" if not on else "alarm" if last[1] else "ok"] += 1
                    assert on or slow.told(), "all these moments are long after the first readings"
            found = device_points(city, asked, (network,), ALL)
            assert (Counter(found.state), found.total) == (states, sum(states.values()))
        told = Counter()
        for f in truth.facilities:
            if f["leaf"] in slow.leaves:
                before = [r["state"] for r in truth.states[f["id"]] if r["at"] < slow.end]
                told[before[-1] if before else "intact"] += 1
        found = facility_points(city, asked, ALL)
        assert (Counter(found.state), found.total) == (told, sum(told.values()))


def test_before_anything_was_heard_devices_are_not_known_and_not_troubled(city, truth):
    """As the figures have it; those that have spoken are in the state they told of."""
    first = city.first_heard
    begun = min(first.values())
    for at in (begun - 1, begun + 600, begun + 1801, begun + 3 * 86400):
        asked = ask(city, View(as_of=then(at)))
        if asked.live:
            continue
        slow = counted(truth, asked)
        for network in ("iot", "video", "government", "party"):
            heard = [(d, last) for d, last in slow.heard() if d["network"] == network]
            unheard = [d for d, last in heard if last is None]
            early = [d for d in unheard if at - 3 * d["interval"] < first[d["network"], d["kind"]]]
            found = device_points(city, asked, (network,), ALL)
            states = Counter(found.state)
            assert states["unknown"] == len(early)
            silent = [d for d, last in heard if last is not None and not slow.online(d, last)]
            assert states["offline"] == len(silent) + len(unheard) - len(early)
            few = device_points(city, asked, (network,), 0)
            assert set(few.state) <= {"alarm", "offline"}
            assert few.total == found.total == len(heard)


def test_points_are_narrowed_to_kinds_and_counted_by_them(city):
    """Devices by kind, facilities by group of types; what there is none of is told as 0."""
    asked = ask(city, View(unit=str(city.units.table.id[1])))
    every = device_points(city, asked, ("iot",), ALL)
    kinds = device_kinds(city, asked, ("iot",))
    assert {key: n for key, (_, n) in kinds.items() if n} == Counter(every.title)
    for key, (_, n) in kinds.items():
        found = device_points(city, asked, ("iot",), ALL, kinds=(key,))
        assert set(found.title) <= {key}
        assert found.total == len(found.id) == n
    two = tuple(kinds)[:2]
    assert device_points(city, asked, ("iot",), ALL, kinds=two).total == sum(kinds[key][1] for key in two)
    assert device_points(city, asked, ("iot",), ALL, kinds=("nosuch",)).total == 0
    groups = facility_groups(city, asked)
    of = {kind.key: kind.group.en for kind in city.profile.facility_types}
    everything = facility_points(city, asked, ALL)
    assert {key: n for key, (_, n) in groups.items() if n} == Counter(of[key] for key in everything.title)
    for key, (_, n) in groups.items():
        found = facility_points(city, asked, ALL, kinds=(key,))
        assert {of[title] for title in found.title} <= {key}
        assert found.total == len(found.id) == n
    assert facility_points(city, asked, ALL, kinds=("nosuch",)).total == 0


def test_where_there_are_too_many_points_the_troubled_are_kept(city):
    asked = ask(city, View())
    few = facility_points(city, asked, 10)
    assert few.total == facility_points(city, asked, ALL).total
    assert set(few.state) <= {"damaged", "lost", "abandoned"}
    urgent = case_points(city, asked, 10)
    assert urgent.total > len(urgent.id)
    assert all(state >= 2 for state in urgent.state)


@pytest.mark.parametrize("at", [None, EPOCH - 1800, KNOTS[2]])
def test_networks_count_who_is_online(city, truth, at):
    asked = ask(city, View(as_of=None if at is None else then(at)))
    slow = counted(truth, asked)
    found = {n.key: n for n in networks(city, asked)}
    assert list(found) == ["party", "government", "video", "iot"]
    for key, network in found.items():
        mine = [(d, last) for d, last in slow.heard() if d["network"] == key]
        assert network.total == len(mine)
        assert network.online == sum(slow.online(d, last) for d, last in mine)
        known = network.share[np.isfinite(network.share)]
        assert ((known >= 0) & (known <= 1)).all()
        assert network.share.shape == network.begins.shape == (48,)


def test_networks_of_one_hour_are_answered_each_by_itself(city, truth):
    """Two moments of one hour, and two filters at one moment, are different questions."""
    for view in (View(as_of=then(EPOCH - 86400)), View(as_of=then(EPOCH - 86400 + 900)), View(networks=("iot",))):
        slow = counted(truth, ask(city, view))
        found = {n.key: n.online for n in networks(city, ask(city, view))}
        for key, online in found.items():
            assert online == sum(slow.online(d, last) for d, last in slow.heard() if d["network"] == key)


def test_the_headline_says_what_the_rows_say(city, truth):
    district = str(city.units.table.id[2])
    for view in (View(window="30d"), View(window="7d", tree=ZONES), View(unit=district, window="30d")):
        asked = ask(city, view)
        said = headline(city, asked)
        n, m = counted(truth, asked).on_time_rate()
        assert (said.rate.n, said.rate.m, said.misses) == (n, m, m - n)
        missed = {}
        for child in city.units.children(asked.unit, view.tree):
            n, m = truth.ask(leaves_of(child.intervals), *asked.span).on_time_rate()
            missed[child.id] = m - n
        missed.pop(OUTSIDE, None)  # nobody's area is not named among the worst
        top = sorted(missed.values(), reverse=True)[:2]
        assert [missed[u.id] for u in said.worst] == [n for n in top if n]
        assert said.share == sum(top)


def same(a, b):
    return np.array_equal(*([x.value, x.n, x.m] for x in (a, b)), equal_nan=True)


def test_a_scope_hides_all_else(city, truth):
    """Asked from inside one district: the others are refused, not listed, not counted, not drawn."""
    mine, other = city.units.children(city.units.root)[1:3]
    scope = Scope(mine.intervals)
    with pytest.raises(OutOfScope):
        ask(city, View(unit=other.id), scope)
    asked = ask(city, View(window="30d"), scope)
    inside = set(leaves_of(mine.intervals))
    own = ask(city, View(unit=mine.id, window="30d"))
    for metric in city.metrics:
        assert same(metric.figure(city, asked), metric.figure(city, own)), metric.key
        assert [p.unit.id for p in ranking(city, asked, metric)] == [mine.id]
        drawn = metric.figures(city, asked, city.units.rows_at(city.units.depth - 1))
        for values in (drawn.value, drawn.n, drawn.m):
            known = set(np.flatnonzero(np.isfinite(values) & (values != 0)).tolist())
            assert known <= inside, metric.key
    assert {x.unit.intervals[0][0] for x in stream(city, asked, ALL).lines} <= inside
    assert stream(city, asked).open.value == counted(truth, own).open_cases()
    assert case_points(city, asked, ALL).total == counted(truth, own).open_cases()
    assert facility_points(city, asked, ALL).total == counted(truth, own).facilities_damaged()[1]
    assert device_points(city, asked, ("iot",), ALL).total == device_points(city, own, ("iot",), ALL).total
    assert {u.id for u in headline(city, asked).worst} <= {mine.id}
    assert [n.total for n in networks(city, asked)] == [n.total for n in networks(city, own)]


def test_a_zone_partly_seen_counts_the_part(city, truth):
    zone = city.units.get(city.units.zones[-1].id)
    half = Scope((zone.intervals[0],))
    asked = ask(city, View(unit=zone.id, tree=ZONES, window="30d"), half)
    assert asked.intervals == (zone.intervals[0],)
    assert city.metrics["opened"].figure(city, asked).value == counted(truth, asked).opened()


def test_a_silent_feed_is_named_and_the_past_is_complete(city):
    """Half a day on without a word, case feeds are silent; a past moment is as complete as it will be."""
    now = ask(city, View())
    told = freshness(city, now, ("case",))
    assert told.age is not None
    assert told.total > 5
    later = ask(city, View(), moment=Moment(now.moment.version, EPOCH + 43_200))
    silent = freshness(city, later, ("case",))
    assert silent.stale
    assert "grid_reports" in {state.feed.key for state in silent.silent}
    assert silent.age == pytest.approx(told.age + 43_200)
    assert not freshness(city, later, ()).stale
    past = ask(city, View(as_of=then(EPOCH - 86400)))
    assert not freshness(city, past, ("case", "device")).stale


def test_the_pointer_is_told_of_a_silent_feed_as_the_panel_is(city):
    """With since when, by the feeds that carry the metric; nothing where none is silent, nor of the past."""
    now = ask(city, View())
    later = f"{now.moment.version}-{EPOCH + 43_200:.0f}"
    declared = catalogue.layers()
    for lang in ("zh", "en"):
        told = model_of(city, declared, looked_at(city, f"/?lang={lang}&metric=opened", later))
        then_on = ask(city, View(), moment=Moment(now.moment.version, EPOCH + 43_200))
        state = freshness(city, then_on, ("case",))
        assert state.silent[0].feed.title(lang) in told["silent"]["text"]
        assert "{age}" in told["silent"]["text"]
        assert told["silent"]["since"] == state.silent[0].last_seen
        assert told["silent"]["since"] < told["seen"] or len(state.silent) == state.total
    assert "silent" not in model_of(city, declared, looked_at(city, "/?as_of=2026-03-17T00:00:00Z", later))


def test_tiles_lie_beneath_the_own_base_map_or_instead_of_it(city):
    for place, own in (("beneath", True), ("instead", False)):
        url = "https://tiles.example/{z}/{x}/{y}.png"
        tiled = city.settings.model_copy(update={"tile_url": url, "tile_place": place, "tile_max_zoom": 16})
        base = model_of(replace(city, settings=tiled), catalogue.layers(), ask(city, View()))["base"]
        assert ("url" in base) == own
        assert (base["tiles"]["url"], base["tiles"]["max_zoom"]) == (url, 16)


def test_coverage_is_who_spoke_of_those_who_should_have(city, truth):
    """Devices and grids one by one at any moment; of cases the feeds, now; nothing where it is not known."""
    later = Moment(ask(city, View()).moment.version, EPOCH + 43_200)
    for view, moment in ((View(), None), (View(unit=str(city.units.table.id[2])), None), (View(), later)):
        asked = ask(city, view, moment=moment)
        slow = counted(truth, asked)
        devices, grids = slow.devices_online(), slow.grids_reporting()
        for key in ("devices_online", "devices_in_alarm", "reading_age"):
            assert coverage(city, asked, city.metrics[key]) == Coverage("devices", *devices), key
        assert coverage(city, asked, city.metrics["grids_reporting"]) == Coverage("grids", *grids)
        feeds = freshness(city, asked, ("case",))
        told = Coverage("feeds", feeds.total - len(feeds.silent), feeds.total)
        assert coverage(city, asked, city.metrics["opened"]) == told
        assert (told.n < told.m) == (moment is later)
    past = ask(city, View(as_of=then(EPOCH - 86400)))
    assert coverage(city, past, city.metrics["opened"]) is None
    devices = counted(truth, past).devices_online()
    assert coverage(city, past, city.metrics["devices_online"]) == Coverage("devices", *devices)
    early = ask(city, View(as_of=then(min(city.first_heard.values()) + 1)))
    assert early.live or coverage(city, early, city.metrics["devices_online"]) is None


def test_who_answers_and_whether_on_duty(city):
    unit = city.units.at(len(city.units.table) - 1)
    holders = people(city, ask(city, View(unit=unit.id)))
    assert holders[0].unit.id == unit.id or holders[0].unit.level == unit.level - 1
    levels = [h.unit.level for h in holders]
    assert levels == sorted(levels, reverse=True)
    assert levels[-1] == 0
    assert all("*" in h.phone for h in holders if h.phone)
    assert all(h.role.zh and h.role.en and h.name for h in holders)


@pytest.mark.parametrize(
    ("shift", "hour", "on"),
    [
        ("", "10:00", None),
        ("08:00-16:00", "08:00", True),
        ("08:00-16:00", "16:00", False),
        ("22:00-06:00", "23:30", True),
        ("22:00-06:00", "05:59", True),
        ("22:00-06:00", "06:00", False),
    ],
)
def test_shifts(shift, hour, on):
    assert on_duty(shift, hour) is on


@pytest.mark.parametrize("window", list(WINDOWS))
def test_a_trend_ends_before_the_moment_and_says_what_it_does_not_know(city, window):
    asked = ask(city, View(window=window))
    for key in ("opened", "on_time_rate", "handling_time", "open_cases", "devices_online", "devices_in_alarm"):
        found = trend(city, asked, city.metrics[key])
        assert found.at[-1] <= asked.at < found.ahead[0]
        assert len(found.at) == len(found.actual) == len(found.before)
        assert len(found.ahead) == len(found.expected) == len(found.low) == len(found.high)
        known = np.isfinite(found.expected)
        assert (found.low[known] <= found.expected[known]).all()
        assert (found.expected[known] <= found.high[known]).all()
    assert np.isnan(trend(city, asked, city.metrics["devices_in_alarm"]).actual).all()


def test_steps_are_written_in_their_order():
    assert STEP_ORDER == ORDER
