"""Sentences made of figures, in both languages: how much, how it changed, against what. Nothing but what they say.

A direction is told only where there is a difference, a rate only of so many that one more or less makes no
leap, always with both its numbers; medians are read from histograms, so of theirs no difference is worked out.
"""

from dataclasses import dataclass

from components.fmt import number, unit_of, unit_scale
from data_access.metric import Figure, Metric, Ratio
from data_access.words import T

FEW = 20
"""Below so many no per cent is told."""
CENT = T("%", "%")

NOT_KNOWN = T("{title}：该时刻不可知。", "{title}: not known of this moment.")
NOTHING = T("{title}：没有可计的对象。", "{title}: there was nothing to take it of.")
PLAIN = T("{title} {now}。", "{title}: {now}.")
SAME = T("{title} {now}，与{against}相同。", "{title}: {now}, the same as {against}.")
MORE = T(
    "{title} {now}，较{against}的 {before}增加 {by}{rate}。",
    "{title} rose by {by}{rate} to {now}, from {before} {against}.",
)
LESS = T(
    "{title} {now}，较{against}的 {before}减少 {by}{rate}。",
    "{title} fell by {by}{rate} to {now}, from {before} {against}.",
)
HIGHER = T(
    "{title} {now}，较{against}的 {before}上升 {by}。", "{title} rose by {by} to {now}, from {before} {against}."
)
LOWER = T(
    "{title} {now}，较{against}的 {before}下降 {by}。", "{title} fell by {by} to {now}, from {before} {against}."
)
LEVEL = T("{title} {now}，与{against}的 {before}相同。", "{title}: {now}, the same as the {before} {against}.")
NEARLY = T(
    "{title} {now}，与{against}的 {before}几乎相同。",
    "{title}: {now}, nearly the same as the {before} {against}.",
)
FEW_NOW = T("{title} {now}，数量太少，不计比例。", "{title}: {now}, too few for a rate.")
FEW_BESIDE = T(
    "{title} {now}，{against}为 {before}，数量太少，不比较比例。",
    "{title}: {now}; {against} {before}. Too few to compare rates.",
)
LONGER = T(
    "{title}约 {now}，高于{against}的约 {before}。", "{title} rose to about {now}, from about {before} {against}."
)
SHORTER = T(
    "{title}约 {now}，低于{against}的约 {before}。", "{title} fell to about {now}, from about {before} {against}."
)
ALIKE = T(
    "{title}约 {now}，与{against}（{n} 件）相比看不出差别。",
    "{title}: about {now}; no difference can be seen to the {n} {against}.",
)
ABOUT = T("{title}约 {now}。", "{title}: about {now}.")
OF = T("{value}（{n}/{m}）", "{value} ({n} of {m})")
FRACTION = T("{n}/{m}", "{n} of {m}")
AMONG = T("{value}（共 {n} 件）", "{value} (of {n})")
POINTS = T("{n} 个百分点", "{n} points")


@dataclass(frozen=True)
class Change:
    """A metric's figure, the one it is set against (None: there is none), and what that is called."""

    metric: Metric
    now: Figure
    before: Figure | None
    against: T


def told(change: Change) -> T:
    """What there is to say of a figure and its change."""
    metric, now = change.metric, change.now
    if not now.known:
        nothing = isinstance(metric, Ratio) and now.m == 0 or metric.duration and now.n == 0
        return (NOTHING if nothing else NOT_KNOWN).fill(title=metric.title)
    if isinstance(metric, Ratio):
        return _ratio(change)
    return _median(change) if metric.duration else _count(change)


def _count(change: Change) -> T:
    metric, now, before = change.metric, change.now, change.before
    named = {"title": metric.title, "now": amount(metric, now.value), "against": change.against}
    if before is None or not before.known:
        return PLAIN.fill(**named)
    delta = now.value - before.value
    if delta == 0:
        return SAME.fill(**named)
    by, was = amount(metric, abs(delta)), amount(metric, before.value)
    rate = _cent(100 * abs(delta) / before.value) if before.value >= FEW else T("", "")
    return (MORE if delta > 0 else LESS).fill(by=by, before=was, rate=rate, **named)


def amount(metric: Metric, value: float) -> T:
    """A count, in Chinese with its measure word."""
    n = number(value, metric.decimals)
    return T(f"{n} {metric.unit.zh}".strip(), n)


def _cent(rate: float) -> T:
    told = number(rate, 1 if rate < 100 else 0)
    return T(f"（{told}%）", f" ({told}%)")


def _ratio(change: Change) -> T:
    metric, now, before = change.metric, change.now, change.before
    named = {"title": metric.title, "against": change.against}
    few = min(now.m, before.m if before is not None and before.known else now.m) < FEW
    if before is None or not before.known:
        return (FEW_NOW if few else PLAIN).fill(now=fraction(now) if few else share(metric, now), **named)
    if few:
        return FEW_BESIDE.fill(now=fraction(now), before=fraction(before), **named)
    delta = now.value - before.value
    both = {"now": share(metric, now), "before": share(metric, before), **named}
    if delta == 0:
        return LEVEL.fill(**both)
    if round(abs(delta), metric.decimals) == 0:
        return NEARLY.fill(**both)
    return (HIGHER if delta > 0 else LOWER).fill(by=_points(metric, abs(delta)), **both)


def fraction(figure: Figure) -> T:
    """n of m."""
    return FRACTION.fill(n=number(figure.n), m=number(figure.m))


def share(metric: Metric, figure: Figure) -> T:
    """A rate with both its numbers."""
    return OF.fill(value=_rate(metric, figure.value), n=number(figure.n), m=number(figure.m))


def _rate(metric: Metric, value: float) -> T:
    told, unit = number(value, metric.decimals), metric.unit
    close = unit.zh in ("%", "‰")
    return T(told + ("" if close else " ") + unit.zh, told + ("" if unit.en == "%" else " ") + unit.en)


def _points(metric: Metric, value: float) -> T:
    if metric.unit == CENT:
        return POINTS.fill(n=number(value, metric.decimals))
    return _rate(metric, value)


def _median(change: Change) -> T:
    metric, now, before = change.metric, change.now, change.before
    named = {"title": metric.title, "now": _middle(metric, now), "against": change.against}
    if before is None or not before.known or min(now.n, before.n) < FEW:
        return ABOUT.fill(**named)
    if now.value == before.value:
        return ALIKE.fill(n=number(before.n), **named)
    longer = now.value > before.value
    return (LONGER if longer else SHORTER).fill(before=_middle(metric, before), **named)


def _middle(metric: Metric, figure: Figure) -> T:
    """A median with how many it is of, in hours."""
    value, unit = number(figure.value / unit_scale(metric), metric.decimals), unit_of(metric)
    return AMONG.fill(value=T(f"{value} {unit.zh}", f"{value} {unit.en}"), n=number(figure.n))
