"""What a machine and a store need to be well, each check with what to do when it is not."""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import chdb
import numpy as np

from data_access.city import City
from data_access.settings import Settings

PYTHON = (3, 11)
DISK_FREE = 2 * 1024**3
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Check:
    """One finding: what was looked at, whether it is well, what was seen, and what to do if not."""

    name: str
    ok: bool
    seen: str
    todo: str = ""


def machine(settings: Settings) -> list[Check]:
    """Checks of the machine: Python, engine, fonts, browser, disk, clock."""
    checks: list[Callable[[Settings], Check]] = [_python, _engine, _fonts, _browser, _disk, _clock]
    return [check(settings) for check in checks]


def census(city: City) -> dict:
    """Counts of the city: units by level and grid kind, leaves, records by table, data version, as-of moment."""
    t, moment = city.units.table, city.live.moment()
    units = {level.key: int((t.level == n).sum()) for n, level in enumerate(city.profile.levels)}
    kinds = {str(kind): int(n) for kind, n in zip(*np.unique(t.kind.astype(str), return_counts=True), strict=True)}
    return {
        "city": city.profile.key,
        "units": units | {f"grid.{kind}": n for kind, n in kinds.items() if kind},
        "zones": [zone.id for zone in city.units.zones],
        "leaves": city.units.leaves,
        "records": city.store.counts(),
        "store_bytes": city.store.bytes(),
        "data_version": moment.version,
        "as_of": datetime.fromtimestamp(moment.at, UTC).isoformat(),
    }


def census_check(found: dict) -> Check:
    """The census as a check of the store."""
    seen = f"{found['city']}: {found['leaves']:,} leaves, {sum(found['records'].values()):,} records"
    return Check("store", True, seen)


def walls_check(faults: list[str]) -> Check:
    """What keeps scenes of walls from being shown, as a check."""
    seen = "; ".join(faults) or "every scene can be shown"
    return Check("walls", not faults, seen, "Correct JINGWEI_WALLS, or the scenes saved on screen: docs/walls.md.")


def reports_check(faults: list[str]) -> Check:
    """What keeps scheduled reports from running, as a check."""
    seen = "; ".join(faults) or "every schedule can run"
    return Check("reports", not faults, seen, "Correct JINGWEI_REPORTS, or what it names: docs/reports.md.")


def report(checks: list[Check], found: dict | None) -> dict:
    """All of it as plain JSON."""
    return {"ok": all(c.ok for c in checks), "checks": [asdict(c) for c in checks], **(found or {})}


def _python(settings: Settings) -> Check:
    seen = ".".join(map(str, sys.version_info[:3]))
    return Check("python", sys.version_info >= PYTHON, seen, "Install Python 3.11 or newer.")


def _engine(settings: Settings) -> Check:
    return Check("engine", True, f"chDB {chdb.__version__}, ClickHouse {chdb.engine_version}")


def _fonts(settings: Settings) -> Check:
    todo = "Install a Chinese font: apt-get install fonts-noto-cjk."
    if not shutil.which("fc-list"):
        return Check("fonts", False, "fc-list is not installed", todo)
    found = subprocess.run(["fc-list", ":lang=zh", "family"], capture_output=True, text=True, check=False)
    names = sorted({line.split(",")[0] for line in found.stdout.splitlines() if line})
    return Check("fonts", bool(names), names[0] if names else "no Chinese font", todo)


def _browser(settings: Settings) -> Check:
    path = next((p for p in map(shutil.which, BROWSERS) if p), None)
    todo = "Install Chromium for tests and snapshots: apt-get install chromium."
    return Check("browser", path is not None, path or "no Chromium", todo)


def _disk(settings: Settings) -> Check:
    folder = next(p for p in (settings.home, *settings.home.absolute().parents, Path("/")) if p.exists())
    free = shutil.disk_usage(folder).free
    todo = f"Free some space: {settings.home} should have 2 GiB left, or set JINGWEI_HOME to a larger disk."
    return Check("disk", free >= DISK_FREE, f"{free / 1024**3:.1f} GiB free", todo)


def _clock(settings: Settings) -> Check:
    now = datetime.now(UTC)
    sane = now.year >= 2026 and abs(time.time() - now.timestamp()) < 5
    todo = "Set the machine's clock; windows and deadlines follow it (timedatectl set-ntp true)."
    return Check("clock", sane, now.isoformat(timespec="seconds"), todo)
