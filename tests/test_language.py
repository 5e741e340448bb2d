"""Two languages: everything said in Indonesian has its English, with the same things filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from babel.messages.catalog import Message
from flask import g

from domain.rule import Finding
from tests.bureau import Bureau, open_bureau
from web import language, messages, words

FILLED_IN = re.compile(r"%\(\w+\)[sd]|\{\w*\}")


@pytest.fixture(scope="module")
def bureau(server: str, template: str) -> Iterator[Bureau]:
    with open_bureau(server, template) as opened:
        yield opened


def each(message: Message) -> list[str]:
    """The forms of a message: one, or singular and plural."""
    return [message.string] if isinstance(message.string, str) else list(message.string or [])


def test_everything_that_is_said_has_its_english() -> None:
    known = messages.english()

    silent = []
    for message in messages.said():
        there = known.get(message.id, message.context) if message.id else None
        if message.id and (there is None or not all(each(there))):
            silent.append(message.id)
    assert silent == []


def test_the_english_fills_in_what_the_indonesian_does() -> None:
    for message in messages.english():
        if message.id and message.context != language.FINDING:
            first = message.id if isinstance(message.id, str) else message.id[-1]
            for said in each(message):
                assert set(FILLED_IN.findall(said)) <= set(FILLED_IN.findall(first)), message.id


def test_nothing_is_translated_that_is_no_longer_said() -> None:
    said = {(message.id, message.context) for message in messages.said()}

    assert [m.id for m in messages.english() if (m.id, m.context) not in said] == []


def test_a_reader_changes_the_language_on_any_page_and_it_stays(bureau: Bureau) -> None:
    browser = bureau.browser("sri")

    assert '<html lang="id"' in browser.get("/uji/pekerjaan").text
    changed = browser.get("/uji/pekerjaan?bahasa=en")
    assert '<html lang="en"' in changed.text
    assert changed.headers["Content-Language"] == "en"
    assert "My work" in browser.get("/uji/pekerjaan").text
    assert "Pekerjaan saya" in browser.get("/uji/pekerjaan?bahasa=id").text


def test_public_pages_look_at_no_cookie(bureau: Bureau) -> None:
    browser = bureau.browser("sri")
    browser.get("/uji/pekerjaan?bahasa=en")

    assert '<html lang="id"' in browser.get("/publik/uji/").text
    answer = browser.get("/publik/uji/?bahasa=en")
    assert '<html lang="en"' in answer.text
    assert "Set-Cookie" not in answer.headers


def test_a_language_nobody_speaks_here_is_indonesian(bureau: Bureau) -> None:
    assert '<html lang="id"' in bureau.browser("sri").get("/uji/pekerjaan?bahasa=xx").text


@pytest.mark.parametrize(
    ("zone", "name", "told"),
    [
        ("Asia/Jakarta", "WIB", "2 Maret 2026 pukul 08.30 WIB"),
        ("Asia/Makassar", "WITA", "2 Maret 2026 pukul 09.30 WITA"),
        ("Asia/Jayapura", "WIT", "2 Maret 2026 pukul 10.30 WIT"),
    ],
)
def test_a_moment_is_told_in_the_zone_of_the_body(zone: str, name: str, told: str) -> None:
    assert words.moment(datetime(2026, 3, 2, 1, 30, tzinfo=UTC), zone, name) == told


def test_dates_and_numbers_are_right_in_both(bureau: Bureau) -> None:
    with bureau.app.test_request_context("/"):
        assert (words.day(date(2026, 5, 2)), words.number(1234567.5)) == (
            "2 Mei 2026",
            "1.234.567,5",
        )
        g.language = "en"
        assert (words.day(date(2026, 5, 2)), words.number(1234567.5)) == (
            "2 May 2026",
            "1,234,567.5",
        )
        moment = words.moment(datetime(2026, 3, 2, 1, 30, tzinfo=UTC), "Asia/Jakarta", "WIB")
        assert moment == "2 March 2026, 08:30 WIB"


def test_a_finding_keeps_its_own_words_in_indonesian_and_tells_its_kind_in_english(
    bureau: Bureau,
) -> None:
    found = Finding(code="year-wrong", text="UU Nomor 14 Tahun 2018 tidak ada.", value="UU 14/2018")

    with bureau.app.test_request_context("/"):
        assert language.told(found) == found.text
        g.language = "en"
        assert language.told(found) != found.text
        assert "UU 14/2018" in language.told(found)
