"""The explain drawer: opened by a panel's button, closed by its own and by going elsewhere."""

from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, no_update

from callbacks.caller import shown
from components import ids
from components.explain import drawer
from components.panel import Panel
from data_access.city import City
from data_access.queries.behind import behind
from data_access.registry import Registry


def register(app: Dash, city: City, registry: Registry[Panel]) -> None:
    """Open and close the drawer."""

    app.clientside_callback(
        ClientsideFunction("jingwei", "ask_to_explain"),
        Output(ids.DRAWER, "data-explain"),
        Input(ids.explain(ALL), "n_clicks"),
        prevent_initial_call=True,
    )

    @app.callback(
        Output(ids.DRAWER, "children"),
        Input(ids.DRAWER, "data-explain"),
        State(ids.URL, "href"),
        State(ids.MOMENT, "data"),
        prevent_initial_call=True,
    )
    def show(asked_for: str, href: str, moment: str | None) -> Any:
        key = asked_for.partition(" ")[0]
        return explained(city, registry[key], href, moment) if key in registry else no_update

    for leaving in (Input(ids.CLOSE, "n_clicks"), Input(ids.URL, "href")):
        app.clientside_callback(
            ClientsideFunction("jingwei", "close_drawer"),
            Output(ids.DRAWER, "children", allow_duplicate=True),
            leaving,
            prevent_initial_call=True,
        )


def explained(city: City, panel: Panel, href: str, moment: str | None) -> Any:
    """The drawer for a panel's metric at the View."""
    ask = shown(city, href, moment)
    metric = panel.metric(city, ask)
    return drawer(metric, behind(city, ask, metric), city, ask) if metric else no_update
