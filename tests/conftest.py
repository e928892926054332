"""The reference city of size small, founded once a run at a fixed moment and opened anew by each module."""

from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, settings
from moments import EPOCH, SEED, awkward, quiet, still

from data_access.settings import Settings
from demo.reference import found
from ingest.pipeline import submit_lines

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    """The folder of the small reference city, awkward cases included; nobody has it open."""
    here = Settings(home=tmp_path_factory.mktemp("reference"))
    city = found(here, "small", SEED, quiet, now=EPOCH)
    try:
        with patch("data_access.write.time.time", lambda: EPOCH):
            sent = [submit_lines(city, feed, kind, lines, f"knots-{kind}") for feed, kind, lines in awkward(city)]
        assert all(receipt.accepted > 100 and not receipt.rejected for receipt in sent), sent
    finally:
        city.close()
    return here.home


@pytest.fixture(scope="module")
def city(home):
    """The small reference city, open; a process opens one store at a time, so each module has it in turn."""
    opened = still(Settings(home=home))
    yield opened
    opened.close()
