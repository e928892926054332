"""A page is whole when all of it is drawn; one that a script did not come to mends itself."""

import pytest
import screen
from mishaps import CHARTS, LATER, blamed_on_the_script

pytestmark = pytest.mark.browser
BEGUN = "performance.timeOrigin"
HOLD = """(name) => {
  const own = dash_clientside.jingwei;
  const take = own[name];
  const late = new Promise((go) => (window.letGo = go));
  own[name] = async (told) => {
    await late;
    return take(told);
  };
}"""
"""What takes an answer does not come to it before `letGo()`."""
AGAIN = "() => performance.getEntriesByType('navigation')[0].type === 'reload'"


@pytest.fixture
def blank(server, visit):
    """A page of the server's, before anything of the city is asked for."""
    return visit(f"{server.url}/assets/tokens.css", settle=False)


def test_it_is_not_whole_before_its_charts_are_drawn(server, blank):
    held = []
    blank.route(CHARTS, lambda route: held.append(route))
    blank.goto(f"{server.url}/?lang=en")
    blank.wait_for_selector(".chart")
    blank.wait_for_function("() => document.querySelector('[data-map=ready]') && !document.querySelector('.bone')")
    blank.wait_for_timeout(1000)  # what must not happen cannot be waited for
    assert not blank.evaluate("jingwei.whole()")
    held[0].continue_()
    blank.wait_for_function("() => jingwei.whole()")
    assert blank.locator(".body-trend .main-svg").count() > 0


@pytest.mark.parametrize("name", ["take_address", "update_map"])
def test_it_is_not_whole_before_what_came_is_taken(server, visit, name):
    page = visit(server.url)
    page.evaluate(HOLD, name)
    page.click(".segment >> text=昼")
    page.wait_for_timeout(2000)  # what must not happen cannot be waited for
    assert not page.evaluate("jingwei.whole()")
    assert not page.evaluate(screen.SETTLED)
    page.evaluate("letGo()")
    screen.settle(page)
    assert page.evaluate("jingwei.whole()")
    assert page.locator("html").get_attribute("data-theme") == "paper"
    assert "theme=paper" in page.evaluate("jingwei.map.of('map').model.href")


def test_one_that_a_script_did_not_come_to_is_loaded_anew(server, blank, visit):
    blank.route(CHARTS, lambda route: route.abort(), times=1)
    blank.goto(f"{server.url}/?lang=en")
    blank.wait_for_function(AGAIN)
    screen.settle(blank)
    assert blank.locator(".body-trend .main-svg").count() > 0
    assert blank.locator("#troubles").inner_text() == ""
    blamed_on_the_script(visit)


@pytest.mark.parametrize(("lang", "words"), [("en", "did not load"), ("zh", "没有加载成功")])
def test_where_that_does_not_help_it_says_so_and_tries_once_a_minute(server, blank, visit, lang, words):
    blank.route(CHARTS, lambda route: route.abort())
    blank.goto(f"{server.url}/?lang={lang}")
    blank.wait_for_function(AGAIN)
    blank.wait_for_function("(words) => document.querySelector('#troubles')?.innerText.includes(words)", arg=words)
    begun = blank.evaluate(BEGUN)
    blank.wait_for_timeout(3000)  # some answers of the server: none may load it anew
    blank.focus("header input")
    blank.evaluate(LATER, 60_000)
    blank.wait_for_timeout(3000)  # nor may they while somebody types
    assert blank.evaluate(BEGUN) == begun
    blank.unroute(CHARTS)
    blank.focus("input[type=range]")  # in which nothing is typed
    blank.wait_for_function(f"(begun) => {BEGUN} !== begun", arg=begun)
    screen.settle(blank)
    assert blank.locator("#troubles").inner_text() == ""
    blamed_on_the_script(visit)
