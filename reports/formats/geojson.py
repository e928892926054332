"""GeoJSON: the cells of the map as polygons with their values, and the open cases where the View shows them."""

import json
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
import shapely

from components.panels.map import drawn_cells, drawn_level
from components.sheet import Sheet
from data_access.cells import shapes
from data_access.city import City
from data_access.outlines import outline
from data_access.view import View
from data_access.words import T
from reports.about import definitions, facts, panels
from reports.cells import plain
from reports.format import Format
from reports.snapshot import Snapshot

PLACES = 6
"""Decimals of a degree: a decimetre, finer than outlines are kept."""


def carries(view: View) -> tuple[str, ...]:
    """The map, and the list of cases where the View shows their layer; nothing of pages without a map."""
    cases = any(layer.split(":")[0] == "cases" for layer in view.layers)
    return () if view.page else ("map", "stream") if cases else ("map",)


def write(snapshot: Snapshot, city: City, file: BinaryIO) -> None:
    """A FeatureCollection in WGS84, the facts of the snapshot as a member of its own, a feature a line."""
    lang, zone = snapshot.view.lang, snapshot.zone
    told = {fact.key: fact.told(lang) for fact in facts(snapshot)}
    told |= {
        "panels": _records(panels(snapshot), zone, lang),
        "definitions": _records(definitions(snapshot), zone, lang),
    }
    if snapshot.told:
        told["told"] = [
            {"title": chapter.title(lang), "sentences": [text(lang) for text in chapter.sentences]}
            for chapter in snapshot.told
        ]
    file.write(b'{"type":"FeatureCollection","jingwei":' + _json(told) + b',"features":[\n')
    for number, feature in enumerate(_features(snapshot, city)):
        file.write((b",\n" if number else b"") + _json(feature))
    file.write(b"\n]}\n")


def _features(snapshot: Snapshot, city: City) -> Iterator[dict]:
    lang, zone = snapshot.view.lang, snapshot.zone
    drawn, cases = snapshot.part("map"), snapshot.part("stream")
    if drawn and drawn.sheet:
        records = _records(drawn.sheet, zone, lang)
        for shape, record in zip(_outlines(snapshot, city), records, strict=True):
            yield _feature("cell", shape, _renamed(record))
    if cases and cases.sheet:
        for record in _records(cases.sheet, zone, lang):
            lon, lat = record.pop("lon"), record.pop("lat")
            yield _feature("case", {"type": "Point", "coordinates": [lon, lat]}, record)


def _outlines(snapshot: Snapshot, city: City) -> Iterator[dict | None]:
    """The outlines of the drawn cells as geometries, shells counter-clockwise; None for a cell without one."""
    cells = shapes(outline(city, drawn_level(city, snapshot.ask)).body)[drawn_cells(city, snapshot.ask)]
    cells = shapely.transform(shapely.orient_polygons(cells), lambda xy: np.round(xy, PLACES))
    for cell in cells:
        yield None if shapely.is_empty(cell) else shapely.geometry.mapping(cell)


def _renamed(record: dict) -> dict:
    """A cell's properties, under the names that maps expect."""
    names = {"unit_id": "id", "unit": "name"}
    return {names.get(key, key): value for key, value in record.items() if key not in ("lon", "lat")}


def _feature(kind: str, geometry: dict | None, properties: dict) -> dict:
    return {"type": "Feature", "geometry": geometry, "properties": {"kind": kind, **properties}}


def _records(sheet: Sheet, zone: str, lang: str) -> list[dict]:
    return [
        {column.key: plain(cell, column, zone, lang) for column, cell in zip(sheet.columns, row, strict=True)}
        for row in sheet.rows
    ]


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


FORMAT = Format(
    key="geojson",
    title=T("GeoJSON 地图", "GeoJSON"),
    help=T(
        "地图单元为多边形，附数值；显示案件图层时另有案件点位（WGS84）",
        "The cells of the map as polygons with their values; cases as points where their layer is on (WGS84)",
    ),
    suffix="geojson",
    media="application/geo+json",
    write=write,
    carries=carries,
    order=30,
)
