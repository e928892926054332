"""The web application: wiring only."""

import sys
import time
from pathlib import Path

from dash import Dash, State
from flask import Flask
from flask_caching import Cache
from flask_compress import Compress

from callbacks import (
    embeds,
    endpoints,
    explain,
    header,
    lasting,
    living,
    mapping,
    panels,
    pictures,
    place,
    quarantine,
    reference,
    remapping,
    reports,
    snapshots,
    walls,
    watching,
)
from callbacks.kept import Kept
from components import catalogue, ids
from components.page import DOCUMENTS, page
from data_access.errors import JingweiError
from data_access.opening import Clock, open_city
from data_access.settings import Settings, read_settings
from demo.walls import declared_walls, walls_of
from ingest.service import declared
from reports.format import formats
from reports.pool import Pool
from reports.schedulefile import declared_schedules


def create_app(settings: Settings, clock: Clock = time.time) -> Dash:
    """The application on the city that the settings' store holds; `clock` gives the present."""
    feeds = declared(settings)
    declared_walls(settings)
    declared_schedules(settings)
    city = open_city(settings, clock, tuple(definition.feed for definition in feeds))
    app = Dash(
        __name__,
        pages_folder=str(Path(__file__).with_name("pages")),
        title="Jingwei",
        update_title=None,
        suppress_callback_exceptions=True,
        routing_callback_inputs={"shown": State(ids.SHOWN, "data")},
        assets_ignore="plotly-basic",
        assets_path_ignore=DOCUMENTS,
    )
    Compress(app.server)
    lasting.register(app.server, Path(app.config.assets_folder))
    note = watching.register(app.server, city)
    layers, shown = catalogue.layers(settings.extensions), catalogue.panels()
    there, forms = walls_of(settings, city.profile), formats()
    endpoints.register(app.server, city, layers, note)
    pictures.register(app.server, city)
    header.register(app, city, layers, there, forms)
    mapping.register(app, city, layers)
    panels.register(app, city, shown, Kept(Cache(app.server, config=cache_settings(settings)), city))
    place.register(app, city)
    explain.register(app, city, shown)
    reference.register(app, city, layers)
    quarantine.register(app.server, city)
    pool = Pool(city, settings.own_url, settings.browsers, settings.snapshots)
    desk = snapshots.Desk(city, shown, forms, pool)
    snapshots.register(app.server, desk)
    embeds.register(app.server, desk)
    reports.register(app.server, city, pool)
    walls.register(app.server, city, there)
    remapping.register(app, city, feeds)
    app.layout = lambda: page(str(city.live.moment()))
    app.city, app.feeds, app.pool = city, feeds, pool
    return app


def cache_settings(settings: Settings) -> dict:
    """What flask-caching is told; a Redis that does not answer within a second is away."""
    told = {"CACHE_TYPE": settings.cache, "CACHE_REDIS_URL": settings.cache_redis_url}
    patience = {"socket_timeout": 1, "socket_connect_timeout": 1}
    return told | ({"CACHE_OPTIONS": patience} if settings.cache == "RedisCache" else {})


def wsgi(clock: Clock = time.time) -> Flask:
    """What a server loads: the city of the settings, kept alive by its feeds."""
    try:
        settings = read_settings()
        app = create_app(settings, clock)
        living.begin(app.server, settings, app.city, app.feeds, app.pool)
    except JingweiError as error:
        sys.exit(f"jingwei: {error}")
    return app.server
