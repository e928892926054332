"""The city's overlays: shapes of its own over the map, listed in its profile, kept as GeoJSON by digest."""

import gzip
import hashlib
import threading

from data_access.build import write_profile
from data_access.city import City
from data_access.opening import read_profile
from data_access.profile import Overlay

_writer = threading.Lock()


def overlays(city: City) -> tuple[Overlay, ...]:
    """The overlays as the store lists them now: also those that came since the city was opened."""
    return city.fixed.get("overlays", lambda: read_profile(city.store).overlays)


def overlay_body(city: City, digest: str) -> bytes:
    """The gzipped GeoJSON of the overlay with that digest. Raises KeyError for none."""
    keys = {overlay.digest: overlay.key for overlay in overlays(city)}
    return city.fixed.get(("overlay", digest), lambda key=keys[digest]: _packed(city, key, digest))


def keep_overlays(city: City, listed: list[tuple[Overlay, bytes | None]]) -> bool:
    """Make these the city's overlays, and let screens know; None keeps the shapes an overlay has.

    Returns whether anything is different now.
    """
    wanted = tuple(overlay for overlay, _ in listed)
    with _writer:
        profile = read_profile(city.store)
        if profile.overlays == wanted:
            return False
        there = {(overlay.key, overlay.digest) for overlay in profile.overlays}
        for overlay, body in listed:
            if body is not None and (overlay.key, overlay.digest) not in there:
                city.store.put_blob(_key(overlay.key), overlay.digest, body)
        write_profile(city.store, profile.model_copy(update={"overlays": wanted}))
        city.fixed.forget("overlays")
    city.live.bump()
    return True


def digest_of(body: bytes) -> str:
    """What names a body in its address."""
    return hashlib.sha256(body).hexdigest()[:16]


def _packed(city: City, key: str, digest: str) -> bytes:
    found = city.store.blob(_key(key))
    if found is None or found[0] != digest:
        raise KeyError(digest)
    return gzip.compress(found[1], 6)


def _key(key: str) -> str:
    return f"overlay/{key}"
