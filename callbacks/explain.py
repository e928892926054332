"""The explain drawer: opened by a panel's button, closed by its own."""

from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update

from callbacks.caller import asked
from components import ids
from components.explain import drawer
from components.panel import Panel
from data_access.city import City
from data_access.queries.behind import behind
from data_access.registry import Registry


def register(app: Dash, city: City, registry: Registry[Panel]) -> None:
    """Open and close the drawer."""

    @app.callback(
        Output(ids.DRAWER, "children"),
        Input(ids.explain(ALL), "n_clicks"),
        State(ids.URL, "href"),
        State(ids.MOMENT, "data"),
        prevent_initial_call=True,
    )
    def show(clicks: list[int | None], href: str, moment: str | None) -> Any:
        if not ctx.triggered_id or not any(clicks):
            return no_update
        return explained(city, registry[ctx.triggered_id["key"]], href, moment)

    app.clientside_callback(
        "function(n) { return n ? null : window.dash_clientside.no_update; }",
        Output(ids.DRAWER, "children", allow_duplicate=True),
        Input(ids.CLOSE, "n_clicks"),
        prevent_initial_call=True,
    )


def explained(city: City, panel: Panel, href: str, moment: str | None) -> Any:
    """The drawer for a panel's metric at the View."""
    ask = asked(city, href, moment)
    metric = panel.metric(city, ask)
    return drawer(metric, behind(city, ask, metric), city, ask) if metric else no_update
