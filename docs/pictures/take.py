"""Take the pictures of the papers anew, from the demonstration as it looks today: `make pictures`.

Needs Chromium. What is shown counts from today, so every picture changes with the day.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize, sync_playwright

from adapters.demo import PASSWORD

HERE = Path(__file__).parent
SIZE = ViewportSize(width=1280, height=800)
PICTURES = {"pekerjaan": ("ppid.kalteng", "/kalteng/pekerjaan")}


def take(browser: Browser, address: str) -> None:
    for name, (login, path) in PICTURES.items():
        page = browser.new_page(viewport=SIZE, color_scheme="light", locale="id-ID")
        page.goto(f"{address}/masuk")
        page.fill("[name=login]", login)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda url: "/masuk" not in url)
        page.goto(address + path)
        page.screenshot(path=HERE / f"{name}.png")
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
            address = served.stdout.readline().split()[-1]
            try:
                with sync_playwright() as playwright:
                    browser = playwright.chromium.launch(
                        executable_path=chromium, args=["--no-sandbox"]
                    )
                    take(browser, address)
                    browser.close()
            finally:
                served.terminate()


if __name__ == "__main__":
    main()
