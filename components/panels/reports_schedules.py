"""The reports that are made by themselves: what, when next, for whom, how it went, and a button to run one now."""

from urllib.parse import urlsplit

from dash import html
from dash.development.base_component import Component

from components import fmt, links
from components.feeds import parts
from components.panel import Panel
from components.sheet import Column, Sheet, joined
from components.surface import REPORTS
from data_access.ask import Ask
from data_access.city import City
from data_access.operations.runs import Run
from data_access.queries.scheduled import Line, lines, stamp
from data_access.view import View
from data_access.words import T

HEADS = (
    (T("日程", "Schedule"), "what"),
    (T("视图", "View"), "place"),
    (T("何时", "When"), "when"),
    (T("下次运行", "Next run"), "when"),
    (T("送达", "Delivered to"), ""),
    (T("上次结果", "Last outcome"), "why"),
    (T("操作", "By hand"), "acts"),
)
LABEL = T("日程", "Schedules")
STATES = {
    "waiting": T("等待中", "Waiting"),
    "working": T("进行中", "At work"),
    "done": T("已送达", "Delivered"),
    "failed": T("失败", "Failed"),
}
KINDS = {"folder": T("文件夹", "folder"), "mail": T("邮件", "e-mail"), "webhook": T("推送", "webhook")}
MARKS = {"waiting": "○", "working": "◐", "done": "✓", "failed": "✕"}
NEVER, NONE = T("不再运行", "never again"), T("尚未运行", "not run yet")
RUN = T("立即运行", "Run now")
CANNOT = T("不能运行：{why}", "Cannot run: {why}")
EXAMPLE = """reports:
  - key: morning
    title: {zh: 全市早报, en: Morning report}
    report: daily            # daily, weekly, incident
    view: /                  # the address of any View of the map
    format: xlsx             # xlsx, csv, geojson, pdf, png, ...
    lang: zh
    when: "0 7 * * *"        # minute hour day month weekday, by the city's clock
    to:
      - folder: /srv/reports
      - mail: duty@example.org
      - {webhook: "https://example.org/reports", secret_env: REPORTS_SECRET}"""
NOTHING = T(
    "没有日程。把下面这样的文件路径写入 JINGWEI_REPORTS 后重启服务：",
    "No report is scheduled. Name a file such as this one in JINGWEI_REPORTS, and start the server again:",
)


def body(data: list[Line], city: City, ask: Ask) -> Component:
    """A row a schedule; where there is none, how to declare one."""
    lang = ask.view.lang
    if not data:
        return html.Div([html.P(NOTHING(lang)), html.Pre(EXAMPLE)], className="reports-none")
    return parts.table(HEADS, [_row(line, city, ask) for line in data], lang, LABEL)


def _row(line: Line, city: City, ask: Ask) -> Component:
    known, lang, zone = line.known, ask.view.lang, city.profile.zone
    named = [
        html.Span(known.title(lang), className="feed-name"),
        html.Small(f"{known.report(lang)} · {known.form}"),
    ]
    coming = NEVER(lang) if line.next is None else fmt.stamp(line.next, zone, lang)
    press = {"data-report-run": known.key, "aria-label": f"{RUN(lang)}: {known.title(lang)}"}
    cells = [
        (named, "what"),
        (to_view(known.address, ask, known.address), "place"),
        (html.Code(known.when), "when"),
        (coming, "when"),
        ([html.Div(target(label, lang)) for label in known.to], "targets"),
        (_outcome(line, zone, lang), "why"),
        (html.Button(RUN(lang), className="button", type="button", **press), "acts"),
    ]
    return parts.row(cells)


def target(label: str, lang: str) -> str:
    """Where a report goes, its kind in words."""
    kind, _, where = label.partition(" ")
    return f"{KINDS[kind](lang)} {where}"


def to_view(address: str, ask: Ask, text: str, **more: object) -> Component:
    """A link to the View of an address, on this server, in the language and theme of who looks."""
    parts = urlsplit(address)
    view = View.of(parts.path or "/", parts.query)[0].but(lang=ask.view.lang, theme=ask.view.theme)
    return links.to(view, text, title=address, **more)


def _outcome(line: Line, zone: str, lang: str) -> list:
    wrong = [html.Small(CANNOT.fill(why=line.known.fault)(lang), className="fault")] if line.known.fault else []
    if line.last is None:
        return [html.Span(NONE(lang)), *wrong]
    at = html.Small(fmt.stamp(line.last.ended or line.last.at, zone, lang))
    return [state(line.last, lang), at, *wrong]


def state(run: Run, lang: str) -> Component:
    """The state of a run by sign and word."""
    mark = html.Span(MARKS[run.state], className="run-mark", **{"aria-hidden": "true"})
    open_run = {"data-open-run": run.id} if run.state in ("waiting", "working") else {}
    return html.Span([mark, html.Span(STATES[run.state](lang))], className=f"state run-{run.state}", **open_run)


COLUMNS = (
    Column("key", T("标识", "Key")),
    Column("title", T("日程", "Schedule")),
    Column("report", T("报告", "Report")),
    Column("view", T("视图", "View")),
    Column("format", T("格式", "Format")),
    Column("when", T("何时", "When"), help=T("cron 五段，按城市时间", "Cron's five fields, by the city's clock")),
    Column("next", T("下次运行", "Next run"), "moment"),
    Column("to", T("送达", "Delivered to")),
    Column("last", T("上次结果", "Last outcome")),
    Column("fault", T("问题", "What is wrong")),
)


def sheet(city: City, ask: Ask) -> Sheet:
    """A row a schedule, as they are now."""
    return Sheet(COLUMNS, tuple(map(_told, lines(city, ask))), lasting=False)


def _told(line: Line) -> tuple:
    known = line.known
    to = joined([T(label, label) for label in known.to], "; ")
    last = STATES[line.last.state] if line.last else None
    named = known.key, known.title, known.report, known.address, known.form, known.when
    return *named, line.next, to, last, known.fault


PANEL = Panel(
    key="reports_schedules",
    title=LABEL,
    order=410,
    load=lines,
    body=body,
    sentence=lambda city, ask: T(
        "按城市时间；声明于 JINGWEI_REPORTS", "by the city's clock; declared in JINGWEI_REPORTS"
    ),
    note=parts.counted(T("{n} 项", "{n} schedules"), len),
    surface=REPORTS,
    sheet=sheet,
    stamp=stamp,
)
