"""What a file tells about itself: facts of the snapshot, definitions, panels; the same in every format."""

from collections.abc import Iterator
from dataclasses import dataclass

from components.explain import GOOD
from components.map.key import COVERED
from components.sheet import NOTHING, Column, Sheet
from components.shell import BRAND
from data_access.queries.freshness import Coverage
from data_access.words import LANGS, T
from reports.snapshot import Definition, Part, Snapshot
from reports.wording import aged, stamped, window

ABOUT, DEFINITIONS, PANELS = T("说明", "About"), T("定义", "Definitions"), T("面板", "Panels")
SUMMARY = T("摘要", "Summary")
MARK = T("{brand} · {who} · {at}", "{brand} · {who} · {at}")
PAST = T("过去的时刻；当时的时效不再可知", "a past moment: how old data was then is not kept")
SILENT = T("静默：{feeds}", "silent: {feeds}")
ON_TIME = T("数据源均按时上报，最新数据 {age}前", "all feeds on time, newest data {age} old")
CUT = T("共 {whole} 行，只列前 {n} 行", "the first {n} of {whole}")
NOT_LASTING = T("现况，不随时刻回溯，不计入摘要", "as on record when taken; not part of the digest")
PROMISE = T(
    "同一视图、同一时刻，摘要相同；晚到而早于该时刻的数据会改变它",
    "Equal for the same View as of the same moment, unless data older than that moment came in later",
)


@dataclass(frozen=True)
class Fact:
    """One line about a snapshot; `at` where it tells a moment (epoch seconds), `link` where it is an address."""

    key: str
    title: T
    told: T
    at: float | None = None
    link: bool = False


def facts(snapshot: Snapshot) -> list[Fact]:
    """All that a file says of itself, but for definitions and panels."""
    start, end = snapshot.ask.span
    zone, named = snapshot.zone, window(snapshot.ask)
    path = T(*(" › ".join(text(lang) for text in snapshot.path) for lang in LANGS))
    lines = [
        Fact("title", T("标题", "Title"), snapshot.title),
        Fact("unit", T("单元", "Unit"), path),
        Fact("unit_id", T("单元编号", "Unit id"), _same(snapshot.ask.unit.id)),
        Fact("window", T("时段", "Window"), named),
        _moment("from", T("时段起点", "Window from"), start, zone),
        _moment("until", T("时段终点（不含）", "Window until (not in it)"), end, zone),
        _moment("as_of", T("截至", "As of"), snapshot.ask.at, zone),
        Fact("zone", T("时区", "Time zone"), _same(zone)),
        Fact("filters", T("筛选", "Filters"), snapshot.filters),
        Fact("level", T("地图层级", "Level of the map"), snapshot.level or NOTHING),
        Fact("made_by", T("取用者", "Made by"), snapshot.who),
        _moment("made_at", T("生成时间", "Made at"), snapshot.made_at, zone),
        Fact("link", T("链接（重开此刻）", "Link (opens this moment again)"), _same(snapshot.link), link=True),
        Fact("digest", T("数据摘要 SHA-256", "Digest of the data, SHA-256"), _same(snapshot.digest)),
        Fact("promise", T("摘要的含义", "What the digest says"), PROMISE),
        Fact("watermark", T("水印", "Watermark"), watermark(snapshot)),
        Fact("source", T("来源", "Source"), snapshot.credit),
    ]
    return [fact for fact in lines if fact.told.zh or fact.told.en]


def watermark(snapshot: Snapshot) -> T:
    """Whose file it is, and from when: to stand on every page of it."""
    return MARK.fill(brand=BRAND, who=snapshot.who, at=stamped(snapshot.made_at, snapshot.zone))


def _same(text: str) -> T:
    return T(text, text)


def _moment(key: str, title: T, at: float, zone: str) -> Fact:
    return Fact(key, title, _same(stamped(at, zone)), at)


def panels(snapshot: Snapshot) -> Sheet:
    """A row a panel: its name, how many rows, how complete and how old, its digest."""
    columns = (
        Column("panel", T("面板", "Panel")),
        Column("shows", T("内容", "What it shows")),
        Column("rows", T("行数", "Rows"), "number"),
        Column("note", T("备注", "Note")),
        Column("coverage", T("覆盖率", "Coverage")),
        Column("age", T("时效", "Age and silent feeds")),
        Column("digest", T("摘要", "Digest")),
        Column("key", T("标识", "Key")),
    )
    return Sheet(columns, tuple(_panel(snapshot, part) for part in snapshot.parts))


def _panel(snapshot: Snapshot, part: Part) -> tuple:
    sheet = part.sheet
    rows, digest = (len(sheet.rows), sheet.digest[:16]) if sheet else (None, None)
    told = part.title, part.sentence if part.sentence.en else None, rows, part.reason or note(sheet)
    return *told, covered(part.coverage), age(snapshot, part), digest, part.key


def note(sheet: Sheet) -> T | None:
    """What there is to say of a panel's rows: that they are not all, or not of the moment."""
    if sheet.whole is not None:
        return CUT.fill(n=f"{len(sheet.rows):,}", whole=f"{sheet.whole:,}")
    return None if sheet.lasting else NOT_LASTING


def covered(told: Coverage | None) -> T | None:
    """How many spoke of how many should have, in words."""
    return COVERED[told.what].fill(n=f"{told.n:,}", m=f"{told.m:,}") if told else None


def age(snapshot: Snapshot, part: Part) -> T | None:
    """How old a panel's data was when the snapshot was made, and which feeds were silent."""
    if not snapshot.live:
        return PAST
    fresh = part.freshness
    if fresh.silent:
        names = [state.feed.title for state in fresh.silent]
        return SILENT.fill(feeds=T("、".join(n.zh for n in names), ", ".join(n.en for n in names)))
    old = aged(fresh.age)
    return ON_TIME.fill(age=old) if old else None


def definitions(snapshot: Snapshot) -> Sheet:
    """A row a metric: what it is, in what, which way is better, over which window, how complete; then columns."""
    columns = (
        Column("title", T("名称", "Name")),
        Column("help", T("定义", "Definition")),
        Column("unit", T("单位", "Unit")),
        Column("direction", T("方向", "Direction")),
        Column("from", T("时段起点", "Window from"), "moment"),
        Column("until", T("时段终点", "Window until"), "moment"),
        Column("coverage", T("覆盖率", "Coverage")),
        Column("age", T("时效", "Age of its data")),
        Column("key", T("标识", "Key")),
    )
    rows = [_definition(snapshot, one) for one in snapshot.definitions]
    return Sheet(columns, (*rows, *_terms(snapshot)))


def _definition(snapshot: Snapshot, one: Definition) -> tuple:
    metric = one.metric
    told = metric.title, metric.help, metric.unit, GOOD[metric.good]
    return *told, *snapshot.ask.span, covered(one.coverage), aged(one.age), metric.key


def _terms(snapshot: Snapshot) -> Iterator[tuple]:
    """The columns that say what they mean, each once."""
    sheets = [part.sheet for part in snapshot.parts if part.sheet]
    terms = {(column.key, column.title): column for sheet in sheets for column in sheet.columns if column.help}
    for column in terms.values():
        yield column.title, column.help, None, None, None, None, None, None, column.key
