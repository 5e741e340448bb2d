"""Explanations of terms in a real browser: by pointer, by keyboard, by finger, without scripts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browsing import CHROMIUM, Sit, sideways
from tests.bureau import Bureau, open_bureau

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


@pytest.mark.parametrize("size", ["desk", "phone"])
@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_a_term_explains_itself_on_hover_focus_and_tap(sit: Sit, size: str, scripts: bool) -> None:
    with sit("made", size=size, scripts=scripts) as page:
        page.goto("/uji/butir/baru")
        asked = page.locator(".entry", has_text="Dokumen yang memuatnya").last.locator(".term")
        tip = asked.get_by_role("tooltip", include_hidden=True)
        expect(tip).to_be_hidden()
        asked.get_by_role("button").hover()
        expect(tip).to_be_visible()
        expect(tip).to_contain_text("Pasal 49 ayat (2) huruf a")
        page.mouse.move(1, 1)
        expect(tip).to_be_hidden()
        asked.get_by_role("button").focus()
        expect(tip).to_be_visible()
        assert sideways(page) <= 0
        page.get_by_label("Judul informasi").focus()
        expect(tip).to_be_hidden()
        asked.get_by_role("button").click()
        expect(tip).to_be_visible()
