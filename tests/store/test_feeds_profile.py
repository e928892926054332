"""Declared feeds beside a city that is loaded from files: they are its feeds while it is open, and no longer."""

from feeds import water
from test_ingest_guide import folder

from data_access.opening import open_city
from data_access.settings import Settings
from ingest.intake import Intake
from ingest.load import load, load_into

__all__ = ["folder"]


def test_loading_into_an_open_city_neither_keeps_nor_loses_its_declared_feeds(folder, tmp_path):  # noqa: F811
    settings = Settings(home=folder / "var")
    load(settings, folder / "harbour.yaml")
    definition = water(tmp_path)
    city = open_city(settings, feeds=(definition.feed,))
    try:
        assert [feed.key for feed in city.profile.feeds][-1] == "water"
        assert city.live.feeds()["water"].last_seen is None
        assert Intake(city, definition).take(b"{}", "odd", "test").rejected == 1
        assert not load_into(city, folder / "harbour.yaml").warnings, "nothing has changed"
        yaml = folder / "harbour.yaml"
        yaml.write_text(yaml.read_text("utf-8").replace("en: Harbour", "en: Haven"), "utf-8")
        assert load_into(city, yaml).warnings
    finally:
        city.close()
    again = open_city(settings)
    try:
        assert again.profile.title.en == "Haven"
        assert "water" not in again.live.feeds()
    finally:
        again.close()
    declared = open_city(settings, feeds=(definition.feed,))
    try:
        assert declared.live.feeds()["water"].rejected == 1, "what it sent is remembered"
    finally:
        declared.close()
