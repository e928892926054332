"""The map as a Dash tree, and the model that the browser draws.

The tree is made once a page; all that changes travels as a `MapModel` through one store and one clientside
callback (`UPDATE`) to ``assets/map/controller.js``, which documents each field. Addresses in the model answer:

======================  =====================================================================================
``Level.cells``         binary of `data_access.cells.encode`, immutable (digest in the address)
``Level.names``         JSON ``{"ids", "names", "lon", "lat", "lo"}``, lists in cell order, immutable
``Level.values``        binary of `components.map.wire.encode_values`; the address changes with the data
``PointLayer.url``      JSON ``{"id", "lon", "lat", "severity" or "status", "title", "note"?}``, as above
``Base.url``            GeoJSON with ``properties.kind`` city, district, water or road (and ``rank`` 1–3)
======================  =====================================================================================
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Literal

import dash_leaflet as dl
import numpy as np
from dash import ClientsideFunction, dcc, html
from dash.development.base_component import Component

from data_access.cells import decode

UPDATE = ClientsideFunction(namespace="jingwei", function_name="update_map")
"""Takes a model to its map: ``clientside_callback(UPDATE, Input(store_id, "data"))``; it has no output."""

Range = tuple[int, int]
Bounds = tuple[tuple[float, float], tuple[float, float]]
PointKind = Literal["case", "device", "facility"]


@dataclass(frozen=True)
class Level:
    """One level of cells. `size`: see `median_size`. `ranges`: cells shown, as half-open ranges; None for all.

    `steps` and `colors` are the level's own scale (counts of a grid and of a district need different ones); None
    takes those of the model.
    """

    level: int
    title: str
    cells: str
    names: str
    size: float
    values: str | None = None
    ranges: Sequence[Range] | None = None
    steps: Sequence[float] | None = None
    colors: dict[str, list[str]] | None = None


@dataclass(frozen=True)
class Selected:
    """Cells of one level whose common outline is drawn strong: the unit or zone that is looked at."""

    level: int
    ranges: Sequence[Range]


@dataclass(frozen=True)
class PointLayer:
    """One layer of points. `href` is a pattern with ``{id}``; `network` gives devices their colour."""

    key: str
    kind: PointKind
    url: str
    network: str | None = None
    href: str | None = None


@dataclass(frozen=True)
class Tiles:
    """An XYZ tile service beneath everything."""

    url: str
    max_zoom: int = 18
    opacity: float = 1.0


@dataclass(frozen=True)
class Base:
    """The base map: own GeoJSON, tiles, both or none."""

    url: str | None = None
    tiles: Tiles | None = None


@dataclass(frozen=True)
class MapTexts:
    """Texts of the tooltip in the language of the page; `{n}` and `{m}` are filled in the browser."""

    no_data: str
    fraction: str
    cluster: str


@dataclass(frozen=True)
class MapModel:
    """All that the browser needs to draw one map; every field as in ``assets/map/controller.js``."""

    map: str
    lang: str
    texts: MapTexts
    levels: Sequence[Level] = ()
    frames: Sequence[Level] = ()
    surface: str | None = None
    fit: Bounds | None = None
    fit_key: str = ""
    level: int | None = None
    title: str = ""
    unit: str = ""
    decimals: int = 0
    steps: Sequence[float] = ()
    colors: dict[str, list[str]] = field(default_factory=lambda: {"night": [], "paper": []})
    hidden: Sequence[int] = ()
    selected: Selected | None = None
    labels: Sequence[int] = ()
    href: str | None = None
    points: Sequence[PointLayer] = ()
    base: Base | None = None
    report: str | None = None

    def to_dict(self) -> dict:
        """The model as plain JSON, without the fields that are None."""
        return _plain(self)


def map_component(map_id: str, store_id: str, label: str, fit: Bounds) -> Component:
    """The map and the store that takes its model. `label` names the map for screen readers."""
    handlers = {name: {"variable": f"jingwei.map.host.{name}"} for name in ("add", "remove")}
    (south, west), (north, east) = fit
    leaflet = dl.Map(
        [
            dl.LayerGroup(eventHandlers=handlers, disableDefaultEventHandlers=True),
            dl.ScaleControl(imperial=False, position="bottomright"),
        ],
        id=map_id,
        center=[(south + north) / 2, (west + east) / 2],
        zoom=9,
        zoomSnap=0.25,
        zoomDelta=0.5,
        wheelPxPerZoomLevel=120,
        minZoom=5,
        maxZoom=18,
        attributionControl=False,
        zoomControl=False,
        style={"width": "100%", "height": "100%"},
    )
    region = {"role": "region", "aria-label": label, "style": {"width": "100%", "height": "100%"}}
    return html.Div([leaflet, dcc.Store(id=store_id)], **region)


def spans(body: bytes) -> np.ndarray:
    """Size of each cell of an encoded level: the root of its box's area, in degrees of latitude."""
    cells = decode(body)
    west, south, east, north = cells.box
    of_cell = np.repeat(np.arange(len(cells.rings)), cells.rings)
    points = np.bincount(of_cell, weights=cells.points, minlength=len(cells.rings)).astype(int)
    first = np.concatenate([[0], np.cumsum(points)[:-1]])
    some = points > 0
    width, height = np.zeros(len(points)), np.zeros(len(points))
    for out, axis in ((width, cells.x), (height, cells.y)):
        wide = axis.astype(np.float64)
        at = first[some]
        out[some] = np.maximum.reduceat(wide, at) - np.minimum.reduceat(wide, at)
    squeeze = np.cos(np.radians((south + north) / 2))
    return np.sqrt(width * (east - west) * squeeze * height * (north - south)) / 65535


def median_size(sizes: np.ndarray, ranges: Sequence[Range] | None = None) -> float:
    """Median of `spans` over the cells of `ranges` (all when None), in degrees of latitude; 0 for no cells."""
    chosen = sizes if ranges is None else np.concatenate([sizes[:0], *(sizes[lo:hi] for lo, hi in ranges)])
    return float(np.median(chosen)) if len(chosen) else 0.0


def _plain(value: object) -> object:
    if is_dataclass(value):
        items = ((f.name, getattr(value, f.name)) for f in fields(value))
        return {name: _plain(v) for name, v in items if v is not None}
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    return value.item() if isinstance(value, np.generic) else value
