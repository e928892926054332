"""Good documents made bad: each mutation is told by its seed, so that one that is found can be had again."""

import random

NASTY = (
    *(
        b"",
        b" ",
        b"\r\n",
        b"\x00",
        b"\x1b[31m",
        b"\xff\xfe",
        b"\xc3",
        b"\xed\xa0\x80",
        b"\\ud800",
        b"\xe6\x9a\xb4",
    ),
    *(
        b"&amp;",
        b"&lol;",
        b"<!DOCTYPE a>",
        b"]]>",
        b"<![CDATA[",
        b"<a>",
        b"</a>",
        b"<?xml version='1.0'?>",
        b"%00",
    ),
    *(b'"', b"'", b"{", b"}", b"[", b"]", b",", b":", b"/", b"null", b"true", b"NaN", b"-Infinity", b"@iot.id"),
    *(b"1e999", b"-1e999", b"9" * 5000, b"1" + b"0" * 400, b"-0", b"0x10", b"1_0", b"2026-13-45T99:99:99Z"),
)
ENCODINGS = ("utf-16", "utf-16-le", "utf-32", "latin-1", "gb18030", "utf-8-sig", "utf-7")
DECLARED = ("gb18030", "utf-16", "idna", "rot13", "hex", "big5", "ascii", "punycode", "x" * 39)


def mutated(good, seed):
    """One of the documents `good` (bytes), changed in one to four ways by chance."""
    chance = random.Random(seed)
    body = chance.choice(good)
    for _ in range(chance.randrange(1, 5)):
        body = chance.choice(WAYS)(chance, body)
    return body


def _spot(chance, body):
    return chance.randrange(len(body) + 1)


def _flipped(chance, body):
    at = _spot(chance, body)
    return body[:at] + bytes([chance.randrange(256)]) + body[at + 1 :]


def _cut(chance, body):
    return body[: _spot(chance, body)]


def _without(chance, body):
    a, b = sorted((_spot(chance, body), _spot(chance, body)))
    return body[:a] + body[min(b, a + chance.randrange(1, 200)) :]


def _twice(chance, body):
    a, b = sorted((_spot(chance, body), _spot(chance, body)))
    part = body[a : min(b, a + 400)]
    return body[:a] + part * chance.randrange(2, 30) + body[a:]


def _nasty(chance, body):
    at = _spot(chance, body)
    return body[:at] + chance.choice(NASTY) + body[at:]


def _value(chance, body):
    """A value between two marks replaced."""
    marks = [i for i, byte in enumerate(body) if byte in b'>":, ']
    if len(marks) < 2:
        return body
    k = chance.randrange(len(marks) - 1)
    return body[: marks[k] + 1] + chance.choice(NASTY) + body[marks[k + 1] :]


def _encoded(chance, body):
    return body.decode("utf-8", "replace").encode(chance.choice(ENCODINGS), "replace")


def _declared(chance, body):
    return body.replace(b"UTF-8", chance.choice(DECLARED).encode(), 1)


def _deep(chance, body):
    at, n = _spot(chance, body), chance.choice((70, 500, 5000))
    one = chance.choice((b"[", b'{"a":', b"<a>", b"<b><c>"))
    return body[:at] + one * n + body[at:]


def _swapped(chance, body):
    parts = body.split(b">") if b">" in body else body.split(b",")
    chance.shuffle(parts)
    return (b">" if b">" in body else b",").join(parts)


WAYS = (
    _flipped,
    _cut,
    _without,
    _twice,
    _nasty,
    _nasty,
    _value,
    _value,
    _value,
    _encoded,
    _declared,
    _deep,
    _swapped,
)
