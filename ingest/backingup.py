"""A backup that holds what was cut short as well: `jingwei backup`."""

import logging
from collections.abc import Callable
from pathlib import Path

from data_access.backup.run import backup as write_out
from data_access.city import City
from data_access.errors import StoreFailed
from ingest.pipeline import caught_up

log = logging.getLogger(__name__)


def backup(city: City, folder: Path, progress: Callable[[str, float], None]) -> dict:
    """Land what waits to be, then back the open city up into `folder`, which must be empty or not there.

    Returns the summary of `data_access.backup.run.backup`, and as `waiting` how many batches the store would not
    take: they are not in it. For the process that writes. Raises BadBackup, SettingsError.
    """
    begun = city.journal.files()
    try:
        caught_up(city)
    except StoreFailed as error:
        log.warning("The store takes nothing new: %s", error)
    waiting = sum(path.exists() for path in begun)
    return write_out(city, folder, progress) | {"waiting": waiting}
