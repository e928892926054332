"""Registries refuse what is declared twice, wrongly or not at all, and say in which file."""

from dataclasses import dataclass

import pytest

from data_access.catalogue import metrics
from data_access.errors import DeclarationError
from data_access.registry import Registry, discover

METRIC = """
from data_access.metric import Count
from data_access.sources.cases import opened
from data_access.words import T
METRIC = Count(key={key!r}, title=T("甲", {title!r}), help=T("乙", "B"), source=opened)
"""


@dataclass
class Entry:
    key: str
    order: int = 0


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "metrics").mkdir()
    return tmp_path


def write(folder, name, body):
    path = folder / "metrics" / name
    path.write_text(body, encoding="utf-8")
    return path


def test_entries_are_in_order_then_by_key():
    made = Registry([(Entry("b", 2), "1"), (Entry("c", 1), "2"), (Entry("a", 2), "3")])
    assert [e.key for e in made] == ["c", "a", "b"]
    assert (len(made), "c" in made, "d" in made, made["a"].order, made.get("d")) == (3, True, False, 2, None)


def test_a_registry_is_frozen():
    made = Registry([])
    with pytest.raises(TypeError):
        made["a"] = Entry("a")


def test_a_second_declaration_names_both_files():
    with pytest.raises(DeclarationError, match="two.py") as error:
        Registry([(Entry("a"), "one.py"), (Entry("a"), "two.py")])
    assert "one.py" in str(error.value)


def test_a_metric_of_ones_own_may_not_take_a_name_that_is_taken(folder):
    path = write(folder, "mine.py", METRIC.format(key="open_cases", title="A"))
    with pytest.raises(DeclarationError) as error:
        metrics([folder])
    assert str(path) in str(error.value)
    assert "open_cases.py" in str(error.value)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("METRIC = (", "imported"),
        ("raise RuntimeError('no')", "no"),
        ("import nothing_like_that", "nothing_like_that"),
        ("VALUE = 1", "METRIC"),
        ("METRIC = 5", "not a Metric"),
        (METRIC.format(key="mine", title=""), "title"),
    ],
)
def test_a_broken_file_is_named(folder, body, said):
    path = write(folder, "broken.py", body)
    with pytest.raises(DeclarationError) as error:
        metrics([folder])
    assert str(path) in str(error.value)
    assert said in str(error.value)


def test_files_with_an_underscore_and_other_files_are_passed_over(folder):
    write(folder, "_shared.py", "raise RuntimeError")
    write(folder, "notes.txt", "nothing")
    assert len(metrics([folder])) == len(metrics())


def test_a_metric_of_ones_own_stands_beside_the_others(folder):
    write(folder, "mine.py", METRIC.format(key="mine", title="Mine"))
    found = metrics([folder])
    assert found["mine"].title.en == "Mine"
    assert len(found) == len(metrics()) + 1
    assert "mine" not in metrics()


def test_discovery_tells_where_each_came_from():
    origins = [where for _, where in discover("data_access.metrics", "METRIC")]
    assert "open_cases.py" in origins
    assert origins == sorted(origins)
