"""Reading JSON that anybody may have written, and writing down a part of it as what a row was."""

import json

from pydantic_core import from_json

from ingest.reasons import Refused


def json_of(body: bytes) -> object:
    """The value of a JSON document. Raises Refused."""
    try:
        return from_json(body.removeprefix(b"\xef\xbb\xbf"), allow_inf_nan=False)
    except (ValueError, RecursionError) as error:
        raise Refused("unreadable", f"not JSON: {error}"[:300]) from error


def written(value: object) -> str:
    """A part of a document as text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
