"""The card of the place that the View asks about."""

from typing import Any

from dash import Dash, Input, Output
from dash.development.base_component import Component

from callbacks.caller import asked, shown, view_of
from components import ids
from components.place import OUTSIDE, REFUSED, card, refusal
from components.plain import fold
from data_access.city import City
from data_access.errors import OutOfScope
from data_access.queries.place import spot


def register(app: Dash, city: City) -> None:
    """Keep the card in step with the View."""

    @app.callback(Output(ids.PLACE, "children"), Input(ids.URL, "href"), Input(ids.MOMENT, "data"))
    def fill(href: str, moment: str | None) -> Any:
        return fold(placed(city, href, moment))


def placed(city: City, href: str, moment: str | None) -> Component | None:
    """The card, or None where the View asks about no place."""
    view = view_of(href)[0]
    if view.place is None:
        return None
    try:
        question = shown(city, href, moment)
    except OutOfScope:
        question = asked(city, view.but(unit="", area=()).url, moment)
    try:
        found = spot(city, question)
    except OutOfScope:
        return refusal(REFUSED, question)
    return card(found, city, question) if found else refusal(OUTSIDE, question)
