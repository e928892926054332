"""Figures: what a measurement comes to, as a distribution or as a single number."""

from collections.abc import Sequence

import numpy as np

Figure = dict[str, float | int | str]
"""``{"p50", "p95", "n", "unit"}``, or ``{"value", "unit"}`` for a single number."""


def spread(values: Sequence[float], unit: str) -> Figure:
    """The distribution of `values`: median, 95th percentile, and of how many.

    Percentiles are interpolated between neighbours, so with few values the 95th leans on the greatest.
    Raises ValueError for no values, or one that is not finite.
    """
    known = np.asarray(values, float)
    if not len(known) or not np.isfinite(known).all():
        raise ValueError(f"A distribution needs finite numbers, not {list(values)}.")
    middle, high = np.percentile(known, (50, 95))
    return {"p50": _short(middle), "p95": _short(high), "n": len(known), "unit": unit}


def single(value: float, unit: str) -> Figure:
    """A single number."""
    return {"value": value if isinstance(value, int) else _short(value), "unit": unit}


def _short(value: float) -> float:
    """To six significant digits: no clock here is better."""
    return float(f"{value:.6g}")
