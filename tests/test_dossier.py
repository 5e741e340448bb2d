"""What a dossier tells of an item: all of it follows from facts and from where they stand."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from adapters.evidence.bundle import Copy, Evidence, evidence
from adapters.evidence.dossier import CERTIFICATE, QUESTION, Setting, dossier
from adapters.evidence.source import gather
from domain.evidence.absence import NoEvidence
from domain.history import SYSTEM, Pin, Stamp
from domain.item import (
    Archived,
    Closed,
    Conclusion,
    ConsequenceTested,
    GateOverridden,
    Held,
    Moment,
    Segregability,
    Submitted,
)
from tests.logbook import ITEM, POLICY, POLICY_ALONE, Logbook, logged
from tests.spec import recorded
from tests.voices import (
    CATEGORIES,
    CONSIDERED,
    EXEMPT,
    LATER,
    PARTICULARS,
    PPID,
    PROPOSED,
    TEST,
    TESTED,
    UNIT,
)

REFUSED = date(2026, 3, 4)
MARKER = "MERAHDELIMA"
SETTING = Setting(
    body="Badan Contoh",
    zone="Asia/Jakarta",
    zone_name="WIB",
    units={"inspektorat": "Inspektorat"},
    categories=CATEGORIES,
)
SECRET = Submitted(
    particulars=replace(PARTICULARS, closed=Closed(title=f"{MARKER} judul", detail=MARKER))
)


def shown(
    book: Logbook, *, copy: Copy = Copy.PANEL, policy: str = POLICY, **asked: Any
) -> Evidence:
    return evidence(gather(book.open, ITEM), policy, copy=copy, zone=SETTING.zone, **asked)


def told(book: Logbook, **asked: Any) -> dict[str, Any]:
    return dossier(shown(book, **asked), SETTING)


# The first page


def test_the_first_page_answers_whether_the_test_came_first() -> None:
    answer = told(logged(EXEMPT), refused_on=REFUSED)["answer"]

    assert answer["word"] == "Ya"
    assert answer["refused_on"] == "4 Maret 2026"
    (fact,) = answer["facts"]
    assert fact["position"] == 62
    assert fact["event"] == "Pengujian konsekuensi"
    assert fact["stated"] == "2 Maret 2026"
    assert fact["recorded"] == "2 Maret 2026 pukul 08.01.01 WIB"
    assert fact["seen"] == "2 Maret 2026 pukul 08.02.35 WIB"
    assert f"catatan nomor {fact['position']}" in answer["text"]


def test_without_a_witness_it_cannot_be_said_for_certain() -> None:
    answer = told(logged(EXEMPT, witnessed=False), policy=POLICY_ALONE, refused_on=REFUSED)[
        "answer"
    ]

    assert answer["word"] == "Tidak dapat dipastikan"
    assert "hanya pernyataan register sendiri" in answer["text"]
    assert answer["facts"][0]["seen"] == ""


def test_an_item_without_a_test_is_answered_no() -> None:
    answer = told(logged((PROPOSED,)), refused_on=REFUSED)["answer"]

    assert answer["word"] == "Tidak"
    assert "terbukti lengkap: 1 catatan" in answer["text"]


def test_a_test_recorded_late_is_only_a_claim() -> None:
    early = date(2026, 3, 1)
    answer = told(
        logged((PROPOSED, (TESTED[0], replace(PPID, on=date(2026, 2, 20))))), refused_on=early
    )

    assert answer["answer"]["word"] == "Tidak dapat dipastikan"
    assert "baru tercatat 2 Maret 2026" in answer["answer"]["text"]
    assert answer["chronology"][1]["entered_later"]


def test_without_a_day_of_refusal_the_tests_are_told_and_nothing_is_answered() -> None:
    answer = told(logged(EXEMPT))["answer"]

    assert answer["word"] == "Tidak dapat dipastikan"
    assert "tidak disebutkan" in answer["text"]
    assert [fact["position"] for fact in answer["facts"]] == [62]


def test_it_is_on_this_very_item_and_says_on_which_part() -> None:
    notes = told(logged(EXEMPT), refused_on=REFUSED)["answer"]["notes"]

    assert "riwayat butir ini sendiri, atas bagian “halaman 3 sampai dengan 9”" in notes[0]


def test_a_test_that_found_the_item_open_is_no_ground_to_refuse() -> None:
    opened = ConsequenceTested(test=replace(TEST, conclusion=Conclusion.OPEN))
    found = told(logged((PROPOSED, (opened, PPID))), refused_on=REFUSED)["answer"]

    assert found["word"] == "Ya"
    assert any("tidak membenarkan penolakan" in note for note in found["notes"])


def test_gaps_in_the_reasoning_are_said() -> None:
    gap = (GateOverridden(points=("benefit",), reason="Mendesak."), PPID)
    notes = told(logged((PROPOSED, TESTED, gap)), refused_on=REFUSED)["answer"]["notes"]

    assert any("belum lengkap" in note and "nomor 93" in note for note in notes)


def test_it_says_under_which_decree_the_item_stood() -> None:
    notes = told(logged(EXEMPT), refused_on=date(2026, 3, 20))["answer"]["notes"]

    assert any("Penetapan nomor 188/1/2026 tanggal 5 Maret 2026" in note for note in notes)


# What is proven, and what is not


def test_the_certificate_never_says_that_anything_is_true() -> None:
    everything = json.dumps(told(logged(EXEMPT), refused_on=REFUSED), ensure_ascii=False)

    assert CERTIFICATE == "Tidak diubah sejak dicatat"
    assert QUESTION in everything
    assert "Bahwa isi catatan benar" in everything
    assert everything.count("benar") == everything.count("isi catatan benar")


def test_it_says_what_nothing_can_prove() -> None:
    found = told(logged(EXEMPT), refused_on=REFUSED)

    assert any("di luar register" in line for line in found["not_proven"])
    assert any("Tanggal yang dinyatakan" in line for line in found["not_proven"])
    assert not any("pemegang kunci log" in line for line in found["not_proven"])


def test_without_a_witness_the_holder_of_the_key_is_named() -> None:
    found = told(logged(EXEMPT, witnessed=False), policy=POLICY_ALONE)

    assert any("pemegang kunci log" in line for line in found["not_proven"])


def test_facts_not_yet_covered_are_said_to_be_missing() -> None:
    book = logged(EXEMPT)
    book.record(replace(recorded(*CONSIDERED, 5), originator_id=ITEM))
    found = told(book, refused_on=REFUSED)

    assert found["uncovered"] == [len(book.rows)]
    assert any(f"Catatan nomor {len(book.rows)}" in line for line in found["not_proven"])
    assert len(found["chronology"]) == 4
    assert any("Kelengkapan" in note for note in found["answer"]["notes"])
    assert found["answer"]["word"] == "Ya"  # what was seen stays seen


def test_completeness_is_claimed_only_where_the_heads_map_shows_it() -> None:
    book = logged(EXEMPT)
    book.record(replace(recorded(*CONSIDERED, 5), originator_id=ITEM))
    book.sign()
    found = told(book, refused_on=REFUSED)

    assert len(found["chronology"]) == 5
    assert not any("lengkap" in line for line in found["proven"])
    assert any("ditinggalkan di ujung" in line for line in found["not_proven"])


# The index of what is closed


def test_the_index_says_part_ground_consequence_and_whether_the_rest_can_be_given() -> None:
    (entry,) = told(logged(EXEMPT))["index"]

    assert entry["position"] == 62
    assert entry["part"] == "halaman 3 sampai dengan 9"
    assert entry["grounds"][0].startswith("Pasal 17 huruf a angka 2: ")
    assert entry["consequence"] == TEST.consequence_if_opened
    assert entry["segregability"].startswith("Ya. Yang tetap ditutup: nama dan alamat saksi")
    assert entry["segregation_basis"] == "Pasal 22 ayat (7) huruf e UU Nomor 14 Tahun 2008"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Segregability(), "Belum dijawab."),
        (Segregability(separable=False, justification="satu halaman"), "Tidak. Alasannya: satu"),
        (Segregability(separable=True), "Ya. Yang tetap ditutup: tidak disebut."),
    ],
)
def test_what_was_not_answered_is_said_not_to_be(answer: Segregability, said: str) -> None:
    tested = ConsequenceTested(test=replace(TEST, segregability=answer))
    (entry,) = told(logged((PROPOSED, (tested, PPID))))["index"]

    assert entry["segregability"].startswith(said)


def test_every_test_is_indexed_and_the_last_marked() -> None:
    index = told(logged((*EXEMPT, TESTED)))["index"]

    assert [entry["is_latest"] for entry in index] == [False, True]


# The chronology


def test_the_chronology_names_position_times_officer_role_and_sop() -> None:
    pin = Pin(key="bali-2021", number="700/280", revision="1", step=3, in_force=False)
    acting = replace(PPID, principal="wayan", delegation="SK-PLH/2026", procedure=pin)
    line = told(logged((PROPOSED, (TESTED[0], acting))))["chronology"][1]

    assert line["position"] == 62
    assert line["by"] == "sri, PPID Utama, mewakili wayan (SK-PLH/2026)"
    assert line["procedure"] == "SOP 700/280 revisi 1, langkah 3; di luar masa berlakunya"
    assert line["stated"] == "2 Maret 2026"
    assert line["recorded"] == "2 Maret 2026 pukul 08.01.01 WIB"


def test_what_the_clock_did_is_signed_by_the_system() -> None:
    clock = Stamp(at=PPID.at, on=PPID.on, by=SYSTEM)
    line = told(logged((PROPOSED, (TESTED[0], clock))))["chronology"][1]

    assert line["by"] == "sistem (penjadwal)"


# As known on a day


def test_as_known_on_a_day_later_facts_are_counted_and_not_told() -> None:
    book = logged(EXEMPT)
    book.record(replace(recorded(*CONSIDERED, 5), originator_id=ITEM))
    book.settle()
    found = told(book, known_on=date(2026, 3, 2))

    assert found["as_of"] == "2 Maret 2026"
    assert len(found["chronology"]) == 4
    assert found["later"] == 1
    assert CONSIDERED[0].opinion not in json.dumps(found)
    assert not shown(book, known_on=date(2026, 3, 2)).shows(gather(book.open, ITEM).entries[4].row)


def test_before_the_first_fact_there_is_nothing_to_tell() -> None:
    with pytest.raises(NoEvidence, match="belum ada catatan"):
        told(logged(EXEMPT), known_on=date(2026, 3, 1))


# Two copies


def test_the_public_copy_tells_nothing_that_is_closed() -> None:
    archived = (Archived(soft_place="Server A", hard_place="Rak 3"), LATER)
    held = (Held(kind="investigation", reference="SP/1", reason="Sdr. Badu"), LATER)
    book = logged(((SECRET, UNIT), *EXEMPT[1:], archived, held))
    public, panel = told(book, copy=Copy.PUBLIC), told(book, copy=Copy.PANEL)

    for secret in (MARKER, "Server A", "Rak 3", "Badu"):
        assert secret not in json.dumps(public)
        assert secret in json.dumps(panel)
    assert [line["is_shown"] for line in public["chronology"]] == [False, *[True] * 3, *[False] * 2]
    assert "nomor 31, 155, 186 tidak disertakan" in public["withheld"]
    assert panel["withheld"] == "Isi semua catatan disertakan."
    assert public["closed"] == []


def test_who_asked_stays_out_of_the_public_copy() -> None:
    asked = replace(TEST, moment=Moment.ON_REQUEST, reference="REG-12 Sdr. Badu")
    book = logged((PROPOSED, (ConsequenceTested(test=asked), PPID)))

    assert "Badu" not in json.dumps(told(book, copy=Copy.PUBLIC, refused_on=REFUSED))
    assert "Badu" in json.dumps(told(book, copy=Copy.PANEL, refused_on=REFUSED))


def test_both_copies_give_the_same_answer() -> None:
    book = logged(((SECRET, UNIT), *EXEMPT[1:]))
    public, panel = (told(book, copy=each, refused_on=REFUSED) for each in Copy)

    assert public["answer"] == panel["answer"]
    assert public["checkpoint"] == panel["checkpoint"]


def test_the_panel_is_reminded_that_it_hears_in_closed_session() -> None:
    assert "Pasal 43 ayat (3)" in told(logged(EXEMPT))["copy"]["said"]


# Whom it trusts


def test_a_checkpoint_of_another_log_makes_no_dossier() -> None:
    stranger = POLICY_ALONE.replace("sidik/uji-0a1b2c3d", "sidik/lain-0a1b2c3d")

    with pytest.raises(NoEvidence, match=r"tidak (dapat dipercaya|terbaca)"):
        told(logged(EXEMPT), policy=stranger)


def test_a_policy_that_is_none_is_refused_with_its_line() -> None:
    with pytest.raises(NoEvidence, match="kebijakan baris 1"):
        told(logged(EXEMPT), policy="halo\n")


def test_a_witness_whom_the_policy_does_not_name_proves_no_time() -> None:
    answer = told(logged(EXEMPT), policy=POLICY_ALONE, refused_on=REFUSED)["answer"]

    assert answer["word"] == "Tidak dapat dipastikan"
    assert answer["facts"][0]["seen"] == ""
