"""Fields of records: what each accepts, and the reason a value is refused for."""

import re
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Annotated, Any, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from ingest.reasons import REASONS, Refused, shown

FIRST = int(datetime(1990, 1, 1, tzinfo=UTC).timestamp() * 1000)
LAST = int(datetime(2099, 12, 31, tzinfo=UTC).timestamp() * 1000)
DAY = 86_400_000
_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?")


def epoch_ms(value: Any) -> int:
    """A moment as UTC epoch milliseconds: ISO 8601 with an offset, epoch seconds, or an aware datetime.

    Raises ValueError saying what is wrong.
    """
    if isinstance(value, str):
        value = value.strip()
        value = float(value) if _NUMBER.fullmatch(value) else _iso(value)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("has no offset from UTC")
        value = value.timestamp()
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("is not a moment")
    if not -1e11 < value < 1e11:
        raise ValueError("is not in seconds")
    return round(value * 1000)


def _iso(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("is not a moment in ISO 8601") from None


def _moment(last: Callable[[], int]) -> Callable[[Any], int]:
    def parse(value: Any) -> int:
        try:
            at = epoch_ms(value)
        except (ValueError, OverflowError) as error:
            raise PydanticCustomError("bad_time", "{why}", {"why": str(error)}) from None
        if at < FIRST:
            raise PydanticCustomError("bad_time", "is before 1990")
        if at > last():
            raise PydanticCustomError("bad_time", "is in the future")
        return at

    return parse


Past = Annotated[int, BeforeValidator(_moment(lambda: int(time.time() * 1000) + DAY))]
"""A moment that has been, in epoch milliseconds; a day's grace for clocks that run fast."""

Planned = Annotated[int, BeforeValidator(_moment(lambda: LAST))]
"""A moment up to the end of 2099, in epoch milliseconds."""

_MOMENTS = (Past.__metadata__[0], Planned.__metadata__[0])


def moments(model: type[BaseModel]) -> set[str]:
    """The fields of a record that are moments."""
    return {n for n, f in model.model_fields.items() if _is_moment(f.annotation, f.metadata)}


def _is_moment(kind: Any, metadata: Iterable[Any]) -> bool:
    inner = get_args(kind)
    return any(m in _MOMENTS for m in metadata) or any(
        _is_moment(k, getattr(k, "__metadata__", ())) for k in inner
    )


Name = Annotated[str, Field(min_length=1, max_length=200)]
Number = Annotated[float, Field(allow_inf_nan=False)]


class Record(BaseModel):
    """One fact as a feed sends it. Fields that are null or empty count as not sent; others are ignored."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True, str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _without_empty(cls, data: Any) -> Any:
        if isinstance(data, dict):
            return {k: v for k, v in data.items() if not (v is None or (isinstance(v, str) and not v.strip()))}
        return data


def refusal(error: ValidationError) -> Refused:
    """The first fault that pydantic found, as a reason."""
    fault = error.errors(include_url=False, include_context=False)[0]
    field = ".".join(str(part) for part in fault["loc"]) or "line"
    if fault["type"] == "missing":
        return Refused("missing_field", field)
    reason = fault["type"] if fault["type"] in REASONS else "bad_value"
    return Refused(reason, shown(field, fault["input"], fault["msg"]))
