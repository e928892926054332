"""The words of the city: complete in both languages."""

import re

import pytest

from data_access.words import CASE_SOURCES, FACILITY_STATES, LANGS, NETWORKS, SEVERITIES, STEPS, T

CJK = re.compile(r"[\u3400-\u9fff]")
WORDS = [*STEPS.values(), *NETWORKS.values(), *SEVERITIES, *CASE_SOURCES.values(), *FACILITY_STATES.values()]


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.en)
def test_each_word_is_in_its_language(word):
    assert CJK.search(word.zh)
    assert word.en
    assert not CJK.search(word.en)


def test_a_text_by_language():
    text = T("案件", "Case")
    assert [text(lang) for lang in LANGS] == ["案件", "Case"]
    assert text("fr") == "Case"


def test_filling_keeps_the_language_of_what_is_filled_in():
    text = T("{n} 件{what}", "{n} {what}").fill(n=3, what=T("案件", "cases"))
    assert (text.zh, text.en) == ("3 件案件", "3 cases")


def test_what_is_filled_in_is_not_read_as_a_pattern():
    assert T("{x}", "{x}").fill(x="{y} {0}").zh == "{y} {0}"


def test_the_ten_steps_in_their_order():
    usual = ["reported", "accepted", "dispatched", "handling", "returned", "verified", "closed"]
    assert list(STEPS) == [*usual, "reopened", "extended", "escalated"]
    assert list(NETWORKS) == ["party", "government", "video", "iot"]
