"""Identity in a real browser: passkeys of a virtual device, proofs, and forms that survive."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsing import Sit, listen, prove, sign_in
from tests.bureau import NOW, Bureau, open_bureau

pytestmark = pytest.mark.browser

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def bureau(server: str, template: str) -> Iterator[Bureau]:
    with open_bureau(server, template) as opened:
        yield opened


@pytest.fixture(autouse=True)
def nothing_but_passwords(bureau: Bureau) -> Iterator[None]:
    yield
    for login in ("sri", "made"):
        bureau.accounts.drop_factors(login)


@contextmanager
def device(chromium: Browser, address: str) -> Iterator[Page]:
    """A browser on a machine that can keep passkeys."""
    context = chromium.new_context(base_url=address, locale="id-ID")
    page = context.new_page()
    said: list[str] = []
    listen(page, said)
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    yield page
    context.close()
    assert said == []


def decree_form(bureau: Bureau) -> str:
    before = {row["id"] for row in bureau.register.views.decrees()}
    bureau.item("draft")
    [new] = {row["id"] for row in bureau.register.views.decrees()} - before
    return f"/uji/penetapan/{new}/tindakan/issue"


def test_a_passkey_is_made_signs_in_alone_and_proves(
    chromium: Browser, address: str, bureau: Bureau
) -> None:
    form = decree_form(bureau)
    with device(chromium, address) as page:
        sign_in(page, "sri")
        page.goto("/uji/akun")
        page.get_by_label("Nama kunci").fill("Laptop kantor")
        page.get_by_role("button", name="Tambah kunci sandi").click()
        prove(page)
        expect(page.get_by_role("heading", name="Kode pemulihan")).to_be_visible()
        page.get_by_role("link", name="Sudah saya simpan").click()
        expect(page.get_by_text("Laptop kantor")).to_be_visible()
        leave(page)

        page.get_by_role("button", name="Masuk dengan kunci sandi").click()
        expect(page.get_by_role("heading", name="Pekerjaan saya")).to_be_visible()
        page.goto(form)
        page.get_by_label("Nomor surat penetapan").fill("SK-KUNCI")
        page.get_by_role("button", name="Terbitkan surat penetapan").click()
        page.get_by_role("button", name="Pakai kunci sandi").click()
        expect(page.get_by_role("status")).to_be_visible()
        expect(page.get_by_text("SK-KUNCI").first).to_be_visible()
        leave(page)

        page.get_by_label("Nama masuk").fill("sri")
        page.get_by_label("Kata sandi").fill("kata-sandi-demo-saja")
        page.get_by_role("button", name="Masuk", exact=True).click()
        expect(page.get_by_role("heading", name="Langkah kedua")).to_be_visible()
        page.get_by_role("button", name="Pakai kunci sandi").click()
        expect(page.get_by_role("heading", name="Pekerjaan saya")).to_be_visible()
    [key] = bureau.accounts.factors("sri").passkeys
    assert key.sign_count >= 3


def test_a_passkey_that_was_taken_off_opens_nothing(
    chromium: Browser, address: str, bureau: Bureau
) -> None:
    context = chromium.new_context(base_url=address, locale="id-ID")
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    sign_in(page, "made")
    page.goto("/uji/akun")
    page.get_by_role("button", name="Tambah kunci sandi").click()
    prove(page)
    expect(page.get_by_role("heading", name="Kode pemulihan")).to_be_visible()
    leave(page)
    bureau.accounts.drop_factors("made")
    page.get_by_role("button", name="Masuk dengan kunci sandi").click()
    expect(page.get_by_role("alert")).to_contain_text("tidak dikenal")
    context.close()


def leave(page: Page) -> None:
    page.locator("details.account > summary").click()
    page.get_by_role("button", name="Keluar").click()
    expect(page.get_by_role("heading", name="Masuk")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_a_proof_is_asked_beside_what_was_typed_and_lasts(
    sit: Sit, bureau: Bureau, scripts: bool
) -> None:
    number = f"SK-{scripts}"
    first, second = decree_form(bureau), decree_form(bureau)
    with sit("sri", scripts=scripts) as page:
        page.goto(first)
        page.get_by_label("Nomor surat penetapan").fill(number)
        page.get_by_role("button", name="Terbitkan surat penetapan").click()
        prove(page)
        expect(page.get_by_role("status")).to_be_visible()
        expect(page.get_by_text(number).first).to_be_visible()
        page.goto(second)
        page.get_by_label("Nomor surat penetapan").fill(f"{number}-2")
        page.get_by_role("button", name="Terbitkan surat penetapan").click()
        expect(page.get_by_role("status")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_an_expired_session_gives_back_every_word(
    chromium: Browser, address: str, bureau: Bureau, scripts: bool
) -> None:
    context = chromium.new_context(base_url=address, java_script_enabled=scripts, locale="id-ID")
    page, title = context.new_page(), "Berita acara “rahasia” & <penting>"
    sign_in(page, "made")
    page.goto("/uji/butir/baru")
    page.get_by_label("Judul informasi").fill(title)
    page.get_by_label("Huruf a angka 2").check()
    bureau.clock.at = NOW + timedelta(hours=2)
    try:
        page.get_by_role("button", name="Usulkan pengecualian").click()
        expect(page.get_by_text("isian Anda tidak hilang")).to_be_visible()
        page.get_by_label("Nama masuk").fill("made")
        page.get_by_label("Kata sandi").fill("kata-sandi-demo-saja")
        page.get_by_role("button", name="Masuk", exact=True).click()
        page.get_by_role("button", name="Kembali ke isian saya").click()
        expect(page.get_by_label("Judul informasi")).to_have_value(title)
        expect(page.get_by_label("Huruf a angka 2")).to_be_checked()
    finally:
        bureau.clock.at = NOW
        context.close()
