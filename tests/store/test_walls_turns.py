"""Scenes take turns, pause and go on; alike by every process, which lose no change of each other."""

import subprocess
import sys
from pathlib import Path

from boards import Wall, walls_of
from moments import EPOCH

from data_access.operations import walls as kept

ROOT = Path(__file__).parents[2]
SCRIPT = """
import sys
from data_access.operations.database import open_operations
from data_access.walls.desk import Desk, Seen
engine = open_operations(sys.argv[1])
for n in range(int(sys.argv[3])):
    seen = Seen((("city", 40), ("jinshui", 20)), "", 1, float(sys.argv[2]))
    desk = Desk(engine, "duty")
    desk.look()
    desk.change(seen, lambda standing: standing.stepped(1, seen.now).paused(sys.argv[4], seen.now))
    desk.note((f"{sys.argv[4]} {n}", 1), sys.argv[4], 1.0)
"""


def test_it_turns_pauses_and_goes_on(wall):
    assert wall.turn() == ("city", 1)
    wall.clock.at = EPOCH + 45
    assert wall.turn() == ("jinshui", 41)
    status, told = wall.send("pause", by=" Li\n Wei ")
    assert status == 200
    assert told["turn"]["paused"] == {"by": "Li Wei", "until": EPOCH + 165}
    wall.clock.at = EPOCH + 100
    assert (wall.turn(), wall.state()["turn"]["until"]) == (("jinshui", 41), None)
    wall.send("resume")
    assert wall.state()["turn"] == {"scene": 1, "since": EPOCH + 96, "until": EPOCH + 116, "paused": None}
    wall.send("previous")
    assert wall.turn() == ("city", 100)
    wall.send("next")
    wall.send("next")
    assert wall.turn() == ("city", 100)
    assert wall.turn("other")[1] == 100, "each wall has a rotation of its own"


def test_two_processes_say_the_same(wall):
    """Two boards on one operations database, neither knowing of the other."""
    other = Wall(wall.city, wall.clock, list(walls_of(wall)))
    for later, what in ((3, "pause"), (9, "next"), (70, "resume"), (75, "previous"), (300, "next")):
        wall.clock.at = EPOCH + later
        (wall if later % 2 else other).send(what)
        assert wall.state() == other.state()
    wall.clock.at = EPOCH + 400
    assert wall.turn() == other.turn()


def test_real_processes_lose_no_change_of_each_other(wall):
    """Three of them press at the same time, each many times: every press counts, and what they leave is seen."""
    wall.state()
    url, times = wall.city.settings.operations_url, 25
    command = [sys.executable, "-c", SCRIPT, url, str(EPOCH + 5), str(times)]
    running = [
        subprocess.Popen([*command, f"P{n}"], cwd=ROOT, stderr=subprocess.PIPE, text=True) for n in range(3)
    ]
    for process in running:
        _, error = process.communicate(timeout=120)
        assert process.returncode == 0, error
    wall.clock.at = EPOCH + 6
    assert wall.turn() == ("jinshui", 5), "75 steps over two scenes end at the other"
    assert wall.state()["turn"]["paused"]["by"] in {f"P{n}" for n in range(3)}
    cases = [(f"P{n} {m}", 1) for n in range(3) for m in range(times)]
    assert len(kept.notes_of(wall.city.operations, cases)) == 3 * times
