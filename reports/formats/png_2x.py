"""PNG at 2×, for documents that are printed."""

from data_access.words import T
from reports.format import Drawing, Format
from reports.formats.png import MEDIA

FORMAT = Format(
    key="png-2x",
    title=T("图片 2×", "Picture 2×"),
    help=T("同样的画面，两倍像素", "The same picture, of twice the pixels each way"),
    suffix="png",
    media=MEDIA,
    drawing=Drawing(size=(1760, 990), scale=2),
    order=5,
)
