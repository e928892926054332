"""What the page of the networks begins with."""

from components.panel import Panel
from components.panels.feeds import NOTHING, sentence, title
from components.sheet import Column, Sheet, in_both
from components.surface import NETWORKS
from data_access.ask import Ask
from data_access.city import City
from data_access.queries.feeds import feed_lines
from data_access.words import T

COLUMNS = (Column("sentence", T("概况", "In a sentence")),)


def sheet(city: City, ask: Ask) -> Sheet:
    """The sentence."""
    data = feed_lines(city, ask)
    return Sheet(COLUMNS, ((in_both(ask, lambda each: sentence(data, each)),),) if data else ())


PANEL = Panel(
    key="feeds_head",
    title=T("四网", "Networks"),
    order=200,
    load=feed_lines,
    body=title,
    empty=lambda data, ask: None if data else NOTHING,
    bare=True,
    surface=NETWORKS,
    sheet=sheet,
)
