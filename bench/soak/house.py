"""Where a soak takes place: a city of its own, a copy of the application, its server, and the wire to it."""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

from bench.places import ROOT, environment
from bench.server import Server
from bench.soak.served import CLOCK
from bench.soak.wire import Wire
from data_access.errors import JingweiError

WALL = "/wall/soak"
PROGRAM = ("-m", "bench.soak.served", "serve")
PACKAGES = ("bench", "callbacks", "commands", "components", "data_access", "demo", "ingest", "pages", "reports")
PARTS = ("assets", *PACKAGES, "app.py", "cli.py", "pyproject.toml")
"""What makes the application: copied, so that a release can be made of the copy."""
RELEASE = "\ndocument.documentElement.dataset.soak = {name!r};\n"
WALLS = """\
walls:
  - key: soak
    title: {{zh: 值班大屏, en: Duty desk}}
    scenes:
      - {{title: 在办案件, view: "/?metric=open_cases&layers=cases,alerts", seconds: {seconds}}}
      - {{title: 今日, view: "/?metric=opened&window=today&layers=", seconds: {seconds}, layout: figures}}
      - {{title: 积水, view: "/?metric=opened&window=30d&layers=density", seconds: {seconds}, layout: map}}
      - {{title: 案件, view: "/?metric=overdue&layers=video", seconds: {seconds}, layout: stream}}
"""
FOUND_IN = 300
"""Seconds in which the city must be founded."""
SLOWEST = 10.0


class House:
    """A small city of its own in `folder`, whose clock is `ahead` seconds of this machine's; a context ends it."""

    def __init__(self, folder: Path, seconds: int, ahead: float):
        self.code, self.home, self.ahead = folder / "code", folder / "home", ahead
        self.code.mkdir()
        self.home.mkdir()
        for part in PARTS:
            _copy(ROOT / part, self.code / part)
        (self.home / "walls.yaml").write_text(WALLS.format(seconds=seconds), "utf-8")
        self.set_clock(0.0)
        self._found()
        self.server = self._serve()
        try:
            self.server.wait(WALL)
        except BaseException:
            self.server.stop()
            raise
        self.wire = Wire(self.server.port)
        self.url = f"http://127.0.0.1:{self.wire.port}{WALL}"

    def __enter__(self) -> "House":
        return self

    def __exit__(self, *error: object) -> None:
        self.wire.end()
        self.server.stop()

    def set_clock(self, by: float) -> None:
        """Set the server's clock by so many seconds against how it ran from the beginning."""
        new = self.home / "clock.new"
        new.write_text(f"{self.ahead + by:.3f}")
        new.rename(self.home / CLOCK)

    def now(self) -> float:
        """What time it is by the server's clock, in epoch seconds."""
        return time.time() + float((self.home / CLOCK).read_text())

    def calm(self) -> None:
        """Take note of every alarm there is."""
        while (state := self.state()) and state["alarm"]:
            self.note(state["alarm"])

    def restart(self, hard: bool = False, release: str = "") -> None:
        """End the server, at once where it is to be `hard`, and start it again; as another release where named."""
        if hard:
            self.server.kill()
        self.server.stop()
        if release:
            with (self.code / "assets" / "wall" / "main.js").open("a") as script:
                script.write(RELEASE.format(name=release))
        self.server = self._serve()
        self.wire.target = self.server.port
        self.server.wait(WALL)

    def state(self) -> dict | None:
        """How the wall stands by the server itself, not by the wire; None while it does not answer."""
        try:
            with urlopen(f"{self.server.url}{WALL}/state", timeout=SLOWEST) as answer:
                return json.load(answer)
        except (URLError, OSError):
            return None

    def note(self, alarm: dict) -> None:
        """Take note of an alarm, as somebody at the desk does."""
        told = json.dumps({"case": alarm["case"], "spell": alarm["spell"], "by": "soak"}).encode()
        request = Request(f"{self.server.url}{WALL}/note", told, {"Content-Type": "application/json"})
        try:
            urlopen(request, timeout=SLOWEST).close()
        except (URLError, OSError):
            time.sleep(0.1)  # It is asked again at the next look.

    def _found(self) -> None:
        given = environment(self.home, 8050, live=False) | {"PYTHONPATH": str(self.code)}
        command = [sys.executable, "-m", "bench.soak.served", "found"]
        done = subprocess.run(command, cwd=self.code, env=given, capture_output=True, text=True, timeout=FOUND_IN)
        if done.returncode:
            raise JingweiError(f"The city could not be founded:\n{done.stderr[-2000:]}")

    def _serve(self) -> Server:
        given = {"JINGWEI_WALLS": str(self.home / "walls.yaml"), "PYTHONPATH": str(self.code)}
        return Server(self.home, live=True, program=PROGRAM, given=given, where=self.code)


def _copy(path: Path, to: Path) -> None:
    if path.is_dir():
        shutil.copytree(path, to, ignore=shutil.ignore_patterns("__pycache__", "results"))
    else:
        shutil.copy2(path, to)
