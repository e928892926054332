"""Whether the reference city stands, whole; and building it where it does not."""

import shutil

from data_access.errors import NoCity
from data_access.opening import open_city
from data_access.settings import Settings
from demo.reference import SEED, Progress, found

COMPLETE = "complete"
"""A file in the home that says its city is whole; without it, a build may have been cut short."""


def ensure(settings: Settings, size: str, progress: Progress) -> None:
    """Make sure the store holds a city; a build of the reference city that was cut short begins anew."""
    done = settings.home / COMPLETE
    if done.exists():
        return
    if settings.store_url.startswith("clickhousedb:///") and (settings.home / "store").exists():
        try:
            city = open_city(settings)
            cut_short = bool(city.profile.seed)
            city.close()
        except NoCity:
            cut_short = True
        if not cut_short:
            done.touch()
            return
        remove(settings)
    found(settings, size, SEED, progress).close()
    done.touch()


def remove(settings: Settings) -> None:
    """Remove the city that is there."""
    shutil.rmtree(settings.home / "store", ignore_errors=True)
    for name in ("operations.db", "store.lock", COMPLETE):
        (settings.home / name).unlink(missing_ok=True)
