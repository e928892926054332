"""A city of a module's own whose clock can be moved, and walls on it."""

from types import SimpleNamespace
from unittest.mock import patch

import pytest
from boards import FILE, Wall
from moments import EPOCH, founded
from scheduling import Desk
from sqlalchemy import delete

from callbacks import board
from data_access.opening import open_city
from data_access.operations import walls as kept
from data_access.operations.models import Note, WallScene, WallStanding
from data_access.queries.alarms import waiting
from data_access.settings import Settings
from ingest.wallfile import read_walls


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """The settings of a small reference city that a module may add to."""
    where = Settings(home=tmp_path_factory.mktemp("own"))
    founded(where)
    return where


@pytest.fixture
def moving(own):
    """That city, and its clock."""
    clock = SimpleNamespace(at=EPOCH + 1)
    city = open_city(own, clock=lambda: clock.at)
    yield city, clock
    city.close()


@pytest.fixture(scope="module")
def opened(own):
    """That city for a whole module, its clock, and the walls of a file with faults."""
    (own.home / "walls.yaml").write_text(FILE, "utf-8")
    clock = SimpleNamespace(at=EPOCH + 1)
    city = open_city(own, clock=lambda: clock.at)
    yield city, clock, read_walls(own.home / "walls.yaml")
    city.close()


@pytest.fixture
def wall(opened):
    """A browser on a server of its own with these walls; nothing was paused, steered, saved before. No alarms."""
    city, clock, declared = opened
    with city.operations.begin() as connection:
        for table in (Note, WallScene, WallStanding):
            connection.execute(delete(table))
    clock.at = EPOCH + 1
    for one in waiting(city, EPOCH + 10**7):
        kept.take_note(city.operations, (one.case_id, one.spell), "test", EPOCH, "")
    with patch.object(board, "EVERY", 0.0):
        yield Wall(city, clock, declared)


@pytest.fixture
def desk(city, tmp_path):
    """The small reference city as a desk of reports has it, for one test."""
    clock = city.live._clock
    made = Desk(city, tmp_path)
    yield made
    made.pool.close()
    made.city.operations.dispose()
    city.live._clock = clock
