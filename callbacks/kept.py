"""Rendered panels kept for everybody, where the cache answers; where it is away, each is drawn anew."""

import logging
import time
from typing import Any

from flask_caching import Cache

from data_access.city import City
from data_access.settings import Settings
from data_access.troubles import CACHE

log = logging.getLogger(__name__)
SECONDS = 60
PAUSE = 5.0
"""Seconds for which a cache that failed is not asked."""


class Kept:
    """What is kept in a cache that may be away."""

    def __init__(self, cache: Cache, city: City):
        self._cache, self._city = cache, city
        self._again = 0.0

    def get(self, key: str) -> Any | None:
        """What is kept under `key`, or None."""
        return self._tried(lambda: self._cache.get(key))

    def set(self, key: str, value: Any) -> None:
        """Keep `value` for a minute."""
        self._tried(lambda: self._cache.set(key, value, timeout=SECONDS))

    def _tried(self, ask: Any) -> Any | None:
        if time.monotonic() < self._again:
            return None
        try:
            found = ask()
        except Exception as error:
            self._again = time.monotonic() + PAUSE
            self._city.troubles.begin(CACHE, str(error))
            log.warning("The cache is away: %s", error)
            return None
        self._city.troubles.end(CACHE)
        return found


def cache_settings(settings: Settings) -> dict:
    """What flask-caching is told; a Redis that does not answer within a second is away."""
    told = {"CACHE_TYPE": settings.cache, "CACHE_REDIS_URL": settings.cache_redis_url}
    patience = {"socket_timeout": 1, "socket_connect_timeout": 1}
    return told | ({"CACHE_OPTIONS": patience} if settings.cache == "RedisCache" else {})
