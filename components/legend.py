"""The legend of the map's layers: steps of densities, signs of points with how many are drawn."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from components import fmt
from components.layer import DensityLayer, PointsLayer
from components.map.scales import HEAT, edge_labels
from components.map.signs import NETWORK, Sign, mark
from data_access.ask import Ask
from data_access.city import City
from data_access.words import T

DRAWN = T("画出 {n} / {m} 个", "{n} of {m} drawn")
NONE = T("此处没有", "none here")
AND = T("、", ", ")


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


def sign_legends(layers: Sequence[PointsLayer], city: City, ask: Ask) -> list[Component]:
    """What the signs of layers of points mean, one line for all layers that share them."""
    alike: list[list[PointsLayer]] = []
    for layer in layers:
        mates = next((group for group in alike if group[0].signs == layer.signs), None)
        if mates is None:
            alike.append([layer])
        else:
            mates.append(layer)
    return [_signs(group, city, ask) for group in alike]


def signs_line(title: str, signs: Sequence[Sign], lang: str) -> Component:
    """A line of the key: a title, and each sign with its name, or that there is nothing."""
    named = [_sign(sign, [""], lang) for sign in signs]
    return _line(title, named or [html.Span(NONE(lang), className="sign-count")])


def _signs(layers: list[PointsLayer], city: City, ask: Ask) -> Component:
    lang = ask.view.lang
    title = AND(lang).join(layer.title(lang) for layer in layers)
    signs = [_sign(sign, [layer.network for layer in layers], lang) for sign in layers[0].signs.values()]
    told = [note for layer in layers if (note := drawn_note(layer, city, ask, len(layers) > 1))]
    return _line(title, [*signs, *(html.Span(note, className="sign-count") for note in told)])


def _line(title: str, parts: list[Component]) -> Component:
    row = html.Div(parts, className="jw-signs-row")
    return html.Div([html.Div(title, className="jw-signs-title"), row], className="jw-signs")


def _sign(sign: Sign, networks: list[str], lang: str) -> Component:
    """A sign and its name; one in the network's colour, once in each."""
    drawn = networks if sign.colour == NETWORK else networks[:1]
    marks = [mark(sign, network) for network in drawn]
    return html.Span([*marks, html.Span(sign.title(lang))], className="sign-named")


def drawn_note(layer: PointsLayer, city: City, ask: Ask, named: bool) -> str:
    """How many of a layer's points are drawn, where that is not all, or that there are none; `named`: whose."""
    found, lang = layer.found(city, ask), ask.view.lang
    if found.total == len(found.id) > 0:
        return ""
    counts = {"n": fmt.number(len(found.id)), "m": fmt.number(found.total)}
    text = (DRAWN.fill(**counts) if found.total else NONE)(lang)
    return f"{layer.title(lang)}: {text}" if named else text
