"""Asking a source again and again: a thread with back-off and jitter, and how an address is fetched."""

import gzip
import io
import random
import threading
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPResponse
from urllib.parse import urlencode, urljoin, urlsplit

from ingest.tries import Tries

MOST_BYTES = 50 * 2**20
TIMEOUT = 30.0
"""Seconds that connecting, or any pause in an answer, may last."""
WHOLE = 300.0
"""Seconds that a whole answer may take."""
LONGEST = 900.0
"""Seconds that a source in trouble is left alone at most, unless it asks for more."""
PATIENCE = 3600.0
"""Seconds that a source may ask for at most."""
PIECE = 64 * 1024
NAMED = "Jingwei"


class Unfetched(Exception):
    """An address could not be fetched; `wait` is how many seconds its server asks for, or None."""

    def __init__(self, text: str, wait: float | None = None):
        super().__init__(text)
        self.wait = wait


@dataclass(frozen=True)
class Fetched:
    """An answer: the address it came from in the end, its bytes (None: as they were the last time), its type."""

    url: str
    body: bytes | None
    media: str = ""


def _opener() -> urllib.request.OpenerDirector:
    """Opens http and https, through the environment's proxies, and no other address, redirected or not."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.UnknownHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPRedirectHandler(),
        urllib.request.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener


class Fetcher:
    """Fetches addresses, each with what it knows of the last answer, so that one that is the same is not sent."""

    def __init__(self, headers: dict[str, str] | None = None, most: int = MOST_BYTES, timeout: float = TIMEOUT):
        self._headers = headers or {}
        self._most, self._timeout = most, timeout
        self._known: dict[str, dict[str, str]] = {}
        self._opener = _opener()
        self._closed = False

    def close(self) -> None:
        """Fetch nothing more: whoever is asking page by page is to end."""
        self._closed = True

    def get(self, url: str, query: dict[str, str] | None = None, fresh: bool = False) -> Fetched:
        """The answer of `url`; `fresh`: the whole of it, be it the same or not. Raises Unfetched."""
        if self._closed:
            raise Unfetched(f"{_bare(url)}: not asked, as this is ending")
        address = f"{url}{'&' if '?' in url else '?'}{urlencode(query)}" if query else url
        known = {} if fresh else self._known.get(address, {})
        try:
            request = urllib.request.Request(address, headers={"User-Agent": NAMED, **known})
            for name, value in self._headers.items():
                request.add_unredirected_header(name, value)
            with self._opener.open(request, timeout=self._timeout) as answer:
                body = self._read(answer)
                self._note(address, answer)
                return Fetched(answer.url, body, answer.headers.get_content_type())
        except urllib.error.HTTPError as error:
            error.close()
            if error.code == 304 and not fresh:
                return Fetched(address, None)
            raise Unfetched(f"{_bare(address)}: {error.code} {error.reason}", _wait(error)) from error
        except (OSError, HTTPException, ValueError, EOFError, zlib.error) as error:
            raise Unfetched(f"{_bare(address)}: {getattr(error, 'reason', None) or error}") from error

    def forget(self) -> None:
        """Have every answer sent anew: what was made of the last ones was not kept."""
        self._known.clear()

    def _note(self, address: str, answer: HTTPResponse) -> None:
        pairs = (("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since"))
        found = {asked: answer.headers[told] for told, asked in pairs if answer.headers[told]}
        self._known.pop(address, None)
        if found:
            self._known[address] = found
            while len(self._known) > 1000:
                self._known.pop(next(iter(self._known)))

    def _read(self, answer: HTTPResponse) -> bytes:
        body, until = bytearray(), time.monotonic() + WHOLE
        while piece := answer.read(PIECE):
            body += piece
            if len(body) > self._most:
                raise ValueError(f"more than {self._most // 2**20} MB")
            if time.monotonic() > until:
                raise ValueError(f"not here after {WHOLE:.0f} s")
        if answer.length:
            raise ValueError("cut short")
        return self._unpacked(bytes(body)) if answer.headers["Content-Encoding"] == "gzip" else bytes(body)

    def _unpacked(self, body: bytes) -> bytes:
        with gzip.open(io.BytesIO(body)) as packed:
            found = packed.read(self._most + 1)
        if len(found) > self._most:
            raise ValueError(f"more than {self._most // 2**20} MB when unpacked")
        return found


def same_host(url: str, link: str) -> str:
    """The address that `link` means on a page from `url`. Raises Unfetched for one on another host."""
    found = urljoin(url, link)
    if urlsplit(found)[:2] != urlsplit(url)[:2]:
        raise Unfetched(f"{_bare(url)}: leads to another host: {_bare(found)}")
    return found


def _bare(url: str) -> str:
    """An address without its query, which may hold a key."""
    return url.split("?", 1)[0]


def _wait(error: urllib.error.HTTPError) -> float | None:
    told = error.headers.get("Retry-After") if error.headers else None
    if not told:
        return None
    try:
        seconds = float(told) if told.strip().isdigit() else _until(told)
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(seconds, 0.0), PATIENCE)


def _until(told: str) -> float:
    return (parsedate_to_datetime(told) - datetime.now(UTC)).total_seconds()


class Poller:
    """Calls `once` every so many seconds in a thread of its own, until it is stopped; `close` ends a long try.

    `once` returns what it brought, for people. One that fails is tried again after a growing pause; every pause
    has a tenth of chance in it, so that many pollers do not ask together. `tries` holds the last.
    """

    def __init__(self, name: str, every: float, once: Callable[[], str], close: Callable[[], None] = lambda: None):
        self.tries = Tries()
        self._every, self._once, self._close = every, once, close
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"poll-{name}", daemon=True)

    def start(self) -> "Poller":
        """Begin; returns itself."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """End it; a try that is under way is waited for, but not longer than an answer may pause."""
        self._stop.set()
        self._close()
        self._thread.join(TIMEOUT)

    def pause(self, failures: int, wait: float | None = None) -> float:
        """Seconds to leave the source alone after so many failures in a row."""
        calm = self._every if not failures else min(min(self._every, 10.0) * 2 ** min(failures - 1, 20), LONGEST)
        return max(calm * random.uniform(0.95, 1.05), wait or 0.0)

    def _run(self) -> None:
        failures, pause = 0, 0.0
        while not self._stop.wait(pause):
            wait = None
            try:
                self.tries.note(self._once())
                failures = 0
            except Exception as error:
                # Whatever went wrong with one try, the source is asked again.
                failures, wait = failures + 1, getattr(error, "wait", None)
                self.tries.note("ask", str(error) or type(error).__name__)
            pause = self.pause(failures, wait)
