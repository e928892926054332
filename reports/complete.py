"""Sentences about how complete figures are: who had spoken, which feeds were silent, where records begin."""

from collections.abc import Sequence

from components.fmt import number
from data_access.live import FeedState
from data_access.queries.freshness import Coverage
from data_access.words import T
from reports.places import listed
from reports.wording import stamped

WHO = {"grids": T("网格", "Grids"), "devices": T("设备", "Devices")}
ALL = T("按时上报的{who}：{n}/{m}，全部。", "{who} that had reported in time: {n} of {m}, all of them.")
ONLY = T(
    "按时上报的{who}：只有 {n}/{m}，另外 {rest} 个的情况不在其中。",
    "{who} that had reported in time: only {n} of {m}, so what the other {rest} would have told is missing.",
)
UNKNOWN = T("按时上报的{who}：该时刻不可知。", "{who} that had reported in time: not known of this moment.")
ON_TIME = T("按时的案件数据源：{n}/{m}，全部。", "Feeds of cases on time: {n} of {m}, all of them.")
SILENT = T(
    "静默的案件数据源：{n}/{m}：{feeds}；其间的案件可能缺失，案件数可能偏低。",
    "Feeds of cases that were silent: {n} of {m}: {feeds}; cases of theirs may be missing, and counts too low.",
)
SINCE = T("{feed}（自 {at}）", "{feed} (since {at})")
NEVER = T("{feed}（没有记录）", "{feed} (nothing on record)")
NO_FEEDS = T(
    "没有案件数据源上报过，案件是否齐全不可知。",
    "No feed of cases has ever spoken: whether they are whole is not known.",
)
FIRST = T("记录自 {at} 开始，本时段并不完整。", "Records begin at {at}, so this window is not whole.")


def heard(coverage: Coverage | None, who: str) -> T:
    """How many of the grids or devices had spoken; `who` is a key of WHO."""
    if coverage is None:
        return UNKNOWN.fill(who=WHO[who])
    named = {"who": WHO[who], "n": number(coverage.n), "m": number(coverage.m)}
    if coverage.n == coverage.m:
        return ALL.fill(**named)
    return ONLY.fill(rest=number(coverage.m - coverage.n), **named)


def feeds(states: Sequence[FeedState], at: float, zone: str) -> T:
    """Which of the feeds that carry cases were silent at a moment, and since when."""
    if not states:
        return NO_FEEDS
    silent = [state for state in states if state.silent(at)]
    if not silent:
        return ON_TIME.fill(n=number(len(states)), m=number(len(states)))
    return SILENT.fill(n=number(len(silent)), m=number(len(states)), feeds=listed(_since(s, zone) for s in silent))


def _since(state: FeedState, zone: str) -> T:
    if state.last_seen is None:
        return NEVER.fill(feed=state.feed.title)
    return SINCE.fill(feed=state.feed.title, at=stamped(state.last_seen, zone))


def begins(first: float, zone: str) -> T:
    """That the window begins before anything is recorded."""
    return FIRST.fill(at=stamped(first, zone))
