"""Starting the stand-in for a ClickHouse server in a process of its own."""

import contextlib
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).with_name("clickhouse_double.py")
USER, PASSWORD = "jingwei", "p:w/1"


@contextlib.contextmanager
def clickhouse(folder, database="default", config=""):
    """The URL of a store on a stand-in that keeps its data in `folder`; gone afterwards.

    `config` is a configuration file of the engine's own.
    """
    command = [sys.executable, SCRIPT, folder, USER, PASSWORD, database, config]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        port = process.stdout.readline().strip()
        assert port, "the stand-in does not start"
        yield f"clickhousedb://{USER}:p%3Aw%2F1@127.0.0.1:{port}/{database}"
    finally:
        process.stdin.close()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
        process.stdout.close()
