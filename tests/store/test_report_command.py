"""`jingwei report`, `jingwei reports` and the addresses of reports: alone, beside a server, over HTTP."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from flask import Flask
from moments import still
from test_cli import jingwei

from callbacks import reports as addresses
from callbacks import snapshots
from components import catalogue
from data_access.operations import runs
from data_access.operations.database import open_operations
from data_access.operations.runs import FAILED
from data_access.settings import Settings
from data_access.words import T
from reports.format import formats
from reports.pool import Pool
from reports.report import Report, Section, reports
from reports.templates.daily import REPORT

MORNING = "/unit/410105?as_of=2026-03-18T00:00:00Z&lang=en"


@pytest.fixture(scope="module")
def web(home, tmp_path_factory):
    """A client of the addresses, on a city with an operations database of its own."""
    own = tmp_path_factory.mktemp("own")
    city = still(Settings(home=home, operations=f"sqlite:///{own / 'operations.db'}"))
    pool, server = Pool(city, ""), Flask("reports")
    snapshots.register(server, snapshots.Desk(city, tuple(catalogue.panels()), formats(), pool))
    addresses.register(server, city, pool)
    server.city = city
    yield server.test_client()
    pool.close()
    city.close()


def text_of(home, name):
    with zipfile.ZipFile(home / name) as packed:
        return packed.read("about.txt").decode("utf-8-sig")


def test_a_report_is_written_by_the_command(home, tmp_path):
    code, out, err = jingwei(home, "report", "daily", MORNING, "--format", "csv", "--out", str(tmp_path), "--say")
    assert code == 0, err
    (path,) = tmp_path.iterdir()
    assert path.name == "Daily-report-Jinshui-District-20260318-000000.zip"
    about = text_of(tmp_path, path.name)
    said = [line.strip() for line in out.splitlines() if "Cases reported rose" in line or "Open cases" in line]
    assert said and all(line in about for line in said)
    assert "2026-03-17 00:00:00" in about
    code, _, err = jingwei(home, "report", "yearly", "/")
    assert code == 2 and "daily, weekly, incident" in err
    code, _, err = jingwei(home, "report", "daily", "/", "--period", "century")
    assert code == 2 and "day, 24h" in err


def test_the_list_says_when_each_runs_next(home, tmp_path):
    path = tmp_path / "reports.yaml"
    path.write_text(f"reports:\n- {{key: one, report: daily, when: 0 7 * * *, to: [{{folder: {tmp_path}}}]}}\n")
    code, out, err = jingwei(home, "reports", reports=path)
    assert code == 0, err
    assert "one" in out and "0 7 * * *" in out and "07:00" in out and "daily /" in out
    code, out, _ = jingwei(home, "reports")
    assert code == 0 and "No report is scheduled" in out
    path.write_text("reports: [{key: one}]")
    code, _, err = jingwei(home, "reports", reports=path)
    assert code == 2 and f"{path}:1: reports.0.report" in err


def test_a_report_is_at_its_own_address(web):
    answer = web.get(f"/report/weekly/csv{MORNING}")
    assert answer.status_code == 303
    file = web.get(answer.location)
    assert file.status_code == 200
    with zipfile.ZipFile(io.BytesIO(file.data)) as packed:
        assert "Weekly report · Jinshui District" in packed.read("about.txt").decode()
    for address, status, word in (
        ("/report/yearly/csv/", 404, "weekly"),
        ("/report/daily/docx/", 404, "xlsx"),
        ("/report/daily/csv/networks", 400, "networks"),
        ("/report/daily/csv/?period=century&lang=en", 400, "24h"),
    ):
        answer = web.get(address)
        assert answer.status_code == status, address
        assert word in answer.get_data(as_text=True)
    geo = web.get(web.get("/report/incident/geojson/unit/410105?lang=en").location).get_json()
    assert [chapter["title"] for chapter in geo["jingwei"]["told"]][0] == "Critical cases"


def test_by_hand_only_from_pages_of_this_site(web):
    city = web.application.city
    known = runs.Known("one", T("一", "One"), T("日报", "Daily"), "/", "csv", "zh", "0 7 * * *", (), "f:1")
    runs.know(city.operations, [known], 0.0)
    assert web.post("/reports/run/one").status_code == 415
    assert web.post("/reports/run/one", json={}, headers={"Origin": "http://evil.example"}).status_code == 403
    assert web.post("/reports/run/two", json={}).status_code == 404
    first, second = (web.post("/reports/run/one", json={"by": "Li"}).get_json()["id"] for _ in range(2))
    assert first != second, "who presses twice gets two"
    run = runs.run_of(city.operations, first)
    assert (run.by, run.state, run.late) == ("Li", "waiting", False)
    assert web.post(f"/reports/again/{first}", json={}).status_code == 409
    taken = runs.claim(city.operations, city.live.present() + 1, 60)
    runs.fail(city.operations, taken, T("坏", "broken"), 1.0, None)
    assert web.post(f"/reports/again/{taken.id}", json={}).status_code == 202
    assert runs.run_of(city.operations, taken.id).state != FAILED
    assert web.get(f"/reports/runs/{first}/file").status_code == 404
    assert "not kept" in json.loads(web.get("/reports/runs/9999/file").data)["error"]["en"]


def test_each_report_has_words_periods_and_panels_that_there_are():
    found = reports()
    assert [report.key for report in found] == ["daily", "weekly", "incident"]
    shown = {panel.key for panel in catalogue.panels() if panel.sheet}
    for report in found:
        assert not list(report.faults())
        assert set(report.panels) <= shown, report.key
        assert len({period.key for period in report.periods}) == len(report.periods)
        for text in (report.title, report.help, *(section.title for section in report.sections)):
            assert text.zh and text.en and text.zh != text.en
    bare = Report(key="x", title=T("", "x"), help=REPORT.help, periods=(), sections=(Section(T("a", "b")),))
    assert list(bare.faults()) == ["needs a title in both languages", "needs a period", "needs a panel"]


def test_the_operations_database_takes_runs_after_an_upgrade(tmp_path):
    engine = open_operations(f"sqlite:///{tmp_path / 'o.db'}")
    assert runs.history(engine, 1) == ([], 0)
    assert runs.add(engine, "k", 5.0, 6.0) == 1
    assert runs.add(engine, "k", 5.0, 7.0) is None
    assert runs.add(engine, "k", 6.0, 7.0, by="x") == 2
    assert runs.last_dues(engine) == {"k": 5.0}
    engine.dispose()
    again = open_operations(f"sqlite:///{tmp_path / 'o.db'}")
    assert runs.history(again, 5)[1] == 2
    assert Path(tmp_path / "o.db").exists()
