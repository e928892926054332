"""What is scheduled goes to real receivers, is tried again, and says where it could not be handed over."""

import base64
import hashlib
import hmac
import io
import json
import logging
import ssl
import subprocess
from contextlib import contextmanager
from dataclasses import replace

import pytest
from openpyxl import load_workbook
from receivers import certificate, free_port, mail_server, web_server
from scheduling import DAY, SEVEN

from data_access.operations import runs
from data_access.operations.runs import DONE, FAILED, WAITING
from data_access.schedules import Target
from data_access.settings import Settings
from reports.running import kept
from reports.scheduler import PAUSES

PASSWORD = "s3cret-of-mails"


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
