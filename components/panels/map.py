"""The map: its head, its controls and its legend; the cells themselves are drawn by the browser."""

import numpy as np
from dash import html
from dash.development.base_component import Component

from components import fmt, ids, links
from components.map.base import map_component
from components.panel import Panel
from components.sheet import LAT, LON, OF_M, OF_N, UNIT, UNIT_ID, Cell, Column, Sheet, figure, value_column
from components.type_menu import type_menu
from data_access.ask import Ask
from data_access.city import City
from data_access.metric import Figure, Metric
from data_access.outlines import cell_ranges
from data_access.queries.choice import map_metric
from data_access.queries.comparison import CHANGE, beside, choices, named_moment, shown
from data_access.queries.comparison import METRIC as BY_METRIC
from data_access.selection import KIND
from data_access.view import View
from data_access.words import LANGS, T

EAST_ASIA = ((34.0, 112.5), (35.1, 114.3))
METRIC, LEVEL, COMPARE = T("指标", "Metric"), T("层级", "Level"), T("对比", "Compare")
WITH = T("与“{metric}”并列", "Beside: {metric}")
BESIDE = T("对比 {at}", "vs {at}")
OTHER = T("与另一时刻并列…", "Beside another moment…")
AUTO = T("随缩放", "By zoom")
PER_CELL = T("按{level}着色；{help}", "By {level}; {help}")


def shown_levels(city: City, ask: Ask) -> list[int]:
    """The levels the map may draw for the ask's unit: those below it, or its own where it is a leaf.

    Of an area that was drawn only the leaves, as it cuts through the units above them; where a metric means
    nothing so fine, the units of its finest level that lie wholly in the area, if there are any.
    """
    finest, leaves = _finest(city, map_metric(city, ask)), city.units.depth - 1
    if ask.unit.kind == KIND:
        whole = any(lo < hi for lo, hi in cell_ranges(city, finest, ask.unit.intervals))
        return [finest if whole else leaves]
    top = ask.unit.level + 1 if ask.unit.level >= 0 else 2
    return list(range(min(top, finest), finest + 1))


def _finest(city: City, metric: Metric) -> int:
    keys = [level.key for level in city.profile.levels[: city.units.depth]]
    return keys.index(metric.finest) if metric.finest in keys else city.units.depth - 1


def controls(data: object, city: City, ask: Ask) -> Component:
    """The choice of metric, of case types and of level."""
    lang, view, metric = ask.view.lang, ask.view, map_metric(city, ask)
    metrics = [(m.title(lang), view.but(metric=m.key), m.key == metric.key) for m in city.metrics]
    levels = [(n, city.profile.levels[n]) for n in shown_levels(city, ask)]
    chosen = view.level if view.level in {level.key for _, level in levels} else ""
    by_zoom = [(AUTO(lang), view.but(level=""), not chosen)]
    pinned = [(level.title(lang), view.but(level=level.key), chosen == level.key) for _, level in levels]
    return html.Div(
        [
            links.menu(METRIC(lang), metric.title(lang), metrics),
            type_menu(city, ask),
            links.segments(LEVEL(lang), by_zoom + pinned),
            comparisons(city, ask, metric),
        ],
        className="map-controls",
    )


def comparisons(city: City, ask: Ask, metric: Metric) -> Component:
    """The choice of what the map is set against."""
    lang, view = ask.view.lang, ask.view
    moments, metrics = choices(ask), _beside_metrics(city, metric)

    def chosen(offered: dict[str, T]) -> list[tuple[str, View, bool]]:
        return [(title(lang), view.but(compare=key), key == view.compare) for key, title in offered.items()]

    current = compared_with(city, ask)(lang)
    return links.menu(COMPARE(lang), current, [*chosen(moments), _other_moment(lang), *chosen(metrics)])


def _beside_metrics(city: City, metric: Metric) -> dict[str, T]:
    return {f"{BY_METRIC}{m.key}": WITH.fill(metric=m.title) for m in city.metrics if m.key != metric.key}


def compared_with(city: City, ask: Ask) -> T:
    """What the map is set against, in words."""
    compare = ask.view.compare
    at = named_moment(compare)
    if at is not None:
        stamps = T(*(fmt.stamp(at.timestamp(), city.profile.zone, lang) for lang in LANGS))
        return BESIDE.fill(at=stamps)
    offered = choices(ask) | _beside_metrics(city, map_metric(city, ask))
    return offered.get(compare, T(compare, compare)) if compare else COMPARE


def _other_moment(lang: str) -> Component:
    """What lets any moment be given; the browser asks for it (assets/map/moment.js)."""
    asks = {"data-moment": "compare", "aria-haspopup": "dialog"}
    return html.Button(OTHER(lang), type="button", className="menu-item", **asks)


def fixture() -> Component:
    """The map itself, which stays while units come and go, and the places of all that belongs to it."""
    stage = html.Div(
        [
            map_component(ids.MAP, ids.MAP_MODEL, "地图 Map", EAST_ASIA),
            html.Div(id=ids.LEGEND, className="map-legend"),
            html.Div(id=ids.PLACE, className="map-place"),
        ],
        className="map-stage",
    )
    beside = html.Div(id=ids.BESIDE, className="map-beside")
    layers = html.Div(id=ids.LAYERS, className="map-layers")
    maps = html.Div([stage, beside, layers], className="maps")
    return html.Div([maps, html.Div(className="map-time", **{"data-time": ids.MAP})], className="map-whole")


def stage_beside() -> Component:
    """The map beside the map, and the place of its legend."""
    drawn = map_component(ids.MAP_BESIDE, ids.MAP_BESIDE_MODEL, "对比地图 Map to compare", EAST_ASIA)
    return html.Div([drawn, html.Div(id=ids.BESIDE_LEGEND, className="map-legend")], className="map-stage")


CHANGED = T("较上周变化：{title}", "Change on last week: {title}")
BESIDE_IT = T("并列：{title}", "Beside: {title}")


def drawn_level(city: City, ask: Ask) -> int:
    """The level that the map draws: the one the View pins, else the units right below."""
    levels = shown_levels(city, ask)
    pinned = [n for n in levels if city.profile.levels[n].key == ask.view.level]
    return (pinned or levels)[0]


def drawn_cells(city: City, ask: Ask) -> np.ndarray:
    """The numbers of the cells of that level which lie in the unit, as far as the caller may see."""
    ranges = cell_ranges(city, drawn_level(city, ask), ask.intervals)
    return np.concatenate([np.arange(0), *(np.arange(first, end) for first, end in ranges)])


def sheet(city: City, ask: Ask) -> Sheet:
    """A row a cell of the level that is drawn, in cell order; with what stands beside, where something does."""
    metric, other = map_metric(city, ask), beside(city, ask)
    rows = city.units.rows_at(drawn_level(city, ask))[drawn_cells(city, ask)]
    title = CHANGED.fill(title=metric.title) if ask.view.compare == CHANGE else metric.title
    columns = [UNIT_ID, UNIT, LON, LAT, value_column(metric, title=title), OF_N, OF_M]
    told = [_figures(city, ask, metric, rows)]
    if other:
        second = map_metric(city, other.ask)
        columns.append(value_column(second, "beside", BESIDE_IT.fill(title=second.title)))
        columns += [
            Column(f"beside_{part.key}", BESIDE_IT.fill(title=part.title), "number") for part in (OF_N, OF_M)
        ]
        told.append(_figures(city, other.ask, second, rows))
    lines = (
        tuple(part for parts in each for part in parts) for each in zip(_named(city, rows), *told, strict=True)
    )
    return Sheet(tuple(columns), tuple(lines))


def _named(city: City, rows: np.ndarray) -> list[tuple[Cell, ...]]:
    t = city.units.table
    columns = (t.id[rows], t.zh[rows], t.en[rows], t.lon[rows], t.lat[rows])
    return [
        (str(key), T(str(zh), str(en)), round(float(lon), 5), round(float(lat), 5))
        for key, zh, en, lon, lat in zip(*columns, strict=True)
    ]


def _figures(city: City, ask: Ask, metric: Metric, rows: np.ndarray) -> list[tuple[Cell, Cell, Cell]]:
    found = shown(city, ask, metric, rows)
    each = zip(found.value.tolist(), found.n.tolist(), found.m.tolist(), strict=True)
    return [figure(metric, Figure(*one)) for one in each]


PANEL = Panel(
    key="map",
    title=T("地图", "Map"),
    order=20,
    tables=("case",),
    load=lambda city, ask: None,
    body=controls,
    heading=lambda city, ask: map_metric(city, ask).title,
    sentence=lambda city, ask: map_metric(city, ask).help,
    fixture=fixture,
    metric=map_metric,
    metrics=lambda city, ask: (map_metric(city, other.ask),) if (other := beside(city, ask)) else (),
    sheet=sheet,
    drawing=True,
)
