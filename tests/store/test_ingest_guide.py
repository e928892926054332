"""The guide's worked example, followed to the letter; and the guide's lists against the code's."""

import re
from pathlib import Path

import pytest

from data_access.settings import Settings
from ingest.cityfile import CaseFile, CityFile, LevelFile, Types
from ingest.load import load
from ingest.overlayfile import OverlayFile
from ingest.reasons import REASONS

GUIDE = Path(__file__).parents[2] / "docs/loading-a-city.md"
TEXT = GUIDE.read_text("utf-8")


def section(title):
    return re.split(r"\n##+ ", TEXT.split(f"## {title}\n", 1)[1], maxsplit=1)[0]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    home = tmp_path_factory.mktemp("harbour")
    for name, body in re.findall(r"`([a-z.]+)`:\n\n```\w+\n(.*?)```", section("A worked example"), re.S):
        (home / name).write_text(body, "utf-8")
    return home


def test_the_example(folder):
    settings = Settings(home=folder / "var")
    summary = load(settings, folder / "harbour.yaml")
    (counts,) = summary.files
    assert list(summary.units.values()) == [1, 2, 3]
    assert summary.leaves == 3
    assert not summary.warnings
    assert (counts.rows, counts.loaded, counts.duplicates, counts.rejected) == (7, 3, 1, 3)
    printed = re.findall(r"^\| (cases.csv) \| (\d+) \| (\w+) \| (.*?) \|$", TEXT, re.M)
    assert [(e.source, str(e.line), e.reason, e.detail) for e in counts.examples] == printed

    cases = (folder / "cases.csv").read_text()
    for wrong, right in {"38.72,-9.15": "-9.15,38.72", "31/02": "03/02", "-8.61,41.15": "-9.15,38.72"}.items():
        cases = cases.replace(wrong, right)
    (folder / "cases.csv").write_text(cases)
    (counts,) = load(settings, folder / "harbour.yaml").files
    assert (counts.loaded, counts.duplicates, counts.rejected) == (3, 4, 0)


def test_every_reason_is_explained():
    table = section("Messages and reasons")
    assert set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.*?) \|", table, re.M)))) == set(REASONS)


@pytest.mark.parametrize(
    ("title", "model"),
    [
        ("The city", CityFile),
        ("levels", LevelFile),
        ("types", Types),
        ("cases", CaseFile),
        ("overlays", OverlayFile),
    ],
)
def test_every_key_is_explained(title, model):
    keys = re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.*?) \|", section(title), re.M)))
    assert set(keys) == set(model.model_fields)
