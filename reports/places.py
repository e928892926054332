"""Sentences about where: in which of the units below something is most, worst, or has changed most."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from components.fmt import number
from data_access.metric import Figure, Metric
from data_access.units import Unit
from data_access.words import LANGS, T
from reports.grammar import FEW, amount, share

NAMED = 3
"""How many units are named at most, and never more than half; of equal ones all or none."""
MOST = T("{title}最多：{units}；共 {whole}。", "{title}, most in: {units}; {whole} in all.")
WORST = T(
    "{title}最{way}：{units}（只比较数量不少于 {few} 的单元，共 {n}/{m} 个）。",
    "{title}, {way} in: {units} (of the {n} of {m} units with {few} or more).",
)
LOW, HIGH = T("低", "lowest"), T("高", "highest")
ROSE, FELL = (
    T("{title}增加最多：{units}。", "{title} rose most in: {units}."),
    T("{title}减少最多：{units}。", "{title} fell most in: {units}."),
)
EACH, EACH_RATE = T("{unit} {value}", "{unit} ({value})"), T("{unit} {value}", "{unit} {value}")
MOVED = T("{unit} {by}（由 {before}至 {now}）", "{unit} by {by} (from {before} to {now})")


@dataclass(frozen=True)
class Here:
    """A unit with its figure, and the one that it is set against where there is one."""

    unit: Unit
    now: Figure
    before: Figure | None = None

    @property
    def moved(self) -> float:
        """By how much it has changed; nan where that is not known."""
        return self.now.value - self.before.value if self.before else float("nan")


def foremost(places: Sequence[Here], by: Callable[[Here], float]) -> list[Here]:
    """The places with the greatest `by`, at most NAMED, never some of equal ones; none where all are equal."""
    ordered = sorted((place for place in places if by(place) == by(place)), key=by, reverse=True)
    if not ordered or by(ordered[0]) == by(ordered[-1]):
        return []
    most = min(NAMED, max(1, len(ordered) // 2))
    return [place for place in ordered[:most] if by(place) > by(ordered[most])]


def most(metric: Metric, places: Sequence[Here], whole: Figure) -> list[T]:
    """In which units there is most of a count, of the `whole`; nothing where it is nowhere more."""
    first = [place for place in foremost(places, lambda place: place.now.value) if place.now.value > 0]
    if not first or not whole.known:
        return []
    named = listed(EACH.fill(unit=place.unit.title, value=amount(metric, place.now.value)) for place in first)
    return [MOST.fill(title=metric.title, units=named, whole=amount(metric, whole.value))]


def worst(metric: Metric, places: Sequence[Here]) -> list[T]:
    """In which units a rate is worst, of those with enough to have one."""
    enough = [place for place in places if place.now.known and place.now.m >= FEW]
    sign = -1 if metric.good == "high" else 1
    first = foremost(enough, lambda place: sign * place.now.value)
    if not first or metric.good == "neutral":
        return []
    named = listed(EACH_RATE.fill(unit=place.unit.title, value=share(metric, place.now)) for place in first)
    numbers = {"few": FEW, "n": number(len(enough)), "m": number(len(places))}
    return [WORST.fill(title=metric.title, way=HIGH if sign > 0 else LOW, units=named, **numbers)]


def moved(metric: Metric, places: Sequence[Here], change: float) -> list[T]:
    """In which units a count has changed most, in the direction in which the whole has by `change`."""
    if not change or change != change:
        return []
    sign = 1 if change > 0 else -1
    first = [place for place in foremost(places, lambda place: sign * place.moved) if sign * place.moved > 0]
    if not first:
        return []
    named = listed(_moved(metric, place) for place in first)
    return [(ROSE if sign > 0 else FELL).fill(title=metric.title, units=named)]


def _moved(metric: Metric, place: Here) -> T:
    by, before, now = (amount(metric, v) for v in (abs(place.moved), place.before.value, place.now.value))
    return MOVED.fill(unit=place.unit.title, by=by, before=before, now=now)


def listed(texts: object) -> T:
    """Texts in a row."""
    texts = list(texts)
    return T(*(("、" if lang == "zh" else ", ").join(text(lang) for text in texts) for lang in LANGS))
