"""Moments as a source writes them."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from ingest.fields import epoch_ms


class Times:
    """How a source writes moments: `form` is a strptime format, ``epoch``, ``epoch_ms``, or None for ISO 8601.

    What it writes without an offset from UTC is in `zone`.
    """

    def __init__(self, zone: str, form: str | None = None):
        self.form = form
        self._zone = ZoneInfo(zone)

    def parsed(self, value: object) -> object:
        """A moment that `fields.Past` accepts. Raises ValueError or OverflowError saying what is wrong."""
        if isinstance(value, date) and not isinstance(value, datetime):
            value = datetime.combine(value, time())
        if isinstance(value, str):
            value = self._read(value.strip())
        if isinstance(value, datetime):
            return value if value.tzinfo else value.replace(tzinfo=self._zone)
        if self.form == "epoch_ms" and isinstance(value, int | float):
            return value / 1000
        if self.form is None and isinstance(value, str | int | float):
            raise ValueError("is a number: set time_format to epoch or epoch_ms")
        return epoch_ms(value) / 1000

    def _read(self, text: str) -> object:
        if self.form == "epoch_ms":
            return float(text)
        if self.form and self.form != "epoch":
            return datetime.strptime(text, self.form)
        if not self.form and not text.lstrip("+-").replace(".", "", 1).isdigit():
            return datetime.fromisoformat(text)
        return text
