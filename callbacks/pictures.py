"""Pictures of cameras: fetched from where the operator's cameras give them, or drawn for the reference city."""

import logging
import time
from html import escape
from urllib.parse import quote
from urllib.request import urlopen

from flask import Flask, Response, abort, request

from callbacks.caller import scope
from components import fmt
from data_access.city import City
from data_access.units import mask_of
from data_access.words import T
from demo.pictures import SIZE, street

log = logging.getLogger(__name__)
FRESH, PATIENCE, LARGEST = 5, 3, 4_000_000
"""Seconds a picture serves all who ask for it, seconds a source has to answer, and bytes a picture may have."""
NO_SOURCE = T("未设置画面来源", "No source of pictures is set")
NOT_NOW = T("不保存历史画面", "Pictures of the past are not kept")
AWAY = T("暂时取不到画面", "The picture cannot be fetched now")
Picture = tuple[bytes, str]
"""Its bytes and media type."""


def register(server: Flask, city: City) -> None:
    """Put ``/picture/<feed>/<code>`` on the server; what cannot be shown is a hatched picture that says why."""

    @server.get("/picture/<feed>/<code>")
    def picture(feed: str, code: str) -> Response:
        if not _visible(city, feed, code):
            abort(404)
        lang = "zh" if request.args.get("lang") == "zh" else "en"
        key = ("picture", feed, code, lang, int(time.time()) // FRESH)
        if "past" in request.args:
            body, kind = nothing(NOT_NOW(lang))
        else:
            body, kind = city.cache.get(key, lambda: shot(city, feed, code, lang))
        headers = {"Cache-Control": f"private, max-age={FRESH}", "X-Content-Type-Options": "nosniff"}
        return Response(body, 200, headers, mimetype=kind)


def shot(city: City, feed: str, code: str, lang: str) -> Picture:
    """The picture of a camera now."""
    source = city.settings.picture_url
    if source:
        return _fetched(source.format(feed=quote(feed, safe=""), code=quote(code, safe="")), lang)
    if not city.profile.seed:
        return nothing(NO_SOURCE(lang))
    now, zone = time.time(), city.profile.zone
    local = fmt.local(now, zone)
    stamp = local.strftime("%Y-%m-%d %H:%M:%S")
    return street(code, local.hour + local.minute / 60, stamp, lang).encode(), "image/svg+xml"


def nothing(why: str) -> Picture:
    """A picture of what is not known: hatched, with the reason."""
    width, height = SIZE
    body = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"><defs><pattern id="h" width="12" '
        'height="12" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="3" height="12" '
        'fill="#5f6f85" fill-opacity=".5"/></pattern></defs><rect width="100%" height="100%" fill="url(#h)"/>'
        f'<text x="50%" y="50%" text-anchor="middle" font-family="sans-serif" font-size="20" fill="#a7b4c5" '
        f'stroke="#121a26" stroke-width="5" paint-order="stroke">{escape(why)}</text></svg>'
    )
    return body.encode(), "image/svg+xml"


def _fetched(url: str, lang: str) -> Picture:
    try:
        with urlopen(url, timeout=PATIENCE) as answer:
            kind, body = answer.headers.get_content_type(), answer.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        log.warning("picture %s: %s", url, error)
        return nothing(AWAY(lang))
    if not kind.startswith("image/") or kind == "image/svg+xml" or len(body) > LARGEST:
        log.warning("picture %s: %s of %s bytes is not taken", url, kind, len(body))
        return nothing(AWAY(lang))
    return body, kind


def _visible(city: City, feed: str, code: str) -> bool:
    """Whether there is such a device in what the caller may see."""
    rows = city.fixed.get("rows by code", lambda: {str(c): n for n, c in enumerate(city.devices["code"])})
    row = rows.get(code)
    if row is None or str(city.devices["feed"][row]) != feed:
        return False
    seen = scope().intervals
    return seen is None or bool(mask_of(seen, city.units.leaves)[int(city.devices["leaf"][row])])
