"""A real server with walls and a feed of cases of its own, and what one sees and does on a wall."""

import json
import subprocess
import sys
import time
import urllib.request

from feeds import written
from serving import ROOT, Server

FOUND = """
import sys, time
from pathlib import Path
from data_access.settings import Settings
from demo.reference import SEED, found
home = Path(sys.argv[1])
found(Settings(home=home), "small", SEED, lambda what, part: None, now=time.time() - 60).close()
(home / "complete").touch()
"""
WALLS = """\
walls:
  - key: duty
    title: {zh: 值班大屏, en: Duty desk}
    screens:
      - {key: main, title: {zh: 主屏, en: Main}}
      - {key: side, title: {zh: 侧屏, en: Side}, canvas: 21x9, layout: stream}
    scenes:
      - {key: one, title: {zh: 在办, en: Open}, view: "/?metric=open_cases&layers=", seconds: 14}
      - {key: two, title: {zh: 超期, en: Overdue}, view: "/?metric=overdue&layers=", layout: figures, seconds: 14}
      - {key: lost, title: {zh: 不存在, en: Gone}, view: "/unit/999999"}
      - {key: named, title: {zh: 写错, en: Named}, view: "/?metric=overdu"}
      - {key: typed, title: {zh: 打错, en: Typed}, view: "/", secnods: 30}
  - key: still
    title: {zh: 单景, en: One scene}
    scenes:
      - {key: only, title: {zh: 地图, en: Map}, view: "/?metric=overdue&layers=", layout: map, seconds: 3600}
"""
FEEDS = """\
feeds:
  - key: hotline
    title: {zh: 热线, en: Hotline}
    network: government
    interval: 1 h
    carries: case_step
    time_format: epoch
    source: {adapter: http, token_env: HOTLINE_TOKEN}
"""
SHOWN = "document.querySelector('.stage-frame.on').contentWindow"
ON = f"() => document.querySelector('.stage-frame.on') && {SHOWN}.jingwei?.whole?.()"
BOX = "(e) => { const b = e.getBoundingClientRect(); return [b.left, b.top, b.width, b.height]; }"

SMALL = """() => [...document.querySelectorAll(".wall *")].filter((e) => {
  const own = e.childElementCount === 0 && e.textContent.trim() && e.checkVisibility();
  return own && parseFloat(getComputedStyle(e).fontSize) < 14;
}).map((e) => e.textContent)"""


def served(home, **more):
    """The server on the small city as of now, founded in `home`; HOTLINE_TOKEN is what its feed is sent with."""
    with (home / "build.log").open("wb") as log:
        founding = [sys.executable, "-c", FOUND, str(home)]
        built = subprocess.run(founding, cwd=ROOT, stdout=log, stderr=log, timeout=120)
    assert built.returncode == 0, (home / "build.log").read_text()
    (home / "walls.yaml").write_text(WALLS, "utf-8")
    given = {"walls": home / "walls.yaml", "feeds": written(home, FEEDS), "live": False} | more
    running = Server(home, **given)
    running.given = given
    return running


def calm(server):
    """No alarm, nobody steers, nothing is paused."""
    while alarm := state(server)["alarm"]:
        send(server, "note", case=alarm["case"], spell=alarm["spell"], by="test")
    for what in ("resume", "let-go"):
        send(server, what, by=(state(server)["steered"] or {"by": "test"})["by"])


def state(server, wall="duty"):
    with urllib.request.urlopen(f"{server.url}/wall/{wall}/state", timeout=10) as answer:
        return json.load(answer)


def until(page, there, seconds=60):
    """Wait for something that the server says, while the page goes on."""
    end = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < end
        page.wait_for_timeout(100)


def send(server, what, wall="duty", **told):
    body, headers = json.dumps(told).encode(), {"Content-Type": "application/json"}
    asked = urllib.request.Request(f"{server.url}/wall/{wall}/{what}", body, headers)
    with urllib.request.urlopen(asked, timeout=10) as answer:
        return json.load(answer)


def screen_of(visit, server, path="duty?lang=zh", width=1920, height=1080):
    """A screen of a wall with its first scene whole."""
    page = visit(f"{server.url}/wall/{path}", settle=False, viewport={"width": width, "height": height})
    page.wait_for_function(ON)
    return page


def reported(server, case_id, ago, severity=3):
    """Send a case that was reported so many seconds ago, at the city's middle."""
    line = {"case_id": case_id, "step": "reported", "at": time.time() - ago, "lon": 113.66, "lat": 34.76}
    line |= {"type": "e90002", "severity": severity, "source": "hotline"}
    return sent(server, [line])


def sent(server, lines):
    """Send cases' steps by the feed."""
    headers = {"Authorization": "Bearer h", "Content-Type": "application/x-ndjson"}
    body = "\n".join(map(json.dumps, lines)).encode()
    asked = urllib.request.Request(f"{server.url}/ingest/hotline", body, headers)
    with urllib.request.urlopen(asked, timeout=60) as answer:
        return json.load(answer)
