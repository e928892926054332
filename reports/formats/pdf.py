"""PDF on A4: a picture of the View, then what each panel shows as rows, over as many pages as it takes."""

from data_access.words import T
from reports.format import Drawing, Format

MEDIA = "application/pdf"

FORMAT = Format(
    key="pdf",
    title=T("PDF（A4）", "PDF (A4)"),
    help=T("横向 A4：画面、各面板的行、定义", "A4 landscape: the picture, the rows of each panel, definitions"),
    suffix="pdf",
    media=MEDIA,
    drawing=Drawing(size=(1760, 990), scale=1.25, paper=(297, 210)),
    order=1,
)
