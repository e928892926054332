"""The page of reports on the real server: schedules, runs by hand, what failed tried again, in both languages."""

import contextlib
import re
import signal
import sqlite3
import time

import pytest
import screen
from axe_playwright_python.sync_playwright import Axe
from orders import asked
from receivers import web_server
from serving import STANDING, Server, standing
from test_accessibility import GRAVE

pytestmark = pytest.mark.browser
FILE = """\
reports:
  - key: morning
    title: {{zh: 全市早报, en: Morning report}}
    report: daily
    view: /
    format: xlsx
    lang: zh
    when: "0 7 * * *"
    to: [{{folder: {out}}}]
  - key: district
    title: {{zh: 金水周报, en: Jinshui weekly}}
    report: weekly
    view: /unit/410105?lang=en
    format: pdf
    lang: en
    when: "30 8 * * MON"
    to: [{{webhook: {url}/in}}]
  - key: lost
    title: {{zh: 旧单元, en: A unit of old}}
    report: daily
    view: /unit/999999
    when: "0 6 1 * *"
    to: [{{folder: {out}}}]
"""


@pytest.fixture(scope="module")
def posted():
    with web_server() as got:
        yield got


@pytest.fixture(scope="module")
def desk(tmp_path_factory, chromium, posted):
    """A server with three schedules, one of a unit that there is not; its clock stands at 10:34:56."""
    home = standing(tmp_path_factory.mktemp("reports"))
    (home / "out").mkdir()
    (home / "reports.yaml").write_text(FILE.format(out=home / "out", url=posted.url), "utf-8")
    running = Server(home, STANDING, live=False, reports=home / "reports.yaml")
    yield running
    running.stop()


def row(page, title, panel="schedules"):
    return page.locator(f".body-reports_{panel} tbody tr", has_text=title).first


def test_the_page_is_reached_from_the_header_and_lists_what_is_scheduled(desk, visit):
    page = visit(f"{desk.url}/?lang=en")
    page.click("nav.pages >> text=Reports")
    page.wait_for_selector(".body-reports_schedules tbody tr")
    screen.settle(page)
    assert "/reports" in page.url
    told = page.inner_text(".listing-head")
    assert "3 scheduled" in told and "next: Morning report, 19 Mar 07:00" in told and "cannot run: 1" in told
    morning = row(page, "Morning report").inner_text()
    assert "Daily report · xlsx" in morning and "19 Mar 07:00" in morning and "not run yet" in morning
    assert "23 Mar 08:30" in row(page, "Jinshui weekly").inner_text()
    assert "999999" in row(page, "A unit of old").locator(".fault").inner_text()
    assert "Nothing has run yet" in page.inner_text(".body-reports_runs")


def test_a_schedule_is_run_by_hand_and_its_file_taken(desk, visit):
    page = visit(f"{desk.url}/reports?lang=en&theme=paper")
    page.wait_for_selector("[data-report-run=morning]")
    page.click("[data-report-run=morning]")
    page.wait_for_selector(".body-reports_runs .run-done", timeout=60_000)
    run = row(page, "Morning report", "runs")
    assert "by hand" in run.inner_text()
    name = run.locator(".run-file").inner_text()
    assert re.fullmatch(r"郑州市-日报-20260318-000000\.xlsx", name)
    assert [path.name for path in (desk.home / "out").iterdir()] == [f"morning-{name}"]
    with page.expect_download() as taken:
        run.locator(".run-file").click()
    assert taken.value.path().read_bytes() == (desk.home / "out" / f"morning-{name}").read_bytes()
    assert taken.value.suggested_filename == name
    row(page, "Morning report").get_by_text("Delivered").wait_for()
    run.locator(".run-link").click()
    page.wait_for_url("**/*as_of=2026-03-17T16:00:00Z*")
    screen.settle(page)
    assert "Past" in page.inner_text(".clock")


def test_what_failed_says_why_and_is_tried_again(desk, visit, posted):
    page = visit(f"{desk.url}/reports?lang=zh")
    page.wait_for_selector("[data-report-run=lost]")
    page.click("[data-report-run=lost]")
    page.wait_for_selector(".body-reports_runs .run-failed", timeout=30_000)
    run = row(page, "旧单元", "runs")
    assert "没有单元 999999" in run.locator(".fault").inner_text()
    run.locator("[data-report-again]").click()
    page.wait_for_function(
        """() => [...document.querySelectorAll(".body-reports_runs tbody tr")]
          .find((row) => row.textContent.includes("旧单元") && row.querySelector(".run-failed"))
          ?.querySelector(".number").textContent === '2'""",
        timeout=30_000,
    )
    assert "失败" in row(page, "旧单元", "runs").inner_text()


def test_a_pdf_is_made_and_posted(desk, visit, posted):
    page = visit(f"{desk.url}/reports?lang=en")
    page.wait_for_selector("[data-report-run=district]")
    page.click("[data-report-run=district]")
    page.wait_for_function(
        """() => [...document.querySelectorAll(".body-reports_runs tbody tr")]
          .some((row) => row.textContent.includes("Jinshui weekly") && row.querySelector(".run-done"))""",
        timeout=120_000,
    )
    headers, body = posted[-1]
    assert body.startswith(b"%PDF") and headers["Content-Type"] == "application/pdf"
    shown = row(page, "Jinshui weekly", "runs").locator(".mono span").get_attribute("title")
    assert headers["X-Jingwei-Digest"] == shown


def test_nothing_grave_is_found_and_nothing_is_cut_off(desk, visit):
    """With runs of every sort on it, in both themes, on a narrow window too."""
    for query, wide in (("lang=zh&theme=night", 1440), ("lang=en&theme=paper", 1280)):
        page = visit(f"{desk.url}/reports?{query}", viewport={"width": wide, "height": 900})
        page.wait_for_selector(".body-reports_runs tbody tr")
        found = Axe().run(page).response["violations"]
        assert [v["id"] for v in found if v["impact"] in GRAVE] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= wide


def test_without_schedules_it_says_how_to_declare_one(server, visit):
    for lang, told in (("zh", "没有日程"), ("en", "No report is scheduled")):
        for theme in ("night", "paper"):
            page = visit(f"{server.url}/reports?lang={lang}&theme={theme}")
            page.wait_for_selector(".reports-none pre")
            assert told in page.inner_text(".reports-none")
            assert "JINGWEI_REPORTS" in page.inner_text(".reports-none")


def state(home, number):
    """How a run stands, and how often it was tried."""
    with contextlib.closing(sqlite3.connect(home / "operations.db")) as database:
        return database.execute("select state, tries from report_run where id = ?", (number,)).fetchone()


def until(holds, seconds=150):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


@pytest.mark.slow
def test_a_server_that_is_killed_at_work_takes_it_up_again(tmp_path, chromium, posted):
    """Killed while it draws; the one that is started then makes it, and hands it over once."""
    home = standing(tmp_path)
    (home / "reports.yaml").write_text(FILE.format(out=home, url=posted.url), "utf-8")
    given = {"live": False, "reports": home / "reports.yaml"}
    (home / "complete").touch()
    server, before = Server(home, **given), len(posted)
    try:
        number = asked(server, "/reports/run/district", "POST", {})["id"]
        until(lambda: state(home, number) == ("working", 1))
        server.signal(signal.SIGKILL)
        server.process.wait()
        server.start(**given)
        until(lambda: state(home, number) == ("done", 2))
    finally:
        server.stop()
    assert len(posted) == before + 1
