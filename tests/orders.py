"""Asking a server for files of snapshots, as the browser does."""

import json
import time
import urllib.error
import urllib.request

PATIENCE = 120


def asked(server, path, method="GET", told=None):
    """The JSON that a server answers with; errors too."""
    body = None if told is None else json.dumps(told).encode()
    wanted = urllib.request.Request(server.url + path, body, {"Content-Type": "application/json"}, method=method)
    try:
        with urllib.request.urlopen(wanted, timeout=60) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        return {"status": error.code} | json.load(error)


def ordered(server, address, form, panel=""):
    """Put a snapshot into the queue."""
    return asked(server, "/snapshots", "POST", {"address": address, "format": form, "panel": panel})


def over(server, order):
    """How an order stands once it is over."""
    until = time.monotonic() + PATIENCE
    while order["state"] in ("waiting", "working"):
        assert time.monotonic() < until, order
        time.sleep(0.1)
        order = asked(server, f"/snapshots/{order['id']}")
    return order


def made(server, address, form, panel=""):
    """An order that is done, and its file's bytes."""
    order = over(server, ordered(server, address, form, panel))
    assert order["state"] == "done", order
    with urllib.request.urlopen(server.url + order["file"], timeout=60) as answer:
        return order, answer.read()
