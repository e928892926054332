"""The explain drawer: opened and closed by buttons, as the browser tells, and closed by going elsewhere."""

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, no_update

from callbacks.caller import shown
from components import ids
from components.explain import drawer
from components.panel import Panel
from components.plain import fold
from data_access.city import City
from data_access.queries.behind import behind
from data_access.registry import Registry


def register(app: Dash, city: City, registry: Registry[Panel]) -> None:
    """Open and close the drawer."""

    @app.callback(
        Output(ids.EXPLAINED, "data"),
        Input(ids.DRAWER, "data-asked"),
        State(ids.URL, "href"),
        State(ids.MOMENT, "data"),
        prevent_initial_call=True,
    )
    def show(asked_for: str, href: str, moment: str | None) -> Any:
        key = asked_for.partition(" ")[0]
        found = explained(city, registry[key], href, moment) if key in registry else None
        return {"asked": href, "by": asked_for, "drawer": fold(found)} if found else no_update

    app.clientside_callback(
        ClientsideFunction("jingwei", "take_explained"),
        Output(ids.DRAWER, "children"),
        Input(ids.EXPLAINED, "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("jingwei", "nothing"),
        Output(ids.DRAWER, "children", allow_duplicate=True),
        Input(ids.URL, "href"),
        prevent_initial_call=True,
    )


def explained(city: City, panel: Panel, href: str, moment: str | None) -> Any:
    """The drawer for a panel's metric at the View; None where it has none."""
    ask = shown(city, href, moment)
    metric = panel.metric(city, ask)
    return drawer(metric, behind(city, ask, metric), city, ask) if metric else None
