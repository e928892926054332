"""The web application: wiring only."""

import sys
import time
from pathlib import Path

from dash import Dash, State
from flask import Flask
from flask_caching import Cache
from flask_compress import Compress

from callbacks import control, endpoints, explain, header, mapping, panels, place, reference, watching
from components import catalogue, ids
from components.page import page
from data_access.errors import JingweiError
from data_access.opening import Clock, open_city
from data_access.settings import Settings, read_settings
from demo.reference import simulator, town_of


def create_app(settings: Settings, clock: Clock = time.time) -> Dash:
    """The application on the city that the settings' store holds; `clock` gives the present."""
    city = open_city(settings, clock)
    app = Dash(
        __name__,
        pages_folder=str(Path(__file__).with_name("pages")),
        title="Jingwei",
        update_title=None,
        suppress_callback_exceptions=True,
        routing_callback_inputs={"shown": State(ids.SHOWN, "data")},
        assets_ignore="plotly-basic",
    )
    kept = Cache(app.server, config={"CACHE_TYPE": settings.cache, "CACHE_REDIS_URL": settings.cache_redis_url})
    Compress(app.server)
    watching.register(app.server, city)
    layers, shown = catalogue.layers(settings.extensions), catalogue.panels()
    endpoints.register(app.server, city, layers)
    header.register(app, city, layers)
    panels.register(app, city, shown, kept)
    mapping.register(app, city, layers)
    place.register(app, city)
    explain.register(app, city, shown)
    reference.register(app, city, layers)
    app.layout = lambda: page(str(city.live.moment()))
    app.city = city
    return app


def wsgi(clock: Clock = time.time) -> Flask:
    """What a server loads: the city of the settings, kept alive by its simulator if it is the reference city."""
    try:
        app = create_app(read_settings(), clock)
    except JingweiError as error:
        sys.exit(f"jingwei: {error}")
    city, settings = app.city, app.city.settings
    city.store.announce(f"http://{settings.host}:{settings.port}", control.register(app.server, city))
    if city.profile.seed and settings.live:
        simulator(city, town_of(city)).start()
    return app.server
