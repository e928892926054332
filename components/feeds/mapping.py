"""The form that corrects what a feed's rows mean, and what would become of refused lines by it."""

from collections.abc import Mapping, Sequence

from dash import html
from dash.development.base_component import Component

from components import fmt
from components.feeds.parts import AND, LINE
from components.plain import Node, Plain
from data_access.words import T, reason_title

TITLE = T("修正映射", "Fix the mapping")
HELP = T(
    "记录字段 ← 来源列或模板（如 {area}-{no:03}）；填 “-” 表示不读取。先试运行，再重放。",
    "Record field ← source column or template, such as {area}-{no:03}; “-”: not read. Try first, then replay.",
)
DECLARED = T(
    "此处的修改只用于试运行与重放；本系统不改写数据源文件，试运行后会给出可复制的 YAML。",
    "Changes here serve trying and replaying only. The feeds file is not written; you get YAML to copy into it.",
)
UNDECLARED = T(
    "这个数据源不在数据源文件中，按字段原名读取；修改只用于重放。",
    "This feed is in no feeds file and is read by the fields' own names; changes serve the replay only.",
)
WORDS = {
    "time_format": T("时间格式", "Time format"),
    "timezone": T("时区", "Time zone"),
    "crs": T("坐标系", "Coordinates"),
    "table": T("列（YAML）", "Columns (YAML)"),
    "try": T("试运行", "Try"),
    "replay": T("重放", "Replay"),
    "present": T("恢复现有映射", "Back to the present mapping"),
}
HINTS = {"time_format": "ISO 8601 / epoch / epoch_ms / %d/%m/%Y %H:%M", "timezone": "", "crs": "wgs84"}
WOULD = T(
    "试运行 {total} 行：{landed} 行可入库，{known} 行已有，{refused} 行仍被拒收。尚未写入。",
    "Of {total} lines {landed} would land, {known} are known, {refused} would be refused. Nothing was written.",
)
DID = T(
    "重放 {total} 行：{landed} 行已入库，{known} 行已有，{refused} 行仍被拒收。",
    "Of {total} lines {landed} have landed, {known} were known, {refused} are still refused.",
)
NONE = T("没有可重放的行。", "There are no lines to put in again.")
MORE = T(
    "一次最多 {most} 行，重放次数少的在前；请再按一次处理其余的行。",
    "At most {most} lines at a time, those least often tried first; press again for the others.",
)
EXAMPLE = T("{line}：{detail}", "{line}: {detail}")
COPY = T("复制到数据源文件中：", "To copy into the feeds file:")


def form(feed: str, fields: Mapping[str, str], told: Mapping[str, str], declared: bool, lang: str) -> Plain:
    """The form: the column of each field, or a table's columns as YAML; how moments and places are written.

    `told` has time_format, timezone, crs and, of a table, table.
    """
    boxes = [_box(f"column:{name}", name, column, "") for name, column in fields.items()]
    boxes += [_box(n, WORDS[n](lang), told[n], HINTS[n]) for n in HINTS]
    parts: list[Node] = [
        ["h3", {}, TITLE(lang)],
        ["p", {}, HELP(lang), " ", (DECLARED if declared else UNDECLARED)(lang)],
    ]
    if told.get("table"):
        area = {"name": "table", "defaultValue": told["table"], "spellCheck": "false"}
        parts.append(["label", {"className": "wide"}, ["b", {}, WORDS["table"](lang)], ["textarea", area]])
    parts.append(["div", {"className": "mapping-fields"}, *boxes])
    acts = [_button(act, act == "replay", lang) for act in ("try", "replay", "present")]
    parts.append(["div", {"className": "mapping-acts"}, *acts])
    return Plain(["form", {"className": "mapping", "data-feed": feed, "aria-label": TITLE(lang)}, *parts])


def _box(name: str, title: str, value: str, hint: str) -> Node:
    box = {"name": name, "defaultValue": value, "placeholder": hint, "autoComplete": "off", "spellCheck": "false"}
    return ["label", {}, ["b", {}, title], ["input", {"type": "text", "maxLength": 200, **box}]]


def _button(act: str, main: bool, lang: str) -> Node:
    told = {"type": "button", "data-act": act, "className": "button main" if main else "button"}
    return ["button", told, WORDS[act](lang)]


def outcome(
    counts: Mapping[str, int],
    reasons: Sequence[tuple[str, int, tuple[tuple[int, str], ...]]],
    done: bool,
    more: int,
    copied: str,
    lang: str,
) -> Component:
    """What became of lines, or would: counts, why the others not, and the mapping to copy where there is one."""
    said = {name: fmt.number(n) for name, n in counts.items()}
    words = NONE if not counts["total"] else (DID if done else WOULD).fill(**said)
    parts: list = [html.P(words(lang))]
    if reasons:
        parts.append(html.Ul([_reason(*one, lang) for one in reasons]))
    if more:
        parts.append(html.P(MORE.fill(most=fmt.number(more))(lang)))
    if copied:
        parts += [html.P(COPY(lang)), html.Pre(html.Code(copied), tabIndex=0)]
    return html.Div(parts, className="outcome", role="status")


def _reason(key: str, n: int, examples: tuple[tuple[int, str], ...], lang: str) -> Component:
    told = (EXAMPLE.fill(line=LINE.fill(n=number), detail=detail) for number, detail in examples)
    some = AND(lang).join(one(lang) for one in told)
    return html.Li([html.B(f"{fmt.number(n)} "), reason_title(key)(lang), html.Small(f" {some}")])


def fault(told: str) -> Component:
    """What is wrong with what was typed."""
    return html.Div(html.P(told, className="fault"), className="outcome", role="alert")
