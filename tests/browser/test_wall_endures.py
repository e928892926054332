"""A wall outlives what happens to it: a server that goes, midnight, sleep, cuts, set clocks, releases."""

import re
import time
from types import SimpleNamespace

import pytest
from mishaps import CHARTS, LATER, blamed_on_the_script
from serving import CHROMIUM
from walled import ON, SHOWN, screen_of, state, until

from bench.soak import plan
from bench.soak.browser import OF_THE_NETWORK, Wall
from bench.soak.events import happen
from bench.soak.house import House
from bench.soak.night import Night
from bench.soak.plan import Plan
from bench.soak.run import ZONE

pytestmark = pytest.mark.browser
FIGURES = "**/stage/figures/**"
OF_THAT_TURN = """() => [...document.querySelectorAll(".stage-frame.on")]
  .some(({ title }) => title.startsWith("two@") && parseFloat(title.slice(4)) === since)"""


class Short(Plan):
    """As much as there must be of a soak, sleep of seconds only, scenes that come in time beside other tests."""

    sleep = 15.0
    seconds = 12


@pytest.fixture(scope="module")
def night(tmp_path_factory, chromium):
    """A wall of a soak's own server and browser, a few seconds before midnight by their clocks."""
    what = Short(40.0)
    ahead = what.ahead(time.time() + plan.SETTING_UP, ZONE)
    with House(tmp_path_factory.mktemp("house"), what.seconds, ahead) as house:
        house.calm()
        driver = SimpleNamespace(chromium=chromium.browser_type)
        wall = Wall(driver, str(CHROMIUM), house.url, house.ahead)
        night = Night(house, wall, what, ZONE, lambda what, part: None)
        with night.event("opening"):
            assert night.whole_again(0.0) is not None
            night.begin()
        yield night
        found = night.finished()
        wall.close()
    assert (found.console, found.page) == ([], [])


def test_midnight_brings_the_new_day(night):
    """The first of these: the night begins a few seconds before it."""
    before = night.seen()["day"]
    went = happen(night, plan.MIDNIGHT)
    assert went.faults == ()
    assert night.seen()["day"] != before and night.right(night.seen())


def into_the_rotation(state):
    """When a round of all scenes began, modulo its length."""
    scenes, turn = [scene["seconds"] for scene in state["scenes"]], state["turn"]
    return (turn["since"] - sum(scenes[: turn["scene"]])) % sum(scenes)


def test_a_new_release_loads_the_wall_anew_and_keeps_its_scene(night):
    before, state = night.seen(), night.house.state()
    went = happen(night, plan.RELEASE)
    assert (went.faults, night.course.loads) == ((), 2)
    assert night.seen()["release"] != before["release"]
    assert into_the_rotation(night.house.state()) == pytest.approx(into_the_rotation(state), abs=0.01)


def test_a_machine_that_slept_goes_on(night):
    went = happen(night, plan.SLEEP)
    assert went.faults == () and went.gone >= Short.sleep
    assert night.right(night.seen())


@pytest.mark.parametrize("name", [plan.WALL_CLOCK, plan.SERVER_CLOCK])
def test_a_clock_that_is_set_is_put_right(night, name):
    assert happen(night, name).faults == ()


@pytest.mark.parametrize(("name", "cause"), [(plan.OFFLINE, "本机没有网络"), (plan.SILENT, "服务器没有应答")])
def test_a_network_that_is_cut_is_told_with_its_cause_and_the_age_of_the_picture(night, name, cause):
    went = happen(night, name)
    assert went.faults == ()
    assert cause in went.told and re.search("画面为 00:00:[1-5]", went.told)


def test_a_server_that_is_killed_comes_back(night):
    assert happen(night, plan.KILL).faults == ()


def test_a_server_that_goes_leaves_the_picture_and_comes_back_without_a_reload(visit, walled):
    page = screen_of(visit, walled, "duty?lang=en")
    begun = page.evaluate("performance.timeOrigin")
    walled.stop()
    page.wait_for_selector("html[data-lost]", timeout=30_000)
    frame = page.evaluate(f"{SHOWN}.performance.timeOrigin")
    assert "Link lost since" in page.locator(".live").inner_text()
    page.wait_for_timeout(15_000)  # longer than a scene stands: the last picture must still be there
    assert page.evaluate(f"{SHOWN}.performance.timeOrigin") == frame
    walled.start(**walled.given)
    page.wait_for_selector("html:not([data-lost])", timeout=30_000)
    page.wait_for_function(f"(frame) => {SHOWN}.performance.timeOrigin !== frame", arg=frame, timeout=40_000)
    page.wait_for_function(ON)
    assert page.evaluate("performance.timeOrigin") == begun
    assert all(any(sign in fault for sign in OF_THE_NETWORK) for fault in visit.faults), visit.faults
    visit.faults.clear()


def test_a_scene_is_not_shown_without_its_charts(visit, walled):
    page = visit(f"{walled.url}/assets/tokens.css", settle=False)
    page.route(CHARTS, lambda route: route.abort(), times=1)
    page.goto(f"{walled.url}/wall/duty?lang=en")
    page.wait_for_selector(".stage-frame.on")
    assert page.evaluate(f"{SHOWN}.document.querySelectorAll('.chart .main-svg').length") > 0
    blamed_on_the_script(visit)


def test_a_scene_that_loads_longer_than_it_stands_is_shown_late_and_named_when_it_is(visit, walled):
    page = visit(f"{walled.url}/assets/tokens.css", settle=False)
    page.route(FIGURES, lambda route: None)  # never answered, as long as it has its turn
    until(page, lambda: state(walled)["turn"]["scene"] == 0)
    page.goto(f"{walled.url}/wall/duty?lang=en")
    title = page.locator(".scene")
    page.wait_for_function("() => document.querySelector('.scene').textContent === 'Open'")
    until(page, lambda: state(walled)["turn"]["scene"] == 1)
    since = state(walled)["turn"]["since"]
    assert title.inner_text() == "Open"
    until(page, lambda: state(walled)["turn"]["scene"] == 0)
    assert title.inner_text() == "Open"
    page.unroute(FIGURES)
    page.evaluate("(since) => { window.since = since; }", since)
    page.wait_for_function(OF_THAT_TURN, timeout=60_000)
    page.wait_for_function("() => document.querySelector('.scene').textContent === 'Overdue'")


def test_a_page_that_has_died_is_made_anew(visit, walled):
    page = screen_of(visit, walled, "still?lang=en")
    begun, frame = page.evaluate("performance.timeOrigin"), page.evaluate(f"{SHOWN}.performance.timeOrigin")
    page.evaluate(f"{SHOWN}.jingwei.whole = () => false")
    page.evaluate(LATER, 40_000)
    page.wait_for_timeout(1000)  # not dead yet: what must not happen cannot be waited for
    assert page.locator("iframe").count() == 1
    page.evaluate(LATER, 25_000)
    page.wait_for_function(f"(frame) => {SHOWN}.performance.timeOrigin !== frame", arg=frame)
    page.wait_for_function(ON)
    assert page.evaluate("performance.timeOrigin") == begun


def test_a_server_that_answers_with_errors_is_told_as_such(visit, walled):
    page = screen_of(visit, walled, "still?lang=en")
    page.route("**/state", lambda route: route.fulfill(status=503, body="{}"))
    page.wait_for_selector("html[data-lost]", timeout=30_000)
    assert "the server answers 503; picture 00:00:" in page.locator(".live").inner_text()
    page.unroute("**/state")
    page.wait_for_selector("html:not([data-lost])", timeout=30_000)
    assert all("503" in fault for fault in visit.faults), visit.faults
    visit.faults.clear()
