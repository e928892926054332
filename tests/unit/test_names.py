"""Names as they are asked for, against asking each by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spoken import slow_rank, ways

from data_access.names import EXACT, INSIDE, NONE, PREFIX, WORD, Names, marked
from data_access.words import T

TITLES = [
    T("金水区", "Jinshui District"),
    T("经八路街道", "Jingba Road"),
    T("长兴路街道", "Changxing Road"),
    T("祭城路街道", "Zhaicheng Road"),
    T("绿城社区", "Lücheng Community"),
    T("西安路社区", "Xi'an Road Community"),
    T("第01网格", "Grid 01"),
    T("专属网格02（学校）", "Special Grid 02 (school)"),
    T("Brooklyn", "Brooklyn"),
    T("金水区", "Jinshui (old)"),
    T("", ""),
]


WHOLE = sorted({"".join(spelled) for title in TITLES for spelled in ways(title)})
PIECES = st.builds(
    lambda text, n, m: text[n : n + m], st.sampled_from(WHOLE), st.integers(0, 9), st.integers(1, 20)
)


@given(PIECES | st.text(max_size=6))
def test_all_at_once_is_each_by_itself(asked):
    assert Names(TITLES).ranks(asked).tolist() == [slow_rank(title, asked) for title in TITLES]


@pytest.mark.parametrize(
    ("asked", "title", "rank"),
    [
        ("金水区", 0, EXACT),
        ("JINSHUI qu", 0, EXACT),
        ("jsq", 0, EXACT),
        ("金水", 0, PREFIX),
        ("shuiqu", 0, WORD),
        ("district", 0, WORD),
        ("水区", 0, INSIDE),
        ("jbljd", 1, EXACT),
        ("changxing", 2, PREFIX),
        ("jicheng", 3, PREFIX),
        ("zhaicheng", 3, PREFIX),
        ("lvcheng", 4, PREFIX),
        ("lucheng", 4, PREFIX),
        ("lücheng", 4, PREFIX),
        ("xian road", 5, PREFIX),
        ("xi'an", 5, PREFIX),
        ("ｇｒｉｄ　０１", 6, EXACT),
        ("学校", 7, WORD),
        ("brook", 8, PREFIX),
        ("lyn", 8, INSIDE),
        ("zz", 0, NONE),
        ("", 0, NONE),
        ("·，!", 0, NONE),
    ],
)
def test_ways_to_ask(asked, title, rank):
    assert Names(TITLES).ranks(asked)[title] == rank


def test_no_names():
    assert Names([]).ranks("a").tolist() == []


@pytest.mark.parametrize(
    ("name", "asked", "part"),
    [
        ("金水区", "水", "水"),
        ("金水区", "shuiq", "水区"),
        ("金水区", "jsq", "金水区"),
        ("经八路街道", "八 路", "八路"),
        ("Jinshui District", "shui d", "shui D"),
        ("Xi'an Road", "xian", "Xi'an"),
        ("WL-000001", "wl0", "WL-0"),
        ("Grid 01", "grid 01", "Grid 01"),
        ("金水区", "zz", None),
        ("金水区", "", None),
    ],
)
def test_the_part_that_was_asked_for(name, asked, part):
    span = marked(name, asked)
    assert part is None if span is None else name[slice(*span)] == part
