"""The cases that are open, and who answers."""

from components.layout import Grid, Layout
from data_access.words import T

WIDE = Grid(
    "minmax(0, 2fr) minmax(0, 1fr) minmax(0, 1fr)",
    "auto minmax(0, 1fr)",
    ("headline headline headline", "stream ranking people"),
)

LAYOUT = Layout(
    key="stream",
    title=T("案件流", "Case stream"),
    order=40,
    grids={
        "16x9": Grid(
            "minmax(0, 3fr) minmax(0, 2fr)",
            "auto minmax(0, 1fr) minmax(0, auto)",
            ("headline headline", "stream ranking", "stream people"),
        ),
        "21x9": WIDE,
        "32x9": WIDE,
        "4x1": WIDE,
    },
)
