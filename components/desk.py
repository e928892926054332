"""The desk's hold on walls: open one, steer it, add what is looked at to its scenes; done by assets/desk.js."""

import json
from collections.abc import Iterable

from dash import html
from dash.development.base_component import Component

from components import links
from data_access.ask import Ask
from data_access.walls.declared import SECONDS, Wall
from data_access.words import T

WALLS, OPEN = T("大屏", "Walls"), T("打开", "Open")
TAKE, ADD, NOTE = T("操控", "Steer"), T("加为场景", "Add as scene"), T("知悉告警", "Take note")
TEXTS = {
    "steering": T("正在操控“{wall}”：大屏跟随本页。", "Steering “{wall}”: the wall follows this page."),
    "let_go": T("放开", "Let go"),
    "name": T("您的姓名（显示在大屏上）", "Your name, as the wall shows it"),
    "take": T("操控", "Steer"),
    "taken": T("{by} 正在操控这面大屏。", "{by} is steering this wall."),
    "take_over": T("接手", "Take over"),
    "title": T("场景名称", "Title of the scene"),
    "seconds": T("时长（秒）", "Seconds"),
    "add": T("加入轮播", "Add to the rotation"),
    "added": T("已加入“{wall}”。", "Added to “{wall}”."),
    "note": T("知悉", "Take note"),
    "alarm": T("紧急案件：{type}，{place}", "Critical case: {type}, {place}"),
    "noted": T("已知悉案件 {case}。", "Noted: case {case}."),
    "calm": T("“{wall}”上没有告警。", "There is no alarm on “{wall}”."),
    "lost": T("“{wall}”已由 {by} 接手。", "“{wall}” has been taken over by {by}."),
    "away": T("大屏没有应答，请稍后再试。", "The wall does not answer; try again in a moment."),
    "cancel": T("取消", "Cancel"),
}


def desk(walls: Iterable[Wall], ask: Ask) -> Component:
    """The menu of walls, with the words and limits that the browser needs for what its buttons do."""
    lang = ask.view.lang
    told = {key: text(lang) for key, text in TEXTS.items()} | {"limits": SECONDS}
    rows = [part for wall in walls for part in _wall(wall, lang)]
    return html.Div(
        links.menu(WALLS(lang), WALLS(lang), rows), className="desk-menu", **{"data-desk": json.dumps(told)}
    )


def _wall(wall: Wall, lang: str) -> list[Component]:
    title = wall.title(lang)
    many = len(wall.screens) > 1
    screens = [
        html.A(
            screen.title(lang) if many else OPEN(lang),
            href=f"/wall/{wall.key}/{screen.key}?lang={lang}",
            target="_blank",
            className="menu-item",
        )
        for screen in wall.screens
    ]
    acts = [
        html.Button(
            text(lang), type="button", className="menu-item", **{f"data-wall-{act}": wall.key, "data-title": title}
        )
        for act, text in (("take", TAKE), ("add", ADD), ("note", NOTE))
    ]
    head = html.Div([html.Span(title), *acts], className="menu-group")
    return [head, html.Div(screens, className="desk-screens")]
