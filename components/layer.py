"""What a layer of the map is: declared points over the cells, drawn by the browser from one address."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from components.map.model import PointKind
from data_access.ask import Ask
from data_access.city import City
from data_access.queries.points import Points
from data_access.words import NETWORKS, T


@dataclass(frozen=True, kw_only=True)
class Layer:
    """A declared layer of points.

    `points` asks for them; `states` gives the number the browser draws for each state (`kind` has its signs);
    `name` the text of one point from its `title` and state; `network` groups it in the layer control.
    `present` tells whether the city has such things at all.
    """

    key: str
    title: T
    help: T
    kind: PointKind
    points: Callable[[City, Ask], Points]
    states: dict = field(default_factory=dict)
    state_names: dict[object, T] = field(default_factory=dict)
    name: Callable[[City, str], T] = lambda city, title: T(title, title)
    network: str = ""
    present: Callable[[City], bool] = lambda city: True
    order: int = 100

    def faults(self) -> Iterator[str]:
        """What is missing for it to be shown."""
        for name in ("title", "help"):
            text = getattr(self, name)
            if not (text.zh and text.en):
                yield f"needs a {name} in both languages"
        if self.network and self.network not in NETWORKS:
            yield f"names no network: {self.network!r}"


def answer(layer: Layer, city: City, ask: Ask) -> dict[str, list]:
    """The layer's points as the browser takes them: equal-long lists, and how many there are in all."""
    found = layer.points(city, ask)
    lang = ask.view.lang
    names = {title: layer.name(city, title)(lang) for title in set(found.title)}
    notes = {state: text(lang) for state, text in layer.state_names.items()}
    return {
        "id": found.id,
        "lon": found.lon,
        "lat": found.lat,
        "state": [layer.states.get(state, state) for state in found.state],
        "title": [names[title] for title in found.title],
        "note": [notes.get(state, "") for state in found.state],
        "total": found.total,
    }
