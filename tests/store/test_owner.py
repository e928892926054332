"""One process owns an embedded store; others are told where it answers, and nothing outlives it."""

import json
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
TRY = """
import json, sys
from pathlib import Path
from data_access.errors import StoreBusy
from data_access.opening import open_city
from data_access.settings import Settings
try:
    open_city(Settings(home=Path(sys.argv[1]))).close()
    print(json.dumps({"opened": True}))
except StoreBusy as busy:
    print(json.dumps({"said": str(busy), "url": busy.url, "token": busy.token}))
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


def attempt(home):
    done = subprocess.run([sys.executable, "-c", TRY, home], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_a_second_opener_is_told_where_to_ask(home, holder):
    process = holder("http://127.0.0.1:8050")
    told = attempt(home)
    assert told["url"] == "http://127.0.0.1:8050"
    assert told["token"] == "secret"
    assert str(process.pid) in told["said"]
    assert "http://127.0.0.1:8050" in told["said"]
    with pytest.raises(StoreBusy):
        open_city(Settings(home=home))


def test_an_owner_that_answers_nowhere_is_named_all_the_same(home, holder):
    process = holder()
    told = attempt(home)
    assert told["url"] is None
    assert str(process.pid) in told["said"]


def test_after_a_kill_the_store_opens_again(home, holder):
    process = holder("http://127.0.0.1:8050")
    os.kill(process.pid, signal.SIGKILL)
    process.wait(10)
    assert attempt(home) == {"opened": True}


def test_after_closing_the_store_opens_again_in_the_same_process(home):
    for _ in range(2):
        open_city(Settings(home=home)).close()
    assert attempt(home) == {"opened": True}


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
