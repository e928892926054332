"""The wire of a soak: what comes in goes out; cut, it stays open and nothing goes through."""

import socket
import threading

import pytest

from bench.soak.wire import Wire


@pytest.fixture
def echo():
    """A server that sends back what it is sent; its port."""
    door = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                one, _ = door.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(one,), daemon=True).start()

    def answer(one):
        with one:
            while heard := one.recv(1000):
                one.sendall(heard)

    threading.Thread(target=serve, daemon=True).start()
    yield door.getsockname()[1]
    door.close()


@pytest.fixture
def wire(echo):
    made = Wire(echo)
    yield made
    made.end()


def opened(wire):
    return socket.create_connection(("127.0.0.1", wire.port), timeout=5)


def test_it_passes_on_both_ways(wire):
    with opened(wire) as one, opened(wire) as other:
        one.sendall(b"one")
        other.sendall(b"other")
        assert (one.recv(10), other.recv(10)) == (b"one", b"other")


def test_cut_it_stays_open_and_says_nothing(wire):
    with opened(wire) as one:
        one.sendall(b"a")
        assert one.recv(10) == b"a"
        wire.cut = True
        one.sendall(b"b")
        one.settimeout(0.5)
        with pytest.raises(TimeoutError):
            one.recv(10)
        with opened(wire) as new:
            new.sendall(b"c")
            wire.cut = False
            one.settimeout(5)
            assert (one.recv(10), new.recv(10)) == (b"b", b"c")


def test_it_goes_to_another_server_when_told(wire):
    with socket.create_server(("127.0.0.1", 0)) as other:
        wire.target = other.getsockname()[1]
        with opened(wire) as one:
            far, _ = other.accept()
            with far:
                one.sendall(b"x")
                assert far.recv(10) == b"x"


def test_a_server_that_is_gone_ends_the_connection(wire):
    with socket.create_server(("127.0.0.1", 0)) as gone:
        wire.target = gone.getsockname()[1]
    with opened(wire) as one:
        assert one.recv(10) == b""
