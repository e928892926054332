"""Areas marked on the map, and the map by keyboard."""

import pytest
import screen

pytestmark = pytest.mark.browser
NAMES = "async () => (await jingwei.map.of('map').pointer.parts.names).ids.length"


def drag(page, start, end):
    box = page.locator("#map").bounding_box()
    points = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in (start, end)]
    page.mouse.move(*points[0])
    page.mouse.down()
    page.mouse.move(*points[1], steps=6)
    page.mouse.up()


def test_a_rectangle_gives_the_same_panels_and_a_link(server, visit):
    page = visit(f"{server.url}/?lang=en")
    whole = screen.kpis(page)
    page.click(".tool-rectangle")
    assert page.locator(".map-hint").is_visible()
    drag(page, (0.45, 0.4), (0.6, 0.6))
    page.wait_for_url("**area=*")
    screen.settle(page)
    assert screen.crumbs(page)[-1].startswith("Selection of ")
    part = screen.kpis(page)
    assert len(part) == len(whole) and part != whole
    assert page.locator(".rank").count() > 0
    again = visit(page.url)
    assert screen.picture(again) == screen.picture(page)
    screen.click(page, ".tool-clear")
    assert screen.kpis(page) == whole


def test_a_polygon_is_closed_by_enter_and_given_up_by_escape(server, visit):
    page = visit(f"{server.url}/?lang=zh")
    page.click(".tool-polygon")
    box = page.locator("#map").bounding_box()
    corners = [(0.4, 0.35), (0.6, 0.35), (0.6, 0.65), (0.45, 0.6)]
    for x, y in corners:
        page.mouse.click(box["x"] + box["width"] * x, box["y"] + box["height"] * y)
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    page.wait_for_url("**area=*")
    screen.settle(page)
    assert len(screen.address(page)[1]["area"].split(";")) == 3
    before = page.url
    page.click(".tool-polygon")
    page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5)
    page.keyboard.press("Escape")
    assert page.locator(".map-hint").is_hidden()
    assert page.url == before


def test_an_area_without_cells_is_told(server, visit):
    page = visit(f"{server.url}/?lang=en&area=0,0;1,0;1,1")
    assert "holds no cell" in page.locator(".notice").inner_text()
    assert screen.crumbs(page) == ["Zhengzhou"]


def test_the_map_by_keyboard(server, visit):
    page = visit(f"{server.url}/?lang=en")
    page.focus("#map")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".jw-tip:not([hidden])")
    first = page.locator(".jw-tip-title").inner_text()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("(t) => document.querySelector('.jw-tip-title').textContent !== t", arg=first)
    name = page.locator(".jw-tip-title").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url("**/unit/*")
    screen.settle(page)
    assert screen.crumbs(page)[-1] == name
    page.focus("#map")
    page.keyboard.press("Backspace")
    page.wait_for_function("(t) => document.querySelector('.crumbs strong').textContent !== t", arg=name)
    screen.settle(page)
    zoom = page.evaluate("jingwei.map.of('map').map.getZoom()")
    page.focus("#map")
    page.keyboard.press("+")
    page.wait_for_function("(z) => jingwei.map.of('map').map.getZoom() > z", arg=zoom)
    page.keyboard.press("0")
    page.wait_for_function("(z) => jingwei.map.of('map').map.getZoom() === z", arg=zoom)
