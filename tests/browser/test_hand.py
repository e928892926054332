"""A browser in a thread's hand: a document that is never whole, no server, a browser that freezes."""

import http.server
import threading

import psutil
import pytest

from reports import hand
from reports.formats.png import FORMAT
from reports.hand import Hand, Killed, NotDrawn

pytestmark = pytest.mark.browser
NEVER = b"<script>jingwei = { paper: () => ({ done: 0, of: 1, waits: '/slow' }) }</script>never"


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):  # noqa: N802
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(NEVER)

    def log_message(self, *told):
        pass


@pytest.fixture
def url():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def in_thread(work):
    """What `work` raises with a hand of its own, in a thread of its own: this one has the tests' own browser."""
    raised = []

    def run():
        one = Hand()
        try:
            work(one)
        except Exception as error:
            raised.append(error)
        finally:
            one.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(120)
    assert not thread.is_alive()
    return raised[0]


def test_a_document_that_is_never_whole_says_what_it_waited_for(chromium, url, monkeypatch):
    monkeypatch.setattr(hand, "PATIENCE", 3000.0)
    error = in_thread(lambda one: one.draw(url, FORMAT.drawing, lambda part: None))
    assert isinstance(error, NotDrawn)
    assert "/slow was still not whole" in error.told.en
    assert "/slow" in error.told.zh


def test_a_server_that_is_not_there_is_named(chromium):
    error = in_thread(lambda one: one.draw("http://127.0.0.1:9/paper", FORMAT.drawing, lambda part: None))
    assert isinstance(error, NotDrawn)
    assert "http://127.0.0.1:9/paper" in error.told.en


def test_a_browser_that_freezes_is_ended(chromium, url, monkeypatch):
    monkeypatch.setattr(hand, "LONGEST", 8.0)

    def work(one):
        def freeze(part):
            for process in psutil.process_iter(["cmdline"]):
                if one.mark in (process.info["cmdline"] or ()):
                    process.suspend()

        one.draw(url, FORMAT.drawing, freeze)

    assert isinstance(in_thread(work), Killed)
