"""Answers kept while their data version lasts, each computed once however many ask at the same time."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass, fields, is_dataclass
from typing import TypeVar

import numpy as np
import pandas as pd

V = TypeVar("V")


@dataclass(frozen=True)
class Use:
    """How a cache is used: answers kept and their bytes, and how often one was found or not since it was made."""

    entries: int
    held: int
    hits: int
    misses: int


class Cache:
    """A bounded single-flight cache: the answers used last, `size` of them and `room` bytes at most. Thread-safe.

    A key names everything an answer depends on, the moment included, so nothing is ever invalidated: it only
    falls out of use. A computation that fails is not kept, and every waiter sees its error.
    """

    def __init__(self, size: int = 2000, room: int = 256 * 1024**2):
        self._size, self._room = size, room
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, Future] = OrderedDict()
        self._weights: dict[Hashable, int] = {}
        self._held = 0
        self._hits = self._misses = 0

    def get(self, key: Hashable, compute: Callable[[], V]) -> V:
        """The answer for `key`, computed by the first who asks."""
        with self._lock:
            future = self._kept.get(key)
            mine = future is None
            if mine:
                future = self._kept[key] = Future()
            self._misses += mine
            self._hits += not mine
            self._kept.move_to_end(key)
        if mine:
            self._fill(key, future, compute)
        return future.result()

    def peek(self, key: Hashable) -> object | None:
        """The answer for `key` where there is one already, None otherwise; nobody is made to wait."""
        with self._lock:
            future = self._kept.get(key)
            if future is None or not future.done() or future.exception() is not None:
                return None
            self._hits += 1
            self._kept.move_to_end(key)
            return future.result()

    def __contains__(self, key: Hashable) -> bool:
        """Whether there is an answer for `key`, or one on its way."""
        with self._lock:
            return key in self._kept

    def use(self) -> Use:
        """How it is used so far."""
        with self._lock:
            return Use(len(self._kept), self._held, self._hits, self._misses)

    def _drop(self, key: Hashable) -> None:
        self._kept.pop(key, None)
        self._held -= self._weights.pop(key, 0)

    def _weigh(self, key: Hashable, future: Future, value: object) -> None:
        with self._lock:
            if self._kept.get(key) is not future:
                return
            self._weights[key] = weight(value)
            self._held += self._weights[key]
            while len(self._kept) > 1 and (len(self._kept) > self._size or self._held > self._room):
                self._drop(next(iter(self._kept)))

    def forget(self, key: Hashable) -> None:
        """Have `key` computed anew by the next who asks."""
        with self._lock:
            self._drop(key)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
            self._weights.clear()
            self._held = 0

    def _fill(self, key: Hashable, future: Future, compute: Callable[[], V]) -> None:
        try:
            value = compute()
        except BaseException as error:
            with self._lock:
                if self._kept.get(key) is future:
                    self._drop(key)
            future.set_exception(error)
            return
        future.set_result(value)
        self._weigh(key, future, value)


def weight(value: object) -> int:
    """About how many bytes `value` holds: arrays, bytes and texts, within containers and dataclasses too."""
    if isinstance(value, np.ndarray):
        return value.nbytes
    if isinstance(value, pd.DataFrame):
        return int(value.memory_usage(index=True).sum())
    if isinstance(value, (bytes, str)):
        return len(value)
    if isinstance(value, dict):
        return sum(map(weight, value.values()))
    if isinstance(value, (list, tuple)):
        return 8 * len(value) + (len(value) * weight(value[0]) if value else 0)
    if is_dataclass(value):
        return sum(weight(getattr(value, field.name)) for field in fields(value))
    return 64
