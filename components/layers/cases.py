"""Live cases."""

from components.layer import PointsLayer
from components.map.signs import CASES
from data_access.queries.points import case_points
from data_access.words import T


def _name(city: object, key: str) -> T:
    kind = city.types.get(key)
    return kind.title if kind else T(key, key)


LAYER = PointsLayer(
    key="cases",
    title=T("实时案件", "Live cases"),
    help=T(
        "在办案件，形状与颜色表示紧急程度；数量过多时只画紧急与危急的",
        "Open cases; shape and colour tell how urgent; where there are very many, only the urgent ones",
    ),
    points=case_points,
    signs=CASES,
    face=-1,
    name=_name,
    order=10,
)
