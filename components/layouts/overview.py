"""All of the situation at once."""

from components.layout import Grid, Layout
from data_access.words import T

LAYOUT = Layout(
    key="overview",
    title=T("总览", "Overview"),
    order=10,
    grids={
        "16x9": Grid(
            "minmax(0, 2fr) minmax(0, 1fr)",
            "auto auto minmax(0, 1fr) minmax(0, 0.8fr) 236px",
            ("headline headline", "kpis kpis", "map stream", "map ranking", "trend networks"),
        ),
        "21x9": Grid(
            "minmax(0, 5fr) minmax(0, 2.4fr) minmax(0, 2.4fr)",
            "auto auto minmax(0, 1fr) 250px",
            ("headline headline headline", "kpis kpis kpis", "map stream ranking", "map trend networks"),
        ),
        "32x9": Grid(
            "minmax(0, 3fr) minmax(0, 6fr) minmax(0, 3fr) minmax(0, 3fr)",
            "auto auto minmax(0, 1fr) minmax(0, 1fr)",
            (
                "headline headline headline headline",
                "kpis kpis kpis kpis",
                "trend map stream ranking",
                "networks map stream ranking",
            ),
        ),
        "4x1": Grid(
            "minmax(0, 3fr) minmax(0, 6fr) minmax(0, 3fr) minmax(0, 3fr) minmax(0, 3fr)",
            "auto auto minmax(0, 1fr) minmax(0, 1fr)",
            (
                "headline headline headline headline headline",
                "kpis kpis kpis kpis kpis",
                "trend map stream stream ranking",
                "networks map stream stream ranking",
            ),
        ),
    },
)
