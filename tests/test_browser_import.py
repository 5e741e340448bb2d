"""The import wizard in a real browser, with scripts and without."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browsing import CHROMIUM, SIZES, Sit, sideways
from tests.bureau import Bureau, open_bureau
from tests.sheet_files import xlsx

BASIS = "Pasal 17 huruf a UU Nomor 14 Tahun 2008"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None, reason="Chromium is not installed here; apt-get install chromium"
    ),
]


@pytest.fixture(scope="module")
def bureau(server: str, template: str) -> Iterator[Bureau]:
    with open_bureau(server, template) as opened:
        yield opened


@pytest.fixture(params=[True, False], ids=["with-scripts", "without-scripts"])
def scripts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def test_a_list_with_a_letterhead_becomes_items_that_await_confirmation(
    sit: Sit, tmp_path: Path, scripts: bool
) -> None:
    title = f"Berita acara pemeriksaan {'dengan' if scripts else 'tanpa'} skrip"
    rows = [
        ["PEMERINTAH KABUPATEN CONTOH"],
        ["No", "Informasi", "Dasar Hukum", "Jangka Waktu"],
        ["1", title, BASIS, "1 tahun"],
        ["2", f"{title} lagi", BASIS, "selama perlu"],
        ["3", "", BASIS, "1 tahun"],
    ]
    path = xlsx(tmp_path / "daftar.xlsx", rows)
    with sit("sri", scripts=scripts) as page:
        take_over(page, path, title)


def take_over(page: Page, path: Path, title: str) -> None:
    page.get_by_role("link", name="Ambil alih daftar").click()
    page.get_by_label("Berkas daftar").set_input_files(path)
    page.get_by_role("button", name="Kirim dan lihat kolomnya").click()
    expect(page.get_by_role("heading", name="Apa arti setiap kolom?")).to_be_visible()
    expect(page.get_by_label("Kolom B")).to_have_value("title")
    page.get_by_role("button", name="Periksa setiap baris").click()
    rows_now = page.get_by_role("heading", name="Apa yang terjadi dengan setiap baris")
    see = page.get_by_role("link", name="Lihat setiap baris")
    expect(rows_now.or_(see)).to_be_visible(timeout=30_000)
    if see.is_visible():
        see.click()
    expect(page.get_by_text("3 baris dibaca; 2 menjadi butir.")).to_be_visible()

    page.get_by_role("link", name="Betulkan baris 4").click()
    page.get_by_label("Jangka waktu").fill("2 tahun")
    page.get_by_label("memang butir tersendiri").check()
    page.get_by_role("button", name="Simpan dan periksa lagi").click()
    expect(page.locator("#baris-4").get_by_text("dibetulkan")).to_be_visible()

    page.get_by_role("button", name=re.compile("Ambil alih 2 butir")).click()
    expect(page.get_by_role("heading", name="Daftar sudah diambil alih")).to_be_visible(
        timeout=30_000
    )
    with page.expect_download() as coming:
        page.get_by_role("link", name="Laporan Excel").click()
    assert coming.value.suggested_filename == "hasil-daftar.xlsx"
    page.get_by_role("link", name="Butir yang menunggu konfirmasi").click()
    expect(page.get_by_role("link", name=title, exact=True).first).to_be_visible()


@pytest.mark.parametrize("size", SIZES)
def test_the_steps_fit_the_window(sit: Sit, tmp_path: Path, size: str) -> None:
    rows = [["No", "Informasi", "Jangka Waktu"], ["1", f"Naskah di layar {size}", "1 tahun"]]
    with sit("sri", size=size) as page:
        page.goto("/uji/impor")
        assert sideways(page) <= 0
        page.get_by_label("Berkas daftar").set_input_files(xlsx(tmp_path / "d.xlsx", rows))
        page.get_by_role("button", name="Kirim dan lihat kolomnya").click()
        expect(page.get_by_role("heading", name="Apa arti setiap kolom?")).to_be_visible()
        assert sideways(page) <= 0
        page.get_by_role("button", name="Periksa setiap baris").click()
        page.get_by_role("link", name="Lihat setiap baris").click(timeout=30_000)
        expect(page.get_by_role("link", name="Betulkan baris 2")).to_be_visible()
        assert sideways(page) <= 0
