"""Sharing what is looked at: the link to its moment, files of it, print, a panel for other pages.

The buttons are done by assets/share.js, with the words and formats that stand in `data-share`.
"""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from dash import html
from dash.development.base_component import Component

from components import links
from data_access.ask import Ask
from data_access.view import View
from data_access.words import T

SHARE, LINK, PRINT = T("分享", "Share"), T("复制此刻的链接", "Copy the link to this moment"), T("打印", "Print")
FILES = T("下载", "Download")
DAYS = (1, 366)
"""For how many days the link to an embedded panel may be good."""
TEXTS = {
    "files": FILES,
    "embed": T("嵌入其他页面…", "Embed in another page…"),
    "waiting": T("排队，前面 {before} 个", "waiting, {before} before it"),
    "panels": T("正在取数", "reading its numbers"),
    "picture": T("正在绘制", "drawing"),
    "done": T("完成", "done"),
    "failed": T("未能生成", "not made"),
    "partly": T("缺少：{panels}", "without: {panels}"),
    "again": T("重试", "Try again"),
    "cancel": T("取消", "Cancel"),
    "close": T("关闭", "Close"),
    "save": T("保存", "Save"),
    "copied": T("链接已复制", "Link copied"),
    "link": T("链接", "Link"),
    "copy": T("复制", "Copy"),
    "away": T("服务器没有应答，请稍后再试。", "The server does not answer; try again in a moment."),
    "days": T("有效天数", "Days until it expires"),
    "sign": T("生成链接", "Make the link"),
    "code": T("嵌入代码（{until} 前有效）", "Code to embed, good until {until}"),
}


class Offer(Protocol):
    """A format that files come in."""

    key: str
    title: T
    help: T

    def carries(self, view: View) -> tuple[str, ...] | None:
        """Which panels of a View it can hold, None for all."""


def share(offers: Iterable[Offer], ask: Ask) -> Component:
    """The menu: link, files of the whole page, print."""
    lang, view = ask.view.lang, ask.view
    there = [(offer, offer.carries(view)) for offer in offers]
    told = {key: text(lang) for key, text in TEXTS.items()}
    told["limits"] = DAYS
    told["offers"] = [
        {"key": offer.key, "title": offer.title(lang), "help": offer.help(lang), "panels": panels}
        for offer, panels in there
    ]
    files = [
        _act(offer.title(lang), offer.help(lang), **{"data-take": offer.key})
        for offer, panels in there
        if panels != ()
    ]
    rows = [
        _act(LINK(lang), "", **{"data-share-link": still(ask).url}),
        html.Div(FILES(lang), className="menu-group"),
        *files,
        html.Div(className="menu-group"),
        _act(PRINT(lang), "", **{"data-print": "1"}),
    ]
    named = {"data-share": json.dumps(told)}
    return html.Div(links.menu(SHARE(lang), SHARE(lang), rows), className="desk-menu share-menu", **named)


def still(ask: Ask) -> View:
    """The View held at the moment it shows."""
    return replace(ask.view, as_of=datetime.fromtimestamp(int(ask.at), UTC))


def _act(text: str, help_: str, **named: str) -> Component:
    return html.Button(text, type="button", className="menu-item", title=help_, **named)
