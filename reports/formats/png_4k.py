"""PNG for a screen of 3840 × 2160 pixels: the wall's own canvas."""

from data_access.words import T
from reports.format import Drawing, Format
from reports.formats.png import MEDIA

FORMAT = Format(
    key="png-4k",
    title=T("图片 4K", "Picture 4K"),
    help=T("大屏画布，3840 像素宽", "The canvas of a wall, 3840 pixels wide"),
    suffix="png",
    media=MEDIA,
    drawing=Drawing(size=(1920, 1080), scale=2),
    order=6,
)
