import numpy as np
import pytest
from dash import html
from hypothesis import given
from hypothesis import strategies as st

from components.map.scales import HEAT, SEQUENTIAL, edge_labels, legend, ramp, step_of, steps

NUMBERS = st.floats(-1e6, 1e6, allow_subnormal=False).map(lambda v: round(v, 3))


def lightness(colour: str) -> float:
    channels = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    return float(channels**2.2 @ (0.2126, 0.7152, 0.0722))


@pytest.mark.parametrize("n", range(1, 10))
@pytest.mark.parametrize("theme", ["night", "paper"])
def test_a_ramp_has_n_colours_of_one_direction_in_lightness(theme, n):
    colours = ramp(theme, n)
    light = [lightness(c) for c in colours]
    assert len(set(colours)) == n
    assert light == sorted(light, reverse=theme == "paper")


def test_a_diverging_ramp_is_blue_to_orange():
    low, *_, high = ramp("paper", 7, diverging=True)
    assert int(low[5:], 16) > int(low[1:3], 16) and int(high[1:3], 16) > int(high[5:], 16)


@given(st.lists(NUMBERS, min_size=1, max_size=60), st.integers(1, 8))
def test_steps_ascend_stay_within_n_and_start_at_or_below_the_least(values, n):
    edges = steps(np.array(values), n)
    assert 1 <= len(edges) <= n
    assert all(a < b for a, b in zip(edges, edges[1:], strict=False))
    assert edges[0] <= min(values)
    assert set(step_of(np.array(values), edges)) <= set(range(n))


@pytest.mark.parametrize(
    ("values", "n", "edges"),
    [
        ([], 6, []),
        ([np.nan, np.nan], 6, []),
        ([5, 5, np.nan, 5], 6, [5]),
        ([0, 1, 1, 2], 6, [0, 1, 2]),
        ([0.1] * 90 + [0, 1, 2, 3, 4, 5, 6], 4, [0, 0.78, 2.5, 4.2]),
    ],
)
def test_steps_of_few_and_equal_values(values, n, edges):
    assert steps(np.array(values, dtype=float), n) == edges


def test_quantile_steps_are_readable():
    edges = steps(np.random.default_rng(1).gamma(2, 1, 5000), 6)
    assert len(edges) == 6
    assert all(len(f"{e:g}".replace(".", "").lstrip("0")) <= 2 for e in edges)


def test_an_edge_belongs_to_its_own_step_in_float32():
    assert step_of(np.array([0.7, 0.69, -1, np.nan]), [0.0, 0.7]).tolist() == [1, 0, 0, -1]


def test_labels_keep_edges_apart():
    assert edge_labels([0, 0.25, 1]) == ["0.00", "0.25", "1.00+"]
    assert edge_labels([0, 1200, 56000]) == ["0", "1,200", "56,000+"]
    assert edge_labels([97.1, 97.4], 1) == ["97.1", "97.4+"]


def test_the_legend_has_a_box_a_step_and_the_hatch():
    built = legend("cases", [0, 10, 20], "no data")
    title, row = built.children
    assert title.children == "cases"
    boxes, none = row.children[:-1], row.children[-1]
    assert [b.children[1].children for b in boxes] == ["0", "10", "20+"]
    assert boxes[0].children[0].style == {"--night": ramp("night", 3)[0], "--paper": ramp("paper", 3)[0]}
    assert isinstance(none.children[0], html.Span) and none.children[0].className == "jw-hatch"


@pytest.mark.parametrize("theme", ["night", "paper"])
def test_steps_of_a_density_run_one_way_and_differ_from_the_cells(theme):
    light = [lightness(c) for c in HEAT[theme]]
    assert light == sorted(light, reverse=theme == "paper")
    for colour in HEAT[theme][:-1]:
        red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
        assert min(red, blue) > green, "violet: less green than red and blue"
    for colour in SEQUENTIAL[theme]:
        red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
        assert green >= red or red > blue, "the cells are not"
