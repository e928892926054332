"""One process owns an embedded store; others are told where it answers, and nothing outlives it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from test_ingest_support import plan

from data_access.build import build
from data_access.errors import StoreBusy
from data_access.opening import open_city
from data_access.settings import Settings
from data_access.store.owner import Owner

ROOT = Path(__file__).parents[2]
HOLD = """
import sys
from pathlib import Path
from data_access.opening import open_city
from data_access.settings import Settings
city = open_city(Settings(home=Path(sys.argv[1])))
if len(sys.argv) > 2:
    city.store.announce(sys.argv[2], "secret")
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    made = Settings(home=tmp_path_factory.mktemp("owner"))
    build(made, plan())
    return made.home


@pytest.fixture
def holder(home):
    """Starts a process that holds the store; ended afterwards."""
    started = []

    def hold(*words):
        process = subprocess.Popen(
            [sys.executable, "-c", HOLD, home, *words],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        started.append(process)
        assert process.stdout.readline().strip() == "open"
        return process

    yield hold
    for process in started:
        process.kill()
        process.wait(10)
        process.stdin.close()
        process.stdout.close()


def opens(home):
    open_city(Settings(home=home)).close()
    return True


def test_a_second_opener_is_told_where_to_ask(home, holder):
    process = holder("http://127.0.0.1:8050")
    with pytest.raises(StoreBusy) as told:
        opens(home)
    assert (told.value.url, told.value.token) == ("http://127.0.0.1:8050", "secret")
    assert str(process.pid) in str(told.value)
    assert "http://127.0.0.1:8050" in str(told.value)
    assert "secret" not in str(told.value)


def test_an_owner_that_answers_nowhere_is_named_and_after_a_kill_the_store_opens_again(home, holder):
    process = holder()
    with pytest.raises(StoreBusy, match=str(process.pid)) as told:
        opens(home)
    assert told.value.url is None
    os.kill(process.pid, signal.SIGKILL)
    process.wait(10)
    assert opens(home)


def test_after_closing_another_process_may_have_it(home, holder):
    assert opens(home)
    assert opens(home)
    holder()


def test_the_lock_tells_its_secret_to_the_owner_only(tmp_path):
    owner = Owner(tmp_path / "store.lock")
    owner.announce("http://x", "secret")
    assert (tmp_path / "store.lock").stat().st_mode & 0o077 == 0
    owner.release()
    assert "secret" not in (tmp_path / "store.lock").read_text()


def test_a_store_on_a_server_has_no_owner(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    owner = Owner.of("clickhousedb://user:pw@clickhouse:8123/jingwei")
    owner.announce("http://x", "y")
    owner.release()
    assert list(tmp_path.iterdir()) == []
