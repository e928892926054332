"""The bench: the maths of its distributions, the form of its figures, and how it adds up stages."""

import json
import random
from types import SimpleNamespace

import numpy as np
import pytest
import shapely

from bench import asking, mapping, run
from bench.apart import apart
from bench.building import Stages
from bench.figures import single, spread
from bench.map_pages import collection
from bench.places import environment, settings_of
from data_access.errors import JingweiError
from data_access.units import STATUTORY, ZONES
from data_access.view import WINDOWS


def test_percentiles_are_those_of_numpy():
    chance = random.Random(3)
    for n in (1, 2, 5, 30, 101):
        values = [chance.expovariate(0.01) for _ in range(n)]
        figure = spread(values, "ms")
        assert figure["p50"] == pytest.approx(np.median(values), rel=1e-5)
        assert figure["p95"] == pytest.approx(np.percentile(values, 95), rel=1e-5)
        assert min(values) * (1 - 1e-5) <= figure["p50"] <= figure["p95"] <= max(values) * (1 + 1e-5)
        assert figure["n"] == n


def test_a_distribution_by_hand():
    assert spread([4, 1, 3, 2, 5], "s") == {"p50": 3.0, "p95": 4.8, "n": 5, "unit": "s"}
    assert spread([7.5], "s") == {"p50": 7.5, "p95": 7.5, "n": 1, "unit": "s"}


@pytest.mark.parametrize("values", [[], [1.0, float("nan")], [float("inf")]])
def test_what_is_no_distribution(values):
    with pytest.raises(ValueError, match="finite numbers"):
        spread(values, "ms")


def test_single_numbers_keep_whole_ones_whole():
    assert single(1_234_567_890, "bytes") == {"value": 1_234_567_890, "unit": "bytes"}
    assert single(12.3456789, "s") == {"value": 12.3457, "unit": "s"}


def told(stages, clock, calls):
    for moment, what, part in calls:
        clock.at = moment
        stages(what, part)


def test_stages_add_up_to_the_whole():
    clock = SimpleNamespace(at=0.0)
    stages = Stages(lambda: clock.at)
    calls = [(2, "plan", 0.5), (3, "plan", 1.0), (4, "units", 0.0), (6, "outlines", 0.5), (7, "units", 1.0)]
    calls += [(11, "case_step", 0.5), (12, "reading", 1.0), (13, "fold", 0.0), (20, "fold", 1.0)]
    told(stages, clock, calls)
    # From the last word of one stage to a part of 0 of the next, time is still the former's.
    assert stages.seconds == {"plan": 4, "store": 3, "case_step": 4, "reading": 2, "fold": 7}
    assert sum(stages.seconds.values()) == 20


def test_a_beginning_without_a_predecessor_counts_itself():
    clock = SimpleNamespace(at=0.0)
    stages = Stages(lambda: clock.at)
    told(stages, clock, [(1, "plan", 0.0), (5, "plan", 1.0)])
    assert stages.seconds == {"plan": 5}


class Rows:
    """Ten units a level, three levels, two zones: enough of a city to draw Views from."""

    depth = 3
    zones = (SimpleNamespace(id="east"), SimpleNamespace(id="west"))
    table = SimpleNamespace(id=np.array([f"u{n}" for n in range(30)], object))

    @staticmethod
    def level_rows(level):
        return slice(level * 10, level * 10 + 10)


def test_views_are_the_same_every_time_and_begin_with_the_situation_page():
    city = SimpleNamespace(units=Rows)
    views = asking.sample(city, 20)
    assert views == asking.sample(city, 20)
    assert len(views) == 20
    assert [(v.unit, v.window) for v in views[:4]] == [("", window) for window in WINDOWS]


def test_all_levels_trees_and_windows_are_drawn():
    views = asking.sample(SimpleNamespace(units=Rows), 1000)
    assert {v.window for v in views} == set(WINDOWS)
    assert {v.tree for v in views} == {STATUTORY, ZONES}
    assert {"east", "west"} & {v.unit for v in views}
    for level in (1, 2):
        ids = set(Rows.table.id[Rows.level_rows(level)])
        assert len(ids & {v.unit for v in views}) > 1


def test_the_bench_is_deaf_to_the_settings_of_another_city(tmp_path, monkeypatch):
    monkeypatch.setenv("JINGWEI_STORE", "clickhousedb://elsewhere/jingwei")
    monkeypatch.setenv("JINGWEI_OPERATIONS", "postgresql://elsewhere/jingwei")
    settings = settings_of(tmp_path)
    assert str(tmp_path) in settings.store_url
    assert str(tmp_path) in settings.operations_url
    assert {n for n in environment(tmp_path, 1, True) if n.startswith("JINGWEI_")} == {
        "JINGWEI_HOME",
        "JINGWEI_PORT",
        "JINGWEI_LIVE",
    }


def doubled(number, progress):
    progress("work", 0.5)
    return number * 2


def broken(progress):
    raise ValueError("no such luck")


def test_work_in_a_process_of_its_own_tells_its_progress_and_its_error(capfd):
    calls = []
    assert apart(doubled, 21, progress=lambda *call: calls.append(call)) == 42
    assert calls == [("work", 0.5)]
    with pytest.raises(JingweiError, match="broken: no such luck"):
        apart(broken, progress=lambda what, part: None)
    assert "Traceback" in capfd.readouterr().err


def test_cells_are_numbered_features():
    made = np.array(
        [shapely.box(0, 0, 1, 1), shapely.MultiPolygon([shapely.box(2, 0, 3, 1), shapely.box(4, 0, 5, 1)])]
    )
    read = json.loads(collection(made))
    assert [f["properties"] for f in read["features"]] == [{"n": 0}, {"n": 1}]
    assert [shapely.from_geojson(json.dumps(f["geometry"])) for f in read["features"]] == list(made)


class Asked:
    """A page that notes what it is asked, and answers how many times it was."""

    def __init__(self):
        self.calls = []

    def evaluate(self, code, given):
        self.calls.append(given)
        return len(self.calls)


def test_every_repaint_brings_other_values_and_the_first_do_not_count():
    page = Asked()
    taken = mapping.repainted(page, "ours", 40)
    loaded, *shown = page.calls
    assert loaded == ["ours", mapping.FRAMES]
    frames = [k for _, k in shown]
    assert all(a != b for a, b in zip(frames, frames[1:], strict=False))
    assert set(frames) <= set(range(mapping.FRAMES))
    assert taken == list(range(2 + mapping.WARM, 42 + mapping.WARM))


def test_a_journey_ends_where_it_began():
    assert sum(mapping.LEGS) == 0


class Session:
    """A browser's session that tells of two answers for outlines and one for something else."""

    def __init__(self, sizes):
        self.sizes, self.listeners = sizes, {}

    def on(self, name, listener):
        self.listeners[name] = listener

    def tell(self):
        for number, (url, size) in enumerate(self.sizes):
            self.listeners["Network.requestWillBeSent"]({"requestId": str(number), "request": {"url": url}})
            self.listeners["Network.loadingFinished"]({"requestId": str(number), "encodedDataLength": float(size)})

    def send(self, name):
        return {"usedSize": 100, "backingStorageSize": 20} if name == "Runtime.getHeapUsage" else None


def test_only_outlines_count_as_geometry_and_typed_arrays_as_heap():
    session = Session([("/cells/1-a.bin", 300), ("/live", 7), ("/cells/2-b.bin", 500)])
    page = SimpleNamespace(evaluate=lambda code: session.tell() or 2)
    assert mapping.outlines(page, session) == 800
    assert mapping.heap(session) == 120


def test_the_run_gathers_every_part_in_the_form_that_is_promised(monkeypatch):
    parts = {"building": single(1.0, "s"), "asking": spread([1, 2], "ms"), "starting": spread([3], "s")}
    parts |= {"viewing": single(5, "bytes"), "mapping": single(30.5, "1/s")}
    parts |= {
        "viewers": single(0, "answers"),
        "walls": spread([9], "ms"),
        "glass": spread([9], "ms"),
        "papers": spread([9], "ms"),
    }
    homes = set()
    for name, figure in parts.items():
        measured = {f"{name}.x": figure}
        module = getattr(run, name)
        monkeypatch.setattr(module, "measure", lambda home, *_, measured=measured: homes.add(home) or measured)
    monkeypatch.setattr(run, "require_browser", lambda target: "chromium")
    figures = run.run("small", lambda what, part: None)
    assert list(figures) == [
        "machine.load",
        "building.x",
        "asking.x",
        "starting.x",
        "viewing.x",
        "mapping.x",
        "viewers.x",
        "walls.x",
        "glass.x",
        "papers.x",
    ]
    assert len(homes) == 1
    assert not homes.pop().exists()
    for figure in figures.values():
        assert set(figure) in ({"p50", "p95", "n", "unit"}, {"value", "unit"})
        assert all(isinstance(v, (int, float)) for k, v in figure.items() if k != "unit")
