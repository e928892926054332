"""The map in a real Chromium, and `dl.GeoJSON` with the same cells: repaint, motion, playback, weight."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from bench.apart import Progress
from bench.figures import Figure, single, spread
from bench.map_pages import OURS, SCALE, THEIRS
from bench.server import Server
from reports.browser import FLAGS, PATIENCE, require_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession, Page

PAGES = ("-m", "bench.map_pages")
MEASURE = Path(__file__).parent / "browser" / "measure.js"
SCREEN, WALL = (1920, 1080), (3840, 2160)
FRAMES = 24
REPAINTS, THEIR_REPAINTS, WARM = 36, 8, 2
"""How many repaints of ours and of theirs are measured, and how many go before."""
MANY, MOUNTS, PLAYS, JOURNEYS = 200, 20, 3, 3
LEGS = (0, -5, -4, -5, 14)
"""Notches of the wheel, inwards below 0, before each drag: over city, streets, grids, micro-grids, and back."""
NOTCH = 120
DRAG = (400, 200)
PACE = 250
"""Milliseconds between two notches and after a drag: a hurried person's."""


def measure(home: Path, progress: Progress) -> dict[str, Figure]:
    """All figures of the map; one browser shows both pages, one after the other."""
    browser = require_browser("bench")
    playwright = importlib.import_module("playwright.sync_api").sync_playwright
    figures: dict[str, Figure] = {}
    with Server(home, live=False, program=PAGES) as server, playwright() as driver:
        server.wait(OURS)
        with driver.chromium.launch(executable_path=browser, args=FLAGS) as chromium:
            for done, part in enumerate((motion, repaints, weight)):
                progress("map", done / 3)
                figures |= part(chromium, server.url)
    return figures


def motion(chromium: "Browser", url: str) -> dict[str, Figure]:
    """Milliseconds of each frame while the map is dragged and zoomed through all levels, at first from nothing."""
    with ours(chromium, url, SCREEN) as page:
        taken = [frame for _ in range(JOURNEYS) for frame in journey(page)]
    return {"map.frame_ms": spread(taken, "ms"), "map.frame_max_ms": single(max(taken), "ms")}


def journey(page: "Page") -> list[float]:
    """Milliseconds of each frame of one way through all levels and back."""
    x, y = page.evaluate("bench.middle()")
    page.evaluate("bench.watch()")
    for notches in LEGS:
        page.mouse.move(x, y)
        for _ in range(abs(notches)):
            page.mouse.wheel(0, NOTCH if notches > 0 else -NOTCH)
            page.wait_for_timeout(PACE)
        for way in (1, -1):
            drag(page, way)
    return page.evaluate("bench.watched()")


def drag(page: "Page", way: int) -> None:
    """Drag the map from the middle of the screen, there or back."""
    (x, y), (dx, dy) = (side / 2 for side in SCREEN), DRAG
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + way * dx, y + way * dy, steps=20)
    page.mouse.up()
    page.wait_for_timeout(PACE)


def repaints(chromium: "Browser", url: str) -> dict[str, Figure]:
    """Milliseconds of a repaint, of both on a screen and of ours on a wall; how fast frames of ours follow."""
    with theirs(chromium, url) as page:
        slow = repainted(page, "theirs", THEIR_REPAINTS)
    with ours(chromium, url, SCREEN) as page:
        fast = repainted(page, "ours", REPAINTS)
        rates = [page.evaluate("(n) => bench.play(n)", FRAMES) for _ in range(PLAYS)]
    with ours(chromium, url, WALL) as page:
        wall = repainted(page, "ours", REPAINTS)
    return {
        "map.repaint_ms": spread(fast, "ms"),
        "map.repaint_4k_ms": spread(wall, "ms"),
        "map.geojson_repaint_ms": spread(slow, "ms"),
        "map.repaint_ratio": single(median(slow) / median(fast), "times"),
        "map.playback_fps": single(median(rates), "1/s"),
    }


def repainted(page: "Page", side: str, count: int) -> list[float]:
    """Milliseconds of `count` repaints after a few that are not counted, each with new values for every cell."""
    page.evaluate("([side, n]) => bench.load(side, n)", [side, FRAMES])
    again = "([side, k]) => bench.repaint(side, k)"
    taken = [page.evaluate(again, [side, k % FRAMES]) for k in range(1, WARM + count + 1)]
    return taken[WARM:]


def weight(chromium: "Browser", url: str) -> dict[str, Figure]:
    """Bytes of the outlines over the wire; how the heap grows over many repaints and mounts."""
    with ours(chromium, url, SCREEN) as page:
        session = page.context.new_cdp_session(page)
        figures = {"map.geometry_bytes": single(outlines(page, session), "bytes")}
        page.evaluate("([side, n]) => bench.load(side, n)", ["ours", FRAMES])
        repaint = f"async (n) => {{ for (let k = 0; k < n; k++) await bench.repaint('ours', k % {FRAMES}); }}"
        for name, work, count in (("repaints", repaint, MANY), ("mounts", "(n) => bench.mount(n)", MOUNTS)):
            page.evaluate(work, WARM)
            before = heap(session)
            page.evaluate(work, count)
            figures[f"map.heap_{name}_ratio"] = single(heap(session) / before, "times")
        return figures


def outlines(page: "Page", session: "CDPSession") -> int:
    """Bytes of the outlines of all levels as they come over the wire, each counted once, headers included."""
    asked: dict[str, str] = {}
    sizes: dict[str, int] = {}

    def begun(event: dict) -> None:
        if "/cells/" in event["request"]["url"]:
            asked[event["requestId"]] = event["request"]["url"]

    def ended(event: dict) -> None:
        if event["requestId"] in asked:
            sizes[asked[event["requestId"]]] = int(event["encodedDataLength"])

    session.on("Network.requestWillBeSent", begun)
    session.on("Network.loadingFinished", ended)
    session.send("Network.enable")
    levels = page.evaluate("bench.outlines()")
    while len(sizes) < levels:
        page.wait_for_timeout(10)
    session.send("Network.disable")
    return sum(sizes.values())


def heap(session: "CDPSession") -> float:
    """Bytes that scripts hold after everything that can be given back was, typed arrays included."""
    for _ in range(3):
        session.send("HeapProfiler.collectGarbage")
    usage = session.send("Runtime.getHeapUsage")
    return usage["usedSize"] + usage.get("backingStorageSize", 0)


@contextmanager
def ours(chromium: "Browser", url: str, size: tuple[int, int]) -> Iterator["Page"]:
    """The page of ours, drawn."""
    with _page(chromium, url + OURS, size) as page:
        page.wait_for_selector("[data-map=ready]")
        yield page


@contextmanager
def theirs(chromium: "Browser", url: str) -> Iterator["Page"]:
    """The page of `dl.GeoJSON`, its cells on the map."""
    with _page(chromium, url + THEIRS, SCREEN) as page:
        page.wait_for_function("bench.put > 0")
        yield page


@contextmanager
def _page(chromium: "Browser", address: str, size: tuple[int, int]) -> Iterator["Page"]:
    context = chromium.new_context(viewport=dict(zip(("width", "height"), size, strict=True)))
    context.set_default_timeout(PATIENCE)
    context.add_init_script(path=MEASURE)
    page = context.new_page()
    page.goto(address)
    page.evaluate("(scale) => (bench.scale = scale)", SCALE)
    yield page
    context.close()
