"""The pages in a real browser: every role of a body, one item, from proposal to publication."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browsing import prove, SIZES, Sit, sideways
from tests.bureau import OFFICERS, Bureau, open_bureau

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def bureau(server: str, template: str) -> Iterator[Bureau]:
    with open_bureau(server, template) as opened:
        yield opened


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_an_item_goes_through_every_office_to_the_public_page(sit: Sit, scripts: bool) -> None:
    title = f"Berita acara pemeriksaan {'dengan' if scripts else 'tanpa'} skrip"
    with sit("made", scripts=scripts) as page:
        page.get_by_role("link", name="Usulkan pengecualian").click()
        page.get_by_label("Judul informasi").fill(title)
        page.get_by_label("Uraian yang jelas").fill("Keterangan saksi pemeriksaan disiplin.")
        page.get_by_label("Dokumen yang memuatnya").fill("Berkas pemeriksaan")
        page.get_by_label("Penanggung jawab").fill("Sekretaris Inspektorat")
        page.get_by_label("Media penyimpanan").fill("berkas kertas")
        page.get_by_label("Huruf a angka 2").check()
        page.get_by_role("button", name="Usulkan pengecualian").click()
        assert page.get_by_role("status").inner_text() == "Tercatat."
    with sit("sri", scripts=scripts) as page:
        open_task(page, title, "Uji konsekuensi")
        page.get_by_label("Saat pengujian").select_option("before-request")
        page.get_by_label("Bagian dokumen yang diuji").fill("halaman 3")
        page.get_by_label("Undang-undang yang dianalisis").fill(
            "Pasal 17 huruf a UU Nomor 14 Tahun 2008; Pasal 44 ayat (1) UU Nomor 43 Tahun 2009"
        )
        page.get_by_label("Konsekuensi bila dibuka").fill(
            "Identitas saksi pelapor diketahui terperiksa sehingga saksi terancam dan enggan "
            "memberi keterangan pada pemeriksaan berikutnya."
        )
        page.get_by_label("Manfaat bila ditutup").fill(
            "Saksi terlindung dan pemeriksaan inspektorat selesai tanpa tekanan atasan maupun "
            "rekan kerja."
        )
        page.get_by_label("Timbangan kepentingan umum").fill(
            "Masyarakat lebih berkepentingan pada pemeriksaan yang tuntas; hasil akhirnya tetap "
            "diumumkan tanpa nama saksi."
        )
        page.get_by_label("Ya", exact=True).check()
        page.get_by_label("Halaman atau bagian yang tetap ditutup").fill("nama saksi")
        page.get_by_label("Jangka waktu, seperti akan tertulis").fill("1 tahun")
        page.get_by_label("Kesimpulan").select_option("exempt")
        page.get_by_role("button", name="Uji konsekuensi").click()
        expect(page.get_by_role("status")).to_be_visible()
    with sit("tim", scripts=scripts) as page:
        open_task(page, title, "Beri pertimbangan")
        page.get_by_label("Pendapat").select_option("exempt")
        page.get_by_label("Pertimbangan", exact=True).fill("Sependapat dengan hasil uji.")
        page.get_by_role("button", name="Beri pertimbangan").click()
    with sit("wayan", scripts=scripts) as page:
        open_task(page, title, "Setujui pengecualian")
        page.get_by_role("button", name="Setujui pengecualian").click()
        expect(page.get_by_role("status")).to_be_visible()
    with sit("sri", scripts=scripts) as page:
        open_task(page, title, "Tetapkan dalam surat penetapan")
        page.get_by_label("Judul konsep daftar").fill(f"Konsep {title}")
        page.get_by_role("button", name="Susun konsep daftar").click()
        page.get_by_role("link", name="Terbitkan surat penetapan").click()
        page.get_by_label("Nomor surat penetapan").fill(f"188/{title[-12:]}")
        page.get_by_role("button", name="Terbitkan surat penetapan").click()
        prove(page)
        page.get_by_role("link", name=title).first.click()
        page.get_by_role("link", name="Catat pengarsipan").click()
        page.get_by_label("Tempat salinan elektronik").fill("Server arsip")
        page.get_by_label("Tempat dokumen kertas").fill("Almari 3, rak 2")
        page.get_by_role("button", name="Catat pengarsipan").click()
        page.get_by_role("link", name="Umumkan dalam daftar").click()
        page.get_by_role("button", name="Umumkan dalam daftar").click()
        expect(page.get_by_role("status")).to_be_visible()
    with sit(scripts=scripts) as page:
        page.goto("/publik/uji/")
        page.get_by_role("link", name=title).click()
        expect(page.get_by_text("Informasi ini dikecualikan")).to_be_visible()


def open_task(page: Page, title: str, verb: str) -> None:
    """From the worklist straight to the form of the awaited act."""
    task = page.locator("li.task").filter(has_text=title).filter(has_text=verb)
    task.get_by_role("link", name=verb).click()
    expect(page.get_by_role("button", name=verb.replace(*DRAFTS))).to_be_visible()


DRAFTS = ("Tetapkan dalam surat penetapan", "Susun konsep daftar")
"""Determination goes by way of a draft list."""


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("login", [officer_id for officer_id, _, _ in OFFICERS])
def test_every_role_finds_its_pages_without_a_sideways_scroll(
    sit: Sit, bureau: Bureau, size: str, login: str
) -> None:
    item_id = bureau.item("upload", title="Laporan " + "pemeriksaan-khusus-" * 12, secret=True)
    pages = ["pekerjaan", "daftar", "penetapan", "rak", "maklumat", "jejak", f"butir/{item_id}"]
    if login == "sri":
        forms = ("test_consequence", "upload", "revise")
        pages += ["butir/baru", "penetapan/baru", *(f"butir/{item_id}/tindakan/{f}" for f in forms)]
    with sit(login, size=size, dark=size == "phone") as page:
        for name in pages:
            answer = page.goto(f"/uji/{name}")
            assert answer is not None
            assert answer.status == 200, name
            assert sideways(page) <= 0, name


def test_the_keyboard_reaches_the_content_first(sit: Sit) -> None:
    with sit("sri") as page:
        page.goto("/uji/daftar")
        page.keyboard.press("Tab")
        assert page.locator(":focus").inner_text() == "Langsung ke isi"
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: url.endswith("#isi"))
