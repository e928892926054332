"""What is delivered, and what is said where it cannot be."""

import errno
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from data_access.errors import JingweiError
from data_access.words import Lang, T
from reports.snapshot import Chapter

IN_WORDS = {
    errno.ENOSPC: T("磁盘没有空间", "no space is left on the disk"),
    errno.EDQUOT: T("磁盘配额已用完", "the disk quota is used up"),
    errno.EFBIG: T("文件大小超过限制", "the file is larger than is allowed"),
    errno.EACCES: T("没有写入权限", "it may not be written to"),
    errno.EPERM: T("没有写入权限", "it may not be written to"),
    errno.EROFS: T("磁盘只读", "the disk is read-only"),
    errno.ECONNREFUSED: T("连接被拒绝", "the connection is refused"),
    errno.ETIMEDOUT: T("超时没有应答", "no answer in time"),
}


class Undelivered(JingweiError):
    """A report could not be delivered: `told` says what and where."""

    def __init__(self, told: T):
        super().__init__(told.en)
        self.told = told


@dataclass(frozen=True)
class Sent:
    """A made report on its way: its file's name, media type, digest of the data, and what is said of it.

    `schedule` is the key of what it is made by, `open` gives the file, open; `number` is the same each time the
    same run is sent, so that who gets it twice can tell.
    """

    number: str
    schedule: str
    title: T
    name: str
    media: str
    digest: str
    link: str
    told: tuple[Chapter, ...]
    lang: Lang
    open: Callable[[], BinaryIO]


def in_words(error: OSError) -> T:
    """What an error of the system means."""
    if isinstance(error, TimeoutError):
        return IN_WORDS[errno.ETIMEDOUT]
    # TLS numbers its errors by itself.
    known = None if isinstance(error, ssl.SSLError) else IN_WORDS.get(error.errno)
    if known:
        return known
    text = str(getattr(error, "verify_message", "") or error.strerror or error)[:200]
    text = f"certificate: {text}" if isinstance(error, ssl.SSLCertVerificationError) else text
    return T(text, text)
