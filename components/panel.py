"""The panel: one frame for everything that is shown, in each of its states."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dash import html
from dash.development.base_component import Component
from plotly.utils import PlotlyJSONEncoder

from components import fmt, ids
from components.sheet import Sheet
from data_access.ask import Ask
from data_access.city import City
from data_access.metric import Metric
from data_access.queries.freshness import Freshness
from data_access.words import T

NOTHING = T("", "")
SILENT = T("{feed} 静默 {age}{more}", "{feed} silent {age}{more}")
TAKE = T("下载或嵌入：{title}", "Download or embed: {title}")


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A declared panel.

    `load` asks, `body` draws what came; `empty` says when that is nothing, and in which words. `sentence` tells
    what is shown, `note` stands at the right of the head. `fixture` is a part that stays while the rest changes.
    `metric` is what the explain button explains, `metrics` are others that it shows figures of. `tables` are the
    data it depends on. `surface` is the arrangement that it has a place in. `sheet` gives what it shows as rows,
    all of them, for files; `drawing` says that the body is more than those rows: a map, a chart.
    `stamp` tells how what else it shows stands, which no moment moves on.
    """

    key: str
    title: T
    load: Callable[[City, Ask], Any]
    body: Callable[[Any, City, Ask], Component | list]
    tables: tuple[str, ...] = ()
    order: int = 100
    heading: Callable[[City, Ask], T] | None = None
    sentence: Callable[[City, Ask], T] | None = None
    note: Callable[[Any, City, Ask], str] | None = None
    empty: Callable[[Any, Ask], T | None] = lambda data, ask: None
    metric: Callable[[City, Ask], Metric | None] = lambda city, ask: None
    fixture: Callable[[], Component] | None = None
    bare: bool = False
    surface: str = "operations"
    metrics: Callable[[City, Ask], tuple[Metric, ...]] = lambda city, ask: ()
    sheet: Callable[[City, Ask], Sheet] | None = None
    stamp: Callable[[City], str] = lambda city: ""
    drawing: bool = False


@dataclass(frozen=True)
class Drawn:
    """A panel as drawn: its head, its body, and its state: fresh, stale, empty, refused or failed."""

    head: Component | None
    body: Component | list
    state: str

    @property
    def digest(self) -> str:
        """Equal for equal bodies, so that a body that is on screen already is left alone."""
        return hashlib.sha1(json.dumps(self.body, cls=PlotlyJSONEncoder).encode()).hexdigest()


def slot(panel: Panel) -> Component:
    """Where the panel will be, before anything is known: its skeleton."""
    head = html.Div(html.Div(className="bone bone-title"), id=ids.panel_head(panel.key))
    bone = [] if panel.fixture else html.Div(className="bone")
    body = html.Div(bone, id=ids.panel_body(panel.key), className=f"panel-body body-{panel.key}")
    parts = [head, body, panel.fixture()] if panel.fixture else [head, body]
    return html.Section(parts, id=ids.panel(panel.key), className=frame_class(panel, "loading"))


def frame_class(panel: Panel, state: str) -> str:
    """The class of the panel's frame in a state."""
    return f"panel cell-{panel.key} is-{state}" + (" bare" if panel.bare else "")


def fresh(panel: Panel, data: Any, city: City, ask: Ask, freshness: Freshness) -> Drawn:
    """The panel with its data: fresh, stale or empty."""
    state = "stale" if freshness.stale else "fresh"
    nothing = panel.empty(data, ask)
    if nothing is not None:
        state = "empty" if state == "fresh" else state
        body = html.P(nothing(ask.view.lang), className="panel-empty")
    else:
        body = panel.body(data, city, ask)
    note = panel.note(data, city, ask) if panel.note else ""
    return Drawn(None if panel.bare else head(panel, city, ask, freshness, note), body, state)


def head(panel: Panel, city: City, ask: Ask, freshness: Freshness, note: str) -> Component:
    """Title, sentence, note, age and the explain button."""
    lang = ask.view.lang
    title = panel.heading(city, ask) if panel.heading else panel.title
    sentence = panel.sentence(city, ask) if panel.sentence else NOTHING
    parts = [
        html.H2(title(lang), className="panel-title"),
        html.Span(sentence(lang), className="panel-sentence", title=sentence(lang)),
        html.Span(note, className="panel-note"),
        age_badge(city, freshness, ask),
    ]
    if panel.metric(city, ask) is not None:
        label = T("说明：{title}", "Explain: {title}").fill(title=title)(lang)
        named = {"data-explain": panel.key, "aria-label": label}
        parts.append(html.Button("?", className="explain", title=label, **named))
    if panel.sheet is not None:
        label = TAKE.fill(title=title)(lang)
        named = {"data-take-panel": panel.key, "data-title": title(lang), "aria-haspopup": "menu"}
        take = html.Button("⤓", className="explain take", title=label, **named, **{"aria-label": label})
        parts.append(take)
    return html.Header(parts, className="panel-head")


def age_badge(city: City, freshness: Freshness, ask: Ask, short: bool = False) -> Component:
    """How old the newest data is; counted on by the browser. When stale: which feed is silent, since when.

    `short` leaves the cause to the tooltip: where there is little room.
    """
    lang = ask.view.lang
    if not ask.live:
        then = fmt.stamp(ask.at, city.profile.zone, lang)
        told = then if short else T("历史 {at}", "past: {at}").fill(at=then)(lang)
        return html.Span(told, className="age age-past")
    if freshness.stale:
        since = fmt.age(freshness.silent[0].age(ask.at), lang)
        whole = silence(freshness).fill(age=since)(lang)
        names = [s.feed.title(lang) for s in freshness.silent]
        told = since if short else whole
        return html.Span(told, className="age age-stale", title="\n".join([whole, *names]))
    if freshness.age is None:
        return html.Span(className="age")
    seen = ask.at - freshness.age
    return html.Span(fmt.age(freshness.age, lang), className="age", **{"data-seen": f"{seen:.0f}"})


def silence(freshness: Freshness) -> T:
    """Which feeds are silent, with a place for the ``{age}`` of the first."""
    first, more = freshness.silent[0].feed.title, len(freshness.silent) - 1
    others = T(f" 等 {more + 1} 个", f" and {more} more") if more else NOTHING
    return SILENT.fill(feed=first, age="{age}", more=others)


def refused(panel: Panel, message: T, lang: str) -> Drawn:
    """The panel for a caller whose scope does not reach."""
    return _plain(panel, "refused", message(lang), lang)


def failed(panel: Panel, message: T, at: str, lang: str) -> Drawn:
    """The panel when asking went wrong: what, since when, and a button to try again."""
    again = html.Button(T("重试", "Try again")(lang), className="button again")
    since = T("自 {at} 起。系统会自动重试。", "Since {at}. It is tried again by itself.").fill(at=at)(lang)
    return _plain(panel, "failed", [html.Strong(message(lang)), html.Span(since), again], lang)


def _plain(panel: Panel, state: str, content: object, lang: str) -> Drawn:
    title = html.Header(html.H2(panel.title(lang), className="panel-title"), className="panel-head")
    body = html.Div(content, className="panel-message", role="status")
    return Drawn(None if panel.bare else title, body, state)
