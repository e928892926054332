"""Colour scales of the map: ramps for both surfaces, steps of values, and the legend.

A scale has steps, each named by its lower edge; the last one is open above. The ramps run evenly in lightness and
stay apart for colour-blind eyes; the diverging one goes from blue over neutral to orange.
"""

from collections.abc import Callable

import numpy as np
from dash import html
from dash.development.base_component import Component

Rgb = tuple[float, float, float]

SEQUENTIAL = {
    "night": ("#16283f", "#1d4264", "#27648a", "#3a8ba3", "#72b59a", "#d9d27a"),
    "paper": ("#e9eef3", "#c9dbe6", "#9cc3d5", "#62a2bd", "#2c7a9c", "#0f4f72"),
}
DIVERGING = {
    "night": ("#5aa9f0", "#2f6ea8", "#22405f", "#2a3340", "#6b4526", "#b5702c", "#f0a04b"),
    "paper": ("#0b5c9e", "#5b9bcb", "#b4d1e6", "#eef1f5", "#f3cfa4", "#dd8f3f", "#a85a0c"),
}
HEAT = {
    "night": ("#4a3180", "#6f4bb5", "#9770dc", "#c1a2f3", "#efe4ff"),
    "paper": ("#e3d7f4", "#c7aeea", "#a47cd6", "#7b49b5", "#4e2282"),
}
"""Steps of a density above the cells: neither their colours nor those of severity."""
UNKNOWN = "jw-hatch"


def ramp(theme: str, n: int, diverging: bool = False) -> list[str]:
    """`n` colours (hex) for `theme` ("night" or "paper"), from low to high. One: the lowest."""
    anchors = (DIVERGING if diverging else SEQUENTIAL)[theme]
    if n == len(anchors):
        return list(anchors)
    places = np.linspace(0, len(anchors) - 1, n)
    lab = np.array([_to_oklab(c) for c in anchors])
    mixed = np.column_stack([np.interp(places, np.arange(len(anchors)), lab[:, k]) for k in range(3)])
    return [_to_hex(c) for c in mixed]


def steps(values: np.ndarray, n: int = 6) -> list[float]:
    """Lower edges of at most `n` colour steps for `values` (NaN left out), ascending and without repeats.

    Quantiles rounded to two significant digits. Where few distinct values occur each gets its own step; equal
    values make one; no known value makes none. Every known value is at or above the first edge.
    """
    known = np.asarray(values, dtype=np.float64)
    known = known[np.isfinite(known)]
    distinct = np.unique(known)
    if len(distinct) <= n and (distinct == _rounded(distinct, 4)).all():
        return distinct.tolist()
    edges = _edges(known, n)
    if len(edges) < n:
        edges = _edges(distinct, n)
    return edges


def change_steps(values: np.ndarray, whole: bool, n: int = 3) -> list[float]:
    """Lower edges of 2·`n` + 1 steps for changes, ascending: as many below as above, one around no change between.

    Sizes of change are quantiles, alike on both sides; `whole` for changes of counts, where the middle step is 0
    alone. Fewer steps where sizes repeat; none where no value is known; the first edge is at or below every value.
    """
    known = np.abs(np.asarray(values, dtype=np.float64))
    known = known[np.isfinite(known)]
    if not len(known):
        return []
    sizes = np.quantile(known[known > 0], np.arange(n) / n) if (known > 0).any() else np.ones(1)
    sizes = np.unique(np.maximum(np.floor(sizes), 1) if whole else _rounded(sizes, 2))
    most = _rounded(np.array([max(known.max(), sizes[-1] + 1 if whole else 2 * sizes[-1])]), 2, np.ceil)
    below = 1 - sizes[::-1] if whole else -sizes[::-1]
    return np.unique(np.concatenate([-most, below, sizes])).tolist()


def step_of(values: np.ndarray, edges: list[float]) -> np.ndarray:
    """The step of each value, as the browser chooses it (in float32); -1 where the value is unknown."""
    values = np.asarray(values, dtype=np.float32)
    at = np.searchsorted(np.asarray(edges, dtype=np.float32), values, side="right") - 1
    return np.where(np.isnan(values), -1, at.clip(0))


def legend(
    title: str,
    edges: list[float],
    no_data: str,
    decimals: int = 0,
    diverging: bool = False,
    wrap: Callable[[int, Component], Component] = lambda step, box: box,
) -> Component:
    """The legend: a title, one box a step with its lower edge beneath, and the hatch for no data.

    Boxes carry the colours of both surfaces, so a change of theme needs no new legend. `decimals` is the least
    number of digits after the point; more are shown where edges need them. `wrap` makes a control of a step's box.
    """
    pairs = zip(ramp("night", len(edges), diverging), ramp("paper", len(edges), diverging), strict=True)
    labels = edge_labels(edges, decimals, diverging)
    drawn = [_box(label, night, paper) for label, (night, paper) in zip(labels, pairs, strict=True)]
    boxes = [wrap(step, box) for step, box in enumerate(drawn)]
    none = html.Div([html.Span(className=UNKNOWN), html.Span(no_data)], className="jw-legend-none")
    rows = [html.Div(title, className="jw-legend-title"), html.Div([*boxes, none], className="jw-legend-row")]
    return html.Div(rows, className="jw-legend", role="group", **{"aria-label": f"{title}: {', '.join(labels)}"})


def edge_labels(edges: list[float], decimals: int = 0, signed: bool = False) -> list[str]:
    """Edges as texts, alike in digits, with as many as keep them apart; the last of several ends in "+"."""
    sign = "+" if signed else ""
    for digits in range(decimals, decimals + 7):
        labels = [f"{edge:{sign if edge > 0 else ''},.{digits}f}".replace("-", "−") for edge in edges]
        if len(set(labels)) == len(edges) and all(_reads(s, e) for s, e in zip(labels, edges, strict=True)):
            break
    return [*labels[:-1], labels[-1] + "+"] if len(edges) > 1 else labels


def _reads(label: str, edge: float) -> bool:
    return abs(float(label.replace(",", "").replace("−", "-")) - edge) <= 0.005 * abs(edge)


def _box(label: str, night: str, paper: str) -> Component:
    box = html.Div(className="jw-legend-box", style={"--night": night, "--paper": paper})
    return html.Div([box, html.Div(label, className="jw-legend-edge")], className="jw-legend-step")


def _edges(values: np.ndarray, n: int) -> list[float]:
    raw = np.quantile(values, np.arange(n) / n)
    low = _rounded(raw[:1], 2, np.floor)
    return np.unique(np.concatenate([low, _rounded(raw[1:], 2)]).clip(low[0])).tolist()


def _rounded(values: np.ndarray, digits: int, rule=np.rint) -> np.ndarray:
    """Values to `digits` significant digits by `rule`; zero stays zero."""
    size = np.floor(np.log10(np.abs(values), where=values != 0, out=np.zeros_like(values, dtype=float)))
    places = (digits - 1 - size).astype(int)
    scaled = [rule(round(float(v) * 10.0**p, 6)) for v, p in zip(values, places, strict=True)]
    return np.array([round(float(s) * 10.0**-p, int(max(p, 0))) for s, p in zip(scaled, places, strict=True)])


_LMS = np.array([[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
                 [0.0883024619, 0.2817188376, 0.6299787005]])  # fmt: skip
_LAB = np.array([[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
                 [0.0259040371, 0.7827717662, -0.8086757660]])  # fmt: skip


def _to_oklab(colour: str) -> np.ndarray:
    srgb = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    return _LAB @ np.cbrt(_LMS @ linear)


def _to_hex(lab: np.ndarray) -> str:
    linear = (np.linalg.inv(_LMS) @ (np.linalg.inv(_LAB) @ lab) ** 3).clip(0, 1)
    srgb = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return "#" + "".join(f"{round(float(v) * 255):02x}" for v in srgb)
