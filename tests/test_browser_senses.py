"""Other eyes and other paper: zoomed, spaced out, in forced colours, without motion, printed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Page

from tests.browsing import Sit, sideways
from tests.bureau import Bureau, open_bureau

pytestmark = pytest.mark.browser

PAGES = (
    "/uji/pekerjaan",
    "/uji/daftar",
    "/uji/butir/{item}",
    "/uji/butir/{item}?tercatat_pada=2",
    "/uji/butir/{item}/tindakan/test_consequence",
    "/uji/penetapan/{decree}",
    "/uji/ikhtisar",
    "/uji/impor",
    "/uji/akun",
    "/uji/jejak",
    "/uji/pengaturan/kalender",
    "/publik/uji/",
    "/publik/uji/butir/{item}",
    "/publik/uji/sop/kalteng-diskominfo-2024",
    "/publik/uji/perubahan",
)
ZOOMED = {"200 %": (640, 450), "400 %": (320, 256)}
"""What is left of a window of 1280 by 1024 pixels, and nearly so of 1280 by 900."""

SPACED = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
        word-spacing: .16em !important; } p { margin-block-end: 2em !important; }`);
    document.adoptedStyleSheets = [sheet];
}"""
CUT = """() => [...document.querySelectorAll("body *")].filter(e => {
    const shown = getComputedStyle(e), box = e.getBoundingClientRect();
    if (!box.width || shown.clipPath !== "none" || !e.innerText?.trim()) return false;
    const hides = way => ["hidden", "clip"].includes(way);
    return hides(shown.overflowX) && e.scrollWidth > e.clientWidth + 1
        || hides(shown.overflowY) && e.scrollHeight > e.clientHeight + 1;
}).map(e => e.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def bureau(server: str, template: str) -> Iterator[Bureau]:
    with open_bureau(server, template) as opened:
        yield opened


@pytest.fixture(scope="module")
def item_id(bureau: Bureau) -> UUID:
    return bureau.item("upload", title="Berita acara pemeriksaan-kepegawaian " * 4)


@pytest.fixture(scope="module")
def pages(bureau: Bureau, item_id: UUID) -> list[str]:
    [decree] = [row["id"] for row in bureau.register.views.decrees()]
    return [page.format(item=item_id, decree=decree) for page in PAGES]


@pytest.mark.parametrize("zoom", list(ZOOMED))
def test_zoomed_pages_flow_anew(sit: Sit, pages: list[str], zoom: str) -> None:
    width, height = ZOOMED[zoom]
    with sit("sri") as page:
        page.set_viewport_size({"width": width, "height": height})
        assert {p: wider for p in pages if (wider := _opened(page, p)) > 0} == {}


def _opened(page: Page, path: str) -> int:
    page.goto(path)
    return sideways(page)


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_wider_spaced_text_is_not_cut(sit: Sit, pages: list[str], size: str) -> None:
    cut: dict[str, list[str]] = {}
    with sit("sri", size=size) as page:
        for path in pages:
            page.goto(path)
            page.evaluate(SPACED)
            found = page.evaluate(CUT)
            if sideways(page) > 0:
                found.append(f"{sideways(page)} px wider")
            if found:
                cut[path] = found
    assert cut == {}


BORDER = "e => [getComputedStyle(e).borderTopStyle, parseFloat(getComputedStyle(e).borderTopWidth)]"


def test_forced_colours_leave_edges_and_focus(sit: Sit, item_id: UUID) -> None:
    with sit("sri") as page:
        page.emulate_media(forced_colors="active")
        page.goto(f"/uji/butir/{item_id}")
        for part in (".card", ".button", ".tag", ".timeline li", "#geser"):
            shown = page.locator(part).first
            assert shown.is_visible(), part
            if part in (".card", ".button", ".tag"):
                style, width = shown.evaluate(BORDER)
                assert style != "none", part
                assert width >= 1, part
        page.goto("/uji/daftar")
        for _ in range(12):
            page.keyboard.press("Tab")
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline not in ("none", "")
        current = page.locator(".rail [aria-current]")
        assert current.evaluate("e => getComputedStyle(e).outlineStyle") != "none"


MOVES = """() => [...document.querySelectorAll("*")].filter(e => {
    const shown = getComputedStyle(e);
    return shown.animationName !== "none" || shown.scrollBehavior === "smooth"
        || shown.transitionDuration.split(",").some(d => parseFloat(d) > 0);
}).map(e => e.outerHTML.slice(0, 100))"""


def test_nothing_moves_for_who_wants_no_motion(sit: Sit, pages: list[str]) -> None:
    with sit("sri") as page:
        page.emulate_media(reduced_motion="reduce")
        for path in pages:
            page.goto(path)
            assert page.evaluate(MOVES) == [], path


CHROME = (".rail", ".me", ".skip", ".machine", ".filters", ".pager", ".crumbs", "main form button")
CHROME_OF_THE_PUBLIC = (".tools", ".masthead nav", ".skip", ".finder", ".pager", ".crumbs")
READ = {
    "/uji/daftar": (CHROME, "Register informasi yang dikecualikan"),
    "/uji/butir/{item}": (CHROME, "Riwayat"),
    "/uji/penetapan/{decree}": (CHROME, "Dicetak 2 Maret 2026"),
    "/publik/uji/": (CHROME_OF_THE_PUBLIC, "Badan Contoh"),
    "/publik/uji/butir/{item}": (CHROME_OF_THE_PUBLIC, "Mengapa dikecualikan"),
}
BUTTONS = ("Cetak", "Saring", "Keluar", "Langsung ke isi", "English", "Mesin waktu")


@pytest.mark.parametrize("path", list(READ))
def test_paper_carries_no_chrome(
    sit: Sit, bureau: Bureau, item_id: UUID, path: str, tmp_path: Path
) -> None:
    [decree] = [row["id"] for row in bureau.register.views.decrees()]
    chrome, wanted = READ[path]
    with sit("sri") as page:
        page.goto(path.format(item=item_id, decree=decree))
        page.emulate_media(media="print")
        for part in chrome:
            shown = [one for one in page.locator(part).all() if one.is_visible()]
            assert not shown, part
        text = page.locator("body").inner_text()
        paper = tmp_path / "page.pdf"
        page.pdf(path=paper, prefer_css_page_size=True)
    if reader := shutil.which("pdftotext"):
        command = [reader, "-layout", str(paper), "-"]
        text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert wanted in text
    assert not [said for said in BUTTONS if said in text.splitlines()]
