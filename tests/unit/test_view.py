"""The View is its address, and back."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callbacks.caller import read_moment
from data_access.units import TREES
from data_access.view import RESCALES, THEMES, WINDOWS, View
from data_access.words import LANGS

TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="/"), max_size=12)
NAMES = st.lists(TEXT.filter(bool), max_size=4, unique=True).map(tuple)
SECONDS = st.integers(0, 109 * 365 * 86400).map(lambda s: datetime(1991, 1, 1, tzinfo=UTC) + timedelta(seconds=s))
MOMENTS = SECONDS.filter(lambda t: t.year < 2100)
PLACES = st.tuples(*(st.floats(-d, d).map(lambda x: round(x, 5) + 0.0) for d in (180, 90)))
VIEWS = st.builds(
    View,
    page=st.sampled_from(["", "networks", "networks/feed_1", "networks/feed_1/WL-1 #2%"]),
    unit=TEXT,
    tree=st.sampled_from(TREES),
    window=st.sampled_from(list(WINDOWS)),
    as_of=st.none() | MOMENTS,
    since=st.none() | MOMENTS,
    metric=TEXT,
    level=TEXT,
    layers=NAMES,
    types=NAMES,
    networks=NAMES,
    area=st.just(()) | st.lists(PLACES, min_size=3, max_size=6).map(tuple),
    place=st.none() | PLACES,
    compare=TEXT,
    hidden=st.sets(st.integers(0, 99)).map(sorted).map(tuple),
    match=TEXT,
    skip=st.integers(0, 10**6),
    reason=TEXT,
    lang=st.sampled_from(LANGS),
    theme=st.sampled_from(THEMES),
)


def read(url, **given):
    parts = urlsplit(url)
    return View.of(parts.path, parts.query, **given)


@settings(max_examples=200)
@given(VIEWS)
def test_an_address_gives_its_view_back(view):
    assert read(view.url) == (view, [])
    assert read(view.url)[0].url == view.url


@settings(max_examples=200)
@given(VIEWS, VIEWS, st.sets(st.sampled_from([n for n in View.__dataclass_fields__ if n != "hidden"])))
def test_another_scale_ends_the_legends_filter(view, other, names):
    """Whichever link changes it, and only then; steps that are given count whatever else changes."""
    changes = {name: getattr(other, name) for name in names}
    changed = view.but(**changes)
    rescaled = any(getattr(view, name) != getattr(changed, name) for name in RESCALES)
    assert changed.hidden == (() if rescaled else view.hidden)
    assert view.but(**changes, hidden=(1,)).hidden == (1,)
    assert all(getattr(changed, name) == changes.get(name, getattr(view, name)) for name in names)


@settings(max_examples=50)
@given(TEXT.filter(lambda page: page.strip() and page not in (".", "..") and page != "unit"))
def test_a_page_of_its_own_too(page):
    assert read(View(page=page, lang="en").url) == (View(page=page, lang="en"), [])


def test_language_and_theme_are_the_readers_where_the_address_names_none():
    view, _ = read("/?window=7d", lang="en", theme="paper")
    assert (view.lang, view.theme, view.window) == ("en", "paper", "7d")
    view, _ = read("/?lang=zh", lang="en")
    assert view.lang == "zh"


def test_defaults_are_left_out():
    assert View().url == "/?lang=zh&theme=night"
    assert View(unit="410105", window="7d").url == "/unit/410105?window=7d&lang=zh&theme=night"


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("tree=tall", "tree"),
        ("window=8d", "window"),
        ("as_of=yesterday", "as_of"),
        ("as_of=2026-03-18T10:00:00", "as_of"),
        ("as_of=0001-01-01T00:00:00%2B14:00", "as_of"),
        ("as_of=9999-12-31T23:59:59-14:00", "as_of"),
        ("as_of=", "as_of"),
        ("lang=fr", "lang"),
        ("theme=pink", "theme"),
    ],
)
def test_what_means_nothing_is_told_and_left(query, name):
    view, problems = read(f"/?{query}&metric=due")
    assert view == View(metric="due")
    assert len(problems) == 1
    assert all(name in text for text in (problems[0].zh, problems[0].en))


@settings(max_examples=200)
@given(
    st.dictionaries(st.sampled_from([*View.__dataclass_fields__, "x"]), st.text(max_size=30)), st.text(max_size=20)
)
def test_no_address_raises(query, path):
    view, problems = View.of(path, query)
    assert all(p.zh and p.en for p in problems)
    assert read(view.url)[0].url == view.url


@settings(max_examples=100)
@given(st.text(max_size=60))
def test_no_raw_query_raises(query):
    View.of("/", query)


@settings(max_examples=200)
@given(st.none() | st.text(max_size=20) | st.from_regex(r"\d{1,20}-\d{1,20}", fullmatch=True))
def test_a_moment_that_is_none_is_not_taken(text):
    moment = read_moment(text)
    assert moment is None or str(moment) == f"{moment.version}-{int(text.split('-')[1])}"
    assert moment is None or moment.at < 4_102_444_800


@settings(max_examples=200)
@given(VIEWS, VIEWS)
def test_another_page_ends_what_narrowed_the_lists_of_the_one_before(view, other):
    moved = view.but(page=other.page)
    narrowed = (moved.match, moved.skip, moved.reason)
    assert narrowed == ((view.match, view.skip, view.reason) if view.page == other.page else ("", 0, ""))
