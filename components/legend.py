"""What belongs to the map: the legend of its colours, and the control of its layers."""

from collections.abc import Iterable

from dash import html
from dash.development.base_component import Component

from components import links
from components.layer import DensityLayer, Layer, ShapesLayer
from components.map.scales import HEAT, edge_labels
from components.overlays import PREFIX
from data_access.ask import Ask
from data_access.city import City
from data_access.words import NETWORKS, T

GENERAL, OWN = T("运行", "Operations"), T("叠加", "Overlays")
LAYERS = T("图层", "Layers")
ON = T("已开 {n}", "{n} on")


def layer_control(layers: Iterable[Layer], ask: Ask, unfolded: bool = True) -> Component:
    """The layers as switches, in groups: operations, the networks in their colours, the city's overlays."""
    lang, layers = ask.view.lang, list(layers)
    groups = [_group(title, [x for x in layers if _place(x) == key], key, ask) for key, title in _groups()]
    here = {layer.key for layer in layers}
    on = ON.fill(n=len(here.intersection(ask.view.layers)))(lang)
    summary = html.Summary([LAYERS(lang), html.Small(on)], **{"aria-label": LAYERS(lang)})
    groups = html.Div([group for group in groups if group], className="layer-groups")
    return html.Details([summary, groups], open=unfolded, className="layer-list keep")


def _groups() -> list[tuple[str, T]]:
    return [("", GENERAL), *NETWORKS.items(), (PREFIX, OWN)]


def _place(layer: Layer) -> str:
    return layer.network or (PREFIX if layer.key.startswith(PREFIX) else "")


def _group(title: T, layers: list[Layer], network: str, ask: Ask) -> Component | None:
    lang = ask.view.lang
    if not layers:
        return None
    named = html.Span(title(lang), className="layer-group", **{"aria-hidden": "true"})
    rows = html.Div([_switch(layer, ask) for layer in layers])
    return html.Div([named, rows], role="group", **{"aria-label": title(lang)})


def _switch(layer: Layer, ask: Ask) -> Component:
    lang, on = ask.view.lang, ask.view.layers
    chosen = layer.key in on
    rest = tuple(key for key in on if key != layer.key) if chosen else (*on, layer.key)
    mark = html.I(className=f"layer-mark net-{layer.network or 'none'} kind-{layer.sign}", **_colour(layer))
    return links.to(
        ask.view.but(layers=rest),
        [mark, html.Span(layer.title(lang))],
        className="layer on" if chosen else "layer",
        title=layer.help(lang),
        **{"role": "switch", "aria-checked": str(chosen).lower()},
    )


def _colour(layer: Layer) -> dict:
    """The colour of its mark, where that is its own."""
    if isinstance(layer, ShapesLayer):
        return {"style": {"--mark": f"var(--{layer.colour})"}}
    if isinstance(layer, DensityLayer):
        return {"style": {f"--{theme}": colours[2] for theme, colours in HEAT.items()}}
    return {}


def density_legend(layer: DensityLayer, city: City, ask: Ask) -> Component | None:
    """The steps of a density, each named by its lower edge; None where nothing is counted."""
    steps, lang = layer.surface(city, ask).steps, ask.view.lang
    if not steps:
        return None
    title, labels = f"{layer.title(lang)} ({layer.unit(lang)})", edge_labels(steps)
    boxes = [
        html.Div(
            [
                html.Div(className="jw-legend-box", style={"--night": night, "--paper": paper}),
                html.Div(label, className="jw-legend-edge"),
            ],
            className="jw-legend-step",
        )
        for label, night, paper in zip(labels, HEAT["night"], HEAT["paper"], strict=True)
    ]
    row = html.Div(boxes, className="jw-legend-row")
    named = {"role": "img", "aria-label": f"{title}: {', '.join(labels)}"}
    return html.Div([html.Div(title, className="jw-legend-title"), row], className="jw-legend", **named)
