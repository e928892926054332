"""The map as a Dash tree, made once a page, and how large its cells are; what it draws is a `MapModel`."""

from collections.abc import Sequence

import dash_leaflet as dl
import numpy as np
from dash import ClientsideFunction, dcc, html
from dash.development.base_component import Component

from components.map.model import Bounds, Range
from data_access.cells import decode

UPDATE = ClientsideFunction(namespace="jingwei", function_name="update_map")
"""Takes a model to its map: ``clientside_callback(UPDATE, Input(store_id, "data"))``; it has no output."""


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
        keyboard=False,
        trackViewport=False,
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
