"""Streaming: readings come in by HTTP for minutes while a browser looks around; events are timed to the screen."""

import http.client
import importlib
import json
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bench.apart import Progress, apart
from bench.figures import Figure, single, spread
from bench.places import settings_of
from bench.server import Server
from bench.viewing import WINDOW, drill, view
from data_access.errors import JingweiError
from data_access.opening import open_city
from data_access.store.declare import stamp
from reports.browser import FLAGS, PATIENCE, require_browser

if TYPE_CHECKING:
    from playwright.sync_api import Page

SECONDS, RATE, ROWS = 300.0, 52_000, 20_000
"""For how long readings are sent, how many a second, and how many in one body."""
LATE = 60
"""Seconds by which readings are late: at more of them a second than there are devices, they gain on the clock."""
BROWSE_EVERY = 5
"""One look around for so many events."""
TOKEN = "bench"
FEEDS = """\
feeds:
  - {key: bench, title: Bench, network: iot, interval: 5 min, carries: reading, format: csv, time_format: epoch,
     source: {adapter: http, token_env: BENCH_TOKEN}}
  - {key: events, title: Events, network: government, interval: 5 min, carries: case_step,
     source: {adapter: http, token_env: BENCH_TOKEN}}
"""
NUMBER = "() => document.querySelector('.kpi .kpi-value').textContent"
CHANGED = "(before) => document.querySelector('.kpi .kpi-value').textContent !== before"


@dataclass(frozen=True)
class Members:
    """What is needed to make readings and cases of a city: codes of devices, a place, a type."""

    codes: list[str]
    place: tuple[float, float]
    type: str


def measure(home: Path, progress: Progress, seconds: float = SECONDS) -> dict[str, Figure]:
    """Serve the city in `home`, send it readings for `seconds`, and browse.

    Rows a second, over all and by the second; of each body, event and page view how long it took.
    """
    browser = require_browser("bench")
    playwright = importlib.import_module("playwright.sync_api").sync_playwright
    members = apart(members_of, home, progress=progress)
    with tempfile.TemporaryDirectory(prefix="jingwei-feeds-") as folder:
        (Path(folder) / "feeds.yaml").write_text(FEEDS, "utf-8")
        given = {"JINGWEI_FEEDS": f"{folder}/feeds.yaml", "BENCH_TOKEN": TOKEN}
        with Server(home, live=False, given=given) as server, playwright() as driver:
            server.wait()
            with driver.chromium.launch(executable_path=browser, args=FLAGS) as chromium:
                watched, browsed = (chromium.new_context(viewport=WINDOW).new_page() for _ in range(2))
                for page in (watched, browsed):
                    view(page, server.url)
                here, sender = _begin(server.url, members.codes, seconds)
                seen, views = _watch(server.url, members, watched, browsed, sender, seconds, progress)
                rates, took = here.recv()
                sender.join()
    return {
        "live.rows_per_s": single(sum(rates) / len(rates), "rows/s"),
        "live.second_rows": spread(rates, "rows"),
        "live.batch_ms": spread(took, "ms"),
        "live.to_screen_ms": spread(seen, "ms"),
        "live.view_ms": spread(views, "ms"),
    }


def members_of(home: Path, progress: Progress) -> Members:
    """The members of the city in `home`."""
    city = open_city(settings_of(home))
    try:
        d = city.devices
        return Members(d["code"].tolist(), (float(d["lon"][0]), float(d["lat"][0])), city.profile.types[0].key)
    finally:
        city.close()


def _watch(
    url: str,
    members: Members,
    watched: "Page",
    browsed: "Page",
    sender: object,
    seconds: float,
    progress: Progress,
) -> tuple[list[float], list[float]]:
    """Until the sender ends: open a case, wait until the number of open ones changes; now and then look around.

    Returns milliseconds from each event to the screen, and of each page view.
    """
    seen, views, begun = [], [], time.monotonic()
    post = Post(url, "events", "application/x-ndjson")
    while sender.is_alive() and time.monotonic() < begun + seconds:
        progress("live", (time.monotonic() - begun) / seconds)
        before, at = watched.evaluate(NUMBER), time.time()
        lon, lat = members.place
        event = {"case_id": f"BENCH{at:.3f}", "step": "reported", "at": stamp(at).isoformat(), "source": "iot"}
        place = {"type": members.type, "lon": lon, "lat": lat}
        receipt = post.send(json.dumps(event | place).encode())
        if receipt["accepted"] != 1:
            raise JingweiError(f"The event was not taken: {receipt}")
        watched.wait_for_function(CHANGED, arg=before, polling=50, timeout=PATIENCE)
        seen.append(1000 * (time.time() - at))
        if len(seen) % BROWSE_EVERY == 0:
            views.append(view(browsed, url))
            drill(browsed)
    return seen, views


class Post:
    """Posts bodies to one feed on one connection."""

    def __init__(self, url: str, feed: str, form: str):
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        self._path = f"/ingest/{feed}"
        self._headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": form}

    def send(self, body: bytes) -> dict:
        """The receipt. Waits and sends again where the server asks for it; raises JingweiError for a refusal."""
        while True:
            self._connection.request("POST", self._path, body, self._headers)
            answer = self._connection.getresponse()
            told = answer.read()
            if answer.status == 429:
                time.sleep(float(answer.headers["Retry-After"]))
            elif answer.status >= 300:
                raise JingweiError(f"{self._path} answered {answer.status}: {told[:300]!r}")
            else:
                return json.loads(told)


def _begin(url: str, codes: list[str], seconds: float) -> tuple[Connection, object]:
    context = get_context("spawn")
    here, there = context.Pipe(duplex=False)
    sender = context.Process(target=_send, args=(there, url, codes, seconds), daemon=True)
    sender.start()
    there.close()
    return here, sender


def _send(there: Connection, url: str, codes: list[str], seconds: float) -> None:
    """Send new readings at RATE; tells the rows accepted in each second, and the milliseconds of each body."""
    post, accepted, took = Post(url, "bench", "text/csv"), [0] * int(seconds), []
    begun = time.monotonic()
    for n, body in enumerate(_bodies(codes)):
        wait = begun + n * ROWS / RATE - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        sent = time.monotonic()
        receipt = post.send(body)
        now = time.monotonic()
        if int(now - begun) >= len(accepted):
            break
        accepted[int(now - begun)] += receipt["accepted"]
        took.append(1000 * (now - sent))
    there.send((accepted, took))


def _bodies(codes: list[str]) -> Iterator[bytes]:
    """Bodies of ROWS readings: all devices in turn, each turn a second later, from LATE ago on."""
    start, turn = int(time.time()) - LATE, 0
    while True:
        rows = ["device,at,value"]
        for _ in range(ROWS):
            rows.append(f"{codes[turn % len(codes)]},{start + turn // len(codes)},{turn % 50}.{turn % 10}")
            turn += 1
        yield "\n".join(rows).encode()
