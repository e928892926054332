"""The control of the map's layers: switches in groups, and under a layer the kinds it may be narrowed to."""

from collections.abc import Iterable, Mapping

from dash import html
from dash.development.base_component import Component

from components import fmt, links
from components.layer import DensityLayer, Kinds, Layer, PointsLayer, ShapesLayer
from components.map.scales import HEAT
from components.map.signs import mark
from components.overlays import PREFIX
from data_access.ask import Ask
from data_access.city import City
from data_access.words import NETWORKS, T

GENERAL, OWN = T("运行", "Operations"), T("叠加", "Overlays")
LAYERS = T("图层", "Layers")
ON = T("已开 {n}", "{n} on")
KINDS, SOME = T("全部种类", "All kinds"), T("{n} / {m} 种", "{n} of {m} kinds")
OF_LAYER = T("{layer}的种类", "Kinds of {layer}")
KIND = ":"
"""Between a layer's key and a kind of its points, as the View writes it: ``iot:waterlogging``."""
FACE = 5.0
"""Radius of a layer's mark, in CSS pixels."""


def split(name: str) -> tuple[str, str]:
    """A layer's key and the kind it is narrowed to, empty for all, from how the View writes them."""
    key, _, kind = name.partition(KIND)
    return key, kind


def layer_control(
    layers: Iterable[Layer], on: Mapping[str, Layer], city: City, ask: Ask, unfolded: bool = True
) -> Component:
    """The layers as switches, in groups: operations, the networks in their colours, the city's overlays.

    Those that are `on`, by key, stand among `layers` with the kinds they are narrowed to.
    """
    lang, layers = ask.view.lang, list(layers)
    of = [(title, [x for x in layers if _place(x) == key]) for key, title in _groups()]
    groups = [_group(title, [_entry(layer, on, city, ask) for layer in held], lang) for title, held in of if held]
    count = ON.fill(n=len({layer.key for layer in layers}.intersection(on)))(lang)
    summary = html.Summary([LAYERS(lang), html.Small(count)], **{"aria-label": LAYERS(lang)})
    groups = html.Div(groups, className="layer-groups")
    return html.Details([summary, groups], open=unfolded, className="layer-list keep")


def _groups() -> list[tuple[str, T]]:
    return [("", GENERAL), *NETWORKS.items(), (PREFIX, OWN)]


def _place(layer: Layer) -> str:
    return layer.network or (PREFIX if layer.key.startswith(PREFIX) else "")


def _group(title: T, rows: list[Component], lang: str) -> Component:
    named = html.Span(title(lang), className="layer-group", **{"aria-hidden": "true"})
    return html.Div([named, html.Div(rows)], role="group", **{"aria-label": title(lang)})


def _entry(layer: Layer, on: Mapping[str, Layer], city: City, ask: Ask) -> Component:
    """The switch of a layer; with its kinds below where it is on and has more than one."""
    switch = _switch(layer, layer.key in on, ask)
    offers = getattr(layer, "offers", None)
    kinds = offers(city, ask) if offers and layer.key in on else {}
    return html.Div([switch, _kinds(layer, kinds, ask)]) if len(kinds) > 1 else switch


def _switch(layer: Layer, chosen: bool, ask: Ask) -> Component:
    lang, rest = ask.view.lang, _without(layer, ask)
    return links.to(
        ask.view.but(layers=rest if chosen else (*rest, layer.key)),
        [_face(layer), html.Span(layer.title(lang))],
        className="layer on" if chosen else "layer",
        title=layer.help(lang),
        **_state(chosen),
    )


def _without(layer: Layer, ask: Ask) -> tuple[str, ...]:
    """The View's layers but this one, whatever kinds it is narrowed to."""
    return tuple(name for name in ask.view.layers if layer.key not in (name, split(name)[0]))


def _state(chosen: bool) -> dict[str, str]:
    return {"role": "switch", "aria-checked": str(chosen).lower()}


def _kinds(layer: Layer, kinds: Kinds, ask: Ask) -> Component:
    """A folded list of kinds: all, then each with how many of it are here."""
    lang, rest = ask.view.lang, _without(layer, ask)
    known = [key for key in layer.kinds if key in kinds]
    told = SOME.fill(n=len(known), m=len(kinds)) if layer.kinds else KINDS
    every = links.to(ask.view.but(layers=(*rest, layer.key)), KINDS(lang), className=_kind_class(not layer.kinds))
    rows = [_kind(layer, key, title(lang), n, known, ask) for key, (title, n) in kinds.items()]
    label = OF_LAYER.fill(layer=layer.title)(lang)
    summary = html.Summary(told(lang), **{"aria-label": label})
    return html.Details([summary, every, *rows], className="layer-kinds keep")


def _kind(layer: Layer, key: str, title: str, n: int, known: list[str], ask: Ask) -> Component:
    chosen = key in known
    wanted = [k for k in known if k != key] if chosen else [*known, key]
    names = [f"{layer.key}{KIND}{k}" for k in wanted] or [layer.key]
    view = ask.view.but(layers=(*_without(layer, ask), *names))
    count = html.Small(fmt.number(n), className="kind-count")
    return links.to(view, [html.Span(title), count], className=_kind_class(chosen, n), **_state(chosen))


def _kind_class(chosen: bool, n: int = 1) -> str:
    return "layer-kind" + (" on" if chosen else "") + ("" if n else " none")


def _face(layer: Layer) -> Component:
    """The mark of a layer: the sign its points have on the map, or a patch of what else it draws."""
    if isinstance(layer, PointsLayer):
        return mark(list(layer.signs.values())[layer.face], layer.network, FACE)
    return html.I(className=f"layer-mark net-{layer.network or 'none'} kind-{layer.sign}", **_colour(layer))


def _colour(layer: Layer) -> dict:
    """The colour of its mark, where that is its own."""
    if isinstance(layer, ShapesLayer):
        return {"style": {"--mark": f"var(--{layer.colour})"}}
    if isinstance(layer, DensityLayer):
        return {"style": {f"--{theme}": colours[2] for theme, colours in HEAT.items()}}
    return {}
