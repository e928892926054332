"""Small drawings as inline SVG images: sparklines and marks, with colours of the theme."""

import numpy as np
from dash import html
from dash.development.base_component import Component
from dash_svg import Circle, Path, Polyline, Svg

from components.map.signs import CASES, SHAPES


def spark(values: np.ndarray, width: int = 96, height: int = 28) -> Component:
    """A line through `values`, broken where they are not known, with a dot at the last."""
    known = np.isfinite(values)
    if known.sum() < 2:
        return html.Span(className="spark")
    low, high = np.nanmin(values), np.nanmax(values)
    # A change of less than a twentieth of the value is drawn as the small change it is.
    scale = max(high - low, 0.05 * abs(high)) or 1.0
    low = (high + low - scale) / 2
    x = np.linspace(2, width - 3, len(values))
    y = height - 3 - (values - low) / scale * (height - 6)
    lines = [
        Polyline(points=" ".join(f"{a:.1f},{b:.1f}" for a, b in part), className="spark-line")
        for part in _runs(x, y, known)
    ]
    last = int(np.flatnonzero(known)[-1])
    dot = Circle(cx=f"{x[last]:.1f}", cy=f"{y[last]:.1f}", r="2", className="spark-dot")
    return Svg([*lines, dot], viewBox=f"0 0 {width} {height}", className="spark", preserveAspectRatio="none")


def _runs(x: np.ndarray, y: np.ndarray, known: np.ndarray) -> list[list[tuple[float, float]]]:
    runs, run = [], []
    for a, b, good in zip(x, y, known, strict=True):
        if good:
            run.append((a, b))
        elif run:
            runs, run = [*runs, run], []
    return [*runs, run] if run else runs


def mark(severity: int) -> Component:
    """The mark of a severity, by the sign that the map has for it: the shape says what the colour says."""
    sign = CASES[severity]
    shape = Path(d=SHAPES[sign.shape].outline, transform=f"scale({sign.size})")
    return Svg(shape, viewBox="-9 -9 18 18", className=f"mark severity-{severity}")
