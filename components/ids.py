"""Every id on the page, each once."""

URL = "url"
"""dcc.Location that every callback reads the View from."""
MOMENT = "moment"
"""dcc.Store with the moment all panels show, as ``version-second``; moved on by the live poll."""
ADDRESS = "address"
"""dcc.Store with the View's full address, language, theme and title, taken over by the browser."""
HEADER = "header"
FINDER = "finder"
FOUND = "found"
"""The list below the search box."""
NOTICES = "notices"
DESK = "desk"
"""Where the browser says which wall it steers."""
TAKING = "taking"
"""Where the browser says how far files are that it asked for."""
TROUBLES = "troubles"
"""Where the browser says what is away, as the live poll tells it."""
SHOWN = "shown"
"""dcc.Store with the surface that is on screen, so that going from unit to unit keeps it."""
SURFACE = "surface"
"""dcc.Store within a page that names its surface."""
CATALOGUE = "catalogue"
DRAWER = "drawer"
EXPLAINED = "explained"
"""dcc.Store with what the drawer is to show of which address, taken over where that is still on screen."""
MAP = "map"
MAP_MODEL = "map-model"
MAP_BESIDE = "map-beside"
MAP_BESIDE_MODEL = "map-beside-model"
BESIDE = "beside"
"""Where the map beside the map is put while there is one."""
BESIDE_LEGEND = "beside-legend"
LEGEND = "legend"
LAYERS = "layers"
MAP_LEVEL = "map-level"
"""dcc.Store that the map tells its drawn level."""
PLACE = "place"
"""Where the card of the place that is asked about stands, on the map."""


REMAPPING = "remapping"
"""dcc.Store that the browser tells what is asked about a feed's refused lines: an act, the form's values."""
MAPPING_FORM = "mapping-form"
REMAPPED = "remapped"
"""Where it is told what became, or would, of refused lines."""


def panel(key: str) -> dict[str, str]:
    """A panel's frame."""
    return {"type": "panel", "key": key}


def panel_head(key: str) -> dict[str, str]:
    """Where a panel's head is put."""
    return {"type": "panel-head", "key": key}


def panel_body(key: str) -> dict[str, str]:
    """Where a panel's body is put."""
    return {"type": "panel-body", "key": key}
