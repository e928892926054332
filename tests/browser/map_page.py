"""A small city of made-up cells, and an app with nothing but its map: for the browser tests of the map.

Run by itself (``python tests/browser/map_page.py 8059``) to look at the map with about 46,000 cells.
"""

import base64
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import shapely
from dash import Dash, Input, Output, clientside_callback, dcc, html
from flask import Response, jsonify, request

from components.map import base, scales, signs, wire
from components.map import model as models
from components.page import DOCUMENTS
from data_access.cells import encode

ASSETS = Path(__file__).parents[2] / "assets"
BOX = (112.7, 34.2, 114.2, 35.0)
DOT = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw==")
"""The smallest picture there is, as every tile."""
BLOCKS = {1: 54, 2: 18, 3: 6, 4: 1}
TITLES = {1: "Districts", 2: "Streets", 3: "Communities", 4: "Grids"}
TOKENS = """
html{--net-party:#E05A6D;--net-government:#5B8DEF;--net-video:#A984F2;--net-iot:#35C3B5;--unknown:#5B6B82}
html[data-theme=night]{--surface-0:#0B1018;--surface-1:#121A26;--surface-2:#1A2534;--line:#2A3747;--text-1:#E8EEF6;
--text-2:#A7B4C5;--text-3:#75849A;--accent:#4CB8FF;--ok:#3FB68B;--watch:#E3C14A;--warn:#F0893A;--critical:#F0506E}
html[data-theme=paper]{--surface-0:#F6F7F9;--surface-1:#FFFFFF;--surface-2:#EEF1F5;--line:#D9DFE7;--text-1:#16202C;
--text-2:#4A5868;--text-3:#75849A;--accent:#0B6BCB;--ok:#1F7F5C;--watch:#A87900;--warn:#C2570C;--critical:#C9183F}
body{margin:0;background:var(--surface-0);font-family:system-ui,'Noto Sans CJK SC',sans-serif}
#page{position:relative;width:100vw;height:100vh}
#page .jw-legend{position:absolute;left:16px;bottom:16px;z-index:800;background:var(--surface-1);padding:8px 16px}
"""


class City:
    """Cells of a jittered brick lattice inside an uneven outline, nested in four levels."""

    def __init__(self, side: int = 64):
        self.side = side
        rng = np.random.default_rng(7)
        grid = np.stack(np.meshgrid(np.arange(2 * side + 3) / (2 * side + 2), np.arange(side + 1) / side), -1)
        grid[:, 1::2, 1] += 0.3 / side * np.where(np.arange(side + 1) % 2, 1, -1)[:, None]
        grid += rng.uniform(-0.12, 0.12, grid.shape) / side
        self.grid = BOX[:2] + (0.04 + 0.92 * grid) * (BOX[2] - BOX[0], BOX[3] - BOX[1])
        cells = [(r, c) for r in range(side) for c in range(side) if self._inside(r, c)]
        blocks = self._scaled_blocks()
        key = [tuple((r // b, c // b) for b in blocks.values()) for r, c in cells]
        order = sorted(range(len(cells)), key=key.__getitem__)
        self.cells = [cells[i] for i in order]
        self.groups = {n: [key[i][: k + 1] for i in order] for k, n in enumerate(blocks)}
        leaf = np.array([self._polygon(r, c) for r, c in self.cells], dtype=object)
        self.shapes = {n: self._joined(leaf, g) for n, g in self.groups.items()}
        self.shapes[0] = np.array([shapely.coverage_union_all(leaf)], dtype=object)
        self.lo = {n: self._first(g) for n, g in self.groups.items()} | {0: np.zeros(1, int)}
        self.bodies = {n: encode(s, BOX) for n, s in self.shapes.items()}

    def _scaled_blocks(self) -> dict[int, int]:
        return {n: max(1, b * self.side // 216) if n < 4 else 1 for n, b in BLOCKS.items()}

    def _inside(self, r: int, c: int) -> bool:
        x, y = 2 * (c + 0.5) / self.side - 1, 2 * (r + 0.5) / self.side - 1
        angle = np.arctan2(y, x)
        return np.hypot(x, y) < 0.86 + 0.09 * np.sin(3 * angle) + 0.05 * np.cos(7 * angle)

    def _polygon(self, r: int, c: int) -> shapely.Polygon:
        k = 2 * c + r % 2
        return shapely.Polygon([*self.grid[r, k : k + 3], *self.grid[r + 1, k : k + 3][::-1]])

    @staticmethod
    def _first(groups: list) -> np.ndarray:
        return np.array([i for i, g in enumerate(groups) if i == 0 or groups[i - 1] != g])

    def _joined(self, leaf: np.ndarray, groups: list) -> np.ndarray:
        ends = [*self._first(groups), len(leaf)]
        parts = [leaf[a:b] for a, b in zip(ends, ends[1:], strict=False)]
        return np.array([shapely.coverage_union_all(p) if len(p) > 1 else p[0] for p in parts], dtype=object)

    def names(self, level: int) -> dict:
        """The answer of the names endpoint."""
        points = [s.representative_point() for s in self.shapes[level]]
        word = {0: "City", 1: "District", 2: "Street", 3: "Community", 4: "Grid"}[level]
        return {
            "ids": [f"{level}-{i}" for i in range(len(points))],
            "names": [f"{word} {i}" for i in range(len(points))],
            "lon": [p.x for p in points],
            "lat": [p.y for p in points],
            "lo": self.lo[level].tolist(),
        }

    def values(self, level: int, frame: int = 0) -> np.ndarray:
        """Percentages that fall from the centre outwards; every 29th cell is unknown."""
        at = np.array([s.centroid.coords[0] for s in self.shapes[level]])
        far = np.hypot(at[:, 0] - 113.5 - 0.02 * frame, (at[:, 1] - 34.62) * 1.4)
        noise = np.random.default_rng(level).uniform(-12, 12, len(at))
        out = (100 * np.exp(-2.2 * far) + noise).clip(0, 100)
        out[3::29] = np.nan
        return out.astype(np.float32)

    def points(self, count: int, seed: int = 1) -> dict:
        """Cases at random places; the first `count` of one fixed list."""
        rng = np.random.default_rng(seed)
        lon, lat = rng.normal(113.5, 0.16, 20000), rng.normal(34.62, 0.1, 20000)
        severity = rng.choice(4, 20000, p=[0.2, 0.55, 0.2, 0.05])
        return {
            "id": [f"C{i}" for i in range(count)],
            "lon": lon[:count].tolist(),
            "lat": lat[:count].tolist(),
            "state": severity[:count].tolist(),
            "title": [f"Case {i}" for i in range(count)],
        }


def model(city: City, **changes) -> models.MapModel:
    """The whole city with its values, and cases on top."""
    edges = scales.steps(city.values(4), 6)
    levels = [_level(city, n) for n in (1, 2, 3, 4)]
    south_west, north_east = (BOX[1], BOX[0]), (BOX[3], BOX[2])
    made = models.MapModel(
        map="map",
        lang="en",
        texts=models.MapTexts(
            "No data", "{n} of {m}", "{n} cases here", cluster_part="{n} of those here", drawn="{n} of {m} drawn"
        ),
        levels=levels,
        frames=[_level(city, 0)],
        fit=(south_west, north_east),
        fit_key="city",
        title="Closed on time",
        unit="%",
        decimals=1,
        steps=edges,
        colors={theme: scales.ramp(theme, len(edges)) for theme in ("night", "paper")},
        selected=models.Selected(0, [(0, 1)]),
        labels=(1, 2),
        href="/unit/{id}?lang=en",
        points=[models.PointLayer("cases", "/points/60", signs.drawn(signs.CASES), "/case/{id}")],
    )
    return replace(made, **changes)


def _level(city: City, n: int) -> models.Level:
    size = base.median_size(base.spans(city.bodies[n]))
    return models.Level(
        n, TITLES.get(n, "City"), f"/cells/{n}", f"/names/{n}", size, f"/values/{n}/0" if n else None
    )


def base_map() -> dict:
    """Land with a lake left out, a river, an arterial and a lane: one feature of each kind of the base map."""
    (west, south, east, north), at = BOX, shapely.box
    land = at(west, south, east, north).difference(at(west + 0.1, south + 0.1, west + 0.2, south + 0.2))
    lines = [("water", None, 34.3), ("road", 1, 34.4), ("road", 3, 34.5)]
    shapes = [({"kind": "city"}, land)]
    for kind, rank, lat in lines:
        shapes.append(({"kind": kind, "rank": rank}, shapely.LineString([(west - 1, lat), (east + 1, lat)])))
    features = [{"type": "Feature", "properties": p, "geometry": shapely.geometry.mapping(g)} for p, g in shapes]
    return {"type": "FeatureCollection", "features": features}


def create_app(city: City) -> Dash:
    """An app whose only page is the map; the store "model" takes models, "seen" shows the address."""
    app = Dash(__name__, assets_folder=str(ASSETS), assets_path_ignore=DOCUMENTS, title="map")
    app.index_string = app.index_string.replace("<html>", '<html data-theme="night">').replace(
        "{%css%}", "{%css%}<style>" + TOKENS + "</style>"
    )
    _routes(app, city)
    first = model(city)
    tree = base.map_component("map", "model", "Map", first.fit)
    tree.children[-1].data = first.to_dict()
    key = scales.legend("% closed on time", list(first.steps), "no data", 0)
    app.layout = html.Div(
        [html.Div([tree, key], id="page"), dcc.Location(id="at", refresh=False), html.Span(id="seen", hidden=True)]
    )
    app.clientside_callback(base.UPDATE, Input("model", "data"))
    clientside_callback(
        "(p, s) => p + s", Output("seen", "children"), Input("at", "pathname"), Input("at", "search")
    )
    return app


def _routes(app: Dash, city: City) -> None:
    server = app.server

    @server.get("/cells/<int:level>")
    def cells(level: int) -> Response:
        return Response(city.bodies[level], mimetype="application/octet-stream")

    @server.get("/names/<int:level>")
    def names(level: int) -> Response:
        return jsonify(city.names(level))

    @server.get("/values/<int:level>/<int:frame>")
    def values(level: int, frame: int) -> Response:
        v = city.values(level, frame)
        return Response(
            wire.encode_values(v, np.round(v * 2), np.full(len(v), 200)), mimetype="application/octet-stream"
        )

    @server.get("/tiles/<int:z>/<int:x>/<int:y>")
    def tiles(z: int, x: int, y: int) -> Response:
        return Response(DOT, mimetype="image/gif")

    @server.get("/base")
    def base_features() -> Response:
        return jsonify(base_map())

    @server.get("/points/<int:count>")
    def points(count: int) -> Response:
        return jsonify(city.points(int(request.args.get("moment", count))))


if __name__ == "__main__":
    create_app(City(240)).run(port=int(sys.argv[1]))
