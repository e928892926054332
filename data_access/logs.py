"""Logs: lines of text or of JSON to standard error, the same from every part of the process."""

import json
import logging
import logging.config
import re
import secrets
from contextvars import ContextVar
from datetime import UTC, datetime

from data_access.settings import Settings

REQUEST: ContextVar[dict] = ContextVar("request", default={})  # noqa: B039 - never changed, only replaced
"""What is told of the request that a line is written for: ``path`` and ``request_id``."""
NUMBER = re.compile(r"[\w-]{8,64}")
"""A request's id as a proxy may give it."""
QUIET = ("alembic", "clickhouse_connect", "urllib3")
"""Libraries of which only warnings are told."""


class JsonLines(logging.Formatter):
    """A record as a line of JSON: time (UTC), level, logger, message; exception and request where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **REQUEST.get(),
        }
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False, default=str)


class TextLines(logging.Formatter):
    """A record for a person to read."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s%(where)s")

    def format(self, record: logging.LogRecord) -> str:
        """The line, and the trace of an exception below it."""
        request = REQUEST.get()
        record.where = f" ({request['path']} {request['request_id']})" if request else ""
        return super().format(record)


FORMS = {"json": JsonLines, "text": TextLines}


def configuration(settings: Settings) -> dict:
    """The configuration of `logging`, as its dictConfig takes it; the server process is given it too."""
    level = settings.log_level.upper()
    loggers = {name: {"level": "WARNING"} for name in QUIET}
    loggers |= {name: {"propagate": True} for name in ("_granian", "granian.access")}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": FORMS[settings.log]}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "line", "stream": "ext://sys.stderr"}
        },
        "loggers": loggers,
        "root": {"handlers": ["stderr"], "level": level},
    }


def configure(settings: Settings) -> None:
    """Write all logs of this process as the settings say."""
    logging.config.dictConfig(configuration(settings))


def request_id(given: str) -> str:
    """The id a proxy gave a request, or one of its own where that is none."""
    return given if NUMBER.fullmatch(given) else secrets.token_hex(8)
