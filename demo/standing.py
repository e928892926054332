"""Whether the reference city stands, whole; and building it where it does not."""

import shutil

from data_access.errors import NoCity
from data_access.opening import open_city
from data_access.settings import COMPLETE, Settings
from data_access.store.engine import embedded
from demo.reference import SEED, Progress, found


def ensure(settings: Settings, size: str, progress: Progress) -> None:
    """Make sure the store holds a city; a build of the reference city that was cut short begins anew."""
    done = settings.home / COMPLETE
    if done.exists():
        return
    if not _stands(settings):
        if embedded(settings.store_url):
            remove(settings)
        found(settings, size, SEED, progress).close()
    settings.home.mkdir(parents=True, exist_ok=True)
    done.touch()


def remove(settings: Settings) -> None:
    """Remove the city that is there."""
    shutil.rmtree(settings.home / "store", ignore_errors=True)
    for name in ("operations.db", "store.lock", COMPLETE):
        (settings.home / name).unlink(missing_ok=True)


def _stands(settings: Settings) -> bool:
    """Whether the store holds a whole city: an embedded reference city without its mark was cut short."""
    alone = embedded(settings.store_url)
    if alone and not (settings.home / "store").exists():
        return False
    try:
        city = open_city(settings)
    except NoCity:
        return False
    city.close()
    return not (alone and city.profile.seed)
