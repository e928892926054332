"""The `jingwei` command as a person runs it: alone, and beside a running server."""

import contextlib
import gzip
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
import zipfile
from pathlib import Path

import pytest
from broker import within
from crashing import children
from overlay_files import at, city_file, collection, feature

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
    port = free_port()
    process = started(small, port)
    url, until = f"http://127.0.0.1:{port}", time.monotonic() + SERVER_UP
    while not answers(url):
        assert process.poll() is None, "the server ended"
        assert time.monotonic() < until, "the server does not answer"
        time.sleep(0.1)
    yield url
    os.killpg(process.pid, signal.SIGTERM)
    process.wait(20)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def started(home, port):
    """A server that has begun to start."""
    return subprocess.Popen(
        [sys.executable, "-c", "from cli import main; main()", "serve"],
        cwd=ROOT,
        env=environment(home, port=port, live=False),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


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


def test_a_server_that_is_told_to_end_while_it_starts_does_end(small):
    process = started(small, free_port())
    try:
        assert within(30, lambda: children(process.pid))
        process.terminate()
        process.wait(60)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


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


def sent(folder):
    """A file of overlays of every sort: one good but for a shape, one in metres, one cut short, one of 50 MB."""
    yard = feature(at(113.6, 34.7), name="Yard")
    collection(folder / "yards.geojson", [yard, feature(None)])
    collection(folder / "metres.geojson", [feature({"type": "Point", "coordinates": [463_000, 3_841_000]})])
    text = (folder / "yards.geojson").read_text()
    (folder / "short.geojson").write_text("\n" * 5 + text[: len(text) // 2])
    with (folder / "large.geojson").open("wb") as body:
        body.truncate(50 * 2**20)
    return city_file(
        folder, "zhengzhou", "yards.geojson", "metres.geojson", "short.geojson", "large.geojson", "gone.geojson"
    )


def told_of_each(code, text, error):
    """What the command must say of them."""
    assert code == 1, error
    assert "Traceback" not in text + error
    flat = " ".join(text.split())
    assert "overlay yards (yards.geojson): 2 shapes, 1 drawn, 1 refused, 0 repaired" in flat
    assert "1 no_geometry: There is no geometry yards.geojson:2: geometry=None" in flat
    assert "metres.geojson: no shape in it lies in the city. As EPSG:4547 they would lie in the city" in flat
    assert re.search(r"short.geojson:6: not JSON: .* may have been cut short", flat)
    assert "large.geojson: 50 MB, and an overlay may have 20 MB at most: simplify it" in flat
    assert "gone.geojson: there is no such file" in flat


def test_overlays_of_every_sort_through_the_server(small, server, tmp_path):
    """The command tells of each, the server lives on and shows the good one; what was refused is kept."""
    told_of_each(*jingwei(small, "load", str(sent(tmp_path))))
    assert answers(server)
    page = urllib.request.urlopen(server + "/_dash-layout", timeout=20)
    assert page.status == 200
    model = asked(server, "map-model.data", "http://x/?layers=overlay:yards,overlay:metres")
    (shapes,) = model["response"]["map-model"]["data"]["shapes"]
    found = json.loads(read(server + shapes["url"]))
    assert [f["properties"] for f in found["features"]] == [{"title": "Yard"}]
    code, text, _ = jingwei(small, "rejects", "--feed", "overlay", "--json")
    kept = [json.loads(line) for line in text.splitlines()]
    assert code == 0
    assert {(r["source"], r["line"], r["reason"]) for r in kept} == {
        ("yards.geojson", 2, "no_geometry"),
        ("metres.geojson", 1, "bad_coordinates"),
    }
    code, text, _ = jingwei(small, "load", str(city_file(tmp_path, "zhengzhou")))
    assert code == 0
    assert (
        asked(server, "map-model.data", "http://x/?layers=overlay:yards")["response"]["map-model"]["data"][
            "shapes"
        ]
        == []
    )


def test_overlays_of_every_sort_without_a_server(small, tmp_path):
    told_of_each(*jingwei(small, "load", str(sent(tmp_path))))
    code, _, told = jingwei(small, "load", str(city_file(tmp_path, "zhengzhou")))
    assert code == 0, told


def asked(server, output, href):
    """What the page's callback answers for an address."""
    inputs = [
        {"id": "url", "property": "href", "value": href},
        {"id": "moment", "property": "data", "value": None},
    ]
    name, prop = output.split(".")
    body = {"output": output, "outputs": {"id": name, "property": prop}, "inputs": inputs, "changedPropIds": []}
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(server + "/_dash-update-component", json.dumps(body).encode(), headers)
    return json.loads(urllib.request.urlopen(request, timeout=20).read())


def read(url):
    """The body at an address, unpacked."""
    return gzip.decompress(urllib.request.urlopen(url, timeout=20).read())


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


def test_a_snapshot_is_taken_alone(small, tmp_path):
    code, told, problems = jingwei(small, "snapshot", "/?lang=en&window=7d", "--out", str(tmp_path / "city.xlsx"))
    assert code == 0, problems
    digest = re.search(r"Digest ([0-9a-f]{64})", told)[1]
    with zipfile.ZipFile(tmp_path / "city.xlsx") as book:
        assert digest in book.read("xl/worksheets/sheet1.xml").decode()
    assert [path.name for path in tmp_path.iterdir()] == ["city.xlsx"]


def test_a_snapshot_is_taken_through_the_server(small, server, tmp_path):
    """The same digest as the server gives for the link that the file holds."""
    words = (
        "snapshot",
        f"{server}/?lang=en&panel=x",
        "--format",
        "csv",
        "--panel",
        "ranking",
        "--out",
        str(tmp_path),
    )
    code, told, problems = jingwei(small, *words)
    assert code == 0, problems
    (path,) = tmp_path.iterdir()
    digest = re.search(r"Digest ([0-9a-f]{64})", told)[1]
    notes = dict(line[2:].split(": ", 1) for line in path.read_text("utf-8-sig").splitlines() if ": " in line)
    link = notes["Link (opens this moment again)"]
    query = link.split("?", 1)[1]
    with urllib.request.urlopen(f"{server}/snapshot/csv?{query}&panel=ranking") as answer:
        assert answer.headers["X-Jingwei-Digest"] == digest
    assert notes["Made by"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("/unit/nowhere",), "no unit nowhere (/unit/nowhere)"),
        (("/", "--format", "docx"), "no format called docx; there are pdf, pdf-a3"),
        (("/", "--panel", "nothing"), "no panel called nothing"),
        (("/", "--out", "/nonexistent/folder/x.csv"), "/nonexistent/folder/x.csv cannot be written"),
    ],
)
def test_a_snapshot_that_cannot_be_taken_says_why(small, words, said):
    code, _, problems = jingwei(small, "snapshot", *words)
    assert code == 2
    assert said in problems
    assert "Traceback" not in problems
