"""A wall as its screens show it: scaled, scenes in turn and in step, paused by a touch, taken by an alarm."""

import time

import pytest
from walled import BOX, SHOWN, SMALL, reported, screen_of, state, until

pytestmark = pytest.mark.browser
HEAR = """() => {
  window.heard = [];
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (at) {
    window.heard.push([this.frequency.value, this.context.state]);
    return start.call(this, at);
  };
}"""


def counted(page) -> int:
    """Which of the scenes is on screen, from 1."""
    return int(page.locator(".count").inner_text().split()[0])


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (3840, 2160), (1680, 1200), (2600, 900)])
def test_a_canvas_is_scaled_as_a_whole_and_never_stretched(visit, walled, width, height):
    page = screen_of(visit, walled, "still?lang=en", width, height)
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


def test_scenes_turn_within_one_page_and_screens_are_in_step(visit, walled):
    first = screen_of(visit, walled, "duty?lang=en")
    second = screen_of(visit, walled, "duty/side?lang=en&theme=paper")
    begun = [page.evaluate("performance.timeOrigin") for page in (first, second)]
    scenes = set()
    for _ in range(3):
        title = first.locator(".scene").inner_text()
        scenes.add(title)
        comes = {"Open": "overdue", "Overdue": "open_cases"}[title]
        metric = f"() => new URLSearchParams({SHOWN}.location.search).get('metric') === '{comes}'"
        for page in (first, second):
            page.wait_for_function(metric, timeout=40_000)
        layouts = [page.evaluate(f"{SHOWN}.location.pathname") for page in (first, second)]
        assert layouts[1] == "/stage/stream/21x9" and layouts[0].endswith("/16x9")
    assert scenes == {"Open", "Overdue"}
    assert [page.evaluate("performance.timeOrigin") for page in (first, second)] == begun
    first.wait_for_function("() => document.querySelectorAll('iframe').length <= 2")
    told = [first.locator(".faults").inner_text()]
    for _ in range(2):
        first.wait_for_function("(told) => document.querySelector('.faults').textContent !== told", arg=told[-1])
        told.append(first.locator(".faults").inner_text())
    assert all(text.startswith("Faults: 3. walls.yaml:") for text in told)
    for text in (
        "no unit 999999",
        "no metric called overdu, did you mean overdue",
        "no key called secnods",
    ):
        assert [line for line in told if text in line], text
        assert text in first.locator(".faults").get_attribute("title")


def test_any_touch_pauses_and_it_goes_on_with_the_scene_as_it_was(visit, walled):
    page = screen_of(visit, walled, "duty?lang=en")
    page.mouse.click(700, 600)
    page.wait_for_selector(".paused:not([hidden])")
    turn = state(walled)["turn"]
    assert turn["paused"]
    until(page, lambda: counted(page) == turn["scene"] + 1)
    title = page.locator(".scene").inner_text()
    page.wait_for_timeout(15_000)  # longer than a scene stands: what must not happen cannot be waited for
    assert page.locator(".scene").inner_text() == title
    page.frame_locator(".stage-frame.on").locator("a.rank").first.click()
    page.wait_for_function(f"() => {SHOWN}.location.search.includes('unit=')")
    page.keyboard.press("Escape")
    page.wait_for_selector(".paused", state="hidden")
    page.wait_for_function(f"() => !{SHOWN}.location.search.includes('unit=')")
    before = state(walled)["turn"]["scene"]
    page.click("[data-act=next]")
    gone = "(was) => !document.querySelector('.count').textContent.startsWith(was)"
    page.wait_for_function(gone, arg=f"{before + 1} ")


def test_a_scene_that_is_touched_stays_though_its_turn_is_over(visit, walled):
    page = screen_of(visit, walled, "duty?lang=en")
    late = []
    page.route("**/stage/**", lambda route: late.append(route))
    until(page, lambda: late and counted(page) != state(walled)["turn"]["scene"] + 1)
    touched = counted(page)
    page.mouse.click(700, 600)
    page.wait_for_selector(".paused:not([hidden])")
    page.evaluate(f"{SHOWN}.touched = true")
    for route in late:
        route.continue_()
    page.unroute("**/stage/**")
    page.wait_for_timeout(5000)  # what must not happen cannot be waited for
    assert counted(page) == state(walled)["turn"]["scene"] + 1 == touched
    assert page.evaluate(f"{SHOWN}.touched")


def test_a_critical_case_takes_the_wall_until_somebody_takes_note(visit, walled):
    page = screen_of(visit, walled, "still?lang=en")
    name = f"WALL-{time.time():.0f}"
    begun = time.monotonic()
    assert reported(walled, name, 5 * 86_400)["accepted"] == 1
    page.wait_for_selector(".alarm:not([hidden])")
    page.wait_for_function(f"() => {SHOWN}.location.pathname === '/stage/incident/16x9'")
    print(f"\non the wall after {time.monotonic() - begun:.2f} s")
    told = page.locator(".alarm").inner_text()
    assert "not accepted" in told and "Answers:" in told
    assert "place=113.66,34.76" in page.evaluate(f"decodeURIComponent({SHOWN}.location.search)")
    below = "(alarm) => alarm.offsetTop >= document.querySelector('.strip').offsetHeight"
    assert page.locator(".alarm").evaluate(below)
    page.click("[data-act=note]")
    page.wait_for_selector(".alarm", state="hidden")
    page.wait_for_function(f"() => {SHOWN}.location.pathname === '/stage/map/16x9'")
    assert state(walled, "still")["alarm"] is None


def test_an_alarm_is_heard_once_somebody_has_touched_the_page_also_after_it_was_loaded_anew(visit, walled):
    touched, silent = (screen_of(visit, walled, "still?lang=en") for _ in range(2))
    assert all(page.locator("[data-act=allow]").is_visible() for page in (touched, silent))
    touched.click("[data-act=allow]")
    touched.wait_for_selector("[data-part=sound]", state="hidden")
    with touched.expect_navigation():
        touched.evaluate("setTimeout(() => location.reload())")
    touched.wait_for_selector("[data-part=sound]", state="hidden")
    for page in (touched, silent):
        page.evaluate(HEAR)
    reported(walled, f"HEARD-{time.time():.0f}", 5 * 86_400)
    touched.wait_for_function("() => heard.length")
    silent.wait_for_selector(".alarm:not([hidden])")
    touched.wait_for_timeout(1000)  # it is not rung again: what must not happen cannot be waited for
    assert touched.evaluate("heard") == [[880, "running"], [660, "running"]] * 3
    assert silent.evaluate("heard") == []
