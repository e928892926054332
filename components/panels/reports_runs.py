"""The history of scheduled reports: each run with its state, its file, the moment it is of, and why it failed."""

from dash import html
from dash.development.base_component import Component

from components import fmt
from components.feeds import parts
from components.panel import Panel
from components.panels.reports_schedules import STATES, state, to_view
from components.sheet import Column, Sheet, joined
from components.surface import REPORTS
from data_access.ask import Ask
from data_access.city import City
from data_access.operations.runs import Run
from data_access.queries.scheduled import PAGE, History, history, stamp
from data_access.words import T

HEADS = (
    (T("应运行", "Due"), "when"),
    (T("日程", "Schedule"), "what"),
    (T("状态", "State"), "why"),
    (T("次数", "Tries"), "number"),
    (T("文件", "File"), "what"),
    (T("摘要", "Digest"), "mono"),
    (T("操作", "By hand"), "acts"),
)
LABEL = T("运行历史", "History")
EMPTY = T("还没有运行过。", "Nothing has run yet.")
LATE, MISSED = T("补运行", "late"), T("此前 {n} 次未运行", "{n} before it were not run")
HAND, BY = T("手动", "by hand"), T("由 {by} 手动", "by {by}")
AGAIN, MOMENT = T("重试", "Try again"), T("那一刻", "The moment")
NEXT = T("{at} 重试", "tried again at {at}")
NEWER, OLDER = T("较新", "Newer"), T("较早", "Older")
ALL = 10_000


def body(data: History, city: City, ask: Ask) -> list[Component]:
    """A row a run, the newest first, and the way to older ones."""
    rows = [_row(run, data, city, ask) for run in data.runs]
    told = html.P(className="reports-told", role="status")
    return [told, parts.table(HEADS, rows, ask.view.lang, LABEL), *_pages(data, ask)]


def _row(run: Run, data: History, city: City, ask: Ask) -> Component:
    lang, zone = ask.view.lang, city.profile.zone
    known = data.known.get(run.schedule)
    title = known.title(lang) if known else run.schedule
    due = f"{fmt.date(run.due, zone, lang)} {fmt.clock(run.due, zone)}"
    cells = [
        (due, "when"),
        ([html.Span(title, className="feed-name"), *_tags(run, lang)], "what"),
        ([state(run, lang), *_why(run, zone, lang)], "why"),
        (fmt.number(run.tries), "number"),
        (_file(run, ask), "what"),
        (html.Span(run.digest[:16], title=run.digest), "mono"),
        (_again(run, title, lang), "acts"),
    ]
    return parts.row(cells)


def _tags(run: Run, lang: str) -> list[Component]:
    tags = [HAND if run.by == "hand" else BY.fill(by=run.by)] if run.by else []
    tags += [LATE] if run.late else []
    tags += [MISSED.fill(n=fmt.number(run.missed))] if run.missed else []
    return [html.Span(tag(lang), className="tag") for tag in tags]


def _why(run: Run, zone: str, lang: str) -> list[Component]:
    parts_ = [html.Small(run.why(lang), className="fault")] if run.why.en and run.state != "done" else []
    if run.state == "waiting" and run.tries:
        parts_.append(html.Small(NEXT.fill(at=fmt.stamp(run.next_try, zone, lang))(lang)))
    if run.state in ("done", "failed"):
        parts_.append(html.Small(fmt.stamp(run.ended, zone, lang)))
    return parts_


def _file(run: Run, ask: Ask) -> list[Component]:
    lang = ask.view.lang
    if not run.name:
        return []
    file = html.A(run.name, href=f"/reports/runs/{run.id}/file", className="run-file", download="")
    return [file, html.Small(to_view(run.link, ask, MOMENT(lang), className="run-link"))]


def _again(run: Run, title: str, lang: str) -> list[Component]:
    if run.state != "failed":
        return []
    press = {"data-report-again": run.id, "aria-label": f"{AGAIN(lang)}: {title}"}
    return [html.Button(AGAIN(lang), className="button", type="button", **press)]


def _pages(data: History, ask: Ask) -> list[Component]:
    lang, view, out = ask.view.lang, ask.view, []
    if data.skip:
        out.append(html.A(NEWER(lang), href=view.but(skip=max(0, data.skip - PAGE)).url))
    if data.skip + len(data.runs) < data.total:
        out.append(html.A(OLDER(lang), href=view.but(skip=data.skip + PAGE).url))
    return [html.Div(out, className="list-pages")] if out else []


COLUMNS = (
    Column("due", T("应运行", "Due"), "moment"),
    Column("schedule", T("日程", "Schedule")),
    Column("state", T("状态", "State")),
    Column("by", T("由谁", "By")),
    Column("late", T("补运行", "Late")),
    Column("missed", T("此前未运行", "Missed before it"), "number"),
    Column("tries", T("次数", "Tries"), "number"),
    Column("ended", T("结束", "Ended"), "moment"),
    Column("file", T("文件", "File")),
    Column("digest", T("数据摘要", "Digest")),
    Column("delivered", T("已送达", "Delivered to")),
    Column("link", T("链接", "Link")),
    Column("why", T("原因", "Why it failed")),
)


def sheet(city: City, ask: Ask) -> Sheet:
    """A row a run, all of them, as they are now."""
    data = history(city, ask, ALL)
    return Sheet(COLUMNS, tuple(map(_told, data.runs)), data.total if data.total > ALL else None, lasting=False)


def _told(run: Run) -> tuple:
    to = joined([T(label, label) for label in run.delivered], "; ")
    by = HAND if run.by == "hand" else run.by or None
    begun = run.due, run.schedule, STATES[run.state], by, LATE if run.late else None, run.missed, run.tries
    why = run.why if run.why.en and run.state != "done" else None
    return *begun, run.ended or None, run.name or None, run.digest or None, to, run.link or None, why


PANEL = Panel(
    key="reports_runs",
    title=LABEL,
    order=420,
    load=history,
    body=body,
    sentence=lambda city, ask: T("最新在前；应运行时刻按城市时间", "the newest first, by the city's clock"),
    note=parts.counted(T("{n} 次", "{n} runs"), lambda data: data.total),
    empty=lambda data, ask: None if data.runs else EMPTY,
    surface=REPORTS,
    sheet=sheet,
    stamp=stamp,
)
