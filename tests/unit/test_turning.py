"""Whose turn it is, and how a wall stands: against a count second by second, and rule by rule."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.walls import standing as form
from data_access.walls.standing import BEHIND, LATE, LEASE, PAUSE, Standing
from data_access.walls.turning import begun, carried, moved, turn

BEGAN = 1_790_000_000
LENGTHS = st.lists(st.integers(1, 12), min_size=1, max_size=6)
LATER = st.integers(0, 200)
CYCLE = (("a", 10), ("b", 20), ("c", 5))


def told(seconds, anchor, now):
    """Which scene it is and for how long it has been: by counting every second from the anchor on."""
    place, left, since = 0, seconds[0], anchor
    for second in range(anchor + 1, now + 1):
        left -= 1
        if left == 0:
            place = (place + 1) % len(seconds)
            left, since = seconds[place], second
    return place, since, since + seconds[place]


@given(LENGTHS, LATER)
def test_turns_are_as_counted_second_by_second(seconds, later):
    assert turn(seconds, BEGAN, BEGAN + later) == told(seconds, BEGAN, BEGAN + later)


@given(LENGTHS, st.floats(-1e6, 1e6))
def test_a_turn_holds_its_moment_and_is_told_alike_all_along(seconds, later):
    now = BEGAN + later
    place, since, until = turn(seconds, BEGAN, now)
    assert since <= now <= until
    assert until - since == seconds[place]
    for moment in (since, (since + until) / 2, until - 1e-3):
        assert turn(seconds, BEGAN, moment) == (place, since, until)


def test_before_the_anchor_they_turned_as_well():
    """As when the clock is set back."""
    assert turn([10, 20], BEGAN, BEGAN - 1) == (1, BEGAN - 20, BEGAN)
    assert turn([10, 20], BEGAN, BEGAN - 25) == (0, BEGAN - 30, BEGAN - 20)


def test_one_scene_is_always_its_own_next():
    assert turn([30], BEGAN, BEGAN + 75) == (0, BEGAN + 60, BEGAN + 90)
    assert turn([30], moved([30], BEGAN, BEGAN + 75, 1), BEGAN + 75) == (0, BEGAN + 75, BEGAN + 105)


def test_no_scenes_are_no_turn():
    with pytest.raises(ValueError, match="No scenes"):
        turn([], BEGAN, BEGAN)


@given(LENGTHS, LATER, st.integers(-9, 9))
def test_moving_begins_the_scene_so_many_places_on(seconds, later, by):
    now = BEGAN + later
    place = turn(seconds, BEGAN, now)[0]
    assert turn(seconds, moved(seconds, BEGAN, now, by), now) == (
        (place + by) % len(seconds),
        now,
        now + seconds[(place + by) % len(seconds)],
    )


@given(st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=6, unique=True), st.data(), LATER)
def test_other_scenes_leave_the_one_on_screen_where_it_is(keys, data, later):
    lasts = st.integers(1, 12)
    old = tuple((key, data.draw(lasts)) for key in keys)
    new = tuple((key, data.draw(lasts)) for key in data.draw(st.permutations("abcdefg"))[:4])
    now = BEGAN + later
    place, since, _ = turn([n for _, n in old], BEGAN, now)
    here = old[place][0]
    then, began, _ = turn([n for _, n in new], carried(old, BEGAN, new, now), now)
    names = [key for key, _ in new]
    if here in names and now < since + dict(new)[here]:
        assert (new[then][0], began) == (here, since)
    elif here in names:
        assert (then, began) == ((names.index(here) + 1) % len(new), now)
    else:
        after = [key for key, _ in (*old[place:], *old[:place]) if key in names]
        assert (new[then][0], began) == (after[0] if after else names[0], now)


def test_scenes_that_come_after_none_begin_now():
    assert carried((), 0.0, CYCLE, BEGAN) == BEGAN


def at(later):
    return float(BEGAN + later)


def settled(standing, later, cycle=CYCLE, alarm="", version=1):
    return standing.settled(cycle, alarm, version, at(later))


@pytest.fixture
def fresh():
    return Standing(CYCLE, at(0))


def shown(standing, later):
    place, since, _ = standing.turn(at(later))
    return CYCLE[place][0], since - BEGAN


def test_a_pause_lifts_itself_and_the_rotation_goes_on_where_it_was(fresh):
    paused = fresh.paused("Li", at(15))
    assert shown(settled(paused, 100), 100) == ("b", 10)
    assert settled(paused, 15 + PAUSE - 1).pause.by == "Li"
    after = settled(paused, 15 + PAUSE)
    assert after.pause is None
    assert shown(after, 15 + PAUSE) == ("b", 10 + PAUSE)
    assert shown(after, 15 + PAUSE + 14) == ("b", 10 + PAUSE)
    assert shown(after, 15 + PAUSE + 15) == ("c", 30 + PAUSE)


def test_another_touch_makes_a_pause_longer_and_resuming_ends_it(fresh):
    paused = fresh.paused("Li", at(15)).paused("", at(100))
    assert (paused.pause.since, paused.pause.until) == (at(15), at(100) + PAUSE)
    assert shown(paused.resumed(at(115)), 115) == ("b", 110)


@given(st.integers(0, 300), st.integers(0, 400))
def test_a_pause_holds_the_scene_that_a_late_screen_still_shows(later, moment):
    """Found by counting seconds: what had its turn then, if it had been over for a minute at most."""
    seconds = [n for _, n in CYCLE]
    place, begins, _ = told(seconds, BEGAN, BEGAN + later)
    past, began, ended = told(seconds, BEGAN, BEGAN + moment)
    held = Standing(CYCLE, at(0)).paused("", at(later), at(moment)).turn(at(later))
    stays = moment <= later and ended <= begins <= ended + LATE
    assert held[:2] == ((past, began) if stays else (place, begins))


@given(
    st.lists(st.tuples(st.integers(1, 90), st.sampled_from(["pause", "resume", "alarm", "quiet"])), max_size=12)
)
def test_held_rotation_is_as_a_clock_that_was_stopped(acts):
    """Every hold, and each of those that overlap, takes its own length out of the rotation: counted by seconds."""
    standing, now, gone = Standing(CYCLE, at(0)), 0, 0
    paused_until, alarm = 0, ""
    for wait, act in acts:
        for _ in range(wait):
            gone += not (now < paused_until or alarm)
            now += 1
            standing = settled(standing, now, alarm=alarm)
        if act == "pause":
            standing, paused_until = standing.paused("", at(now)), now + int(PAUSE)
        elif act == "resume":
            standing, paused_until = standing.resumed(at(now)), 0
        else:
            alarm = "1 K" if act == "alarm" else ""
            standing = settled(standing, now, alarm=alarm)
        place, since, _ = standing.turn(at(now))
        slow, began, _ = told([n for _, n in CYCLE], 0, gone)
        assert (place, at(now) - since if standing.held is None else standing.held - since) == (slow, gone - began)


def test_an_alarm_holds_the_rotation_and_a_pause_does_not_hide_it(fresh):
    paused = fresh.paused("", at(12))
    rung = settled(paused, 20, alarm="1 K")
    assert (rung.alarm, rung.alarmed, rung.held) == ("1 K", at(20), at(12))
    next_one = settled(rung, 40, alarm="1 M")
    assert (next_one.alarm, next_one.alarmed) == ("1 M", at(40))
    quiet = settled(next_one, 12 + PAUSE)
    assert (quiet.alarm, quiet.held) == ("", None)
    assert shown(quiet, 12 + PAUSE) == ("b", 10 + PAUSE)


def test_who_knows_less_data_believes_an_alarm_for_a_while(fresh):
    rung = settled(fresh, 10, alarm="1 K", version=7)
    assert settled(rung, 11, version=6).alarm == "1 K"
    assert settled(rung, 11, version=7).alarm == ""
    assert settled(rung, 10 + BEHIND, version=6).alarm == ""


def test_a_wall_lets_go_by_itself(fresh):
    taken = fresh.steered("Li", "/?metric=overdue", "map", at(3))
    assert (taken.steering.by, taken.held) == ("Li", at(3))
    again = taken.steered("Li", "/", "map", at(20))
    assert (again.steering.since, again.steering.until) == (at(3), at(20) + LEASE)
    assert settled(again, 20 + LEASE - 1).steering.address == "/"
    gone = settled(again, 20 + LEASE)
    assert (gone.steering, gone.held) == (None, None)
    assert shown(gone, 20 + LEASE) == ("a", 17 + LEASE)
    assert again.steered("Wang", "/", "map", at(25)).steering.since == at(25)
    assert shown(again.let_go(at(30)), 30) == ("a", 27)


def test_going_on_by_hand_works_while_it_stands_still(fresh):
    paused = fresh.paused("", at(15)).stepped(1, at(20))
    assert shown(paused, 100) == ("c", 15)
    assert shown(paused.stepped(-2, at(21)).resumed(at(30)), 30) == ("a", 30)
    assert shown(fresh.stepped(-1, at(15)), 15) == ("a", 15)


def test_clocks_that_differ_a_little_or_are_set_back(fresh):
    paused = fresh.paused("", at(10))
    assert settled(paused, 9).pause == paused.pause
    assert settled(paused, 10 - int(PAUSE) - 1).pause is None
    back = settled(paused, -86_400)
    assert back.held is None
    assert back.turn(at(-86_400))[:1] == fresh.turn(at(10))[:1]


def test_how_it_stands_is_written_and_read(fresh):
    whole = settled(
        fresh.steered("李", "/unit/1?x=%2C", "map", 1.1).paused("a", 1_790_000_000.123), 2, alarm="1 K"
    )
    assert form.read(form.written(whole)) == whole
    assert form.read("") is form.read('{"anchor": 1}') is form.read("[]") is None


def test_a_list_that_changes_while_it_stands_still(fresh):
    paused = fresh.paused("", at(15))
    other = settled(paused, 60, cycle=(("x", 9), ("b", 20)))
    assert other.turn(at(60))[0] == 1
    assert other.held - other.turn(at(60))[1] == 5
    assert replace(other, pause=None).resumed(at(70)).turn(at(70))[1] == at(65)


def test_beginning_at_a_place():
    assert turn([10, 20, 5], begun([10, 20, 5], 2, BEGAN), BEGAN) == (2, BEGAN, BEGAN + 5)
