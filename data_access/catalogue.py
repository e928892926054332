"""The catalogue of metrics: those that ship, and those of one's own folders."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from data_access.metric import Metric
from data_access.registry import Registry, discover


def metrics(extensions: Iterable[Path] = ()) -> Registry[Metric]:
    """All metrics. Raises DeclarationError for one that is declared twice or wrongly."""
    found = discover("data_access.metrics", "METRIC", [folder / "metrics" for folder in extensions])
    return Registry(found, _faults)


def _faults(metric: object) -> Iterator[str]:
    if not isinstance(metric, Metric):
        yield "is not a Metric"
        return
    yield from metric.faults()
