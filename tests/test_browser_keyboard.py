"""Without a mouse: whatever an officer does, he does by keyboard, and sees where he is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browsing import Sit
from tests.bureau import PASSWORD, Bureau, open_bureau
from tests.sheet_files import xlsx

pytestmark = pytest.mark.browser

SCRIPTS = Path(__file__).parent.parent / "web" / "static"
SCRIPTS_BYTES_MAX = 6 * 1024


@pytest.fixture(scope="module")
def bureau(server: str, template: str) -> Iterator[Bureau]:
    with open_bureau(server, template) as opened:
        yield opened


def here(page: Page) -> str:
    """Where the focus is; it must be somewhere, and be seen."""
    focus: dict[str, str] = page.evaluate(
        """() => {
            const at = document.activeElement, shown = getComputedStyle(at);
            return { tag: at.tagName, outline: shown.outlineStyle, width: shown.outlineWidth,
                said: at.outerHTML.slice(0, 120) };
        }"""
    )
    assert focus["tag"] != "BODY", "the focus is lost"
    seen = focus["outline"] not in ("none", "") and focus["width"] != "0px"
    assert seen, f"focus not seen on {focus['said']}"
    return focus["said"]


def tab_to(page: Page, wanted: Locator, *, key: str = "Tab", most: int = 90) -> None:
    """Go there by Tab alone, seeing at each step where one is."""
    target = wanted.element_handle()
    for _ in range(most):
        page.keyboard.press(key)
        here(page)
        if page.evaluate("e => e === document.activeElement", target):
            return
    raise AssertionError(f"{wanted} was not reached by {most} times {key}")


def write(page: Page, label: str, text: str) -> None:
    tab_to(page, page.get_by_label(label, exact=True))
    page.keyboard.insert_text(text)


def press(page: Page, button: Locator) -> None:
    tab_to(page, button)
    page.keyboard.press("Enter")


def test_one_signs_in_proposes_and_signs_out(sit: Sit) -> None:
    title = "Berita acara yang diketik"
    with sit() as page:
        page.goto("/masuk")
        page.get_by_label("Nama masuk").focus()
        page.keyboard.insert_text("made")
        write(page, "Kata sandi", PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Pekerjaan saya")).to_be_visible()
        press(page, page.get_by_role("link", name="Usulkan pengecualian"))
        expect(page.get_by_label("Judul informasi")).to_be_visible()
        write(page, "Judul informasi", title)
        write(page, "Uraian yang jelas dan terang", "Keterangan saksi.")
        write(page, "Dokumen yang memuatnya", "Berkas")
        write(page, "Penanggung jawab", "Sekretaris")
        write(page, "Media penyimpanan", "kertas")
        tab_to(page, page.get_by_label("Huruf a angka 2"))
        page.keyboard.press("Space")
        press(page, page.get_by_role("button", name="Usulkan pengecualian"))
        expect(page.get_by_role("status")).to_contain_text("Tercatat.")
        menu = page.locator("details.account > summary")
        tab_to(page, menu)
        page.keyboard.press("Enter")
        out = page.get_by_role("button", name="Keluar")
        expect(out).to_be_visible()
        page.keyboard.press("Escape")
        expect(out).to_be_hidden()
        expect(menu).to_be_focused()
        page.keyboard.press("Enter")
        press(page, out)
        expect(page.get_by_role("heading", name="Masuk")).to_be_visible()


def test_the_worklist_is_searched_walked_looked_at_and_ticked(sit: Sit, bureau: Bureau) -> None:
    for n in range(3):
        bureau.item("issue", title=f"Arsip kapal {n}")
    with sit("sri") as page:
        page.goto("/uji/pekerjaan")
        page.keyboard.press("/")
        expect(page.get_by_label("Cari tugas")).to_be_focused()
        page.keyboard.insert_text("kapal")
        page.keyboard.press("Enter")
        page.wait_for_url("**q=kapal**")
        tab_to(page, page.get_by_label("Keputusan", exact=True))
        page.keyboard.type("Catat pengarsipan")
        press(page, page.get_by_role("button", name="Saring"))
        page.wait_for_url("**tindakan=item.archive**")
        rows = page.locator("[data-row]")
        expect(rows).to_have_count(3)
        for key, row in (("j", 0), ("j", 1), ("j", 2), ("j", 2), ("k", 1)):
            page.keyboard.press(key)
            here(page)
            assert rows.nth(row).evaluate("e => e.contains(document.activeElement)"), (key, row)
        said = rows.nth(1).locator(".what > a").inner_text()
        expect(page.locator("#pratinjau .title")).to_have_text(said)
        here(page)  # the closer look has come, and the focus stayed
        page.keyboard.press("x")
        page.keyboard.press("j")
        page.keyboard.press("x")
        assert page.locator("[name=butir]:checked").count() == 2
        act = page.locator(".bulk").get_by_role("button", name="Catat pengarsipan")
        press(page, act)
        write(page, "Tempat salinan elektronik", "Server")
        write(page, "Tempat dokumen kertas", "Rak")
        press(page, page.locator("main form button.primary"))
        expect(page.get_by_text("Tercatat untuk 2 butir")).to_be_visible()


def test_one_travels_in_time_and_keeps_the_focus(sit: Sit, bureau: Bureau) -> None:
    item_id = bureau.item("issue")
    with sit("sri") as page:
        page.goto(f"/uji/butir/{item_id}?berlaku_pada=2026-03-02")
        slider = page.get_by_label("Geser ke waktu lain")
        tab_to(page, slider)
        page.keyboard.press("Home")
        page.wait_for_url(lambda url: "2026-03-02" not in url)
        expect(page.get_by_text("Anda melihat keadaan")).to_be_visible()
        expect(slider).to_be_focused()
        here(page)
        press(page, page.get_by_role("link", name="Kembali ke sekarang"))
        expect(page.get_by_text("Anda melihat keadaan")).to_have_count(0)


def test_a_step_of_the_time_machine_leaves_the_focus_on_it(sit: Sit, bureau: Bureau) -> None:
    item_id = bureau.item("issue")
    with sit("sri") as page:
        page.goto(f"/uji/butir/{item_id}?tercatat_pada=3")
        press(page, page.get_by_role("link", name="Peristiwa sebelumnya"))
        for version in (2, 1):
            page.wait_for_url(f"**tercatat_pada={version}")
            expect(page.locator("#sebelumnya")).to_be_focused()
            here(page)
            page.keyboard.press("Enter")
        tab_to(page, page.get_by_role("link", name="Menurut keberlakuan"), key="Shift+Tab")
        page.keyboard.press("Enter")
        page.wait_for_url("**berlaku_pada=**")
        expect(page.locator("#menurut-keberlakuan")).to_be_focused()


def test_the_columns_of_a_list_are_named(sit: Sit, tmp_path: Path) -> None:
    rows = [["No", "Informasi", "Entah"], ["1", "Naskah yang diambil alih", "1 tahun"]]
    with sit("sri") as page:
        page.goto("/uji/impor")
        page.get_by_label("Berkas daftar").set_input_files(xlsx(tmp_path / "d.xlsx", rows))
        press(page, page.get_by_role("button", name="Kirim dan lihat kolomnya"))
        column = page.get_by_label("Kolom C")
        expect(column).to_be_visible()
        tab_to(page, column)
        before = column.input_value()
        page.keyboard.press("ArrowDown")
        assert column.input_value() != before
        page.keyboard.press("ArrowUp")
        press(page, page.get_by_role("button", name="Periksa setiap baris"))
        see = page.get_by_role("link", name="Lihat setiap baris")
        expect(see).to_be_visible(timeout=30_000)
        press(page, see)
        press(page, page.get_by_role("link", name="Betulkan baris 2"))
        expect(page.get_by_role("button", name="Simpan dan periksa lagi")).to_be_visible()


def test_a_decree_is_issued_and_proved(sit: Sit, bureau: Bureau) -> None:
    before = {row["id"] for row in bureau.register.views.decrees()}
    bureau.item("draft")
    [decree] = {row["id"] for row in bureau.register.views.decrees()} - before
    with sit("sri") as page:
        page.goto(f"/uji/penetapan/{decree}/tindakan/issue")
        write(page, "Nomor surat penetapan", "188/TOMBOL")
        press(page, page.get_by_role("button", name="Terbitkan surat penetapan"))
        expect(page.get_by_role("heading", name="Buktikan bahwa ini Anda")).to_be_visible()
        proof = page.get_by_label("Kata sandi")
        if not proof.evaluate("e => e === document.activeElement"):
            tab_to(page, proof)
        page.keyboard.insert_text(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_text("188/TOMBOL").first).to_be_visible()


ORDER = """() => [...document.querySelectorAll("[tabindex]")].filter(e => e.tabIndex > 0).length"""


@pytest.mark.parametrize("path", ["pekerjaan", "daftar", "butir/baru", "pengaturan", "jejak"])
def test_the_focus_goes_as_one_reads_and_skips_to_the_content(sit: Sit, path: str) -> None:
    with sit("sri") as page:
        page.goto(f"/uji/{path}")
        assert page.evaluate(ORDER) == 0
        page.keyboard.press("Tab")
        skip = page.locator(":focus")
        expect(skip).to_have_text("Langsung ke isi")
        expect(skip).to_be_in_viewport()
        here(page)
        reached = ["skip"]
        for _ in range(40):
            page.keyboard.press("Tab")
            here(page)
            part = page.evaluate(PART)
            if part != reached[-1]:
                reached.append(part)
            if part == "main":
                break
        assert reached == ["skip", "rail", "top", "main"]
        page.locator(".skip").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate(PART) == "main"


PART = """() => ["rail", "top", "main", "skip"].find(
    part => document.activeElement.closest(part === "main" ? "main" : "." + part))"""


def test_our_own_scripts_stay_small() -> None:
    """Passkeys apart, which nobody loads but who uses them."""
    scripts = [one for one in SCRIPTS.glob("*.js") if one.name != "passkey.js"]

    assert sum(one.stat().st_size for one in scripts) < SCRIPTS_BYTES_MAX
