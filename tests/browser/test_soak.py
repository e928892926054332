"""`jingwei soak` as a command: three minutes with all that happens in a night, and one that is ended by hand."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from serving import COMMAND, ROOT

from bench.soak.plan import DUE

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def folder():
    """A folder of the test's own with a short name: the path of Chromium's socket in it has 107 bytes at most."""
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)


def begun(folder, *words):
    """The command, with all it makes in a folder."""
    command = [sys.executable, *COMMAND, "soak", *words, "--json", str(folder / "soak.json")]
    given = os.environ | {"TMPDIR": str(folder), "COLUMNS": "200"}
    return subprocess.Popen(
        command, cwd=ROOT, env=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_a_wall_outlives_three_minutes_of_all_that_happens(folder, chromium):
    soak = begun(folder, "--minutes", "3")
    text, error = soak.communicate(timeout=900)
    print(text, error)
    found = json.loads((folder / "soak.json").read_text())
    missed = {line["what"] for line in found["verdicts"] if line["good"] is False}
    assert missed <= {"longest frame"}, "how fast this machine draws is for the bench to say"
    assert soak.returncode == bool(missed), error
    assert [one["name"] for one in found["happened"]] == [name for name, _ in DUE]
    assert found["lasted"] >= 180 and len(found["samples"]) > 40
    assert "accelerated: " in text and "real: " in text
    assert list(folder.glob("jingwei-soak-*")) == [], "it leaves nothing behind"


def test_one_that_is_ended_by_hand_says_what_there_is_so_far(folder, chromium):
    soak, until = begun(folder, "--hours", "1"), time.monotonic() + 120
    while not any("Started worker" in log.read_text() for log in folder.glob("jingwei-soak-*/home/*server.log")):
        assert time.monotonic() < until and soak.poll() is None
        time.sleep(0.2)
    time.sleep(25)  # the wall is opened, and looked at for a while
    soak.send_signal(signal.SIGINT)
    text, error = soak.communicate(timeout=120)
    found = json.loads((folder / "soak.json").read_text())
    assert soak.returncode == 1, error
    assert found["lasted"] < 60 and found["happened"] == []
    verdicts = {line["what"]: line["good"] for line in found["verdicts"]}
    assert (verdicts["lasted"], verdicts["midnight"], verdicts["loaded anew"]) == (False, None, True)
    assert "0 of 5" in text and "midnight" in text
    assert list(folder.glob("jingwei-soak-*")) == []
