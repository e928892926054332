"""What is vendored fits what is installed."""

import re
from pathlib import Path

import plotly

ASSETS = Path(__file__).parents[2] / "assets"


def version(path: Path) -> str:
    return re.search(r"plotly\.js(?: \(basic - minified\))? v([\d.]+)", path.read_text()[:400]).group(1)


def test_the_basic_bundle_is_of_the_version_that_plotly_brings():
    full = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    assert version(ASSETS / "vendor" / "plotly-basic.min.js") == version(full)
