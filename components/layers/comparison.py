"""Outlines to compare a unit with."""

from components.layer import OutlineLayer
from data_access.queries.borders import comparison_borders
from data_access.words import T

LAYER = OutlineLayer(
    key="comparison",
    title=T("上级与同级", "Parent, siblings"),
    help=T(
        "长划线为上级单元，短划线为同级单元", "The unit above in long dashes, the units beside it in short ones"
    ),
    borders=comparison_borders,
    order=50,
)
