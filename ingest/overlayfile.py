"""What a city file says of overlays."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from data_access.profile import Text
from data_access.words import NETWORKS
from ingest.cityparts import Crs, FilePath, Part, listed


class OverlayFile(Part):
    """One overlay: a GeoJSON file that is drawn over the map. Without `crs` it is what the file says, or WGS84."""

    key: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    title: Text
    file: FilePath
    crs: Crs | None = None
    network: Literal["", *NETWORKS] = ""
    colour: Literal["", "ok", "watch", "warn", "critical"] = ""


def _differ(overlays: tuple[OverlayFile, ...]) -> tuple[OverlayFile, ...]:
    keys = [overlay.key for overlay in overlays]
    if len(set(keys)) < len(keys):
        raise ValueError(f"two overlays have the key {next(k for k in keys if keys.count(k) > 1)!r}")
    return overlays


Overlays = Annotated[tuple[OverlayFile, ...], BeforeValidator(listed), AfterValidator(_differ)]


class OverlaysFile(Part):
    """A file that only says which overlays the city called `key` has."""

    key: str
    overlays: Overlays
