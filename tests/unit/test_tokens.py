"""The design's colours: one set of values in CSS and Python, and texts that can be read on them."""

import re
from pathlib import Path

import pytest

from components.tokens import TOKENS

CSS = Path(__file__).parents[2] / "assets/tokens.css"
SURFACES = ("surface-0", "surface-1", "surface-2")
TEXTS = ("text-1", "text-2", "text-3", "accent", "ok", "watch", "warn", "critical")
GRAPHICS = ("net-party", "net-government", "net-video", "net-iot", "unknown")


def of_css(theme):
    body = re.search(rf'data-theme="{theme}"\]\s*{{(.*?)}}', CSS.read_text(encoding="utf-8"), re.DOTALL)[1]
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-fA-F]{6})", body))


def luminance(colour):
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a, b):
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", TOKENS)
def test_css_and_python_say_the_same(theme):
    assert of_css(theme) == TOKENS[theme]


@pytest.mark.parametrize("theme", TOKENS)
def test_contrast(theme):
    tokens, poor = TOKENS[theme], []
    for names, least in ((TEXTS, 4.5), (GRAPHICS, 3.0)):
        pairs = [(name, surface) for name in names for surface in SURFACES]
        poor += [(*p, round(r, 2)) for p in pairs if (r := contrast(*(tokens[n] for n in p))) < least]
    assert not poor


def test_both_themes_have_the_same_tokens():
    assert set(TOKENS["night"]) == set(TOKENS["paper"])
    assert set(SURFACES + TEXTS + GRAPHICS) | {"line"} == set(TOKENS["night"])
