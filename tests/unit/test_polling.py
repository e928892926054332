"""Asking an address: what is fetched, what is not, and how a poller goes on after failures."""

import gzip
import threading

import pytest
from feed_servers import Pages, serving

from ingest import polling
from ingest.polling import Fetcher, Poller, Unfetched, same_host


class Packed(Pages):
    """Sends everything gzipped."""

    def reply(self, handler):
        body = self.documents[handler.path]
        handler.send_response(200)
        handler.send_header("Content-Encoding", "gzip")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)


class Elsewhere(Pages):
    """Sends callers on to the address it is given."""

    def reply(self, handler):
        self.asked.append(dict(handler.headers))
        if handler.path == "/here":
            handler.send_response(200)
            handler.send_header("Content-Length", "2")
            handler.end_headers()
            handler.wfile.write(b"ok")
            return
        handler.send_response(302)
        handler.send_header("Location", self.documents[handler.path])
        handler.send_header("Content-Length", "0")
        handler.end_headers()


def test_an_answer_that_is_the_same_is_not_sent_again():
    site = Pages({"/a": "one"})
    with serving(site) as url:
        fetcher = Fetcher()
        assert fetcher.get(url + "/a").body == b"one"
        assert fetcher.get(url + "/a").body is None
        assert fetcher.get(url + "/a", fresh=True).body == b"one"
        site.documents["/a"] = "two"
        assert fetcher.get(url + "/a").body == b"two"
        fetcher.forget()
        assert fetcher.get(url + "/a").body == b"two"


@pytest.mark.parametrize(
    ("fault", "message", "wait"),
    [("500", "500 Internal Server Error", 7.0), ("429", "429", 7.0), ("half", "cut short", None)],
)
def test_what_goes_wrong_is_told_without_the_key(fault, message, wait):
    site = Pages({"/a": "one" * 1000})
    with serving(site) as url:
        site.fail = [fault]
        with pytest.raises(Unfetched, match=message) as caught:
            Fetcher().get(url + "/a", {"api_key": "hush"})
        assert caught.value.wait == wait
        assert "hush" not in str(caught.value)


def test_a_server_that_hangs_is_given_up():
    site = Pages({"/a": "one"})
    site.fail, site.delay = ["hang"], 1.0
    with serving(site) as url, pytest.raises(Unfetched, match="timed out"):
        Fetcher(timeout=0.1).get(url + "/a")


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://127.0.0.1/a", "http://127.0.0.1:1/", "nothing", "http://"]
)
def test_other_addresses_are_not_opened(url):
    with pytest.raises(Unfetched):
        Fetcher().get(url)


def test_redirects_lead_to_no_files_and_take_no_keys_along():
    site = Elsewhere({"/file": "file:///etc/passwd", "/there": "/here"})
    with serving(site) as url:
        fetcher = Fetcher({"Authorization": "Bearer hush"})
        assert fetcher.get(url + "/there").body == b"ok"
        assert ["Authorization" in headers for headers in site.asked] == [True, False]
        with pytest.raises(Unfetched):
            fetcher.get(url + "/file")


def test_what_is_ending_asks_nothing_more():
    site = Pages({"/a": "one"})
    with serving(site) as url:
        fetcher = Fetcher()
        poller = Poller("x", 60, lambda: fetcher.get(url + "/a"), fetcher.close).start()
        poller.stop()
        asked = len(site.asked)
        with pytest.raises(Unfetched, match="ending"):
            fetcher.get(url + "/a")
        assert len(site.asked) == asked


def test_too_much_is_not_read():
    with serving(Pages({"/a": "x" * 3000})) as url, pytest.raises(Unfetched, match="more than 0 MB"):
        Fetcher(most=2000).get(url + "/a")
    packed = Packed({"/a": gzip.compress(b"x" * 3_000_000), "/b": gzip.compress(b"fine"), "/c": b"no gzip"})
    with serving(packed) as url:
        assert Fetcher().get(url + "/b").body == b"fine"
        with pytest.raises(Unfetched, match="when unpacked"):
            Fetcher(most=2_000_000).get(url + "/a")
        with pytest.raises(Unfetched):
            Fetcher().get(url + "/c")


def test_links_stay_on_their_host():
    assert same_host("http://a.org/v1.1/x", "y?z=1") == "http://a.org/v1.1/y?z=1"
    for link in ("http://b.org/x", "https://a.org/x", "//b.org/x", "file:///x"):
        with pytest.raises(Unfetched, match="another host"):
            same_host("http://a.org/x", link)


def test_pauses_grow_with_failures_and_end():
    poller = Poller("x", 60, lambda: "")
    assert all(57 <= poller.pause(0) <= 63 for _ in range(100))
    pauses = [poller.pause(n) for n in range(1, 12)]
    assert pauses[0] < 11 and pauses[3] > 70
    assert max(poller.pause(n) for n in range(1, 500)) <= polling.LONGEST * 1.05
    assert len({poller.pause(0) for _ in range(50)}) > 40, "not all at the same time"
    assert poller.pause(1, 1234.0) == 1234.0, "a server that asks for more gets it"


def test_a_poller_goes_on_after_whatever_failed_and_stops():
    done, calls = threading.Event(), []

    def once():
        calls.append(1)
        if len(calls) < 3:
            raise [Unfetched("gone"), KeyError("odd")][len(calls) - 1]
        if len(calls) == 5:
            done.set()
        return "fine"

    poller = Poller("x", 0.001, once).start()
    assert done.wait(10)
    poller.stop()
    count = len(calls)
    assert [t.error for t in poller.tries.last()[:3]] == ["gone", "'odd'", ""]
    assert poller.tries.last()[2].what == "fine"
    assert len(calls) == count
