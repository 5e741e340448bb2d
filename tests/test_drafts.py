"""Drafts of forms, and what a test may be started from: kept, told, and never a fact."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID

import pytest

from domain.item import Conclusion
from domain.reasoning import BLANK, gaps
from tests.bureau import MARKER, NOW, Browser, Bureau, open_bureau
from tests.test_web_pages import PROPOSAL, THE_TEST
from tests.voices import TEST
from web import past_tests

KEPT_BY_SCRIPT = {"X-Sidik-Draft": "1"}


@pytest.fixture(scope="module")
def bureau(server: str, template: str) -> Iterator[Bureau]:
    with open_bureau(server, template) as opened:
        yield opened


def form_of(item_id: UUID, decision: str = "test_consequence") -> str:
    return f"/uji/butir/{item_id}/tindakan/{decision}"


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))


def send_copy(browser: Browser, address: str, typed: dict[str, Any]) -> Any:
    """What the script does while one types: a copy of the form, beside it."""
    fields = hidden(browser.get(address).text)
    return browser.client.post(
        address, data={**fields, **typed, "step": "keep"}, headers=KEPT_BY_SCRIPT
    )


# Drafts


def test_what_was_typed_is_there_again_and_nothing_is_recorded(bureau: Bureau) -> None:
    sri, item_id = bureau.browser("sri"), bureau.item()
    kept = sri.submit(form_of(item_id), {**THE_TEST, "test.part": "lembar hijau", "step": "keep"})

    assert (kept.status_code, kept.location) == (303, f"{form_of(item_id)}?konsep=1")
    page = sri.get(kept.location).text
    assert "Konsep tersimpan." in page
    assert "Konsep Anda dari 2 Maret 2026 pukul 08.30 WIB dipulihkan." in page
    assert 'value="lembar hijau"' in page
    assert 'value="2 (dua) tahun"' in page
    assert len(bureau.register.ledger.history(item_id)) == 1


def test_a_draft_is_kept_while_one_types(bureau: Bureau) -> None:
    sri, item_id = bureau.browser("sri"), bureau.item()
    answer = send_copy(sri, form_of(item_id), {"test.part": "lembar biru"})

    assert answer.status_code == 200
    assert answer.text == "Konsep tersimpan 2 Maret 2026 pukul 08.30 WIB."
    assert answer.headers["Cache-Control"] == "no-store"
    assert 'value="lembar biru"' in sri.get(form_of(item_id)).text


def test_a_draft_is_read_by_nobody_else(bureau: Bureau, caplog: pytest.LogCaptureFixture) -> None:
    item_id = bureau.item()
    typed = {**PROPOSAL, "particulars.closed.title": MARKER, "particulars.closed.detail": MARKER}
    send_copy(bureau.browser("made"), form_of(item_id, "revise"), typed)

    assert MARKER in bureau.browser("made").get(form_of(item_id, "revise")).text
    for other in ("sri", "budi", "wayan", "agus", "ani"):
        assert MARKER not in bureau.browser(other).get(form_of(item_id, "revise")).text
    assert MARKER not in caplog.text


def test_a_draft_can_be_thrown_away(bureau: Bureau) -> None:
    sri, item_id = bureau.browser("sri"), bureau.item()
    send_copy(sri, form_of(item_id), {"test.part": "lembar merah"})
    gone = sri.submit(form_of(item_id), {"step": "discard"})

    assert gone.location == form_of(item_id)
    page = sri.get(form_of(item_id)).text
    assert "lembar merah" not in page
    assert "dipulihkan" not in page


def test_when_the_act_is_done_its_draft_is_gone_and_a_late_copy_is_not_kept(
    bureau: Bureau,
) -> None:
    sri, item_id = bureau.browser("sri"), bureau.item()
    address = form_of(item_id)
    fields = hidden(sri.get(address).text)
    send_copy(sri, address, {"test.part": "lembar ungu"})
    done = sri.client.post(address, data={**fields, **THE_TEST})
    late = sri.client.post(
        address,
        data={**fields, "test.part": "lembar telat", "step": "keep"},
        headers=KEPT_BY_SCRIPT,
    )

    assert (done.status_code, late.status_code) == (303, 200)
    page = sri.get(address).text
    assert "lembar telat" not in page
    assert "lembar ungu" not in page
    send_copy(sri, address, {"test.part": "lembar baru"})
    assert 'value="lembar baru"' in sri.get(address).text


def test_a_draft_is_kept_for_thirty_days(bureau: Bureau) -> None:
    sri, item_id = bureau.browser("sri"), bureau.item()
    send_copy(sri, form_of(item_id), {"test.part": "lembar lama"})
    drafts = bureau.register.drafts
    address = form_of(item_id)

    assert drafts.find("sri", address, at=NOW + timedelta(days=30)) is not None
    assert drafts.find("sri", address, at=NOW + timedelta(days=30, seconds=1)) is None
    drafts.keep("made", "/x", {}, version=0, token="t", at=NOW + timedelta(days=31))
    assert drafts.find("sri", address, at=NOW) is None  # swept away by whoever came next


def test_a_draft_of_what_has_moved_on_says_what_changed(bureau: Bureau) -> None:
    made, item_id = bureau.browser("made"), bureau.item()
    address = form_of(item_id, "revise")
    send_copy(made, address, {**PROPOSAL, "particulars.holder": "Kepala Bagian"})
    bureau.browser("sri").submit(form_of(item_id), THE_TEST)
    page = made.get(address).text

    assert "Yang berubah sejak Anda mulai mengisi" in page
    assert "Diuji konsekuensinya" in page
    assert 'value="Kepala Bagian"' in page


def test_who_only_reads_keeps_no_draft(bureau: Bureau) -> None:
    item_id = bureau.item()
    agus = bureau.browser("agus")

    assert send_copy(agus, form_of(item_id, "approve"), {"note": "x"}).status_code == 403
    assert "Simpan konsep" not in agus.get(form_of(item_id, "approve")).text


def test_a_draft_without_a_token_of_ours_is_refused(bureau: Bureau) -> None:
    sri, item_id = bureau.browser("sri"), bureau.item()
    answer = sri.client.post(form_of(item_id), data={"step": "keep", "test.part": "x"})

    assert answer.status_code in (400, 409)
    assert bureau.register.drafts.find("sri", form_of(item_id), at=NOW) is None


def test_odd_characters_do_not_break_a_draft(bureau: Bureau) -> None:
    sri, item_id = bureau.browser("sri"), bureau.item()
    odd = {"test.part": "nol\0di dalam", "test.reference": "<script>alert(1)</script>"}

    assert send_copy(sri, form_of(item_id), odd).status_code == 200
    page = sri.get(form_of(item_id)).text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


# Asking without recording


def test_a_test_is_checked_without_being_recorded(bureau: Bureau) -> None:
    sri, item_id = bureau.browser("sri"), bureau.item()
    bare = {**THE_TEST, "test.benefit_if_closed": "Melindungi rahasia.", "step": "check"}
    poor = sri.submit(form_of(item_id), bare)
    good = sri.submit(form_of(item_id), {**THE_TEST, "step": "check"})

    assert poor.status_code == good.status_code == 200
    result = poor.text[poor.text.index('id="hasil-periksa"') :]
    assert "manfaat bila ditutup baru berupa pernyataan" in result
    assert "Pasal 2 ayat (4) UU Nomor 14 Tahun 2008" in result
    assert "Tidak ada yang menghalangi. Belum ada yang dicatat." in good.text
    assert len(bureau.register.ledger.history(item_id)) == 1


def test_what_cannot_be_read_is_said_when_checked(bureau: Bureau) -> None:
    sri, item_id = bureau.browser("sri"), bureau.item()
    answer = sri.submit(form_of(item_id), {**THE_TEST, "test.review_on": "besok", "step": "check"})

    assert answer.status_code == 200
    result = answer.text[answer.text.index('id="hasil-periksa"') :]
    assert "Isian belum benar" in result
    assert 'value="besok"' in answer.text


def test_going_on_with_gaps_names_them_when_checked(bureau: Bureau) -> None:
    sri, item_id = bureau.browser("sri"), bureau.item()
    bare = {**THE_TEST, "test.public_interest": "Rahasia.", "override": "Mendesak."}
    answer = sri.submit(form_of(item_id), {**bare, "step": "check"})

    assert "timbangan kepentingan umum baru berupa pernyataan" in answer.text
    assert len(bureau.register.ledger.history(item_id)) == 1


def test_the_same_form_is_sent_after_it_was_checked(bureau: Bureau) -> None:
    sri, item_id = bureau.browser("sri"), bureau.item()
    address = form_of(item_id)
    fields = hidden(sri.get(address).text)
    checked = sri.client.post(address, data={**fields, **THE_TEST, "step": "check"})

    assert hidden(checked.text)["token"] == fields["token"]
    assert sri.client.post(address, data={**fields, **THE_TEST}).status_code == 303


# What a test may be started from


def test_a_test_may_be_started_from_a_like_one_and_says_so(bureau: Bureau) -> None:
    older = bureau.item("test", title="Daftar kompetensi pegawai kepelabuhanan")
    item_id = bureau.item(title="Daftar kompetensi pegawai perhubungan darat")
    sri = bureau.browser("sri")
    offered = sri.get(form_of(item_id)).text

    assert f'href="?mulai=uji.{older}"' in offered
    assert "Daftar kompetensi pegawai kepelabuhanan" in offered
    assert TEST.consequence_if_opened not in unescape(offered)  # nothing is copied silently
    begun = unescape(sri.get(f"{form_of(item_id)}?mulai=uji.{older}").text)
    assert (
        "dimulai dari uji atas “Daftar kompetensi pegawai kepelabuhanan” tanggal 2 Maret" in begun
    )
    assert TEST.consequence_if_opened in begun
    assert TEST.segregability.parts not in begun  # of another document
    refused = sri.submit(
        form_of(item_id), {"test.part": ""}, opened=f"{form_of(item_id)}?mulai=uji.{older}"
    )
    assert "dimulai dari uji atas" in unescape(refused.text)


def test_of_tests_that_are_not_alike_none_is_offered(bureau: Bureau) -> None:
    bureau.item("test", title="Zirkonium pelabuhan")
    item_id = bureau.item(title="Rekam medis")

    assert "mulai=uji." not in bureau.browser("sri").get(form_of(item_id)).text


@pytest.mark.parametrize("key", ["uji.x", f"uji.{UUID(int=9)}", "contoh.tidak-ada", "lain", "uji."])
def test_what_is_not_there_is_no_beginning(bureau: Bureau, key: str) -> None:
    answer = bureau.browser("sri").get(f"{form_of(bureau.item())}?mulai={key}")

    assert answer.status_code == 404


def test_a_starting_text_is_marked_and_left_as_it_is_it_is_refused(bureau: Bureau) -> None:
    sri, item_id = bureau.browser("sri"), bureau.item()
    address = f"{form_of(item_id)}?mulai=contoh.pelapor"
    page = unescape(sri.get(address).text)
    area = re.compile(r'<textarea[^>]* name="([\w.]+)"[^>]*>\n(.*?)</textarea>', re.S)
    started = {name: text for name, text in area.findall(page) if text}
    typed = {**THE_TEST, **started}
    refused = sri.submit(form_of(item_id), typed, opened=address)

    assert "dimulai dari teks awal “Identitas pelapor, informan, atau saksi”" in page
    assert "[lengkapi:" in started["test.consequence_if_opened"]
    assert refused.status_code == 409
    assert "masih memuat bagian yang belum diisi: [lengkapi:" in refused.text
    assert len(bureau.register.ledger.history(item_id)) == 1


def test_no_starting_text_passes_the_gate_as_it_is() -> None:
    for key, text in past_tests.template_texts():
        sheet = replace(
            TEST,
            consequence_if_opened=text["consequence_if_opened"],
            benefit_if_closed=text["benefit_if_closed"],
            public_interest=text["public_interest"],
            conclusion=Conclusion.EXEMPT,
        )
        codes = {gap.code for gap in gaps(sheet)}
        assert codes == {
            "consequence-if-opened-unfilled",
            "benefit-if-closed-unfilled",
            "public-interest-unfilled",
        }, key
        assert BLANK.search(text["part"])
