"""Where a bench does its work: a home of its own, untouched by the settings of the city that is served here."""

import os
from pathlib import Path

from data_access.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
"""The folder that holds the application."""


def settings_of(home: Path) -> Settings:
    """The settings of a bench in `home`: an embedded store, everything else as delivered."""
    plain = {name: field.default for name, field in Settings.model_fields.items()}
    return Settings(**plain | {"home": home})


def environment(home: Path, port: int, live: bool) -> dict[str, str]:
    """The environment of a server on `home`: this process's, without what it says about another city."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JINGWEI_")}
    own = {"JINGWEI_HOME": str(home.absolute()), "JINGWEI_PORT": str(port), "JINGWEI_LIVE": str(int(live))}
    return kept | own
