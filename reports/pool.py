"""The pool that makes files of snapshots: few browsers, a bounded queue, and what became of each order."""

import logging
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from data_access.city import City
from data_access.errors import StoreFailed
from data_access.words import Lang, T
from reports.format import Format, file_name
from reports.hand import Hand, Killed, NotDrawn
from reports.order import ENDED, Order
from reports.snapshot import Progress, Snapshot
from reports.taking import CannotTake, written

log = logging.getLogger(__name__)
TRIES = 3
"""How often a drawing is begun, where its browser is killed."""
IDLE = 300.0
"""Seconds without work after which a browser is let go."""
KEPT = 900.0
"""Seconds for which a finished file can be fetched."""
MOST_KEPT = 100
SEATS = 2
"""How many answers of the server may wait for files: the rest of its threads are for the pages that are drawn."""
FULL = T(
    "排队已满（{n} 个），请稍后再试。",
    "There are {n} snapshots waiting already; try again in a moment.",
)
AWAY = T("数据库没有应答，请稍后再试。", "The store does not answer; try again in a moment.")
BROKEN = T("没有生成：{why}。详情见服务日志。", "It could not be made: {why}. The server's log has more.")
KILLED = T(
    "浏览器 {n} 次中途退出，没有画完。请检查内存。",
    "The browser ended {n} times while drawing. Look at the memory of this machine.",
)


class Cancelled(Exception):
    """Nobody wants the order any more."""


class Pool:
    """Makes files one after the other in `browsers` threads, each with a browser of its own once it needs one.

    `site` is where the browsers reach the server of this process; `most` is how many orders may wait.
    """

    def __init__(self, city: City, site: str, browsers: int = 2, most: int = 40):
        self.city, self._site, self._browsers, self._most = city, site, browsers, most
        self._lock = threading.Condition()
        self._waiting: deque[Order] = deque()
        self._orders: dict[str, Order] = {}
        self._threads: set[threading.Thread] = set()
        self._free, self._ended, self._seats = 0, False, threading.BoundedSemaphore(SEATS)
        self._folder = tempfile.TemporaryDirectory(prefix="jingwei-snapshots-", ignore_cleanup_errors=True)

    def put(self, form: Format, make: Callable[[Progress], Snapshot], lang: Lang = "zh") -> Order:
        """Queue a file; `make` takes the snapshot when its turn comes. Raises CannotTake for a full queue."""
        with self._lock:
            self._forget()
            if self._ended or len(self._waiting) >= self._most:
                raise CannotTake(ENDED if self._ended else FULL.fill(n=len(self._waiting)), 503)
            order = Order(form, make, Path(self._folder.name), lang)
            order.path = order.path / order.id
            self._orders[order.id] = order
            self._waiting.append(order)
            if self._free < len(self._waiting) and len(self._threads) < self._browsers:
                self._begin()
            self._lock.notify()
        return order

    def get(self, number: str) -> Order | None:
        """The order of this number, while it is known."""
        return self._orders.get(number)

    def soon(self, order: Order, seconds: float) -> bool:
        """Whether it is over, having waited so long where a seat is free; without one there is no waiting."""
        if not self._seats.acquire(blocking=False):
            return order.over.is_set()
        try:
            return order.wait(seconds)
        finally:
            self._seats.release()

    def before(self, order: Order) -> int:
        """How many are before it in the queue."""
        with self._lock:
            return self._waiting.index(order) if order in self._waiting else 0

    def cancel(self, order: Order) -> None:
        """Forget an order, waiting or begun; one that is over stays as it is."""
        with self._lock:
            if order.over.is_set():
                return
            if order in self._waiting:
                self._waiting.remove(order)
            order.state, order.since = "cancelled", time.monotonic()
            order.over.set()

    def close(self) -> None:
        """Begin nothing more, and end the browsers."""
        with self._lock:
            self._ended = True
            left = [order for order in self._orders.values() if not order.over.is_set()]
            self._lock.notify_all()
        for order in left:
            self.cancel(order)
        for thread in list(self._threads):
            thread.join(10)
        self._folder.cleanup()

    def _begin(self) -> None:
        thread = threading.Thread(target=self._work, name="snapshots", daemon=True)
        self._threads.add(thread)
        thread.start()

    def _work(self) -> None:
        hand = Hand()
        try:
            while (order := self._next()) is not None:
                self._serve(order, hand)
        finally:
            hand.close()

    def _next(self) -> Order | None:
        """The next order; None once there has been none for long, or at the end: then this thread ends too."""
        with self._lock:
            self._free += 1
            self._lock.wait_for(lambda: self._waiting or self._ended, IDLE)
            self._free -= 1
            if self._waiting and not self._ended:
                order = self._waiting.popleft()
                order.state = "working"
                return order
            self._threads.discard(threading.current_thread())
            return None

    def _serve(self, order: Order, hand: Hand) -> None:
        state, told, status = "failed", None, 500
        try:
            self._make(order, hand)
            state, status = "done", 200
        except Cancelled:
            order.snapshot = None
            order.path.unlink(missing_ok=True)
            return
        except CannotTake as error:
            told, status = error.told, error.status
        except NotDrawn as error:
            told, status = error.told, 503
        except StoreFailed:
            told, status = AWAY, 503
        except Exception as error:
            log.exception("snapshot %s failed", order.id)
            told = BROKEN.fill(why=f"{type(error).__name__}: {error}"[:200])
        with self._lock:
            if order.over.is_set():
                return
            order.told, order.status, order.part, order.snapshot = told, status, 1.0, None
            order.state, order.since = state, time.monotonic()
            order.over.set()
        if told:
            log.warning("snapshot %s failed: %s", order.id, told.en)

    def _make(self, order: Order, hand: Hand) -> None:
        drawing = order.form.drawing

        def panels(what: str, part: float) -> None:
            self._note(order, "panels", part * (0.4 if drawing else 0.8))

        made = order.snapshot = order.make(panels)
        order.name, order.media = file_name(made, order.form), order.form.kind(made)[1]
        order.digest, order.link = made.digest, made.link
        order.title, order.at = made.title, made.ask.at
        order.failed = {part.key: part.reason for part in made.parts if part.reason}
        if drawing is None:
            with written(self.city, made, order.form) as file, order.path.open("wb") as kept:
                while piece := file.read(2**20):
                    kept.write(piece)
            return
        order.path.write_bytes(self._drawn(order, hand))

    def _drawn(self, order: Order, hand: Hand) -> bytes:
        """The document of an order, drawn; tried again where the browser is killed over it."""
        while True:
            order.tries += 1
            try:
                return hand.draw(
                    f"{self._site}/paper/{order.id}",
                    order.form.drawing,
                    lambda part: self._note(order, "picture", 0.4 + 0.6 * part),
                )
            except Killed as error:
                log.warning("snapshot %s: the browser ended (%s), try %d", order.id, error, order.tries)
                if order.tries >= TRIES:
                    raise NotDrawn(KILLED.fill(n=TRIES)) from error

    def _note(self, order: Order, what: str, part: float) -> None:
        if order.over.is_set():
            raise Cancelled
        order.what, order.part = what, part

    def _forget(self) -> None:
        """Let go of files that were made long ago, and of the oldest where there are many."""
        over = [order for order in self._orders.values() if order.over.is_set()]
        late = time.monotonic() - KEPT
        for number, order in enumerate(sorted(over, key=lambda order: order.since, reverse=True)):
            if order.since < late or number >= MOST_KEPT:
                order.path.unlink(missing_ok=True)
                del self._orders[order.id]
