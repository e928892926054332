"""Items made ahead by another thread come whole and in order, and an error comes where it happened."""

import threading

import pytest

from demo.batches import ahead


def test_nothing_is_lost_and_order_stays():
    assert list(ahead(iter(range(1, 50)))) == list(range(1, 50))
    assert list(ahead(iter([]))) == []


def test_the_next_is_made_while_one_is_worked_on():
    second = threading.Event()

    def made():
        yield "first"
        second.set()
        yield "second"

    items = ahead(made())
    assert next(items) == "first"
    assert second.wait(5)
    assert list(items) == ["second"]


def test_an_error_comes_after_what_was_made_before_it():
    def made():
        yield "first"
        raise KeyError("second")

    items = ahead(made())
    assert next(items) == "first"
    with pytest.raises(KeyError, match="second"):
        next(items)
