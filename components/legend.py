"""What belongs to the map: the legend of its colours, and the control of its layers."""

from collections.abc import Iterable

from dash import html
from dash.development.base_component import Component

from components import links
from components.layer import Layer
from data_access.ask import Ask
from data_access.words import NETWORKS, T

GENERAL = T("运行", "Operations")


def layer_control(layers: Iterable[Layer], ask: Ask) -> Component:
    """The layers as switches, those of a network marked with its colour."""
    lang, on = ask.view.lang, ask.view.layers
    rows = []
    for layer in layers:
        chosen = layer.key in on
        rest = tuple(key for key in on if key != layer.key) if chosen else (*on, layer.key)
        mark = html.I(className=f"layer-mark net-{layer.network or 'none'} kind-{layer.kind}")
        group = NETWORKS[layer.network](lang) if layer.network else GENERAL(lang)
        rows.append(
            links.to(
                ask.view.but(layers=rest),
                [mark, layer.title(lang)],
                className="layer on" if chosen else "layer",
                title=f"{group}: {layer.help(lang)}",
                **{"role": "switch", "aria-checked": str(chosen).lower()},
            )
        )
    return html.Div(rows, className="layer-list")
