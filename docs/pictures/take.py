"""Take the pictures of the papers anew, from the demonstration as it looks today: `make pictures`.

Needs Chromium. What is shown counts from today, so every picture changes with the day.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, ViewportSize, sync_playwright

from adapters.demo import PASSWORD, ROWS

HERE = Path(__file__).parent
DESK = ViewportSize(width=1280, height=820)
PHONE = ViewportSize(width=390, height=760)
TAKEN = tempfile.TemporaryDirectory(prefix="sidik-")  # what was downloaded, until the end
LEAST_WAIT = 120_000  # milliseconds: rows are examined in the background


def go_back(page: Page) -> None:
    """From a list to its first item, as things were four months ago."""
    with page.expect_navigation():
        page.locator("table.list td a").first.click()
    then = datetime.now(UTC).date() - timedelta(days=120)
    page.goto(f"{page.url}?berlaku_pada={then.isoformat()}")


def take_over(page: Page) -> None:
    """Send a list and look at its rows; nothing is recorded by that."""
    page.set_input_files("input[type=file]", ROWS)
    page.get_by_role("button", name="Kirim dan lihat kolomnya").click()
    page.get_by_role("button", name="Periksa setiap baris").click()
    page.get_by_role("link", name="Lihat setiap baris").click(timeout=LEAST_WAIT)
    page.wait_for_selector(".source-rows")


def look_for_changes(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Periksa sekarang").click()
    page.get_by_role("heading", name="Catatan tidak diubah").wait_for(timeout=LEAST_WAIT)


def take_evidence_away(page: Page) -> None:
    """Ask for the evidence of the first item of a list, and open it where there is no SIDIK."""
    with page.expect_navigation():
        page.locator("table.list td a").first.click()
    page.goto(f"{page.url}/bukti")
    page.get_by_label("Tanggal permohonan ditolak").fill(datetime.now(UTC).date().isoformat())
    page.get_by_label("Surat atau perkara yang menjadi dasarnya").fill("Surat penolakan 12/2026")
    page.get_by_role("button", name="Buat bundel").click()
    page.get_by_role("link", name="Unduh").wait_for(timeout=LEAST_WAIT)
    bundle = download(page, page.get_by_role("link", name="Unduh"))
    page.goto("/publik/kalteng/bukti")
    policy = download(page, page.get_by_role("link", name="Kebijakan kepercayaan"))
    verifier = download(page, page.get_by_role("link", name="verifikasi.html"))
    page.goto(verifier.as_uri())
    page.locator("#policy").set_input_files(policy)
    page.locator("#bundle").set_input_files(bundle)
    page.get_by_role("button", name="Hanya yang perlu perhatian").wait_for()


def download(page: Page, link: Locator) -> Path:
    """As the reader's own file, under its own name."""
    with page.expect_download() as taken:
        link.click()
    named = Path(TAKEN.name) / taken.value.suggested_filename
    taken.value.save_as(named)
    return named


@dataclass(frozen=True)
class Picture:
    """What somebody sees somewhere; nobody in particular where there is no login."""

    name: str
    login: str
    path: str
    then: Callable[[Page], None] = lambda page: None
    on_phone: bool = False  # and there in the dark


PICTURES = (
    Picture("pekerjaan", "ppid.kalteng", "/kalteng/pekerjaan"),
    Picture("pekerjaan-telepon", "ppid.kalteng", "/kalteng/pekerjaan", on_phone=True),
    Picture("mesin-waktu", "ppid.kalteng", "/kalteng/daftar?q=hukuman+disiplin", go_back),
    Picture("ikhtisar", "ppid.bontang", "/bontang/ikhtisar"),
    Picture("ambil-alih", "ppid.kalteng", "/kalteng/impor", take_over),
    Picture("bandingkan", "auditor.kalteng", "/kalteng/jejak/banding?bahasa=en"),
    Picture("keutuhan", "auditor.kalteng", "/kalteng/jejak/keutuhan", look_for_changes),
    Picture("verifikasi", "ppid.kalteng", "/kalteng/daftar?q=hukuman+disiplin", take_evidence_away),
    Picture("publik", "", "/publik/kalteng/?bahasa=en"),
    Picture("sop", "", "/publik/kalteng/sop/kalteng-diskominfo-2024?bahasa=en"),
)


def take(browser: Browser, address: str, picture: Picture) -> None:
    page = browser.new_page(
        base_url=address,
        viewport=PHONE if picture.on_phone else DESK,
        color_scheme="dark" if picture.on_phone else "light",
        locale="id-ID",
    )
    if picture.login:
        page.goto("/masuk")
        page.fill("[name=login]", picture.login)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.get_by_role("button", name="Jangan tampilkan lagi").click()
    page.goto(picture.path)
    picture.then(page)
    page.screenshot(path=HERE / f"{picture.name}.png")
    page.close()


def main() -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("Chromium is not installed here (on Debian: apt install chromium).")
    sidik = Path(sys.executable).with_name("sidik")
    with tempfile.TemporaryDirectory(prefix="sidik-", dir="/tmp") as data:
        command = [str(sidik), "up", "--demo", "--port", "8715", "--data", data]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as served:
            assert served.stdout is not None
            ready = (line for line in served.stdout if line.startswith("SIDIK siap"))
            address = next(ready).split()[-1]
            try:
                with sync_playwright() as playwright:
                    browser = playwright.chromium.launch(
                        executable_path=chromium, args=["--no-sandbox"]
                    )
                    for picture in PICTURES:
                        take(browser, address, picture)
                    browser.close()
            finally:
                served.terminate()


if __name__ == "__main__":
    main()
