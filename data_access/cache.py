"""Answers kept while their data version lasts, each computed once however many ask at the same time."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import TypeVar

V = TypeVar("V")


class Cache:
    """A bounded single-flight cache: the newest `size` answers, by key. Thread-safe.

    A key names everything an answer depends on, the moment included, so nothing is ever invalidated: it only
    falls out of use. A computation that fails is not kept, and every waiter sees its error.
    """

    def __init__(self, size: int = 2000):
        self._size = size
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, Future] = OrderedDict()

    def get(self, key: Hashable, compute: Callable[[], V]) -> V:
        """The answer for `key`, computed by the first who asks."""
        with self._lock:
            future = self._kept.get(key)
            mine = future is None
            if mine:
                future = self._kept[key] = Future()
            self._kept.move_to_end(key)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        if mine:
            self._fill(key, future, compute)
        return future.result()

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()

    def _fill(self, key: Hashable, future: Future, compute: Callable[[], V]) -> None:
        try:
            future.set_result(compute())
        except BaseException as error:
            with self._lock:
                if self._kept.get(key) is future:
                    del self._kept[key]
            future.set_exception(error)
