"""The outline of what the caller may see."""

from components.layer import OutlineLayer
from data_access.queries.borders import scope_borders
from data_access.words import T

LAYER = OutlineLayer(
    key="scope",
    title=T("权限范围", "Your scope"),
    help=T("点线围出您可以查看的范围", "The dotted line runs around all that you may see"),
    borders=scope_borders,
    order=60,
)
