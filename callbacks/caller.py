"""Who asks, and for which View: read from the address and the request, nothing else."""

import re
from urllib.parse import parse_qs, urlsplit

from flask import has_request_context, request

from data_access.ask import Ask, ask
from data_access.city import City
from data_access.errors import OutOfScope, UnknownUnit
from data_access.live import Moment
from data_access.scope import EVERYTHING, Scope
from data_access.view import THEMES, View
from data_access.words import LANGS, T

LATEST = 4_102_444_800
"""The year 2100, in epoch seconds: later than any moment a screen can show."""


def scope() -> Scope:
    """The caller's access scope: everything, until there is sign-in."""
    return EVERYTHING


def who() -> T:
    """Who asks, in words: nobody that is known, until there is sign-in."""
    return T("未登录", "not signed in")


def view_of(href: str) -> tuple[View, list[T]]:
    """The View of an address, by the language and theme this browser chose; and what was not understood."""
    parts = urlsplit(href or "/")
    return View.of(parts.path, parts.query, _language(), _theme())


def language() -> str:
    """The language of a request that has no View's address: by its query, else as this browser chose."""
    return view_of(f"/?{request.query_string.decode('utf-8', 'replace')}")[0].lang


def asked(city: City, href: str, moment: str | None) -> Ask:
    """The question an address puts at a moment. Raises UnknownUnit, OutOfScope."""
    return ask(city, view_of(href)[0], scope(), moment_of(href, moment))


def shown(city: City, href: str, moment: str | None) -> Ask:
    """The same, but of the whole city where there is no such unit, as the header tells. Raises OutOfScope."""
    try:
        return asked(city, href, moment)
    except UnknownUnit:
        whole = view_of(href)[0].but(unit="", area=())
        return ask(city, whole, scope(), moment_of(href, moment))


def looked_at(city: City, href: str, moment: str | None) -> Ask:
    """What the map shows: the same, but of all that the caller may see where the unit is out of scope."""
    try:
        return shown(city, href, moment)
    except OutOfScope:
        whole = view_of(href)[0].but(unit="", area=())
        return ask(city, whole, scope(), moment_of(href, moment))


def moment_of(href: str, moment: str | None) -> Moment | None:
    """The moment that an address of the past holds the page at, as for a snapshot's picture; else that on screen.

    A picture of now is never held: it would look fresh for ever.
    """
    query = parse_qs(urlsplit(href or "/").query)
    held = query.get("moment", [""])[-1] if query.get("as_of") else ""
    return read_moment(held) or read_moment(moment)


def read_moment(text: str | None) -> Moment | None:
    """A moment as the browser has it, ``version-second``; None for anything else."""
    found = re.fullmatch(r"([0-9]{1,15})-([0-9]{9,10})", text or "")
    return Moment(int(found[1]), float(found[2])) if found and int(found[2]) < LATEST else None


def _language() -> str:
    if not has_request_context():
        return LANGS[0]
    kept = request.cookies.get("lang")
    return kept if kept in LANGS else request.accept_languages.best_match(LANGS) or LANGS[0]


def _theme() -> str:
    kept = request.cookies.get("theme") if has_request_context() else None
    return kept if kept in THEMES else THEMES[0]
