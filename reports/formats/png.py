"""PNG at 1×: the picture of a View, with its moment, source and link on it."""

from data_access.words import T
from reports.format import Drawing, Format

MEDIA = "image/png"

FORMAT = Format(
    key="png",
    title=T("图片 1×", "Picture 1×"),
    help=T("画面本身，附时刻、来源与链接", "The picture itself, with its moment, source and link"),
    suffix="png",
    media=MEDIA,
    drawing=Drawing(size=(1760, 990), scale=1),
    order=4,
)
