"""The document of a wall's screen: the strip above, the place of its scenes, and the words it speaks."""

import json
from html import escape

from data_access.walls.declared import Screen, Wall
from data_access.words import Lang, T

WORDS = {
    "live": T("实时", "Live"),
    "lost": T(
        "连接中断，自 {since}：{cause}；画面为 {age} 前", "Link lost since {since}: {cause}; picture {age} old"
    ),
    "offline": T("本机没有网络", "this machine has no network"),
    "silent": T("服务器没有应答", "the server does not answer"),
    "answers": T("服务器应答 {status}", "the server answers {status}"),
    "steered": T("由 {by} 操控", "Steered by {by}"),
    "desk": T("跟随席位", "Following the desk"),
    "alarm": T("紧急案件", "Critical case"),
    "faults": T("有误 {n} 处。{fault}", "Faults: {n}. {fault}"),
    "holder": T("责任人：{holder}", "Answers: {holder}"),
    "nobody": T("未登记", "nobody named"),
    "limit": T("未立案，响应时限 {limit}", "not accepted; response limit {limit}"),
    "waiting": T("另有 {n} 件", "and {n} more"),
    "noted": T("{by} 已知悉", "{by} took note"),
    "wall": T("大屏", "the wall"),
}
NOTE, RESUME = T("知悉", "Take note"), T("继续轮播", "Go on")
PAUSED, QUIET = T("已暂停", "Paused"), T("声音未启用，触摸以启用", "Sound is off; touch to allow it")
ON = T("{wall} · {screen}", "{wall} · {screen}")
PREVIOUS, NEXT = T("上一个场景", "Previous scene"), T("下一个场景", "Next scene")
RING = (
    '<svg class="ring" data-part="ring" viewBox="0 0 36 36" aria-hidden="true" hidden>'
    '<circle cx="18" cy="18" r="15"/><circle data-part="ring-left" cx="18" cy="18" r="15"/></svg>'
)
PAGE = """<!DOCTYPE html>
<html lang="{lang}" data-theme="{theme}">
<head>
<meta charset="utf-8">
<title>{title}</title>
<link rel="stylesheet" href="/assets/tokens.css">
<link rel="stylesheet" href="/assets/wall/wall.css">
<script type="application/json" id="wall">{wall}</script>
<script type="application/json" id="words">{words}</script>
<script type="module" src="/assets/wall/main.js"></script>
</head>
<body>
<div class="wall">
<header class="strip">{strip}</header>
<section class="alarm" data-part="alarm" role="alert" hidden>{alarm}</section>
<main class="stages"></main>
</div>
</body>
</html>
"""


def document(wall: Wall, screen: Screen) -> str:
    """The whole page of one screen, before anything is known of its scenes."""
    lang, theme = wall.lang, wall.theme
    title = wall.title if len(wall.screens) == 1 else ON.fill(wall=wall.title, screen=screen.title)
    told = {"wall": wall.key, "screen": screen.key, "lang": lang, "theme": theme}
    told |= {"canvas": screen.canvas, "size": screen.size}
    return PAGE.format(
        lang="zh-CN" if lang == "zh" else "en",
        theme=theme,
        title=escape(title(lang)),
        wall=_data(told),
        words=_data({key: text(lang) for key, text in WORDS.items()}),
        strip=_strip(title, lang),
        alarm=_alarm(lang),
    )


def _data(value: object) -> str:
    """JSON that may stand within a script element."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")


def _part(name: str, hidden: bool = True) -> str:
    return f'<span class="{name}" data-part="{name}"{" hidden" if hidden else ""}></span>'


def _button(act: str, text: str, label: str = "") -> str:
    named = f' aria-label="{escape(label)}" title="{escape(label)}"' if label else ""
    return f'<button type="button" data-act="{act}"{named}>{escape(text)}</button>'


def _strip(title: T, lang: Lang) -> str:
    paused = (
        f'<span class="paused" data-part="paused" hidden>{PAUSED(lang)}{_button("resume", RESUME(lang))}</span>'
    )
    sound = f'<span data-part="sound" hidden>{_button("allow", QUIET(lang))}</span>'
    turns = _button("previous", "‹", PREVIOUS(lang)), _button("next", "›", NEXT(lang))
    name = f'<strong class="wall-title">{escape(title(lang))}</strong>'
    left = [name, _part("scene"), _part("steered"), _part("noted"), _part("faults"), _part("troubles")]
    right = [paused, sound, _part("live", hidden=False), _part("day"), _part("time"), turns[0], _part("count")]
    return "".join([*left, '<span class="gap"></span>', *right, RING, turns[1]])


def _alarm(lang: Lang) -> str:
    what = f'<div class="alarm-text"><strong data-part="alarm-what"></strong>{_part("alarm-who")}</div>'
    clock = f'<div class="alarm-time"><b data-part="alarm-clock"></b>{_part("alarm-limit")}</div>'
    return f"{what}{_part('alarm-more')}{clock}{_button('note', NOTE(lang))}"
