"""A real browser before the bureau's web, for tests marked `browser`.

The fixtures are everybody's by way of `conftest`; a module that uses them has a `bureau`.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server

from tests.bureau import PASSWORD, Bureau

CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-software-rasterizer"]  # nothing is painted
SIZES = {"desk": (1440, 900), "phone": (390, 844)}

expect.set_options(timeout=20_000)  # milliseconds; a busy machine is no reason to fail

Sit = Callable[..., AbstractContextManager[Page]]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def address(bureau: Bureau) -> Iterator[str]:
    """The bureau's web, served on this machine only."""
    served = make_server("localhost", 0, bureau.app, threaded=True)
    thread = threading.Thread(target=served.serve_forever)
    thread.start()
    yield f"http://localhost:{served.server_port}"
    served.shutdown()
    thread.join()


@pytest.fixture
def sit(chromium: Browser, address: str) -> Sit:
    """Sit down at a browser, signed in; it must have nothing to complain about when one leaves."""

    @contextmanager
    def sitting(
        login: str = "",
        *,
        size: str = "desk",
        scripts: bool = True,
        dark: bool = False,
        past_policy: bool = False,
    ) -> Iterator[Page]:
        width, height = SIZES[size]
        context = chromium.new_context(
            base_url=address,
            viewport={"width": width, "height": height},
            java_script_enabled=scripts,
            color_scheme="dark" if dark else "light",
            locale="id-ID",
            bypass_csp=past_policy,  # for axe, which is injected
        )
        page = context.new_page()
        said: list[str] = []
        listen(page, said)
        elsewhere: list[str] = []
        page.on("request", lambda r: None if r.url.startswith(address) else elsewhere.append(r.url))
        if login:
            sign_in(page, login)
        yield page
        context.close()
        assert (said, elsewhere) == ([], [])

    return sitting


def listen(page: Page, said: list[str]) -> None:
    """Whatever the browser has to say about a page: refused by policy, failed to load, thrown."""
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))


def press(page: Page, name: str) -> None:
    """A button that leads to another page: a click alone comes back while the old one stands."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def prove(page: Page, password: str = PASSWORD) -> None:
    """Where a page wants to know whether this is really he: say so, and go on."""
    expect(page.get_by_role("heading", name="Buktikan bahwa ini Anda")).to_be_visible()
    page.get_by_label("Kata sandi").fill(password)
    press(page, "Lanjutkan")


def sign_in(page: Page, login: str, password: str = PASSWORD) -> None:
    page.goto("/masuk")
    page.get_by_label("Nama masuk").fill(login)
    page.get_by_label("Kata sandi").fill(password)
    press(page, "Masuk")
    page.wait_for_url(lambda url: "/masuk" not in url)  # where his office begins its day


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    wider: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return wider
