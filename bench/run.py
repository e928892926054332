"""The whole bench, one measurement after the other, each on the city that the first one built."""

import os
import tempfile
from pathlib import Path

from bench import asking, building, glass, mapping, papers, starting, viewers, viewing, walls
from bench.apart import Progress
from bench.figures import Figure, single
from reports.browser import require_browser


def run(size: str, progress: Progress) -> dict[str, Figure]:
    """Build the reference city of `size` in a temporary folder, and measure all there is to measure about it.

    Returns the figures by name. Raises JingweiError when something needed is missing, before anything is built.
    """
    require_browser("bench")
    with tempfile.TemporaryDirectory(prefix="jingwei-bench-") as folder:
        home, figures = Path(folder), {"machine.load": single(os.getloadavg()[0], "processes")}
        figures |= building.measure(home, size, progress)
        for part in (asking, starting, viewing, mapping, viewers, walls, glass, papers):
            figures |= part.measure(home, progress)
    return figures
