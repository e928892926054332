"""Finding by the box of the header, and asking the map about a place."""

import re

import pytest
import screen

pytestmark = pytest.mark.browser
DISTRICT, STREET = "410102", "410102001"
CHOSEN = ".found[aria-selected=true]"
MARK = "document.querySelector('.shell-parts > .clock').dataset.old = '1'"
RENEWED = "!document.querySelector('.shell-parts > .clock').dataset.old"
CENTRE = "(() => { const { lat, lng } = jingwei.map.of('map').map.getCenter(); return [lng, lat]; })()"
BELOW = """([x, y]) => {
  const { map } = jingwei.map.of("map");
  const { lat, lng } = map.mouseEventToLatLng({ clientX: x, clientY: y });
  return [lng, lat];
}"""
OFF = """([lon, lat]) => {
  const { map } = jingwei.map.of("map");
  const box = map.getContainer().getBoundingClientRect();
  const { x, y } = map.latLngToContainerPoint([lat, lon]);
  const pin = document.querySelector(".jw-pin svg").getBoundingClientRect();
  return Math.hypot(pin.left + pin.width / 2 - box.left - x, pin.bottom - box.top - y);
}"""
"""How many pixels the pin's tip is off its place."""


def typed(page, text):
    """Type into the box, by keyboard alone, and wait for the answer to just that."""
    if not focused(page):
        page.keyboard.press("/")
    page.keyboard.type(text)
    page.wait_for_selector(".finder-sheet:visible >> .finder-list[aria-busy=false]", state="attached")


def focused(page):
    return page.evaluate("document.activeElement.closest('#finder') !== null")


def card(page):
    """The units that the card names, the district first."""
    page.wait_for_selector(".place-card")
    return page.locator(".place-path a").all_inner_texts()


def ids_on_card(page):
    links = page.locator(".place-path a")
    return [re.search("/unit/([^?]+)", links.nth(n).get_attribute("href"))[1] for n in range(links.count())]


def place_of(page):
    return tuple(float(part) for part in screen.address(page)[1]["place"].split(","))


def test_a_unit_is_found_by_keyboard_alone(server, visit):
    page = visit(f"{server.url}/?lang=en&window=7d")
    typed(page, "lszjd")
    first = page.locator(".found").first
    assert first.locator(".found-name").inner_text() == "Linshanzhai"
    assert first.locator(".found-path").inner_text() == "Zhongyuan District"
    assert page.locator("#finder input").get_attribute("aria-expanded") == "true"
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/unit/{STREET}?*")
    screen.settle(page)
    assert screen.crumbs(page)[-1] == "Linshanzhai"
    assert screen.address(page)[1]["window"] == "7d"
    assert not focused(page)
    assert page.locator(".finder-sheet").is_hidden()
    assert page.input_value("#finder input") == ""
    screen.back(page)
    assert screen.address(page)[0] == "/"


def test_the_arrows_choose_and_escape_clears(server, visit):
    page = visit(f"{server.url}/")
    page.keyboard.press("Control+k")
    assert focused(page)
    page.wait_for_selector(".finder-status:not(.unseen) >> text=拼音")
    typed(page, "jie")
    names = page.locator(".found-name").all_inner_texts()
    assert len(names) > 2
    assert page.locator(CHOSEN).count() == 0
    for key, n in (("ArrowDown", 0), ("ArrowDown", 1), ("ArrowUp", 0), ("ArrowUp", -1), ("ArrowDown", 0)):
        page.keyboard.press(key)
        option = page.locator(".found").nth(n)
        assert option.get_attribute("aria-selected") == "true"
        chosen = page.locator("#finder input").get_attribute("aria-activedescendant")
        assert chosen == option.get_attribute("id")
    page.keyboard.press("ArrowDown")
    assert page.locator(CHOSEN).locator(".found-name").inner_text() == names[1]
    target = page.locator(CHOSEN).get_attribute("href")
    page.keyboard.press("Escape")
    assert page.locator(".finder-sheet").is_hidden() and page.input_value("#finder input") == ""
    page.keyboard.press("Escape")
    assert not focused(page)
    typed(page, "jie")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{target.split('?')[0]}?*")
    screen.settle(page)
    assert screen.crumbs(page)[-1] == names[1]


def test_enter_before_the_answer_goes_when_it_comes(server, visit):
    page = visit(f"{server.url}/?lang=en")
    page.keyboard.press("/")
    page.keyboard.type("linshanzhai")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/unit/{STREET}?*")
    screen.settle(page)


def test_arrows_before_the_answer_choose_when_it_comes(server, visit):
    page = visit(f"{server.url}/?lang=en")
    typed(page, "jie")
    second = page.locator(".found").nth(1).get_attribute("href").split("?")[0]
    page.keyboard.press("Escape")
    held = []
    page.route("**/find?*q=jie*", lambda route: held.append(route))
    with page.expect_request("**/find?*q=jie*"):
        page.locator("#finder input").fill("jie")  # in one breath: no shorter question is asked on the way
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    assert page.locator(".found").count() == 0
    assert len(held) == 1
    held[0].continue_()
    page.wait_for_url(f"**{second}?*")
    screen.settle(page)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [1280, 1440, 1920])
def test_the_box_in_use_is_within_the_window(server, visit, lang, width):
    page = visit(f"{server.url}/?lang={lang}")
    page.set_viewport_size({"width": width, "height": 900})
    typed(page, "jie")
    for part in ("input", ".finder-sheet"):
        box = page.locator(f"#finder {part}").bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width
        assert box["width"] >= 200


def test_old_questions_are_not_waited_for(server, visit):
    page = visit(f"{server.url}/?lang=en")
    held = []
    page.route("**/find?*q=jin*", lambda route: held.append(route))
    page.keyboard.press("/")
    with page.expect_request("**/find?*q=jin*"):
        page.keyboard.type("jin")
    with page.expect_event("requestfailed", lambda r: r is held[0].request):
        page.locator("#finder input").fill("")
        typed(page, "linshanzhai")
    assert page.locator(".found-name").all_inner_texts()[0] == "Linshanzhai"


def test_the_box_outlives_the_header(server, visit):
    page = visit(f"{server.url}/?lang=en")
    typed(page, "jin")
    page.keyboard.press("ArrowDown")
    names = page.locator(".found-name").all_inner_texts()
    version, second = page.evaluate("fetch('/live').then((a) => a.json()).then((a) => a.moment)").split("-")
    for step in (1, 2):
        page.evaluate(MARK)
        page.evaluate("(data) => dash_clientside.set_props('moment', { data })", f"{version}-{int(second) + step}")
        page.wait_for_function(RENEWED)
        screen.settle(page)
        assert focused(page)
        assert page.input_value("#finder input") == "jin"
        assert page.locator(".found-name").all_inner_texts() == names
        assert page.locator(CHOSEN).count() == 1
    page.keyboard.press("Enter")
    page.wait_for_url("**/unit/*")
    screen.settle(page)
    assert not focused(page)


def test_nothing_found_and_no_server_are_told(server, visit):
    page = visit(f"{server.url}/?lang=en")
    typed(page, "nosuchname")
    status = page.locator(".finder-status")
    assert "Nothing is called “nosuchname”" in status.inner_text()
    assert page.locator(".found").count() == 0
    page.keyboard.press("Enter")
    assert screen.address(page)[0] == "/"
    page.route("**/find?*", lambda route: route.abort())
    page.locator("#finder input").fill("other")
    page.wait_for_selector(".finder-status >> text=Searching failed")
    page.locator("#finder input").fill(STREET)
    page.wait_for_selector("#finder [aria-busy=false]", state="attached")
    page.unroute("**/find?*")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/unit/{STREET}?*")
    screen.settle(page)
    visit.faults[:] = [fault for fault in visit.faults if "/find?" not in fault]


def test_the_box_speaks_the_language_of_the_page(server, visit):
    page = visit(f"{server.url}/?lang=zh")
    box = page.locator("#finder input")
    assert box.get_attribute("aria-label") == "查找" and "单元" in box.get_attribute("placeholder")
    screen.click(page, ".segment >> text=EN")
    assert box.get_attribute("aria-label") == "Find" and "unit" in box.get_attribute("placeholder")
    typed(page, "lszjd")
    assert page.locator(".found-word").first.inner_text() == "Street or town"
    page.keyboard.press("Tab")
    assert page.locator(".finder-sheet").is_hidden()
    typed(page, "lszjd")
    page.locator(".found").first.click()
    page.wait_for_url(f"**/unit/{STREET}?*")
    screen.settle(page)
    assert not focused(page) and page.locator(".finder-sheet").is_hidden()


def test_coordinates_lead_to_a_pin(server, visit):
    page = visit(f"{server.url}/unit/{STREET}?lang=en")
    lon, lat = page.evaluate(CENTRE)
    page.goto(f"{server.url}/?lang=en")
    screen.settle(page)
    page.keyboard.press("/")
    page.keyboard.type(f"{lat:.5f}, {lon:.5f}")
    page.keyboard.press("Enter")
    page.wait_for_url("**/unit/*place=*")
    screen.settle(page)
    assert place_of(page) == pytest.approx((lon, lat), abs=1e-5)
    assert page.evaluate(OFF, place_of(page)) < 2
    assert len(card(page)) >= 4


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_click_drills_and_asks_about_the_spot(server, visit, lang):
    page = visit(f"{server.url}/?lang={lang}&level=street&layers=")
    spot = [round(part) for part in page.evaluate(screen.PLACE, STREET)]
    clicked = page.evaluate(BELOW, spot)
    page.mouse.click(*spot)
    page.wait_for_url(f"**/unit/{STREET}?*")
    screen.settle(page)
    assert place_of(page) == pytest.approx(clicked, abs=1e-5)
    names, ids = card(page), ids_on_card(page)
    assert ids[:2] == [DISTRICT, STREET] and len(ids) >= 4
    assert names[:2] == screen.crumbs(page)[1:3]
    assert all(longer.startswith(shorter) for shorter, longer in zip(ids, ids[1:], strict=False))
    assert page.locator(".place-posts .post").count() >= 1
    assert page.locator(".place-card footer span").inner_text() == "{1:.5f}, {0:.5f}".format(*place_of(page))
    assert page.evaluate(OFF, place_of(page)) < 2
    for width, height in ((1440, 900), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        screen.settle(page)
        assert page.evaluate(screen.OUTSIDE) == []
        assert page.evaluate(UNDER_CARD) == []
    screen.click(page, ".place-path a >> nth=0")
    assert screen.address(page)[0] == f"/unit/{DISTRICT}"
    assert page.locator(".place-card, .jw-pin").count() == 0


UNDER_CARD = """() => {
  const card = document.querySelector(".place-card").getBoundingClientRect();
  const stage = document.querySelector(".map-stage").getBoundingClientRect();
  const faults = card.width > 320 || card.height > stage.height / 2 + 1 ? [`${card.width} by ${card.height}`] : [];
  for (const e of document.querySelectorAll(".jw-key, .layer-list, .map-controls, .map-tools, .leaflet-control")) {
    const own = e.getBoundingClientRect();
    const beside = own.right <= card.left || own.left >= card.right;
    if (!beside && own.bottom > card.top && own.top < card.bottom) faults.push(e.className);
  }
  return faults;
}"""


def test_the_right_button_asks_without_drilling_and_escape_closes(server, visit):
    page = visit(f"{server.url}/unit/{DISTRICT}?lang=en&level=street&layers=")
    before = screen.picture(page)
    page.mouse.click(*page.evaluate(screen.PLACE, STREET), button="right")
    page.wait_for_url("**place=*")
    screen.settle(page)
    assert screen.address(page)[0] == f"/unit/{DISTRICT}"
    assert ids_on_card(page)[:2] == [DISTRICT, STREET]
    assert screen.picture(page) == before
    shared = page.url
    page.focus(".time-slider")  # nothing is written there, so that it keeps no key from the page
    page.keyboard.press("Escape")
    page.wait_for_selector(".place-card", state="detached")
    screen.settle(page)
    assert "place" not in screen.address(page)[1]
    assert page.locator(".jw-pin").count() == 0
    other = visit(shared)
    assert ids_on_card(other)[:2] == [DISTRICT, STREET]
    screen.click(other, ".place-card .close")
    assert other.locator(".place-card").count() == 0


def test_a_click_beside_the_city_says_so(server, visit):
    page = visit(f"{server.url}/?lang=en&layers=")
    box = page.locator("#map").bounding_box()
    page.mouse.click(box["x"] + 40, box["y"] + box["height"] - 120)
    page.wait_for_url("**place=*")
    screen.settle(page)
    assert screen.address(page)[0] == "/"
    assert "outside the city" in page.locator(".place-card").inner_text()


def test_the_link_of_a_place_is_copied(server, visit):
    page = visit(
        f"{server.url}/?lang=en&layers=&place=113.65,34.75", permissions=["clipboard-read", "clipboard-write"]
    )
    page.click(".place-link")
    page.wait_for_selector(".place-link.copied")
    assert page.evaluate("navigator.clipboard.readText()") == page.url
