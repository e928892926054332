"""The map's model, its legend and its layer control for the View that is looked at."""

import math
from typing import Any

import numpy as np
from dash import Dash, Input, Output, html

from callbacks.caller import asked, shown, view_of
from callbacks.endpoints import cells_url, names_url, points_url, values_url
from components import ids
from components.layer import Layer
from components.legend import NO_DATA, layer_control
from components.map.base import UPDATE, median_size, spans
from components.map.model import Base, Level, MapModel, MapTexts, PointLayer, Selected, Tiles
from components.map.scales import legend, ramp, steps
from components.panels.map import shown_levels
from components.plain import fold
from data_access.ask import Ask
from data_access.city import City
from data_access.errors import OutOfScope
from data_access.metric import Count, Metric
from data_access.outlines import base_map, box_of, cell_ranges, outline
from data_access.queries.choice import map_metric
from data_access.registry import Registry
from data_access.selection import KIND
from data_access.words import T

HERE = T("此处 {n} 个", "{n} here")
OF = T("{n} / {m}", "{n} of {m}")


def register(app: Dash, city: City, layers: Registry[Layer]) -> None:
    """The callbacks that keep the map, its legend and its layer control in step with the View."""

    @app.callback(Output(ids.MAP_MODEL, "data"), Input(ids.URL, "href"), Input(ids.MOMENT, "data"))
    def model(href: str, moment: str | None) -> Any:
        return model_of(city, layers, href, moment)

    @app.callback(
        Output(ids.LEGEND, "children"),
        Output(ids.LAYERS, "children"),
        Input(ids.URL, "href"),
        Input(ids.MOMENT, "data"),
        Input(ids.MAP_LEVEL, "data"),
    )
    def key(href: str, moment: str | None, drawn: dict | None) -> Any:
        return tuple(fold(part) for part in key_of(city, layers, href, moment, drawn))

    app.clientside_callback(UPDATE, Input(ids.MAP_MODEL, "data"))


def model_of(city: City, layers: Registry[Layer], href: str, moment: str | None) -> dict:
    """The map's model as plain JSON; of the whole city where the View's unit does not exist."""
    ask = _ask(city, href, moment)
    metric, lang = map_metric(city, ask), ask.view.lang
    west, south, east, north = box_of(city, ask.unit.intervals)
    levels = shown_levels(city, ask)
    chosen = [n for n in levels if city.profile.levels[n].key == ask.view.level]
    return MapModel(
        map=ids.MAP,
        lang=lang,
        surface=ask.view.theme,
        texts=MapTexts(NO_DATA(lang), OF(lang), HERE(lang)),
        levels=[_level(city, ask, metric, n) for n in levels],
        frames=[_level(city, ask, None, n) for n in range(1, levels[0])],
        level=chosen[0] if chosen else None,
        fit=((south, west), (north, east)),
        fit_key=f"{ask.unit.id}|{ask.view.tree}",
        title=metric.title(lang),
        unit=_unit(metric, lang),
        decimals=metric.decimals,
        selected=_selected(city, ask),
        labels=list(range(1, levels[-1] + 1)),
        href=_pattern(ask),
        points=[_points(city, ask, layers[key]) for key in ask.view.layers if key in layers],
        base=_base(city),
        report=ids.MAP_LEVEL,
    ).to_dict()


def key_of(city: City, layers: Registry[Layer], href: str, moment: str | None, drawn: dict | None) -> tuple:
    """The legend of the level that is drawn, and the layer control."""
    ask = _ask(city, href, moment)
    metric, lang, levels = map_metric(city, ask), ask.view.lang, shown_levels(city, ask)
    level = (drawn or {}).get("level", levels[0])
    level = level if level in levels else levels[0]
    title, unit = city.profile.levels[level].title(lang), _unit(metric, lang)
    edges = edges_of(city, ask, metric, level)
    box = legend(
        f"{title} ({unit})" if unit else title, edges, NO_DATA(lang), 0 if metric.duration else metric.decimals
    )
    control = layer_control([x for x in layers if x.present(city)], ask)
    synthetic = city.profile.synthetic(lang) if city.profile.synthetic else ""
    credit = " · ".join(filter(None, [synthetic, city.profile.attribution(lang), city.profile.map_number]))
    return [box, html.Small(credit, className="credit", title=credit)], control


def edges_of(city: City, ask: Ask, metric: Metric, level: int) -> list[float]:
    """The lower edges of the colour steps of one level, from the values of the unit's cells."""
    rows = city.units.rows_at(level)[_cells(city, ask, level)]
    figures = metric.figures(city, ask, rows)
    edges = steps(figures.value / (3600.0 if metric.duration else 1.0))
    return sorted({math.ceil(edge) for edge in edges}) if isinstance(metric, Count) else edges


def _ask(city: City, href: str, moment: str | None) -> Ask:
    try:
        return shown(city, href, moment)
    except OutOfScope:
        whole = view_of(href)[0].but(unit="", area=())
        return asked(city, whole.url, moment)


def _cells(city: City, ask: Ask, level: int) -> np.ndarray:
    ranges = cell_ranges(city, level, ask.unit.intervals)
    return np.concatenate([np.arange(a, b) for a, b in ranges]) if ranges else np.arange(0)


def _level(city: City, ask: Ask, metric: Metric | None, n: int) -> Level:
    sizes = city.fixed.get(("spans", n), lambda: spans(outline(city, n).body))
    ranges = cell_ranges(city, n, ask.unit.intervals)
    edges = edges_of(city, ask, metric, n) if metric else []
    return Level(
        level=n,
        title=city.profile.levels[n].title(ask.view.lang),
        cells=cells_url(city, n),
        names=names_url(city, n, ask.view.lang),
        size=median_size(sizes, ranges),
        values=values_url(ask, metric, n) if metric else None,
        ranges=None if ask.unit.row == 0 else ranges,
        steps=edges,
        colors={theme: ramp(theme, len(edges)) for theme in ("night", "paper")} if edges else None,
    )


def _unit(metric: Metric, lang: str) -> str:
    return T("小时", "h")(lang) if metric.duration else metric.unit(lang)


def _selected(city: City, ask: Ask) -> Selected | None:
    if ask.unit.row == 0:
        return Selected(1, cell_ranges(city, 1, ask.unit.intervals))
    deepest = city.units.depth - 1
    level = deepest if ask.unit.kind == KIND else ask.unit.level if ask.unit.level >= 0 else min(2, deepest)
    return Selected(level, cell_ranges(city, level, ask.unit.intervals))


def _pattern(ask: Ask) -> str:
    return ask.view.but(unit="{id}", level="").url.replace("%7Bid%7D", "{id}")


def _points(city: City, ask: Ask, layer: Layer) -> PointLayer:
    return PointLayer(layer.key, layer.kind, points_url(ask, layer), layer.network or None)


def _base(city: City) -> Base:
    digest, _ = base_map(city)
    tiles = Tiles(city.settings.tile_url) if city.settings.tile_url else None
    return Base(f"/basemap/{digest}.json", tiles)
