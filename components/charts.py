"""What charts over time have in common."""

import numpy as np
import plotly.graph_objects as go

from components import fmt
from components.layout import on_stage
from components.tokens import TOKENS
from data_access.ask import Ask, Span

CONFIG = {"displayModeBar": False, "responsive": True, "scrollZoom": False, "doubleClick": "reset"}


SIZE, STAGE_SIZE = 12, 15
"""Of a chart's text, in CSS pixels: on a page, and on a wall's canvas."""
APART = 5
"""CSS pixels between an axis of times and its labels: the first stands below the zero of the other axis."""


def layout(ask: Ask, share: bool) -> dict:
    """How a chart over time looks: no frame, hairlines of the theme; a `share` does not begin at zero."""
    colours, size = TOKENS[ask.view.theme], STAGE_SIZE if on_stage(ask.view.page) else SIZE
    days = "%m-%d" if ask.view.lang == "zh" else "%-d %b"
    floor = {} if share else {"rangemode": "tozero"}
    axis = {"color": colours["text-3"], "gridcolor": colours["line"], "zeroline": False, "fixedrange": True}
    return {
        "margin": {"l": 32 + size, "r": 12, "t": 6, "b": 2 * size + APART},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": colours["text-2"], "size": size, "family": "inherit"},
        "showlegend": False,
        "hovermode": "x unified",
        "hoverlabel": {"bgcolor": colours["surface-2"], "bordercolor": colours["line"]},
        "xaxis": axis | {"showgrid": False, "tickformat": f"%H:%M\n{days}", "ticklabelstandoff": APART},
        "yaxis": axis | {"nticks": 6, "tickformat": ",~g"} | floor,
    }


def band(x: list, low: np.ndarray, high: np.ndarray, name: str, colour: str) -> list[go.Scatter]:
    """A band between two courses, as two traces."""
    r, g, b = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    edge = {"x": x, "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
    fill = {"fill": "tonexty", "fillcolor": f"rgba({r},{g},{b},0.16)", "name": name}
    return [go.Scatter(y=low, **edge), go.Scatter(y=high, **edge | fill)]


def moments(at: np.ndarray | Span, zone: str) -> list:
    """Epoch seconds as the city's clock has them, for an axis."""
    return [fmt.local(float(t), zone).replace(tzinfo=None) for t in at]


def shade(figure: go.Figure, gaps: tuple[Span, ...], zone: str, colours: dict[str, str]) -> None:
    """Hatch the stretches in which nothing was heard."""
    r, g, b = (int(colours["unknown"][k : k + 2], 16) for k in (1, 3, 5))
    for gap in gaps:
        begins, ends = moments(gap, zone)
        line = {"color": colours["unknown"], "width": 1, "dash": "dot"}
        figure.add_vrect(x0=begins, x1=ends, fillcolor=f"rgba({r},{g},{b},0.22)", line=line, layer="below")
