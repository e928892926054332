"""The catalogue page, in the language of the address."""

from dash import Dash, Input, Output

from callbacks.caller import view_of
from callbacks.layering import layers_of
from components import ids
from components.layer import Layer
from components.plain import fold
from components.reference import catalogue
from data_access.city import City
from data_access.registry import Registry


def register(app: Dash, city: City, layers: Registry[Layer]) -> None:
    """Fill the catalogue page."""

    @app.callback(Output(ids.CATALOGUE, "children"), Input(ids.URL, "href"))
    def fill(href: str):
        return fold(catalogue(city.metrics, layers_of(city, layers).values(), view_of(href)[0].lang))
