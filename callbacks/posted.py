"""What pages of our own send: JSON, from this very site, short; everything else is refused in words."""

import json
import unicodedata
from urllib.parse import urlsplit

from flask import Response, request

from data_access.words import T

LONGEST = 16_384
"""Bytes of a body at most."""
PERSON = 40
"""Letters of a person's name at most."""
TRUSTED = ("same-origin", "none")
"""What browsers say of where a request comes from, if it is a page of ours or nobody's."""

ELSEWHERE = T("只接受本站页面发来的请求。", "Only pages of this very site may ask for that.")
NO_JSON_TYPE = T("请以 application/json 发送。", "Send it as application/json.")
TOO_LONG = T("内容超过 {n} 字节。", "The body has more than {n} bytes.")
NO_JSON = T("内容不是 JSON 对象。", "The body is not a JSON object.")
NO_TEXT = T("“{key}”须为 1 至 {most} 个字符的文字。", "“{key}” must be a text of 1 to {most} letters.")
NO_NUMBER = T("“{key}”须为 {least} 至 {most} 的整数。", "“{key}” must be a whole number from {least} to {most}.")


class Refused(Exception):
    """A request that is not followed: its status, why, and what else the page should know."""

    def __init__(self, status: int, why: T, **more: object):
        super().__init__(why.en)
        self.status, self.why, self.more = status, why, more


def answered(body: dict, status: int = 200) -> Response:
    """JSON that nobody keeps."""
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status, {"Cache-Control": "no-store"}, mimetype="application/json")


def refusal(error: Refused) -> Response:
    """The answer to a request that is not followed: ``{"error": {"zh", "en"}, …}``."""
    return answered({"error": words(error.why)} | error.more, error.status)


def words(text: T) -> dict[str, str]:
    """A text in both languages, as pages take it."""
    return {"zh": text.zh, "en": text.en}


def posted() -> dict:
    """The JSON object that was sent. Raises Refused.

    A page of another site can send no JSON without asking first, which nothing here ever answers; where the
    browser says whose page it is, that is looked at too.
    """
    from_here()
    if request.mimetype != "application/json":
        raise Refused(415, NO_JSON_TYPE)
    if (request.content_length or 0) > LONGEST:
        raise Refused(413, TOO_LONG.fill(n=LONGEST))
    try:
        found = json.loads(request.get_data())
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Refused(400, NO_JSON)
    return found


def from_here() -> None:
    """That the request is not of a page of another site. Raises Refused.

    Ports are not compared: proxies do not pass on theirs.
    """
    origin = request.headers.get("Origin")
    foreign = origin is not None and urlsplit(origin).hostname != urlsplit(f"//{request.host}").hostname
    if foreign or request.headers.get("Sec-Fetch-Site", "none") not in TRUSTED:
        raise Refused(403, ELSEWHERE)


def text_of(found: dict, key: str, most: int, default: str | None = None) -> str:
    """A text of what was sent, without line breaks and signs that cannot be seen. Raises Refused."""
    value = found.get(key, default)
    seen = cleaned(value) if isinstance(value, str) else ""
    if (not seen and default is None) or len(seen) > most or not isinstance(value, str):
        raise Refused(400, NO_TEXT.fill(key=key, most=most))
    return seen


def number_of(found: dict, key: str, least: int, most: int, default: int | None = None) -> int:
    """A whole number of what was sent. Raises Refused."""
    value = found.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise Refused(400, NO_NUMBER.fill(key=key, least=least, most=most))
    return value


def cleaned(text: str) -> str:
    """A text in one line, without control signs, with single spaces."""
    seen = "".join(" " if letter.isspace() else letter for letter in text)
    return " ".join("".join(c for c in seen if unicodedata.category(c)[0] != "C").split())
