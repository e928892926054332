"""The map's model, its legend and its layer control for the View that is looked at."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from dash import Dash, Input, Output, State, html, no_update
from dash.development.base_component import Component

from callbacks.caller import looked_at
from callbacks.endpoints import cells_url, frames_url, names_url, values_url
from callbacks.layering import control, entries, legends
from callbacks.playback import playback
from callbacks.shading import colours, edges_of, shown_here
from components import ids, links
from components.fmt import unit_of
from components.layer import Layer
from components.legend import DRAWN
from components.map.base import UPDATE, median_size, spans
from components.map.key import NO_DATA, key, when
from components.map.model import Base, Level, MapModel, MapTexts, Selected, Silent, Tiles
from components.panel import silence
from components.panels.map import shown_levels, stage_beside
from components.plain import fold
from data_access.ask import Ask
from data_access.city import City
from data_access.metric import Metric
from data_access.outlines import base_map, box_of, cell_ranges, outline
from data_access.queries.choice import map_metric
from data_access.queries.comparison import METRIC as BY_METRIC
from data_access.queries.comparison import beside, in_step
from data_access.queries.frames import MODES, frames
from data_access.queries.freshness import Coverage, coverage, freshness
from data_access.registry import Registry
from data_access.selection import KIND
from data_access.words import T

HERE = T("此处 {n} 个", "{n} here")
SOME_HERE = T("此处画出 {n} 个", "{n} of those drawn here")
OF = T("{n} / {m}", "{n} of {m}")
TOOLS = {
    "title": T("地图工具", "Map tools"),
    "closer": T("放大（+）", "Closer (+)"),
    "farther": T("缩小（−）", "Farther (−)"),
    "whole": T("回到全貌（0）", "The whole unit (0)"),
    "rectangle": T("框选", "Mark a rectangle"),
    "polygon": T("圈选", "Mark a polygon"),
    "clear": T("取消选区", "Take the selection off"),
    "rectangle_hint": T(
        "拖动画出矩形；Enter 取当前视野，Esc 取消", "Drag a rectangle; Enter takes what is in view, Esc gives up"
    ),
    "polygon_hint": T(
        "逐点点击；双击或 Enter 闭合，Backspace 退一点，Esc 取消",
        "Click the corners; double click or Enter closes, Backspace takes one back, Esc gives up",
    ),
}
AGE = T("数据 {age} 前", "data {age} old")


def register(app: Dash, city: City, layers: Registry[Layer]) -> None:
    """The callbacks that keep the maps, their legends and the layer control in step with the View."""
    view = (Input(ids.URL, "href"), Input(ids.MOMENT, "data"))

    @app.callback(Output(ids.MAP_MODEL, "data"), *view)
    def model(href: str, moment: str | None) -> Any:
        return model_of(city, layers, looked_at(city, href, moment))

    @app.callback(
        Output(ids.LEGEND, "children"), Output(ids.LAYERS, "children"), *view, Input(ids.MAP_LEVEL, "data")
    )
    def legend(href: str, moment: str | None, drawn: dict | None) -> Any:
        return tuple(fold(part) for part in key_of(city, layers, looked_at(city, href, moment), drawn))

    @app.callback(
        Output(ids.BESIDE, "children"), Output(ids.BESIDE, "className"), *view, State(ids.BESIDE, "className")
    )
    def second(href: str, moment: str | None, now: str) -> Any:
        wanted = "map-beside on" if beside(city, looked_at(city, href, moment)) else "map-beside"
        if wanted == now:
            return no_update, no_update
        return (stage_beside() if wanted.endswith("on") else None), wanted

    @app.callback(Output(ids.MAP_BESIDE_MODEL, "data"), *view)
    def model_beside(href: str, moment: str | None) -> Any:
        ask = looked_at(city, href, moment)
        other = beside(city, ask)
        return model_of(city, layers, other.ask, ask) if other else no_update

    @app.callback(Output(ids.BESIDE_LEGEND, "children"), *view, Input(ids.MAP_LEVEL, "data"))
    def legend_beside(href: str, moment: str | None, drawn: dict | None) -> Any:
        ask = looked_at(city, href, moment)
        other = beside(city, ask)
        if other is None:
            return None
        scale = ask if other.same_metric else None
        return fold(legend_of(city, other.ask, drawn, scale, titled=not other.same_metric, switches=scale))

    for store in (ids.MAP_MODEL, ids.MAP_BESIDE_MODEL):
        app.clientside_callback(UPDATE, Input(store, "data"))


def model_of(city: City, layers: Registry[Layer], ask: Ask, first: Ask | None = None) -> dict:
    """A map's model as plain JSON; of the map beside where `first` is given, the ask that it stands beside."""
    metric, lang, second = map_metric(city, ask), ask.view.lang, first is not None
    main = first if first and not first.view.compare.startswith(BY_METRIC) else None
    west, south, east, north = box_of(city, ask.unit.intervals)
    levels = shown_levels(city, ask)
    chosen = [n for n in levels if city.profile.levels[n].key == ask.view.level]
    return MapModel(
        map=ids.MAP_BESIDE if second else ids.MAP,
        lang=lang,
        texts=MapTexts(NO_DATA(lang), OF(lang), HERE(lang), AGE(lang), SOME_HERE(lang), DRAWN(lang)),
        levels=[_level(city, ask, metric, n, main or ask, first) for n in levels],
        frames=[_level(city, ask, None, n) for n in range(1, levels[0])],
        level=chosen[0] if chosen else None,
        fit=((south, west), (north, east)),
        fit_key=f"{ask.unit.id}|{ask.view.tree}",
        title=metric.title(lang),
        unit=unit_of(metric)(lang),
        decimals=metric.decimals,
        selected=_selected(city, ask),
        labels=list(range(1, levels[-1] + 1)),
        href=_pattern(ask),
        **entries(city, layers, ask, main or ask),
        base=_base(city),
        time=None if second else playback(city, ask, metric),
        tools={name: text(lang) for name, text in TOOLS.items()},
        area=ask.view.area or None,
        hidden=(main or ask).view.hidden,
        seen=_seen(city, ask, metric),
        silent=_silent(city, ask, metric),
        as_of=None if ask.live else when(city, ask),
        linked=second or beside(city, ask) is not None,
        report=None if second else ids.MAP_LEVEL,
        pin=ask.view.place,
    ).to_dict()


def key_of(city: City, layers: Registry[Layer], ask: Ask, drawn: dict | None) -> tuple:
    """The legend of the level that is drawn, and the layer control."""
    other, above = beside(city, ask), legends(city, layers, ask)
    titled = bool(other and not other.same_metric)
    box = legend_of(city, ask, drawn, titled=titled, above=above, switches=ask)
    return box, control(city, layers, ask)


def legend_of(
    city: City,
    ask: Ask,
    drawn: dict | None,
    main: Ask | None = None,
    titled: bool = False,
    above: Sequence[Component] = (),
    switches: Ask | None = None,
) -> list:
    """The legend of the level that is drawn, and who made the map.

    `main`: the ask whose scale it shares; `titled`: with the metric's name, where two metrics are on screen;
    `above`: the legends of layers; `switches`: the ask whose cells its steps filter.
    """
    metric, lang, levels = map_metric(city, ask), ask.view.lang, shown_levels(city, ask)
    level = (drawn or {}).get("level", levels[0])
    level = level if level in levels else levels[0]
    named = city.profile.levels[level].title
    unit = unit_of(metric)(lang)
    title = f"{named(lang)} ({unit})" if unit else named(lang)
    title = f"{metric.title(lang)} · {title}" if titled else title
    edges = edges_of(city, main or ask, metric, level)
    values = shown_here(city, ask, metric, level)
    told = coverage(city, ask, metric) or Coverage("cells", int(np.isfinite(values).sum()), len(values))
    box = key(city, ask, title, edges, 0 if metric.duration else metric.decimals, told, above, switches)
    credit = " · ".join(filter(None, _credits(city, lang)))
    return [box, html.Small(credit, className="credit", title=credit)]


def _credits(city: City, lang: str) -> list[str | None]:
    profile = city.profile
    synthetic = profile.synthetic(lang) if profile.synthetic else ""
    return [synthetic, profile.attribution(lang), city.settings.tile_attribution, profile.map_number]


def _level(
    city: City, ask: Ask, metric: Metric | None, n: int, scale: Ask | None = None, first: Ask | None = None
) -> Level:
    sizes = city.fixed.get(("spans", n), lambda: spans(outline(city, n).body))
    ranges = cell_ranges(city, n, ask.unit.intervals)
    edges = edges_of(city, scale, metric, n) if metric else []
    return Level(
        level=n,
        title=city.profile.levels[n].title(ask.view.lang),
        cells=cells_url(city, n),
        names=names_url(city, n, ask.view.lang),
        size=median_size(sizes, ranges),
        values=values_url(ask, metric, n) if metric else None,
        ranges=None if ask.unit.row == 0 else ranges,
        steps=edges,
        colors=colours(edges, ask) if edges else None,
        frames=_played(city, first or ask, metric, n, first.view.compare if first else "") if metric else None,
    )


def _played(city: City, ask: Ask, metric: Metric, n: int, beside: str) -> dict[str, str] | None:
    """Where the frames of a level are, by what a frame counts; None for a map beside that stands still."""
    if beside and not in_step(beside):
        return None
    shown = frames(city, ask)
    return {mode: frames_url(ask, metric, n, shown, mode, beside) for mode in MODES}


def _seen(city: City, ask: Ask, metric: Metric) -> float | None:
    age = freshness(city, ask, (metric.table,)).age
    return None if age is None else ask.at - age


def _silent(city: City, ask: Ask, metric: Metric) -> Silent | None:
    """The feeds that should have spoken, as the panel's badge has them."""
    fresh = freshness(city, ask, (metric.table,))
    if not fresh.stale:
        return None
    return Silent(silence(fresh)(ask.view.lang), ask.at - fresh.silent[0].age(ask.at))


def _selected(city: City, ask: Ask) -> Selected | None:
    if ask.unit.kind == KIND:
        return None
    level = 1 if ask.unit.row == 0 else ask.unit.level if ask.unit.level >= 0 else 2
    level = min(level, city.units.depth - 1)
    return Selected(level, cell_ranges(city, level, ask.unit.intervals))


def _pattern(ask: Ask) -> str:
    return links.pattern(ask.view.but(unit="{id}", level=""))


def _base(city: City) -> Base:
    s = city.settings
    if not s.tile_url:
        return Base(_own_base(city))
    tiles = Tiles(s.tile_url, s.tile_crs, s.tile_subdomains, s.tile_max_zoom)
    return Base(None if s.tile_place == "instead" else _own_base(city), tiles)


def _own_base(city: City) -> str:
    return f"/basemap/{base_map(city)[0]}.json"
