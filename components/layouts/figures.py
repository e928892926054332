"""Key figures and their courses, without the map."""

from components.layout import Grid, Layout
from data_access.words import T

WIDE = Grid(
    "minmax(0, 2fr) minmax(0, 1fr) minmax(0, 1fr)",
    "auto auto minmax(0, 1fr)",
    ("headline headline headline", "kpis kpis kpis", "trend ranking networks"),
)

LAYOUT = Layout(
    key="figures",
    title=T("指标", "Figures"),
    order=30,
    grids={
        "16x9": Grid(
            "minmax(0, 1fr) minmax(0, 1fr)",
            "auto auto minmax(0, 1.2fr) minmax(0, 1fr)",
            ("headline headline", "kpis kpis", "trend trend", "ranking networks"),
        ),
        "21x9": WIDE,
        "32x9": WIDE,
        "4x1": WIDE,
    },
)
