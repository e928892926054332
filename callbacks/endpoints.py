"""What the browser fetches: the live moment, outlines and names for ever, values and layers by moment."""

import gzip
import json
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlencode

import numpy as np
from flask import Blueprint, Flask, Response, abort, request

from callbacks import finding
from callbacks.caller import read_moment, scope
from callbacks.quick import BRIEFLY, Note, Quick, packed, packs, ready, value_headers
from callbacks.shading import colours, frame_edges
from components.fmt import unit_scale
from components.layer import Layer, answer
from components.map.wire import encode_frames, encode_values
from data_access.ask import Ask, ask
from data_access.city import City
from data_access.errors import JingweiError, StoreFailed
from data_access.metric import Metric
from data_access.outlines import base_map, outline
from data_access.overlays import overlay_body
from data_access.queries.comparison import CHANGE, in_step, shown
from data_access.queries.frames import Frames, Mode, frames, matrix
from data_access.registry import Registry
from data_access.view import View

AGAIN = "5"
"""Seconds after which to ask again while the store is away."""
FOR_EVER = "public, max-age=31536000, immutable"


def cells_url(city: City, level: int) -> str:
    """Where the outlines of a level are."""
    return f"/cells/{level}-{outline(city, level).digest}.bin"


def names_url(city: City, level: int, lang: str) -> str:
    """Where the names of a level's cells are."""
    return f"/names/{level}-{outline(city, level).digest}-{lang}.json"


def values_url(question: Ask, metric: Metric, level: int) -> str:
    """Where a metric's values of a level's cells are, at the moment of the question."""
    return f"/values/{metric.key}/{level}?{_query(question)}"


def frames_url(question: Ask, metric: Metric, level: int, played: Frames, mode: Mode, beside: str = "") -> str:
    """Where a metric's values at all frames are: the same address whichever of them the question is at.

    `beside`: by what the question is compared, for the values of the map that stands beside it.
    """
    last = replace(question, view=played.view(question.view, len(played) - 1, mode))
    more = {"beside": beside} if beside else {}
    return f"/frames/{metric.key}/{level}?{_query(last, unit=question.view.unit, **more)}"


def layer_url(question: Ask, layer: Layer) -> str:
    """Where a layer's answer is, at the moment of the question."""
    return f"/{layer.part}/{layer.key}?{_query(question, unit=question.view.unit, kinds=layer.kinds)}"


def _query(question: Ask, **more: str | Sequence[str]) -> str:
    compare = CHANGE if question.view.compare == CHANGE else ""
    plain = {"metric": "", "level": "", "layers": View().layers, "place": None, "compare": compare, "hidden": ()}
    view = question.view.but(**plain)
    return view.url.split("?", 1)[1] + "&" + urlencode({**more, "moment": str(question.moment)}, doseq=True)


def register(server: Flask, city: City, layers: Registry[Layer], note: Note = lambda *told: None) -> None:
    """Put the endpoints on the server; `note` is told of the answers that do not go through Flask."""
    blueprint = Blueprint("data", __name__)
    _changing(blueprint, city, layers)
    _immutable(blueprint, city)
    server.register_blueprint(blueprint)
    server.register_error_handler(StoreFailed, _away)
    server.wsgi_app = Quick(server.wsgi_app, city, note)
    finding.register(server, city)


def _changing(blueprint: Blueprint, city: City, layers: Registry[Layer]) -> None:
    @blueprint.get("/values/<key>/<int:level>")
    def values(key: str, level: int) -> Response:
        metric = city.metrics.get(key)
        if metric is None or level >= city.units.depth:
            abort(404)
        environ, question = request.environ, _question(city)

        def made() -> bytes:
            return packed(values_of(city, question, metric, level), environ)

        told = read_moment(request.args.get("moment"))
        body = city.cache.get(ready(environ), made) if told else made()
        return Response(body, headers=value_headers(packs(environ)))

    @blueprint.get("/frames/<key>/<int:level>")
    def played(key: str, level: int) -> Response:
        metric = city.metrics.get(key)
        if metric is None or level >= city.units.depth:
            abort(404)
        beside = request.args.get("beside", "")
        if beside and not in_step(beside):
            abort(404)
        body = frames_of(city, _question(city), metric, level, beside)
        return _briefly(body, "application/octet-stream", packed=True)

    @blueprint.get("/<any(points, density, shapes):part>/<key>")
    def layer(part: str, key: str) -> Response:
        layer = layers.get(key)
        if layer is None or layer.part != part:
            abort(404)
        layer = layer.narrowed(tuple(request.args.getlist("kinds")))
        told = answer(layer, city, _question(city))
        return _briefly(json.dumps(told, separators=(",", ":")), "application/json")


def _immutable(blueprint: Blueprint, city: City) -> None:
    @blueprint.get("/cells/<int:level>-<digest>.bin")
    def cells(level: int, digest: str) -> Response:
        kept = _kept(city, level, digest)
        body = city.fixed.get(("packed", digest), lambda: gzip.compress(kept.body, 6))
        return _for_ever(body, "application/octet-stream", packed=True)

    @blueprint.get("/names/<int:level>-<digest>-<lang>.json")
    def names(level: int, digest: str, lang: str) -> Response:
        _kept(city, level, digest)
        body = city.fixed.get(("names", level, lang), lambda: gzip.compress(names_of(city, level, lang), 6))
        return _for_ever(body, "application/json", packed=True)

    @blueprint.get("/basemap/<digest>.json")
    def basemap(digest: str) -> Response:
        kept, body = base_map(city)
        return _for_ever(body, "application/json") if kept == digest else abort(404)

    @blueprint.get("/overlay/<digest>.json")
    def overlay(digest: str) -> Response:
        try:
            return _for_ever(overlay_body(city, digest), "application/json", packed=True)
        except KeyError:
            abort(404)


def values_of(city: City, question: Ask, metric: Metric, level: int) -> bytes:
    """A metric's values of all cells of a level, in cell order; durations in hours."""
    figures = shown(city, question, metric, city.units.rows_at(level))
    fractions = (None, None) if np.isnan(figures.m).all() else (figures.n, figures.m)
    return encode_values(figures.value / unit_scale(metric), *fractions)


def frames_of(city: City, question: Ask, metric: Metric, level: int, beside: str = "") -> bytes:
    """A metric's values of all cells of a level at each frame of the window, compressed by gzip.

    With `beside` those of the map beside, on the scale of the map itself.
    """
    played = frames(city, question)
    key = ("frames", metric.key, level, question.view.url, str(question.moment), question.scope, beside)

    def made() -> bytes:
        values = matrix(city, question, metric, city.units.rows_at(level), played, compare=beside)
        edges = frame_edges(city, question, metric, level, played)
        return gzip.compress(encode_frames(values / unit_scale(metric), edges, colours(edges, question)), 1)

    return city.cache.get(key, made)


def names_of(city: City, level: int, lang: str) -> bytes:
    """Ids, names, label points and first leaves of all cells of a level, in cell order."""
    t, rows = city.units.table, city.units.rows_at(level)
    names = (t.zh if lang == "zh" else t.en)[rows]
    lists = {"ids": t.id[rows], "names": names, "lon": t.lon[rows].round(5), "lat": t.lat[rows].round(5)}
    lists["lo"] = t.lo[rows].astype(int)
    return json.dumps(
        {k: v.tolist() for k, v in lists.items()}, ensure_ascii=False, separators=(",", ":")
    ).encode()


def _question(city: City) -> Ask:
    unit = request.args.get("unit", "")
    query = {k: v for k, v in request.args.items() if k not in ("unit", "moment")}
    view, _ = View.of("/", query)
    try:
        return ask(city, view.but(unit=unit), scope(), read_moment(request.args.get("moment")))
    except StoreFailed:
        raise
    except JingweiError as error:
        abort(404, str(error))


def _away(error: StoreFailed) -> Response:
    """The answer while the store is away."""
    body = json.dumps({"error": str(error)}, ensure_ascii=False)
    return Response(body, 503, {"Retry-After": AGAIN, "Cache-Control": "no-store"}, mimetype="application/json")


def _kept(city: City, level: int, digest: str):
    if level >= city.units.depth or outline(city, level).digest != digest:
        abort(404)
    return outline(city, level)


def _for_ever(body: bytes, kind: str, packed: bool = False) -> Response:
    response = Response(body, mimetype=kind)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Cache-Control"] = FOR_EVER
    return response


def _briefly(body: bytes | str, kind: str, packed: bool = False) -> Response:
    response = Response(body, mimetype=kind)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Cache-Control"] = BRIEFLY
    return response
