"""The reference city's cases and facilities: pure functions of time, in order, with realistic shares."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from demo_town import EPOCH, HOUR, a_town, named
from hypothesis import given, settings
from hypothesis import strategies as st

from data_access.words import CASE_SOURCES, FACILITY_STATES, STEPS
from data_access.worktime import deadlines
from demo import habits
from demo.batches import records
from demo.case_lives import _limits
from demo.cases import case_days, case_steps
from demo.facility_states import facility_steps
from demo.records import DAY, Town, joined, table


@pytest.fixture(scope="module")
def town() -> Town:
    return a_town()


@pytest.fixture(scope="module")
def history(town: Town) -> pd.DataFrame:
    chunks = list(case_days(town, town.begin("case_step"), EPOCH))
    return table("case_step", joined(chunks)).to_pandas(timestamp_as_object=False)


def rows_of(town: Town, kind: str, start: float, end: float) -> pa.Table:
    found = [table(kind, chunk) for chunk in records(town, kind, start, end)]
    whole = pa.concat_tables(found).unify_dictionaries() if found else None
    if whole is None or not whole.num_rows:
        return None
    names = [n for n in ("at", "case_id", "device", "facility", "step", "state") if n in whole.column_names]
    types = [pa.string() if pa.types.is_dictionary(f.type) else f.type for f in whole.schema]
    plain = whole.cast(pa.schema(list(zip(whole.column_names, types, strict=True))))
    return plain.sort_by([(name, "ascending") for name in names])


@pytest.mark.parametrize("kind", ["case_step", "reading", "facility_step"])
@settings(max_examples=12)
@given(
    begin=st.floats(-3 * DAY, 2 * DAY),
    gaps=st.lists(st.floats(0.001, 9 * HOUR), min_size=1, max_size=6),
)
def test_records_do_not_depend_on_how_they_are_asked_for(kind, begin, gaps):
    edges = np.round(EPOCH + begin + np.concatenate([[0], np.cumsum(gaps)]), 3)
    town = a_town()
    whole = rows_of(town, kind, edges[0], edges[-1])
    parts = [rows_of(town, kind, a, b) for a, b in zip(edges, edges[1:], strict=False)]
    parts = [p for p in parts if p is not None]
    assert (whole is None) == (not parts)
    if whole is not None:
        names = [n for n in ("at", "case_id", "device", "facility", "step", "state") if n in whole.column_names]
        assert pa.concat_tables(parts).sort_by([(n, "ascending") for n in names]).equals(whole)


def test_order_of_asking_and_a_new_town_change_nothing(town):
    late = case_steps(town, EPOCH + DAY, EPOCH + DAY + HOUR)
    fresh = a_town()
    case_steps(fresh, EPOCH - 60 * DAY, EPOCH - 59 * DAY)
    again = case_steps(fresh, EPOCH + DAY, EPOCH + DAY + HOUR)
    assert table("case_step", late).equals(table("case_step", again))


def test_another_seed_makes_another_history(town):
    one, other = (case_steps(t, EPOCH, EPOCH + HOUR) for t in (town, a_town(seed=6)))
    assert not np.array_equal(one["at"], other["at"])


def test_steps_follow_each_other(history):
    assert history["at"].is_monotonic_increasing
    usual = ["reported", "accepted", "dispatched", "handling", "returned", "verified", "closed"]
    assert set(history["step"]) == set(STEPS)
    for spell, first in ((1, "reported"), (2, "reopened")):
        rows = history[(history["spell"] == spell) & ~history["step"].isin(["extended", "escalated"])]
        names = [first, *usual[1:]]
        place = rows["step"].astype(str).map({step: n for n, step in enumerate(names)})
        assert (place == rows.groupby("case_id").cumcount()).all()


def test_a_spell_after_a_reopening_begins_after_the_closing_before(history):
    closed = history[(history["spell"] == 1) & (history["step"] == "closed")].set_index("case_id")["at"]
    reopened = history[history["step"] == "reopened"].set_index("case_id")["at"]
    assert len(reopened) and (reopened > closed.reindex(reopened.index)).all()


def test_special_steps_stand_between_handling_and_returning(history):
    key = ["case_id", "spell"]
    at = {step: rows.set_index(key)["at"] for step, rows in history.groupby(history["step"].astype(str))}
    for step in ("extended", "escalated"):
        own = at[step]
        assert (at["handling"].reindex(own.index) < own).all()
        returned = at["returned"].reindex(own.index)
        assert ((own < returned) | returned.isna()).all()


def test_deadlines_are_those_of_working_time(town, history):
    seconds = history["opened_at"].astype("int64").to_numpy() / 1000
    kind = history["type"].astype(str).astype(int).to_numpy()
    limits = _limits(town)
    due = deadlines(town.profile.calendar, town.profile.zone, seconds, limits.limit[kind], limits.working[kind])
    given_due = history["due_at"].astype("int64").to_numpy() / 1000
    extended = history.assign(ext=history["step"] == "extended").groupby(["case_id", "spell"])["ext"].cumsum() > 0
    assert np.abs(given_due - due)[~extended].max() < 0.002
    assert (given_due > due)[extended].all()
    first = history[history["step"] == "extended"]
    assert (first["at"] < first["due_at"]).all()
    assert (first["at"].astype("int64").to_numpy() / 1000 < due[first.index]).all()


def spells_of(history: pd.DataFrame) -> pd.DataFrame:
    key = ["case_id", "spell"]
    spells = history.groupby(key).agg(
        due=("due_at", "last"), opened=("opened_at", "first"), leaf=("leaf", "first")
    )
    for step in ("accepted", "closed"):
        spells[step] = history[history["step"] == step].set_index(key)["at"]
    return spells


def test_shares_are_realistic(town, history):
    spells = spells_of(history)
    epoch = pd.Timestamp(EPOCH, unit="s", tz="UTC")
    cases = (history["step"] == "reported").sum()
    assert cases / 90 == pytest.approx(habits.usual_volume(town), rel=0.06)
    due = spells[spells["due"] < epoch]
    on_time = due["closed"] <= due["due"]
    assert 0.92 < on_time.mean() < 0.97
    chronic = habits.late_streets(town)[town.streets[due["leaf"]]]
    assert 0.72 < on_time[chronic].mean() < 0.88
    slow = (spells["accepted"] - spells["opened"]).dt.total_seconds() > HOUR
    assert 0.008 < slow.mean() < 0.025
    for step, low, high in (("reopened", 0.03, 0.05), ("extended", 0.03, 0.065), ("escalated", 0.005, 0.03)):
        assert low < (history["step"] == step).sum() / cases < high
    hours = history[history["step"] == "reported"]["at"].dt.tz_convert("Asia/Shanghai").dt.hour
    assert hours.isin([9, 10, 15, 16]).mean() > 4 * hours.isin([1, 2, 3, 4]).mean()


def test_values_are_those_of_the_city(town, history):
    assert set(history["source"]) <= set(CASE_SOURCES)
    assert set(history["type"]) <= {t.key for t in town.profile.types}
    assert set(history["feed"]) == {f"case_{source}" for source in habits.SOURCES}
    assert history["leaf"].between(0, town.leaves - 1).all() and history["severity"].between(0, 3).all()
    away = np.hypot(
        history["lon"] - town.leaf_lon[history["leaf"]], history["lat"] - town.leaf_lat[history["leaf"]]
    )
    assert away.max() < 3e-4
    assert not history[history["step"] == "reported"]["case_id"].duplicated().any()
    day = history["opened_at"].dt.tz_convert("Asia/Shanghai").dt.strftime("%Y%m%d")
    first = history["step"] == "reported"
    assert (history["case_id"].str[:8] == day)[first].all()


@pytest.mark.parametrize(("key", "word"), [("rainstorm", "积水"), ("heating_failure", "供热")])
def test_incidents_show_in_the_counts(town, history, key, word):
    incident = named(town, key)
    types = [t.key for t in town.profile.types if word in t.title.zh]
    opened = history[(history["step"] == "reported") & history["type"].isin(types)]
    at = opened["at"].astype("int64") / 1000
    inside = (at >= incident.start) & (at < incident.end) & opened["leaf"].isin(incident.leaf_numbers())
    usual = len(opened[~inside]) / 90 / DAY * (incident.end - incident.start)
    assert inside.sum() >= 12 and inside.sum() > 8 * usual


def test_something_happens_in_the_first_hour(town):
    fresh = named(town, "burst_main")
    assert EPOCH < fresh.start < EPOCH + HOUR
    types = {t.key for t in town.profile.types if "积水" in t.title.zh}
    steps = table("case_step", case_steps(town, fresh.start, fresh.end)).to_pandas()
    assert ((steps["step"] == "reported") & steps["type"].isin(types)).sum() >= 12


def test_one_facility_in_a_hundred_is_not_intact(town):
    steps = table("facility_step", facility_steps(town, town.begin("facility_step"), EPOCH)).to_pandas()
    assert set(steps["state"]) == set(FACILITY_STATES)
    for back in (0, 10, 25):
        then = steps[steps["at"] < pd.Timestamp(EPOCH - back * DAY, unit="s", tz="UTC")]
        state = then.groupby("facility")["state"].last()
        assert 0.006 < (state != "intact").sum() / len(town.facilities) < 0.015
    before = steps.groupby("facility")["state"].shift()
    opens = before.isna() | (before == "intact")
    assert (opens == steps["state"].isin(["damaged", "lost", "abandoned"])).all()
