"""Feeds files for tests."""

from ingest.feedfile import read_feeds

WATER = """\
feeds:
  - key: water
    title: {zh: 积水监测, en: Waterlogging}
    network: iot
    interval: 5 min
    carries: reading
    time_format: epoch
    source: {adapter: http, token_env: WATER_TOKEN}
"""


def written(folder, text=WATER):
    """The path of a feeds file with `text`."""
    path = folder / "feeds.yaml"
    path.write_text(text, "utf-8")
    return path


def water(folder, **changed):
    """The definition of the feed `water`, with other values for some of its keys."""
    (definition,) = read_feeds(written(folder))
    return type(definition).model_validate(definition.model_dump() | {"interval": "5 min"} | changed)
