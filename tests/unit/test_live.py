"""The moment that screens show, and when a feed counts as silent."""

import threading

from data_access.live import TABLES, Live, Moment
from data_access.profile import Feed
from data_access.words import T

FEED = Feed(key="desk", network="government", title=T("台", "Desk"), interval=60)


class Clock:
    def __init__(self, at=1000.0):
        self.at = at

    def __call__(self):
        return self.at


def test_the_moment_moves_by_landing_and_by_the_tick():
    clock = Clock()
    live = Live((FEED,), 7, 10.0, clock)
    first = live.moment()
    assert str(first) == "7-1000"
    clock.at += 9.5
    assert live.moment() == first, "nothing landed, and the tick has not passed"
    clock.at += 0.5
    assert str(live.moment()) == "7-1010"
    clock.at += 1
    assert live.bump() == 8
    assert str(live.moment()) == "8-1011"


def test_a_clock_set_back_is_followed():
    clock = Clock()
    live = Live((), 0, 10.0, clock)
    clock.at -= 3600
    assert live.moment().at == clock.at


def test_a_feed_is_silent_after_three_intervals():
    live = Live((FEED,), 0, 10.0, Clock())
    assert live.feeds()["desk"].silent(1000)
    assert live.feeds()["desk"].age(1000) is None
    live.seen("desk", 1000, 990, accepted=5, rejected=1)
    state = live.feeds()["desk"]
    assert (state.age(1180), state.silent(1180), state.silent(1180.001)) == (180, False, True)
    assert state.age(999) == 0
    live.seen("desk", 900, None, accepted=2)
    state = live.feeds()["desk"]
    assert (state.last_seen, state.watermark, state.accepted, state.rejected) == (1000, 990, 7, 1)


def test_speaking_does_not_move_the_version_and_strangers_are_ignored():
    live = Live((FEED,), 3, 10.0, Clock())
    live.seen("desk", 1000, None)
    live.seen("nobody", 1000, None)
    assert live.moment().version == 3
    assert set(live.feeds()) == {"desk"}


def test_no_landing_is_lost_among_threads():
    live = Live((FEED,), 0, 10.0, Clock())

    def work():
        for _ in range(200):
            live.bump()
            live.seen("desk", 1000, None, accepted=1)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert live.landed == 1600
    assert live.feeds()["desk"].accepted == 1600


def test_what_lands_within_a_second_becomes_visible_together():
    clock = Clock()
    live = Live((), 0, 10.0, clock)
    assert (live.bump(), live.moment().version) == (1, 1), "the first at once"
    for _ in range(50):
        clock.at += 0.01
        live.bump()
        assert live.moment().version == 1, "the others are gathered"
    assert live.landed == 51
    clock.at = 1000.999
    assert str(live.moment()) == "1-1000"
    clock.at = 1001.0
    assert str(live.moment()) == "51-1001", "without anything new landing: none is lost"
    clock.at += 0.5
    live.bump()
    clock.at += 0.5
    live.bump()
    assert live.moment().version == 53, "a second after the last, and not after its turn"


def test_a_stream_of_batches_moves_the_version_once_a_second():
    clock = Clock()
    live, shown = Live((), 0, 10.0, clock), []
    for k in range(1000):
        clock.at = 1000 + k * 0.01
        live.bump()
        shown.append(live.moment().version)
    assert len(set(shown)) == 10
    clock.at += 1
    assert live.moment().version == 1000


def test_readings_make_a_version_every_other_second_and_all_else_takes_them_along():
    clock = Clock()
    live = Live((), 0, 10.0, clock)
    live.bump("device")
    clock.at += 1
    live.bump("device")
    assert live.moment().version == 1, "readings alone can wait"
    live.bump("case")
    assert live.moment().version == 3, "a case does not, and takes them along"
    clock.at += 1.9
    live.bump("device")
    assert live.moment().version == 3
    clock.at += 0.1
    assert live.moment().version == 4


def test_what_happened_in_the_second_at_hand_is_shown():
    clock = Clock()
    live = Live((), 0, 10.0, clock)
    clock.at = 1000.4
    live.bump("case", newest=1000.3)
    assert live.moment().at == 1001, "it happened before this"


def test_a_table_is_settled_once_its_newest_event_has_happened():
    clock = Clock()
    live = Live((), 0, 10.0, clock)
    assert not live.moment().settled("case"), "nobody has said what there is"
    live.reached({"case": 1100.0})
    assert not live.moment().settled("case")
    assert live.moment().settled("facility"), "nothing has landed of it"
    clock.at = 1101.0
    assert live.moment().settled("case")
    live.bump("case", newest=900.0)
    assert live.moment().settled("case"), "late ones change nothing of that"
    clock.at += 1
    live.bump("case", newest=2000.0)
    assert not live.moment().settled("case")
    clock.at += 1
    live.bump()
    assert not live.moment().settled("facility"), "what is not said may be at any time"


def test_a_clock_set_back_holds_nothing_up():
    clock = Clock()
    live = Live((), 0, 10.0, clock)
    live.bump()
    clock.at -= 3600
    live.bump()
    assert live.moment().version == 2


def test_each_table_has_the_version_of_its_last_change():
    clock = Clock()
    live = Live((), 5, 10.0, clock)
    first = live.moment()
    assert [first.of(table) for table in TABLES] == [5] * len(TABLES)
    live.bump("device")
    readings = live.moment()
    assert (readings.version, readings.of("case"), readings.of("device")) == (6, 5, 6)
    live.bump("device")
    live.bump("case")
    assert live.moment().of("case") == 5, "not visible yet"
    clock.at += 1
    both = live.moment()
    assert (both.version, both.of("case"), both.of("device"), both.of("fact")) == (8, 8, 8, 5)
    clock.at += 1
    live.bump()
    assert {live.moment().of(table) for table in TABLES} == {9}, "what is not said may be any"
    assert readings.of("case") == 5, "a moment keeps what it knows"


def test_a_moment_from_the_browser_is_told_what_its_tables_were():
    clock = Clock()
    live = Live((), 5, 10.0, clock)
    live.bump("device")
    known = live.known(Moment(6, 1000.0))
    assert (known.of("case"), known.of("device")) == (5, 6)
    assert known == Moment(6, 1000.0)
    assert live.known(Moment(3, 900.0)).of("case") == 3, "of another run: its own"
    for _ in range(1200):
        clock.at += 1
        live.bump("case")
    assert live.known(Moment(6, 1000.0)).of("case") == 6, "long ago: its own"
