"""Who answers where a device stands."""

from components.panel import Panel
from components.panels.people import PANEL as PEOPLE
from components.panels.people import sheet_of
from components.surface import DEVICE
from data_access.queries.device import holders

PANEL = Panel(
    key="device_people",
    title=PEOPLE.title,
    order=420,
    load=holders,
    body=PEOPLE.body,
    sentence=PEOPLE.sentence,
    note=PEOPLE.note,
    empty=PEOPLE.empty,
    sheet=lambda city, ask: sheet_of(holders(city, ask)),
    surface=DEVICE,
)
