"""Reports files: what may stand in one, and what is said of a fault."""

import re
from pathlib import Path

import pytest

from components.panels.reports_schedules import EXAMPLE
from data_access.errors import BadSource
from data_access.schedules import Target
from data_access.settings import Settings
from data_access.words import T
from reports.format import formats
from reports.report import reports
from reports.schedulefile import declared_schedules, read_schedules

TEXT = """\
reports:
  - key: morning
    title: {zh: 早报, en: Morning}
    report: daily
    view: /unit/1?metric=opened
    format: pdf
    lang: en
    period: day
    when: "0  7 * * *"
    to:
      - folder: /srv/reports
      - mail: duty@example.org
  - key: weekly
    report: weekly
    when: 30 8 * * MON
    to:
      - mail: [a@example.org, b@example.org]
      - {webhook: "https://example.org/in?token=x", secret_env: SECRET}
"""


def written(folder, text=TEXT):
    path = folder / "reports.yaml"
    path.write_text(text, "utf-8")
    return path


def test_schedules(tmp_path):
    morning, weekly = read_schedules(written(tmp_path))
    assert (morning.key, morning.title, morning.report) == ("morning", T("早报", "Morning"), "daily")
    assert (morning.address, morning.form, morning.lang) == ("/unit/1?metric=opened", "pdf", "en")
    assert (morning.when, morning.period, morning.origin) == ("0 7 * * *", "day", "reports.yaml:2")
    assert morning.to == (Target("folder", ("/srv/reports",)), Target("mail", ("duty@example.org",)))
    assert (weekly.title, weekly.address, weekly.form, weekly.lang) == (T("weekly", "weekly"), "/", "xlsx", "zh")
    assert weekly.to[1] == Target("webhook", ("https://example.org/in?token=x",), "SECRET")
    assert [target.label for target in weekly.to] == [
        "mail a@example.org, b@example.org",
        "webhook https://example.org/in",
    ], "what may be secret in an address is not shown"


FAULTS = {
    "a key nobody knows": ("period: day", "perod: day", 8, "reports.0.perod", "did you mean 'period'"),
    "of a target": ("mail: duty", "male: duty", 12, "reports.0.to.1", "did you mean 'mail'"),
    "cron": ("0  7 * * *", "0 25 * * *", 9, "reports.0.when", "hour"),
    "cron of six fields": ("0  7 * * *", "0 0 7 * * *", 9, "reports.0.when", "five fields"),
    "never": ("0  7 * * *", "0 7 31 2 *", 9, "reports.0.when", "day"),
    "language": ("lang: en", "lang: fr", 7, "lang", "en"),
    "key": ("key: morning", "key: Mörning", 2, "reports.0.key", "pattern"),
    "no address": ("duty@example.org", "duty", 12, "mail", "no e-mail address"),
    "a header": ("duty@example.org", '"duty@example.org\\nBcc: x@example.org"', 12, "mail", "no e-mail address"),
    "no path": ("/srv/reports", "reports", 11, "folder", "from / on"),
    "no scheme": ("https://example.org", "ftp://example.org", 18, "webhook", "https://"),
    "password": ("https://example.org", "https://me:pw@example.org", 18, "webhook", "secret_env"),
    "secret for a mail": ("{webhook:", "{mail: c@example.org, x:", 18, "to.1", "no such key"),
    "two in one": ("- folder: /srv/reports", "- {folder: /srv, mail: a@b.c}", 11, "to.0", "folder and mail"),
    "no target": ("- folder: /srv/reports", "- {}", 11, "to.0", "names none"),
    "no time": ("    when: 30 8 * * MON\n", "", 13, "reports.1.when", "required"),
    "twice": ("key: weekly", "key: morning", 13, "reports.1.key", "line 2"),
}


@pytest.mark.parametrize("what", FAULTS)
def test_a_fault_is_told_with_file_line_and_key(tmp_path, what):
    old, new, line, key, why = FAULTS[what]
    assert old in TEXT
    path = written(tmp_path, TEXT.replace(old, new))
    with pytest.raises(BadSource) as refused:
        read_schedules(path)
    lines = [text for text in str(refused.value).splitlines() if f"{path}:{line}: " in text]
    assert lines, str(refused.value)
    assert any(key in text and why in text for text in lines), lines


def test_no_file_is_no_schedules(tmp_path):
    assert declared_schedules(Settings()) == ()
    assert len(declared_schedules(Settings(reports=written(tmp_path)))) == 2
    with pytest.raises(BadSource, match="cannot be read"):
        declared_schedules(Settings(reports=tmp_path / "none.yaml"))


def test_the_guides_file_can_be_read(tmp_path):
    """What docs/reports.md shows is a reports file; so is what the page shows where there is none."""
    guide = (Path(__file__).parents[2] / "docs" / "reports.md").read_text("utf-8")
    (text,) = re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL)
    for shown in (text, EXAMPLE):
        for schedule in read_schedules(written(tmp_path, shown)):
            assert schedule.report in reports() and schedule.form in formats()
            assert reports()[schedule.report].period(schedule.period)
