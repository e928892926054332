"""What a load did, in counts and in words."""

from dataclasses import dataclass, field

from data_access.write import Reject

EXAMPLES = 3
"""How many refused rows of a file and reason a summary shows."""


@dataclass
class FileCounts:
    """One file of cases: its rows by outcome, the steps that landed, and the reasons of what was refused.

    `rows` is `loaded + rejected + duplicates`. In a run that is repeated the refused rows of the first run are
    counted as `rejected` again, without being kept again; `reasons` then does not tell them apart.
    """

    file: str
    feed: str
    rows: int = 0
    loaded: int = 0
    rejected: int = 0
    duplicates: int = 0
    steps: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    examples: list[Reject] = field(default_factory=list)
    error: str = ""

    def refuse(self, reject: Reject) -> None:
        """Count a refused row, and keep it as an example where there are few of its reason."""
        self.reasons[reject.reason] = self.reasons.get(reject.reason, 0) + 1
        if self.reasons[reject.reason] <= EXAMPLES:
            self.examples.append(reject)


@dataclass
class OverlayCounts:
    """One overlay: its shapes by outcome, the reasons of what was refused, and what else there is to say.

    `shapes` is `drawn + refused`; `repaired` are among those drawn. With an `error` the overlay stays as it was.
    """

    key: str
    file: str
    shapes: int = 0
    drawn: int = 0
    refused: int = 0
    repaired: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    examples: list[Reject] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    error: str = ""

    def refuse(self, reject: Reject) -> None:
        """Count a refused shape, and keep it as an example where there are few of its reason."""
        self.refused += 1
        self.reasons[reject.reason] = self.reasons.get(reject.reason, 0) + 1
        if self.reasons[reject.reason] <= EXAMPLES:
            self.examples.append(reject)


@dataclass
class Summary:
    """What `jingwei load` did.

    `units` counts them by level; `others` are the refused outlines, devices and facilities."""

    city: str
    built: bool
    units: dict[str, int]
    leaves: int
    zones: int
    types: int
    files: list[FileCounts] = field(default_factory=list)
    overlays: list[OverlayCounts] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    others: list[Reject] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether a file could not be read to its end, or an overlay not be taken."""
        return any(f.error for f in (*self.files, *self.overlays))
