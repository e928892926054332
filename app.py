"""The web application: wiring only."""

import dash
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from flask_caching import Cache
from flask_compress import Compress

from callbacks import again, endpoints, explain, header, mapping, panels
from components import catalogue, ids
from data_access.city import City
from data_access.opening import open_city
from data_access.settings import Settings

VERSION = "0.1.0"


def create_app(settings: Settings, city: City | None = None) -> Dash:
    """The application on an open city, or on the one the settings' store holds."""
    city = city or open_city(settings)
    app = Dash(
        "jingwei",
        use_pages=True,
        pages_folder="pages",
        title="Jingwei",
        update_title=None,
        suppress_callback_exceptions=True,
        routing_callback_inputs={"shown": State(ids.SHOWN, "data")},
        health_endpoint="healthz",
    )
    kept = Cache(app.server, config={"CACHE_TYPE": settings.cache, "CACHE_REDIS_URL": settings.cache_redis_url})
    Compress(app.server)
    layers, shown = catalogue.layers(settings.extensions), catalogue.panels()
    endpoints.register(app.server, city, layers)
    header.register(app, city)
    panels.register(app, city, shown, kept)
    mapping.register(app, city, layers)
    explain.register(app, city, shown)
    again.register(app)
    app.clientside_callback(
        ClientsideFunction("jingwei", "same"), Output(ids.SHOWN, "data"), Input(ids.SURFACE, "data")
    )
    app.layout = lambda: layout(city)
    app.city = city
    return app


def layout(city: City) -> html.Div:
    """The page before anything is asked."""
    stores = [dcc.Store(id=ids.MOMENT, data=str(city.live.moment())), dcc.Store(id=ids.ADDRESS)]
    stores += [dcc.Store(id=ids.SHOWN), dcc.Store(id=ids.MAP_LEVEL)]
    where = [dcc.Location(id=ids.URL, refresh=False), dcc.Location(id=ids.GO, refresh="callback-nav")]
    main = html.Main(dash.page_container, className="page")
    head = html.Header(id=ids.HEADER, className="shell-header")
    return html.Div([*where, *stores, head, html.Div(id=ids.NOTICES), main, html.Aside(id=ids.DRAWER)])
