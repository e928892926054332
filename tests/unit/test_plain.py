"""Plain elements in bulk: what is folded, and that nothing of it is lost."""

import json

from dash import dcc, html
from dash_svg import Circle, Svg
from hypothesis import given
from hypothesis import strategies as st
from plotly.utils import PlotlyJSONEncoder

from components.plain import Plain, fold, node

TEXTS = st.text(max_size=4) | st.integers(-9, 9)
TREES = st.recursive(
    TEXTS,
    lambda inner: st.builds(
        lambda tag, children, name, key: tag(children, className=name, title=key, **{"data-k": key}),
        st.sampled_from([html.Div, html.A, html.Span, html.I]),
        inner | st.lists(inner, max_size=4),
        st.text(max_size=3),
        st.text(max_size=3),
    ),
    max_leaves=12,
)


def texts(tree) -> list:
    """Every text, of components and of folded trees alike, in order."""
    if isinstance(tree, Plain):
        return texts(tree.tree)
    if isinstance(tree, list | tuple):
        children = tree[2:] if len(tree) > 1 and isinstance(tree[1], dict) else tree
        return [t for child in children for t in texts(child)]
    return texts(tree.children) if hasattr(tree, "children") else [] if tree is None else [tree]


@given(st.lists(TREES, max_size=5))
def test_nothing_is_lost_and_order_stays(trees):
    before = texts(trees)
    folded = fold(trees)
    assert texts(folded) == before
    assert len([part for part in folded if not isinstance(part, str | int)]) <= 1
    json.dumps(folded, cls=PlotlyJSONEncoder)


def test_attributes_go_as_react_names_them():
    link = html.A(["a", html.B(1)], href="/x", className="row", style={"width": "1%"}, **{"aria-label": "l"})
    attributes = {"href": "/x", "className": "row", "style": {"width": "1%"}, "aria-label": "l"}
    assert node(link) == ["a", attributes, "a", ["b", {}, 1]]
    svg = Svg(Circle(cx="8"), viewBox="0 0 1 1")
    assert node(svg) == ["svg", {"viewBox": "0 0 1 1"}, ["circle", {"cx": "8"}]]
    assert node(html.I()) == ["i", {}]


def test_what_a_callback_reaches_stays_a_component():
    graph, named = dcc.Graph(id="g"), html.Div("n", id="n")
    folded = fold([html.B("1"), html.B("2"), graph, html.Div([html.I("3"), named])])
    assert [type(part) for part in folded] == [Plain, dcc.Graph, html.Div]
    assert [type(part) for part in folded[2].children] == [Plain, html.Div]
    assert folded[2].children[1] is named
    assert fold(None) is None and fold("text") == "text"


def test_what_is_plain_already_becomes_a_part_of_what_is_around_it():
    whole = fold(html.Div([Plain(["i", {"title": "a"}, "b"]), html.B("c")]))
    assert isinstance(whole, Plain)
    assert whole.tree == ["div", {}, ["i", {"title": "a"}, "b"], ["b", {}, "c"]]
