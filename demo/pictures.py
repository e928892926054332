"""What the reference city's cameras see: a street drawn for each, in the light of the hour; nobody is filmed."""

import hashlib
import random
from html import escape

from data_access.words import Lang, T

DRAWN = T("示意画面", "Drawn, not filmed")
SIZE = 480, 270
HORIZON = 118
NIGHT, DAY = ("#0d1626", "#26303c", "#3a4350", "#161d27"), ("#8fb3cf", "#5c6670", "#8a8f96", "#6f7a68")
"""Sky, road, houses and ground, as hexadecimal RGB."""


def street(code: str, hour: float, stamp: str, lang: Lang) -> str:
    """The picture of the camera `code` at an hour of the city's day as SVG, with the moment as it writes it."""
    lot = random.Random(hashlib.sha256(code.encode()).digest())
    light = max(0.0, min(1.0, (abs(hour - 12.5) - 7.5) / -1.5))
    sky, road, house, ground = (_blend(night, day, light) for night, day in zip(NIGHT, DAY, strict=True))
    (width, height), vanishing = SIZE, lot.randint(180, 300)
    parts = [
        f'<rect width="{width}" height="{height}" fill="{sky}"/>',
        *_houses(lot, house, light),
        f'<rect y="{HORIZON}" width="{width}" height="{height}" fill="{ground}"/>',
        f'<path d="M{vanishing - 14} {HORIZON}h28L{width - 20} {height}H20z" fill="{road}"/>',
        f'<path d="M{vanishing} {HORIZON}L{width / 2} {height}" stroke="#c9ced6" stroke-width="3" '
        'stroke-dasharray="6 14"/>',
        *_cars(lot, vanishing, light),
        _written(12, 24, stamp),
        _written(12, height - 12, f"{code}  {DRAWN(lang)}"),
    ]
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">{"".join(parts)}</svg>'


def _houses(lot: random.Random, colour: str, light: float) -> list[str]:
    out, x = [], -10
    while x < SIZE[0]:
        width, height = lot.randint(34, 80), lot.randint(24, 96)
        out.append(
            f'<rect x="{x}" y="{HORIZON - height}" width="{width}" height="{height + 40}" fill="{colour}"/>'
        )
        for k in range(lot.randint(2, 8)):
            at = x + lot.randint(4, width - 10), HORIZON - height + 6 + 12 * (k % max(1, height // 14))
            lit = "#f2d58a" if light < 0.5 and lot.random() < 0.6 else "#2d3642"
            out.append(f'<rect x="{at[0]}" y="{at[1]}" width="6" height="7" fill="{lit}"/>')
        x += width + lot.randint(2, 14)
    return out


def _cars(lot: random.Random, vanishing: int, light: float) -> list[str]:
    out = []
    for near in sorted(lot.random() for _ in range(lot.randint(1, 4))):
        y, size = HORIZON + 20 + near * 110, 12 + near * 46
        x = vanishing + (SIZE[0] / 2 - vanishing) * near + lot.choice((-1, 1)) * (14 + 90 * near) - size / 2
        body = lot.choice(("#7d8794", "#a14545", "#3f6286", "#c9ced6", "#2b3038"))
        lamps = "#ffe9b0" if light < 0.5 else "#d9dee5"
        out.append(
            f'<rect x="{x:.0f}" y="{y:.0f}" width="{size:.0f}" height="{size * 0.6:.0f}" rx="4" fill="{body}"/>'
            f'<rect x="{x + 2:.0f}" y="{y + size * 0.36:.0f}" width="{size - 4:.0f}" height="3" fill="{lamps}"/>'
        )
    return out


def _written(x: int, y: int, text: str) -> str:
    return (
        f'<text x="{x}" y="{y}" font-family="sans-serif" font-size="15" fill="#fff" stroke="#000" '
        f'stroke-width="3" paint-order="stroke">{escape(text)}</text>'
    )


def _blend(night: str, day: str, light: float) -> str:
    pairs = zip(*(tuple(int(c[k : k + 2], 16) for k in (1, 3, 5)) for c in (night, day)), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * light):02x}" for a, b in pairs)
