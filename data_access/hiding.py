"""Taking secrets out of a text that anybody may have sent, before people see it."""

import os
import re
from collections.abc import Callable

HIDDEN = "•••"
NAMES = (
    r"password|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|authorization|credential|cookie"
    r"|private[_-]?key"
)
_VALUE = r""""(?:[^"\\]|\\.)*"|'[^']*'|[^\s,;&}\]]+"""
_PAIR = re.compile(rf"((?:{NAMES})[\w.-]{{0,30}}[\"']?\s{{0,5}}[:=]\s{{0,5}})({_VALUE})", re.I)
_BEARER = re.compile(r"\b(bearer|basic)\s{1,5}[\w.~+/=-]{6,}", re.I)
_USERINFO = re.compile(r"(\w{1,12}://)[^\s/@:]{1,100}:[^\s/@]{1,200}@")
SHORTEST = 6
"""Values of environment variables that are shorter are not looked for: they would be found everywhere."""


def without_secrets(text: str) -> str:
    """The text with values hidden that are named as secrets, and those that this process holds as such."""
    return hider()(text)


def hider() -> Callable[[str], str]:
    """The same for many texts."""
    held = _held()
    return lambda text: _without(text, held)


def _without(text: str, held: list[str]) -> str:
    for value in held:
        text = text.replace(value, HIDDEN)
    text = _BEARER.sub(lambda found: f"{found[1]} {HIDDEN}", text)
    text = _USERINFO.sub(lambda found: f"{found[1]}{HIDDEN}@", text)
    return _PAIR.sub(lambda found: f"{found[1]}{_quoted(found[2])}", text)


def _quoted(value: str) -> str:
    return f"{value[0]}{HIDDEN}{value[0]}" if value[:1] in ('"', "'") else HIDDEN


def _held() -> list[str]:
    """Values of environment variables whose names say that they are secrets, the longest first."""
    named = (v for n, v in os.environ.items() if re.search(NAMES, n, re.I) and len(v) >= SHORTEST)
    return sorted(set(named), key=len, reverse=True)
