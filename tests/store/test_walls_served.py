"""Walls of real servers: two of them on one operations database, the file in the documentation, and the doctor."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest
from test_cli import ROOT, answers, environment, jingwei, small  # noqa: F401

UP, SOON = 60, 2.0
"""Seconds until a server answers, and until what one server was told is told by another."""
FILE = """\
walls:
  - key: duty
    title: Duty
    scenes:
      - {title: City, view: /}
      - {title: Gone, view: /unit/9999}
      - {title: Named, view: "/?metric=overdu"}
      - {title: Typed, view: /, secnods: 30}
"""
LEFT_OUT = (
    "walls.yaml:6: the scene “Gone” is left out. This city has no unit 9999.",
    "walls.yaml:7: the scene “Named” is left out. There is no metric called overdu, did you mean overdue.",
    "walls.yaml:8: the scene “Typed” is left out. There is no key called secnods, did you mean seconds.",
)


@contextlib.contextmanager
def served(home, **settings):
    """A server on a home; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (home / "serve.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", "from cli import main; main()", "serve"],
            cwd=ROOT,
            env=environment(home, port=port, live=False, **settings),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    url, until = f"http://127.0.0.1:{port}", time.monotonic() + UP
    try:
        while not answers(url):
            assert process.poll() is None, (home / "serve.log").read_text()
            assert time.monotonic() < until, "the server does not answer"
            time.sleep(0.1)
        yield url
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def state(url, wall="duty"):
    with urllib.request.urlopen(f"{url}/wall/{wall}/state", timeout=10) as answer:
        return json.load(answer)


def send(url, what, **body):
    request = urllib.request.Request(
        f"{url}/wall/duty/{what}", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def soon(holds):
    until = time.monotonic() + SOON
    while not (found := holds()):
        assert time.monotonic() < until, found
        time.sleep(0.05)


def test_two_servers_on_one_operations_database_agree(small, tmp_path):  # noqa: F811
    """Each has the city for itself; what they share is how the wall stands."""
    assert jingwei(tmp_path / "other", "demo", "--size", "small")[0] == 0
    shared = {"operations": f"sqlite:///{tmp_path}/shared.db"}
    with served(small, **shared) as one, served(tmp_path / "other", **shared) as other:
        assert len(state(one)["scenes"]) == 7
        assert send(one, "next", by="")[0] == 200
        soon(lambda: state(one)["turn"] == state(other)["turn"])
        assert send(other, "pause", by="Li")[0] == 200
        soon(lambda: (state(one)["turn"]["paused"] or {}).get("by") == "Li")
        assert state(one)["turn"] == state(other)["turn"]
        assert send(one, "steer", by="Li", address="/unit/410105")[0] == 200
        assert send(other, "steer", by="Wang", address="/")[0] == 409
        soon(lambda: (state(other)["steered"] or {}).get("query") == "unit=410105&lang=zh&theme=night")
        status, told = send(other, "scenes", by="Li", title="新", address="/?metric=opened")
        assert status == 201
        soon(lambda: [scene["saved"] for scene in state(one)["scenes"]][-1] == told["id"])
        assert state(one)["turn"]["scene"] == state(other)["turn"]["scene"] == 1


def test_what_is_the_same_is_not_sent_again_and_comes_packed(small):  # noqa: F811
    """Through the whole server, compression included."""
    with served(small) as url:
        asked = urllib.request.Request(f"{url}/wall/hall/state", headers={"Accept-Encoding": "gzip"})
        with urllib.request.urlopen(asked, timeout=10) as answer:
            tag, packed = answer.headers["ETag"], answer.headers["Content-Encoding"]
        assert packed == "gzip"
        again = urllib.request.Request(asked.full_url, headers={"Accept-Encoding": "gzip", "If-None-Match": tag})
        with pytest.raises(urllib.error.HTTPError) as told:
            urllib.request.urlopen(again, timeout=10)
        assert told.value.code == 304


def test_the_doctor_tells_of_scenes_that_cannot_be_shown(small, tmp_path):  # noqa: F811
    code, text, _ = jingwei(small, "doctor", "--json")
    assert [check["ok"] for check in json.loads(text)["checks"] if check["name"] == "walls"] == [True]
    (tmp_path / "walls.yaml").write_text(FILE, "utf-8")
    code, text, _ = jingwei(small, "doctor", walls=tmp_path / "walls.yaml")
    assert code == 1
    for told in LEFT_OUT:
        assert told in re.sub(r"\s+", " ", text)
    with served(small, walls=tmp_path / "walls.yaml") as url:
        assert sorted(fault["en"] for fault in state(url)["faults"]) == sorted(LEFT_OUT)
        assert [scene["title"]["en"] for scene in state(url)["scenes"]] == ["City"], "it goes on with the rest"
        port = url.rpartition(":")[2]
        code, text, _ = jingwei(small, "doctor", port=port)
        assert code == 1
        assert "walls.yaml:6" in text


def test_a_file_that_cannot_be_read_keeps_the_server_from_starting(small, tmp_path):  # noqa: F811
    (tmp_path / "walls.yaml").write_text(FILE.replace("title: Duty", "titel: Duty"), "utf-8")
    code, _, told = jingwei(small, "serve", walls=tmp_path / "walls.yaml")
    assert code == 2
    assert re.search(r"walls.yaml:3: walls.0.titel: there is no such key, did you mean\s+'title'", told)
    code, text, _ = jingwei(small, "doctor", walls=tmp_path / "walls.yaml")
    assert code == 1
    assert "walls.yaml:3" in text


def test_the_wall_of_the_documentation(small, tmp_path):  # noqa: F811
    text = (ROOT / "docs" / "walls.md").read_text("utf-8")
    (tmp_path / "walls.yaml").write_text(re.search(r"```yaml\n(.*?)```", text, re.DOTALL)[1], "utf-8")
    with served(small, walls=tmp_path / "walls.yaml") as url:
        told = state(url, "hall")
        assert told["faults"] == []
        assert [screen["layout"] for screen in told["wall"]["screens"]] == ["map", "figures"]
        assert len(told["scenes"]) == 2
