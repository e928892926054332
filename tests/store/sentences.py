"""Reading the sentences of reports back into numbers: shares nothing with what makes them but the words.

`read(sentence, lang)` gives the kind of a sentence and its parts as texts; none may be read in no way or in two.
In the forms below `<name>` is any text, `<name:KIND>` one of PARTS, and `[…]` may be left out.
"""

import re

N = r"\d[\d,]*(?:\.\d+)?"
STAMP = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
ZH_UNIT = r"(?: ?(?:件/千户|件|台|%|‰))?"
EN_UNIT = r"(?:%| per 1,000)?"
PARTS = {
    "n": N,
    "at": STAMP,
    "word": r"\S+?",
    "plain": r"[^:：(（]+",
    "who": "Grids|Devices|网格|设备",
    "pair": rf"{N} of {N}|{N}/{N}",
    "rate": rf"{N}{EN_UNIT} \({N} of {N}\)|{N}{ZH_UNIT}（{N}/{N}）",
    "count": rf"{N}{ZH_UNIT}",
    "hours": rf"{N} (?:h|min) \(of {N}\)|{N} (?:小时|分钟)（共 {N} 件）",
    "points": rf"{N} points|{N} per 1,000|{N} 个百分点|{N}{ZH_UNIT}",
}
EN = """
window: From <start:at> until <end:at>, by the city's clock.
beside: Set against <start:at> until <end:at>.
alone: Set against nothing: records begin at <first:at>.
begins: Records begin at <first:at>, so this window is not whole.
count: <title:plain>: <now:n>.
count_same: <title:plain>: <now:n>, the same as <against:plain>.
count_rose: <title> rose by <by:n>[ (<cent:n>%)] to <now:n>, from <before:n> <against>.
count_fell: <title> fell by <by:n>[ (<cent:n>%)] to <now:n>, from <before:n> <against>.
rate: <title:plain>: <now:rate>.
rate_rose: <title> rose by <by:points> to <now:rate>, from <before:rate> <against>.
rate_fell: <title> fell by <by:points> to <now:rate>, from <before:rate> <against>.
rate_same: <title:plain>: <now:rate>, the same as the <before:rate> <against>.
rate_nearly: <title:plain>: <now:rate>, nearly the same as the <before:rate> <against>.
few: <title:plain>: <now:pair>, too few for a rate.
few_beside: <title:plain>: <now:pair>; <against> <before:pair>. Too few to compare rates.
unknown: <title:plain>: not known of this moment.
nothing: <title:plain>: there was nothing to take it of.
median: <title:plain>: about <now:hours>.
median_rose: <title> rose to about <now:hours>, from about <before:hours> <against>.
median_fell: <title> fell to about <now:hours>, from about <before:hours> <against>.
median_same: <title:plain>: about <now:hours>; no difference can be seen to the <n:n> <against>.
most: <title:plain>, most in: <units>; <whole:n> in all.
rose_in: <title:plain> rose most in: <units>.
fell_in: <title:plain> fell most in: <units>.
lowest: <title:plain>, lowest in: <units> (of the <n:n> of <m:n> units with 20 or more).
highest: <title:plain>, highest in: <units> (of the <n:n> of <m:n> units with 20 or more).
heard_all: <who:who> that had reported in time: <n:n> of <m:n>, all of them.
heard_some: <who:who> that had reported in time: only <n:n> of <m:n>, so what the other <rest:n> would have<is>
heard_unknown: <who:who> that had reported in time: not known of this moment.
feeds: Feeds of cases on time: <n:n> of <m:n>, all of them.
silent: Feeds of cases that were silent: <n:n> of <m:n>: <feeds>; cases of theirs may be missing<low>
no_open: Nothing is open.
critical: Critical among the open cases: <n:n> of <m:n>.
wait: Of those, not accepted within the response limit: <k:n> of <n:n>.
late: <case:word>, <what>: reported <at:at>, <step:word>, overdue by <left>.
left: <case:word>, <what>: reported <at:at>, <step:word>, due in <left>.
more: Critical cases not told one by one: <n:n>; they are in the list.
"""
ZH = """
window: <start:at> 至 <end:at>（当地时间）。
beside: 与 <start:at> 至 <end:at> 相比。
alone: 没有可比的记录：记录自 <first:at> 开始。
begins: 记录自 <first:at> 开始，本时段并不完整。
count: <title:word> <now:count>。
count_same: <title:word> <now:count>，与<against:plain>相同。
count_rose: <title:word> <now:count>，较<against>的 <before:count>增加 <by:count>[（<cent:n>%）]。
count_fell: <title:word> <now:count>，较<against>的 <before:count>减少 <by:count>[（<cent:n>%）]。
rate: <title:word> <now:rate>。
rate_rose: <title:word> <now:rate>，较<against>的 <before:rate>上升 <by:points>。
rate_fell: <title:word> <now:rate>，较<against>的 <before:rate>下降 <by:points>。
rate_same: <title:word> <now:rate>，与<against>的 <before:rate>相同。
rate_nearly: <title:word> <now:rate>，与<against>的 <before:rate>几乎相同。
few: <title:word> <now:pair>，数量太少，不计比例。
few_beside: <title:word> <now:pair>，<against>为 <before:pair>，数量太少，不比较比例。
unknown: <title:plain>：该时刻不可知。
nothing: <title:plain>：没有可计的对象。
median: <title:word>约 <now:hours>。
median_rose: <title:word>约 <now:hours>，高于<against>的约 <before:hours>。
median_fell: <title:word>约 <now:hours>，低于<against>的约 <before:hours>。
median_same: <title:word>约 <now:hours>，与<against>（<n:n> 件）相比看不出差别。
most: <title:plain>最多：<units>；共 <whole:count>。
rose_in: <title:plain>增加最多：<units>。
fell_in: <title:plain>减少最多：<units>。
lowest: <title:plain>最低：<units>（只比较数量不少于 20 的单元，共 <n:n>/<m:n> 个）。
highest: <title:plain>最高：<units>（只比较数量不少于 20 的单元，共 <n:n>/<m:n> 个）。
heard_all: 按时上报的<who:who>：<n:n>/<m:n>，全部。
heard_some: 按时上报的<who:who>：只有 <n:n>/<m:n>，另外 <rest:n> 个的情况不在其中。
heard_unknown: 按时上报的<who:who>：该时刻不可知。
feeds: 按时的案件数据源：<n:n>/<m:n>，全部。
silent: 静默的案件数据源：<n:n>/<m:n>：<feeds>；其间的案件可能缺失，案件数可能偏低。
no_open: 没有在办案件。
critical: 危急的在办案件：<n:n>/<m:n>。
wait: 其中超过响应时限仍未立案：<k:n>/<n:n>。
late: <case:word> <what>，<at:at> 上报，<step:word>，超期 <left>。
left: <case:word> <what>，<at:at> 上报，<step:word>，距时限 <left>。
more: 未逐一列出的危急案件：<n:n> 件，见案件表。
"""


def _form(text):
    def part(match):
        name, _, kind = match[1].partition(":")
        return f"(?P<{name}>{PARTS[kind] if kind else '.+'})"

    bare = re.sub(r"[.(){}+*?^$|\\]", r"\\\g<0>", text).replace("[", "(?:").replace("]", ")?")
    return re.compile(re.sub("<([a-z:]+)>", part, bare))


FORMS = {
    lang: {line.split(": ", 1)[0]: _form(line.split(": ", 1)[1]) for line in text.strip().splitlines()}
    for lang, text in (("en", EN), ("zh", ZH))
}


def read(sentence, lang):
    """The kind of a sentence, and its parts as texts."""
    found = {kind: form.fullmatch(sentence) for kind, form in FORMS[lang].items()}
    kinds = {kind: match.groupdict() for kind, match in found.items() if match}
    if "heard_unknown" in kinds:
        kinds.pop("unknown", None)
    assert len(kinds) == 1, (sentence, list(kinds))
    return next(iter(kinds.items()))


def numbers(text):
    """The numbers in a text, in their order."""
    return [float(n.replace(",", "")) for n in re.findall(N, text.replace("per 1,000", ""))]


def in_units(text, kind, lang):
    """The units of a list with the numbers told of each."""
    joint, number = ("、", "/") if lang == "zh" else (", ", " of ")
    value = {
        ("most", "en"): rf"\((?P<a>{N})\)",
        ("most", "zh"): rf"(?P<a>{N}){ZH_UNIT}",
        ("moved", "en"): rf"by (?P<a>{N}) \(from (?P<b>{N}) to (?P<c>{N})\)",
        ("moved", "zh"): rf"(?P<a>{N}){ZH_UNIT}（由 (?P<b>{N}){ZH_UNIT}至 (?P<c>{N}){ZH_UNIT}）",
        ("rate", "en"): rf"(?P<a>{N}){EN_UNIT} \((?P<b>{N}){number}(?P<c>{N})\)",
        ("rate", "zh"): rf"(?P<a>{N}){ZH_UNIT}（(?P<b>{N}){number}(?P<c>{N})）",
    }[kind, lang]
    each = re.compile(rf"(?P<unit>.+?) {value}(?:{joint}|$)")
    out, at = {}, 0
    while at < len(text):
        match = each.match(text, at)
        assert match, text[at:]
        parts = match.groupdict()
        unit = parts.pop("unit")
        out[unit] = [float(part.replace(",", "")) for part in parts.values()]
        at = match.end()
    return out
