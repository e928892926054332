"""Logs: one line of JSON each, with the request they were written for."""

import json
import logging
import subprocess
import sys
from datetime import datetime

import pytest

from data_access.logs import REQUEST, JsonLines, TextLines
from data_access.settings import Settings

CONFIGURED = """
import logging, sys
from data_access.logs import configure
from data_access.settings import read_settings
configure(read_settings())
logging.getLogger("demo.simulator").info("看 %s", "one")
logging.getLogger("alembic.runtime").info("not told")
logging.getLogger("demo").debug("not told")
logging.getLogger("_granian").warning("of the server")
try:
    1 / 0
except ZeroDivisionError:
    logging.getLogger("callbacks").exception("failed")
"""


def record(message="did %s", words=("it",), **more):
    return logging.LogRecord("callbacks.panels", logging.WARNING, __file__, 1, message, words, None, **more)


def test_a_line_of_json_tells_what_where_and_when():
    told = json.loads(JsonLines().format(record()))
    assert (told["level"], told["logger"], told["message"]) == ("warning", "callbacks.panels", "did it")
    assert datetime.fromisoformat(told["time"]).utcoffset().total_seconds() == 0
    assert "path" not in told
    assert "exception" not in told


@pytest.mark.parametrize("form", [JsonLines, TextLines])
def test_a_line_names_the_request_it_was_written_for(form):
    named = REQUEST.set({"path": "/live", "request_id": "abc12345"})
    try:
        line = form().format(record())
    finally:
        REQUEST.reset(named)
    assert "/live" in line
    assert "abc12345" in line
    assert "/live" not in form().format(record())


def test_all_of_a_process_is_written_to_standard_error_in_one_form():
    env = {"JINGWEI_LOG": "json", "PYTHONPATH": ".", "PATH": ""}
    done = subprocess.run([sys.executable, "-c", CONFIGURED], env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["message"] for line in lines] == ["看 one", "of the server", "failed"]
    assert "ZeroDivisionError" in lines[2]["exception"]


def test_unknown_forms_and_levels_are_refused():
    with pytest.raises(ValueError, match="log"):
        Settings(log="xml")
    with pytest.raises(ValueError, match="log_level"):
        Settings(log_level="loud")
