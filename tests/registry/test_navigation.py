"""The whole application in a process of its own, on the small city: its pages, its navigation, its own files."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = """
import json, sys, dash
from pathlib import Path
from app import create_app
from data_access.settings import Settings
home, own = map(Path, sys.argv[1:])
app = create_app(Settings(home=home, extensions=(own,)))
client = app.server.test_client()
paths = ["/", "/unit/410105", "/catalogue", "/healthz", "/live", "/values/mine/1", "/_dash-layout",
         "/_dash-dependencies"]
pages = [{"module": p["module"], "path": p["path"], "title": p["title"], "order": p.get("order"),
          "nav": [p["nav"].zh, p["nav"].en] if p.get("nav") else None} for p in dash.page_registry.values()]
answers = {path: client.get(path) for path in paths}
print(json.dumps({"pages": pages, "status": {k: v.status_code for k, v in answers.items()},
                  "html": answers["/"].get_data(as_text=True)}))
"""
OWN = """
from data_access.metric import Count
from data_access.sources.cases import opened
from data_access.words import T
METRIC = Count(key="mine", title=T("我的", "Mine"), help=T("试", "A test"), source=opened)
"""


@pytest.fixture(scope="module")
def told(home, tmp_path_factory):
    own = tmp_path_factory.mktemp("own")
    (own / "metrics").mkdir()
    (own / "metrics" / "mine.py").write_text(OWN, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, home, own], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_every_page_answers(told):
    assert set(told["status"].values()) == {200}


def test_each_page_has_title_order_and_words_in_both_languages(told):
    pages = {p["module"].removeprefix("pages."): p for p in told["pages"]}
    assert {"situation", "unit", "catalogue", "not_found_404"} <= set(pages)
    assert len({p["path"] for p in told["pages"]}) == len(told["pages"])
    for name, page in pages.items():
        assert page["title"], name
        assert page["nav"] is None or all(page["nav"]), name
    assert [pages[n]["nav"] is not None for n in ("situation", "catalogue")] == [True, True]


def test_nothing_is_asked_of_another_host(told):
    assert not re.findall(r'(?:src|href|action)="(?:https?:)?//[^"]*"', told["html"])
