"""The door of a feed for tests, from the text of a feeds file."""

from dataclasses import replace as changed
from types import SimpleNamespace

import yaml
from test_ingest_support import plan

from data_access.build import build
from data_access.opening import open_city
from data_access.profile import Feed
from data_access.settings import Settings
from data_access.words import T
from ingest.adapters import adapters
from ingest.caserows import CaseMapper
from ingest.cityfile import CaseColumns
from ingest.items import Item
from ingest.pipeline import record_item, submit_items
from ingest.reasons import Refused
from ingest.records import kinds
from ingest.times import Times
from ingest.types import TypeBook

try:
    from ingest.feedfile import read_feeds
    from ingest.intake import Intake
except ImportError:
    read_feeds = None


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
    if read_feeds is None:
        return _plain(city, yaml.safe_load(text)["feeds"][0], folder)
    (definition,) = read_feeds(path)
    return Intake(city, definition), adapters()[definition.source.adapter], definition.source


def _plain(city, feed, folder):
    source = feed.pop("source")
    adapter = adapters()[source.pop("adapter")]
    columns = feed.get("columns") or {}
    columns = CaseColumns.model_validate(columns) if "times" in columns else columns
    told = {"crs": "wgs84", "timezone": None, "time_format": None} | feed | {"columns": columns, "interval": 60}
    settings = adapter.settings.model_validate(source, context={"folder": folder})
    return Door(city, SimpleNamespace(**told)), adapter, settings


class Door:
    """What stands in for an intake: rows to records, records to the store."""

    def __init__(self, city, definition):
        self.city, self.definition = city, definition
        types = TypeBook()
        for case_type in city.profile.types:
            types.add(case_type)
        times = Times(definition.timezone or city.profile.zone, definition.time_format)
        cases = isinstance(definition.columns, CaseColumns)
        self._cases = CaseMapper(definition.columns, times, types, False) if cases else None

    def take_rows(self, rows, token, source):
        items, feed = [self._item(row) for row in rows], self.definition
        return submit_items(self.city, feed.key, feed.carries, items, f"{feed.key}:{token}", source, feed.crs)

    def _item(self, row):
        if row.refused:
            return Item(row.line, row.raw, refused=row.refused)
        declared = kinds()[self.definition.carries]
        try:
            values = self._cases.records(row) if self._cases else [row.values]
        except Refused as error:
            return Item(row.line, row.raw, refused=error)
        return record_item(declared, row.line, row.raw, values)
