"""The moment that screens show, and when a feed counts as silent."""

import threading

from data_access.live import Live
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
    assert live.moment().version == 1600
    assert live.feeds()["desk"].accepted == 1600
