"""Vectors: any set of leaves is a subtraction, and what the caller may not see is not in them."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from data_access.scope import EVERYTHING, Scope
from data_access.units import merged
from data_access.vector import Vector

LEAVES = 24
SPANS = st.lists(st.tuples(st.integers(0, LEAVES), st.integers(0, LEAVES)), max_size=4).map(
    lambda pairs: merged(tuple(sorted(pair)) for pair in pairs)
)
ROWS = st.lists(st.tuples(st.integers(0, LEAVES - 1), st.integers(0, 9)), max_size=40)


def vector(rows, scope):
    leaf, value = (np.array([r[k] for r in rows], int) for k in (0, 1))
    return Vector.of(LEAVES, leaf, value, scope)


@settings(max_examples=100)
@given(ROWS, SPANS)
def test_over_adds_up(rows, spans):
    inside = {leaf for lo, hi in spans for leaf in range(lo, hi)}
    assert vector(rows, EVERYTHING).over(spans) == sum(v for leaf, v in rows if leaf in inside)


@settings(max_examples=100)
@given(ROWS, SPANS, SPANS)
def test_a_scope_hides_the_rest(rows, spans, seen):
    inside = {leaf for lo, hi in spans for leaf in range(lo, hi)}
    may = {leaf for lo, hi in seen for leaf in range(lo, hi)}
    masked = vector(rows, Scope(seen))
    if inside & may:
        assert masked.over(spans) == sum(v for leaf, v in rows if leaf in inside & may)
    else:
        assert np.isnan(masked.over(spans))
    assert np.diff(masked.sums)[[leaf for leaf in range(LEAVES) if leaf not in may]].sum() == 0


def test_rows_of_leaves_the_city_does_not_have_are_left_out():
    assert vector([(0, 5)], EVERYTHING).over(((0, LEAVES),)) == 5
    assert Vector.of(2, np.array([0, 7]), np.array([5, 9]), EVERYTHING).over(((0, 2),)) == 5
