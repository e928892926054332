"""The pages as people use them, on the real server: looking, drilling, choosing, sharing, explaining."""

import re

import pytest
import screen

from components import ids

pytestmark = pytest.mark.browser
MICROGRID = "410102001002C01M01"
"""A micro-grid of the small reference city; its id begins with those of the units it is in."""
PATH = [MICROGRID[:n] for n in (6, 9, 12, 15, 18)]
LEVELS = ["district", "street", "community", "grid", "microgrid"]
BOTH = ("地图 Map",)
"""Texts that stay the same in both languages."""
CHINESE = re.compile("[\u4e00-\u9fff]")


YESTERDAY = "2026-03-17T10:00:00Z"
"""Six in the evening of the day before, in the reference city: there is something of everything."""
DRESS = "[document.documentElement.lang, document.documentElement.dataset.theme]"
MAP_OF_PAPER = """() => {
  const { box, model, picture } = jingwei.map.of("map");
  return model.href.includes("theme=paper") && box.dataset.map === "ready" && !picture.layer._next;
}"""
ANSWER_AGAIN = """([store, told]) => {
  const own = dash_clientside.jingwei;
  const take = own.take_address;
  own.take_address = (...args) => {
    window.taken = true;
    return take(...args);
  };
  dash_clientside.set_props(store, { data: told });
}"""


@pytest.mark.parametrize(
    ("width", "height", "lang", "theme"),
    [
        (1440, 900, "zh", "night"),
        (1440, 900, "en", "paper"),
        (1920, 1080, "en", "night"),
        (3840, 2160, "zh", "paper"),
    ],
)
def test_the_whole_city_on_one_screen(server, visit, width, height, lang, theme):
    viewport = {"width": width, "height": height}
    page = visit(f"{server.url}/?lang={lang}&theme={theme}", viewport=viewport)
    assert len(page.evaluate(screen.COLOURS)) > 5
    assert page.locator(".kpi").count() == 6
    values = page.locator(".kpi-value").all_inner_texts()
    assert all(values) and sum(value != "—" for value in values) >= 4
    for rows, least in ((".case", 5), (".rank", 12), (".net", 4), (".net-cells i", 4 * 48), (".post", 1)):
        assert page.locator(rows).count() >= least, rows
    assert page.locator(".body-trend .scatterlayer path.js-line").count() >= 2
    assert page.locator(".bone, .is-failed, .is-refused").count() == 0
    outside = page.evaluate(screen.OUTSIDE)
    assert outside == [], "\n".join(outside)


def test_every_panel_comes_once(server, visit):
    asked = []
    page = visit(f"{server.url}/assets/tokens.css", settle=False)
    page.on("request", lambda r: r.method == "POST" and asked.append(r.post_data_json["output"]))
    page.goto(server.url)
    screen.settle(page)
    assert len([name for name in asked if "panel" in name]) == len({name for name in asked if "panel" in name})
    assert asked.count("map-model.data") == 1
    assert not any("drawer" in name for name in asked)


def test_drill_to_a_micro_grid_and_back(server, visit):
    page = visit(f"{server.url}/?layers=")
    page.evaluate("window.firstMap = document.querySelector('#map')")
    seen = [(page.url, screen.picture(page))]

    def note():
        assert page.evaluate("firstMap === document.querySelector('#map')")
        assert screen.crumbs(page)[-1] in page.title()
        assert page.locator(".is-failed").count() == 0
        seen.append((page.url, screen.picture(page)))

    for depth, unit in enumerate(PATH):
        if depth % 2:
            screen.click(page, f".map-controls a[href*='level={LEVELS[depth]}']")
            note()
            assert screen.address(page)[1]["level"] == LEVELS[depth]
            assert page.locator("#map").get_attribute("data-level") == str(depth + 1)
            screen.click_cell(page, unit)
        else:
            screen.click(page, f".rank[href^='/unit/{unit}?']")
        note()
        assert screen.address(page)[0] == f"/unit/{unit}"
        assert len(screen.crumbs(page)) == depth + 2
    assert screen.ranking(page) == []
    for url, picture in reversed(seen[:-1]):
        screen.back(page)
        assert page.url == url
        assert screen.picture(page) == picture
    for url, picture in seen[1:4]:
        screen.forward(page)
        assert page.url == url
        assert screen.picture(page) == picture
    screen.click(page, ".crumbs a >> nth=1")
    assert screen.address(page)[0] == f"/unit/{PATH[0]}"
    assert page.evaluate("firstMap === document.querySelector('#map')")


def test_language_and_theme(server, visit):
    page = visit(f"{server.url}/?as_of={YESTERDAY}")
    chinese, night = screen.picture(page), set(page.evaluate(screen.COLOURS))
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    screen.click(page, ".segment >> text=EN")
    assert page.locator("html").get_attribute("lang") == "en"
    assert screen.address(page)[1]["lang"] == "en"
    assert foreign(page) == []
    screen.click(page, ".segment >> text=Paper")
    assert page.locator("html").get_attribute("data-theme") == "paper"
    paper = set(page.evaluate(screen.COLOURS))
    assert len(paper) > 5 and len(paper & night) < len(paper) / 4
    fresh = visit.again(page.context, f"{server.url}/")
    assert fresh.locator("html").get_attribute("lang") == "en"
    assert fresh.locator("html").get_attribute("data-theme") == "paper"
    assert foreign(fresh) == []
    screen.click(page, ".segment >> text=中")
    screen.click(page, ".segment >> text=夜")
    assert screen.picture(page) == chinese
    assert set(page.evaluate(screen.COLOURS)) == night


def foreign(page) -> list[str]:
    """Chinese texts on an English page, but for people's names and the language's own."""
    texts = page.evaluate(
        """(kept) => [...document.body.querySelectorAll("*")].flatMap((e) => e.closest(kept) ? [] :
          [...e.childNodes].filter((n) => n.nodeType === 3).map((n) => n.textContent))""",
        ".post-name, .segment, script, style",
    )
    titles = page.evaluate(
        """[...document.querySelectorAll("[title]:not(.post-name), [aria-label]")].map((e) =>
          (e.getAttribute("title") || "") + (e.ariaLabel || ""))"""
    )
    return [text for text in texts + titles if CHINESE.search(text) and text not in BOTH]


def test_an_answer_to_an_address_that_was_left_changes_nothing(server, visit):
    page = visit(f"{server.url}/assets/tokens.css", settle=False)
    with page.expect_response(lambda r: f"{ids.ADDRESS}.data" in (r.request.post_data or "")) as came:
        page.goto(f"{server.url}/?lang=en&theme=paper&metric=opened")
    screen.settle(page)
    screen.click(page, ".segment >> text=中")
    screen.click(page, ".segment >> text=夜")
    page.evaluate(ANSWER_AGAIN, [ids.ADDRESS, came.value.json()["response"][ids.ADDRESS]["data"]])
    page.wait_for_function("window.taken")
    assert screen.address(page)[1] == {"lang": "zh", "theme": "night", "metric": "opened"}
    assert page.evaluate(DRESS) == ["zh-CN", "night"]
    assert "Jingwei" not in page.title()


def test_the_map_has_the_theme_of_its_page_whichever_answer_comes_first(server, visit):
    page = visit(f"{server.url}/?as_of={YESTERDAY}")
    held = []

    def hold_the_address(route):
        held.append(route) if f"{ids.ADDRESS}.data" in route.request.post_data else route.continue_()

    page.route("**/_dash-update-component*", hold_the_address)
    page.click(".segment >> text=昼")
    page.wait_for_function(MAP_OF_PAPER)
    assert page.evaluate(DRESS) == ["zh-CN", "night"]
    (address,) = held
    address.continue_()
    screen.settle(page)
    fresh = visit(f"{server.url}/?as_of={YESTERDAY}&theme=paper")
    assert fresh.evaluate(DRESS) == page.evaluate(DRESS) == ["zh-CN", "paper"]
    assert set(page.evaluate(screen.COLOURS)) == set(fresh.evaluate(screen.COLOURS))


def test_the_theme_is_there_before_the_first_answer(server, visit):
    page = visit(f"{server.url}/assets/tokens.css", settle=False)
    page.route("**/_dash-layout*", lambda route: None)
    for query, theme in (("", "night"), ("?theme=paper", "paper")):
        page.goto(f"{server.url}/{query}")
        assert page.locator("html").get_attribute("data-theme") == theme
    page.context.add_cookies([{"name": "theme", "value": "paper", "url": server.url}])
    page.goto(server.url)
    assert page.locator("html").get_attribute("data-theme") == "paper"


@pytest.mark.parametrize(("locale", "lang"), [("zh-CN", "zh-CN"), ("en-GB", "en")])
def test_a_new_reader_has_their_own_language(server, visit, locale, lang):
    page = visit(f"{server.url}/", locale=locale)
    assert page.locator("html").get_attribute("lang") == lang


def test_another_browser_sees_the_same_at_the_same_address(server, visit):
    page = visit(f"{server.url}/?as_of={YESTERDAY}")
    screen.click(page, ".segment >> text=7 日")
    screen.click(page, ".map-controls .menu summary")
    screen.click(page, ".menu-item[href*='metric=open_cases']")
    screen.click(page, ".layer >> text=部件")
    screen.click(page, ".layer >> text=物联设备")
    screen.click(page, ".segment >> text=管理区")
    screen.click(page, ".rank >> nth=1")
    screen.click(page, ".segment >> text=昼")
    screen.click(page, ".segment >> text=EN")
    query = screen.address(page)[1]
    assert query.pop("as_of") == YESTERDAY
    chosen = {"window": "7d", "metric": "open_cases", "tree": "zones", "theme": "paper", "lang": "en"}
    assert query == chosen | {"layers": "cases,facilities,iot"}
    other = visit(page.url, locale="zh-CN")
    assert screen.picture(other) == screen.picture(page)
    assert other.locator("html").get_attribute("data-theme") == "paper"
    assert other.locator(".layer.on").all_inner_texts() == page.locator(".layer.on").all_inner_texts()
    assert set(other.evaluate(screen.COLOURS)) == set(page.evaluate(screen.COLOURS))


def test_by_keyboard(server, visit):
    page = visit(f"{server.url}/")
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(FOCUSED))
    assert all(visible for _, visible in reached), reached
    classes = {name for name, _ in reached}
    assert {"brand", "segment", "kpi", "explain", "menu", "layer"} <= classes, classes
    page.focus(".map-controls .menu summary")
    page.keyboard.press("Enter")
    assert page.locator(".map-controls .menu-list").first.is_visible()
    page.keyboard.press("Escape")
    assert page.locator(".map-controls .menu-list").first.is_hidden()
    page.focus(".cell-stream .explain")
    page.keyboard.press("Enter")
    page.wait_for_selector(".drawer-body")
    page.keyboard.press("Escape")
    page.wait_for_selector(".drawer-body", state="detached")
    layer = page.locator(".layer >> nth=0")
    before = layer.get_attribute("aria-checked")
    layer.focus()
    page.keyboard.press("Space")
    screen.settle(page)
    assert layer.get_attribute("aria-checked") != before
    page.focus(".rank >> nth=0")
    target = page.locator(".rank >> nth=0").get_attribute("href")
    page.keyboard.press("Enter")
    screen.settle(page)
    assert page.url == server.url + target


FOCUSED = """() => {
  const e = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(e);
  const name = e.tagName === "SUMMARY" ? "menu" : e.className.split(" ")[0];
  return [name, e === document.body || (outlineStyle !== "none" && parseFloat(outlineWidth) >= 1)];
}"""


def test_a_number_is_explained(server, visit):
    page = visit(f"{server.url}/?lang=en&as_of={YESTERDAY}")
    page.click(".cell-ranking .explain")
    drawer = page.locator(".drawer-body")
    drawer.wait_for()
    facts = dict(zip(drawer.locator("dt").all_inner_texts(), drawer.locator("dd").all_inner_texts(), strict=True))
    shown = page.locator(".kpi", has_text="Closed on time")
    assert shown.locator(".kpi-value").inner_text().replace("\n", "") == facts["Value now"].replace(" ", "")
    assert facts["Fraction"] == shown.locator(".kpi-note").inner_text()
    assert facts["Window"].endswith("18:00") and " 00:00 " in facts["Window"]
    assert drawer.locator("h2").inner_text().startswith("Closed on time")
    assert drawer.locator("p").inner_text()
    assert drawer.locator("tbody tr").count() > 5
    link = drawer.locator("tbody a").first
    name = link.inner_text()
    link.click()
    screen.settle(page)
    assert screen.crumbs(page)[-1] == name
    assert drawer.count() == 0
    page.click(".cell-stream .explain")
    drawer.wait_for()
    page.click(".drawer-body .close")
    drawer.wait_for(state="detached")


def test_what_is_explained_after_one_has_gone_on_stays_closed(server, visit):
    page = visit(f"{server.url}/?lang=en")
    held = []

    def hold(route):
        if any(one["property"] == "data-asked" for one in route.request.post_data_json["inputs"]):
            held.append(route)
        else:
            route.continue_()

    page.route("**/_dash-update-component*", hold)
    with page.expect_request(lambda request: "data-asked" in (request.post_data or "")):
        page.click(".cell-ranking .explain")
    page.locator(".cell-ranking a.rank").first.click()
    page.wait_for_url("**/unit/**")
    held[0].continue_()
    screen.settle(page)
    assert page.locator(".drawer-body").count() == 0
    page.unroute("**/_dash-update-component*")
    page.click(".cell-ranking .explain")
    page.wait_for_selector(".drawer-body")


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", ["window=99d", "tree=x", "as_of=foo", "nope", "zz"]),
        ("en", ["window=99d", "tree=x", "as_of=foo", "nope", "zz"]),
    ],
)
def test_what_an_address_says_wrongly_is_told(server, visit, lang, words):
    tall = {"viewport": {"width": 1440, "height": 1400}}  # notices take height from the map, and with it detail
    page = visit(f"{server.url}/?window=99d&tree=x&as_of=foo&metric=nope&level=zz&lang={lang}", **tall)
    notices = page.locator(".notice").all_inner_texts()
    assert len(notices) == len(words)
    for word, notice in zip(words, notices, strict=True):
        assert word in notice
        assert bool(CHINESE.search(notice)) == (lang == "zh")
    whole = visit(f"{server.url}/?lang={lang}", **tall)
    assert screen.picture(page) == screen.picture(whole)


@pytest.mark.parametrize("year", [2001, 2090])
def test_a_moment_without_records_shows_now_and_says_so(server, visit, year):
    page = visit(f"{server.url}/?lang=en&as_of={year}-01-02T00:00:00Z")
    assert f"{year}-01-02 08:00" in page.locator(".notice").inner_text()
    assert page.locator(".past-banner").count() == 0
    assert screen.picture(page) == screen.picture(visit(f"{server.url}/?lang=en"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_unknown_unit_shows_the_city_and_says_so(server, visit, lang):
    page = visit(f"{server.url}/unit/999999?lang={lang}")
    notice = page.locator(".notice").inner_text()
    assert "999999" in notice and bool(CHINESE.search(notice)) == (lang == "zh")
    assert screen.picture(page) == screen.picture(visit(f"{server.url}/?lang={lang}"))
    assert page.locator(".is-failed").count() == 0


def test_an_unknown_page_leads_back(server, visit):
    page = visit(f"{server.url}/nowhere?lang=en&theme=paper")
    assert page.locator("h1").inner_text() == "There is no such page."
    screen.click(page, ".document .button")
    assert page.locator(".kpi").count() == 6
    assert page.locator("html").get_attribute("lang") == "en"
    screen.click(page, ".pages a >> text=Catalogue")
    assert page.locator(".document tbody tr").count() >= 15 + 4
    screen.back(page)
    assert page.locator(".kpi").count() == 6


def test_layers_are_drawn_and_taken_away(server, visit):
    page = visit(f"{server.url}/unit/{PATH[0]}?layers=&as_of={YESTERDAY}")
    assert screen.inked(page) == 0
    layers = page.locator(".layer").count()
    assert layers == 9
    for n in range(layers):
        screen.click(page, f".layer >> nth={n}")
        assert page.locator(f".layer >> nth={n}").get_attribute("aria-checked") == "true"
        quiet = page.locator(f".layer >> nth={n}").inner_text() == "预警"  # none was in force then
        assert (screen.inked(page) == 0) if quiet else (screen.inked(page) > 30), n
        screen.click(page, f".layer >> nth={n}")
        assert screen.inked(page) == 0
    for n, level in enumerate(LEVELS[1:], 2):
        screen.click(page, f".map-controls a[href*='level={level}']")
        assert page.locator("#map").get_attribute("data-level") == str(n)


def test_as_of_a_past_moment(server, visit):
    page = visit(f"{server.url}/?lang=en&as_of={YESTERDAY}")
    assert page.locator(".past-banner").inner_text().startswith("Past")
    assert page.locator(".past-banner").inner_text().endswith("18:00:00")
    past = screen.picture(page)
    page.reload()
    screen.settle(page)
    assert screen.picture(page) == past
    screen.click(page, ".clock .button")
    assert "as_of" not in screen.address(page)[1]
    assert page.locator(".past-banner").count() == 0
    now = screen.picture(page)
    assert now["kpis"] != past["kpis"] and now[".case"] != past[".case"]


def test_the_tree_of_zones(server, visit):
    page = visit(f"{server.url}/?lang=en")
    city = screen.kpis(page)
    screen.click(page, ".segment >> text=Zones")
    assert screen.kpis(page) == city
    assert len(screen.ranking(page)) == 5
    screen.click(page, ".rank[href^='/unit/outside?']")
    assert screen.crumbs(page) == ["Zhengzhou", "Outside the zones"]
    assert len(screen.ranking(page)) > 5
    assert len(page.evaluate(screen.COLOURS)) > 5
    assert page.locator(".is-failed").count() == 0
    name = page.locator(".rank-name >> nth=0").inner_text()
    screen.click(page, ".rank >> nth=0")
    assert screen.crumbs(page)[:2] == ["Zhengzhou", "Outside the zones"]
    assert screen.crumbs(page)[-1] == name
    screen.click(page, ".segment >> text=Divisions")
    assert "Outside the zones" not in screen.crumbs(page)
