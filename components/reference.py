"""The catalogue page's content: metrics and layers with their definitions, from their declarations."""

from collections.abc import Iterable

from dash import html
from dash.development.base_component import Component

from components.explain import GOOD
from components.layer import Layer
from data_access.metric import Median, Metric, Ratio
from data_access.words import NETWORKS, T

METRICS, LAYERS = T("指标", "Metrics"), T("图层", "Layers")
INTRO = T(
    "以下每一项都来自各自文件中的声明；屏幕、图例、接口用的是同一份。",
    "Each entry is its declaration, in a file of its own; screens, legends and endpoints read the same one.",
)
FORM = {Ratio: T("比率：先求和后相除", "ratio, summed first and divided last"), Median: T("中位数", "median")}
COUNT = T("计数", "count")
HEADS = (T("名称", "Name"), T("定义", "Definition"), T("单位", "Unit"), T("形式", "Form"), T("方向", "Direction"))
LAYER_HEADS = (T("名称", "Name"), T("说明", "What it shows"), T("网络", "Network"))
KEY = T("标识", "Key")


def catalogue(metrics: Iterable[Metric], layers: Iterable[Layer], lang: str) -> list[Component]:
    """Both tables."""
    rows = [
        [m.title(lang), m.help(lang), m.unit(lang), FORM.get(type(m), COUNT)(lang), GOOD[m.good](lang), m.key]
        for m in metrics
    ]
    drawn = [[x.title(lang), x.help(lang), NETWORKS[x.network](lang) if x.network else "", x.key] for x in layers]
    return [
        html.P(INTRO(lang), className="intro"),
        html.H1(METRICS(lang)),
        _table([*HEADS, KEY], rows, lang),
        html.H1(LAYERS(lang)),
        _table([*LAYER_HEADS, KEY], drawn, lang),
    ]


def _table(heads: list[T], rows: list[list[str]], lang: str) -> Component:
    head = html.Thead(html.Tr([html.Th(text(lang)) for text in heads]))
    body = html.Tbody(
        [html.Tr([html.Td(cell) for cell in row[:-1]] + [html.Td(html.Code(row[-1]))]) for row in rows]
    )
    return html.Table([head, body], className="table")
