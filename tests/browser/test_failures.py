"""What screens and senders are told while something is away, and that all of it comes back by itself."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from broker import Broker, within
from doubles import SCRIPT
from feeds import WATER, written
from serving import Server, standing

from data_access.settings import COMPLETE

pytestmark = [pytest.mark.browser, pytest.mark.slow]
MQTT = """\
  - key: levels
    title: {zh: 水位, en: Levels}
    network: iot
    interval: 5 min
    carries: reading
    time_format: epoch
    source: {adapter: mqtt, url: "URL", topic: "levels/#"}
"""
SAYS = "(words) => document.querySelector('#troubles')?.innerText.includes(words)"
FIGURES = ".kpi .kpi-value"
USER, PASSWORD = "jingwei", "secret"


def live(server):
    with urllib.request.urlopen(server.url + "/live", timeout=10) as answer:
        return json.loads(answer.read())


def troubles(server):
    return {trouble["key"]: trouble for trouble in live(server).get("troubles", [])}


def send(server, body=b"{}"):
    headers = {"Authorization": "Bearer w", "Content-Type": "application/x-ndjson"}
    try:
        request = urllib.request.Request(f"{server.url}/ingest/water", body, headers)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.headers, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, error.headers, json.loads(error.read())


def line(k):
    """A reading that is refused: it lands as such."""
    return json.dumps({"device": "nobody", "at": int(time.time()) - 1000 + k, "value": 1}).encode()


def rejected(server):
    """How many lines of the feed are in quarantine, as the metrics have it."""
    with urllib.request.urlopen(server.url + "/metrics", timeout=10) as answer:
        told = answer.read().decode()
    (found,) = (text for text in told.splitlines() if text.startswith('jingwei_feed_rejected_total{feed="water"'))
    return int(float(found.split()[-1]))


@pytest.fixture
def tokens(monkeypatch):
    """The token that senders show."""
    monkeypatch.setenv("WATER_TOKEN", "w")


@pytest.fixture
def home(tmp_path, tokens):
    """A small reference city of its own for each test, as its store will be harmed."""
    return founded(tmp_path / "home")


def founded(home):
    home.mkdir()
    standing(home)
    (home / COMPLETE).touch()
    return home


@pytest.fixture
def served(tmp_path):
    """Starts the real server with more settings; ended afterwards."""
    started = []

    def serve(home, feeds=WATER, **more):
        started.append(Server(home, live=False, tick=2, feeds=written(tmp_path, feeds), **more))
        return started[-1]

    yield serve
    for server in started:
        server.stop()


def told_in(visit, server, key, zh, en):
    """That a page says it in both languages."""
    for lang, words in (("zh", zh), ("en", en)):
        page = visit(f"{server.url}/?lang={lang}", settle=False)
        page.wait_for_function(
            "(words) => document.querySelector('#troubles')?.innerText.includes(words)", arg=words
        )
    assert key in troubles(server)


class Stand:
    """A stand-in for a ClickHouse server at a port of its own, that can be ended and started again."""

    def __init__(self, folder):
        self._command = [sys.executable, SCRIPT, folder, USER, PASSWORD, "default"]
        self.start()

    def start(self, port="0"):
        environment = os.environ | {"DOUBLE_PORT": port}
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        self.port = self._process.stdout.readline().strip()
        self.url = f"clickhousedb://{USER}:{PASSWORD}@127.0.0.1:{self.port}/default"

    def stop(self):
        self._process.kill()
        self._process.wait(10)


def test_a_store_that_goes_away_leaves_the_last_figures_and_comes_back(home, served, visit):
    stand = Stand(home / "store")
    try:
        server = served(home, store=stand.url)
        page = visit(f"{server.url}/?lang=en")
        before = page.locator(FIGURES).all_inner_texts()
        stand.stop()
        assert within(15, lambda: "store" in troubles(server))
        moment = live(server)["moment"]
        told_in(visit, server, "store", "数据库自", "The store has not answered since")
        status, headers, told = send(server, line(0))
        assert status == 503 and headers["Retry-After"] and told["error"]
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{server.url}/values/opened/1?as_of=2026-03-01T00:00:00Z&moment={moment}")
        assert refused.value.code == 503 and refused.value.headers["Retry-After"]
        assert page.locator(FIGURES).all_inner_texts() == before, "the last figures stay"
        assert live(server)["moment"] == moment, "nothing is shown as newer than it is"
        stand.start(stand.port)
        assert within(20, lambda: not troubles(server)), troubles(server)
        page.wait_for_function("document.querySelector('#troubles').innerText === ''")
        assert within(20, lambda: live(server)["moment"] != moment)
        visit.faults[:] = [f for f in visit.faults if "503" not in f and "500" not in f and "console" not in f]
    finally:
        stand.stop()


def test_a_full_disk_turns_senders_away_and_all_else_goes_on(tmp_path, tokens, served, visit):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600m", "tmpfs", disk], check=False).returncode:
        pytest.skip("Nothing may be mounted here, so that no disk can be filled.")
    try:
        server = served(founded(disk / "home"))
        assert send(server, line(0))[2]["rejected"] == 1
        _fill(disk / "filling")
        status, headers, told = send(server, line(1))
        assert (status, headers["Retry-After"]) == (503, "10"), told
        assert told["error"]
        told_in(visit, server, "landing", "不接收新数据", "The store has taken nothing new since")
        page = visit(f"{server.url}/?lang=en")
        assert page.locator(".kpi").count() == 6
        assert page.locator(".panel.is-failed").count() == 0
        (disk / "filling").unlink()
        assert within(20, lambda: not troubles(server)), troubles(server)
        status, _, told = send(server, line(2))
        assert (status, told.get("rejected")) == (200, 1), told
        visit.leave()
        visit.contexts.clear()
        server.stop()
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def test_a_store_that_may_only_be_read_turns_senders_away_and_all_else_goes_on(home, served, visit):
    server, store = served(home), home / "store"
    assert send(server, line(0))[2]["rejected"] == 1
    if subprocess.run(["mount", "--bind", store, store], check=False).returncode:
        pytest.skip("Nothing may be mounted here, so that the store cannot be made read-only.")
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", store], check=True)
        with pytest.raises(OSError, match="Read-only"):
            (store / "probe").touch()
        status, headers, told = send(server, line(1))
        assert (status, headers["Retry-After"]) == (503, "10"), told
        told_in(visit, server, "landing", "不接收新数据", "The store has taken nothing new since")
        page = visit(f"{server.url}/?lang=en")
        assert page.locator(".kpi").count() == 6
        assert page.locator(".panel.is-failed").count() == 0
    finally:
        subprocess.run(["umount", "-l", store], check=True)
    assert within(20, lambda: not troubles(server)), troubles(server)
    status, _, told = send(server, line(2))
    assert (status, told.get("rejected")) == (200, 1), told
    assert rejected(server) == 3, "what was turned away had been written down, and lands once"


def test_a_broker_that_goes_away_is_named_until_it_is_back(tmp_path, home, served, visit):
    broker = Broker(tmp_path)
    try:
        server = served(home, feeds=WATER + MQTT.replace("URL", broker.url))
        broker.stop()
        assert within(20, lambda: "broker:levels" in troubles(server))
        told_in(visit, server, "broker:levels", "水位", "The broker of Levels has not answered since")
        broker.start()
        assert within(30, lambda: not troubles(server)), troubles(server)
    finally:
        broker.stop()


def test_a_shared_cache_that_goes_away_costs_no_figure(tmp_path, home, served, visit):
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("There is no redis-server; deploy/packages.sh redis-server installs one.")
    pytest.importorskip("redis")
    port = _free_port()

    def redis():
        return subprocess.Popen(
            [program, "--port", str(port), "--save", ""], cwd=tmp_path, stdout=subprocess.DEVNULL
        )

    running = redis()
    try:
        server = served(home, cache="RedisCache", cache_redis_url=f"redis://127.0.0.1:{port}/0")
        visit(f"{server.url}/?lang=en")
        assert not troubles(server)
        running.kill()
        running.wait(10)
        page = visit(f"{server.url}/?lang=zh")
        assert page.locator(".panel.is-failed").count() == 0
        assert "cache" in troubles(server)
        told_in(visit, server, "cache", "共享缓存自", "The shared cache has not answered since")
        running = redis()
        assert within(30, lambda: visit(f"{server.url}/?lang=en") and not troubles(server)), troubles(server)
    finally:
        running.kill()
        running.wait(10)


def test_people_that_cannot_be_looked_up_cost_no_figure(tmp_path, home, served, visit):
    cluster = Postgres(tmp_path)
    try:
        _copy_people(home, cluster.url)
        server = served(home, operations=cluster.url)
        visit(f"{server.url}/?lang=en")
        cluster.stop()
        assert within(20, lambda: "operations" in troubles(server))
        told_in(visit, server, "operations", "人员与岗位库自", "The database of people has not answered since")
        page = visit(f"{server.url}/?lang=en")
        assert page.locator(".kpi").count() == 6
        cluster.start()
        assert within(30, lambda: not troubles(server)), troubles(server)
    finally:
        cluster.stop()


class Postgres:
    """A real PostgreSQL of its own."""

    def __init__(self, folder):
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
        if not found:
            pytest.skip("There is no PostgreSQL; deploy/packages.sh postgresql installs one.")
        pytest.importorskip("psycopg")
        self._data, self._bin, self.port = folder / "pg", found[-1].parent, _free_port()
        self._data.mkdir()
        for part in (self._data, *self._data.parents):
            if part.is_relative_to("/tmp") and part != Path("/tmp"):
                part.chmod(0o755)
        shutil.chown(self._data, "postgres")
        self._as_postgres("initdb", "-D", self._data, "-A", "trust", "-U", "jingwei")
        self.url = f"postgresql+psycopg://jingwei@127.0.0.1:{self.port}/postgres"
        self.start()

    def start(self):
        told = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        self._as_postgres("pg_ctl", "-w", "-D", self._data, "-l", self._data / "log", "-o", told, "start")

    def stop(self):
        self._as_postgres("pg_ctl", "-w", "-D", self._data, "-m", "immediate", "stop", check=False)

    def _as_postgres(self, program, *words, check=True):
        command = [
            "setpriv",
            "--reuid=postgres",
            "--regid=postgres",
            "--clear-groups",
            self._bin / program,
            *words,
        ]
        subprocess.run(command, check=check, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")


def _copy_people(home, url):
    """Have the people of the city in another database."""
    import pandas as pd
    from sqlalchemy import create_engine

    from data_access.operations.database import open_operations, replace_posts

    kept = create_engine(f"sqlite:///{home / 'operations.db'}")
    posts = pd.read_sql("SELECT * FROM post", kept).drop(columns="id")
    target = open_operations(url)
    replace_posts(target, posts)
    target.dispose()


def _fill(path):
    """Write until there is no room."""
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(2**16))
        except OSError:
            pass


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
