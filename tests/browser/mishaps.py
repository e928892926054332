"""What goes wrong with a page on purpose: a script that does not come, and time that has passed."""

import re

CHARTS = "**/async-graph*"
"""The script that charts are drawn by, which a page asks for with the first of them."""
NOT_LOADED = re.compile("ERR_FAILED|ChunkLoadError|Failed to fetch|the server did not respond")
"""What is said of the script, and of what a page was asking when it was loaded anew."""
LATER = "(by) => { const ran = performance.now.bind(performance); performance.now = () => ran() + by; }"
"""Later by so many milliseconds, as a page counts them."""


def blamed_on_the_script(visit):
    """Nothing else went wrong."""
    assert visit.faults and all(NOT_LOADED.search(fault) for fault in visit.faults), visit.faults
    visit.faults.clear()
