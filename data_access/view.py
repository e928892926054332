"""The View: what a person looks at, as one frozen value that is a URL and back."""

from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import parse_qs, quote, unquote, urlencode

from data_access.units import STATUTORY, TREES
from data_access.words import LANGS, Lang, T

Theme = Literal["night", "paper"]
Place = tuple[float, float]
"""Longitude and latitude in WGS84 degrees, to five decimals (about a metre)."""
THEMES: tuple[Theme, ...] = ("night", "paper")
WINDOWS: dict[str, T] = {
    "1h": T("1 小时", "1 h"),
    "today": T("今日", "Today"),
    "7d": T("7 日", "7 d"),
    "30d": T("30 日", "30 d"),
}
DEFAULT_LAYERS = ("cases",)
CORNERS = (3, 100)
"""How many corners an area may have."""
RESCALES = ("unit", "tree", "area", "metric", "compare", "level")
"""What gives the map another scale, so that the numbers of its steps mean something else."""
LISTED = ("match", "skip", "reason")
"""What narrows the lists of a page, and ends with it."""


@dataclass(frozen=True)
class View:
    """Unit, tree, window, as-of moment, metric, layers, filters, language and theme of one look at the city.

    `page` is a page other than the operations surface, `unit` what either is about; empty it is the city; `as_of`
    None is now; `since` begins a window of its own, in place of the one called `window`; `level` empty lets the
    map choose by zoom; `types` are keys of case types or ``group:`` names, `networks` those of networks, empty for
    all. `area` is a polygon whose leaves are looked at in place of the unit's; `place` a spot that is asked about;
    `compare` what the map is set against (see `data_access.queries.comparison`). `hidden` are the steps of the
    legend left clear, by their rank from the lowest: where the level follows the zoom, of each level's own scale.
    Of the lists of a page, `match` is a text that rows hold, `skip` how many come before, `reason` that of refused
    lines.
    """

    page: str = ""
    unit: str = ""
    tree: str = STATUTORY
    window: str = "today"
    as_of: datetime | None = None
    since: datetime | None = None
    metric: str = ""
    level: str = ""
    layers: tuple[str, ...] = DEFAULT_LAYERS
    types: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    area: tuple[Place, ...] = ()
    place: Place | None = None
    compare: str = ""
    hidden: tuple[int, ...] = ()
    match: str = ""
    skip: int = 0
    reason: str = ""
    lang: Lang = "zh"
    theme: Theme = "night"

    def but(self, **changes: object) -> "View":
        """The same View with some parts changed; what gives the map another scale ends the legend's filter, and
        another page what narrowed the lists of the one before."""
        if any(changes[name] != getattr(self, name) for name in RESCALES if name in changes):
            changes = {"hidden": ()} | changes
        if changes.get("page", self.page) != self.page:
            changes = {name: getattr(View, name) for name in LISTED} | changes
        return replace(self, **changes)

    @property
    def url(self) -> str:
        """The View's address: path and query; parts at their default are left out, but language and theme."""
        of_unit = self.unit and not self.page
        path = f"/unit/{quote(self.unit, safe='')}" if of_unit else f"/{quote(self.page)}"
        return f"{path}?{urlencode(self.written(), safe=':,;')}"

    def written(self) -> dict[str, str]:
        """The parts of the address' query, as texts."""
        plain, query = View(), {}
        for f in fields(self):
            value = getattr(self, f.name)
            in_path = f.name == "page" or (f.name == "unit" and not self.page)
            if not in_path and (value != getattr(plain, f.name) or f.name in ("lang", "theme")):
                query[f.name] = _written(value)
        return query

    @classmethod
    def of(
        cls, path: str, query: str | dict[str, str], lang: Lang = "zh", theme: Theme = "night"
    ) -> tuple["View", list[T]]:
        """Read a View from a path and a query, with the language and theme to use where it names none.

        What cannot be read keeps its default, and is told: the second value is a list of texts, one a problem.
        """
        if isinstance(query, str):
            query = {k: v[-1] for k, v in parse_qs(query.lstrip("?"), keep_blank_values=True).items()}
        unit = unquote(path.removeprefix("/unit/")) if path.startswith("/unit/") else ""
        page = "" if unit else unquote(path.strip("/"))
        view, problems = cls(page=page, unit=unit, lang=lang, theme=theme), []
        for name, text in query.items():
            read = _READERS.get(name)
            if read is None or (name == "unit" and not page):
                continue
            try:
                view = replace(view, **{name: read(text)})
            except ValueError:
                problems.append(
                    T(
                        "地址中的 {name}={text} 无法识别，已忽略。",
                        "The address has {name}={text}, which means nothing here; ignored.",
                    ).fill(name=name, text=text[:60])
                )
        return view, problems


def _written(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, tuple):
        return (";" if value and isinstance(value[0], tuple) else ",").join(map(_part, value))
    return str(value)


def _part(value: object) -> str:
    if isinstance(value, str):
        return value.replace("%", "%25").replace(",", "%2C")
    return f"{value:.5f}".rstrip("0").rstrip(".") if isinstance(value, float) else _written(value)


def _one_of(*choices: str):
    def read(text: str) -> str:
        if text not in choices:
            raise ValueError(text)
        return text

    return read


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None or not 1990 < at.year < 2100:
        raise ValueError(text)
    return at.astimezone(UTC).replace(microsecond=0)


def _names(text: str) -> tuple[str, ...]:
    parts = (part.replace("%2C", ",").replace("%25", "%") for part in text.split(",") if part)
    return tuple(dict.fromkeys(parts))


def _steps(text: str) -> tuple[int, ...]:
    return tuple(sorted({int(part) for part in text.split(",") if part and 0 <= int(part) < 100}))


def _count(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise ValueError(text)
    return int(text)


def _place(text: str) -> Place:
    lon, lat = (round(float(part), 5) + 0.0 for part in text.split(","))
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise ValueError(text)
    return lon, lat


def _area(text: str) -> tuple[Place, ...]:
    corners = tuple(_place(part) for part in text.split(";") if part)
    if not CORNERS[0] <= len(corners) <= CORNERS[1]:
        raise ValueError(text)
    return corners


_READERS = {
    "unit": str,
    "match": str,
    "skip": _count,
    "reason": str,
    "tree": _one_of(*TREES),
    "window": _one_of(*WINDOWS),
    "as_of": _moment,
    "since": _moment,
    "metric": str,
    "level": str,
    "layers": _names,
    "types": _names,
    "networks": _names,
    "area": _area,
    "place": _place,
    "compare": str,
    "hidden": _steps,
    "lang": _one_of(*LANGS),
    "theme": _one_of(*THEMES),
}
