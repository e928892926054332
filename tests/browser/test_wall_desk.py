"""What a desk does to a wall: takes it, steers it, lets it go; adds scenes; takes note of its alarm."""

import time
import urllib.request

import pytest
from walled import SHOWN, reported, screen_of, state

pytestmark = pytest.mark.browser


def test_a_desk_takes_a_wall_steers_it_and_lets_it_go(visit, walled):
    wall = screen_of(visit, walled, "still?lang=en")
    desk = visit(f"{walled.url}/?lang=en")
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
    other = visit(f"{walled.url}/?lang=en")
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


def test_what_one_page_tells_a_wall_is_told_in_order(visit, walled):
    """What is on its way to the server is held there, so that only an order can keep the next from being first."""
    wall = screen_of(visit, walled, "duty?lang=en")
    desk = visit(f"{walled.url}/?lang=en")
    desk.evaluate("localStorage.setItem('jingwei.name', 'Li Ming')")
    desk.click(".desk-menu summary")
    desk.click("[data-wall-take=duty]")
    desk.wait_for_selector("#desk button")
    steer = slow(desk, "steer")
    with desk.expect_request("**/wall/duty/steer"):
        desk.locator(".cell-ranking a.rank").first.click()
    desk.wait_for_url("**/unit/**")
    told_in_order(desk, steer, "let-go", lambda: desk.click("#desk button"))
    wall.wait_for_selector(".steered", state="hidden")
    pause = slow(wall, "pause")
    with wall.expect_request("**/wall/duty/pause"):
        wall.mouse.click(700, 600)
    told_in_order(wall, pause, "next", lambda: wall.keyboard.press("ArrowRight"))


def slow(page, what):
    """The requests for something that are held from now on."""
    held = []
    page.route(f"**/wall/duty/{what}", lambda route: held.append(route))
    return held


def told_in_order(page, held, then, act):
    """What is held and let go when `act` has been done, and only then what `act` asks for."""
    told = []
    page.on("request", lambda request: told.append(request.url))
    act()
    page.wait_for_timeout(1000)  # not before: what must not happen cannot be waited for
    assert not [url for url in told if url.endswith(then)]
    with page.expect_response(f"**/wall/duty/{then}"):
        held[0].continue_()


def test_what_a_desk_looks_at_becomes_a_scene(visit, walled):
    wall = screen_of(visit, walled, "duty?lang=en")
    desk = visit(f"{walled.url}/unit/410105?lang=en&metric=opened")
    desk.evaluate("localStorage.setItem('jingwei.name', 'Li Ming')")
    desk.click(".desk-menu summary")
    desk.click("[data-wall-add=duty]")
    desk.fill(".desk-form input[name=title]", "Jinshui today")
    desk.fill(".desk-form input[name=seconds]", "6")
    desk.keyboard.press("Enter")
    desk.wait_for_function("() => document.querySelector('#desk').textContent.includes('Added')")
    scene = state(walled)["scenes"][-1]
    try:
        assert (scene["title"]["en"], scene["seconds"]) == ("Jinshui today", 6)
        assert "unit=410105" in scene["query"]
        comes = "() => document.querySelector('.scene').textContent === 'Jinshui today'"
        wall.wait_for_function(comes, timeout=60_000)
    finally:
        asked = urllib.request.Request(f"{walled.url}/wall/duty/scenes/{scene['saved']}", method="DELETE")
        urllib.request.urlopen(asked, timeout=10).close()


def test_a_desk_takes_note_of_an_alarm_under_its_name(visit, walled):
    wall = screen_of(visit, walled, "still?lang=en")
    reported(walled, f"NOTED-{time.time():.0f}", 5 * 86_400)
    wall.wait_for_selector(".alarm:not([hidden])")
    desk = visit(f"{walled.url}/?lang=en")
    desk.click(".desk-menu summary")
    desk.click("[data-wall-note=still]")
    desk.fill(".desk-form input[name=by]", "Li Ming")
    desk.keyboard.press("Enter")
    desk.wait_for_selector(".desk-form p")
    assert "Critical case: " in desk.locator(".desk-form p").inner_text()
    assert state(walled, "still")["alarm"], "not before it was agreed to"
    desk.click(".desk-form button:not([type=button])")
    wall.wait_for_selector(".alarm", state="hidden")
    wall.wait_for_function("() => document.querySelector('.noted').textContent === 'Li Ming took note'")
    assert state(walled, "still")["noted"]["by"] == "Li Ming"
    assert desk.evaluate("localStorage.getItem('jingwei.name')") == "Li Ming"
    desk.click(".desk-menu summary")
    desk.click("[data-wall-note=still]")
    desk.wait_for_function("() => document.querySelector('#desk').textContent.includes('no alarm')")
