"""Trying again: a failed panel's button asks for the present moment anew."""

from dash import ALL, ClientsideFunction, Dash, Input, Output

from components import ids


def register(app: Dash) -> None:
    """One clientside callback for all retry buttons."""
    app.clientside_callback(
        ClientsideFunction("jingwei", "ask_again"),
        Output(ids.MOMENT, "data", allow_duplicate=True),
        Input(ids.retry(ALL), "n_clicks"),
        prevent_initial_call=True,
    )
