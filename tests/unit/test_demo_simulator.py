"""What happens in the reference city is sent once, without gap, as a real feed would send it."""

import json
from datetime import datetime

import pytest
from demo_town import EPOCH, HOUR, a_town

from demo.batches import batches, catch_up, lines, records, streams
from demo.cases import case_steps
from demo.records import DAY, Town
from demo.simulator import Simulator


@pytest.fixture(scope="module")
def town() -> Town:
    return a_town()


class Receiver:
    """Takes batches, refusing some, and keeps what landed by token."""

    def __init__(self, refuse: int = 0):
        self.refuse = refuse
        self.landed: dict[str, list] = {}
        self.sent: list[str] = []

    def lines(self, feed, kind, rows, token):
        self.sent.append(token)
        if self.refuse:
            self.refuse -= 1
            raise ConnectionError("no answer")
        self.landed[token] = (feed, kind, rows)

    def table(self, feed, kind, rows, token):
        self.lines(feed, kind, rows.to_pylist(), token)

    def of(self, kind):
        return [row for _, k, rows in self.landed.values() if k == kind for row in rows]


def test_the_simulator_sends_everything_once_though_refused(town):
    now = EPOCH + 100.0
    receiver = Receiver(refuse=7)
    simulator = Simulator(town, receiver.lines, receiver.table, since=now, clock=lambda: now)
    begin = now
    for _ in range(60):
        now += 5.25
        simulator.step()
    now += 120
    for _ in range(4):
        simulator.step()
    assert len(receiver.sent) == len(receiver.landed) + 7
    for kind in ("case_step", "reading"):
        expected = [line for c in records(town, kind, begin, now) for line in lines(town, kind, c)]
        assert sorted(expected) == sorted(receiver.of(kind))


def test_a_long_gap_is_caught_up_in_tables(town):
    now = EPOCH + 2 * DAY
    receiver = Receiver()
    simulator = Simulator(town, None, receiver.table, since={"case_step": EPOCH}, clock=lambda: now)
    simulator.step()
    assert len(receiver.of("case_step")) == len(case_steps(town, EPOCH, now)["at"])
    assert {kind for _, kind, _ in receiver.landed.values()} == {"case_step"}


def test_history_and_catching_up_are_one_function(town):
    receiver = Receiver()
    told = []
    since = {"reading": EPOCH - DAY, "case_step": EPOCH - DAY}
    rows = catch_up(town, since, EPOCH, receiver.table, lambda *a: told.append(a))
    assert rows == len(receiver.of("reading")) + len(receiver.of("case_step")) and told[-1][1] == 1.0
    again = Receiver()
    catch_up(town, since, EPOCH, again.table)
    assert again.landed == receiver.landed


def test_a_quiet_feed_says_that_it_is_well(town):
    now = EPOCH + 12 * HOUR
    receiver = Receiver()
    simulator = Simulator(town, receiver.lines, receiver.table, clock=lambda: now)
    for _ in range(200):
        now += 5
        simulator.step()
    heard = [(feed, kind) for feed, kind, rows in receiver.landed.values() if not rows]
    assert heard and {kind for _, kind in heard} <= {"case_step", "facility_step"}
    assert all(heard.count(stream) <= 4 for stream in set(heard))
    spoke = {(feed, kind) for feed, kind, _ in receiver.landed.values()}
    assert spoke >= {s for s in streams(town) if s[1] == "case_step"}


def test_lines_are_what_a_feed_sends(town):
    stream = dict.fromkeys(streams(town))
    assert ("waterlogging", "reading") in stream and ("case_hotline", "case_step") in stream
    wanted = {
        "case_step": "case_id spell step at actor type source severity lon lat opened_at due_at",
        "reading": "device at value",
        "facility_step": "facility at state",
    }
    for kind, names in wanted.items():
        batch = next(iter(batches(town, kind, EPOCH, EPOCH + DAY)))
        row = json.loads(lines(town, kind, batch.columns)[0])
        assert set(row) == set(names.split())
        assert datetime.fromisoformat(row["at"]).timestamp() == pytest.approx(batch.columns["at"][0], abs=0.001)


def test_the_thread_starts_and_stops(town):
    receiver = Receiver()
    simulator = Simulator(town, receiver.lines, receiver.table, since=EPOCH, clock=lambda: EPOCH + 30, every=0.01)
    simulator.start()
    simulator.start()
    for _ in range(500):
        if receiver.of("reading"):
            break
        simulator._stop.wait(0.02)
    simulator.stop()
    assert receiver.of("reading")
