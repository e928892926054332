"""A browser in a hand: a document never whole, no server, a browser that freezes, a page that is killed."""

import http.server
import threading

import psutil
import pytest

from reports import hand
from reports.formats.png import FORMAT
from reports.hand import Hand, Killed, NotDrawn

pytestmark = pytest.mark.browser
NEVER = "jingwei = { paper: () => ({ done: 0, of: 1, waits: '/slow' }) }"
AT_ONCE = "jingwei = { paper: () => ({ done: 1, of: 1, waits: '' }) }"


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):  # noqa: N802
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        script = AT_ONCE if self.path == "/at-once" else NEVER
        self.wfile.write(f"<script>{script}</script><h1>{self.path}</h1>".encode())

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
    return raised[0] if raised else None


def processes_of(one):
    """The browser's processes."""
    for process in psutil.process_iter(["cmdline"]):
        if one.mark in (process.info["cmdline"] or ()):
            yield process
            yield from process.children(recursive=True)


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
            for process in processes_of(one):
                process.suspend()

        one.draw(url, FORMAT.drawing, freeze)

    assert isinstance(in_thread(work), Killed)


def test_a_page_that_is_killed_is_told_and_the_next_drawing_has_a_new_one(chromium, url):
    pictures = []

    def work(one):
        def kill(part):
            for process in processes_of(one):
                if "--type=renderer" in process.cmdline():
                    process.kill()

        with pytest.raises(Killed):
            one.draw(url, FORMAT.drawing, kill)
        pictures.append(one.draw(f"{url}at-once", FORMAT.drawing, lambda part: None))

    assert in_thread(work) is None
    assert pictures[0].startswith(b"\x89PNG")


def test_a_page_is_drawn_on_again_until_it_is_worn(chromium, url, monkeypatch):
    """Also after a document that failed; what was drawn before is not on the next."""
    monkeypatch.setattr(hand, "WORN", 3)
    monkeypatch.setattr(hand, "PATIENCE", 2000.0)
    pictures, kept = [], []

    def work(one):
        for _ in range(4):
            pictures.append(one.draw(f"{url}at-once", FORMAT.drawing, lambda part: None))
            kept.append(len(one._pages))
            with pytest.raises(NotDrawn):
                one.draw(url, FORMAT.drawing, lambda part: None)

    assert in_thread(work) is None
    assert len(set(pictures)) == 1
    assert kept == [1, 1, 0, 1]
