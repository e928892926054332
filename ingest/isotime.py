"""Moments written as text, a column at a time; what is not plainly one is left to the way line by line."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_DAY = r"^(19|20)\d\d-[01]\d-[0-3]\d[T ]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d\d\d)?"
_OFFSET = r"(Z|[+-](0\d|1[0-4]):[0-5]\d)$"
_WHOLE, _LOCAL = _DAY + _OFFSET, _DAY + "$"
_NUMBER = r"^-?\d{1,15}(\.\d{1,15})?$"


def numbers(texts: pa.Array) -> np.ndarray:
    """Texts as numbers; nan for what is not plainly one."""
    plain = pc.match_substring_regex(texts, _NUMBER)
    return pc.if_else(plain, texts, None).cast(pa.float64()).to_numpy(zero_copy_only=False)


def milliseconds(texts: pa.Array, zone: str) -> np.ndarray:
    """ISO 8601 as UTC epoch milliseconds, without an offset in `zone`; nan for what is not plainly one.

    Raises ArrowInvalid when one is no possible moment, such as 30 February or an hour that a clock skipped.
    """
    whole = pc.if_else(pc.match_substring_regex(texts, _WHOLE), texts, None)
    found = _ms(whole.cast(pa.timestamp("ms", "UTC")))
    if whole.null_count == 0:
        return found
    local = pc.if_else(pc.match_substring_regex(texts, _LOCAL), texts, None)
    if local.null_count == len(texts):
        return found
    moments = pc.assume_timezone(local.cast(pa.timestamp("ms")), zone, ambiguous="earliest", nonexistent="raise")
    return np.where(np.isnan(found), _ms(moments), found)


def _ms(moments: pa.Array) -> np.ndarray:
    return moments.cast(pa.int64()).cast(pa.float64()).to_numpy(zero_copy_only=False)
