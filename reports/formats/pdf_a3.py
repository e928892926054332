"""PDF on A3, for the wall of an office."""

from data_access.words import T
from reports.format import Drawing, Format
from reports.formats.pdf import MEDIA

FORMAT = Format(
    key="pdf-a3",
    title=T("PDF（A3）", "PDF (A3)"),
    help=T("横向 A3：同样的内容，更大的画面", "A3 landscape: the same, with a larger picture"),
    suffix="pdf",
    media=MEDIA,
    drawing=Drawing(size=(1920, 1080), scale=1.5, paper=(420, 297)),
    order=2,
)
