"""What the search box asks: ``GET /find?q=…`` with the query of a View, answered by a JSON list."""

import json
import logging

from flask import Flask, Response, request

from callbacks.caller import scope, view_of
from components import links
from data_access.ask import ask
from data_access.city import City
from data_access.errors import OutOfScope
from data_access.names import marked
from data_access.queries.find import LONGEST, Found, find
from data_access.units import ZONES
from data_access.view import View
from data_access.words import T

log = logging.getLogger(__name__)
KINDS = {
    "zone": T("管理区", "Zone"),
    "case": T("案件", "Case"),
    "device": T("设备", "Device"),
    "facility": T("部件", "Facility"),
    "place": T("位置", "Place"),
}
USE = T(
    "可查找：单元的名称、拼音、首字母或代码；案件、设备、部件的编号；地址；经纬度，如 {example}。",
    "Find a unit by name, Pinyin, initials or code; a case, device or facility by id; an address; "
    "or coordinates, such as {example}.",
)
NOTHING = T("没有找到“{text}”。", "Nothing is called “{text}”. ")
REFUSED = T("您的权限范围内没有可查找的内容。", "There is nothing to find within your scope.")
BROKEN = T("暂时无法查找，请稍后再试。", "Searching failed; please try again in a moment.")


def register(server: Flask, city: City) -> None:
    """Put the endpoint on the server."""

    @server.get("/find")
    def finding() -> Response:
        items = answer(city, request.args.get("q", ""), request.query_string.decode("utf-8", "replace"))
        response = Response(json.dumps(items, ensure_ascii=False), mimetype="application/json")
        response.headers["Cache-Control"] = "no-store"
        return response


def answer(city: City, text: str, query: str) -> list[dict]:
    """What is found, each with the address it leads to; one item without address tells why there is none.

    An item has kind, word (what it is), name, mark (which characters of the name were asked for, or None), path,
    note, and href or None. Never an exception.
    """
    text, view = text[:LONGEST].strip(), view_of(f"/?{query}")[0].but(area=(), place=None)
    lang = view.lang
    try:
        found = find(city, ask(city, view, scope()), text)
    except OutOfScope:
        return [_message(REFUSED(lang))]
    except Exception:
        log.exception("nothing could be found for %r", text)
        return [_message(BROKEN(lang))]
    return [_item(city, view, one, text) for one in found] or [_message(_nothing(city, text)(lang))]


def _item(city: City, view: View, found: Found, text: str) -> dict:
    lang, name = view.lang, found.title(view.lang)
    if found.unit is None:
        return _message(T("{name}：{note}。", "{name} is {note}.").fill(name=name, note=found.note)(lang))
    word = city.profile.levels[found.unit.level].title if found.kind == "unit" else KINDS[found.kind]
    return {
        "kind": found.kind,
        "word": word(lang),
        "name": name,
        "mark": marked(name, text),
        "path": " › ".join(title(lang) for title in found.path),
        "note": found.note(lang),
        "href": leads_to(view, found).url,
    }


def leads_to(view: View, found: Found) -> View:
    """The View of what was found: of its unit, with the spot pinned where it is one."""
    tree = {"tree": ZONES} if found.kind == "zone" else {}
    return links.at_unit(view, found.unit).but(place=found.place, **tree)


def _message(text: str) -> dict:
    return {"kind": "none", "word": "", "name": text, "mark": None, "path": "", "note": "", "href": None}


def _nothing(city: City, text: str) -> T:
    lon, lat = city.units.root.point
    use = USE.fill(example=f"{lat:.2f}, {lon:.2f}")
    return T("{said}{use}", "{said}{use}").fill(said=NOTHING.fill(text=text), use=use) if text else use
