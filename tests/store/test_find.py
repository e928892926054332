"""Finding by what is typed, against going through everything; and that nothing outside a scope is found."""

import random
from datetime import UTC, datetime
from urllib.parse import urlsplit

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from moments import MIDNIGHT
from spoken import slow_rank, ways
from sqlalchemy import select

from callbacks import finding, place
from data_access.ask import ask
from data_access.build import unpack_leaves
from data_access.errors import OutOfScope
from data_access.names import EXACT, NONE, PREFIX
from data_access.queries.find import OUTSIDE, REFUSED, find
from data_access.queries.members import facilities_of
from data_access.queries.people import people
from data_access.queries.place import spot
from data_access.scope import Scope
from data_access.store.tables import case_step
from data_access.units import ZONES
from data_access.view import View

ALL = 10**5


@pytest.fixture(scope="module")
def everything(city):
    """All units, upper levels first and in leaf order, the zones after the districts."""
    units = [city.units.at(row) for row in range(len(city.units.table))]
    zones = [city.units.get(zone.id) for zone in city.units.zones]
    return [u for u in units if u.level < 2] + zones + [u for u in units if u.level >= 2]


@pytest.fixture(scope="module")
def cases(city):
    """Leaf and first moment (epoch seconds) of each case."""
    c, found = case_step.c, {}
    for row in city.store.rows(select(c.case_id, c.leaf, c.at).order_by(c.at.desc())):
        found[row["case_id"]] = (row["leaf"], row["at"].timestamp())
    return found


def named(everything, asked, scope):
    """The ids of the units that answer, one after the other looked at."""
    ranks, known = {}, {}
    for unit in everything:
        key = (unit.title.zh, unit.title.en)
        if key not in known:
            known[key] = slow_rank(unit.title, asked)
        small, text = unit.id.casefold(), asked.strip().casefold()
        by_id = EXACT if small == text else PREFIX if text and small.startswith(text) else NONE
        if scope.clip(unit.intervals):
            ranks.setdefault(min(known[key], by_id), []).append(unit.id)
    return [unit_id for rank in range(NONE) for unit_id in ranks.get(rank, [])]


def units_of(found):
    return [one.unit.id for one in found if one.kind in ("unit", "zone") and not one.note.en]


def districts(city):
    return city.units.children(city.units.root)


def test_units_by_whatever_they_are_called(city, everything):
    chance = random.Random(3)
    scopes = [Scope(), Scope(districts(city)[1].intervals)]
    for number, unit in enumerate(chance.sample(everything, 40)):
        spelled = ["".join(words) for words in ways(unit.title)] + [unit.title.zh, unit.title.en.upper(), unit.id]
        whole = chance.choice(spelled)
        for asked in {whole, whole[: chance.randint(1, 6)], whole[chance.randint(0, 3) :]}:
            scope = scopes[number % 2]
            found = find(city, ask(city, View(), scope), asked, ALL)
            expected = named(everything, asked, scope)
            assert units_of(found) == expected, asked
            if expected:
                few = find(city, ask(city, View(), scope), asked, 5)
                assert few == found[:5], asked


def test_what_is_whole_comes_first_and_upper_levels_before_lower(city):
    asked = ask(city, View())
    for unit in districts(city):
        for text in (unit.title.zh, unit.title.en, unit.id):
            assert find(city, asked, text)[0].unit == unit
    ranks = [one.rank for one in find(city, asked, "he", ALL)]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) > 2


def chain(city, unit):
    return [*city.units.ancestors(unit)[1:], unit]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_addresses_made_of_names_lead_to_their_unit(city, everything, lang):
    """With a house number, in the order of the language; of several units with one address, to all of them."""
    chance, asked = random.Random(5), ask(city, View())
    below = [unit for unit in everything if unit.level > 1]
    alike = {}
    for unit in below:
        alike.setdefault(tuple(u.title for u in chain(city, unit)), []).append(unit.id)
    for unit in chance.sample(below, 60):
        names = [u.title(lang) for u in chain(city, unit)]
        text = "郑州市" + "".join(names) + " 88号" if lang == "zh" else "88, " + ", ".join(reversed(names))
        found = find(city, asked, text, ALL)
        assert [one.unit.id for one in found] == alike[tuple(u.title for u in chain(city, unit))], text
        understood = found[0].note(lang)
        assert all(name in understood for name in names)
        assert "88" not in understood


def test_an_address_is_understood_as_far_as_it_goes(city):
    asked = ask(city, View())
    street = city.units.children(districts(city)[0])[0]
    name, district = street.title.zh.removesuffix("街道"), districts(city)[0].title.zh
    assert street.title.zh.endswith("街道")
    for text in (f"河南省郑州市{district}{name}街道没有社区5号", f"{district} {name} 5号院"):
        found = find(city, asked, text)
        assert [one.unit for one in found] == [street], text
        assert f"{district}" in found[0].note.zh and "5" not in found[0].note.zh
    assert find(city, asked, f"{district[:-1]}路88号") == []


def test_the_leaf_of_coordinates(city):
    shapes, chance = unpack_leaves(city.store.blob("leaves")[1]), random.Random(7)
    asked = ask(city, View())
    for leaf in chance.sample(range(city.units.leaves), 40):
        point = shapes[leaf].representative_point()
        lon, lat = round(point.x, 5), round(point.y, 5)
        holding = np.flatnonzero(shapely.intersects(shapes, shapely.Point(lon, lat)))
        for text in (f"{lat}, {lon}", f"{lon} {lat}", f"北纬{lat}度，东经{lon}度"):
            (found,) = find(city, asked, text)
            own = city.units.at(city.units.row_of_leaf(int(holding[0])))
            assert (found.kind, found.place) == ("place", (lon, lat))
            assert found.path == tuple(u.title for u in chain(city, own))
            assert found.unit == [u for u in city.units.ancestors(own) if u.level <= 3][-1]
    for text in ("10.5, 20.5", "34.75, 100"):
        (found,) = find(city, asked, text)
        assert (found.unit, found.note) == (None, OUTSIDE)


def test_cases_devices_and_facilities_by_code(city, cases):
    chance, asked, d = random.Random(9), ask(city, View()), city.devices
    parts = facilities_of(city)
    known = {
        "case": dict.fromkeys(chance.sample(sorted(cases), 20)) | {k: leaf for k, (leaf, _) in cases.items()},
        "device": dict(zip(d["code"].tolist(), d["leaf"].tolist(), strict=True)),
        "facility": dict(zip(parts["code"], parts["leaf"], strict=True)),
    }
    for kind, leaf_of in known.items():
        for code in chance.sample(sorted(leaf_of), 8):
            first = next(one for one in find(city, asked, f" {code.lower()} ") if one.kind == kind)
            own = city.units.at(city.units.row_of_leaf(int(leaf_of[code])))
            assert first.title.zh == code
            assert first.path == tuple(u.title for u in chain(city, own))
            assert first.unit in city.units.ancestors(own)
            begun = [one.title.zh for one in find(city, asked, code[:-1], ALL) if one.kind == kind]
            assert sorted(begun) == sorted(other for other in leaf_of if other.startswith(code[:-1]))


def test_a_case_is_not_found_before_it_was_known(city, cases):
    asked = ask(city, View(as_of=datetime.fromtimestamp(MIDNIGHT, UTC)))
    for case_id, (_, at) in random.Random(1).sample(sorted(cases.items()), 30):
        assert bool(find(city, asked, case_id)) == (at < MIDNIGHT), case_id
    assert any(at >= MIDNIGHT for _, at in cases.values())


def test_nothing_outside_a_scope_is_found(city, everything, cases):
    mine, other = districts(city)[:2]
    asked, d = ask(city, View(), Scope(mine.intervals)), city.devices
    held = range(*mine.intervals[0])
    assert find(city, asked, mine.title.zh)[0].unit == mine
    assert other.id not in units_of(find(city, asked, other.title.zh, ALL))
    assert find(city, asked, f"{other.title.zh}{city.units.children(other)[0].title.zh}1号") == []
    for row in range(0, len(d["code"]), 97):
        found = find(city, asked, str(d["code"][row]))
        assert bool(found) == (d["leaf"][row] in held)
    for case_id, (leaf, _) in random.Random(2).sample(sorted(cases.items()), 30):
        assert bool(find(city, asked, case_id)) == (leaf in held)
    (refused,) = find(city, asked, "{1}, {0}".format(*other.point))
    assert (refused.unit, refused.note) == (None, REFUSED)
    assert find(city, asked, "{1}, {0}".format(*mine.point))[0].place


def test_what_is_found_leads_where_it_is(city):
    view = "lang=en&window=7d&layers=iot&place=113,34&level=grid"
    (unit, *_) = finding.answer(city, "金水区", view)
    assert unit["name"] == "Jinshui District" and unit["word"] == "District" and unit["mark"] is None
    read, problems = View.of(urlsplit(unit["href"]).path, urlsplit(unit["href"]).query)
    assert (read.unit, read.window, read.layers, read.place, read.level) == ("410105", "7d", ("iot",), None, "")
    (zone, *_) = finding.answer(city, city.units.zones[0].title.zh, view)
    assert zone["kind"] == "zone" and f"tree={ZONES}" in zone["href"]
    code = str(city.devices["code"][0])
    (device, *_) = finding.answer(city, code[:-1], view)
    assert device["mark"] == (0, len(code) - 1)
    read, _ = View.of(urlsplit(device["href"]).path, urlsplit(device["href"]).query)
    assert read.place == (round(city.devices["lon"][0], 5), round(city.devices["lat"][0], 5))
    assert city.units.get(read.unit).level == 3


def test_nothing_found_says_what_can_be(city):
    for text in ("没有的名字", "", "   "):
        for lang, word in (("zh", "拼音"), ("en", "Pinyin")):
            (message,) = finding.answer(city, text, f"lang={lang}")
            assert message["href"] is None and word in message["name"]
            assert text.strip() in message["name"]
    (outside,) = finding.answer(city, "1.5, 2.5", "lang=en")
    assert outside["href"] is None and outside["name"] == "1.50000, 2.50000 is outside the city."


@settings(max_examples=60)
@given(text=st.text(max_size=40) | st.text(alphabet="0123456789郑州市路'%_\\()[].*+?", max_size=300))
def test_whatever_is_typed_is_answered(city, text):
    items = finding.answer(city, text, "window=99d&unit=nowhere&area=1")
    assert items and all(item["name"] for item in items)


def test_a_place_tells_its_units_and_who_answers(city):
    for row in (5, len(city.units.table) // 2, len(city.units.table) - 1):
        leaf = city.units.at(city.units.row_of_leaf(int(city.units.table.lo[row])))
        asked = ask(city, View(place=tuple(round(part, 5) for part in leaf.point)))
        found = spot(city, asked)
        assert found.units == chain(city, leaf)
        own = people(city, ask(city, View(unit=leaf.id)))
        assert found.holders == own[: len(found.holders)]
        assert len({holder.unit.id for holder in found.holders}) == 2
        rest = own[len(found.holders) :]
        assert not {holder.unit.id for holder in rest} & {holder.unit.id for holder in found.holders}
    assert spot(city, ask(city, View(place=(10.0, 20.0)))) is None


def test_a_place_outside_the_scope_is_refused(city):
    mine, other = districts(city)[:2]
    inside = View(place=tuple(round(part, 5) for part in mine.point))
    assert spot(city, ask(city, inside, Scope(mine.intervals))).units[0] == mine
    with pytest.raises(OutOfScope):
        spot(city, ask(city, inside, Scope(other.intervals)))


def test_the_card_says_so_where_there_is_nothing_to_tell(city):
    assert place.placed(city, "/?window=7d", None) is None
    for lang, words in (("zh", "城市范围之外"), ("en", "outside the city")):
        assert words in str(place.placed(city, f"/?place=10,20&lang={lang}", None))
    assert "outside your scope" in str(refused_card(city))


def refused_card(city):
    mine, other = districts(city)[:2]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("callbacks.caller.scope", lambda: Scope(other.intervals))
        return place.placed(city, View(place=mine.point, lang="en").url, None)
