"""What cameras see, beside the map."""

from components.layout import Grid, Layout
from data_access.words import T

WIDE = Grid("minmax(0, 2fr) minmax(0, 5fr)", "auto minmax(0, 1fr)", ("headline headline", "map cameras"))

LAYOUT = Layout(
    key="video",
    title=T("视频", "Video"),
    order=60,
    grids={
        "16x9": Grid("minmax(0, 1fr)", "auto minmax(0, 1fr)", ("headline", "cameras")),
        "21x9": WIDE,
        "32x9": WIDE,
        "4x1": WIDE,
    },
)
