"""Which moment a page shows: that on screen, or the one that an address of the past holds it at."""

import pytest

from callbacks.caller import moment_of

PAST = "as_of=2026-03-18T02:00:00Z"


@pytest.mark.parametrize(
    ("query", "version"),
    [
        ("", 7),
        (f"?{PAST}", 7),
        (f"?{PAST}&moment=5-1790000000", 5),
        (f"?{PAST}&moment=nothing", 7),
        ("?moment=5-1790000000", 7),
    ],
)
def test_an_address_of_now_holds_no_moment(query, version):
    assert moment_of(f"http://city.example/unit/1{query}", "7-1790000001").version == version
