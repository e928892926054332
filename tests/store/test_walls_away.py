"""A wall whose databases are away, or hang; and how seldom they are asked."""

import threading
from unittest.mock import patch

from boards import Wall, critical, walls_of
from moments import EPOCH
from sqlalchemy.exc import OperationalError

from callbacks import board
from data_access.errors import StoreFailed
from data_access.operations import walls as kept


def test_the_wall_goes_on_while_the_operations_database_is_away(wall):
    wall.send("pause", by="Li")
    wall.clock.at += 10
    failing = patch.object(kept, "read", side_effect=OperationalError("", {}, None))
    with failing:
        status, told = wall.send("resume")
        assert status == 503
        assert told["error"]["zh"]
        wall.clock.at = EPOCH + 119
        assert wall.state()["turn"]["paused"]["by"] == "Li"
        wall.clock.at = EPOCH + 121
        assert (wall.state()["turn"]["paused"], wall.turn()) == (None, ("city", 121))
        wall.clock.at = EPOCH + 162
        assert wall.turn()[0] == "jinshui"
        assert wall.send("scenes", by="Li", title="x", address="/")[0] in (201, 503)


def test_the_wall_goes_on_while_the_store_is_away(wall):
    critical(wall, "S1", 90_000)
    assert wall.state()["alarm"]["case"] == "S1"
    with (
        patch.object(board, "waiting", side_effect=StoreFailed("away")),
        patch.object(board, "checked", side_effect=StoreFailed("away")),
    ):
        wall.check_again()
        told = wall.state()
        assert told["alarm"]["case"] == "S1"
        assert len(told["scenes"]) == 2
        fresh = Wall(wall.city, wall.clock, walls_of(wall))
        assert [scene["key"] for scene in fresh.state()["scenes"]] == ["city"]


def test_a_poll_asks_the_databases_now_and_then_only(wall):
    wall.state()
    with patch.object(board, "EVERY", 60.0), patch.object(kept, "read", side_effect=kept.read) as read:
        states = [wall.state() for _ in range(20)]
    assert read.call_count == 1
    assert all(told == states[0] for told in states)


def test_a_database_that_hangs_holds_up_one_thread_only(wall):
    """Others are told what is known; what would change the wall is refused in the end."""
    known, hangs, goes_on = wall.state(), threading.Event(), threading.Event()

    def hanging(*asked):
        hangs.set()
        goes_on.wait(30)
        return kept.Stored()

    with patch.object(kept, "read", hanging), patch.object(board, "PATIENCE", 0.05):
        first = threading.Thread(target=wall.boards["duty"].told)
        first.start()
        assert hangs.wait(10)
        assert wall.state() == known
        assert wall.send("pause", by="Li")[0] == 503
        goes_on.set()
        first.join()
