"""Why a line is refused: one of a short fixed list of reasons, and the detail."""

from data_access.words import REASONS

__all__ = ["REASONS", "Refused", "shown"]


class Refused(Exception):
    """One record cannot be taken: `reason` is a key of REASONS, `detail` names the field and its value."""

    def __init__(self, reason: str, detail: str):
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


def shown(field: str, value: object, why: str = "") -> str:
    """A detail as the quarantine keeps it: ``field=value (why)``, long values cut."""
    text = str(value)
    text = text if len(text) <= 80 else text[:77] + "..."
    return f"{field}={text} ({why})" if why else f"{field}={text}"
