"""The web application: wiring only."""

import sys
import time
from pathlib import Path

from dash import Dash, State
from flask import Flask

from callbacks import living, wiring
from components import ids
from components.page import DOCUMENTS, page
from data_access.errors import JingweiError
from data_access.opening import Clock, open_city
from data_access.settings import Settings, read_settings
from demo.walls import declared_walls
from ingest.service import declared
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
    app.city, app.feeds, app.pool = city, feeds, wiring.wire(app, settings, city, feeds)
    app.layout = lambda: page(str(city.live.moment()))
    return app


def wsgi(clock: Clock = time.time) -> Flask:
    """What a server loads: the city of the settings, kept alive by its feeds."""
    try:
        settings = read_settings()
        app = create_app(settings, clock)
        living.begin(app.server, settings, app.city, app.feeds, app.pool)
    except JingweiError as error:
        sys.exit(f"jingwei: {error}")
    return app.server
