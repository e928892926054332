"""All that answers on a server: each part is told what it needs, once."""

from pathlib import Path

from dash import Dash
from flask_caching import Cache
from flask_compress import Compress

from callbacks import (
    embeds,
    endpoints,
    explain,
    header,
    lasting,
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
from callbacks.kept import Kept, cache_settings
from components import catalogue
from data_access.city import City
from data_access.settings import Settings
from demo.walls import walls_of
from ingest.feedfile import FeedDefinition
from reports.format import formats
from reports.pool import Pool


def wire(app: Dash, settings: Settings, city: City, feeds: tuple[FeedDefinition, ...]) -> Pool:
    """Have the application answer for the city; returns what makes its files.

    Callbacks are asked for in the order in which they are told: the map before the panels.
    """
    server, layers, shown = app.server, catalogue.layers(settings.extensions), catalogue.panels()
    there, forms = walls_of(settings, city.profile), formats()
    kept = Kept(Cache(server, config=cache_settings(settings)), city)
    Compress(server)
    lasting.register(server, Path(app.config.assets_folder))
    endpoints.register(server, city, layers, watching.register(server, city))
    pictures.register(server, city)
    header.register(app, city, layers, there, forms)
    mapping.register(app, city, layers)
    panels.register(app, city, shown, kept)
    place.register(app, city)
    explain.register(app, city, shown)
    reference.register(app, city, layers)
    quarantine.register(server, city)
    remapping.register(app, city, feeds)
    walls.register(server, city, there)
    pool = Pool(city, settings.own_url, settings.browsers, settings.snapshots)
    desk = snapshots.Desk(city, shown, forms, pool)
    snapshots.register(server, desk)
    embeds.register(server, desk)
    reports.register(server, city, pool)
    return pool
