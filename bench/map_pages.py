"""Two pages with nothing but a map of the same cells: ours, and one of `dl.GeoJSON`; for measuring side by side.

``python -m bench.map_pages`` serves them on the city and the port of the settings: ``/ours/`` and ``/theirs/``.
Both take their values from ``/frames/<k>``, made up, another for every cell from one frame to the next.
"""

import dash_leaflet as dl
import numpy as np
import shapely
from dash import Dash, Input, dcc, html
from flask import Flask, Response
from werkzeug.serving import make_server

from bench.places import ROOT
from callbacks import endpoints
from callbacks.mapping import model_of
from components import catalogue, ids
from components.map.base import UPDATE, map_component
from components.map.scales import ramp
from components.map.wire import encode_values
from components.page import DOCUMENTS
from data_access.ask import ask
from data_access.cells import shapes
from data_access.city import City
from data_access.opening import open_city
from data_access.outlines import outline
from data_access.settings import read_settings
from data_access.view import View

OURS, THEIRS = "/ours/", "/theirs/"
STAGE = "stage"
"""Id of the element that holds the map of ours, and nothing else."""
STEPS = [0, 15, 30, 45, 60, 75]
SCALE = {"steps": STEPS, "colors": ramp("night", len(STEPS))}
"""The colour steps of both: lower edges, and a colour each."""
WHOLE = {"position": "fixed", "inset": 0}
NIGHT = '<html data-theme="night">'


def create(city: City) -> Flask:
    """Both pages on one server, on an open city."""
    server = Flask("bench")
    layers = catalogue.layers(city.settings.extensions)
    endpoints.register(server, city, layers)
    _data(server, city)
    model = model_of(city, layers, ask(city, View()))
    _ours(server, model)
    _theirs(server, model)
    return server


def _ours(server: Flask, model: dict) -> None:
    app = Dash(
        "ours",
        server=server,
        url_base_pathname=OURS,
        assets_folder=str(ROOT / "assets"),
        assets_ignore="plotly",
        assets_path_ignore=DOCUMENTS,
        title="ours",
    )
    app.index_string = app.index_string.replace("<html>", NIGHT)
    tree = map_component(ids.MAP, ids.MAP_MODEL, "map", model["fit"])
    tree.children[-1].data = model
    app.layout = html.Div([html.Div(tree, id=STAGE, style=WHOLE), dcc.Store(id=ids.MAP_LEVEL)])
    app.clientside_callback(UPDATE, Input(ids.MAP_MODEL, "data"))


def _theirs(server: Flask, model: dict) -> None:
    folder = ROOT / "bench" / "browser" / "theirs"
    app = Dash("theirs", server=server, url_base_pathname=THEIRS, assets_folder=str(folder), title="theirs")
    app.index_string = app.index_string.replace("<html>", NIGHT)
    style = {"variable": "bench.style"}
    cells = dl.GeoJSON(id="cells", url="/cells.geojson", hideout={"frame": 0, **SCALE}, style=style)
    view = {"bounds": model["fit"], "zoomSnap": 0.25, "attributionControl": False, "preferCanvas": True}
    app.layout = html.Div(dl.Map([cells], style={"width": "100%", "height": "100%"}, **view), style=WHOLE)


def _data(server: Flask, city: City) -> None:
    leaves = city.units.depth - 1

    @server.get("/frames/<int:k>")
    def frame(k: int) -> Response:
        values = np.random.default_rng(k).uniform(0, 90, city.units.leaves)
        return Response(encode_values(values), mimetype="application/octet-stream")

    @server.get("/cells.geojson")
    def geojson() -> Response:
        return Response(collection(shapes(outline(city, leaves).body)), mimetype="application/json")


def collection(cells: np.ndarray) -> str:
    """Shapes as a GeoJSON feature collection; each feature's property `n` is its number."""
    head = '{"type":"Feature","properties":{"n":%d},"geometry":%s}'
    features = ",".join(head % numbered for numbered in enumerate(shapely.to_geojson(cells)))
    return f'{{"type":"FeatureCollection","features":[{features}]}}'


def main() -> None:
    """Serve the pages until the process is ended."""
    settings = read_settings()
    city = open_city(settings)
    try:
        make_server(settings.host, settings.port, create(city), threaded=True).serve_forever()
    finally:
        city.close()


if __name__ == "__main__":
    main()
