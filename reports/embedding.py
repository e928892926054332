"""Signed links to one panel, for other pages: what may be seen by them, and until when."""

import os
import secrets
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from itsdangerous import BadSignature, URLSafeSerializer

from components.share import DAYS
from data_access.settings import Settings
from data_access.words import T
from reports.format import Drawing, Format
from reports.formats.png import MEDIA
from reports.taking import CannotTake

FORM = Format(
    key="embed",
    title=T("嵌入", "Embedded"),
    help=T("嵌入其他页面的画面", "The picture that other pages show"),
    suffix="png",
    media=MEDIA,
    drawing=Drawing(size=(960, 540), scale=2),
)
NOT_OURS = T(
    "这个链接不是本服务器签发的，或已被改动。", "This link was not signed by this server, or was changed."
)
EXPIRED = T(
    "这个链接已于 {until} 过期，请向提供者索取新的链接。", "This link expired at {until}; ask for a new one."
)
NO_DAYS = T("有效期须为 {least}–{most} 天。", "A link is good for {least} to {most} days.")


@dataclass(frozen=True)
class Embed:
    """One panel of a View's page, by its address; `until` is when the link expires, in epoch seconds."""

    address: str
    panel: str
    until: int


def sign(settings: Settings, address: str, panel: str, days: int, now: float) -> tuple[str, int]:
    """What stands in a link to a panel, and until when it is good. Raises CannotTake for wrong `days`."""
    least, most = DAYS
    if not least <= days <= most:
        raise CannotTake(NO_DAYS.fill(least=least, most=most))
    until = int(now) + days * 86400
    return _signer(settings).dumps([address, panel, until]), until


def read(settings: Settings, token: str) -> Embed:
    """What a link's token stands for, expired or not. Raises CannotTake where it was not signed here."""
    try:
        return Embed(*_signer(settings).loads(token))
    except (BadSignature, TypeError) as error:
        raise CannotTake(NOT_OURS, 403) from error


def _signer(settings: Settings) -> URLSafeSerializer:
    return URLSafeSerializer(settings.secret or kept_secret(settings.home), salt="embed")


def kept_secret(home: Path) -> str:
    """The secret of a home, made when it is first asked for; nobody else may read its file."""
    path, own = home / "secret", home / f".secret.{os.getpid()}.{threading.get_ident()}"
    if not path.exists():
        with os.fdopen(os.open(own, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(32))
        # Put there whole or not at all, and never in the place of another: an empty one would sign for anybody.
        with suppress(FileExistsError):
            os.link(own, path)
        own.unlink()
    return path.read_text()
