"""The reference city: exact counts, nested units, seamless cells, everything inside its place."""

import numpy as np
import pytest
import shapely

from data_access.units import STATUTORY, ZONES, Units
from demo import names, sources
from demo.catalogue import LOCAL, case_types, facility_types
from demo.networks import SENSORS, feeds
from demo.partition import arrange
from demo.plan import reference_city
from demo.tree import SIZES, apportion, plant

EPOCH = 1_795_000_000.0


@pytest.fixture(scope="module")
def small():
    return reference_city("small", 7, EPOCH)


@pytest.fixture(scope="module")
def city():
    return reference_city("city", 7, EPOCH)


@pytest.fixture(params=["small", "city"])
def plan(request):
    return request.getfixturevalue(request.param)


def level_counts(table):
    return np.bincount(table.level).tolist()


def test_city_has_exactly_the_published_counts(city):
    t = city.units
    assert level_counts(t) == [1, 12, 208, 3306, 24001, 46817]
    kinds = {k: int((t.kind == k).sum()) for k in ("community", "rural", "special")}
    assert kinds == {"community": 7876, "rural": 11381, "special": 4744}
    assert len(city.shapes) == t.hi[0] == 62942


def test_small_is_small_and_whole(small):
    counts = level_counts(small.units)
    assert counts[:2] == [1, 12] and 24 <= counts[2] <= 30 and len(small.shapes) <= 1000
    assert {z.id for z in small.zones} == {"Z410171", "Z410172", "Z410173", "ZZD"}


def test_members_of_the_city(city):
    d = city.devices
    iot = d.feed.str.startswith("iot_")
    assert iot.sum() == 12000 and (d[iot].interval == 300).all() and d[iot].kind.nunique() >= 10
    assert (d.kind == "camera").sum() == 8000
    assert (d.kind == "grid_terminal").sum() == 24001
    assert (d.kind == "party_branch").sum() == 1204
    assert (d.kind == "department_link").sum() == 41 * 12
    assert len(city.facilities) == 150_000 and city.facilities.type.nunique() >= 60


def test_facts_of_the_city(city):
    facts = city.leaf_facts
    assert facts["households"].sum() == pytest.approx(4.1e6, rel=0.02)
    assert facts["population"].sum() == pytest.approx(12.6e6, rel=0.02)
    micro = city.units.level[Units(city.units).rows_at(5)] == 5
    assert facts["households"][micro].min() >= 50 and facts["households"][micro].max() <= 70


def test_intervals_nest_and_tile(plan):
    t = plan.units
    for level in range(1, 6):
        rows = np.flatnonzero(t.level == level)
        parent = t.parent[rows]
        assert (t.level[parent] == level - 1).all()
        assert (t.lo[rows] >= t.lo[parent]).all() and (t.hi[rows] <= t.hi[parent]).all()
        leaves = np.bincount(parent, (t.hi - t.lo)[rows].astype(float), len(t))[np.unique(parent)]
        assert (leaves == (t.hi - t.lo)[np.unique(parent)]).all()
        area = np.bincount(parent, t.area[rows], len(t))[np.unique(parent)]
        assert np.allclose(area, t.area[np.unique(parent)], rtol=1e-9)
    assert (np.diff(t.level.astype(int)) >= 0).all()
    assert len(set(t.id)) == len(t)


def test_every_community_has_a_grid_and_every_community_grid_a_microgrid(plan):
    t = plan.units
    assert set(np.flatnonzero(t.level == 3)) == set(t.parent[t.level == 4])
    assert set(np.flatnonzero((t.level == 4) & (t.kind == "community"))) == set(t.parent[t.level == 5])


def test_cells_cover_each_district_without_gap_or_overlap(plan):
    t = plan.units
    assert shapely.is_valid(plan.shapes).all()
    for row in np.flatnonzero(t.level == 1):
        cells = plan.shapes[t.lo[row] : t.hi[row]]
        outline = plan.outlines[1][t.id[row]]
        assert shapely.coverage_is_valid(cells)
        assert shapely.area(cells).sum() == pytest.approx(outline.area, rel=1e-6)
        assert shapely.coverage_is_valid([plan.outlines[2][t.id[s]] for s in np.flatnonzero(t.parent == row)])


def test_streets_and_zones_hang_together(city):
    broken = []
    for code, shape in city.outlines[2].items():
        parts = shapely.area(shapely.get_parts(shape))
        if parts.max() / parts.sum() < 0.9:
            broken.append(code)
    assert not broken
    for zone in city.zones[:3]:
        shape = shapely.union_all([shapely.coverage_union_all(city.shapes[lo:hi]) for lo, hi in zone.intervals])
        parts = shapely.area(shapely.get_parts(shape))
        assert parts.max() / parts.sum() > 0.97


def test_cells_follow_people(city):
    area, t = city.units.area, city.units
    leaf_area = area[Units(t).rows_at(5)]
    x, y = city.devices.lon.to_numpy(), city.devices.lat.to_numpy()
    core = np.hypot((x - 113.665) * 91.5, (y - 34.752) * 111) < 4
    assert np.sqrt(np.median(leaf_area[city.devices.leaf[core]])) < 0.2
    rural = (t.level == 4) & (t.kind == "rural")
    assert 0.3 < np.mean(area[rural]) < 1.0


def test_both_trees_sum_to_the_same(plan):
    units = Units(plan.units, plan.zones)
    by_zone = sum(z.leaves for z in units.children(units.root, ZONES))
    by_district = sum(u.leaves for u in units.children(units.root, STATUTORY))
    assert by_zone == by_district == len(plan.shapes)


@pytest.mark.parametrize("frame", ["devices", "facilities"])
def test_everything_stands_inside_its_leaf(plan, frame):
    f = getattr(plan, frame)
    assert shapely.contains_xy(plan.shapes[f.leaf], f.lon, f.lat).all()
    assert (f.id == np.arange(1, len(f) + 1)).all() and f.code.is_unique


def test_label_points_lie_in_their_units(plan):
    t = plan.units
    rows = Units(t).rows_at(5)
    assert shapely.contains_xy(plan.shapes, t.lon[rows], t.lat[rows]).all()
    for row in np.flatnonzero(t.level == 1):
        assert shapely.contains_xy(plan.outlines[1][t.id[row]], t.lon[row], t.lat[row])


def test_the_same_seed_gives_the_same_city_and_another_does_not(small):
    again, other = (reference_city("small", seed, EPOCH) for seed in (7, 8))
    assert shapely.to_wkb(small.shapes).tolist() == shapely.to_wkb(again.shapes).tolist()
    for frame in ("devices", "facilities", "posts"):
        assert getattr(small, frame).equals(getattr(again, frame))
    assert all(np.array_equal(v, again.leaf_facts[k]) for k, v in small.leaf_facts.items())
    assert shapely.to_wkb(small.shapes).tolist() != shapely.to_wkb(other.shapes).tolist()


def test_every_unit_has_a_post_and_no_phone_is_whole(plan):
    assert set(plan.posts.unit) == {*plan.units.id, *(zone.id for zone in plan.zones)}
    assert plan.posts.phone.str.fullmatch(r"\d{3}\*{4}\d{4}").all()
    assert set(plan.posts.role) <= {r.key for r in plan.profile.roles}
    assert (plan.posts.name.str.len() >= 2).all() and (plan.posts.deputy.str.len() >= 2).all()


def test_profile_agrees_with_the_members(small):
    p = small.profile
    assert set(small.devices.feed) <= {f.key for f in p.feeds if f.carries == "reading"}
    assert set(small.devices.kind) == {k.key for k in p.device_kinds}
    assert set(small.facilities.type) == {f.key for f in p.facility_types}
    assert {f.network for f in p.feeds} == {"party", "government", "video", "iot"}
    assert type(p).model_validate_json(p.model_dump_json()) == p


def test_catalogue_is_complete_and_plausible():
    types = case_types()
    assert len(types) == 403 + len(LOCAL) == len({t.key for t in types})
    assert all(0 <= t.severity <= 3 and 3600 <= t.limit <= 15 * 8 * 3600 for t in types)
    assert {t.severity for t in types} == {0, 1, 2, 3}
    assert len(facility_types()) >= 60
    assert len({f.key for f in feeds()}) == len(feeds())
    assert all((s.above is None) != (s.below is None) for s in SENSORS)


@pytest.mark.parametrize(
    ("name", "street", "zh", "en"),
    [
        ("碧沙岗社区居委会", "林山寨街道", "碧沙岗社区", "Bishagang Community"),
        ("赵寨村委会", "", "赵寨村", "Zhaozhai Village"),
        ("陈村村委会", "", "陈村", "Chencun Village"),
        ("黄河桥村村民委员会", "", "黄河桥村", "Huangheqiao Village"),
        ("陇海东路第二社区居委会", "", "陇海东路第二社区", "Longhai East Road No. 2 Community"),
        ("东风路轻院社区居民委员会", "东风路街道", "轻院社区", "Qingyuan Community"),
        ("岗李村", "岗李乡", "岗李村", "Gangli Village"),
        ("永安路居委会", "", "永安路社区", "Yong'an Road Community"),
    ],
)
def test_community_names_are_short_and_readable(name, street, zh, en):
    found = names.community(name, street)
    assert found.zh == zh and found.en == en


def test_street_names():
    english = {names.street(s.name).zh: names.street(s.name).en for s in sources.streets()}
    assert english["文化路街道"] == "Wenhua Road"
    assert english["官渡镇"] == "Guandu Town"
    assert english["明湖街道"] == "Minghu"
    assert english["祭城路街道"] == "Zhaicheng Road"
    assert english["站街镇"] == "Zhanjie Town"
    assert all(en.replace("'", "").replace(" ", "").isalpha() for en in english.values())


def test_zone_streets_belong_to_the_district_of_the_rule():
    rule = {"Z410171": {"410104"}, "Z410172": {"410102"}, "Z410173": {"410184"}}
    rule["ZZD"] = {"410105", "410104", "410122"}
    found = {}
    for s in sources.streets():
        if s.zone:
            found.setdefault(s.zone, set()).add(s.district)
    assert found == rule


def test_apportion_is_exact_and_keeps_the_least():
    rng = np.random.default_rng(0)
    for total in (50, 51, 1000):
        share = apportion(total, rng.lognormal(0, 2, 50), 1)
        assert share.sum() == total and share.min() >= 1
    with pytest.raises(ValueError):
        apportion(3, np.ones(4), 1)


def test_arrange_is_a_permutation_that_keeps_runs():
    xy = np.random.default_rng(1).uniform(size=(300, 2))
    runs, bearing = np.array([0, 120, 300]), np.full(300, np.nan)
    levels = [np.array([0, 40, 120, 200, 300]), np.arange(301)]
    order = arrange(xy, runs, levels, bearing)
    assert sorted(order) == list(range(300)) and set(order[:120]) == set(range(120))


def test_tree_counts_of_both_sizes():
    for size in SIZES.values():
        tree = plant(size, np.random.default_rng(3))
        assert np.bincount(tree.grid_kind).tolist() == [size.community, size.rural, size.special]
        assert tree.micro.sum() == size.micro and tree.grid_number.max() < 100


def test_unknown_size_is_told():
    with pytest.raises(ValueError, match="small"):
        reference_city("huge", 1, EPOCH)


def test_roads_have_ranks_main_ones_along_streets_minor_ones_within(city):
    main, minor = ([line for kind, line, *rank in city.lines if kind == "road" and rank == [n]] for n in (1, 2))
    assert len(minor) > len(main) > 20
    edges = shapely.STRtree([shapely.boundary(shape) for shape in city.outlines[2].values()])
    ends = shapely.points([line.coords[len(line.coords) // 2] for line in [*main[:200], *minor[:200]]])
    _, far = edges.query_nearest(ends, return_distance=True, all_matches=False)
    on_border = far < 1e-4
    assert on_border[: len(main[:200])].all()
    assert on_border[len(main[:200]) :].mean() < 0.2
