"""Asking: how long each panel, the map and its layers take on the server, cold and warm."""

import json
import random
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from flask import Flask
from flask_caching import Cache

from bench.apart import Progress, apart
from bench.figures import Figure, spread
from bench.places import settings_of
from bench.viewing import shown
from callbacks.endpoints import values_of
from callbacks.mapping import key_of, model_of
from callbacks.panels import rendered
from components import catalogue
from components.layer import answer
from data_access.ask import Ask, ask
from data_access.city import City
from data_access.live import Moment
from data_access.opening import open_city
from data_access.queries.choice import map_metric
from data_access.units import TREES, ZONES
from data_access.view import WINDOWS, View

SEED = 1
VIEWS = 30
FEEDS = "feeds"
"""The panel of the networks' page that shows all feeds."""
PAGE = "page"
"""The question that is all others of the situation page, one after the other."""
LATER = 10.0
"""Seconds by which the moment moves on between two askings of the same View."""

Question = Callable[[Ask], object]
Times = dict[str, list[float]]


def measure(home: Path, progress: Progress) -> dict[str, Figure]:
    """Ask everything of the city in `home`, in a process that owns its store; times in milliseconds."""
    times = apart(all_times, home, progress=progress)
    return {name: spread(values, "ms") for name, values in times.items()}


def all_times(home: Path, progress: Progress) -> Times:
    """Milliseconds of each question over the sampled Views, by the figure's name."""
    city = open_city(settings_of(home))
    try:
        asked, times = questions(city), {}
        views = sample(city, VIEWS)
        for done, view in enumerate(views):
            progress("ask", done / len(views))
            for name, question in asked.items():
                _note(times, name, city, view, question)
        return dict(sorted(times.items()))
    finally:
        city.close()


def _note(times: Times, name: str, city: City, view: View, question: Question) -> None:
    """Ask one question of a View of an empty cache and once more; of the page also at the next moment between."""
    first = ask(city, view)
    later = Moment(first.moment.version + 1, first.moment.at + LATER)
    asks = {"cold": first, "warm": first}
    if name == PAGE:
        next_one = ask(city, view, moment=later)
        asks = {"cold": first, "next": next_one, "warm": next_one}
    city.cache.clear()
    for state, asked in asks.items():
        begun = time.perf_counter()
        question(asked)
        took = (time.perf_counter() - begun) * 1000
        times.setdefault(f"{name}.{state}_ms", []).append(took)


def questions(city: City) -> dict[str, Question]:
    """What a screen asks: every panel, the map's model and legend, values of each level, points of each layer.

    Each does what the server does for it, up to the component or the bytes; the cache of drawn panels is off.
    """
    panels, layers = shown(), catalogue.layers(city.settings.extensions)
    nothing = Cache(Flask("bench"), config={"CACHE_TYPE": "NullCache", "CACHE_NO_NULL_WARNING": True})
    found = {f"query.{p.key}": lambda a, p=p: rendered(city, p, a, nothing) for p in panels}
    found["query.map_model"] = lambda a: json.dumps(model_of(city, layers, a))
    found["query.map_legend"] = lambda a: key_of(city, layers, a, None)
    for n, level in enumerate(city.profile.levels):
        if n:
            found[f"query.values.{level.key}"] = partial(_values, city, n)
    for layer in layers:
        found[f"query.points.{layer.key}"] = lambda a, layer=layer: json.dumps(answer(layer, city, a))
    parts = list(found.values())
    found[PAGE] = lambda a: [part(a) for part in parts]
    feeds = catalogue.panels()[FEEDS]
    found[f"query.{FEEDS}"] = lambda a: rendered(city, feeds, a, nothing)
    return found


def _values(city: City, level: int, asked: Ask) -> bytes:
    return values_of(city, asked, map_metric(city, asked), level)


def sample(city: City, count: int) -> list[View]:
    """`count` Views, the same on every run: the situation page in every window, then units of every level of both
    trees in every window, drawn at random.
    """
    luck = random.Random(SEED)
    first = [View(window=window) for window in WINDOWS]
    others = [View(unit=pick(luck), tree=tree, window=w) for tree, pick in _draws(city) for w in WINDOWS]
    luck.shuffle(others)
    return (first + others)[:count]


def _draws(city: City) -> Iterator[tuple[str, Callable[[random.Random], str]]]:
    """A way to draw a unit for each tree and level; the zones are a level of theirs."""
    units = city.units
    for tree in TREES if units.zones else TREES[:1]:
        for level in range(units.depth):
            rows = units.level_rows(level)
            if level or tree == ZONES:
                yield tree, lambda luck, rows=rows: str(units.table.id[luck.randrange(rows.start, rows.stop)])
    if units.zones:
        yield ZONES, lambda luck: luck.choice(units.zones).id
