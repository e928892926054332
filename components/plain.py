"""Plain elements in bulk: a tree that needs no callbacks of its own goes to the browser as one component.

Dash wraps every component of a layout so that callbacks can reach it, and asks all of them at every change.
What only shows, links and is clicked does not need that: `assets/plain.js` draws the whole tree as bare elements.
"""

from copy import copy
from itertools import groupby
from typing import Any

from dash.development.base_component import Component

BARE = ("dash_html_components", "dash_svg")
Node = str | int | float | list
"""Text, or ``[tag, attributes, child…]``; the tag of a run of siblings is empty."""


class Plain(Component):
    """A tree of plain elements, as `fold` makes it."""

    _namespace = "jingwei"
    _type = "Plain"
    _prop_names = available_properties = ["tree"]
    _children_props = _base_nodes = _valid_wildcard_attributes = available_wildcard_properties = []

    def __init__(self, tree: Node):
        # Dash's own would look for a Python package of the namespace each time.
        self.tree = tree


def fold(content: Any) -> Any:
    """The same content with every plain tree in it as one component; what has an id stays what it is."""
    if isinstance(content, list | tuple):
        return [part for plain, run in groupby(content, is_plain) for part in _folded(plain, list(run))]
    if is_plain(content):
        return Plain(node(content)) if isinstance(content, Component) else content
    if isinstance(getattr(content, "children", None), Component | list | tuple):
        content = copy(content)
        content.children = fold(content.children)
    return content


def is_plain(content: Any) -> bool:
    """Whether there is nothing in it that a callback could want to reach."""
    if not isinstance(content, Component):
        return content is None or isinstance(content, str | int | float)
    if isinstance(content, Plain):
        return True
    if content._namespace not in BARE or hasattr(content, "id"):
        return False
    return all(is_plain(child) for child in _children(content))


def node(content: Any) -> Node:
    """A plain tree as the browser draws it."""
    if not isinstance(content, Component):
        return "" if content is None else content
    if isinstance(content, Plain):
        return content.tree
    attributes = {**content.to_plotly_json()["props"]}
    attributes.pop("children", None)
    return [content._type.lower(), attributes, *(node(child) for child in _children(content))]


def _children(content: Component) -> list:
    children = getattr(content, "children", None)
    if children is None:
        return []
    return list(children) if isinstance(children, list | tuple) else [children]


def _folded(plain: bool, run: list) -> list:
    if not plain or not any(isinstance(part, Component) for part in run):
        return [fold(part) for part in run]
    return [Plain(["", {}, *(node(part) for part in run)])]
