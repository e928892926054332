"""Panels for other pages: ``POST /embeds`` signs a link, ``/embed/TOKEN`` is a page with the panel's picture.

The picture is drawn anew about once a minute while somebody looks. Nothing else of this server needs to be let
through to those who see it.
"""

import json
import re
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from html import escape

from flask import Flask, Response, request

from callbacks.caller import language, scope, view_of
from callbacks.snapshots import Desk, refused, site
from components.embed import page
from data_access.view import View
from data_access.words import T
from reports.embedding import EXPIRED, FORM, Embed, read, sign
from reports.order import Order
from reports.taking import CannotTake, Wanted, checked, wanted
from reports.wording import stamped

FRESH = 60
"""Seconds for which a picture serves all who look."""
MOST = 100
"""Links whose pictures are kept."""
WAIT = 10.0
"""Seconds that the first who looks waits for a picture."""
ONE = T("请选择一个面板。", "Choose one panel.")
FRAME = '<iframe src="{url}" width="{wide}" height="700" style="border:0" loading="lazy" title="{title}"></iframe>'


@dataclass
class Shown:
    """The last picture of a link: its bytes, of which moment it is, when the next was begun (both epoch seconds),
    and the order for that, until it is taken."""

    body: bytes = b""
    at: float = 0.0
    begun: float = 0.0
    order: Order | None = None


class Pictures:
    """The pictures of links that are looked at, the latest looked at last. Thread-safe."""

    def __init__(self, desk: Desk):
        self._desk, self._lock = desk, threading.Lock()
        self._shown: OrderedDict[str, Shown] = OrderedDict()

    def of(self, token: str, embed: Embed, lang: str) -> Shown:
        """The picture of a link, the last one while the next is made. Raises CannotTake where there is none."""
        shown = self._begin(token, embed, lang)
        if shown.order and not shown.body:
            self._desk.pool.soon(shown.order, WAIT)
        with self._lock:
            self._take(shown)
        return shown

    def _begin(self, token: str, embed: Embed, lang: str) -> Shown:
        with self._lock:
            shown = self._shown.setdefault(token, Shown())
            self._shown.move_to_end(token)
            while len(self._shown) > MOST:
                self._shown.popitem(last=False)
            if shown.order is None and time.time() - shown.begun > FRESH:
                view, _ = view_of(embed.address)
                asked = embedded(self._desk, embed.address, embed.panel, view)
                shown.order = self._desk.pool.put(FORM, self._desk.taker(asked, ""), lang)
                shown.begun = time.time()
        return shown

    def _take(self, shown: Shown) -> None:
        order = shown.order
        if order is None or not order.over.is_set():
            return
        try:
            with order.file() as file:
                shown.body, shown.at = file.read(), order.at
        except CannotTake:
            if not shown.body:
                raise
        except FileNotFoundError:
            shown.begun = 0.0  # Nobody looked for so long that the pool has let go of it.
        finally:
            shown.order = None


def register(server: Flask, desk: Desk) -> None:
    """Put the endpoints on the server."""
    server.post("/embeds")(lambda: _signed(desk))
    zone, pictures = desk.city.profile.zone, Pictures(desk)

    @server.get("/embed/<token>")
    def embed(token: str) -> Response:
        lang, theme = language(), "night"
        try:
            found = read(desk.city.settings, token)
            lang, theme = _looks(found)
            _good(found, zone)
        except CannotTake as error:
            return Response(page("", lang, theme, error.told(lang)), error.status)
        return Response(page(f"/embed/{token}/picture", lang, theme))

    @server.get("/embed/<token>/picture")
    def embedded_picture(token: str) -> Response:
        try:
            found = read(desk.city.settings, token)
            _good(found, zone)
            shown = pictures.of(token, found, _looks(found)[0])
        except CannotTake as error:
            return refused(error.told, error.status, language())
        if not shown.body:
            # Being made: no error, which a browser would write into the console of the page that shows it.
            return Response(status=202, headers={"Retry-After": "2", "Cache-Control": "no-store"})
        headers = {"Cache-Control": "no-store", "X-Jingwei-At": stamped(shown.at, zone)}
        return Response(shown.body, headers=headers, mimetype=FORM.media)


def _good(embed: Embed, zone: str) -> None:
    """Raises CannotTake for a link that has expired."""
    if embed.until < time.time():
        raise CannotTake(EXPIRED.fill(until=stamped(embed.until, zone)), 410)


def _looks(embed: Embed) -> tuple[str, str]:
    """Language and theme of what a link shows."""
    view, _ = view_of(embed.address)
    return view.lang, view.theme


def _signed(desk: Desk) -> Response:
    """A new link, from an address, a panel's key and a number of days, as JSON."""
    told = request.get_json(silent=True)
    told = told if isinstance(told, dict) else {}
    address, panel = str(told.get("address", "/")), str(told.get("panel", ""))
    view, _ = view_of(address)
    try:
        found = checked(desk.city, desk.panels, embedded(desk, address, panel, view), scope())
        if len(found) != 1:
            raise CannotTake(ONE)
        token, until = sign(desk.city.settings, view.url, panel, _days(told.get("days")), time.time())
    except CannotTake as error:
        return refused(error.told, error.status, view.lang, address)
    url = f"{site(desk.city).rstrip('/')}/embed/{token}"
    code = FRAME.format(url=url, wide=FORM.drawing.size[0], title=escape(found[0].title(view.lang)))
    body = {"url": url, "code": code, "until": stamped(until, desk.city.profile.zone)}
    return Response(json.dumps(body, ensure_ascii=False), 201, mimetype="application/json")


def embedded(desk: Desk, address: str, panel: str, view: View) -> Wanted:
    """What a link shows: the panel's picture, of what is now where the address names no moment."""
    return replace(wanted(desk.forms, address, "png", panel, view), form=FORM)


def _days(text: object) -> int:
    return int(text) if re.fullmatch("[0-9]{1,4}", str(text)) else 0
