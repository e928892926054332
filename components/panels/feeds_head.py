"""What the page of the networks begins with."""

from components.panel import Panel
from components.panels.feeds import NOTHING, title
from components.surface import NETWORKS
from data_access.queries.feeds import feed_lines
from data_access.words import T

PANEL = Panel(
    key="feeds_head",
    title=T("四网", "Networks"),
    order=200,
    load=feed_lines,
    body=title,
    empty=lambda data, ask: None if data else NOTHING,
    bare=True,
    surface=NETWORKS,
)
