"""What a layer of the map is: declared points, density, outlines or shapes, each sort drawn in its own way."""

import gzip
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from dash.development.base_component import Component

from components import links
from components.map.model import BorderLayer, Outlined, PointLayer, ShapeLayer, SurfaceLayer
from components.map.scales import HEAT
from components.map.signs import Signs, drawn
from data_access.ask import Ask
from data_access.city import City
from data_access.overlays import overlay_body
from data_access.profile import Overlay
from data_access.queries.borders import Border
from data_access.queries.density import Density
from data_access.queries.points import Points
from data_access.view import View
from data_access.words import NETWORKS, T

Kinds = dict[str, tuple[T, int]]
"""Kinds of points: title, and how many are here, by key."""
LEVELS = 4000
"""How finely densities are told to the browser: in so many parts of the highest."""


@dataclass(frozen=True)
class Addresses:
    """Where the browser finds what it needs of a layer: its `answer`, and the `cells` of a level."""

    answer: str
    cells: Callable[[int], str]


@dataclass(frozen=True, kw_only=True)
class Layer(ABC):
    """A declared layer of any sort.

    `network` groups it in the layer control; one without belongs to the city's operations. `present` tells whether
    the city has such things at all. `part` is the field of the map's model that takes what the layer draws, and
    begins its address; `sign` is its mark in the control (a class ``kind-…``). `kinds` are those that the View
    narrows it to; empty for all.
    """

    part: ClassVar[str]
    sign: ClassVar[str]

    key: str
    title: T
    help: T
    network: str = ""
    present: Callable[[City], bool] = lambda city: True
    order: int = 100
    kinds: tuple[str, ...] = ()

    @abstractmethod
    def entry(self, city: City, ask: Ask, at: Addresses, scale: Ask) -> object:
        """What the map's model holds of it; `scale` is the ask whose colour scale it shares."""

    @abstractmethod
    def answer(self, city: City, ask: Ask) -> dict:
        """What its address answers, as plain JSON."""

    def offered(self, city: City, ask: Ask) -> bool:
        """Whether the layer control offers it for a question."""
        return self.present(city)

    def line(self, city: City, ask: Ask) -> Component | None:
        """A line of the map's key of its own, where it has one."""
        return None

    def narrowed(self, kinds: tuple[str, ...]) -> "Layer":
        """The layer with some kinds of what it shows; whole where it has no kinds."""
        return self

    def faults(self) -> Iterator[str]:
        """What is missing for it to be shown."""
        for name in ("title", "help"):
            text = getattr(self, name)
            if not (text.zh and text.en):
                yield f"needs a {name} in both languages"
        if self.network and self.network not in NETWORKS:
            yield f"names no network: {self.network!r}"


def answer(layer: Layer, city: City, ask: Ask) -> dict:
    """What a layer's address answers."""
    return layer.answer(city, ask)


@dataclass(frozen=True, kw_only=True)
class PointsLayer(Layer):
    """A layer of points.

    `points` asks for them; `signs` says how each state is drawn, and `face` which of them, by its place, marks
    the layer; `name` is the text of one point from its `title`, `leads` the View of one by its feed and id. Where
    it may be narrowed to some kinds of points, `offers` tells those of the city and how many of each are here, and
    `points` takes the chosen as `kinds`.
    """

    part: ClassVar[str] = "points"
    sign: ClassVar[str] = "points"

    points: Callable[..., Points]
    signs: Signs
    face: int = 0
    name: Callable[[City, str], T] = lambda city, title: T(title, title)
    offers: Callable[[City, Ask], Kinds] | None = None
    leads: Callable[[View, str, str], View] | None = None

    def found(self, city: City, ask: Ask) -> Points:
        """The points themselves, of the kinds it is narrowed to."""
        return self.points(city, ask, kinds=self.kinds) if self.kinds else self.points(city, ask)

    def narrowed(self, kinds: tuple[str, ...]) -> Layer:
        """The layer with these kinds alone, where it can be narrowed."""
        return replace(self, kinds=kinds) if self.offers else self

    def entry(self, city: City, ask: Ask, at: Addresses, scale: Ask) -> PointLayer:
        """The points' signs and address."""
        href = self.leads and links.pattern(self.leads(ask.view, "{feed}", "{id}"))
        return PointLayer(self.key, at.answer, drawn(self.signs, self.network), href)

    def answer(self, city: City, ask: Ask) -> dict[str, list]:
        """The points as the browser takes them: equal-long lists, and how many there are in all.

        A state is told by its place among the signs, one that has none by the first.
        """
        found, lang = self.found(city, ask), ask.view.lang
        names = {title: self.name(city, title)(lang) for title in set(found.title)}
        places = {state: place for place, state in enumerate(self.signs)}
        notes = {state: sign.title(lang) for state, sign in self.signs.items()}
        return {
            "id": found.id,
            "lon": found.lon,
            "lat": found.lat,
            "state": [places.get(state, 0) for state in found.state],
            "title": [names[title] for title in found.title],
            "note": [notes.get(state, "") for state in found.state],
            "feed": found.feed,
            "total": found.total,
        }


@dataclass(frozen=True, kw_only=True)
class DensityLayer(Layer):
    """A layer of a density over the cells: `surface` counts it, `unit` is what it is told in."""

    part: ClassVar[str] = "density"
    sign: ClassVar[str] = "density"

    surface: Callable[[City, Ask], Density]
    unit: T

    def entry(self, city: City, ask: Ask, at: Addresses, scale: Ask) -> SurfaceLayer:
        """Its steps and their colours, and where the surface is."""
        lang = ask.view.lang
        return SurfaceLayer(
            self.key, at.answer, self.title(lang), self.unit(lang), self.surface(city, scale).steps, HEAT
        )

    def answer(self, city: City, ask: Ask) -> dict:
        """The lattice, as `Lattice` has it, and its values row by row, in parts of `max` (per km²) of `levels`."""
        found = self.surface(city, ask)
        top = float(found.per_km2.max())
        values = (found.per_km2 * (LEVELS / top if top else 0)).round().astype(int)
        place = {name: getattr(found.lattice, name) for name in ("left", "top", "side", "width", "height")}
        return place | {"max": top, "levels": LEVELS, "values": values.ravel().tolist()}


@dataclass(frozen=True, kw_only=True)
class OutlineLayer(Layer):
    """A layer of outlines made of cells: `borders` says which."""

    part: ClassVar[str] = "outlines"
    sign: ClassVar[str] = "outline"

    borders: Callable[[City, Ask], list[Border]]

    def offered(self, city: City, ask: Ask) -> bool:
        """Where there is an outline to draw."""
        return self.present(city) and bool(self.borders(city, ask))

    def entry(self, city: City, ask: Ask, at: Addresses, scale: Ask) -> BorderLayer:
        """The outlines themselves: they are few and short."""
        found = self.borders(city, ask)
        return BorderLayer(self.key, [Outlined(b.role, at.cells(b.level), b.ranges) for b in found])

    def answer(self, city: City, ask: Ask) -> dict:
        """The outlines as role, level and ranges of cells."""
        return {"borders": [[b.role, b.level, b.ranges] for b in self.borders(city, ask)]}


@dataclass(frozen=True, kw_only=True)
class ShapesLayer(Layer):
    """A layer of the shapes of an overlay."""

    part: ClassVar[str] = "shapes"
    sign: ClassVar[str] = "shapes"

    overlay: Overlay

    @property
    def colour(self) -> str:
        """The name of a token."""
        return self.overlay.colour or (f"net-{self.network}" if self.network else "text-1")

    def entry(self, city: City, ask: Ask, at: Addresses, scale: Ask) -> ShapeLayer:
        """Its colour, and where the shapes are for ever."""
        return ShapeLayer(self.key, f"/overlay/{self.overlay.digest}.json", self.colour)

    def answer(self, city: City, ask: Ask) -> dict:
        """The shapes as GeoJSON in WGS84, some with a `title`."""
        return json.loads(gzip.decompress(overlay_body(city, self.overlay.digest)))
