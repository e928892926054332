"""One case and its surroundings: where it is, who answers, what else is open there."""

from components.layout import Grid, Layout
from data_access.words import T

LAYOUT = Layout(
    key="incident",
    title=T("现场", "Incident"),
    order=50,
    grids={
        "16x9": Grid(
            "minmax(0, 2fr) minmax(0, 1fr)",
            "auto minmax(0, auto) minmax(0, 1fr)",
            ("headline headline", "map people", "map stream"),
        ),
        "21x9": Grid(
            "minmax(0, 5fr) minmax(0, 2.4fr) minmax(0, 2.4fr)",
            "auto minmax(0, 1fr)",
            ("headline headline headline", "map people stream"),
        ),
        "32x9": Grid(
            "minmax(0, 9fr) minmax(0, 3fr) minmax(0, 3fr)",
            "auto minmax(0, 1fr)",
            ("headline headline headline", "map people stream"),
        ),
        "4x1": Grid(
            "minmax(0, 10fr) minmax(0, 3fr) minmax(0, 4fr)",
            "auto minmax(0, 1fr)",
            ("headline headline headline", "map people stream"),
        ),
    },
)
