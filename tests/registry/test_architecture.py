"""The shape of the code: which way imports run, how long things are, and what must not stand in a file."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = [
    p
    for p in ("bench", "callbacks", "commands", "components", "data_access", "demo", "ingest", "pages", "reports")
    if (ROOT / p).is_dir()
]
TOP = ("app", "cli")
MODULES = sorted([ROOT / f"{name}.py" for name in TOP] + [f for p in PACKAGES for f in (ROOT / p).rglob("*.py")])
LONGEST_MODULE, LONGEST_FUNCTION = 250, 40
SQL = re.compile(
    r"\b(SELECT .+ FROM|INSERT INTO|CREATE (TABLE|MATERIALIZED)|ALTER TABLE|OPTIMIZE TABLE|TRUNCATE)\b", re.DOTALL
)
DATABASE = {"sqlalchemy", "clickhouse_connect", "chdb", "sqlite3", "alembic"}
PLACES = re.compile(
    r"/(?:work|root|tmp|home/[a-z_]\w*|Users/\w+)/(?!\w*\{)|pythonhosted\.org|pypi\.org/simple|registry\.npmjs\.org|index-url"
)


def named(path):
    return str(path.relative_to(ROOT))


def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path):
    """The top-level names of what a module imports, anywhere in it."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def test_modules_are_short():
    long = {
        named(p): n for p in MODULES if (n := len(p.read_text(encoding="utf-8").splitlines())) > LONGEST_MODULE
    }
    assert not long


def test_functions_are_short():
    long = {}
    for path in MODULES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = node.end_lineno - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    long[f"{named(path)}:{node.name}"] = lines
    assert not long


def test_imports_run_one_way():
    """The contracts of pyproject.toml, which hold between packages."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", TOP)
def test_nothing_imports_the_top(name):
    """`app` and `cli` are modules, which import-linter does not take: they stand above all packages."""
    assert not [named(p) for p in MODULES if p.name not in ("app.py", "cli.py") and name in imported(p)]
    assert not DATABASE & set(imported(ROOT / f"{name}.py"))


def test_pages_do_not_know_callbacks():
    assert not [named(p) for p in MODULES if p.parts[-2] == "pages" and "callbacks" in imported(p)]


def test_no_database_outside_data_access():
    """Neither its libraries nor its language."""
    outside = [p for p in MODULES if "data_access" not in p.parts]
    assert not [named(p) for p in outside if DATABASE & set(imported(p))]
    texts = [(named(p), n.value) for p in outside for n in ast.walk(tree(p)) if isinstance(n, ast.Constant)]
    assert not [(p, text[:60]) for p, text in texts if isinstance(text, str) and SQL.search(text)]


def test_no_places_of_one_machine_in_tracked_files():
    """No path of the machine a file was written on, and no host of a package registry."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, timeout=30)
    if listed.returncode:
        pytest.skip("not a git clone")
    found = []
    for name in listed.stdout.decode().split("\0"):
        path = ROOT / name
        if not path.is_file() or path == Path(__file__) or "vendor" in path.parts:
            continue
        body = path.read_bytes()
        if b"\0" not in body[:4096]:
            found += [(name, m[0]) for m in PLACES.finditer(body.decode("utf-8", "replace"))]
    assert not found


def test_each_module_says_what_it_is():
    assert not [named(p) for p in MODULES if p.name != "__init__.py" and not ast.get_docstring(tree(p))]
