"""Every number and every direction in the sentences of reports, against a slow count over the raw rows."""

import re
from copy import copy
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moments import EPOCH, KNOTS
from replay import middle, replay_of
from sentences import in_units, numbers, read
from sqlalchemy import select
from test_metrics import SLOW, leaves_of, questions, refused, then

from components.catalogue import panels
from data_access.metric import Count, Median, Ratio
from data_access.scope import EVERYTHING
from data_access.sources.spread import ERROR, FIRST
from data_access.store import tables
from data_access.units import OUTSIDE
from data_access.view import View
from data_access.words import LANGS, SEVERITIES, STEPS, T
from reports.format import formats
from reports.periods import OWN
from reports.report import reports
from reports.snapshot import Chapter
from reports.taking import CannotTake, Wanted
from reports.telling import Told, asked, told

REPORTS, FORMS = reports(), formats()
FEW = 20
WHO = {"Grids": "terminals", "网格": "terminals", "Devices": "machines", "设备": "machines"}
SIGN = {"rose": 1, "fell": -1, "same": 0}


@pytest.fixture(scope="module")
def truth(city):
    return replay_of(city)


@pytest.fixture(scope="module")
def batches(city):
    """What tells when feeds spoke: batches, and the newest steps of cases by feed, in epoch seconds."""
    b, s = tables.batch.c, tables.case_step.c
    came = [(r["feed"], r["at"].timestamp()) for r in city.store.rows(select(b.feed, b.at))]
    steps = [(r["feed"], r["at"].timestamp()) for r in city.store.rows(select(s.feed, s.at))]
    return came, steps


class Checker:
    """One report's sentences against the rows of its two windows."""

    def __init__(self, city, truth, batches, question, view):
        self.city, self.whole, self.batches, self.view = city, truth, batches, view
        self.ask, self.before, self.against = question.ask, question.before, question.against
        self.zone, self.known = ZoneInfo(city.profile.zone), {}
        self.truth, mine = copy(truth), set(leaves_of(self.ask.intervals))
        self.truth.spells = [spell for spell in truth.spells if spell.leaf in mine]

    def slow(self, intervals=None, before=False):
        span = (self.before if before else self.ask).span
        return self.truth.ask(
            leaves_of(intervals or self.ask.intervals), *span, self.view.types, self.view.networks
        )

    def counted(self, metric, intervals=None, before=False):
        key = metric.key, intervals, before
        if key not in self.known:
            self.known[key] = getattr(self.slow(intervals, before), metric.key)()
        return self.known[key]

    def children(self):
        units = self.city.units.children(self.ask.unit, self.ask.view.tree)
        seen = [(u, self.ask.scope.clip(u.intervals)) for u in units if u.id != OUTSIDE]
        return [(unit, leaves) for unit, leaves in seen if leaves]

    def metric(self, title, lang):
        (found,) = [m for m in self.city.metrics if m.title(lang) == title]
        return found

    def check(self, sentence):
        """Both languages say the same kind of thing, and each only what is so."""
        kinds = set()
        for lang in LANGS:
            kind, parts = read(sentence(lang), lang)
            kinds.add(kind)
            name = kind if hasattr(self, f"is_{kind}") else kind.split("_")[0]
            getattr(self, f"is_{name}")(kind, parts, lang)
        assert len(kinds) == 1, sentence
        return kinds.pop()

    def at(self, text):
        return datetime.fromisoformat(text).replace(tzinfo=self.zone).timestamp()

    def is_window(self, kind, parts, lang):
        assert (self.at(parts["start"]), self.at(parts["end"])) == tuple(map(float, map(int, self.ask.span)))

    def is_beside(self, kind, parts, lang):
        assert (self.at(parts["start"]), self.at(parts["end"])) == tuple(map(float, map(int, self.before.span)))

    def first(self):
        opened = min(s.opened for s in self.whole.spells) / 1000
        return min(opened, min(at for told in self.truth.readings.values() for at, _ in told[:1]) / 1000)

    def is_alone(self, kind, parts, lang):
        assert self.before is None
        assert self.at(parts["first"]) == int(self.first())

    def is_begins(self, kind, parts, lang):
        assert self.first() > self.ask.span[0]
        assert self.at(parts["first"]) == int(self.first())

    def judged(self, metric, parts, lang):
        """What is said to be set against is what is: a window for what happens in one."""
        flow = metric.key not in ("open_cases", "overdue", "devices_online", "devices_in_alarm")
        assert parts["against"] == (self.against.flow if flow else self.against.stock)(lang)

    def is_count(self, kind, parts, lang):
        metric = self.metric(parts["title"], lang)
        assert isinstance(metric, Count)
        now = self.counted(metric)
        assert numbers(parts["now"]) == [now]
        if kind == "count":
            assert self.before is None or metric.table == "device"
            return
        self.judged(metric, parts, lang)
        before = self.counted(metric, before=True)
        assert SIGN[kind.split("_")[1]] == (now > before) - (now < before)
        if now != before:
            assert (numbers(parts["by"]), numbers(parts["before"])) == ([abs(now - before)], [before])
            assert (parts["cent"] is None) == (before < FEW)
        if parts.get("cent"):
            cent = 100 * abs(now - before) / before
            assert parts["cent"] == f"{cent:,.{1 if cent < 100 else 0}f}"

    def same_rate(self, metric, text, pair):
        n, m = pair
        value = metric.scale * n / m
        assert numbers(text) == [float(f"{value:.{metric.decimals}f}"), n, m], (text, pair)
        return value

    def is_rate(self, kind, parts, lang):
        metric = self.metric(parts["title"], lang)
        assert isinstance(metric, Ratio)
        pair = self.counted(metric)
        assert pair[1] >= FEW
        now = self.same_rate(metric, parts["now"], pair)
        if kind == "rate":
            assert self.before is None or metric.table == "device" or not self.counted(metric, before=True)[1]
            return
        self.judged(metric, parts, lang)
        other = self.counted(metric, before=True)
        assert other[1] >= FEW
        before = self.same_rate(metric, parts["before"], other)
        shown = float(f"{abs(now - before):.{metric.decimals}f}")
        if kind == "rate_nearly":
            assert now != before and shown == 0
        elif kind == "rate_same":
            assert now == before
        else:
            assert SIGN[kind.split("_")[1]] == (now > before) - (now < before)
            assert numbers(parts["by"]) == [shown] and shown > 0

    def is_few(self, kind, parts, lang):
        metric = self.metric(parts["title"], lang)
        pair = self.counted(metric)
        assert tuple(numbers(parts["now"].replace("/", " "))) == pair
        if kind == "few":
            assert pair[1] < FEW
            return
        self.judged(metric, parts, lang)
        other = self.counted(metric, before=True)
        assert tuple(numbers(parts["before"].replace("/", " "))) == other
        assert min(pair[1], other[1]) < FEW

    def is_unknown(self, kind, parts, lang):
        assert self.counted(self.metric(parts["title"], lang)) is None

    def is_nothing(self, kind, parts, lang):
        metric = self.metric(parts["title"], lang)
        found = self.counted(metric)
        if metric.table == "device":
            assert not (self.slow().terminals() if metric.key == "grids_reporting" else self.slow().machines())
        else:
            assert found == [] or found[1] == 0

    def same_median(self, metric, text, durations):
        hours, n = numbers(text)
        exact = middle(durations)
        assert n == len(durations)
        slack = 0.5 * 10**-metric.decimals
        assert abs(hours - max(exact, FIRST) / 3600) <= ERROR * max(exact, FIRST) / 3600 + slack + 1e-9
        return exact

    def is_median(self, kind, parts, lang):
        metric = self.metric(parts["title"], lang)
        assert isinstance(metric, Median)
        now = self.same_median(metric, parts["now"], self.counted(metric))
        other = self.counted(metric, before=True) if self.before else []
        if kind == "median":
            assert min(len(other), len(self.counted(metric))) < FEW
            return
        self.judged(metric, parts, lang)
        before = middle(other)
        if kind == "median_same":
            assert float(parts["n"].replace(",", "")) == len(other)
            assert max(now, before) <= max(FIRST, min(now, before)) * (1 + 2 * ERROR) + 1e-6
        else:
            self.same_median(metric, parts["before"], other)
            assert SIGN[kind.split("_")[1]] == (now > before) - (now < before)

    def named(self, values, told, sign=1):
        """Those that are named are foremost: whatever is not named is less, and not more than half are."""
        by_name = [(unit.title, value) for unit, value in values]
        shown = [value for title, value in by_name if title in told]
        rest = [value for title, value in by_name if title not in told]
        assert rest and len(told) <= max(1, len(values) // 2)
        assert min(sign * v for v in shown) > max(sign * v for v in rest)

    def unit_values(self, metric, before=False):
        return [(unit, self.counted(metric, leaves, before)) for unit, leaves in self.children()]

    def told_units(self, text, kind, lang):
        found = in_units(text, kind, lang)
        titles = {}
        for unit, _ in self.children():
            titles.setdefault(unit.title(lang), []).append(unit.title)
        return {titles[name][0]: values for name, values in found.items()}

    def is_most(self, kind, parts, lang):
        metric = self.metric(parts["title"], lang)
        assert numbers(parts["whole"]) == [self.counted(metric)]
        told, values = self.told_units(parts["units"], "most", lang), self.unit_values(metric)
        for title, (value,) in told.items():
            assert value > 0 and value in [v for unit, v in values if unit.title == title]
        self.named(values, told)

    def is_rose_in(self, kind, parts, lang, sign=1):
        metric = self.metric(parts["title"], lang)
        assert sign * (self.counted(metric) - self.counted(metric, before=True)) > 0
        told = self.told_units(parts["units"], "moved", lang)
        pairs = [
            (unit, now, was)
            for (unit, now), (_, was) in zip(self.unit_values(metric), self.unit_values(metric, True), strict=True)
        ]
        for title, (by, before, now) in told.items():
            assert by == sign * (now - before) > 0
            assert (title, now, before) in [(unit.title, *pair) for unit, *pair in pairs]
        self.named([(unit, now - was) for unit, now, was in pairs], told, sign)

    def is_fell_in(self, kind, parts, lang):
        self.is_rose_in(kind, parts, lang, -1)

    def is_lowest(self, kind, parts, lang, sign=-1):
        metric = self.metric(parts["title"], lang)
        assert metric.good == ("high" if sign < 0 else "low")
        told, values = self.told_units(parts["units"], "rate", lang), self.unit_values(metric)
        enough = [(unit, pair) for unit, pair in values if pair[1] >= FEW]
        assert (float(parts["n"]), float(parts["m"])) == (len(enough), len(values))
        for title, (rate, n, m) in told.items():
            assert (n, m) in [pair for unit, pair in enough if unit.title == title]
            assert rate == float(f"{metric.scale * n / m:.{metric.decimals}f}")
        self.named([(unit, n / m) for unit, (n, m) in enough], told, sign)

    def is_highest(self, kind, parts, lang):
        self.is_lowest(kind, parts, lang, 1)

    def heard(self, who):
        slow = self.slow()
        members = getattr(slow, WHO[who])()
        return slow, sum(slow.online(d, last) for d, last in members), len(members)

    def is_heard_all(self, kind, parts, lang):
        slow, n, m = self.heard(parts["who"])
        assert slow.told(WHO[parts["who"]] == "machines")
        assert (numbers(parts["n"]), numbers(parts["m"])) == ([n], [m])
        assert (n == m) == (kind == "heard_all")
        if kind == "heard_some":
            assert numbers(parts["rest"]) == [m - n]

    is_heard_some = is_heard_all

    def is_heard_unknown(self, kind, parts, lang):
        assert not self.heard(parts["who"])[0].told(WHO[parts["who"]] == "machines")

    def stood(self):
        """When each feed of cases had spoken last: by batches that had come, or the newest events of two days."""
        end, out = self.ask.at, {}
        for state in self.city.live.feeds().values():
            if state.feed.carries == "case" and state.last_seen is not None:
                key = state.feed.key
                arrived = max((at for feed, at in self.batches[0] if feed == key and at < end), default=0)
                events = [at for feed, at in self.batches[1] if feed == key and end - 172_800 <= at < end]
                newest = max(events, default=0)
                silent = 3 * state.feed.interval
                last = newest if newest - arrived > silent else arrived
                out[state.feed.title] = (last or None, not last or end - last > silent)
        return out

    def is_feeds(self, kind, parts, lang):
        stood = self.stood()
        assert (numbers(parts["n"]), numbers(parts["m"])) == ([len(stood)], [len(stood)])
        assert not any(silent for _, silent in stood.values())

    def is_silent(self, kind, parts, lang):
        stood = self.stood()
        silent = {title(lang): last for title, (last, quiet) in stood.items() if quiet}
        assert (numbers(parts["n"]), numbers(parts["m"])) == ([len(silent)], [len(stood)])
        since = r"(?:、)?(.+?)（自 (.{19})）" if lang == "zh" else r"(?:, )?(.+?) \(since (.{19})\)"
        never = r"(?:、)?([^、]+?)（没有记录）" if lang == "zh" else r"(?:, )?([^,]+?) \(nothing on record\)"
        text = parts["feeds"]
        told = dict.fromkeys(re.findall(never, text))
        text = re.sub(never, "", text).lstrip("、, ")
        told |= {name: self.at(at) for name, at in re.findall(since, text)}
        assert told == {name: last and int(last) for name, last in silent.items()}

    def open_then(self):
        t = self.slow().end
        return [(s, *s.stood_at(t)) for s in self.slow().spells() if s.open_at(t)]

    def critical(self):
        return [(s, step) for s, step, severity in self.open_then() if severity == len(SEVERITIES) - 1]

    def is_no_open(self, kind, parts, lang):
        assert not self.open_then()

    def is_critical(self, kind, parts, lang):
        assert (numbers(parts["n"]), numbers(parts["m"])) == ([len(self.critical())], [len(self.open_then())])

    def is_wait(self, kind, parts, lang):
        slow = self.slow()
        waits = [
            s
            for s, _ in self.critical()
            if (s.accepted is None or s.accepted >= slow.end) and slow.respond_by(s) < slow.end
        ]
        assert (numbers(parts["k"]), numbers(parts["n"])) == ([len(waits)], [len(self.critical())])
        assert waits

    def is_late(self, kind, parts, lang):
        t, at = self.slow().end, self.at(parts["at"])
        (found,) = {
            (step, s.due_at(t))
            for s, step in self.critical()
            if s.case_id == parts["case"] and s.opened // 1000 == at
        }
        assert STEPS[found[0]](lang).lower() == parts["step"]
        left = (found[1] - t) / 1000
        assert (left < 0) == (kind == "late")
        amount, unit = parts["left"].split(" ")
        size = {"d": 86400, "天": 86400, "h": 3600, "小时": 3600, "min": 60, "分钟": 60, "s": 1, "秒": 1}[unit]
        assert abs(numbers(amount)[0] * size - abs(left)) <= size * (0.05 if "." in amount else 0.5) + 1e-6

    is_left = is_late

    def is_more(self, kind, parts, lang):
        assert numbers(parts["n"]) == [len(self.critical()) - 10]


def order_of(key, view, period):
    return Told(REPORTS[key], Wanted("", view, FORMS["csv"]), REPORTS[key].periods[period])


def checked(city, truth, batches, key, view, period, scope):
    """All sentences of a report read and checked; the kinds they were of."""
    order = order_of(key, view, period)
    try:
        question = asked(city, order, scope, city.live.moment(), None)
    except CannotTake:
        return []
    checker = Checker(city, truth, batches, question, view)
    texts = [text for section in order.report.sections for text in section.tell(city, question)]
    return [checker.check(text) for text in texts]


def test_every_number_is_what_the_raw_rows_give(city, truth, batches):
    """Of any report, unit, tree, window, moment, filter and scope."""
    keys = [(report.key, n) for report in REPORTS for n in range(len(report.periods))]

    @settings(SLOW, max_examples=40)
    @given(questions(city), st.sampled_from(keys))
    def holds(question, report):
        view, scope = question
        if not refused(city, view, scope):
            checked(city, truth, batches, report[0], view.but(since=None), report[1], scope)

    holds()


SEEN = """
window beside count_rose count_fell count_same rate_rose rate_fell few_beside nothing
median_rose median_fell median most rose_in fell_in lowest highest heard_all
heard_some feeds silent no_open critical wait late left more
count rate few
"""
"""Kinds of sentences that the reference city gives occasion for."""


def test_all_kinds_of_sentences_come_up(city, truth, batches):
    """Of the whole city, of a district, of a leaf, of now and of the moments around which awkward cases fall."""
    ids, kinds = city.units.table.id, set()
    for unit in ("", str(ids[2]), str(ids[-1]), str(ids[-300])):
        for at in (None, then(int(KNOTS[2])), then(int(KNOTS[6])), then(int(EPOCH - 60 * 86400))):
            for key, period in (("daily", 0), ("weekly", 0), ("incident", 1)):
                kinds |= set(checked(city, truth, batches, key, View(unit=unit, as_of=at), period, EVERYTHING))
    assert kinds >= set(SEEN.split()), set(SEEN.split()) - kinds


def test_nothing_is_set_against_what_is_not_recorded(city, truth, batches):
    """In the first days of the records: the window is told not to be whole, no change is told."""
    first = min(s.opened for s in truth.spells) / 1000
    kinds = set()
    for days in (1, 3, 6):
        at = then(int(first + days * 86400))
        kinds |= set(checked(city, truth, batches, "weekly", View(as_of=at, unit="410105"), 0, EVERYTHING))
    assert kinds >= {"alone", "begins", "heard_unknown", "count", "unknown"}, kinds
    assert not [kind for kind in kinds if kind.endswith(("rose", "fell", "same", "rose_in", "fell_in"))]


def test_a_window_of_its_own_is_set_against_the_one_before(city, truth, batches):
    view = View(as_of=then(int(EPOCH) - 7200), since=then(int(EPOCH) - 50_000))
    order = replace(order_of("daily", view, 0), period=OWN)
    question = asked(city, order, EVERYTHING, city.live.moment(), None)
    assert question.ask.span == (int(EPOCH) - 50_000, int(EPOCH) - 7200)
    assert question.before.span == (question.ask.span[0] - 42_800, question.ask.span[0])
    checker = Checker(city, truth, batches, question, view)
    for section in order.report.sections:
        for text in section.tell(city, question):
            checker.check(text)


def test_a_report_is_a_snapshot_with_chapters(city):
    """The same rows and digest as the same panels give; what is said is no part of the digest."""
    order = order_of("daily", View(lang="en"), 0)
    made = told(city, panels(), order, T("某人", "somebody"))
    assert [part.key for part in made.parts] == list(order.report.panels)
    assert [chapter.title for chapter in made.told] == [section.title for section in order.report.sections]
    assert all(isinstance(chapter, Chapter) and chapter.sentences for chapter in made.told)
    assert replace(made, told=()).digest == made.digest
    again = told(city, panels(), order_of("daily", made.view, 0), T("他人", "another"))
    assert (again.view, again.digest, again.told) == (made.view, made.digest, made.told)
