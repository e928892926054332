"""The browser that renders Views: the system's Chromium, driven by Playwright."""

import importlib
import importlib.util
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from data_access.doctor import BROWSERS
from data_access.errors import JingweiError

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 60_000.0
"""Milliseconds after which a page that is not whole is given up."""


def require_browser(target: str) -> str:
    """The system's Chromium. Raises JingweiError where there is none, or no playwright.

    `target` is the make target that installs them.
    """
    found = next((path for path in map(shutil.which, BROWSERS) if path), None)
    if not found or not importlib.util.find_spec("playwright"):
        raise JingweiError(f"This needs Chromium and playwright: run `make {target}`, which installs them.")
    return found


@contextmanager
def chromium(target: str) -> Iterator["Browser"]:
    """A browser of its own. Raises JingweiError as `require_browser` does."""
    path = require_browser(target)
    with importlib.import_module("playwright.sync_api").sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()
