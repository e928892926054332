"""What the parts of a city file have in common: files beside it, coordinate systems, time zones."""

from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationInfo

from data_access.crs import to_wgs84
from data_access.errors import BadSource


def _in_folder(path: Path, info: ValidationInfo) -> Path:
    return (info.context or {}).get("folder", Path()) / path


def _known_zone(zone: str) -> str:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{zone!r} is not a time zone; write one such as Asia/Shanghai") from error
    return zone


def _known_crs(crs: str) -> str:
    try:
        to_wgs84(0.0, 0.0, crs)
    except BadSource as error:
        raise ValueError(str(error)) from error
    return crs


Crs = Annotated[str, AfterValidator(_known_crs)]
Zone = Annotated[str, AfterValidator(_known_zone)]
FilePath = Annotated[Path, AfterValidator(_in_folder)]
"""A file beside the city file."""


def listed(value: Any) -> Any:
    """One entry as a list of one."""
    return [value] if isinstance(value, str | dict) else value


class Part(BaseModel):
    """A part of a city file: what it does not know is a mistake."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, coerce_numbers_to_str=True
    )
