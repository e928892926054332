"""Reading XML that anybody may have written: no document types, no entities, bounded in size and depth."""

import codecs
import re
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from ingest.reasons import Refused

MOST_BYTES = 50 * 2**20
DEEPEST = 60
MOST_ELEMENTS = 2_000_000
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_OWN = {"utf-8", "utf-16", "iso8859-1", "ascii"}
"""Encodings, as Python calls them, that the parser reads by itself."""


def parsed(body: bytes) -> Element:
    """The root element; names in a namespace begin with ``{namespace}``. Raises Refused for what is not XML."""
    if len(body) > MOST_BYTES:
        raise Refused("unreadable", f"more than {MOST_BYTES // 2**20} MB")
    body, encoding = _readable(body)
    builder, parser = TreeBuilder(), expat.ParserCreate(encoding, namespace_separator="}")
    _Handlers(builder).put_on(parser)
    try:
        parser.Parse(body, True)
        return builder.close()
    except expat.ExpatError as error:
        why = expat.errors.messages.get(error.code, "not XML")
        raise Refused("unreadable", f"line {error.lineno}: {why}") from error
    except (ValueError, LookupError, AssertionError) as error:
        raise Refused("unreadable", str(error)) from error


class _Handlers:
    """What the parser calls, and what it refuses."""

    def __init__(self, builder: TreeBuilder):
        self._builder = builder
        self._depth = self._count = 0

    def put_on(self, parser: expat.XMLParserType) -> None:
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._builder.data
        parser.StartDoctypeDeclHandler = _refuse("a document type")
        parser.EntityDeclHandler = _refuse("an entity")
        parser.UnparsedEntityDeclHandler = _refuse("an entity")
        parser.ExternalEntityRefHandler = _refuse("an external entity")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._count += 1
        if self._depth > DEEPEST:
            raise Refused("unreadable", f"nested more than {DEEPEST} deep")
        if self._count > MOST_ELEMENTS:
            raise Refused("unreadable", f"more than {MOST_ELEMENTS} elements")
        self._builder.start(_named(name), {_named(key): value for key, value in attributes.items()})

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._builder.end(_named(name))


def _named(name: str) -> str:
    return "{" + name if "}" in name else name


def _refuse(what: str):
    def handler(*told: object) -> None:
        raise Refused("unreadable", f"{what} is not accepted")

    return handler


def _readable(body: bytes) -> tuple[bytes, str | None]:
    """The body in an encoding that the parser knows, and its name where the declaration no longer tells it."""
    found = _DECLARED.match(body[:400])
    try:
        name = codecs.lookup(found[1].decode()).name if found else "utf-8"
        if name in _OWN:
            return body, None
        return body.decode(name).encode("utf-8"), "utf-8"
    except (LookupError, UnicodeError, ValueError) as error:
        raise Refused("unreadable", f"its encoding: {error}") from error


def local(element: Element) -> str:
    """An element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def child(element: Element, name: str) -> Element | None:
    """The first child called `name`, whatever its namespace."""
    return next((found for found in element if local(found) == name), None)


def children(element: Element, name: str) -> list[Element]:
    """All children called `name`, whatever their namespace."""
    return [found for found in element if local(found) == name]


def text(element: Element, name: str) -> str:
    """The text of the first child called `name`, without the space around it; empty where there is none."""
    found = child(element, name)
    return (found.text or "").strip() if found is not None else ""
