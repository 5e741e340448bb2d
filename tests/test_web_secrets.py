"""What is closed: who reads it, and that nobody else ever does, on no page and in no answer."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from domain import item
from domain.desk import ITEM_ACTS
from tests.bureau import MARKER, OFFICERS, Bureau, open_bureau
from tests.test_web_api import PARTICULARS
from tests.test_web_pages import PROPOSAL

MAY_KNOW = {"sri", "made", "tim", "wayan", "gubernur"}
"""Of an item of the inspektorat: its own unit, and those who decide on every unit's items."""

MAY_NOT = sorted({officer_id for officer_id, _, _ in OFFICERS} - MAY_KNOW)


@pytest.fixture(scope="module")
def bureau(server: str, template: str) -> Iterator[Bureau]:
    with open_bureau(server, template) as opened:
        yield opened


@pytest.fixture(scope="module")
def secrets(bureau: Bureau) -> list[UUID]:
    """One item with something closed in every station of its life."""
    stations = ("submit", "test", "approve", "draft", "issue", "archive", "upload", "open")
    return [bureau.item(upto, secret=True) for upto in stations]


def addresses(bureau: Bureau, secrets: list[UUID]) -> list[str]:
    """Every page there is, with and without a search for the secret itself."""
    of_items = [f"/uji/butir/{one}" for one in secrets]
    acts = [f"{page}/tindakan/{act}" for page in of_items[:3] for act in ITEM_ACTS]
    decrees = [f"/uji/penetapan/{row['id']}" for row in bureau.register.views.decrees()]
    lists = [
        "/uji/pekerjaan",
        "/uji/daftar",
        f"/uji/daftar?q={MARKER}",
        f"/uji/daftar?q={MARKER}&as_of=2026-03-02",
        "/uji/penetapan",
        "/uji/penetapan/baru",
        "/uji/rak",
        "/uji/jejak",
        "/uji/maklumat",
        "/uji/butir/baru",
        "/publik/uji/",
        f"/publik/uji/?q={MARKER}",
    ]
    public = [f"/publik/uji/butir/{one}" for one in secrets]
    return [*of_items, *acts, *decrees, *lists, *public]


def leaks(text: str) -> int:
    """How often the secret shows, the officer's own search word apart."""
    return len(re.findall(MARKER, re.sub(rf'(value="|q=|q%3D){MARKER}', "", text)))


@pytest.mark.parametrize("login", [*MAY_NOT, ""])
def test_on_no_page_at_all(bureau: Bureau, secrets: list[UUID], login: str) -> None:
    browser = bureau.browser(login)

    for address in addresses(bureau, secrets):
        assert leaks(browser.get(address).text) == 0, address


@pytest.mark.parametrize("login", sorted(MAY_KNOW))
def test_those_involved_read_it_on_the_item_and_nowhere_else(
    bureau: Bureau, secrets: list[UUID], login: str
) -> None:
    browser = bureau.browser(login)

    for address in addresses(bureau, secrets):
        shown = leaks(browser.get(address).text)
        if re.fullmatch(r"/uji/butir/[0-9a-f-]{36}", address):
            assert shown == 2, address
        elif not address.endswith(("/confirm", "/revise")):
            assert shown == 0, address


def test_the_public_reads_nothing_of_it_even_when_the_item_is_open(
    bureau: Bureau, secrets: list[UUID]
) -> None:
    answer = bureau.browser().get(f"/publik/uji/butir/{secrets[-1]}")

    assert answer.status_code == 200
    assert MARKER not in answer.text


def test_tokens_of_others_get_an_item_without_it(bureau: Bureau, secrets: list[UUID]) -> None:
    roles = {officer_id: role for officer_id, role, _ in OFFICERS}
    for login in MAY_NOT:
        caller = bureau.caller(login, roles[login])
        for one in secrets:
            for path in ("", "/history", "/acts"):
                assert MARKER not in caller.get(f"/items/{one}{path}").text
        for path in ("/items", f"/items?q={MARKER}", "/decrees", "/worklist", "/due?on=2030-01-01"):
            assert MARKER not in caller.get(path).text
    knowing = bureau.caller("sri", "ppid-utama")
    assert knowing.get(f"/items/{secrets[0]}").json["particulars"]["closed"]["title"]
    assert MARKER not in knowing.get(f"/items/{secrets[0]}/history").text


def test_an_officer_of_several_offices_knows_only_by_the_one_he_sits_in(bureau: Bureau) -> None:
    elsewhere = bureau.item(secret=True)
    made = bureau.browser("made")

    assert MARKER in made.get(f"/uji/butir/{elsewhere}").text
    budi = bureau.browser("budi")
    assert MARKER not in budi.get(f"/uji/butir/{elsewhere}").text


def test_who_may_not_know_it_can_neither_set_nor_erase_it(bureau: Bureau) -> None:
    kept = bureau.item(secret=True)
    sri = bureau.caller("sri", "ppid-utama")
    without = {**PARTICULARS, "title": "Judul baru"}
    answer = sri.post(f"/items/{kept}/acts/revise", {"particulars": without}, If_Match='"1"')
    assert answer.status_code == 200, answer.text

    known = bureau.register.ledger.recall(item, kept).state.particulars
    assert known is not None
    assert known.title == "Judul baru"
    assert known.closed is not None
    budi = bureau.caller("budi", "ppid-pembantu")
    closed = {"title": "x", "detail": "y"}
    mine = {**PARTICULARS, "unit": "inspektorat", "closed": closed}
    refused: Any = budi.post("/items", {"particulars": mine})
    assert [e["pointer"] for e in refused.json["errors"]] == ["/particulars/closed"]


def test_what_is_typed_into_a_failing_form_comes_back_to_nobody_else_and_not_to_the_log(
    bureau: Bureau, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    typed = {**PROPOSAL, "particulars.title": "", "particulars.closed.title": MARKER}
    answer = bureau.browser("made").submit("/uji/butir/baru", typed)

    assert answer.status_code == 409
    assert MARKER in answer.text
    assert MARKER not in caplog.text


def test_nothing_of_it_is_in_the_tables_of_accounts(bureau: Bureau, secrets: list[UUID]) -> None:
    made = bureau.browser("made")
    closed = {"particulars.closed.title": MARKER, "particulars.closed.detail": MARKER}
    assert made.submit("/uji/butir/baru", {**PROPOSAL, **closed}).status_code == 303

    with bureau.database.connect() as connection:
        for table in ("answer", "session"):
            rows = connection.execute(f"SELECT t::text FROM {table} t".encode()).fetchall()
            assert rows
            assert MARKER not in str(rows)
