"""Filling the panels: read the View, ask, draw; each panel by itself, so that one that fails fails alone."""

import logging
import time
from typing import Any

from dash import Dash, Input, Output, State, ctx, no_update
from dash.exceptions import MissingCallbackContextException

from callbacks.caller import shown, view_of
from callbacks.kept import Kept
from components import ids, panel
from components.fmt import clock
from components.panel import Drawn, Panel
from components.plain import fold
from data_access.ask import Ask
from data_access.city import City
from data_access.errors import OutOfScope, StoreFailed
from data_access.queries.freshness import freshness
from data_access.registry import Registry
from data_access.troubles import STORE
from data_access.words import T

log = logging.getLogger(__name__)
AWAY = T(
    "数据库没有应答，这里暂时没有数字。恢复后自动显示。",
    "The store does not answer, so there are no figures here now. They come by themselves once it does.",
)
BROKEN = T("这个面板暂时算不出来。", "This panel could not be computed.")
REFUSED = T("您的权限范围不包含这个单元。", "This unit is outside your scope.")


def register(app: Dash, city: City, registry: Registry[Panel], kept: Kept) -> None:
    """One callback a panel."""
    for declared in registry:
        key = declared.key
        app.callback(
            Output(ids.panel_head(key), "children"),
            Output(ids.panel_body(key), "children"),
            Output(ids.panel_body(key), "data-digest"),
            Output(ids.panel(key), "className"),
            Input(ids.URL, "href"),
            Input(ids.MOMENT, "data"),
            State(ids.panel_body(key), "data-digest"),
        )(filler(city, declared, kept))


def filler(city: City, declared: Panel, kept: Kept):
    """The callback of one panel, as a plain function of address, moment and the body that is on screen."""

    def fill(href: str, moment: str | None, shown: str | None) -> tuple[Any, Any, Any, str]:
        drawn = safely(city, declared, href, moment, kept)
        if drawn.state == "failed" and shown and _only_newer():
            return no_update, no_update, no_update, panel.frame_class(declared, "stale")
        frame = panel.frame_class(declared, drawn.state)
        if drawn.digest == shown:
            return fold(drawn.head), no_update, no_update, frame
        return fold(drawn.head), fold(drawn.body), drawn.digest, frame

    return fill


def safely(city: City, declared: Panel, href: str, moment: str | None, kept: Kept) -> Drawn:
    """The panel in whichever state it is; never an exception."""
    lang = view_of(href)[0].lang
    try:
        return rendered(city, declared, shown(city, href, moment), kept)
    except OutOfScope:
        return panel.refused(declared, REFUSED, lang)
    except StoreFailed as error:
        log.warning("panel %s: %s", declared.key, error)
        return panel.failed(declared, AWAY, _since(city), lang)
    except Exception:
        log.exception("panel %s failed for %s", declared.key, href)
        return panel.failed(declared, BROKEN, _now(city), lang)


def rendered(city: City, declared: Panel, ask: Ask, kept: Kept) -> Drawn:
    """The panel drawn; kept for everybody who looks at the same View at the same moment."""
    key = f"{declared.key}|{ask.view.url}|{ask.moment}|{ask.scope}|{declared.stamp(city)}"
    found = kept.get(key)
    if found is None:
        data = declared.load(city, ask)
        found = panel.fresh(declared, data, city, ask, freshness(city, ask, declared.tables))
        kept.set(key, found)
    return found


def _only_newer() -> bool:
    """Whether the same View is asked for at another moment: what is on screen may stay and grow older."""
    try:
        return set(ctx.triggered_prop_ids) == {f"{ids.MOMENT}.data"}
    except MissingCallbackContextException:
        return False


def _since(city: City) -> str:
    away = city.troubles.get(STORE)
    return clock(away.since, city.profile.zone) if away else _now(city)


def _now(city: City) -> str:
    return clock(time.time(), city.profile.zone)
