"""The guide to feeds followed to the letter, with a real server and broker; its lists against the code's."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from broker import Broker, within

from ingest.adapters.mqtt import MqttSource
from ingest.feedfile import FeedDefinition
from ingest.records import kinds

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/feeds.md").read_text("utf-8")


def section(title):
    return re.split(r"\n## ", TEXT.split(f"\n## {title}\n", 1)[1], maxsplit=1)[0]


EXAMPLE = section("A worked example")
SET = {"PUSHED_TOKEN": "a-long-secret", "JINGWEI_FEEDS": "feeds.yaml"}
COMMANDS = re.findall(r"```sh\n(.*?)```", EXAMPLE, re.S)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The example's files, and a command `jingwei` of this tree."""
    home = tmp_path_factory.mktemp("quay")
    for name, body in re.findall(r"`([a-z.]+)`:\n\n```\w+\n(.*?)```", EXAMPLE, re.S):
        (home / name).write_text(body, "utf-8")
    command = home / "bin" / "jingwei"
    command.parent.mkdir()
    command.write_text(f"#!/bin/sh\nexec {sys.executable} -c 'from cli import main; main()' \"$@\"\n")
    command.chmod(0o755)
    return home


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    made = Broker(tmp_path_factory.mktemp("broker"))
    yield made
    made.stop()


@pytest.fixture(scope="module")
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(folder, port):
    kept = {key: value for key, value in os.environ.items() if not key.startswith("JINGWEI_")}
    more = {"PATH": f"{folder / 'bin'}:{kept['PATH']}", "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
    return kept | more | {"JINGWEI_HOME": str(folder / "var"), "JINGWEI_PORT": str(port)}


def run(folder, port, command):
    """One block of the guide in the example's folder; returns what it printed."""
    done = subprocess.run(
        ["/bin/sh", "-c", command.replace("8050", str(port))],
        cwd=folder, env=environment(folder, port) | SET,
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def answers(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


def test_the_example(folder, broker, port):
    feeds = folder / "feeds.yaml"
    feeds.write_text(feeds.read_text("utf-8").replace("1883", str(broker.port)), "utf-8")
    prepare, serve, post, drop, publish, listing = COMMANDS
    code, told = run(folder, port, prepare)
    assert code == 1, "a row of the sample is refused"
    assert "of 3 rows 1 would be refused; the others are 2 new and 0 known" in told, told
    assert "unknown_device" in told
    assert "line 3: device=G9" in told
    server = subprocess.Popen(
        ["/bin/sh", "-ec", serve], cwd=folder, env=environment(folder, port), start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert within(60, lambda: answers(port))
        code, told = run(folder, port, post)
        assert code == 0, told
        assert '"accepted": 2, "rejected": 1, "duplicates": 0' in told
        assert run(folder, port, drop)[0] == 0
        code, told = run(folder, port, publish.replace("1883", str(broker.port)))
        assert code == 0, told
        assert within(20, (folder / "incoming/done/january.csv").exists)
        assert (folder / "incoming/done/january.csv.report.json").exists()
        assert within(20, lambda: re.search(r"published .* 1 +│ 0", run(folder, port, listing)[1]))
        told = run(folder, port, listing)[1]
        assert re.search(r"pushed .* 2 +│ 1", told), told
        assert re.search(r"dropped .* 2 +│ 0", told), told
        code, told = run(folder, port, "jingwei feed test feeds.yaml pushed.ndjson --feed pushed")
        assert "0 new and 2 known" in told, "through the server, which has them by now"
        assert "unknown_device" in run(folder, port, "jingwei rejects")[1]
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)


def test_a_feeds_file_with_a_fault_keeps_the_server_from_starting(folder, port, tmp_path):
    (tmp_path / "feeds.yaml").write_text((folder / "feeds.yaml").read_text().replace("5 min", "often"))
    code, told = run(folder, port, f"JINGWEI_FEEDS={tmp_path}/feeds.yaml jingwei serve")
    assert code == 2
    assert re.search(r"feeds\.yaml:5: feeds\.0\.interval: .*5 min", " ".join(told.split())), told


@pytest.mark.parametrize(
    ("title", "there"),
    [("The keys", FeedDefinition), ("MQTT", MqttSource)],
)
def test_every_key_is_explained(title, there):
    keys = re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.*?) \|", section(title), re.M)))
    assert set(keys) == set(there.model_fields)


def test_every_field_of_a_record_is_explained():
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", section("Columns"), re.M))
    for name, fields in rows.items():
        there = set(kinds()[name].model.model_fields) - {"leaf"}
        assert there <= set(re.findall(r"`(\w+)`", fields)), name
