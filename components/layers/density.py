"""Density of cases."""

from components.layer import DensityLayer
from data_access.queries.density import density
from data_access.words import T

LAYER = DensityLayer(
    key="density",
    title=T("案件密度", "Case density"),
    help=T(
        "时段内上报的案件，每平方公里多少件，略作平滑；随时段与类别变化",
        "Cases reported in the window per square kilometre, lightly smoothed; of the window and the types chosen",
    ),
    unit=T("件/km²", "per km²"),
    surface=density,
    order=20,
)
