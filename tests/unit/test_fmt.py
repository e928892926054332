"""Numbers, durations and times as people read them."""

from datetime import datetime

import pytest

from components import fmt
from data_access.catalogue import metrics
from data_access.metric import Figure

AT = datetime.fromisoformat("2026-03-08T15:04:05+00:00").timestamp()
NAN = float("nan")
METRICS = metrics()


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1234567, 0, "1,234,567"),
        (-3.25, 1, "−3.2"),
        (0, 0, "0"),
        (None, 0, "—"),
        (NAN, 2, "—"),
        (99.95, 1, "100.0"),
    ],
)
def test_number(value, decimals, text):
    assert fmt.number(value, decimals) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (101325.4, "101,325"),
        (12345, "12,345"),
        (999.96, "1,000"),
        (12.5, "12.5"),
        (-3.14159, "−3.142"),
        (0.04, "0.04"),
        (0.00012, "0.00012"),
        (0, "0"),
        (100, "100"),
        (NAN, "—"),
    ],
)
def test_what_was_measured_is_no_power_of_ten(value, text):
    assert fmt.measured(value) == text


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (0, "0 秒", "0 s"),
        (59, "59 秒", "59 s"),
        (60, "1.0 分钟", "1.0 min"),
        (7199, "120 分钟", "120 min"),
        (7200, "2.0 小时", "2.0 h"),
        (40 * 3600, "40 小时", "40 h"),
        (3 * 86400, "3.0 天", "3.0 d"),
    ],
)
def test_span(seconds, zh, en):
    assert (fmt.span(seconds, "zh"), fmt.span(seconds, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (0, "0 秒", "0 s"),
        (59.9, "59 秒", "59 s"),
        (60, "1 分钟", "1 min"),
        (3600, "1 小时", "1 h"),
        (90000, "1 天", "1 d"),
    ],
)
def test_age(seconds, zh, en):
    assert (fmt.age(seconds, "zh"), fmt.age(seconds, "en")) == (zh, en)


def test_never_spoken():
    assert (fmt.age(None, "zh"), fmt.age(None, "en")) == ("从未上报", "never")


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (0, "00:00", "00:00"),
        (5400, "01:30", "01:30"),
        (-5400, "+01:30", "+01:30"),
        (48 * 3600, "2 天", "2 d"),
        (-71 * 3600, "+2 天", "+2 d"),
    ],
)
def test_countdown(seconds, zh, en):
    assert (fmt.countdown(seconds, "zh"), fmt.countdown(seconds, "en")) == (zh, en)


def test_times_are_the_citys():
    """15:04 UTC on New York's change to summer time is 11:04 there, 23:04 in Zhengzhou."""
    assert fmt.clock(AT, "America/New_York") == "11:04:05"
    assert fmt.hour(AT, "Asia/Shanghai") == "23:04"
    assert fmt.day(AT, "Asia/Shanghai", "zh") == "3月8日 周日"
    assert fmt.day(AT, "Asia/Shanghai", "en") == "Sun 8 Mar"
    assert fmt.stamp(AT, "Asia/Shanghai", "zh") == "03-08 23:04"
    assert fmt.stamp(AT, "Asia/Shanghai", "en") == "8 Mar 23:04"


def test_values_with_their_units():
    assert fmt.value(METRICS["on_time_rate"], Figure(93.724, 911, 972), "en") == ("93.7", "%")
    assert fmt.value(METRICS["handling_time"], Figure(7200, 3), "zh") == ("2.0", "小时")
    assert fmt.value(METRICS["open_cases"], Figure(1240), "zh") == ("1,240", "")
    assert fmt.value(METRICS["open_cases"], Figure(NAN), "zh") == ("—", "")


def test_fractions_print_both_numbers():
    assert fmt.fraction(Figure(93.7, 911, 972), "en") == "911 of 972"
    assert fmt.fraction(Figure(93.7, 911, 972), "zh") == "911 / 972"
    assert fmt.fraction(Figure(5, 5), "en") == ""


@pytest.mark.parametrize(
    ("key", "now", "before", "expected"),
    [
        ("open_cases", 110, 100, ("+10.0%", "worse")),
        ("open_cases", 90, 100, ("−10.0%", "better")),
        ("opened", 110, 100, ("+10.0%", "")),
        ("on_time_rate", 92.0, 90.5, ("+1.5", "better")),
        ("on_time_rate", 90.0, 90.0, ("+0.0", "")),
        ("open_cases", 5, 0, ("", "")),
        ("open_cases", 500, 100, ("+400%", "worse")),
    ],
)
def test_change(key, now, before, expected):
    assert fmt.change(METRICS[key], Figure(now), Figure(before)) == expected


def test_no_change_against_what_is_not_known():
    assert fmt.change(METRICS["open_cases"], Figure(5), None) == ("", "")
    assert fmt.change(METRICS["open_cases"], Figure(NAN), Figure(5)) == ("", "")
