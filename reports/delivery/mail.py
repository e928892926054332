"""A report by e-mail: what it says as the text, the file attached."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from data_access.schedules import Target
from data_access.settings import Settings
from data_access.words import T
from reports.delivery.sent import Sent, Undelivered, in_words

TIMEOUT = 30.0
"""Seconds that connecting, or any pause in an answer, may last."""
HIDDEN = "•••"
NO_SERVER = T("没有设置邮件服务器（JINGWEI_SMTP_HOST）。", "No mail server is set: JINGWEI_SMTP_HOST.")
NO_SENDER = T("没有设置发件地址（JINGWEI_SMTP_FROM）。", "It is not set whom mails are from: JINGWEI_SMTP_FROM.")
IN_CLEAR = T(
    "口令只经加密连接发送：请设置 JINGWEI_SMTP_SECURITY 为 starttls 或 tls。",
    "A password is sent over an encrypted connection only: set JINGWEI_SMTP_SECURITY to starttls or tls.",
)
FAILED = T("邮件服务器 {server}：{why}。", "The mail server {server}: {why}.")
REFUSED = T("邮件服务器 {server} 不接受收件人 {who}。", "The mail server {server} does not take {who}.")
LINK = T("打开这一时刻：{link}", "Open this moment: {link}")
DIGEST = T("数据摘要 SHA-256：{digest}", "Digest of the data, SHA-256: {digest}")


def fault(settings: Settings) -> T | None:
    """What in the settings keeps mails from being sent."""
    if not settings.smtp_host:
        return NO_SERVER
    if not sender(settings):
        return NO_SENDER
    return IN_CLEAR if settings.smtp_user and settings.smtp_security == "none" else None


def sender(settings: Settings) -> str:
    """Whom mails are from."""
    return settings.smtp_from or (settings.smtp_user if "@" in settings.smtp_user else "")


def deliver(target: Target, sent: Sent, settings: Settings) -> None:
    """Hand the mail over to the server. Raises Undelivered where it does not take it for all recipients."""
    if wrong := fault(settings):
        raise Undelivered(wrong)
    server, mail = f"{settings.smtp_host}:{settings.smtp_port}", message(target, sent, settings)
    try:
        with _connected(settings) as smtp:
            refused = smtp.send_message(mail, sender(settings), list(target.to))
    except smtplib.SMTPRecipientsRefused as error:
        raise Undelivered(REFUSED.fill(server=server, who=", ".join(error.recipients))) from error
    except smtplib.SMTPException as error:
        raise Undelivered(FAILED.fill(server=server, why=_why(error, settings))) from error
    except OSError as error:
        raise Undelivered(FAILED.fill(server=server, why=in_words(error))) from error
    if refused:
        raise Undelivered(REFUSED.fill(server=server, who=", ".join(refused)))


def message(target: Target, sent: Sent, settings: Settings) -> EmailMessage:
    """The mail of a report, in its language."""
    mail, home = EmailMessage(), sender(settings).rpartition("@")[2] or "localhost"
    mail["Subject"], mail["From"], mail["To"] = (
        _line(sent.title(sent.lang)),
        sender(settings),
        ", ".join(target.to),
    )
    mail["Message-ID"] = f"<{sent.number}@{home}>"
    mail["X-Jingwei-Digest"], mail["Auto-Submitted"] = sent.digest, "auto-generated"
    mail.set_content(text(sent))
    kind, _, sub = sent.media.split(";")[0].partition("/")
    with sent.open() as file:
        mail.add_attachment(file.read(), maintype=kind, subtype=sub, filename=sent.name)
    return mail


def text(sent: Sent) -> str:
    """What the report says, the link that opens its moment, its digest."""
    lang, lines = sent.lang, []
    for chapter in sent.told:
        lines += [chapter.title(lang), *(f"  {sentence(lang)}" for sentence in chapter.sentences), ""]
    return "\n".join([*lines, LINK.fill(link=sent.link)(lang), DIGEST.fill(digest=sent.digest)(lang), ""])


@contextmanager
def _connected(settings: Settings) -> Iterator[smtplib.SMTP]:
    """The server, greeted, encrypted as the settings say, signed in to where they name a user."""
    where = settings.smtp_host, settings.smtp_port
    safe = ssl.create_default_context()
    if settings.smtp_security == "tls":
        smtp = smtplib.SMTP_SSL(*where, timeout=TIMEOUT, context=safe)
    else:
        smtp = smtplib.SMTP(*where, timeout=TIMEOUT)
    with smtp:
        if settings.smtp_security == "starttls":
            smtp.starttls(context=safe)
        if settings.smtp_user:
            smtp.login(settings.smtp_user, settings.smtp_password.get_secret_value())
        yield smtp


def _why(error: smtplib.SMTPException, settings: Settings) -> T:
    """What the server said, without the password, should it have said that."""
    said = getattr(error, "smtp_error", None)
    told = f"{error.smtp_code} {said.decode('utf-8', 'replace')}" if isinstance(said, bytes) else str(error)
    secret = settings.smtp_password.get_secret_value()
    plain = _line(told.replace(secret, HIDDEN) if secret else told)[:300].rstrip(".")
    return T(plain, plain)


def _line(text: str) -> str:
    return " ".join(text.split())
