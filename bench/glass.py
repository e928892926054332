"""A wall in a real Chromium: how soon a critical case is on its glass, and how soon it follows a desk that steers.

`python -m bench.glass HOME [RUNS]` measures the city in `HOME`, which is left with the cases that were sent to it.
"""

import importlib
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bench.apart import Progress, apart
from bench.figures import Figure, spread
from bench.streaming import Members, members_of
from bench.walls import WALL, Asked, report, served
from reports.browser import FLAGS, PATIENCE, require_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

GLASS, DESK = {"width": 1920, "height": 1080}, {"width": 1440, "height": 900}
RUNS = 20
FRAME = "document.querySelector('.stage-frame.on')?.contentWindow"
WHOLE = f"() => {FRAME}?.jingwei?.whole?.()"
PICTURE = "(id) => document.querySelector('.stage-frame.on').title.startsWith(`alarm ${id} `)"
BAND = "() => !document.querySelector('[data-part=alarm]').hidden"
CALM = f"() => document.querySelector('[data-part=alarm]').hidden && {FRAME}?.jingwei?.whole?.()"
SHOWS = f"""([unit, before]) => {{
  const inside = {FRAME};
  const there = inside.jingwei.map?.of("map")?.model.fit_key.startsWith(`${{unit}}|`);
  return there && inside.document.querySelector(".headline").textContent !== before;
}}"""
"""Whether the wall shows a unit: its map is going there, and the sentence above is another."""
SENTENCE = f"() => {FRAME}.document.querySelector('.headline').textContent"
UNITS = "() => [...document.querySelectorAll('.cell-ranking a.rank')].map((row) => row.getAttribute('href'))"


def measure(home: Path, progress: Progress, runs: int = RUNS) -> dict[str, Figure]:
    """Milliseconds until a wall's glass shows an alarm, its picture too, and where a desk went.

    The alarm is counted from sending the case by HTTP, the desk from its going to another unit. The city is alive.
    `wall.steer_ms` is with a desk in the same browser, which draws as much on the same processors;
    `wall.steer_far_ms` with one that draws elsewhere: only what its page sends is sent.
    """
    browser = require_browser("bench")
    playwright = importlib.import_module("playwright.sync_api").sync_playwright
    members = apart(members_of, home, progress=progress)
    with served(home) as server, playwright() as driver:
        asked = Asked(server.port)
        asked.calm()
        with driver.chromium.launch(executable_path=browser, args=FLAGS) as chromium:
            wall = _page(chromium, f"{server.url}{WALL}", GLASS)
            wall.wait_for_function(WHOLE)
            alarms = [_alarm(server.url, asked, wall, members, progress, n / runs) for n in range(runs)]
            desk = _page(chromium, f"{server.url}/?lang=en", DESK)
            units = _units(desk)
            changed, whole = _steered(wall, desk, units, progress, runs)
            desk.close()
            far = _steered_from_afar(wall, asked, units, progress, runs)
    return {
        "wall.alert_ms": spread([band for band, _ in alarms], "ms"),
        "wall.alert_picture_ms": spread([picture for _, picture in alarms], "ms"),
        "wall.steer_ms": spread(changed, "ms"),
        "wall.steer_whole_ms": spread(whole, "ms"),
        "wall.steer_far_ms": spread(far, "ms"),
    }


def _page(chromium: "Browser", url: str, size: dict[str, int]) -> "Page":
    page = chromium.new_context(viewport=size).new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(url)
    return page


def _alarm(
    url: str, asked: Asked, wall: "Page", members: Members, progress: Progress, part: float
) -> tuple[float, float]:
    """Until the band of an alarm is there, and until its picture has come."""
    progress("glass", part / 2)
    begun = time.perf_counter()
    case_id = report(url, members)
    wall.wait_for_function(BAND, polling="raf")
    band = 1000 * (time.perf_counter() - begun)
    wall.wait_for_function(PICTURE, arg=case_id, polling="raf")
    picture = 1000 * (time.perf_counter() - begun)
    asked.send("note", case=case_id, spell=1, by="bench")
    wall.wait_for_function(CALM)
    return band, picture


def _units(desk: "Page") -> list[str]:
    """The addresses that a desk goes to."""
    desk.wait_for_function("() => document.querySelector('.cell-ranking a.rank') && window.jingwei.whole()")
    return desk.evaluate(UNITS)


def _steered(
    wall: "Page", desk: "Page", units: list[str], progress: Progress, runs: int
) -> tuple[list[float], list[float]]:
    """Each time from the desk's going to a unit until the wall's picture is of it, and until it is whole."""
    desk.evaluate("localStorage.setItem('jingwei.name', 'bench')")
    desk.click(".desk-menu summary")
    desk.click(f"[data-wall-take={WALL.split('/')[-1]}]")
    wall.wait_for_selector(".steered:not([hidden])")
    wall.wait_for_function(WHOLE)
    changed, whole = [], []
    for n in range(runs):
        progress("glass", 0.5 + n / runs / 4)
        began, before = _begun(wall)
        desk.evaluate("(url) => void setTimeout(() => jingwei.nav.to(url))", units[n % len(units)])
        changed.append(_shown(wall, units[n % len(units)], before, began))
        wall.wait_for_function(WHOLE, polling="raf")
        whole.append(1000 * (time.perf_counter() - began))
        desk.wait_for_function("() => window.jingwei.whole()")
    desk.click("#desk button")
    return changed, whole


def _steered_from_afar(wall: "Page", asked: Asked, units: list[str], progress: Progress, runs: int) -> list[float]:
    """The same, until the picture is of it, by a desk whose browser is on another machine."""
    asked.send("steer", by="bench", address="/?lang=en")
    wall.wait_for_selector(".steered:not([hidden])")
    wall.wait_for_function(WHOLE)
    changed = []
    for n in range(runs):
        progress("glass", 0.75 + n / runs / 4)
        began, before = _begun(wall)
        asked.send("steer", by="bench", address=units[n % len(units)])
        changed.append(_shown(wall, units[n % len(units)], before, began))
        wall.wait_for_function(WHOLE)
    asked.send("let-go", by="bench")
    return changed


def _begun(wall: "Page") -> tuple[float, str]:
    before = wall.evaluate(SENTENCE)
    return time.perf_counter(), before


def _shown(wall: "Page", address: str, before: str, began: float) -> float:
    """Milliseconds since `began` when the wall shows the unit of an address."""
    unit = address.split("?")[0].split("/")[-1]
    wall.wait_for_function(SHOWS, arg=[unit, before], polling="raf")
    return 1000 * (time.perf_counter() - began)


if __name__ == "__main__":
    for key, figure in measure(Path(sys.argv[1]), lambda what, part: None, *map(int, sys.argv[2:])).items():
        print(key, figure)
