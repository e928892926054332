"""What is said of a scene that cannot be shown, and of a name that nothing has."""

import difflib
from collections.abc import Collection

from data_access.words import T

LEFT_OUT = T("{where}：场景“{title}”未播放。{what}", "{where}: the scene “{title}” is left out. {what}")
HINT = T("，是不是 {near}", ", did you mean {near}")


def hint(name: str, there: Collection[str]) -> T | str:
    """Which of those there are is nearly called so; empty for none."""
    found = difflib.get_close_matches(name, list(there), 1, 0.6)
    return HINT.fill(near=found[0]) if found else ""
