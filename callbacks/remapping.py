"""Correcting a feed's mapping: the form, what would become of refused lines, and putting them in again."""

import logging
from typing import Any

from dash import Dash, Input, Output, State, no_update

from callbacks.caller import scope, shown
from components import ids
from components.feeds import mapping
from components.plain import fold
from data_access.ask import Ask
from data_access.city import City
from data_access.errors import BadSource, JingweiError
from data_access.hiding import without_secrets
from data_access.queries.feeds import asked_feed, window
from data_access.scope import EVERYTHING
from data_access.words import T
from ingest.feedfile import FeedDefinition
from ingest.remapping import corrected, fields_of, table_of, written
from ingest.replay import MOST, Lines, Outcome, present, replayed, tried

log = logging.getLogger(__name__)
BROKEN = T("没有完成，请稍后再试；已入库的行不会重复。", "It was not done; try again. Nothing lands twice.")


def register(app: Dash, city: City, feeds: tuple[FeedDefinition, ...]) -> None:
    """The form of the feed that is looked at, and the answers to its buttons."""
    definitions = {one.key: one for one in feeds}

    @app.callback(
        Output(ids.MAPPING_FORM, "children"),
        Output(ids.MAPPING_FORM, "data-shows"),
        Output(ids.REMAPPED, "children"),
        Input(ids.URL, "href"),
        Input(ids.REMAPPING, "data"),
        State(ids.MAPPING_FORM, "data-shows"),
    )
    def fill(href: str, asked: dict | None, shows: str | None) -> tuple[Any, Any, Any]:
        return filled(city, definitions, href, asked, shows)


def filled(
    city: City, definitions: dict[str, FeedDefinition], href: str, asked: dict | None, shows: str | None
) -> tuple[Any, Any, Any]:
    """The form, what it shows, and what is told below it; only what changes.

    What is asked is answered once: the stamp of the last is part of what is shown.
    """
    question = shown(city, href, None)
    feed, lang = asked_feed(question)[0], question.view.lang
    if feed not in city.live.feeds() or scope() != EVERYTHING:
        return None, "", None
    mine = asked if asked and asked.get("feed") == feed else None
    stamp = str(mine["stamp"]) if mine else ""
    before = (shows or "").split(" ")
    same = before[:2] == [feed, lang]
    if mine and same and before[2:] != [stamp]:
        return answered(city, definitions, question, mine, f"{feed} {lang} {stamp}")
    if same:
        return no_update, no_update, no_update
    return drawn(city, feed, definitions, lang), f"{feed} {lang} {stamp}", None


def drawn(city: City, feed: str, definitions: dict[str, FeedDefinition], lang: str) -> Any:
    """The form with the feed's present mapping."""
    definition = present(city, feed, definitions)
    told = {n: getattr(definition, n) or "" for n in ("time_format", "timezone", "crs")}
    told["table"] = table_of(definition)
    return fold(mapping.form(feed, fields_of(definition), told, feed in definitions, lang))


def answered(
    city: City, definitions: dict[str, FeedDefinition], question: Ask, asked: dict, shows: str
) -> tuple[Any, Any, Any]:
    """The answer to a button."""
    feed, lang = asked_feed(question)[0], question.view.lang
    if asked.get("act") == "present":
        return drawn(city, feed, definitions, lang), shows, None
    try:
        told = acted(city, definitions, question, asked)
    except BadSource as error:
        told = mapping.fault(str(error))
    except JingweiError as error:
        log.error("refused lines of %s were not put in again: %s", feed, error)
        told = mapping.fault(f"{BROKEN(lang)} {error}")
    return no_update, shows, fold(told)


def acted(city: City, definitions: dict[str, FeedDefinition], question: Ask, asked: dict) -> Any:
    """Try, or put in again, the lines that the page shows. Raises BadSource for a mapping that cannot be used."""
    feed, lang = asked_feed(question)[0], question.view.lang
    old = present(city, feed, definitions)
    new = corrected(old, asked.get("values") or {})
    act = replayed if asked.get("act") == "replay" else tried
    found = act(city, new, Lines(feed, window(question), question.view.reason))
    copied = written(new) if feed in definitions and new.digest != old.digest else ""
    return _outcome(found, copied, lang)


def _outcome(found: Outcome, copied: str, lang: str) -> Any:
    counts = {name: getattr(found, name) for name in ("total", "landed", "known", "refused")}
    reasons = [
        (key, n, tuple((line, without_secrets(detail)) for line, detail in some)) for key, n, some in found.reasons
    ]
    return mapping.outcome(counts, reasons, found.done, MOST if found.total == MOST else 0, copied, lang)
