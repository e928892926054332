"""The door of a feed for tests, from the text of a feeds file."""

from dataclasses import replace as changed

from test_ingest_support import plan

from data_access.build import build
from data_access.opening import open_city
from data_access.profile import Feed
from data_access.settings import Settings
from data_access.words import T
from ingest.adapters import adapters
from ingest.feedfile import read_feeds
from ingest.intake import Intake


def _feed(key, carries, network="government"):
    return Feed(key=key, network=network, title=T(key, key), interval=60, carries=carries)


FEEDS = (_feed("weather", "alert"), _feed("requests", "case"), _feed("gauges", "reading", "iot"))


def small_city(home):
    """The city of eight leaves, with a feed of each kind."""
    settings, made = Settings(home=home), plan()
    profile = made.profile.model_copy(update={"feeds": (*made.profile.feeds, *FEEDS)})
    build(settings, changed(made, profile=profile))
    return open_city(settings)


def opened(city, folder, text):
    """The intake, the adapter and its settings, of the one feed that a feeds file declares."""
    path = folder / "feeds.yaml"
    path.write_text(text, "utf-8")
    (definition,) = read_feeds(path)
    return Intake(city, definition), adapters()[definition.source.adapter], definition.source
