"""Scheduled reports: due once, made up for once, tried again, sent to real receivers, told where they fail."""

import base64
import hashlib
import hmac
import io
import json
import logging
import ssl
import subprocess
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

import pytest
from moments import still
from openpyxl import load_workbook
from receivers import certificate, free_port, mail_server, web_server

from components.catalogue import panels
from data_access.errors import OperationsFailed
from data_access.operations import runs
from data_access.operations.database import open_operations
from data_access.operations.runs import DONE, FAILED, WAITING, WORKING
from data_access.schedules import Schedule, Target
from data_access.settings import Settings
from data_access.words import T
from reports.checking import faults_of
from reports.format import formats
from reports.listing import listed
from reports.pool import Pool
from reports.report import reports
from reports.running import kept
from reports.scheduler import LEASE, PAUSES, Scheduler
from reports.telling import ordered, told

SEVEN = datetime.fromisoformat("2026-03-18T07:00:00+08:00").timestamp()
DAY = 86400.0
PASSWORD = "s3cret-of-mails"


class Desk:
    """A city whose clock and settings a test moves, a scheduler that is driven by hand, a database of its own."""

    def __init__(self, city, folder):
        self.now, self.folder = SEVEN - DAY - 60, folder
        self.out = folder / "out"
        self.out.mkdir()
        database = open_operations(f"sqlite:///{folder / 'operations.db'}")
        city.live._clock = lambda: self.now
        self.city = replace(city, operations=database, settings=city.settings.model_copy(update={"home": folder}))
        self.pool = Pool(self.city, "")

    def set(self, **settings):
        self.city = replace(self.city, settings=self.city.settings.model_copy(update=settings))
        self.pool.city = self.city

    def scheduler(self, *schedules):
        """One that has looked once: its schedules are known from now on."""
        made = Scheduler(self.city, schedules, self.pool)
        made.look()
        return made

    def at(self, now, *schedulers):
        """Look and work at a moment."""
        self.now = now
        self.city.live.moment()
        for one in schedulers:
            one.look()
            one.work()

    @property
    def history(self):
        return runs.history(self.city.operations, 100)[0]

    @property
    def files(self):
        return sorted(path.name for path in self.out.iterdir())

    def to(self, *targets, key="morning", **more):
        return Schedule(
            key, T("早报", "Morning"), "daily", "/unit/410105", "csv", "0 7 * * *", targets, "en", **more
        )

    @property
    def folder_target(self):
        return Target("folder", (str(self.out),))


@pytest.fixture(scope="module")
def open_one(home):
    opened = still(Settings(home=home))
    yield opened
    opened.close()


@pytest.fixture
def desk(open_one, tmp_path):
    clock = open_one.live._clock
    made = Desk(open_one, tmp_path)
    yield made
    made.pool.close()
    made.city.operations.dispose()
    open_one.live._clock = clock


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


def test_a_mail_server_that_is_dead_is_tried_again_and_the_rest_goes_on(desk, caplog):
    """The folder has it at once and not again; the mail goes out once there is a server, a restart between."""
    port = free_port()
    desk.set(smtp_host="127.0.0.1", smtp_port=port, smtp_security="none", smtp_from="jingwei@city.example")
    schedule = desk.to(desk.folder_target, Target("mail", ("duty@city.example", "chief@city.example")))
    other = desk.to(desk.folder_target, key="other")
    scheduler = desk.scheduler(schedule, other)
    due = SEVEN - DAY
    desk.at(due + 1, scheduler)
    second, first = desk.history
    assert (first.state, first.tries, first.next_try) == (WAITING, 1, due + 1 + PAUSES[0])
    assert f"127.0.0.1:{port}" in first.why.en and "refused" in first.why.en and "被拒绝" in first.why.zh
    assert first.delivered == (desk.folder_target.label,)
    assert second.state == DONE
    written = (desk.out / f"morning-{first.name}").stat().st_mtime_ns
    desk.at(due + PAUSES[0], scheduler)
    assert desk.history[1].tries == 1, "not before its time"
    with mail_server(port=port) as (box, _):
        desk.at(due + 2 + PAUSES[0], desk.scheduler(schedule, other))
    run = desk.history[1]
    assert (run.state, run.tries, run.why.en) == (DONE, 2, "")
    assert (desk.out / f"morning-{run.name}").stat().st_mtime_ns == written
    ((to, mail),) = box.mails
    assert to == ["duty@city.example", "chief@city.example"]
    assert mail["X-Jingwei-Digest"].strip() == run.digest
    assert mail["Subject"] == "Daily report · Jinshui District"
    text = mail.get_body().get_content()
    assert "Cases reported" in text and run.link in text and run.digest in text
    (attached,) = mail.iter_attachments()
    assert attached.get_filename() == run.name
    assert attached.get_content() == kept(desk.city, run.id).read_bytes()


def test_after_three_tries_it_has_failed_and_can_be_tried_by_hand(desk):
    with web_server() as got:
        got.answers = [500, 503, 302]
        scheduler = desk.scheduler(desk.to(Target("webhook", (f"{got.url}/in?token=hidden",))))
        at = SEVEN - DAY
        for pause in (1, PAUSES[0] + 1, PAUSES[1] + 1):
            at += pause
            desk.at(at, scheduler)
        (run,) = desk.history
        assert (run.state, run.tries) == (FAILED, 3)
        assert "302" in run.why.en and f"{got.url}/in" in run.why.en
        assert "hidden" not in run.why.en
        assert len(got) == 3, "a redirection is not followed"
        desk.at(at + DAY / 2, desk.scheduler(*scheduler.schedules.values()))
        assert len(got) == 3
        assert runs.again(desk.city.operations, run.id, desk.now)
        assert not runs.again(desk.city.operations, run.id, desk.now)
        desk.at(desk.now + 1, scheduler)
        assert (desk.history[0].state, desk.history[0].tries) == (DONE, 4)
    numbers = {headers["Idempotency-Key"] for headers, _ in got}
    assert len(numbers) == 1


def test_what_is_posted_is_signed_and_has_its_digests(desk, monkeypatch):
    monkeypatch.setenv("POST_SECRET", "of the receiver")
    with web_server() as got:
        schedule = desk.to(Target("webhook", (got.url,), "POST_SECRET"))
        desk.at(SEVEN - DAY + 1, desk.scheduler(schedule))
    ((headers, body),) = got
    run = desk.history[0]
    assert headers["X-Jingwei-Digest"] == run.digest
    assert headers["Content-Digest"] == f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"
    signed = hmac.new(b"of the receiver", headers["X-Jingwei-Timestamp"].encode() + b"." + body, "sha256")
    assert headers["X-Jingwei-Signature"] == f"sha256={signed.hexdigest()}"
    assert body == kept(desk.city, run.id).read_bytes()
    monkeypatch.delenv("POST_SECRET")
    desk.at(SEVEN + 1, desk.scheduler(schedule))
    assert "POST_SECRET" in desk.history[0].why.en


def test_mails_go_over_an_encrypted_line_and_the_password_is_told_nobody(desk, tmp_path, monkeypatch, caplog):
    """Signed in over STARTTLS with a certificate that is trusted; a wrong password is not in log nor history."""
    caplog.set_level(logging.DEBUG, "reports")
    cert, key = certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    with mail_server(context) as (box, port):
        given = Settings(
            smtp_host="127.0.0.1", smtp_port=port, smtp_user="jingwei@city.example", smtp_password=PASSWORD
        )
        names = ("smtp_host", "smtp_port", "smtp_user", "smtp_password")
        desk.set(**{name: getattr(given, name) for name in names})
        scheduler = desk.scheduler(desk.to(Target("mail", ("duty@city.example",))))
        desk.at(SEVEN - DAY + 1, scheduler)
        assert "certificate" in desk.history[0].why.en.lower(), "a certificate that nobody vouches for is refused"
        monkeypatch.setenv("SSL_CERT_FILE", str(cert))
        desk.at(SEVEN - DAY + 130, scheduler)
        assert desk.history[0].state == DONE, desk.history[0].why
        assert box.users == ["jingwei@city.example"] and len(box.mails) == 1
        wrong = Settings(smtp_password="wr0ng-but-secret")
        desk.set(smtp_password=wrong.smtp_password)
        desk.at(SEVEN + 1, desk.scheduler(desk.to(Target("mail", ("duty@city.example",)))))
    run = desk.history[0]
    assert run.state == WAITING and "535" in run.why.en
    everything = json.dumps(
        [run.why.en, run.why.zh, repr(desk.city.settings), *(r.getMessage() for r in caplog.records)]
    )
    assert "wr0ng-but-secret" not in everything
    assert PASSWORD not in everything
    tried = len(box.users)
    desk.set(smtp_security="none")
    desk.at(SEVEN + DAY + 1, desk.scheduler(desk.to(Target("mail", ("duty@city.example",)))))
    assert "encrypted" in desk.history[0].why.en
    assert len(box.users) == tried, "not sent in the clear"


def test_who_is_not_taken_is_named(desk):
    with mail_server() as (box, port):
        desk.set(smtp_host="127.0.0.1", smtp_port=port, smtp_security="none", smtp_from="jingwei@city.example")
        desk.at(SEVEN - DAY + 1, desk.scheduler(desk.to(Target("mail", ("a@city.example", "b@full.example")))))
    run = desk.history[0]
    assert run.state == WAITING
    assert "b@full.example" in run.why.en and "a@city.example" not in run.why.en


@contextmanager
def small_disk(folder, size="48k"):
    """A real file system of that size, mounted at `folder`."""
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(folder)], capture_output=True)
    if done.returncode:
        pytest.skip("a file system cannot be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_disk_without_space_has_nothing_half_written(desk, tmp_path):
    """A real file system that is full: the reason is told, what was there stays, and later it is made good."""
    with small_disk(tmp_path / "small") as full:
        (full / "older.csv").write_text("kept")
        (full / "ballast").write_bytes(bytes(38_000))
        schedule = replace(desk.to(Target("folder", (str(full),))), form="xlsx")
        scheduler = desk.scheduler(schedule)
        desk.at(SEVEN - DAY + 1, scheduler)
        run = desk.history[0]
        assert run.state == WAITING
        assert str(full) in run.why.en and "no space" in run.why.en and "没有空间" in run.why.zh
        assert sorted(path.name for path in full.iterdir()) == ["ballast", "older.csv"]
        (full / "ballast").unlink()
        subprocess.run(["mount", "-o", "remount,size=4m", str(full)], check=True)
        desk.at(SEVEN - DAY + 130, scheduler)
        assert desk.history[0].state == DONE
        book = load_workbook(io.BytesIO((full / f"morning-{desk.history[0].name}").read_bytes()))
        assert book.sheetnames[:2] == ["Summary", "About"]
        assert "Cases reported" in "".join(str(row[0]) for row in book["Summary"].iter_rows(values_only=True))


def test_a_folder_that_is_not_there_or_may_not_be_written_is_told(desk):
    gone, file = desk.folder / "gone", desk.folder / "file"
    file.write_text("")
    schedules = [desk.to(Target("folder", (str(path),)), key=path.name) for path in (gone, file)]
    desk.at(SEVEN - DAY + 1, desk.scheduler(*schedules))
    for run in desk.history:
        assert run.state == WAITING and str(desk.folder / run.schedule) in run.why.en
    assert not gone.exists()


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
    wait_for(lambda: runs.known(desk.city.operations))
    desk.now = SEVEN - DAY + 1
    wait_for(lambda: desk.history and desk.history[0].state == DONE)
    number = runs.add(desk.city.operations, "morning", desk.now, desk.now, by="Li")
    wait_for(lambda: runs.run_of(desk.city.operations, number).state == DONE)
    scheduler.stop()
    assert not any(thread.name.startswith("reports-") for thread in threading.enumerate())


def wait_for(holds, seconds=60):
    import time

    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)


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
