"""Walls as their server tells of them: how soon of a critical case, of what a desk shows; and what a poll costs.

What a wall shows of it, and when, is measured by bench/glass.py. `python -m bench.walls HOME` measures the server
on the city in `HOME`, which is left with the cases it sent.
"""

import http.client
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.apart import Progress, apart
from bench.figures import Figure, spread
from bench.server import Server
from bench.streaming import FEEDS, TOKEN, Members, Post, members_of
from data_access.errors import JingweiError
from data_access.store.declare import stamp

WALL = "/wall/duty"
RUNS, POLLS = 30, 300
EVERY = 0.01
"""Seconds between two looks at a wall; a screen looks every 0.3 s."""
PATIENCE = 30.0
BEFORE = 20 * 86400
"""How long ago the cases that are sent were reported: longer than any that waits, so that they come first."""


def measure(home: Path, progress: Progress) -> dict[str, Figure]:
    """Milliseconds from sending a case that is overdue, and from steering, until the wall's state tells of it.

    The city is alive meanwhile. `wall.poll_ms` is what a screen's question takes when there is nothing new.
    """
    members = apart(members_of, home, progress=progress)
    with served(home) as server:
        wall = Asked(server.port)
        wall.calm()
        alerts = [_alert(server.url, wall, members, n, progress) for n in range(RUNS)]
        steers = [_steer(wall, n) for n in range(RUNS)]
        wall.send("let-go", by="bench")
        polls = [wall.polled() for _ in range(POLLS)]
    return {
        "wall.alert_server_ms": spread(alerts, "ms"),
        "wall.steer_server_ms": spread(steers, "ms"),
        "wall.poll_ms": spread(polls, "ms"),
    }


@contextmanager
def served(home: Path) -> Iterator[Server]:
    """The city in `home`, alive, with a feed that takes cases."""
    with tempfile.TemporaryDirectory(prefix="jingwei-feeds-") as folder:
        (Path(folder) / "feeds.yaml").write_text(FEEDS, "utf-8")
        given = {"JINGWEI_FEEDS": f"{folder}/feeds.yaml", "BENCH_TOKEN": TOKEN}
        with Server(home, live=True, given=given) as server:
            server.wait()
            yield server


class Asked:
    """One wall, asked on one connection."""

    def __init__(self, port: int):
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._tag = ""

    def state(self) -> dict:
        """How it stands."""
        status, body = self._ask("GET", "/state", {})
        if status != 200:
            raise JingweiError(f"{WALL}/state answered {status}: {body[:300]!r}")
        return json.loads(body)

    def send(self, what: str, **body: object) -> None:
        """Have it do something; again where it is told to try again. Raises JingweiError when it is refused."""
        sent, status, begun = json.dumps(body).encode(), 503, time.perf_counter()
        while status == 503 and time.perf_counter() - begun < PATIENCE:
            status, told = self._ask("POST", f"/{what}", {"Content-Type": "application/json"}, sent)
        if status >= 300:
            raise JingweiError(f"{WALL}/{what} answered {status}: {told[:300]!r}")

    def calm(self) -> None:
        """Take note of every alarm there is."""
        while alarm := self.state()["alarm"]:
            self.send("note", case=alarm["case"], spell=alarm["spell"], by="bench")

    def polled(self) -> float:
        """Milliseconds of a question that knows the last answer."""
        time.sleep(EVERY)
        begun = time.perf_counter()
        self._ask("GET", "/state", {"If-None-Match": self._tag})
        return 1000 * (time.perf_counter() - begun)

    def until(self, holds: Callable[[dict], bool], begun: float) -> float:
        """Milliseconds since `begun` until its state is as wanted. Raises JingweiError when it never is."""
        while time.perf_counter() - begun < PATIENCE:
            if holds(self.state()):
                return 1000 * (time.perf_counter() - begun)
            time.sleep(EVERY)
        raise JingweiError(f"The wall does not follow: {json.dumps(self.state())[:600]}")

    def _ask(self, method: str, path: str, headers: dict, body: bytes | None = None) -> tuple[int, bytes]:
        try:
            self._connection.request(method, WALL + path, body, headers)
        except ConnectionError:  # The server has closed it, as nothing was asked for long; it is opened anew.
            self._connection.close()
            self._connection.request(method, WALL + path, body, headers)
        answer = self._connection.getresponse()
        self._tag = answer.headers.get("ETag") or self._tag
        return answer.status, answer.read()


def report(url: str, members: Members) -> str:
    """Send a critical case that is over its limit, the first of all that wait; its id."""
    post, (lon, lat), at = Post(url, "events", "application/x-ndjson"), members.place, time.time()
    case_id = f"WALL{at:.3f}"
    line = {"case_id": case_id, "step": "reported", "at": stamp(at - BEFORE).isoformat()}
    line |= {"type": members.type, "severity": 3, "source": "hotline", "lon": lon, "lat": lat}
    receipt = post.send(json.dumps(line).encode())
    if receipt["accepted"] != 1:
        raise JingweiError(f"The case was not taken: {receipt}")
    return case_id


def _alert(url: str, wall: Asked, members: Members, n: int, progress: Progress) -> float:
    """A case comes in by HTTP; it is noted once the wall has it."""
    progress("wall", n / RUNS)
    begun = time.perf_counter()
    case_id = report(url, members)
    taken = wall.until(lambda told: bool(told["alarm"]) and told["alarm"]["case"] == case_id, begun)
    wall.send("note", case=case_id, spell=1, by="bench")
    return taken


def _steer(wall: Asked, n: int) -> float:
    """A desk goes to another View."""
    place = f"{113 + (n + 1) / 100:.2f}1,34.7"
    begun = time.perf_counter()
    wall.send("steer", by="bench", address=f"/?metric=overdue&place={place}")
    return wall.until(lambda told: bool(told["steered"]) and place in told["steered"]["query"], begun)


if __name__ == "__main__":
    for key, figure in measure(Path(sys.argv[1]), lambda what, part: None).items():
        print(key, figure)
