"""Numbers, durations and times as a person reads them in a language."""

import math
from datetime import datetime
from zoneinfo import ZoneInfo

from data_access.metric import Figure, Metric
from data_access.words import T

UNKNOWN = "—"
WEEKDAYS = {
    "zh": ["周一", "周二", "周三", "周四", "周五", "周六", "周日"],
    "en": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
}
SPANS = ((86400, "天", "d"), (3600, "小时", "h"), (60, "分钟", "min"), (1, "秒", "s"))
"""Units of time, the largest first: seconds, and what they are called."""
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def number(value: float | None, decimals: int = 0) -> str:
    """A number with grouped thousands; a dash for one that is not known."""
    if value is None or value != value:
        return UNKNOWN
    return f"{value:,.{decimals}f}".replace("-", "−")


def measured(value: float) -> str:
    """What was measured to four figures, never as a power of ten, without zeros at the end."""
    size = math.floor(math.log10(abs(value))) if value and math.isfinite(value) else 0
    text = number(value, max(3 - size, 0))
    return text.rstrip("0").rstrip(".") if "." in text else text


def value(metric: Metric, figure: Figure, lang: str) -> tuple[str, str]:
    """A metric's value and its unit, as two texts; durations choose their own unit."""
    if not figure.known:
        return UNKNOWN, ""
    if metric.duration:
        return span_parts(figure.value, lang)
    return number(figure.value, metric.decimals), metric.unit(lang) if metric.unit.en == "%" else ""


def unit_scale(metric: Metric) -> float:
    """By what values are divided where many stand together: durations are then told in hours."""
    return 3600.0 if metric.duration else 1.0


def unit_of(metric: Metric) -> T:
    """The unit that many values of a metric are told in together."""
    return T("小时", "h") if metric.duration else metric.unit


def span_parts(seconds: float, lang: str) -> tuple[str, str]:
    """A length of time in the largest unit that fits: number and unit."""
    for size, zh, en in SPANS[:-1]:
        if seconds >= 2 * size or (size == 60 and seconds >= 60):
            return number(seconds / size, 1 if seconds < 10 * size else 0), zh if lang == "zh" else en
    return number(seconds), "秒" if lang == "zh" else "s"


def span(seconds: float, lang: str) -> str:
    """A length of time as one text."""
    amount, unit = span_parts(seconds, lang)
    return f"{amount} {unit}"


def age(seconds: float | None, lang: str) -> str:
    """How old something is, short: ``12 s``, ``6 分钟``."""
    if seconds is None:
        return T("从未上报", "never")(lang)
    size, zh, en = next((one for one in SPANS if seconds >= one[0]), SPANS[-1])
    return f"{int(seconds // size)} {zh if lang == 'zh' else en}"


def countdown(seconds: float, lang: str) -> str:
    """What is left of a time limit as ``hh:mm``, from two days on in days; past it, by how much, with a plus."""
    minutes = int(abs(seconds) // 60)
    hours, rest = divmod(minutes, 60)
    text = age(60 * minutes, lang) if hours >= 48 else f"{hours:02d}:{rest:02d}"
    return f"+{text}" if seconds < 0 else text


def fraction(figure: Figure, lang: str) -> str:
    """n of m; empty where a figure has no such."""
    if figure.n != figure.n or figure.m != figure.m:
        return ""
    joint = " / " if lang == "zh" else " of "
    return f"{number(figure.n)}{joint}{number(figure.m)}"


def local(at: float, zone: str) -> datetime:
    """An epoch second in the city's time zone."""
    return datetime.fromtimestamp(at, ZoneInfo(zone))


def clock(at: float, zone: str) -> str:
    """The city's time of day to the second."""
    return local(at, zone).strftime("%H:%M:%S")


def hour(at: float, zone: str) -> str:
    """The city's time of day to the minute."""
    return local(at, zone).strftime("%H:%M")


def day(at: float, zone: str, lang: str) -> str:
    """The city's date with its weekday."""
    t = local(at, zone)
    weekday = WEEKDAYS["zh" if lang == "zh" else "en"][t.weekday()]
    return f"{t.month}月{t.day}日 {weekday}" if lang == "zh" else f"{weekday} {t.day} {MONTHS[t.month - 1]}"


def date(at: float, zone: str, lang: str) -> str:
    """Month and day, short."""
    t = local(at, zone)
    return t.strftime("%m-%d") if lang == "zh" else f"{t.day} {MONTHS[t.month - 1]}"


def stamp(at: float, zone: str, lang: str) -> str:
    """Date and time to the minute, for tables."""
    return f"{date(at, zone, lang)} {hour(at, zone)}"


def changed(metric: Metric, now: Figure, before: Figure | None) -> tuple[float, bool] | None:
    """By how much a figure differs from `before`, and whether that is in points; None where it is not known.

    Counts and durations change by per cent, ratios by points.
    """
    if before is None or not now.known or not before.known:
        return None
    if metric.unit.en in ("%", "per 1,000"):
        return now.value - before.value, True
    return (100 * (now.value - before.value) / before.value, False) if before.value else None


def change(metric: Metric, now: Figure, before: Figure | None) -> tuple[str, str]:
    """The change against `before` as text, and whether it is ``better``, ``worse`` or neither; see `changed`."""
    found = changed(metric, now, before)
    if found is None:
        return "", ""
    delta, points = found
    text = f"{delta:+.1f}" if points else f"{delta:+.1f}%" if abs(delta) < 100 else f"{delta:+.0f}%"
    return text.replace("-", "−"), sense(metric, delta)


def sense(metric: Metric, delta: float) -> str:
    """Whether a change is ``better``, ``worse``, or neither."""
    if metric.good == "neutral" or abs(delta) < 0.05:
        return ""
    return "better" if (delta > 0) == (metric.good == "high") else "worse"
