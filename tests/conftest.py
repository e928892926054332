"""The reference city of size small, founded once a run at a fixed moment and opened anew by each module."""

import contextlib
import os

import pytest
from doubles import clickhouse
from hypothesis import HealthCheck, settings
from moments import founded, still

from data_access.settings import Settings

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    """The folder of the small reference city, awkward cases included; nobody has it open."""
    here = Settings(home=tmp_path_factory.mktemp("reference"))
    founded(here)
    return here.home


@pytest.fixture(scope="module")
def city(home):
    """The small reference city, open; a process opens one store at a time, so each module has it in turn.

    With TESTS_OVER_HTTP set its store is asked over HTTP, by the stand-in for a ClickHouse server.
    """
    with contextlib.ExitStack() as held:
        over = held.enter_context(clickhouse(home / "store")) if os.environ.get("TESTS_OVER_HTTP") else ""
        opened = still(Settings(home=home, store=over))
        yield opened
        opened.close()
