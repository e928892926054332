"""Signs of points: a shape, the colour of a token and a size for each state; the browser draws what stands here.

Shapes are SVG paths around the origin, one unit far. A hollow shape is drawn as its edge, with lines inside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dash.development.base_component import Component
from dash_svg import Path, Svg

from data_access.words import FACILITY_STATES, SEVERITIES, T

NETWORK = "network"
"""In place of a token: the colour of the layer's own network."""


@dataclass(frozen=True)
class Shape:
    """An outline, whether it is `hollow`, and lines within it; each an SVG path."""

    outline: str
    hollow: bool = False
    lines: str = ""


CIRCLE = "M1 0A1 1 0 1 1-1 0A1 1 0 1 1 1 0Z"
SQUARE = "M-1-1H1V1H-1Z"
SHAPES = {
    "dot": Shape(CIRCLE),
    "ring": Shape(CIRCLE, hollow=True),
    "hatched": Shape(CIRCLE, hollow=True, lines="M-.95.25L.25-.95M-.7.7L.7-.7M-.25.95L.95-.25"),
    "triangle": Shape("M0-1L.95.72H-.95Z"),
    "diamond": Shape("M0-1L1 0L0 1L-1 0Z"),
    "square": Shape(SQUARE),
    "cut": Shape("M-1-1H.2L1-.2V1H-1Z"),
    "frame": Shape(SQUARE, hollow=True),
    "crossed": Shape(SQUARE, hollow=True, lines="M-1-1L1 1M-1 1L1-1"),
}


@dataclass(frozen=True)
class Sign:
    """How one state is drawn: the name of a shape, of a token (or NETWORK), and its radius in CSS pixels."""

    title: T
    shape: str
    colour: str
    size: float


Signs = Mapping[object, Sign]
"""The sign of each state, the calmest first: where points are counted together the last of them is shown."""

CASES: Signs = {
    0: Sign(SEVERITIES[0], "dot", "text-2", 3),
    1: Sign(SEVERITIES[1], "dot", "watch", 4.5),
    2: Sign(SEVERITIES[2], "triangle", "warn", 6.5),
    3: Sign(SEVERITIES[3], "diamond", "critical", 8),
}
DEVICES: Signs = {
    "ok": Sign(T("正常", "Normal"), "dot", NETWORK, 3),
    "unknown": Sign(T("尚不明", "Not known yet"), "hatched", "unknown", 4.5),
    "offline": Sign(T("离线", "Offline"), "ring", "text-2", 4),
    "alarm": Sign(T("告警", "In alarm"), "triangle", "critical", 6.5),
}
FACILITIES: Signs = {
    "intact": Sign(FACILITY_STATES["intact"], "square", "text-3", 3),
    "removed": Sign(FACILITY_STATES["removed"], "frame", "text-3", 2.5),
    "abandoned": Sign(FACILITY_STATES["abandoned"], "crossed", "text-2", 4),
    "lost": Sign(FACILITY_STATES["lost"], "frame", "warn", 4),
    "damaged": Sign(FACILITY_STATES["damaged"], "cut", "warn", 4.5),
}


def colour_of(sign: Sign, network: str) -> str:
    """The name of the token that a sign of a layer has."""
    return f"net-{network}" if sign.colour == NETWORK else sign.colour


def drawn(signs: Signs, network: str = "") -> list[dict]:
    """The signs in their order as the browser takes them, see ``assets/map/glyphs.js``."""
    return [_plain(sign, network) for sign in signs.values()]


def _plain(sign: Sign, network: str) -> dict:
    shape = SHAPES[sign.shape]
    plain = {"outline": shape.outline, "lines": shape.lines, "hollow": shape.hollow}
    return plain | {"colour": colour_of(sign, network), "size": sign.size}


def mark(sign: Sign, network: str = "", size: float | None = None) -> Component:
    """A sign beside words, as the map draws it; `size` in place of its own radius."""
    shape, radius = SHAPES[sign.shape], size or sign.size
    side = 2 * (radius + 1)
    stroke = {"strokeWidth": 1.5 / radius}
    parts: Sequence[Component] = [Path(d=shape.outline, className="sign-edge", **stroke)]
    if shape.hollow:
        parts = [Path(d=f"{shape.outline}{shape.lines}", className="sign-hollow", **stroke)]
    box = f"{-side / 2 / radius:.3f} {-side / 2 / radius:.3f} {side / radius:.3f} {side / radius:.3f}"
    token = {"style": {"--sign": f"var(--{colour_of(sign, network)})"}}
    return Svg(parts, viewBox=box, width=f"{side:g}", height=f"{side:g}", className="sign", **token)
