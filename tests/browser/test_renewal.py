"""How often a page asks for its panels anew: no faster than it can draw them, and never while held at a moment."""

import json
import time
from urllib.parse import quote

import pytest

pytestmark = pytest.mark.browser
PATIENCE, LATEST = 60.0, 4.0


class News:
    """A page whose server tells of a new moment at every poll: when it was told, when the page asked for it."""

    def __init__(self, page):
        self.page, self.told, self.asked, self.held = page, [], [], []
        self.version, at = page.evaluate("jingwei.live.moment()").split("-")
        self.at, self.holding = int(at), True
        page.route("**/live", self._tell)
        page.route("**/_dash-update-component*", self._ask)

    def _tell(self, route):
        self.told.append(time.monotonic())
        moment = f"{self.version}-{self.at + len(self.told)}"
        body = json.dumps({"moment": moment, "at": self.at})
        route.fulfill(body=body, headers={"Jingwei-At": str(self.at), "ETag": f'"{moment}"'})

    def _ask(self, route):
        outputs = route.request.post_data_json["output"]
        if "headline" in outputs:
            self.asked.append(time.monotonic())
        if self.holding:
            self.held.append(route)
        else:
            route.continue_()

    def until(self, true):
        began = time.monotonic()
        while not true():
            assert time.monotonic() - began < PATIENCE, (len(self.told), len(self.asked))
            self.page.wait_for_timeout(20)

    def let_go(self):
        self.holding = False
        for route in self.held:
            route.continue_()
        self.held.clear()


def test_a_new_moment_waits_until_the_page_has_drawn_the_last(server, visit):
    page = visit(f"{server.url}/?lang=en")
    news = News(page)
    news.until(lambda: news.asked)
    first = len(news.told)
    news.until(lambda: len(news.told) > first + 2)
    early = [at for at in news.asked[1:] if at - news.told[first] < LATEST]
    assert early == [], "asked again for what it still waited for"
    seen = len(news.asked)
    news.let_go()
    news.until(lambda: len(news.asked) > seen)
    page.wait_for_function("() => window.jingwei.whole()")


def test_what_is_never_drawn_keeps_news_back_for_a_while_only(server, visit):
    news = News(visit(f"{server.url}/?lang=en"))
    news.until(lambda: len(news.asked) > 2)
    assert news.asked[1] - news.told[0] > LATEST
    assert news.asked[2] - news.asked[1] > 1.5 * LATEST, "what takes long would never come"
    news.let_go()


def test_a_page_that_is_held_asks_for_nothing_anew(server, visit):
    live = visit(f"{server.url}/?lang=en").evaluate("jingwei.live.moment()")
    page = visit(f"{server.url}/?lang=en&as_of=2026-03-02T04:00:00Z&moment={quote(live)}")
    news = News(page)
    news.until(lambda: len(news.told) > 2)
    assert news.asked == []
