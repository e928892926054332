"""PDF of 16:9 pages, for a projector."""

from data_access.words import T
from reports.format import Drawing, Format
from reports.formats.pdf import MEDIA

FORMAT = Format(
    key="pdf-slide",
    title=T("PDF（16:9）", "PDF (16:9)"),
    help=T("16:9 页面，用于投影", "Pages of 16:9, for a projector"),
    suffix="pdf",
    media=MEDIA,
    drawing=Drawing(size=(1600, 900), scale=1.5, paper=(338.7, 190.5)),
    order=3,
)
