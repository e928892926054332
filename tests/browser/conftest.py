"""The real server on a small reference city, and a browser that lets nothing pass unseen."""

import pytest
import screen
import walled as walls
from serving import CHROMIUM, STANDING, Server, standing

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LAPTOP = {"width": 1440, "height": 900}


def _line(message) -> str:
    return f"console {message.type}: {message.text} {message.location.get('url', '')}"


@pytest.fixture(scope="session")
def chromium():
    """The system's Chromium, one for the whole run."""
    if not CHROMIUM.exists():
        pytest.skip(f"There is no browser at {CHROMIUM}; deploy/browser.sh installs one.")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory, chromium):
    """A server whose moment stands still and whose city nothing is added to."""
    running = Server(standing(tmp_path_factory.mktemp("city")), STANDING, live=False)
    yield running
    running.stop()


@pytest.fixture(scope="session")
def wall_server(tmp_path_factory, chromium):
    """A server with walls, on a city as of now; nothing happens in it by itself."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOTLINE_TOKEN", "h")
        running = walls.served(tmp_path_factory.mktemp("walled"))
        yield running
        running.stop()


@pytest.fixture
def walled(wall_server):
    """That server, its walls at rest."""
    walls.calm(wall_server)
    return wall_server


@pytest.fixture
def visit(chromium):
    """Open an address in a browser of its own; at the end nothing may have gone wrong in any of them.

    `visit(url, **context)` takes Playwright's context options and returns the page, settled. `visit.again(context,
    url)` opens another page of the same browser. What a test brings about on purpose it takes off `visit.faults`.
    """
    visitor = Visitor(chromium)
    yield visitor
    visitor.leave()
    assert visitor.faults == [], "\n".join(visitor.faults)


class Visitor:
    """Opens pages and notes whatever they should not do."""

    def __init__(self, chromium):
        self.chromium, self.faults, self.contexts = chromium, [], []

    def __call__(self, url: str, settle: bool = True, **options: object):
        """The page at `url`, in a new browser context."""
        context = self.chromium.new_context(**{"viewport": LAPTOP, "locale": "zh-CN", **options})
        context.add_init_script(screen.COUNT_REQUESTS)
        self.contexts.append(context)
        return self.again(context, url, settle)

    def again(self, context, url: str, settle: bool = True):
        """Another page of a context."""
        page, host = context.new_page(), "/".join(url.split("/")[:3])
        note = self.faults.append
        page.on("console", lambda m: m.type in ("error", "warning") and note(_line(m)))
        page.on("pageerror", lambda error: note(f"page error: {error}"))
        page.on("response", lambda r: r.status >= 400 and note(f"{r.status}: {r.url}"))
        local = (host + "/", "data:", "blob:", "about:")
        page.on("request", lambda r: r.url.startswith(local) or note(f"left the machine: {r.url}"))
        page.goto(url)
        if settle:
            screen.settle(page)
        return page

    def leave(self) -> None:
        """Close every context."""
        for context in self.contexts:
            context.close()
