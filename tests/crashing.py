"""A server that is killed again and again while it is sent to, who starts it again, and who sends."""

import contextlib
import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
SERVE = [sys.executable, "-c", "from cli import main; main()", "serve"]
TOKENS = {"WATER_TOKEN": "w", "HOTLINE_TOKEN": "h"}
READY = 60.0
"""Seconds after which a started server that does not answer is taken to hang."""
RESTS = 30.0
"""Seconds in which a server that takes in no row is taken to have come to rest."""


class Supervisor:
    """Runs the real server as systemd does with Restart=always; `starts` are seconds until it answered."""

    def __init__(self, home, port, feeds):
        self.port, self.starts, self.log = port, [], home / "serve.log"
        named = {"HOME": home, "PORT": port, "FEEDS": feeds, "THREADS": 8}
        kept = {k: v for k, v in os.environ.items() if not k.startswith("JINGWEI_")} | {"PYTHONFAULTHANDLER": "1"}
        self._environment = kept | TOKENS | {f"JINGWEI_{k}": str(v) for k, v in named.items()}
        self._process = None

    def start(self):
        with self.log.open("ab") as log:
            self._begun = time.monotonic()
            self._process = subprocess.Popen(
                SERVE, cwd=ROOT, env=self._environment, stdout=log, stderr=log, start_new_session=True
            )

    def ready(self):
        """Waits until it answers, and notes how long that took since the start."""
        while not self._well():
            assert self._process.poll() is None, self.log.read_text()[-3000:]
            assert time.monotonic() - self._begun < READY, self._ended_at_what_it_does()
            time.sleep(0.02)
        self.starts.append(time.monotonic() - self._begun)

    def kill(self):
        """The whole process group at once."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)

    def kill_worker(self):
        """Only the process that serves, as the kernel does when memory is short; the other one must follow."""
        for pid in children(self._process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        assert self._process.wait(READY) != 0

    def stop(self):
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait(30)

    def _ended_at_what_it_does(self):
        """The log, with what each thread of each process was at."""
        os.killpg(self._process.pid, signal.SIGABRT)
        self._process.wait(10)
        return self.log.read_text()[-12000:]

    def _well(self):
        with contextlib.suppress(OSError, http.client.HTTPException):
            return _asked(self.port, "GET", "/healthz")[0] == 200
        return False


class Sender(threading.Thread):
    """Posts batches of one feed, each with a key of its own until it is acknowledged.

    `bodies` yields a key and the lines of a batch; `acknowledged` is all that was answered with 2xx: receipt and
    lines by key; `cut` how many answers were cut off. Ends after the batch at hand once `enough` is set.
    """

    def __init__(self, port, feed, token, bodies, enough):
        super().__init__(daemon=True)
        self.acknowledged, self.cut = {}, 0
        self._port, self._feed, self._token, self._bodies, self._enough = port, feed, token, bodies, enough

    def run(self):
        for key, lines in self._bodies:
            if self._enough.is_set():
                return
            body = "\n".join(map(json.dumps, lines)).encode()
            while (receipt := self._sent(key, body)) is None:
                time.sleep(0.05)
            self.acknowledged[key] = receipt, lines

    def _sent(self, key, body):
        headers = {"Authorization": f"Bearer {self._token}", "Idempotency-Key": key}
        headers["Content-Type"] = "application/x-ndjson"
        try:
            status, told = _asked(self._port, "POST", f"/ingest/{self._feed}", body, headers)
        except ConnectionRefusedError:
            return None
        except (OSError, http.client.HTTPException):
            self.cut += 1
            return None
        assert status in (200, 429, 503), (status, told)
        return json.loads(told) if status == 200 else None


def readings(sender, codes, start, chance):
    """Batches of readings of `codes`, each moment of each device once, beside lines that are wrong or known."""
    at, before = start, []
    for n in range(1_000_000):
        lines = []
        for _ in range(chance.randint(1, 60)):
            at += chance.choice((1, 1, 7, 300))
            lines += [{"device": code, "at": at, "value": chance.randint(0, 60)} for code in codes]
        again = before[: chance.randint(0, 3)]
        before = lines
        yield (
            f"{sender}-{n}",
            [*lines, *again, *([{"device": "nobody", "at": at, "value": 1}] if n % 5 == 0 else [])],
        )


def steps(sender, start, chance, leaf_centres):
    """Batches of steps of cases: some are opened, some that were before go on."""
    open_cases, at = [], start
    for n in range(1_000_000):
        lines = []
        for case_id in [open_cases.pop(0) for _ in range(min(len(open_cases), chance.randint(0, 5)))]:
            for name in ("accepted", "dispatched", "closed"):
                at += 1
                lines.append({"case_id": case_id, "step": name, "at": at})
        for k in range(chance.randint(1, 8)):
            at += 1
            lon, lat = chance.choice(leaf_centres)
            lines.append(
                {
                    "case_id": f"{sender}-{n}-{k}",
                    "step": "reported",
                    "at": at,
                    "lon": lon,
                    "lat": lat,
                    "type": "02",
                }
            )
            open_cases.append(f"{sender}-{n}-{k}")
        yield f"{sender}-{n}", lines


def crashes(supervisor, kills, chance):
    """Kill it so many times, at any moment of its life; it answers again each time, at the end too."""
    for n in range(kills):
        supervisor.start()
        if n % 4 == 3:
            time.sleep(chance.uniform(0.0, 4.0))
            supervisor.kill()
            continue
        supervisor.ready()
        time.sleep(chance.uniform(0.0, 1.5))
        supervisor.kill_worker() if n % 10 == 9 else supervisor.kill()
    supervisor.start()
    supervisor.ready()


def _accepted(port, feed):
    """How many rows of a feed the server has taken in, by its own figures."""
    text = _asked(port, "GET", "/metrics")[1].decode()
    found = [
        line for line in text.splitlines() if line.startswith(f'jingwei_feed_accepted_total{{feed="{feed}"}}')
    ]
    return float(found[0].split()[1]) if found else 0.0


def taken(port, feed, rows):
    """How many rows of a feed the server has taken in: all of `rows`, or what it came to rest with."""
    before, since = None, time.monotonic()
    while (now := _accepted(port, feed)) != rows and time.monotonic() - since < RESTS:
        if now != before:
            before, since = now, time.monotonic()
        time.sleep(0.2)
    return now


def fortune(seed):
    """A source of chance that a test can repeat."""
    return random.Random(seed)


def _asked(port, method, path, body=None, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def children(pid):
    """The processes that one started."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(entry.read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(entry.parent.name))
    return found
