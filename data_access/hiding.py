"""Taking secrets out of a text that anybody may have sent, before people see it."""

import os
import re

HIDDEN = "•••"
NAMES = r"pass(?:word|wd)?|secret|token|api[_-]?key|access[_-]?key|authorization|credential|cookie|private[_-]?key"
_PAIR = re.compile(
    rf"""(["']?[\w.-]*(?:{NAMES})[\w.-]*["']?\s*[:=]\s*)("(?:[^"\\]|\\.)*"|'[^']*'|[^\s,;&}}\]]+)""", re.I
)
_BEARER = re.compile(r"\b(bearer|basic)\s+[\w.~+/=-]{6,}", re.I)
_USERINFO = re.compile(r"(\w+://)[^\s/@:]+:[^\s/@]+@")
SHORTEST = 6
"""Values of environment variables that are shorter are not looked for: they would be found everywhere."""


def without_secrets(text: str) -> str:
    """The text with values hidden that are named as secrets, and those that this process holds as such."""
    for value in _held():
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
