"""A wall as its screens show it: scenes in turn and in step, alarms, a desk that steers, a server that goes."""

import json
import subprocess
import sys
import time
import urllib.request

import pytest
from feeds import written
from serving import ROOT, Server

pytestmark = pytest.mark.browser
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
      - {key: one, title: {zh: 在办, en: Open}, view: "/?metric=open_cases&layers=", seconds: 8}
      - {key: two, title: {zh: 超期, en: Overdue}, view: "/?metric=overdue&layers=", layout: figures, seconds: 8}
      - {key: lost, title: {zh: 不存在, en: Gone}, view: "/unit/999999"}
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


@pytest.fixture(scope="module")
def server(tmp_path_factory, chromium):
    """The real server on the small city as of now, with walls and a feed of cases of its own."""
    home = tmp_path_factory.mktemp("walled")
    with (home / "build.log").open("wb") as log:
        founding = [sys.executable, "-c", FOUND, str(home)]
        built = subprocess.run(founding, cwd=ROOT, stdout=log, stderr=log, timeout=120)
    assert built.returncode == 0, (home / "build.log").read_text()
    (home / "walls.yaml").write_text(WALLS, "utf-8")
    given = {"walls": home / "walls.yaml", "feeds": written(home, FEEDS), "live": False}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOTLINE_TOKEN", "h")
        running = Server(home, **given)
        running.given = given
        yield running
        running.stop()


@pytest.fixture(autouse=True)
def calm(server):
    """No alarm, nobody steers, nothing is paused."""
    while alarm := state(server)["alarm"]:
        send(server, "note", case=alarm["case"], spell=alarm["spell"], by="test")
    for what in ("resume", "let-go"):
        send(server, what, by=(state(server)["steered"] or {"by": "test"})["by"])


def state(server, wall="duty"):
    with urllib.request.urlopen(f"{server.url}/wall/{wall}/state", timeout=10) as answer:
        return json.load(answer)


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
    headers = {"Authorization": "Bearer h", "Content-Type": "application/x-ndjson"}
    asked = urllib.request.Request(f"{server.url}/ingest/hotline", json.dumps(line).encode(), headers)
    with urllib.request.urlopen(asked, timeout=10) as answer:
        return json.load(answer)


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (3840, 2160), (1680, 1200), (2600, 900)])
def test_a_canvas_is_scaled_as_a_whole_and_never_stretched(visit, server, width, height):
    page = screen_of(visit, server, "still?lang=en", width, height)
    scale = min(width / 1920, height / 1080)
    _, _, wide, high = page.locator(".wall").evaluate(BOX)
    assert (wide, high) == (pytest.approx(1920 * scale, rel=0.01), pytest.approx(1080 * scale, rel=0.01))
    inside = page.frames[-1]
    assert inside.evaluate("[innerWidth, innerHeight]") == [1920, 1020]
    assert inside.evaluate("devicePixelRatio") == pytest.approx(scale, rel=0.01)
    strip, stage = (page.locator(part).evaluate(BOX) for part in (".strip", ".stages"))
    assert strip[1] + strip[3] <= stage[1] + 1
    left, top, *_ = page.locator(".wall").evaluate(BOX)
    assert abs(left - (width - wide) / 2) <= 6 * scale and abs(top - (height - high) / 2) <= 6 * scale
    assert page.evaluate(SMALL) == []


def test_scenes_turn_within_one_page_and_screens_are_in_step(visit, server):
    first = screen_of(visit, server, "duty?lang=en")
    second = screen_of(visit, server, "duty/side?lang=en&theme=paper")
    begun = [page.evaluate("performance.timeOrigin") for page in (first, second)]
    scenes = set()
    for _ in range(3):
        title = first.locator(".scene").inner_text()
        scenes.add(title)
        gone = "(title) => document.querySelector('.scene').textContent !== title"
        for page in (first, second):
            page.wait_for_function(gone, arg=title, timeout=20_000)
            page.wait_for_function(ON)
        metric = "new URLSearchParams(location.search).get('metric')"
        shown = [page.evaluate(f'{SHOWN}.eval("{metric}")') for page in (first, second)]
        assert shown[0] == shown[1] in ("open_cases", "overdue")
        layouts = [page.evaluate(f"{SHOWN}.location.pathname") for page in (first, second)]
        assert layouts[1] == "/stage/stream/21x9" and layouts[0].endswith("/16x9")
    assert scenes == {"Open", "Overdue"}
    assert [page.evaluate("performance.timeOrigin") for page in (first, second)] == begun
    first.wait_for_function("() => document.querySelectorAll('iframe').length <= 2")
    assert "1 scenes left out" in first.locator(".faults").inner_text()
    assert "999999" in first.locator(".faults").get_attribute("title")


def test_any_touch_pauses_and_it_goes_on_with_the_scene_as_it_was(visit, server):
    page = screen_of(visit, server, "duty?lang=en")
    page.mouse.click(700, 600)
    page.wait_for_selector(".paused:not([hidden])")
    assert state(server)["turn"]["paused"]
    title = page.locator(".scene").inner_text()
    page.wait_for_timeout(9000)  # longer than a scene stands: what must not happen cannot be waited for
    assert page.locator(".scene").inner_text() == title
    page.frame_locator(".stage-frame.on").locator("a.rank").first.click()
    page.wait_for_function(f"() => {SHOWN}.location.search.includes('unit=')")
    page.keyboard.press("Escape")
    page.wait_for_selector(".paused", state="hidden")
    page.wait_for_function(f"() => !{SHOWN}.location.search.includes('unit=')")
    before = state(server)["turn"]["scene"]
    page.click("[data-act=next]")
    gone = "(was) => !document.querySelector('.count').textContent.startsWith(was)"
    page.wait_for_function(gone, arg=f"{before + 1} ")


def test_a_desk_takes_a_wall_steers_it_and_lets_it_go(visit, server):
    wall = screen_of(visit, server, "still?lang=en")
    desk = visit(f"{server.url}/?lang=en")
    desk.click(".desk-menu summary")
    desk.click("[data-wall-take=still]")
    desk.fill(".desk-form input[name=by]", "Li Ming")
    desk.keyboard.press("Enter")
    wall.wait_for_selector(".steered:not([hidden])")
    assert "Li Ming" in wall.locator(".steered").inner_text()
    desk.locator(".cell-ranking a.rank").first.click()
    desk.wait_for_url("**/unit/**")
    unit = desk.evaluate("location.pathname.split('/')[2]")
    at = f"() => new URLSearchParams({SHOWN}.location.search).get('unit') === '{unit}' && {SHOWN}.jingwei.whole()"
    wall.wait_for_function(at)
    desk.go_back()
    wall.wait_for_function(f"() => new URLSearchParams({SHOWN}.location.search).get('unit') === null")
    other = visit(f"{server.url}/?lang=en")
    other.evaluate("localStorage.setItem('jingwei.name', 'Wang Fang')")
    visit.faults.clear()
    other.click(".desk-menu summary")
    other.click("[data-wall-take=still]")
    other.wait_for_selector(".desk-form p")
    assert "Li Ming" in other.locator(".desk-form p").inner_text()
    other.click(".desk-form button:not([type=button])")
    wall.wait_for_function("() => document.querySelector('.steered').textContent.includes('Wang Fang')")
    desk.wait_for_function("() => document.querySelector('#desk').textContent.includes('Wang Fang')")
    other.click("#desk button")
    wall.wait_for_selector(".steered", state="hidden")
    wall.wait_for_function(f"() => {SHOWN}.location.pathname === '/stage/map/16x9'")
    assert all(fault.startswith(("409", "console error")) and "409" in fault for fault in visit.faults)
    visit.faults.clear()


def test_what_a_desk_looks_at_becomes_a_scene(visit, server):
    wall = screen_of(visit, server, "duty?lang=en")
    desk = visit(f"{server.url}/unit/410105?lang=en&metric=opened")
    desk.evaluate("localStorage.setItem('jingwei.name', 'Li Ming')")
    desk.click(".desk-menu summary")
    desk.click("[data-wall-add=duty]")
    desk.fill(".desk-form input[name=title]", "Jinshui today")
    desk.fill(".desk-form input[name=seconds]", "6")
    desk.keyboard.press("Enter")
    desk.wait_for_function("() => document.querySelector('#desk').textContent.includes('Added')")
    scene = state(server)["scenes"][-1]
    assert (scene["title"]["en"], scene["seconds"]) == ("Jinshui today", 6) and "unit=410105" in scene["query"]
    comes = "() => document.querySelector('.scene').textContent === 'Jinshui today'"
    wall.wait_for_function(comes, timeout=30_000)
    asked = urllib.request.Request(f"{server.url}/wall/duty/scenes/{scene['saved']}", method="DELETE")
    urllib.request.urlopen(asked, timeout=10).close()


def test_a_critical_case_takes_the_wall_until_somebody_takes_note(visit, server):
    page = screen_of(visit, server, "still?lang=en")
    name = f"WALL-{time.time():.0f}"
    begun = time.monotonic()
    assert reported(server, name, 5 * 86_400)["accepted"] == 1
    page.wait_for_selector(".alarm:not([hidden])")
    page.wait_for_function(f"() => {SHOWN}.location.pathname === '/stage/incident/16x9'")
    print(f"\non the wall after {time.monotonic() - begun:.2f} s")
    told = page.locator(".alarm").inner_text()
    assert "not accepted" in told and "Answers:" in told
    assert "place=113.66,34.76" in page.evaluate(f"decodeURIComponent({SHOWN}.location.search)")
    assert page.locator(".alarm").evaluate(BOX)[1] >= page.locator(".strip").evaluate(BOX)[3] - 1
    page.click("[data-act=note]")
    page.wait_for_selector(".alarm", state="hidden")
    page.wait_for_function(f"() => {SHOWN}.location.pathname === '/stage/map/16x9'")
    assert state(server, "still")["alarm"] is None


def test_a_server_that_goes_leaves_the_picture_and_comes_back_without_a_reload(visit, server):
    page = screen_of(visit, server, "duty?lang=en")
    begun, frame = page.evaluate("performance.timeOrigin"), page.evaluate(f"{SHOWN}.performance.timeOrigin")
    server.stop()
    page.wait_for_selector("html[data-lost]", timeout=30_000)
    assert "Link lost since" in page.locator(".live").inner_text()
    page.wait_for_timeout(10_000)  # longer than a scene stands: the last picture must still be there
    assert page.evaluate(f"{SHOWN}.performance.timeOrigin") == frame
    server.start(**server.given)
    page.wait_for_selector("html:not([data-lost])", timeout=30_000)
    page.wait_for_function(f"(frame) => {SHOWN}.performance.timeOrigin !== frame", arg=frame, timeout=40_000)
    page.wait_for_function(ON)
    assert page.evaluate("performance.timeOrigin") == begun
    assert all("ERR_CONNECTION" in fault or "Failed to fetch" in fault for fault in visit.faults), visit.faults
    visit.faults.clear()
