"""Assets that browsers keep: those whose address tells which file they are, and no others."""

import os
import re

import pytest
from dash import Dash, html

from callbacks import lasting


@pytest.fixture
def browser(tmp_path):
    (tmp_path / "vendor").mkdir()
    for name in ("own.js", "vendor/chart-1.2.3.min.js"):
        (tmp_path / name).write_text("1;")
        os.utime(tmp_path / name, (1_790_000_000, 1_790_000_000.25))
    app = Dash(__name__, assets_folder=str(tmp_path), assets_ignore="chart")
    app.layout = html.Div()
    lasting.register(app.server, tmp_path)
    return app.server.test_client()


def kept(browser, address):
    return "immutable" in browser.get(address).headers.get("Cache-Control", "")


def test_the_address_that_dash_gives_is_kept(browser):
    (address,) = re.findall(r"/assets/own\.js\?m=[0-9.]+", browser.get("/").text)
    assert kept(browser, address)
    tag = browser.get(address).headers["ETag"]
    known = browser.get(address, headers={"If-None-Match": tag})
    assert known.status_code == 304
    assert "immutable" in known.headers["Cache-Control"]


@pytest.mark.parametrize(
    "address", ["/assets/own.js", "/assets/own.js?m=", "/assets/own.js?m=1790000001.0", "/assets/gone.js?m=1", "/"]
)
def test_any_other_is_asked_for_again(browser, address):
    assert not kept(browser, address)


def test_what_has_its_version_in_its_name_is_kept(browser):
    assert kept(browser, "/assets/vendor/chart-1.2.3.min.js")
    assert not kept(browser, "/assets/vendor/chart-1.2.2.min.js")
