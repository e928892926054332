"""Scheduled reports: due once, made up for once, taken up again, told where they fail."""

import threading
from dataclasses import replace

import pytest
from broker import within
from receivers import web_server
from scheduling import DAY, SEVEN

from components.catalogue import panels
from data_access.errors import OperationsFailed
from data_access.operations import runs
from data_access.operations.runs import DONE, FAILED, WAITING, WORKING
from data_access.schedules import Target
from data_access.words import T
from reports.checking import faults_of
from reports.format import formats
from reports.listing import listed
from reports.report import reports
from reports.running import kept
from reports.scheduler import LEASE, Scheduler
from reports.telling import ordered, told


def test_a_report_is_made_when_it_is_due_as_of_then(desk):
    scheduler = desk.scheduler(desk.to(desk.folder_target))
    desk.at(SEVEN - DAY - 1, scheduler)
    assert desk.history == []
    desk.at(SEVEN - DAY + 3, scheduler)
    (run,) = desk.history
    assert (run.state, run.due, run.tries, run.late, run.missed) == (DONE, SEVEN - DAY, 1, False, 0)
    assert desk.files == [f"morning-{run.name}"]
    order = ordered(reports(), formats(), "daily", "/unit/410105?lang=en", "csv")
    same = told(desk.city, panels(), order, T("", ""), SEVEN - DAY)
    assert run.digest == same.digest
    assert "as_of=2026-03-16T16:00:00Z" in run.link
    assert kept(desk.city, run.id).read_bytes() == (desk.out / desk.files[0]).read_bytes()
    for later in (10, 3600, DAY - 60):
        desk.at(SEVEN - DAY + later, scheduler)
    assert len(desk.history) == 1


def test_every_step_of_a_run_is_seen_also_where_the_clock_stands(desk):
    store, now = desk.city.operations, desk.now
    seen = [runs.stamp(store)]

    def look():
        seen.append(runs.stamp(store))

    for k in range(2):
        number = runs.add(store, f"schedule {k}", now, now)
        look()
        run = runs.claim(store, now, LEASE)
        look()
        runs.name_it(store, run, "a.xlsx", "digest", "/")
        look()
        runs.deliver(store, run, ("folder",))
        look()
        runs.finish(store, run, now)
        look()
        assert runs.run_of(store, number).state == DONE
    assert len(set(seen)) == len(seen) == 11


def test_what_is_new_or_has_another_time_is_not_made_up_for(desk):
    schedule = desk.to(desk.folder_target)
    desk.now = SEVEN + 60
    scheduler = desk.scheduler(schedule)
    scheduler.work()
    assert desk.history == []
    desk.at(SEVEN + 2 * DAY - 60, scheduler)
    assert len(desk.history) == 1
    desk.at(SEVEN + 2 * DAY + 5, desk.scheduler(replace(schedule, when="30 6 * * *")))
    assert len(desk.history) == 1, "half past six had passed when it was declared"


def test_a_missed_run_is_made_up_for_once_and_told_as_late(desk):
    schedule = desk.to(desk.folder_target)
    desk.scheduler(schedule)
    desk.now = SEVEN + 2 * 3600
    again = desk.scheduler(schedule)
    again.work()
    desk.at(desk.now + 5, again, desk.scheduler(schedule))
    (run,) = desk.history
    assert (run.due, run.late, run.missed, run.state) == (SEVEN, True, 1, DONE)
    assert "as_of=2026-03-17T16:00:00Z" in run.link, "it is of the day it was due for"


def test_many_processes_run_it_once(desk):
    with web_server() as got:
        schedule = desk.to(Target("webhook", (got.url,)))
        many = [desk.scheduler(schedule) for _ in range(6)]
        desk.now = SEVEN - DAY + 1
        gate = threading.Barrier(len(many))

        def go(one):
            gate.wait()
            one.look()
            one.work()

        threads = [threading.Thread(target=go, args=(one,)) for one in many]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for one in many:
            one.work()
    assert [(run.due, run.state, run.tries) for run in desk.history] == [(SEVEN - DAY, DONE, 1)]
    assert len(got) == 1


def test_what_there_is_not_fails_at_once_and_the_rest_goes_on(desk):
    good = desk.to(desk.folder_target)
    wrong = {
        "report": replace(good, key="report", report="yearly"),
        "format": replace(good, key="format", form="docx"),
        "unit": replace(good, key="unit", address="/unit/999999"),
        "metric": replace(good, key="metric", address="/?metric=happiness"),
        "page": replace(good, key="page", address="/networks"),
        "period": replace(good, key="period", period="century"),
        "leaf": replace(good, key="leaf", report="weekly", address=f"/unit/{desk.city.units.table.id[-1]}"),
    }
    scheduler = desk.scheduler(*wrong.values(), good)
    shown = {one.key: one.fault for one in runs.known(desk.city.operations)}
    assert shown.pop("morning") is None and all(shown.values())
    desk.at(SEVEN - DAY + 1, scheduler)
    found = {run.schedule: run for run in desk.history}
    assert found.pop("morning").state == DONE
    for key, word in {"report": "yearly", "format": "docx", "unit": "999999", "period": "century"}.items():
        assert word in found[key].why.en and word in found[key].why.zh
    assert {(run.state, run.tries) for run in found.values()} == {(FAILED, 1)}
    assert found.keys() == wrong.keys()


def test_a_run_whose_process_is_gone_is_taken_up_again(desk):
    schedule = desk.to(desk.folder_target)
    scheduler = desk.scheduler(schedule)
    desk.now = SEVEN - DAY + 1
    scheduler.look()
    taken = runs.claim(desk.city.operations, desk.now, LEASE)
    assert taken.state == WORKING
    desk.at(desk.now + LEASE - 2, desk.scheduler(schedule))
    assert desk.history[0].state == WORKING, "it may still be at work"
    runs.renew(desk.city.operations, taken, desk.now + LEASE)
    desk.at(desk.now + LEASE - 2, desk.scheduler(schedule))
    assert desk.history[0].tries == 1
    desk.at(desk.now + 3, desk.scheduler(schedule))
    assert (desk.history[0].state, desk.history[0].tries) == (DONE, 2)
    runs.fail(desk.city.operations, taken, T("迟", "late"), desk.now, None)
    assert desk.history[0].state == DONE, "who was given up has no say any more"


def test_a_run_that_kills_its_process_each_time_is_given_up(desk):
    scheduler = desk.scheduler(desk.to(desk.folder_target))
    desk.now = SEVEN - DAY + 1
    scheduler.look()
    for _ in range(3):
        assert runs.claim(desk.city.operations, desk.now, LEASE)
        desk.now += LEASE
    scheduler.work()
    run = desk.history[0]
    assert run.state == FAILED and "ended" in run.why.en and desk.files == []


def test_a_schedule_that_was_removed_is_told_in_its_runs(desk):
    scheduler = desk.scheduler(desk.to(desk.folder_target))
    desk.now = SEVEN - DAY + 1
    scheduler.look()
    other = desk.scheduler(desk.to(desk.folder_target, key="other"))
    other.work()
    assert [one.key for one in runs.known(desk.city.operations)] == ["other"]
    assert (desk.history[0].state, "morning" in desk.history[0].why.en) == (FAILED, True)


def test_a_full_queue_is_no_end(desk):
    """The pool has no room: it is tried again, as anybody would."""
    scheduler = desk.scheduler(desk.to(desk.folder_target))
    desk.pool._most = 0
    desk.at(SEVEN - DAY + 1, scheduler)
    assert desk.history[0].state == WAITING
    desk.pool._most = 9
    desk.at(SEVEN - DAY + 130, scheduler)
    assert desk.history[0].state == DONE


def test_the_threads_do_the_same_and_end(desk):
    scheduler = Scheduler(desk.city, [desk.to(desk.folder_target)], desk.pool).start()
    assert within(60, lambda: runs.known(desk.city.operations))
    desk.now = SEVEN - DAY + 1
    assert within(60, lambda: desk.history and desk.history[0].state == DONE)
    number = runs.add(desk.city.operations, "morning", desk.now, desk.now, by="Li")
    assert within(60, lambda: runs.run_of(desk.city.operations, number).state == DONE)
    scheduler.stop()
    assert not any(thread.name.startswith("reports-") for thread in threading.enumerate())


def test_a_database_that_is_away_is_looked_for_again(desk, monkeypatch):
    scheduler = desk.scheduler(desk.to(desk.folder_target))
    path = desk.folder / "operations.db"
    desk.city.operations.dispose()
    path.rename(path.with_suffix(".away"))
    path.mkdir()
    desk.now = SEVEN - DAY + 1
    with pytest.raises(OperationsFailed):
        scheduler.look()
    path.rmdir()
    path.with_suffix(".away").rename(path)
    desk.at(desk.now + 1, scheduler)
    assert desk.history[0].state == DONE


def test_the_list_and_the_doctor_say_what_is_wrong(desk):
    text = f"""
reports:
  - {{key: good, report: daily, when: 0 7 * * *, to: [{{folder: {desk.out}}}]}}
  - key: bad
    report: yearly
    view: /unit/410105
    when: 30 6 * * 1
    to: [{{folder: /nowhere/at/all}}, {{mail: a@b.c}}, {{webhook: "http://127.0.0.1:1/", secret_env: UNSET_HERE}}]
"""
    path = desk.folder / "reports.yaml"
    path.write_text(text, "utf-8")
    desk.set(reports=path)
    told_faults = faults_of(desk.city)
    assert len(told_faults) == 4 and all(fault.startswith("reports.yaml:4: ") for fault in told_faults)
    for word in ("yearly", "/nowhere/at/all", "JINGWEI_SMTP_HOST", "UNSET_HERE"):
        assert any(word in fault for fault in told_faults)
    good, bad = listed(desk.city)
    assert (good["next"], good["why"]) == ("2026-03-17 07:00", "")
    assert bad["next"] == "2026-03-23 06:30" and "yearly" in bad["why"]
