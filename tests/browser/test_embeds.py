"""A panel in another page: by a signed link, until it expires, and nothing but that panel."""

import time
import urllib.error
import urllib.request

import pytest
from broker import within
from orders import asked, ordered, over

from data_access.settings import Settings
from reports.embedding import kept_secret, sign

pytestmark = pytest.mark.browser
PICTURE = "() => document.querySelector('img').naturalWidth > 0"


def signed(server, **told):
    return asked(server, "/embeds", "POST", {"address": "/?lang=en", "panel": "ranking", "days": 30} | told)


def answer(url):
    """Status and text of an answer."""
    try:
        with urllib.request.urlopen(url, timeout=30) as found:
            return found.status, found.read().decode(errors="replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def drawn(url):
    """That address once its picture has been made: the first takes as long as a browser takes to come up."""
    assert within(60, lambda: answer(f"{url}/picture")[0] == 200)
    return url


def test_a_panel_is_shown_in_another_page(server, visit):
    made = signed(server)
    drawn(made["url"])
    assert made["url"] in made["code"]
    page = visit(server.url + "/assets/tokens.css", settle=False)
    page.set_content(made["code"])
    frame = page.frame_locator("iframe")
    frame.locator("img").wait_for(timeout=60000)
    assert page.frames[1].evaluate(PICTURE)
    assert frame.locator("p").text_content() == ""


def test_a_picture_that_is_being_made_is_waited_for_and_is_no_error(server, visit):
    waiting = [ordered(server, "/?lang=en", "pdf") for _ in range(8)]
    page, statuses = visit(server.url + "/assets/tokens.css", settle=False), []
    page.on("response", lambda response: statuses.append(response.status))
    page.goto(signed(server, panel="stream")["url"])
    page.wait_for_function(PICTURE, timeout=90000)
    assert 202 in statuses and statuses[-1] == 200
    assert [over(server, order)["state"] for order in waiting] == ["done"] * 8
    assert page.locator("p").text_content() == ""


def test_a_picture_that_cannot_be_renewed_stays_and_says_so(server, visit):
    page = visit(server.url + "/assets/tokens.css", settle=False)
    page.clock.install()
    page.goto(drawn(signed(server, panel="kpis")["url"]))
    page.wait_for_function(PICTURE, timeout=60000)
    page.context.set_offline(True)
    page.clock.run_for(61000)
    page.get_by_text("Link lost; the picture is of").wait_for()
    assert page.evaluate(PICTURE)
    page.context.set_offline(False)
    page.clock.run_for(4000)
    page.wait_for_function("() => document.querySelector('p').textContent === ''")
    visit.faults[:] = [fault for fault in visit.faults if "ERR_INTERNET_DISCONNECTED" not in fault]


def test_a_link_expires_and_cannot_be_changed(server):
    settings, now = Settings(home=server.home), time.time()
    old, _ = sign(settings, "/?lang=en", "ranking", 1, now - 90000)
    status, text = answer(f"{server.url}/embed/{old}?lang=en")
    assert status == 410
    assert "expired at" in text
    assert answer(f"{server.url}/embed/{old}/picture")[0] == 410
    token = signed(server)["url"].rsplit("/", 1)[1]
    head, mark = token.rsplit(".", 1)
    other, _ = sign(Settings(home=server.home, secret="x"), "/?lang=en", "ranking", 1, now)
    for wrong in (f"{head}x.{mark}", f"{head}.{mark[:-2]}", other, "nothing"):
        assert answer(f"{server.url}/embed/{wrong}?lang=en")[0] == 403


def test_what_cannot_be_signed_says_why(server):
    assert "1 to 366 days" in signed(server, days=0)["error"]
    assert "1 to 366 days" in signed(server, days="many")["error"]
    assert "Choose one panel" in signed(server, panel="")["error"]
    assert "no panel called nothing" in signed(server, panel="nothing")["error"]
    assert "no unit nowhere" in signed(server, address="/unit/nowhere?lang=en")["error"]


def test_the_secret_is_made_once_for_one_reader(tmp_path):
    first = kept_secret(tmp_path)
    assert kept_secret(tmp_path) == first
    assert len(first) > 30
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
