"""The `jingwei` command as a person runs it: alone, and beside a running server."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVER_UP = 60


def jingwei(home, *words, **settings):
    """Run the command to its end; returns exit code, output and error output."""
    done = subprocess.run(
        [sys.executable, "-c", "from cli import main; main()", *words],
        cwd=ROOT,
        env=environment(home, **settings),
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    return done.returncode, done.stdout, done.stderr


def environment(home, **settings):
    kept = {key: value for key, value in os.environ.items() if not key.startswith("JINGWEI_")}
    named = {f"JINGWEI_{key.upper()}": str(value) for key, value in settings.items()}
    return kept | named | {"JINGWEI_HOME": str(home), "COLUMNS": "200"}


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A home with the small reference city, built by the command."""
    home = tmp_path_factory.mktemp("cli")
    code, _, told = jingwei(home, "demo", "--size", "small")
    assert code == 0, told
    return home


@pytest.fixture
def server(small):
    """A server on that home; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-c", "from cli import main; main()", "serve"],
        cwd=ROOT,
        env=environment(small, port=port, live=False),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    url, until = f"http://127.0.0.1:{port}", time.monotonic() + SERVER_UP
    while not answers(url):
        assert process.poll() is None, "the server ended"
        assert time.monotonic() < until, "the server does not answer"
        time.sleep(0.1)
    yield url
    os.killpg(process.pid, signal.SIGTERM)
    process.wait(20)


def answers(url):
    try:
        with urllib.request.urlopen(url + "/healthz", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


def census(text):
    found = json.loads(text)
    return {key: found[key] for key in ("units", "leaves", "zones", "city")}


def test_help_lists_the_commands(tmp_path):
    code, text, _ = jingwei(tmp_path, "--help")
    assert code == 0
    for command in ("serve", "demo", "load", "rejects", "doctor", "bench"):
        assert command in text


def test_doctor_counts_the_city_alone_and_through_its_server(small, server):
    through, text, _ = jingwei(small, "doctor", "--json")
    found = json.loads(text)
    assert {c["name"] for c in found["checks"]} >= {
        "python",
        "engine",
        "store",
        "fonts",
        "browser",
        "disk",
        "clock",
    }
    assert found["units"]["district"] == 12
    assert (
        found["leaves"]
        == found["units"]["microgrid"] + found["units"]["grid.rural"] + found["units"]["grid.special"]
    )
    assert found["records"]["case_step"] > 10_000
    assert found["data_version"] > 0
    assert found["as_of"].startswith("20")


def test_doctor_without_a_city_says_what_to_do(tmp_path):
    code, text, _ = jingwei(tmp_path, "doctor")
    assert code == 1
    assert "holds no city yet" in text
    assert "make run" in text


def test_rejects_are_listed_through_the_server(small, server):
    code, text, told = jingwei(small, "rejects")
    assert code == 0, told
    assert "0 refused lines" in text


def test_control_refuses_a_stranger(server):
    request = urllib.request.Request(server + "/control/doctor", b"{}", {"X-Jingwei-Token": "guess"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    assert refused.value.code == 403


def test_a_city_file_that_is_not_there_is_one_line(tmp_path):
    code, _, told = jingwei(tmp_path, "load", "nowhere.yaml")
    assert code == 2
    assert "nowhere.yaml" in told
    assert "Traceback" not in told


def test_a_bad_setting_is_one_line(tmp_path):
    code, _, told = jingwei(tmp_path, "doctor", port="many")
    assert code == 2
    assert "JINGWEI_PORT" in told
    assert "Traceback" not in told


def test_a_build_that_was_cut_short_begins_anew(small, tmp_path):
    (small / "complete").rename(tmp_path / "complete")
    try:
        code, _, told = jingwei(small, "demo", "--size", "small")
        assert code == 0, told
        assert (small / "complete").exists()
    finally:
        (small / "complete").touch()
