"""Time on the page: the window played back, gone through by hand, and left again by one key."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import screen
from moments import EPOCH

pytestmark = pytest.mark.browser
FRAME = """async () => {
  const { pointer, model } = jingwei.map.of("map");
  const matrix = await jingwei.map.data.frames(pointer.parts.level.frames[model.time.mode]);
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


ROUNDS = """() => {
  window.rounds = 0;
  let last = 99;
  new MutationObserver(() => {
    const at = Number(document.querySelector(".time-slider").value);
    if (at < last) window.rounds += 1;
    last = at;
  }).observe(document.querySelector(".time-label"), { subtree: true, childList: true });
}"""


def shown(page):
    return page.locator(".time-told").inner_text()


def thumb(page):
    return page.evaluate("Number(document.querySelector('.time-slider').value)")


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


def test_a_window_is_played_again_and_again(server, visit):
    page = visit(f"{server.url}/?window=today&lang=en")
    entries = page.evaluate("history.length")
    page.click(".time-loop")
    page.select_option(".time-speed", "16")
    page.evaluate(ROUNDS)
    page.click(".time-play")
    page.wait_for_function("rounds >= 3", timeout=20000)
    assert page.locator(".time-play[aria-label=Pause]").count() == 1
    page.click(".time-loop")
    page.wait_for_selector(".time-play[aria-label=Play]")
    screen.settle(page)
    assert (shown(page), "as_of" in screen.address(page)[1]) == ("now", False)
    assert page.evaluate("history.length") <= entries + 1


def test_the_ends_and_the_neighbours_are_a_key_away(server, visit):
    page = visit(f"{server.url}/?lang=en")
    labels = page.evaluate("jingwei.map.of('map').model.time.labels")
    page.focus(".time-slider")
    page.keyboard.press("Home")
    screen.settle(page)
    assert shown(page) == labels[0] and page.locator(".time-back").is_disabled()
    screen.click(page, ".time-on")
    assert (shown(page), page.evaluate("jingwei.map.of('map').model.time.at")) == (labels[1], 1)
    page.focus(".time-slider")
    page.keyboard.press("ArrowRight")
    screen.settle(page)
    assert shown(page) == labels[2]
    page.keyboard.press("End")
    screen.settle(page)
    assert shown(page) == "now" and page.locator(".time-on").is_disabled()
    assert not {"as_of", "since"} & screen.address(page)[1].keys()


def test_a_moment_between_two_frames_is_told_and_left_to_either_side(server, visit):
    page = visit(f"{server.url}/?lang=en&as_of=2026-03-18T01:30:07Z")
    assert shown(page) == "09:30:07"
    assert page.locator(".map-time.past").count() == 1
    assert thumb(page) == 8, "the frame that ends at 09:00"
    for act, label in (
        (".time-back", "09:00"),
        (".time-on", "10:00"),
        ("ArrowLeft", "09:00"),
        ("ArrowRight", "10:00"),
    ):
        if act.startswith("."):
            screen.click(page, act)
        else:
            page.focus(".time-slider")
            page.keyboard.press(act)
            screen.settle(page)
        assert shown(page) == label
        screen.back(page)
        assert shown(page) == "09:30:07"


def test_a_moment_before_the_first_frame_and_one_that_is_now(server, visit):
    page = visit(f"{server.url}/?lang=en&as_of=2026-03-17T16:20:00Z")
    assert (shown(page), thumb(page), page.locator(".time-back").is_disabled()) == ("00:20", 0, True)
    screen.click(page, ".time-on")
    assert shown(page) == "01:00"
    page = visit(f"{server.url}/?lang=en&as_of=2026-03-18T02:34:56Z")
    assert (shown(page), page.locator("html[data-past]").count()) == ("10:34:56", 1)


def test_the_newest_step_is_live_and_stays_so_when_the_clock_moves_on(server, visit):
    page = visit(f"{server.url}/?lang=en&metric=opened&window=1h")
    entries = page.evaluate("history.length")
    screen.click(page, "[data-mode=moving]")
    view = screen.address(page)[1]
    assert (view["since"], "as_of" in view) == ("2026-03-18T02:30:00Z", False)
    assert (shown(page), page.locator("html[data-past]").count()) == ("now", 0)
    assert page.locator("[data-mode=moving]").get_attribute("aria-pressed") == "true"
    later = int(EPOCH) + 360
    page.evaluate("(moment) => dash_clientside.set_props('moment', { data: moment })", f"1-{later}")
    page.wait_for_url("**since=2026-03-18T02:40:00Z*")
    screen.settle(page)
    assert (shown(page), "as_of" in screen.address(page)[1]) == ("now", False)
    assert page.evaluate("jingwei.map.of('map').model.time.mode") == "moving"
    assert page.evaluate("history.length") == entries + 1


@pytest.mark.parametrize("way", ["n", ".clock.past a"])
def test_going_back_to_now_ends_the_play(server, visit, way):
    page = visit(f"{server.url}/?window=30d&lang=en")
    live = screen.picture(page)
    page.click(".time-loop")
    page.click(".time-play")
    page.wait_for_selector(".clock.past a")
    page.wait_for_function("new URLSearchParams(location.search).has('as_of')")
    page.keyboard.press(way) if way == "n" else page.click(way)
    page.wait_for_selector(".time-play[aria-label=Play]")
    page.wait_for_timeout(1500)  # long enough for a play that went on to have gone to the past
    screen.settle(page)
    assert (shown(page), "as_of" in screen.address(page)[1]) == ("now", False)
    assert screen.picture(page) == live


def test_now_ends_a_play_that_has_not_begun_yet(server, visit):
    page = visit(f"{server.url}/?window=30d&lang=en")
    held = []
    page.route("**/frames/**", lambda route: held.append(route))
    with page.expect_request("**/frames/**"):
        page.click(".time-play")
    page.wait_for_selector(".time-busy:not([hidden])")
    page.keyboard.press("n")
    assert page.locator(".time-play").get_attribute("aria-label") == "Play"
    for route in held:
        route.continue_()
    screen.settle(page)
    assert (shown(page), "as_of" in screen.address(page)[1]) == ("now", False)


def test_play_waits_for_no_answer_for_ever(server, visit):
    page = visit(f"{server.url}/?window=30d&lang=en")
    held = []
    page.route("**/_dash-update-component*", lambda route: held.append(route))
    page.click(".time-loop")
    page.click(".time-play")
    page.wait_for_function("new URLSearchParams(location.search).has('as_of')")
    first = page.evaluate("location.search")
    page.wait_for_function("(first) => location.search !== first", arg=first, timeout=15000)
    assert held, "no answer was waited for"
    page.unroute("**/_dash-update-component*")  # which lets go what was held
    page.click(".time-play")
    screen.settle(page)
    found = page.evaluate(FRAME)
    assert found["same"] and found["at"] == thumb(page)


def test_play_goes_on_in_the_unit_that_is_drilled_into(server, visit):
    page = visit(f"{server.url}/?window=30d&lang=en")
    page.click(".time-loop")
    page.click(".time-play")
    page.wait_for_selector(".clock.past a")
    page.locator("a.rank").first.click()
    page.wait_for_url("**/unit/*")
    unit = page.url.split("/unit/")[1].split("?")[0]
    page.wait_for_function("(unit) => jingwei.map.of('map').model.fit_key.startsWith(unit)", arg=unit)
    before = page.evaluate("location.search")
    page.wait_for_function("(before) => location.search !== before", arg=before, timeout=20000)
    assert page.locator(".time-play[aria-label=Pause]").count() == 1
    page.click(".time-play")
    screen.settle(page)
    found = page.evaluate(FRAME)
    assert found["same"] and screen.address(page)[0] == f"/unit/{unit}"
    assert page.evaluate("jingwei.map.of('map').model.time.at") == thumb(page)


@pytest.mark.parametrize(
    ("lang", "label", "go"), [("en", "See the city as of", "Go"), ("zh", "看这一时刻的城市", "前往")]
)
def test_any_moment_may_be_given_by_keyboard(server, visit, lang, label, go):
    page = visit(f"{server.url}/?lang={lang}", timezone_id="America/New_York")
    page.focus(".time-label")
    page.keyboard.press("Enter")
    field = page.get_by_label(label).locator("input")
    assert page.evaluate("document.activeElement.type") == "datetime-local"
    assert field.get_attribute("max") == "2026-03-18T10:34:56"
    assert field.get_attribute("min") < "2025-12-31"
    assert page.get_by_role("button", name=go, exact=True).count() == 1
    field.fill("2026-03-16T21:05")
    page.keyboard.press("Enter")
    screen.settle(page)
    assert screen.address(page)[1]["as_of"] == "2026-03-16T13:05:00Z"
    assert shown(page) == "21:05" and "21:05:00" in page.locator(".past-banner").inner_text()
    assert page.locator(".moment").count() == 0
    assert page.evaluate("document.activeElement.className") == "time-label"


def test_a_moment_that_is_none_is_told(server, visit):
    page = visit(f"{server.url}/?lang=en")
    for moment, told in (("2019-05-01T12:00", "2019-05-01 12:00"), ("2031-05-01T12:00", "2031-05-01 12:00")):
        page.click(".time-label")
        page.locator(".moment input").fill(moment)
        screen.click(page, ".moment button")
        assert told in page.locator(".notice").inner_text()
        assert page.locator(".clock.past").count() == 0
    page.click(".time-label")
    page.locator(".moment input").fill("")
    page.click(".moment button")
    assert page.locator(".moment .fault").inner_text() == "Give a whole date and time"
    page.keyboard.press("Escape")
    page.locator(".moment").wait_for(state="detached")


ZONES = [
    "Asia/Shanghai",
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Casablanca",
]


@pytest.mark.parametrize("zone", ZONES)
def test_the_clock_of_a_city_is_read_as_it_goes(server, visit, zone):
    """Against Python's own reading, every 37 minutes around each change of the clock, and now and then between."""
    page = visit(f"{server.url}/?lang=en", timezone_id="Pacific/Apia")
    start = datetime(1991, 1, 1) if zone == "Asia/Shanghai" else datetime(2025, 1, 1)
    hours = [start + timedelta(hours=h) for h in range(24 * 365)]
    offsets = [t.replace(tzinfo=ZoneInfo(zone)).utcoffset() for t in hours]
    changes = [t for t, one, other in zip(hours[1:], offsets, offsets[1:], strict=False) if one != other]
    assert changes or zone == "Asia/Kathmandu"
    near = [t + timedelta(minutes=37 * n) for t in changes for n in range(-60, 60)] + hours[::50]
    texts = [t.isoformat(timespec="seconds") for t in near]
    right = [t.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") for t in near]
    assert (
        page.evaluate("([texts, zone]) => texts.map((t) => jingwei.map.moment.utc(t, zone))", [texts, zone])
        == right
    )


def test_a_window_of_its_own_says_what_is_played_instead(server, visit):
    page = visit(f"{server.url}/?lang=en&since=2026-03-17T22:10:00Z")
    assert shown(page) == "now"
    note = page.locator(".time-note")
    assert note.inner_text() == "Plays 18 Mar 00:00 – 10:34"
    screen.click(page, ".time-back")
    assert not note.is_visible() and "since" not in screen.address(page)[1]
    screen.back(page)
    assert note.is_visible() and screen.address(page)[1]["since"] == "2026-03-17T22:10:00Z"
