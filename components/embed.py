"""The document that shows a panel's picture within another page, and its age when it cannot be renewed."""

import json
from html import escape

from data_access.words import T

WORDS = {
    "lost": T("连接中断；画面为 {at}", "Link lost; the picture is of {at}"),
    "first": T("画面尚未生成，请稍候。", "The picture is being made."),
}
PAGE = """<!DOCTYPE html>
<html lang="{lang}" data-theme="{theme}">
<head>
<meta charset="utf-8">
<title>Jingwei</title>
<link rel="stylesheet" href="/assets/tokens.css">
<link rel="stylesheet" href="/assets/embed/embed.css">
<script type="application/json" id="embed">{told}</script>
{script}
</head>
<body><p role="status">{said}</p><img alt="" hidden></body>
</html>
"""
SCRIPT = '<script type="module" src="/assets/embed/embed.js"></script>'


def page(picture: str, lang: str, theme: str, refusal: str = "") -> str:
    """The page of a picture by its address, or the reason why there is none."""
    told = {"picture": picture} | {key: text(lang) for key, text in WORDS.items()}
    return PAGE.format(
        lang="zh-CN" if lang == "zh" else "en",
        theme=theme,
        told=json.dumps(told, ensure_ascii=False).replace("<", "\\u003c"),
        script="" if refusal else SCRIPT,
        said=escape(refusal or WORDS["first"](lang)),
    )
