"""A maklumat, from draft to announcement: PerKI 1/2021 Ps 47-48 and PP 96/2012 Ps 30(4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from adapters.procedures import load_procedures, statutory
from domain import pledge
from domain.calendar import Calendar, DayOff, Kind, Schedule
from domain.history import Stamp, fold
from domain.pledge import (
    Announced,
    Channel,
    Contents,
    Determined,
    Drafted,
    Pledge,
    Returned,
    Status,
)
from domain.procedure import EARLIER_STEPS_MUST_BE_DONE, THE_STEP_BELONGS_TO_ANOTHER_OFFICE, Sop
from domain.rule import Refused, Rule
from tests.spec import recorded, spec_of, stamp

given = spec_of(pledge)

BIRO: Sop = (load_procedures()["kalteng-maklumat-2025"], statutory("pledge"))
NO_PAPER: Sop = (None, statutory("pledge"))

CONTENTS = Contents(
    unit="biro-pemerintahan",
    legal_basis="UU Nomor 14 Tahun 2008, UU Nomor 25 Tahun 2009",
    procedure="Permohonan diterima di meja layanan, dicatat, dan dijawab tertulis.",
    completion_time="10 hari kerja, dapat diperpanjang 7 hari kerja",
    fees="Gratis",
    assurance="Dilayani oleh petugas yang cakap dan tanpa pungutan",
    evaluation="Survei kepuasan setiap semester",
    standard_fixed_on=date(2026, 3, 2),
)
DRAFTED = Drafted(contents=CONTENTS)
RETURNED = Returned(reason="Biaya belum jelas")
DETERMINED = Determined()
BOARD = Channel(
    kind="papan-pengumuman",
    address="Lobi Biro Pemerintahan",
    on=date(2026, 3, 10),
    accessible_forms=("braille",),
)
WEBSITE = Channel(kind="website", address="https://ppid.kalteng.go.id", on=date(2026, 3, 11))
ANNOUNCED = Announced(channels=(BOARD,))

WRITER = stamp(by="wati", as_role="ppid-pembantu", on="2026-03-03")
HEAD = stamp(by="hadi", as_role="atasan-ppid", on="2026-03-09")
SPEAKER = stamp(by="wati", as_role="ppid-pembantu", on="2026-03-12")

A_DRAFT = (DRAFTED, WRITER)
A_RETURN = (RETURNED, HEAD)
A_PLEDGE = (DETERMINED, HEAD)
AN_ANNOUNCEMENT = (ANNOUNCED, SPEAKER)


# The way it goes


def test_the_unit_drafts() -> None:
    given().when(pledge.draft, stamp=WRITER, sop=BIRO, contents=CONTENTS).then(DRAFTED)


def test_its_superior_determines() -> None:
    given(A_DRAFT).when(pledge.determine, stamp=HEAD, sop=BIRO).then(DETERMINED)


def test_or_sends_it_back_saying_why() -> None:
    given(A_DRAFT).when(pledge.return_, stamp=HEAD, sop=BIRO, reason="Biaya belum jelas ").then(
        RETURNED
    )


def test_what_came_back_may_be_drafted_again_as_it_was() -> None:
    given(A_DRAFT, A_RETURN).when(pledge.draft, stamp=WRITER, sop=BIRO, contents=CONTENTS).then(
        DRAFTED
    )


def test_the_unit_announces() -> None:
    given(A_DRAFT, A_PLEDGE).when(
        pledge.announce, stamp=SPEAKER, sop=BIRO, channels=[BOARD, BOARD]
    ).then(ANNOUNCED)


def test_a_further_channel_is_added_and_rests_on_the_forms_already_given() -> None:
    given(A_DRAFT, A_PLEDGE, AN_ANNOUNCEMENT).when(
        pledge.announce, stamp=SPEAKER, sop=BIRO, channels=[BOARD, WEBSITE]
    ).then(Announced(channels=(WEBSITE,)))


def test_a_new_draft_leaves_the_announced_pledge_standing() -> None:
    anew = replace(CONTENTS, fees="Gratis, kecuali penggandaan")

    known = given(A_DRAFT, A_PLEDGE, AN_ANNOUNCEMENT, (Drafted(contents=anew), WRITER)).state

    assert (known.contents, known.draft, known.channels) == (CONTENTS, anew, (BOARD,))
    assert known.status is Status.DRAFTED


def test_a_new_version_is_announced_afresh() -> None:
    anew = Drafted(contents=replace(CONTENTS, fees="Gratis, kecuali penggandaan"))

    known = given(A_DRAFT, A_PLEDGE, AN_ANNOUNCEMENT, (anew, WRITER), A_PLEDGE).state

    assert (known.channels, known.announced_on) == ((), None)


# Said twice


@pytest.mark.parametrize(
    ("history", "decision", "entries"),
    [
        ([A_DRAFT], pledge.draft, {"contents": CONTENTS}),
        ([A_DRAFT, A_PLEDGE], pledge.draft, {"contents": CONTENTS}),
        ([A_DRAFT, A_RETURN], pledge.return_, {"reason": "Sekali lagi"}),
        ([A_DRAFT, A_PLEDGE], pledge.determine, {}),
        ([A_DRAFT, A_PLEDGE, AN_ANNOUNCEMENT], pledge.determine, {}),
        ([A_DRAFT, A_PLEDGE, AN_ANNOUNCEMENT], pledge.announce, {"channels": [BOARD]}),
    ],
)
def test_saying_it_twice_changes_nothing(
    history: list[Any], decision: Any, entries: dict[str, Any]
) -> None:
    given(*history).when(decision, stamp=WRITER, sop=BIRO, **entries).then_nothing()


# What the law asks


@pytest.mark.parametrize(
    "rule",
    [
        pledge.MUST_STATE_LEGAL_BASIS,
        pledge.MUST_STATE_PROCEDURE,
        pledge.MUST_STATE_COMPLETION_TIME,
        pledge.MUST_STATE_FEES,
        pledge.MUST_STATE_ASSURANCE,
        pledge.MUST_STATE_EVALUATION,
    ],
    ids=lambda rule: rule.field,
)
def test_each_of_the_six_parts_is_demanded(rule: Rule) -> None:
    blank: dict[str, Any] = {rule.field: "  "}
    lacking = replace(CONTENTS, **blank)

    given().when(pledge.draft, stamp=WRITER, sop=BIRO, contents=lacking).then_refused(rule)
    given((Drafted(contents=lacking), WRITER)).when(
        pledge.determine, stamp=HEAD, sop=BIRO
    ).then_refused(rule)


def test_the_six_parts_are_cited_letter_by_letter() -> None:
    nothing = Contents(
        legal_basis="", procedure="", completion_time="", fees="", assurance="", evaluation=""
    )

    cited = [str(rule.basis) for rule in pledge.rules_against_contents(nothing)]

    assert cited == [f"Pasal 47 ayat (2) huruf {h} PerKI Nomor 1 Tahun 2021" for h in "abcdef"]


COLLEAGUE = replace(WRITER, by="rina")
HEAD_WHO_DRAFTED = stamp(by="wati", as_role="atasan-ppid", on="2026-03-09")
ACTING_FOR_WHO_DRAFTED = replace(HEAD, by="plh", principal="wati", delegation="Plh 1/2026")


@pytest.mark.parametrize(
    ("history", "decision", "by", "entries", "rule"),
    [
        ([A_DRAFT], pledge.determine, HEAD_WHO_DRAFTED, {}, pledge.WHO_JUDGES_MUST_NOT_DRAFT),
        ([A_DRAFT], pledge.determine, ACTING_FOR_WHO_DRAFTED, {}, pledge.WHO_JUDGES_MUST_NOT_DRAFT),
        (
            [A_DRAFT, A_PLEDGE],
            pledge.draft,
            replace(WRITER, by="hadi"),
            {"contents": replace(CONTENTS, fees="Rp500 per lembar")},
            pledge.WHO_JUDGES_MUST_NOT_DRAFT,
        ),
        ([A_DRAFT], pledge.return_, HEAD, {"reason": " "}, pledge.A_RETURN_MUST_SAY_WHY),
        (
            [A_DRAFT, A_PLEDGE],
            pledge.return_,
            HEAD,
            {"reason": "Biaya"},
            pledge.A_DRAFT_MUST_AWAIT_DECISION,
        ),
        ([A_DRAFT], pledge.determine, COLLEAGUE, {}, THE_STEP_BELONGS_TO_ANOTHER_OFFICE),
        (
            [A_DRAFT, A_PLEDGE],
            pledge.announce,
            SPEAKER,
            {"channels": [replace(BOARD, address=" ")]},
            pledge.CHANNEL_MUST_HAVE_AN_ADDRESS,
        ),
        (
            [A_DRAFT, A_PLEDGE],
            pledge.announce,
            SPEAKER,
            {"channels": [replace(BOARD, on=None)]},
            pledge.CHANNEL_MUST_HAVE_A_DATE,
        ),
        (
            [A_DRAFT, A_PLEDGE],
            pledge.announce,
            SPEAKER,
            {"channels": [replace(BOARD, on=date(2026, 3, 13))]},
            pledge.ANNOUNCEMENT_MUST_HAVE_HAPPENED,
        ),
        (
            [A_DRAFT, A_PLEDGE],
            pledge.announce,
            SPEAKER,
            {"channels": [replace(BOARD, on=date(2026, 3, 8))]},
            pledge.MUST_BE_DETERMINED_BEFORE_ANNOUNCED,
        ),
        (
            [A_DRAFT, A_PLEDGE],
            pledge.announce,
            SPEAKER,
            {"channels": [WEBSITE]},
            pledge.MUST_BE_ACCESSIBLE,
        ),
        (
            [A_DRAFT, A_PLEDGE],
            pledge.announce,
            SPEAKER,
            {"channels": [replace(WEBSITE, accessible_forms=("pdf",))]},
            pledge.MUST_BE_ACCESSIBLE,
        ),
    ],
    ids=lambda value: value.code if isinstance(value, Rule) else "",
)
def test_one_rule_is_enough_to_refuse(
    history: list[Any], decision: Any, by: Stamp, entries: dict[str, Any], rule: Rule
) -> None:
    given(*history).when(decision, stamp=by, sop=BIRO, **entries).then_refused(rule)


def test_the_officer_hears_every_reason_at_once() -> None:
    given(A_DRAFT).when(pledge.announce, stamp=HEAD, sop=BIRO, channels=[]).then_refused(
        THE_STEP_BELONGS_TO_ANOTHER_OFFICE,
        EARLIER_STEPS_MUST_BE_DONE,
        pledge.MUST_BE_DETERMINED_BEFORE_ANNOUNCED,
        pledge.MUST_BE_ANNOUNCED_SOMEWHERE,
        pledge.MUST_BE_ACCESSIBLE,
    )


def test_without_a_paper_the_law_alone_says_who_may() -> None:
    mayor = stamp(by="walikota", as_role="pimpinan")

    given(A_DRAFT).when(pledge.determine, stamp=mayor, sop=NO_PAPER).then(DETERMINED)


@pytest.mark.parametrize("decision", ["draft", "return", "determine", "announce"])
def test_a_page_may_ask_before_the_officer_tries(decision: str) -> None:
    auditor = stamp(by="ani", as_role="auditor")

    against = pledge.obstacles(given(A_DRAFT).state, decision, stamp=auditor, sop=BIRO)

    assert THE_STEP_BELONGS_TO_ANOTHER_OFFICE.code in {rule.code for rule in against}


def test_what_may_be_done_has_nothing_in_its_way() -> None:
    assert pledge.obstacles(given(A_DRAFT).state, "determine", stamp=HEAD, sop=BIRO) == ()
    assert pledge.obstacles(given().state, "draft", stamp=WRITER, sop=BIRO) == ()


# Seven working days from the standard


NYEPI = DayOff(on=date(2026, 3, 5), name="Cuti daerah", kind=Kind.REGIONAL)
OFFICE_DAYS = Schedule(Calendar(seeded={NYEPI.on: NYEPI}))


def late(known: Pledge, on: str) -> list[str]:
    found = pledge.findings(known, on=date.fromisoformat(on), schedule=OFFICE_DAYS)
    return [finding.code for finding in found]


def test_the_days_off_do_not_count() -> None:
    due = pledge.deadline(given(A_DRAFT).state, OFFICE_DAYS)

    assert due is not None
    assert (due.due, [day.why for day in due.skipped]) == (
        date(2026, 3, 12),
        ["Cuti daerah", "Sabtu", "Minggu"],
    )


def test_on_the_last_day_it_is_in_time_and_on_the_next_it_is_late() -> None:
    known = given(A_DRAFT, A_PLEDGE).state

    assert late(known, "2026-03-12") == []
    assert late(known, "2026-03-13") == ["pledge-announced-late"]


def test_what_was_announced_in_time_stays_in_time() -> None:
    assert late(given(A_DRAFT, A_PLEDGE, AN_ANNOUNCEMENT).state, "2027-01-01") == []


def test_a_late_announcement_is_recorded_and_stays_visible() -> None:
    belated = replace(BOARD, on=date(2026, 4, 1))
    on = stamp(by="wati", as_role="ppid-pembantu", on="2026-04-01")

    given(A_DRAFT, A_PLEDGE).when(pledge.announce, stamp=on, sop=BIRO, channels=[belated]).then(
        Announced(channels=(belated,))
    )
    known = given(A_DRAFT, A_PLEDGE, (Announced(channels=(belated,)), on)).state
    (finding,) = pledge.findings(known, on=date(2026, 5, 1), schedule=OFFICE_DAYS)
    assert "baru diumumkan 1 April 2026" in finding.text
    assert finding.basis == "Pasal 30 ayat (4) PP Nomor 96 Tahun 2012"


def test_without_the_date_of_its_standard_no_deadline_is_made_up() -> None:
    undated = given((Drafted(contents=replace(CONTENTS, standard_fixed_on=None)), WRITER)).state

    assert pledge.deadline(undated, OFFICE_DAYS) is None
    assert late(undated, "2030-01-01") == ["pledge-standard-undated"]


# No path lets one person draft and determine

PEOPLE = ("wati", "hadi", "sri")
ACTS: list[tuple[Any, str, dict[str, Any]]] = [
    (pledge.draft, "ppid-pembantu", {"contents": CONTENTS}),
    (pledge.draft, "ppid-pembantu", {"contents": replace(CONTENTS, fees="Rp500 per lembar")}),
    (pledge.return_, "atasan-ppid", {"reason": "Belum jelas"}),
    (pledge.determine, "atasan-ppid", {}),
    (pledge.determine, "atasan-ppid", {}),
    (pledge.announce, "ppid-pembantu", {"channels": [replace(BOARD, on=date(2026, 3, 12))]}),
]
"""Each in the right office, so that only the person can be in the way."""

an_act = st.tuples(
    st.sampled_from(ACTS), st.sampled_from(PEOPLE), st.sampled_from(("", "", *PEOPLE))
)


@settings(max_examples=200, deadline=None)
@for_all(st.lists(an_act, min_size=4, max_size=14), st.sampled_from([BIRO, NO_PAPER]))
def test_no_path_lets_one_person_draft_and_determine(path: list[Any], sop: Sop) -> None:
    history: list[Any] = []
    for (decide, role, entries), person, principal in path:
        by = stamp(by=person, as_role=role, principal=principal, on="2026-03-12")
        try:
            facts = decide(fold(pledge, history), stamp=by, sop=sop, **entries)
        except Refused:
            continue
        history += [recorded(fact, by) for fact in facts]

    drafted = [h.hands for h in history if isinstance(h.fact, Drafted)]
    determined = [h.hands for h in history if isinstance(h.fact, Determined)]
    assert not frozenset().union(*drafted) & frozenset().union(*determined)
