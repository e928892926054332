"""Time on the page: the window played back, gone through by hand, and left again by one key."""

import pytest
import screen

pytestmark = pytest.mark.browser
FRAME = """async () => {
  const { pointer, model } = jingwei.map.of("map");
  const matrix = await jingwei.map.data.frames(pointer.parts.level.frames);
  const exact = matrix.at(model.time.at);
  const { values } = pointer.parts.data;
  const same = exact.every((v, i) => v === values[i] || (Number.isNaN(v) && Number.isNaN(values[i])));
  const { steps } = pointer.parts.level;
  return { same, steps, played: matrix.steps, at: model.time.at, left: Boolean(pointer.parts.frame) };
}"""
PLAYED = """() => {
  window.seen = new Set();
  const { picture } = jingwei.map.of("map");
  const show = picture.show;
  picture.show = (model, parts) => {
    if (parts.frame) window.seen.add(parts.frame.label);
    show(model, parts);
  };
}"""


def shown(page):
    return page.locator(".time-label").inner_text()


def test_a_window_is_played_to_its_end(server, visit):
    page = visit(f"{server.url}/?window=30d&lang=en")
    labels = page.evaluate("jingwei.map.of('map').model.time.labels")
    assert shown(page) == "now"
    page.evaluate(PLAYED)
    page.select_option(".time-speed", "16")
    page.click(".time-play")
    page.wait_for_function("(n) => seen.size === n", arg=len(labels))
    page.wait_for_selector(".time-play[aria-label=Play]")
    screen.settle(page)
    assert "as_of" not in screen.address(page)[1]
    assert sorted(page.evaluate("[...seen]")) == sorted(labels)


def test_a_frame_is_what_every_panel_shows(server, visit):
    page = visit(f"{server.url}/?lang=en&metric=open_cases")
    page.focus(".time-slider")
    page.keyboard.press("Home")
    screen.settle(page)
    view = screen.address(page)[1]
    assert view["as_of"] and "since" not in view
    found = page.evaluate(FRAME)
    assert (found["same"], found["at"], found["left"]) == (True, 0, False)
    assert found["steps"] == found["played"]
    assert page.locator(".age-past").count() >= 6
    assert page.locator("html[data-past]").count() == 1
    told = page.locator(".past-banner").inner_text()
    assert all(told[-8:-3] in badge for badge in page.locator(".age-past").all_inner_texts())
    again = visit(page.url)
    assert screen.picture(again) == screen.picture(page)


def test_one_key_goes_back_to_now_and_back_goes_to_the_past(server, visit):
    page = visit(f"{server.url}/?lang=zh")
    live = screen.picture(page)
    for _ in range(3):
        screen.click(page, ".time-back")
    past = screen.picture(page)
    assert past != live
    page.keyboard.press("n")
    screen.settle(page)
    assert screen.picture(page) == live
    screen.back(page)
    assert screen.picture(page) == past
    screen.back(page)
    assert screen.picture(page) == live


def test_each_step_counts_its_own_hour(server, visit):
    page = visit(f"{server.url}/?lang=en&metric=opened")
    screen.click(page, ".time-back")
    whole = page.locator(".kpi-value").nth(1).inner_text()
    screen.click(page, "[data-mode=moving]")
    view = screen.address(page)[1]
    assert view["since"] < view["as_of"]
    part = page.locator(".kpi-value").nth(1).inner_text()
    assert int(part.replace(",", "")) < int(whole.replace(",", ""))
    assert page.evaluate(FRAME)["same"]
    screen.click(page, "[data-mode=cumulative]")
    assert page.locator(".kpi-value").nth(1).inner_text() == whole


def test_space_plays_and_pauses(server, visit):
    page = visit(f"{server.url}/?window=30d&lang=en")
    page.focus(".time-slider")
    page.keyboard.press(" ")
    page.wait_for_selector(".time-play[aria-label=Pause]")
    page.wait_for_function("((at) => at >= 2 && at < 20)(document.querySelector('.time-slider').value)")
    page.keyboard.press(" ")
    page.wait_for_selector(".time-play[aria-label=Play]")
    screen.settle(page)
    found = page.evaluate(FRAME)
    assert found["same"] and not found["left"]
    assert page.evaluate("Number(document.querySelector('.time-slider').value)") == found["at"]
