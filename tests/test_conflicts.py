"""Two officers at one thing: what the other changed is shown as a difference, nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain import item
from tests.bureau import MARKER, ORDINARY, SECRET, Browser, Bureau, open_bureau
from tests.test_drafts import form_of, hidden
from tests.test_web_pages import PROPOSAL, THE_TEST
from tests.voices import PARTICULARS

CONFLICT = "Yang berubah sejak Anda mulai mengisi"


@pytest.fixture(scope="module")
def bureau(server: str, template: str) -> Iterator[Bureau]:
    with open_bureau(server, template) as opened:
        yield opened


def opened_form(browser: Browser, address: str) -> dict[str, str]:
    return hidden(browser.get(address).text)


def revise(bureau: Bureau, item_id: UUID, **changes: Any) -> None:
    """Another officer of the unit puts something right meanwhile."""
    better = replace(PARTICULARS, **changes)
    bureau.desk("made", "ppid-pembantu").on_item("revise", item_id, particulars=better)
    bureau.register.views.catch_up()


def conflict(page: str) -> str:
    """The part of the page that tells what changed."""
    start = page.index(CONFLICT)
    return unescape(page[start : page.index("</section>", start)])


def cells(page: str) -> list[list[str]]:
    told = re.sub(r'<span class="unseen">.*?</span>', "", conflict(page))
    rows = re.findall(r"<tr><td.*?</tr>", told, re.S)
    return [re.findall(r">([^<>]+)</(?:a|del|ins|span)>", row) for row in rows]


def test_what_stands_now_is_shown_beside_what_was_typed(bureau: Bureau) -> None:
    made, item_id = bureau.browser("made"), bureau.item(title=PARTICULARS.title)
    address = form_of(item_id, "revise")
    fields = opened_form(made, address)
    revise(bureau, item_id, holder="Kepala Subbagian", medium="PDF saja")
    typed = {**PROPOSAL, "particulars.holder": "Inspektur", "particulars.summary": "Uraian saya."}
    answer = made.client.post(address, data={**fields, **typed})

    assert answer.status_code == 412
    assert "belum ada yang dicatat" in answer.text
    assert cells(answer.text) == [
        ["Penanggung jawab", PARTICULARS.holder, "Kepala Subbagian", "Inspektur"],
        ["Media penyimpanan", PARTICULARS.medium, "PDF saja", "berkas kertas"],
    ]
    assert "Usulan diperbaiki" in conflict(answer.text)
    assert "Demo Made (fiktif)" in conflict(answer.text)
    for kept in ('value="Inspektur"', "Uraian saya."):
        assert kept in answer.text
    assert len(bureau.register.ledger.history(item_id)) == 2


def test_sent_again_after_the_difference_was_seen_it_is_done(bureau: Bureau) -> None:
    made, item_id = bureau.browser("made"), bureau.item()
    address = form_of(item_id, "revise")
    fields = opened_form(made, address)
    revise(bureau, item_id, holder="Kepala Subbagian")
    shown = made.client.post(address, data={**fields, **PROPOSAL})
    again = made.client.post(address, data={**hidden(shown.text), **PROPOSAL})

    assert (shown.status_code, again.status_code) == (412, 303)
    assert len(bureau.register.ledger.history(item_id)) == 3


def test_an_act_without_entries_is_told_what_became_of_its_subject(bureau: Bureau) -> None:
    wayan, item_id = bureau.browser("wayan"), bureau.item("test")
    address = form_of(item_id, "approve")
    fields = opened_form(wayan, address)
    again = {**THE_TEST, "test.period.words": "3 tahun", "test.part": "lembar 7"}
    bureau.browser("sri").submit(form_of(item_id), again)
    answer = wayan.client.post(address, data={**fields, "note": "Setuju sepenuhnya."})
    told = conflict(answer.text)

    assert answer.status_code == 412
    assert "<del>1 Tahun</del> <ins>3 tahun</ins>" in told
    assert "lembar 7</ins>" in told
    assert "Diuji konsekuensinya" in told
    assert "Setuju sepenuhnya." in answer.text
    assert bureau.register.ledger.recall(item, item_id).state.approved is False


def test_a_draft_decree_that_moved_on_tells_what_was_recorded_since(bureau: Bureau) -> None:
    first, second = bureau.item("approve"), bureau.item("approve")
    sri = bureau.browser("sri")
    drafted = sri.submit("/uji/penetapan/baru", {"title": "Konsep bersama", "items": str(first)})
    address = f"{drafted.location.partition('?')[0]}/tindakan/change_lines"
    fields = opened_form(sri, address)
    change = {"items": [str(first), str(second)], "reason": "Ditambah satu."}
    sri.submit(address, change)
    stale = sri.client.post(address, data={**fields, **change, "reason": "Alasan dari tab lama."})

    assert stale.status_code == 412
    assert "Isi konsep diubah" in conflict(stale.text)
    assert "Ditambah satu." in conflict(stale.text)
    assert "Alasan dari tab lama." in stale.text


def test_a_conflict_gives_nothing_closed_away(bureau: Bureau) -> None:
    """Who opened the form without a need to know learns nothing by being late."""
    item_id = bureau.item("test", secret=True)
    wayan, agus = bureau.browser("wayan"), bureau.browser("agus")
    fields = opened_form(wayan, form_of(item_id, "approve"))
    moved = replace(PARTICULARS, closed=replace(SECRET, detail=f"{MARKER} lagi"))
    bureau.register.ledger.amend(
        item, item_id, lambda known: [item.Revised(particulars=moved)], ORDINARY
    )
    answer = wayan.client.post(form_of(item_id, "approve"), data=fields)

    assert answer.status_code == 412
    assert MARKER not in answer.text
    assert MARKER not in agus.get(f"/uji/butir/{item_id}").text


def test_a_forged_version_loses_nothing_and_does_nothing(bureau: Bureau) -> None:
    made, item_id = bureau.browser("made"), bureau.item()
    address = form_of(item_id, "revise")
    for version in ("0", "999999999"):
        fields = {**opened_form(made, address), "version": version}
        answer = made.client.post(address, data={**fields, **PROPOSAL})

        assert answer.status_code == 412, version
        assert 'value="Berkas pemeriksaan"' in answer.text
    assert len(bureau.register.ledger.history(item_id)) == 1


@pytest.mark.parametrize("times", [2, 3])
def test_however_often_it_is_sent_an_act_is_done_once(bureau: Bureau, times: int) -> None:
    """A double click, the back button, a reload: the form comes with the token it had."""
    made, item_id = bureau.browser("made"), bureau.item()
    address = form_of(item_id, "revise")
    fields = {**opened_form(made, address), "token": uuid4().hex}
    answers = [made.client.post(address, data={**fields, **PROPOSAL}) for _ in range(times)]

    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    assert len(bureau.register.ledger.history(item_id)) == 2


def test_going_back_to_change_what_was_sent_is_told_as_a_conflict(bureau: Bureau) -> None:
    made, item_id = bureau.browser("made"), bureau.item()
    address = form_of(item_id, "revise")
    fields = opened_form(made, address)
    made.client.post(address, data={**fields, **PROPOSAL})
    other = {**PROPOSAL, "particulars.holder": "Jabatan lain"}
    answer = made.client.post(address, data={**fields, **other})

    assert answer.status_code == 409
    assert "sudah pernah dikirim dengan isi lain" in answer.text
    assert 'value="Jabatan lain"' in answer.text
    assert "Usulan diperbaiki" in conflict(answer.text)
    assert len(bureau.register.ledger.history(item_id)) == 2
