"""Snapshots that a browser draws: pages of paper, pictures, their queue, and a browser that dies over them."""

import io
import re
import struct
import time
import unicodedata
import urllib.request
from contextlib import suppress

import psutil
import pypdf
import pytest
from orders import asked, made, ordered, over
from walled import sent, served

pytestmark = pytest.mark.browser
CASES = 500
CASE = r"\bP\d{4}\b|\b2026\d{9}\b"
MM = 72 / 25.4


@pytest.fixture(scope="module")
def busy(tmp_path_factory, chromium):
    """A server on the small city as of now, to which 500 cases have been reported; one browser, short queue."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOTLINE_TOKEN", "h")
        running = served(tmp_path_factory.mktemp("busy"), browsers=1, snapshots=25)
        at = time.time() - 300
        line = {
            "step": "reported",
            "lon": 113.66,
            "lat": 34.76,
            "type": "e90002",
            "severity": 1,
            "source": "hotline",
        }
        lines = [line | {"case_id": f"P{n:04d}", "at": at + n / 10} for n in range(CASES)]
        assert sent(running, lines)["accepted"] == CASES
        yield running
        running.stop()


def size(body):
    """Width and height of a PNG."""
    assert body[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", body[16:24])


def fonts(page):
    """The fonts of a page, and whether each is in the file."""
    for font in page["/Resources"].get("/Font", {}).values():
        told = font.get_object()
        for one in told.get("/DescendantFonts", [told]):
            one = one.get_object()
            descriptor = one.get("/FontDescriptor")
            there = descriptor and any(f"/FontFile{n}" in descriptor.get_object() for n in ("", "2", "3"))
            yield told.get("/BaseFont"), bool(there) or told["/Subtype"] == "/Type3"


def plain(page):
    """The text of a page; some glyphs of the font are those of radicals too, and come out as such."""
    return unicodedata.normalize("NFKC", page.extract_text())


def flat(outline):
    """The entries of an outline, those within others too."""
    for entry in outline:
        yield from flat(entry) if isinstance(entry, list) else (entry,)


def test_500_cases_go_over_several_pages(busy):
    """None is lost or cut, each page has the head again and its number, and the text is text."""
    order, body = made(busy, "/?lang=zh", "pdf", "stream")
    pages = [plain(page) for page in pypdf.PdfReader(io.BytesIO(body)).pages]
    found = re.findall(CASE, "".join(pages))
    assert len(found) == len(set(found)) == CASES
    assert "只列前 500 行" in "".join(pages)
    listed = [text for text in pages if re.search(CASE, text)]
    assert len(listed) >= 8
    assert all("紧急程度" in text and "上报" in text for text in listed)
    assert all(f"{n} / {len(pages)}" in text for n, text in enumerate(pages, 1))
    assert all(order["digest"][:16] in text for text in pages)


@pytest.mark.parametrize(
    ("form", "paper"), [("pdf", (297, 210)), ("pdf-a3", (420, 297)), ("pdf-slide", (338.7, 190.5))]
)
def test_pages_are_of_their_paper_with_fonts_and_links(server, form, paper):
    order, body = made(server, "/?lang=zh", form)
    reader = pypdf.PdfReader(io.BytesIO(body))
    for page in reader.pages:
        assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx(
            [mm * MM for mm in paper], abs=1
        )
        missing = [name for name, embedded in fonts(page) if not embedded]
        assert not missing
    notes = [note.get_object() for page in reader.pages for note in page.get("/Annots", ())]
    links = {note["/A"]["/URI"] for note in notes if "/URI" in note.get("/A", {})}
    assert order["link"] in links
    assert any("place=" in link for link in links)
    assert reader.metadata.title == "郑州市 · 运行态势"
    assert {"实时案件", "定义"} <= {entry.title for entry in flat(reader.outline)}
    assert "按期结案" in reader.pages[0].extract_text()


@pytest.mark.parametrize("form", ["pdf", "pdf-slide"])
def test_a_wide_scene_is_whole_on_paper(server, form):
    """What stands at its right edge is there, and at its lower one: fractions of units, and sources of the map."""
    _, body = made(server, "/stage/overview/32x9?lang=en", form)
    text = plain(pypdf.PdfReader(io.BytesIO(body)).pages[0])
    assert len(re.findall(r"[\d,]+/[\d,]+", text)) >= 12
    assert "Natural Earth" in text


def test_a_picture_and_its_rows_tell_the_same(server):
    """The picture's frames are held at the moment of the rows; the digest is that of the workbook."""
    order, body = made(server, "/?lang=en&as_of=2026-03-18T02:00:00Z", "pdf")
    text = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(body)).pages)
    shown = re.search(r"Open cases.*?\n(\d+)\n", text, re.S)[1]
    listed = re.search(r"Open cases ([\d,]+) cases", text)[1]
    assert shown == listed
    again, _ = made(server, "/?lang=zh&as_of=2026-03-18T02:00:00Z", "xlsx")
    assert order["digest"] == again["digest"]


def test_pictures_are_as_large_as_they_say(server):
    sizes = {form: size(made(server, "/?lang=en", form)[1]) for form in ("png", "png-2x", "png-4k")}
    assert sizes["png-2x"] == tuple(2 * side for side in sizes["png"])
    assert sizes["png-4k"][0] == 3840
    wide, high = size(made(server, "/stage/map/32x9?lang=en", "png")[1])
    assert wide == 3840
    assert high < 1400
    assert size(made(server, "/?lang=en", "png", "ranking")[1])[0] == 1000


def test_twenty_at_once_are_all_made_in_turn(busy):
    """They wait for the one browser; more than the queue holds are refused, and one that is let go is not made."""
    orders = [ordered(busy, f"/?lang=en&window={window}", "png") for window in ("1h", "today", "7d", "30d") * 5]
    assert max(order["before"] for order in orders) >= 15
    refused = [ordered(busy, "/?lang=en", "png") for _ in range(10)]
    assert {order.get("status", 202) for order in refused} == {202, 503}
    assert any("waiting already" in order.get("error", "") for order in refused)
    for order in refused:
        if "id" in order:
            assert asked(busy, f"/snapshots/{order['id']}", "DELETE")["state"] == "cancelled"
    assert {over(busy, order)["state"] for order in orders} == {"done"}


def test_a_browser_that_is_killed_is_begun_anew(busy):
    order = ordered(busy, "/?lang=en&window=30d", "pdf")
    while asked(busy, f"/snapshots/{order['id']}")["what"] != "picture":
        time.sleep(0.01)
    for one in psutil.Process(busy.process.pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # some of a browser's processes come and go
            if "chrom" in one.name() and "--type=" not in " ".join(one.cmdline()):
                one.kill()
    order = over(busy, order)
    assert order["state"] == "done"
    assert order["tries"] == 2


def test_a_file_comes_by_its_address_alone(server):
    """As `curl -L` fetches it; what is not there yet is asked for again."""
    with urllib.request.urlopen(f"{server.url}/snapshot/png/?lang=en&panel=kpis", timeout=60) as answer:
        assert answer.headers["Content-Type"] == "image/png"
        assert size(answer.read())


def test_what_cannot_be_made_says_why(server):
    order = over(server, ordered(server, "/unit/nowhere?lang=en", "pdf"))
    assert order["state"] == "failed"
    assert "no unit nowhere" in order["error"]
    assert "no format called docx" in ordered(server, "/?lang=en", "docx")["error"]
    assert "no layout nothing" in ordered(server, "/stage/nothing/16x9?lang=en", "png")["error"]
    assert asked(server, "/snapshots/nothing?lang=en")["status"] == 404


def test_from_the_page(server, visit):
    """The menu of the page and that of a panel: progress, then the file; another by its keys alone."""
    page = visit(f"{server.url}/?lang=en")
    page.locator(".share-menu summary").click()
    with page.expect_download(timeout=60000) as taken:
        page.locator("[data-take=xlsx]").click()
    assert taken.value.suggested_filename.endswith(".xlsx")
    page.locator(".taking-card.is-done").wait_for()
    assert page.locator("details.menu[open]").count() == 0, "what was chosen has closed its menu"
    page.locator("[data-take-panel=ranking]").focus()
    page.keyboard.press("Enter")
    with page.expect_download(timeout=60000) as taken:
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
    assert "Closed-on-time" in taken.value.suggested_filename
