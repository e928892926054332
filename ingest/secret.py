"""Secrets of feeds: in environment variables, never in files."""

import os
from typing import Annotated

from pydantic import Field

from data_access.errors import SettingsError

Variable = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
"""The name of an environment variable."""


def secret(variable: str, what: str) -> str:
    """The value of an environment variable. Raises SettingsError, saying what it is for, when it has none."""
    value = os.environ.get(variable, "")
    if not value:
        raise SettingsError(f"{variable} is not set: {what}. Set it in the server's environment.")
    return value
