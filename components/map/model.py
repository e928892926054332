"""What the browser draws: the model of one map, plain data that travels through one store.

All that changes travels as a `MapModel` to ``assets/map/controller.js``, which documents each field. Addresses in
the model answer:

======================  =====================================================================================
``Level.cells``         binary of `data_access.cells.encode`, immutable (digest in the address)
``Level.names``         JSON ``{"ids", "names", "lon", "lat", "lo"}``, lists in cell order, immutable
``Level.values``        binary of `components.map.wire.encode_values`; the address changes with the data
``Level.frames``        by what a frame counts: binary of `components.map.wire.encode_frames`, all of a window
``PointLayer.url``      JSON of points, see ``assets/map/points.js``; the address changes with the data
``SurfaceLayer.url``    JSON of a density, see ``assets/map/density.js``; the address changes with the data
``ShapeLayer.url``      GeoJSON, see ``assets/map/shapes.js``; immutable where it is lasting
``Base.url``            GeoJSON with ``properties.kind`` city, water or road (and its ``rank`` 1–3)
======================  =====================================================================================
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, is_dataclass

import numpy as np

Range = tuple[int, int]
Bounds = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True)
class Level:
    """One level of cells. `size`: see `median_size`. `ranges`: cells shown, as half-open ranges; None for all.

    `steps` and `colors` are the level's own scale (counts of a grid and of a district need different ones); None
    takes those of the model.
    """

    level: int
    title: str
    cells: str
    names: str
    size: float
    values: str | None = None
    ranges: Sequence[Range] | None = None
    steps: Sequence[float] | None = None
    colors: dict[str, list[str]] | None = None
    frames: dict[str, str] | None = None


@dataclass(frozen=True)
class Playback:
    """The window in frames. `views` gives the ``[as_of, since]`` of each frame, by mode, as a View's address has
    them (empty: none); `ticks` are short texts for the scale, empty for none; `at` is the frame that is shown,
    None for none of them; `place` where the moment is that is shown: a frame's number, or half way between two;
    `moment` tells it; `past` is whether it is not now; `key` changes when the frames do. `played` tells which
    window is played where the View has another of its own. `clock` has the city's `zone`, and by its clock the
    `first` moment that there is, the last (`now`) and the one that is shown (`at`), as ``2026-03-18T10:34:56``.
    """

    key: str
    labels: Sequence[str]
    ticks: Sequence[str]
    views: dict[str, Sequence[tuple[str, str]]]
    mode: str
    at: int | None
    place: float
    moment: str
    past: bool
    live: bool
    played: str | None
    clock: dict[str, str]
    texts: dict[str, str]


@dataclass(frozen=True)
class Selected:
    """Cells of one level whose common outline is drawn strong: the unit or zone that is looked at."""

    level: int
    ranges: Sequence[Range]


@dataclass(frozen=True)
class PointLayer:
    """One layer of points. `signs` as `components.map.signs.drawn` has them; `href` is a `links.pattern`."""

    key: str
    url: str
    signs: Sequence[dict]
    href: str | None = None


@dataclass(frozen=True)
class SurfaceLayer:
    """One layer of a density: the lower edges of its `steps`, and the `colors` of each surface, one a step."""

    key: str
    url: str
    title: str
    unit: str
    steps: Sequence[float]
    colors: dict[str, Sequence[str]]


@dataclass(frozen=True)
class Outlined:
    """The common outline of cells; its `role` (scope, parent, sibling) says how it is drawn."""

    role: str
    cells: str
    ranges: Sequence[Range]


@dataclass(frozen=True)
class BorderLayer:
    """One layer of outlines."""

    key: str
    borders: Sequence[Outlined]


@dataclass(frozen=True)
class ShapeLayer:
    """One layer of shapes in one colour, the name of a token, but for those that have their own.

    `lasting`: whether its address answers the same for ever.
    """

    key: str
    url: str
    colour: str
    lasting: bool = True


@dataclass(frozen=True)
class Tiles:
    """A tile service beneath everything: XYZ in Web Mercator up to `max_zoom`, drawn in `crs` wgs84 or gcj02."""

    url: str
    crs: str = "wgs84"
    subdomains: str = "abc"
    max_zoom: int = 18
    opacity: float = 1.0


@dataclass(frozen=True)
class Base:
    """The base map: own GeoJSON, tiles, both or none."""

    url: str | None = None
    tiles: Tiles | None = None


@dataclass(frozen=True)
class MapTexts:
    """Texts of the tooltip in the language of the page; `{n}`, `{m}` and `{age}` are filled in the browser.

    `cluster_part` is of a cluster where not all there are are drawn, `drawn` of how many are.
    """

    no_data: str
    fraction: str
    cluster: str
    age: str = "{age}"
    cluster_part: str = "{n}"
    drawn: str = "{n} / {m}"


@dataclass(frozen=True)
class Silent:
    """Which feeds are silent: a text with ``{age}``, and since when, in epoch seconds."""

    text: str
    since: float


@dataclass(frozen=True)
class MapModel:
    """All that the browser needs to draw one map; every field as in ``assets/map/controller.js``."""

    map: str
    lang: str
    texts: MapTexts
    levels: Sequence[Level] = ()
    frames: Sequence[Level] = ()
    fit: Bounds | None = None
    fit_key: str = ""
    level: int | None = None
    title: str = ""
    unit: str = ""
    decimals: int = 0
    steps: Sequence[float] = ()
    colors: dict[str, list[str]] = field(default_factory=lambda: {"night": [], "paper": []})
    hidden: Sequence[int] = ()
    selected: Selected | None = None
    labels: Sequence[int] = ()
    href: str | None = None
    points: Sequence[PointLayer] = ()
    density: Sequence[SurfaceLayer] = ()
    outlines: Sequence[BorderLayer] = ()
    shapes: Sequence[ShapeLayer] = ()
    base: Base | None = None
    time: Playback | None = None
    tools: dict[str, str] | None = None
    area: Sequence[tuple[float, float]] | None = None
    seen: float | None = None
    silent: Silent | None = None
    as_of: str | None = None
    linked: bool = False
    report: str | None = None
    pin: tuple[float, float] | None = None

    def to_dict(self) -> dict:
        """The model as plain JSON, without the fields that are None."""
        return _plain(self)


def _plain(value: object) -> object:
    if is_dataclass(value):
        items = ((f.name, getattr(value, f.name)) for f in fields(value))
        return {name: _plain(v) for name, v in items if v is not None}
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    return value.item() if isinstance(value, np.generic) else value
