"""One computation for all who ask at once; errors are told to all and kept by none."""

import threading
import time

import numpy as np
import pytest

from data_access.cache import Cache, weight
from data_access.vector import Vector


def together(n, work):
    """Run `work` in n threads that begin at once; what each returned or raised."""
    gate, out = threading.Barrier(n), [None] * n

    def run(i):
        gate.wait()
        try:
            out[i] = work()
        except Exception as error:
            out[i] = error

    threads = [threading.Thread(target=run, args=(i,)) for i in range(n)]
    for t in threads:
        t.start()
    for t in threads:
        t.join(5)
    return out


def test_computed_once_for_all_who_ask_at_once():
    cache, calls = Cache(), []

    def slow():
        calls.append(1)
        time.sleep(0.05)
        return object()

    answers = together(16, lambda: cache.get("key", slow))
    assert len(calls) == 1
    assert len(set(map(id, answers))) == 1
    assert cache.get("key", slow) is answers[0]


def test_what_is_forgotten_is_computed_anew():
    cache = Cache()
    assert cache.get("key", lambda: 1) == cache.get("key", lambda: 2) == 1
    cache.forget("key")
    cache.forget("another")
    assert cache.get("key", lambda: 2) == 2


def test_an_error_reaches_all_and_is_not_kept():
    cache, calls = Cache(), []

    def fails():
        calls.append(1)
        time.sleep(0.05)
        raise ValueError("broken")

    answers = together(8, lambda: cache.get("key", fails))
    assert len(calls) == 1
    assert all(isinstance(a, ValueError) for a in answers)
    assert cache.get("key", lambda: 3) == 3


def test_an_old_error_does_not_take_a_newer_answer_away():
    cache, started, go = Cache(), threading.Event(), threading.Event()

    def fails_late():
        started.set()
        go.wait(5)
        raise ValueError("late")

    def old():
        with pytest.raises(ValueError, match="late"):
            cache.get("key", fails_late)

    thread = threading.Thread(target=old)
    thread.start()
    started.wait(5)
    cache.clear()
    assert cache.get("key", lambda: "new") == "new"
    go.set()
    thread.join(5)
    assert cache.get("key", lambda: "newer") == "new"


def test_other_keys_do_not_wait():
    cache, go = Cache(), threading.Event()
    thread = threading.Thread(target=cache.get, args=("slow", lambda: go.wait(5)))
    thread.start()
    assert cache.get("quick", lambda: 1) == 1
    go.set()
    thread.join(5)


def test_the_least_recently_asked_falls_out():
    cache = Cache(size=2)
    cache.get("a", lambda: 1)
    cache.get("b", lambda: 2)
    cache.get("a", lambda: 0)
    cache.get("c", lambda: 3)
    assert cache.get("a", lambda: "again") == 1
    assert cache.get("b", lambda: "again") == "again"


def test_what_is_heavy_pushes_out_what_was_used_longest_ago():
    cache, made = Cache(room=1000), []

    def array(name):
        return cache.get(name, lambda: made.append(name) or np.zeros(50))

    for name in ("a", "b", "a", "c"):
        array(name)
    assert made == ["a", "b", "c"]
    array("a")
    assert made == ["a", "b", "c"]
    array("b")
    assert made == ["a", "b", "c", "b"]


def test_weights_follow_what_is_held():
    assert weight(np.zeros(10)) == 80
    assert weight({"a": np.zeros(10), "b": b"123"}) == 83
    assert weight(Vector(np.zeros(5))) >= 40
