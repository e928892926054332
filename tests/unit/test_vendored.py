"""What is vendored fits what is installed."""

import re
from pathlib import Path

import plotly

ASSETS = Path(__file__).parents[2] / "assets"


def version(path: Path) -> str:
    return re.search(r"plotly\.js(?: \(basic - minified\))? v([\d.]+)", path.read_text()[:400]).group(1)


def test_the_basic_bundle_is_of_the_version_that_plotly_brings():
    full = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    (bundle,) = (ASSETS / "vendor").glob("*.js")
    assert version(bundle) == version(full)
    assert bundle.name == f"plotly-basic-{version(full)}.min.js", "browsers keep it for ever under its name"
    assert f'"/assets/vendor/{bundle.name}"' in (ASSETS / "plotly.js").read_text()
