"""A report posted to an address of the web, with digests of data and bytes, signed where a secret is given."""

import base64
import hashlib
import hmac
import os
import time
import urllib.error
import urllib.request
from http.client import HTTPException
from urllib.parse import quote, urlsplit

from data_access.schedules import Target
from data_access.settings import Settings
from data_access.words import T
from reports.delivery.sent import Sent, Undelivered, in_words

TIMEOUT = 60.0
"""Seconds that connecting, or any pause in an answer, may last."""
PIECE = 2**20
NO_SECRET = T("环境变量 {name} 没有设置，无法签名。", "{name} is not set, so that nothing can be signed with it.")
ANSWERED = T("{url} 应答 {code} {reason}。", "{url} answered {code} {reason}.")
FAILED = T("{url}：{why}。", "{url}: {why}.")


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirection: a report goes where it was declared to go, and nowhere else."""

    def redirect_request(self, *asked: object) -> None:
        """Not followed."""


def fault(target: Target) -> T | None:
    """What keeps it from being posted."""
    missing = target.secret_env and not os.environ.get(target.secret_env)
    return NO_SECRET.fill(name=target.secret_env) if missing else None


def deliver(target: Target, sent: Sent, settings: Settings) -> None:
    """Post the file; an answer of 200 to 299 takes it. Raises Undelivered."""
    if wrong := fault(target):
        raise Undelivered(wrong)
    url = target.to[0]
    parts = urlsplit(url)
    shown = f"{parts.scheme}://{parts.netloc}{parts.path}"
    opener = urllib.request.build_opener(_Stay())
    try:
        with sent.open() as file:
            told = headers(sent, os.environ.get(target.secret_env, "") if target.secret_env else "")
            posted = urllib.request.Request(url, file, told, method="POST")
            with opener.open(posted, timeout=TIMEOUT) as answer:
                answer.read(PIECE)
    except urllib.error.HTTPError as error:
        error.close()
        raise Undelivered(ANSWERED.fill(url=shown, code=error.code, reason=error.reason)) from error
    except urllib.error.URLError as error:
        why = in_words(error.reason) if isinstance(error.reason, OSError) else T(*[str(error.reason)] * 2)
        raise Undelivered(FAILED.fill(url=shown, why=why)) from error
    except (OSError, HTTPException, ValueError) as error:
        why = in_words(error) if isinstance(error, OSError) else T(*[f"{type(error).__name__}"] * 2)
        raise Undelivered(FAILED.fill(url=shown, why=why)) from error


def headers(sent: Sent, secret: str) -> dict[str, str]:
    """What is told with the file: its name, digests, the run's number; a signature of time and body."""
    at, digest, size = str(int(time.time())), hashlib.sha256(), 0
    mac = hmac.new(secret.encode(), f"{at}.".encode(), hashlib.sha256)
    with sent.open() as file:
        while piece := file.read(PIECE):
            size += len(piece)
            digest.update(piece)
            mac.update(piece)
    told = {
        "Content-Type": sent.media,
        "Content-Length": str(size),
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(sent.name)}",
        "Content-Digest": f"sha-256=:{base64.b64encode(digest.digest()).decode()}:",
        "User-Agent": "Jingwei",
        "Idempotency-Key": sent.number,
        "X-Jingwei-Digest": sent.digest,
        "X-Jingwei-Link": sent.link,
        "X-Jingwei-Timestamp": at,
    }
    return told | ({"X-Jingwei-Signature": f"sha256={mac.hexdigest()}"} if secret else {})
