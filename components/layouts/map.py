"""The map, as large as it can be."""

from components.layout import Grid, Layout
from data_access.words import T

WHOLE = Grid("minmax(0, 1fr)", "auto minmax(0, 1fr)", ("headline", "map"))

LAYOUT = Layout(
    key="map",
    title=T("地图", "Map"),
    order=20,
    grids={"16x9": WHOLE, "21x9": WHOLE, "32x9": WHOLE, "4x1": WHOLE},
)
