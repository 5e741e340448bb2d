"""What each fact changes in the lists, told without a database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest

from adapters.slim import decoders
from domain import decree, item, law, officer, pledge
from domain.calendar import Deadline
from domain.history import FACTS, TAGS, fold
from domain.item import Archived, Channel, Opening, ReviewRaised, Status, Uploaded
from domain.officer import Authority, Role
from domain.period import Unit
from projections import Folded, Values, dik_history, due, worklist
from projections.audit import AUDIT, entry
from projections.decree import DECREES
from projections.dik import ITEMS, sort_key
from projections.dik_history import Bounds, states
from projections.officer import OFFICERS
from projections.pledge import PLEDGES
from projections.register import FOLDED, TABLES, needs
from tests import histories
from tests.histories import DAYS, SECRET, START
from tests.spec import SOME_ID, recorded, stamp
from tests.voices import (
    APPROVED,
    AS_NEEDED,
    CONSIDERED,
    PARTICULARS,
    PROPOSED,
    TEST,
    TESTED,
    UNTIL_VERDICT,
    determined,
)

ENDS_ON = START.replace(year=2027, month=3, day=5)
NOTICE = Deadline(
    due=ENDS_ON - timedelta(days=45),
    rule="review-notice",
    basis="Pasal 11 ayat (2) PP 61/2010",
    start=ENDS_ON,
    number=30,
    unit=Unit.WORKING_DAYS,
    calendar_version=4,
)
DETERMINED = (determined(notice=NOTICE), stamp(on="2026-03-05"))
WAITING = (
    determined(
        item.ConsequenceTest(
            **{**{n: getattr(TEST, n) for n in TEST.__slots__}, "period": UNTIL_VERDICT}
        ),
        ends_on=None,
    ),
    stamp(on="2026-03-05"),
)
ARCHIVED = Archived(soft_place="/arsip/1", hard_place="Lemari 2")
UPLOADED = Uploaded(channels=(Channel(kind="website", address="https://x.go.id", on=START),))


def row_of(folded: Folded, *told: Any) -> Any:
    """The row of a subject to which *told* has happened."""
    row = folded.row(SOME_ID)
    for fact in told:
        one, under = fact if isinstance(fact, tuple) else (fact, None)
        envelope = recorded(one, under)
        folded.handlers[type(one)](row, one, envelope)
    return row


def decisions(rows: Sequence[Values]) -> list[str]:
    return [values[1] for values in rows]


@pytest.mark.parametrize(
    ("told", "awaited"),
    [
        ([PROPOSED], ["test_consequence"]),
        ([PROPOSED, TESTED], ["consider", "approve"]),
        ([PROPOSED, TESTED, CONSIDERED], ["approve"]),
        ([PROPOSED, TESTED, APPROVED], ["determine"]),
        ([PROPOSED, TESTED, item.Rejected(reason="Belum.")], ["revise"]),
        ([PROPOSED, TESTED, APPROVED, DETERMINED], ["archive", "upload"]),
        ([PROPOSED, TESTED, DETERMINED, ARCHIVED], ["upload"]),
        ([PROPOSED, TESTED, DETERMINED, ARCHIVED, UPLOADED], []),
        ([PROPOSED, WAITING, ARCHIVED, UPLOADED], ["record_event"]),
        ([DETERMINED, ARCHIVED, UPLOADED, TESTED], ["approve"]),
        ([DETERMINED, ARCHIVED, UPLOADED, TESTED, APPROVED], ["determine"]),
        (
            [DETERMINED, ARCHIVED, UPLOADED, ReviewRaised(why=item.Call.END, due=ENDS_ON)],
            ["approve_opening"],
        ),
        (
            [DETERMINED, ARCHIVED, UPLOADED, item.OpeningApproved(why=Opening.AT_END)],
            ["declassify"],
        ),
        ([DETERMINED, item.Declassified(why=Opening.AT_END)], []),
        ([PROPOSED, item.Withdrawn(reason="Keliru.")], []),
    ],
)
def test_each_item_awaits_what_comes_next(told: list[Any], awaited: list[str]) -> None:
    assert decisions(list(worklist.of_item(row_of(ITEMS, *told)))) == awaited


def test_duties_leave_once_they_are_done() -> None:
    before = row_of(ITEMS, DETERMINED)
    called = row_of(ITEMS, DETERMINED, ReviewRaised(why=item.Call.END, due=ENDS_ON))
    opened = row_of(ITEMS, DETERMINED, item.Declassified(why=Opening.BY_LAW, duty_missed=True))

    lapse = (SOME_ID, "lapse", ENDS_ON + timedelta(days=1), None, None)
    assert list(due.duties(before)) == [lapse, (SOME_ID, "notice", NOTICE.due, ENDS_ON, 4)]
    assert list(due.duties(called)) == [lapse]
    assert list(due.duties(opened)) == []


@pytest.mark.parametrize("seed", range(0, 300, 10))
def test_the_clock_is_asked_exactly_when_the_law_has_something_to_say(seed: int) -> None:
    for each in range(seed, seed + 10):
        the_clock_is_asked_rightly(Random(each))


def the_clock_is_asked_rightly(rng: Random) -> None:
    facts = histories.history(rng, length=rng.randint(1, 12))
    known = fold(item, facts)
    row = row_of(ITEMS, *((one.fact, one) for one in facts))
    asked = {values[1]: values[2] for values in due.duties(row)}

    for day in (START + timedelta(days=rng.randrange(2 * DAYS)) for _ in range(20)):
        is_asked = {kind for kind, on in asked.items() if on <= day and kind != "lapse"}
        calls = item.raise_review(known, on=day)
        said = {
            "notice" if call.why == item.Call.END else call.why
            for call in calls
            if isinstance(call, ReviewRaised)
        }
        if known.exempt_on(day):
            assert said <= is_asked
            assert is_asked - said <= {"review"}, "a review that only the end still outdoes"
    if known.status is Status.EXEMPT and known.ends_on:
        assert item.lapse(known, on=asked["lapse"]) != []


def test_numbers_in_titles_sort_as_numbers() -> None:
    titles = ["Lampiran 10", "lampiran  9", "Lampiran 100", "Akta"]

    assert sorted(titles, key=sort_key) == ["Akta", "lampiran  9", "Lampiran 10", "Lampiran 100"]


def test_slips_are_put_right_only_where_the_domain_does() -> None:
    right = item.Corrected(field="title", was="", now="Judul baru", reason="Salah ketik.")
    wrong = item.Corrected(field="status", was="", now="open", reason="Salah ketik.")

    assert row_of(ITEMS, PROPOSED, right).title == "Judul baru"
    assert row_of(ITEMS, PROPOSED, wrong).status == Status.PROPOSED
    assert row_of(ITEMS, right).title == ""


def test_a_taken_over_item_shows_its_row_and_what_is_missing_until_confirmed() -> None:
    taken = item.TakenOver(
        source=item.Source(file="dik.xlsx", digest="", sheet="A", row=7, key="k", words=()),
        particulars=PARTICULARS,
        period=AS_NEEDED,
        citations=(),
        consequence_if_opened="",
        benefit_if_closed="",
        missing=("official",),
        findings=(),
    )

    row = row_of(ITEMS, taken)
    assert (row.taken_from, row.missing, row.status) == ("dik.xlsx#7", ["official"], "taken-over")
    assert row_of(ITEMS, taken, item.Confirmed(particulars=PARTICULARS)).missing == []


def test_a_decree_goes_from_draft_to_replaced() -> None:
    drafted = decree.Drafted(title="Konsep", unit="inspektorat", items=(SOME_ID,))
    issued = decree.Issued(
        number="188/1/2026",
        place="Palangka Raya",
        dated=START,
        official=item.Official(id="sri", name="Sri", position="PPID"),
        body="Badan",
        unit="inspektorat",
        lines=(
            decree.Line(
                item=SOME_ID,
                version=5,
                title="Berita acara",
                grounds=TEST.grounds,
                period=TEST.period,
                ends_on=ENDS_ON,
            ),
        ),
    )
    replaced = decree.Superseded(by=UUID(int=9), number="2", effect=decree.Effect.REPLACES)

    returned = row_of(DECREES, drafted, decree.DraftReturned(reason="Kurang."))
    assert decisions(list(worklist.of_decree(returned))) == ["draft_decree"]
    assert decisions(list(worklist.of_decree(row_of(DECREES, drafted)))) == ["approve"]
    assert decisions(list(worklist.of_decree(row_of(DECREES, drafted, issued)))) == []
    row = row_of(DECREES, drafted, issued, replaced)
    assert (row.stage, row.number, row.official) == ("replaced", "188/1/2026", "Sri")
    assert row.lines[0]["grounds"] == ["Pasal 17 huruf a angka 2"]
    assert row.superseded_by[0]["number"] == "2"


def test_an_office_ends_on_its_last_day() -> None:
    office = Authority(role=Role.PPID_UTAMA, unit="", decree_no="1", since=START)
    ended = officer.RoleEnded(role=Role.PPID_UTAMA, unit="", decree_no="1", last_on=ENDS_ON)
    other = officer.DelegationEnded(decree_no="1", last_on=START)

    row = row_of(OFFICERS, officer.RoleGranted(authority=office), ended, other)

    assert [a["until"] for a in row.authorities] == [ENDS_ON.isoformat()]


def test_a_pledge_stands_while_the_next_is_drafted() -> None:
    contents = pledge.Contents(
        legal_basis="a",
        procedure="b",
        completion_time="c",
        fees="d",
        assurance="e",
        evaluation="f",
    )
    drafted = pledge.Drafted(contents=contents)

    row = row_of(PLEDGES, drafted, pledge.Determined(number="M-1"), drafted)

    assert (row.title, row.draft_title, row.number) == (contents.title, contents.title, "M-1")
    assert decisions(list(worklist.of_pledge(row))) == ["determine"]


def test_the_trail_flags_what_an_auditor_looks_for() -> None:
    def flags(fact: Any) -> Any:
        values = entry(1, SOME_ID, 1, TAGS[type(fact)], stamp().at, recorded(fact))
        return dict(zip(AUDIT.columns, values, strict=True))["flags"]

    assert flags(item.GateOverridden(points=("benefit",), reason="Mendesak.")) == ["override"]
    assert flags(item.Declassified(why=Opening.BY_LAW, duty_missed=True)) == ["duty-missed"]
    assert flags(item.Declassified(why=Opening.AT_END)) == []


def test_a_back_dated_fact_changes_every_day_after_it_from_then_on() -> None:
    def plus(word: str) -> Any:
        def take(row: Any) -> None:
            row.title += word

        return take

    day = [START + timedelta(days=number) for number in range(4)]
    told = states(
        ITEMS.row(SOME_ID), [(1, day[0], plus("a")), (2, day[2], plus("b")), (3, day[1], plus("c"))]
    )

    def title(on: int, position: int) -> list[str]:
        return [row.title for row, bounds in told if shows(bounds, day[on], position)]

    assert [title(on, 2) for on in range(4)] == [["a"], ["a"], ["ab"], ["ab"]]
    assert [title(on, 3) for on in range(4)] == [["a"], ["ac"], ["abc"], ["abc"]]
    assert [title(on, 1) for on in range(4)] == [["a"]] * 4


def shows(bounds: Bounds, on: Any, position: int) -> bool:
    """The sentence at the head of `dik_history.sql`."""
    return (
        bounds.recorded_from <= position < bounds.recorded_to
        and bounds.effective_from <= on
        and (on < bounds.effective_to or position < bounds.end_known_from)
    )


@pytest.mark.parametrize("seed", range(20))
def test_at_any_day_and_position_at_most_one_state_shows(seed: int) -> None:
    rng = Random(seed)
    facts = histories.history(rng, length=12)
    told = states(
        ITEMS.row(SOME_ID),
        [(one.originator_version, one.on, lambda row: None) for one in facts],
    )

    for position in range(14):
        for day in range(-1, DAYS, 5):
            on = START + timedelta(days=day)
            expected = any(one.originator_version <= position and one.on <= on for one in facts)
            assert sum(shows(bounds, on, position) for _, bounds in told) == expected


@pytest.mark.parametrize("seed", range(40))
def test_reading_only_what_is_asked_for_changes_no_row(seed: int) -> None:
    facts = histories.history(Random(seed), length=12)
    whole = row_of(ITEMS, *((one.fact, one) for one in facts))
    read = decoders(needs())

    slim = ITEMS.row(SOME_ID)
    for _, _, tag, state in histories.rows(facts):
        stored = read[tag](state)
        assert SECRET not in repr(stored)
        ITEMS.handlers[FACTS[tag]](slim, stored.fact, stored)

    assert ITEMS.table.values(slim) == ITEMS.table.values(whole)


def test_every_fact_of_a_listed_subject_has_its_handler() -> None:
    heard = {kind for folded in FOLDED for kind in folded.handlers}
    subjects = ("item.", "decree.", "pledge.", "officer.")

    assert {kind for tag, kind in FACTS.items() if tag.startswith(subjects)} == heard


def test_every_row_fits_its_table() -> None:
    for folded in FOLDED:
        assert len(folded.table.values(folded.row(SOME_ID))) == len(folded.table.columns)
    assert len(dik_history.DIK_HISTORY.columns) == len(ITEMS.table.columns) + len(
        dik_history.begin(START, 1)
    )
    assert len({table.name for table in TABLES}) == len(TABLES)


def test_what_happened_to_instruments_is_asked_of_the_law() -> None:
    assert {TAGS[law.InstrumentReplaced], TAGS[law.InstrumentAmended]} <= needs().keys()
