"""The units right below, the worst first."""

from dash import html
from dash.development.base_component import Component

from components import fmt, links
from components.panel import Panel
from components.sheet import GRADE, GRADES, OF_M, OF_N, UNIT, UNIT_ID, Column, Sheet, figure, value_column
from data_access.ask import Ask
from data_access.city import City
from data_access.metric import Metric
from data_access.queries.choice import ranking_metric
from data_access.queries.ranking import Place, ranking
from data_access.words import T

WORST = {"high": T("最低在前", "lowest first"), "low": T("最高在前", "highest first")}


def row(place: Place, metric: Metric, longest: float, ask: Ask) -> Component:
    """One unit: name, bar, value and fraction."""
    lang = ask.view.lang
    amount, unit = fmt.value(metric, place.figure, lang)
    width = 100 * place.figure.value / longest if place.figure.known and longest > 0 else 0
    bar = html.Span(
        html.I(style={"width": f"{width:.1f}%"}), className="bar" if place.figure.known else "bar none"
    )
    return links.to_unit_row(
        ask,
        place.unit,
        [
            html.Span(place.unit.title(lang), className="rank-name"),
            bar,
            html.Span(f"{amount}{unit if unit == '%' else ' ' + unit if unit else ''}", className="rank-value"),
            html.Span(
                fmt.fraction(place.figure, lang).replace(" of ", "/").replace(" / ", "/"), className="rank-of"
            ),
        ],
        className=f"rank grade-{place.grade or 'none'}",
        title=place.unit.title(lang),
    )


PLACE = Column("place", T("位次", "Place"), "number", 0, T("从最差起", "From the worst on"))


def load(city: City, ask: Ask) -> list[Place]:
    """The units below, the worst first."""
    return ranking(city, ask, ranking_metric(city, ask))


def sheet(city: City, ask: Ask) -> Sheet:
    """A row a unit, in the same order."""
    metric = ranking_metric(city, ask)
    columns = (PLACE, UNIT_ID, UNIT, value_column(metric), OF_N, OF_M, GRADE)
    rows = (
        (number, place.unit.id, place.unit.title, *figure(metric, place.figure), GRADES.get(place.grade))
        for number, place in enumerate(load(city, ask), 1)
    )
    return Sheet(columns, tuple(rows))


def body(places: list[Place], city: City, ask: Ask) -> list[Component]:
    """All units, as rows under one scale."""
    metric = ranking_metric(city, ask)
    longest = max((p.figure.value for p in places if p.figure.known), default=0)
    return [row(place, metric, longest, ask) for place in places]


def sentence(city: City, ask: Ask) -> T:
    """What the order is."""
    metric = ranking_metric(city, ask)
    return WORST["high" if metric.good == "high" else "low"]


PANEL = Panel(
    key="ranking",
    title=T("下级单元", "Units below"),
    order=50,
    load=load,
    body=body,
    heading=lambda city, ask: ranking_metric(city, ask).title,
    sentence=sentence,
    note=lambda data, city, ask: T("{n} 个单元", "{n} units").fill(n=len(data))(ask.view.lang) if data else "",
    empty=lambda data, ask: None if data else T("这是最小单元，没有下级。", "The smallest unit: none below it."),
    tables=("case",),
    metric=ranking_metric,
    sheet=sheet,
)
