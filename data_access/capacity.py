"""What a store of very many records takes: disk, machines and money, from what its rows take now."""

import math
from dataclasses import asdict, dataclass

from data_access.errors import SettingsError
from data_access.store.declare import metadata
from data_access.store.store import Size

SCALES = (1_000_000_000, 10_000_000_000, 100_000_000_000)
RECORDS = ("reading", "case_step", "facility_step", "fact_day")
"""Tables whose rows are records as they came; all others are counted to what these bring with them."""
FEW = 1_000_000
"""Below so many records, what is fixed in a store blurs what a row takes."""
TB, YEAR = 1000**4, 365.25 * 86400


@dataclass(frozen=True)
class Assumptions:
    """What is assumed of machines and of the city; all of it is printed with what follows from it."""

    replicas: int = 2
    disk_tb: float = 4.0
    fill: float = 0.7
    machine_month: float = 400.0
    keepers: int = 3
    keeper_month: float = 40.0
    records_a_shard: float = 25_000_000_000.0
    rows_a_second: float = 1_000_000.0
    peak: float = 5.0
    years: float = 3.0


@dataclass(frozen=True)
class Need:
    """What a number of records takes; `cost` a month, in the money of the assumptions."""

    records: int
    copy_tb: float
    disk_tb: float
    shards: int
    machines: int
    peak_rows: float
    cost: float


def bytes_a_record(sizes: dict[str, Size]) -> float:
    """Bytes that a record takes, with its share of rollups and of all else that grows with them; 0 of none."""
    records = sum(sizes[name][0] for name in RECORDS)
    return sum(size for _, size in sizes.values()) / records if records else 0.0


def rate(figures: dict) -> float:
    """Rows a second that the bench took in as readings, rollups included. Raises SettingsError."""
    try:
        return figures["records.reading"]["value"] / figures["build.reading.s"]["value"]
    except (KeyError, TypeError, ZeroDivisionError) as error:
        raise SettingsError("The file holds no figures of `jingwei bench --json` about readings.") from error


def need(records: int, each: float, given: Assumptions) -> Need:
    """What `records` of `each` bytes take."""
    copy = records * each
    peak = given.peak * records / (given.years * YEAR)
    by_disk = math.ceil(copy / (given.disk_tb * TB * given.fill))
    by_rate = math.ceil(peak / given.rows_a_second)
    shards = max(1, by_disk, by_rate, math.ceil(records / given.records_a_shard))
    # One machine that holds it all needs neither copies nor keepers, but a backup.
    alone = shards == 1 and records <= SCALES[0]
    machines = 1 if alone else shards * given.replicas
    cost = machines * given.machine_month + (0 if alone else given.keepers * given.keeper_month)
    return Need(records, copy / TB, copy * (1 if alone else given.replicas) / TB, shards, machines, peak, cost)


def page(sizes: dict[str, Size], given: Assumptions, where: str) -> str:
    """The page in Markdown: what was measured, what is assumed, what follows."""
    each, records = bytes_a_record(sizes), sum(sizes[name][0] for name in RECORDS)
    lines = ["# Capacity", "", f"Made by `jingwei capacity`, from {where}.", "", "## Measured", ""]
    lines += ["| table | rows | bytes | bytes a row |", "|---|---:|---:|---:|"]
    for table in metadata.sorted_tables:
        rows, size = sizes[table.name]
        lines.append(f"| {table.name} | {rows:,} | {size:,} | {size / rows:.1f} |" if rows else _none(table.name))
    few = " These are few: what is fixed in a store makes the figure too high." if records < FEW else ""
    lines += [
        "",
        f"A record takes {each:.1f} bytes on disk, with its share of all rollups ({records:,} records).{few}",
    ]
    lines += ["", "## Assumed", ""]
    lines += [f"- {LABELS[name].format(value)}" for name, value in asdict(given).items()]
    lines += [
        "",
        "## What follows",
        "",
        "| records | one copy | all copies | shards | machines | peak | a month |",
    ]
    lines.append("|---:|---:|---:|---:|---:|---:|---:|")
    for found in (need(scale, each, given) for scale in SCALES):
        lines.append(
            f"| {found.records:,} | {found.copy_tb:,.3f} TB | {found.disk_tb:,.3f} TB | {found.shards} | "
            f"{found.machines} | {found.peak_rows:,.0f} rows/s | {found.cost:,.0f} |"
        )
    return "\n".join([*lines, "", NOTE, ""])


def _none(name: str) -> str:
    return f"| {name} | 0 | 0 | – |"


LABELS = {
    "replicas": "{} copies of each shard, where there is more than one machine",
    "disk_tb": "{} TB of disk a machine (16 cores, 64 GB of memory)",
    "fill": "disks are filled to {:.0%}, as merges and backups need room",
    "machine_month": "{:,.0f} a month for a machine, in your money",
    "keepers": "{} keepers beside a cluster",
    "keeper_month": "{:,.0f} a month for a keeper",
    "records_a_shard": "no shard holds more than {:,.0f} records, so that long windows are still read in seconds",
    "rows_a_second": "{:,.0f} rows a second are taken in by a shard, rollups included",
    "peak": "the busiest hour brings {:g} times the average",
    "years": "the records are those of {:g} years",
}
NOTE = (
    "Machines that serve screens come on top: one for some hundred screens, as answers are shared. No cluster of\n"
    "this size was run; what the embedded engine takes in is assumed of a shard."
)
