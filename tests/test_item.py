"""An item from proposal to opening: the story, then one row per rule, then what always holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pytest

from domain import calendar, item, period
from domain.calendar import Calendar, DayDeclaredOff, Schedule, working_days_before
from domain.calendar import Kind as DayKind
from domain.ground import Ground
from domain.history import fold
from domain.item import (
    Approved,
    Archived,
    Call,
    Channel,
    Conclusion,
    ConsequenceTested,
    Corrected,
    Declassified,
    GateOverridden,
    Held,
    Moment,
    Opening,
    OpeningApproved,
    PeriodEventRecorded,
    Rejected,
    Released,
    Reviewed,
    ReviewRaised,
    Revised,
    Segregability,
    Source,
    Status,
    TakenOver,
    Uploaded,
    Withdrawn,
)
from domain.procedure import EARLIER_STEPS_MUST_BE_DONE, THE_STEP_BELONGS_TO_ANOTHER_OFFICE
from domain.rule import Rule, cite
from tests.spec import Then, recorded, spec_of, stamp
from tests.voices import (
    APPROVED,
    AS_NEEDED,
    BALI,
    BONTANG,
    CATEGORIES,
    CONSIDERED,
    EXEMPT,
    HEAD,
    KALTENG,
    LATER,
    OFFICIAL,
    ONE_YEAR,
    PARTICULARS,
    PPID,
    PROPOSED,
    STATUTE,
    TEAM,
    TEST,
    TESTED,
    TESTED_OPEN,
    THE_DECREE,
    TOP,
    UNIT,
    UNLIMITED,
    UNTIL_VERDICT,
    WEEKDAYS_ONLY,
    again,
    determined,
)

given = spec_of(item)

ON_THE_PAGE = Channel(kind="sidik", address="/publik/contoh", on=date(2026, 3, 6))
LATE_IN_THE_PERIOD = again(PPID, "2027-02-20")
NOTICE = working_days_before(WEEKDAYS_ONLY, date(2027, 3, 5), 30, rule="r", basis="b")
WITH_NOTICE = (*EXEMPT[:3], (determined(notice=NOTICE), LATER))
PERSONAL = replace(TEST, grounds=(Ground(huruf="h", angka=2),), period=AS_NEEDED)
ENDLESS = (
    PROPOSED,
    (ConsequenceTested(test=PERSONAL), PPID),
    APPROVED,
    (determined(PERSONAL, ends_on=None, review_on=date(2027, 3, 1)), LATER),
)
WAITING = (
    PROPOSED,
    (ConsequenceTested(test=replace(TEST, period=UNTIL_VERDICT)), PPID),
    APPROVED,
    (determined(replace(TEST, period=UNTIL_VERDICT), ends_on=None), LATER),
)
IN_DISPUTE = Held(kind="dispute", reference="001/KI/2026", reason="Sengketa informasi")
FROM_A_LIST = TakenOver(
    source=Source(file="dik.csv", digest="00", sheet="", row=2, key="k", words=()),
    particulars=replace(PARTICULARS, document="", unit=""),
    period=ONE_YEAR,
    citations=(),
    consequence_if_opened="",
    benefit_if_closed="",
    missing=("document", "unit"),
    findings=(),
)

submit = partial(item.submit, sop=STATUTE, categories=CATEGORIES)
confirm = partial(item.confirm, sop=STATUTE, categories=CATEGORIES)
revise = partial(item.revise, sop=STATUTE, categories=CATEGORIES)
examine = partial(item.test_consequence, sop=STATUTE, categories=CATEGORIES)
consider = partial(item.consider, sop=STATUTE, favours=Conclusion.EXEMPT, opinion="Setuju.")
approve = partial(item.approve, sop=STATUTE)
reject = partial(item.reject, sop=STATUTE, reason="Lengkapi analisis.")
determine = partial(
    item.determine,
    sop=STATUTE,
    categories=CATEGORIES,
    schedule=WEEKDAYS_ONLY,
    decree=THE_DECREE,
    number="188/1/2026",
    place="Palangka Raya",
    official=OFFICIAL,
    body="Badan Contoh",
    unit="Inspektorat",
)
archive = partial(item.archive, sop=STATUTE, soft_place="NAS/dik", hard_place="Almari 1")
upload = partial(item.upload, sop=STATUTE, channels=(ON_THE_PAGE,))
record_event = partial(
    item.record_event,
    sop=STATUTE,
    categories=CATEGORIES,
    schedule=WEEKDAYS_ONLY,
    event="putusan final",
    happened_on=date(2026, 5, 4),
    evidence="Putusan 12/2026",
)
LONG_REASON = "Data pasien rawat inap masih dipakai dokter untuk pengobatan lanjutan tahun ini."
review = partial(item.review, sop=STATUTE, reason=LONG_REASON, review_on=date(2027, 9, 1))
approve_opening = partial(item.approve_opening, sop=STATUTE, why=Opening.AT_END)
declassify = partial(
    item.declassify,
    sop=STATUTE,
    categories=CATEGORIES,
    needs_head=True,
    why=Opening.AT_END,
    evidence="Penetapan 7/2027",
)
hold = partial(item.hold, sop=STATUTE, kind="audit", reference="LHP/1", reason="Audit BPK")
release = partial(
    item.release, sop=STATUTE, kind="dispute", reference="001/KI/2026", reason="Selesai"
)
correct = partial(
    item.correct, sop=STATUTE, field="title", now="Berita acara pemeriksaan", reason="Salah ketik"
)
withdraw = partial(item.withdraw, sop=STATUTE, reason="Sudah diumumkan.")


# The story


def test_an_item_is_proposed_tested_agreed_to_and_determined() -> None:
    given().when(submit, stamp=UNIT, particulars=PARTICULARS).then(PROPOSED[0])
    given(PROPOSED).when(examine, stamp=PPID, test=TEST).then(TESTED[0])
    given(PROPOSED, TESTED).when(approve, stamp=HEAD).then(Approved())
    [fact] = given(PROPOSED, TESTED, APPROVED).when(determine, stamp=LATER).facts
    assert (fact.ends_on, fact.number) == (date(2027, 3, 5), "188/1/2026")
    assert fact.notice is not None
    assert fact.notice.due == date(2027, 1, 22)


def test_what_the_head_sends_back_can_be_mended_and_must_be_tested_again() -> None:
    sent_back = (Rejected(reason="Kurang"), HEAD)
    better = replace(PARTICULARS, part="halaman 3")
    given(PROPOSED, TESTED).when(reject, stamp=HEAD).then(Rejected(reason="Lengkapi analisis."))
    (
        given(PROPOSED, TESTED, sent_back)
        .when(revise, stamp=UNIT, particulars=better)
        .then(Revised(particulars=better))
    )
    mended = given(PROPOSED, TESTED, sent_back, (Revised(particulars=better), UNIT))
    mended.when(approve, stamp=again(HEAD, "2026-04-01")).then_refused(
        item.TEST_MUST_PRECEDE_CONSENT
    )


def test_a_mended_proposal_is_tested_again_even_if_the_sheet_says_the_same() -> None:
    the_same_day = again(HEAD, "2026-03-02")
    sent_back = (Rejected(reason="Kurang"), the_same_day)
    mended = given(PROPOSED, TESTED, sent_back, (Revised(particulars=PARTICULARS), UNIT))

    mended.when(examine, stamp=PPID, test=TEST).then(ConsequenceTested(test=TEST))


def test_a_test_may_conclude_that_the_item_is_open() -> None:
    known = fold(item, [recorded(PROPOSED[0], UNIT), recorded(ConsequenceTested(test=TESTED_OPEN))])

    assert known.status is Status.NOT_EXEMPT


def test_an_item_from_an_old_list_is_confirmed_before_anything_else() -> None:
    given(FROM_A_LIST).when(confirm, stamp=UNIT, particulars=PARTICULARS).then(
        item.Confirmed(particulars=PARTICULARS)
    )
    given(FROM_A_LIST).when(upload, stamp=PPID).then_refused(
        item.ONLY_DETERMINED_ITEMS_ARE_PUBLISHED
    )


def test_the_ppid_opens_in_the_last_days_with_the_heads_consent() -> None:
    agreed = (OpeningApproved(why=Opening.AT_END), again(HEAD, "2027-02-10"))
    (
        given(*WITH_NOTICE, agreed)
        .when(declassify, stamp=LATE_IN_THE_PERIOD)
        .then(Declassified(why=Opening.AT_END, evidence="Penetapan 7/2027"))
    )


def test_a_ruling_opens_without_anybodys_consent_and_through_a_hold() -> None:
    (
        given(*EXEMPT, IN_DISPUTE)
        .when(declassify, stamp=again(PPID, "2026-09-01"), why=Opening.RULING, evidence="014/2026")
        .then(Declassified(why=Opening.RULING, evidence="014/2026"))
    )


def test_the_item_opens_by_law_at_the_first_moment_after_its_end() -> None:
    opened = Declassified(why=Opening.BY_LAW, duty_missed=True)

    given(*EXEMPT).when(item.lapse, on=date(2027, 3, 6)).then(opened)
    given(*EXEMPT).when(item.lapse, on=date(2027, 3, 5)).then_nothing()
    given(*EXEMPT).when(item.lapse, on=date(2027, 3, 9)).then_nothing()
    given(*EXEMPT, IN_DISPUTE).when(item.lapse, on=date(2027, 3, 6)).then(opened)
    given(*EXEMPT, opened).when(item.lapse, on=date(2027, 3, 6)).then_nothing()


def test_the_officer_is_called_once_thirty_working_days_ahead() -> None:
    raised = ReviewRaised(why=Call.END, due=date(2027, 3, 5))

    given(*WITH_NOTICE).when(item.raise_review, on=date(2027, 1, 21)).then_nothing()
    given(*WITH_NOTICE).when(item.raise_review, on=NOTICE.due).then(raised)
    given(*WITH_NOTICE, raised).when(item.raise_review, on=date(2027, 2, 1)).then_nothing()


def test_an_item_without_an_end_comes_up_at_its_review_date() -> None:
    raised = ReviewRaised(why=Call.REVIEW, due=date(2027, 3, 1))

    given(*ENDLESS).when(item.raise_review, on=date(2027, 2, 28)).then_nothing()
    given(*ENDLESS).when(item.raise_review, on=date(2027, 3, 1)).then(raised)
    (
        given(*ENDLESS, raised)
        .when(review, stamp=again(PPID, "2027-03-02"))
        .then(Reviewed(reason=LONG_REASON, review_on=date(2027, 9, 1)))
    )


def test_an_awaited_event_gives_the_period_its_end() -> None:
    """Huruf a closes 30 years at the most, so even an item without a date ends with them."""
    reviewed = replace(TEST, period=UNTIL_VERDICT, review_on=date(2026, 12, 1))
    tested = (ConsequenceTested(test=reviewed), PPID)
    [decided] = given(PROPOSED, tested, APPROVED).when(determine, stamp=LATER).facts
    assert (decided.ends_on, decided.review_on) == (date(2056, 3, 5), date(2026, 12, 1))

    [happened] = given(*WAITING).when(record_event, stamp=again(PPID, "2026-05-06")).facts
    assert (happened.ends_on, happened.evidence) == (date(2026, 5, 4), "Putusan 12/2026")


def test_the_owner_is_asked_every_six_months_about_an_awaited_event() -> None:
    asked = ReviewRaised(why=Call.EVENT, due=date(2026, 9, 5))

    given(*WAITING).when(item.raise_review, on=date(2026, 9, 4)).then_nothing()
    given(*WAITING).when(item.raise_review, on=date(2026, 9, 5)).then(asked)
    known = given(*WAITING, (asked, again(PPID, "2026-09-07")))
    known.when(item.raise_review, on=date(2027, 3, 6)).then_nothing()
    known.when(item.raise_review, on=date(2027, 3, 7)).then(
        ReviewRaised(why=Call.EVENT, due=date(2027, 3, 7))
    )


def test_a_new_day_off_moves_the_notice_and_keeps_both_results() -> None:
    days = fold_calendar(
        DayDeclaredOff(
            on=date(2027, 2, 1), name="Pilkada", kind=DayKind.ELECTION, decree="SK 1/2027"
        )
    )
    [moved] = given(*WITH_NOTICE).when(item.recompute_notice, schedule=Schedule(days)).facts

    assert (moved.was.due, moved.notice.due) == (date(2027, 1, 22), date(2027, 1, 21))
    given(*WITH_NOTICE, moved).when(item.recompute_notice, schedule=Schedule(days)).then_nothing()


def fold_calendar(*facts: Any) -> Calendar:
    return fold(calendar, [recorded(fact) for fact in facts])


def test_gaps_in_the_reasoning_can_be_overridden_and_that_is_a_fact() -> None:
    bare = replace(TEST, consequence_if_opened="Melanggar HAM", part="")
    tested, overridden = (
        given(PROPOSED)
        .when(examine, stamp=PPID, test=bare, override="Perintah panel, berkas menyusul.")
        .facts
    )

    assert tested == ConsequenceTested(test=bare)
    assert overridden == GateOverridden(
        points=("consequence-if-opened-bare", "part-missing"),
        reason="Perintah panel, berkas menyusul.",
    )


@pytest.mark.parametrize(
    ("history", "decide", "under", "entries"),
    [
        ([PROPOSED], submit, UNIT, {"particulars": PARTICULARS}),
        ([PROPOSED], revise, UNIT, {"particulars": PARTICULARS}),
        ([PROPOSED, TESTED], examine, PPID, {"test": TEST}),
        ([PROPOSED, TESTED, APPROVED], approve, HEAD, {}),
        ([PROPOSED, TESTED, (Rejected(reason="x"), HEAD)], reject, HEAD, {}),
        ([*EXEMPT, Archived(soft_place="NAS/dik", hard_place="Almari 1")], archive, PPID, {}),
        ([*EXEMPT, Uploaded(channels=(ON_THE_PAGE,))], upload, PPID, {}),
        ([*EXEMPT, OpeningApproved(why=Opening.AT_END)], approve_opening, HEAD, {}),
        ([*EXEMPT, Declassified(why=Opening.RULING)], declassify, PPID, {}),
        ([*EXEMPT, Held(kind="audit", reference="LHP/1", reason="x")], hold, PPID, {}),
        ([PROPOSED, Withdrawn(reason="x")], withdraw, PPID, {}),
    ],
)
def test_doing_it_twice_changes_nothing(
    history: list[Any], decide: Callable[..., Any], under: Any, entries: dict[str, Any]
) -> None:
    given(*history).when(decide, stamp=under, **entries).then_nothing()


# One row per rule: this history, this act, this rule alone

Row = tuple[Rule, Sequence[Any], Callable[..., Any], dict[str, Any]]
NEW_DAY = again(PPID, "2026-09-01")
RETESTED = (ConsequenceTested(test=replace(TEST, part="halaman 4")), NEW_DAY)
CONSENT = (Approved(), again(HEAD, "2026-09-02"))
AFTER = again(PPID, "2026-09-03")


def with_test(**changes: Any) -> Any:
    return (ConsequenceTested(test=replace(TEST, **changes)), PPID)


RULES: list[Row] = [
    (
        item.ITEM_MUST_NOT_BE_ON_THE_REGISTER,
        [PROPOSED],
        submit,
        {"stamp": UNIT, "particulars": replace(PARTICULARS, part="x")},
    ),
    (
        item.INFORMATION_MUST_BE_DESCRIBED,
        [],
        submit,
        {"stamp": UNIT, "particulars": replace(PARTICULARS, document=" ")},
    ),
    (
        item.INFORMATION_MUST_BE_HELD,
        [],
        submit,
        {"stamp": UNIT, "particulars": replace(PARTICULARS, held=False)},
    ),
    (
        item.GROUND_MUST_BE_OF_PASAL_17,
        [],
        submit,
        {"stamp": UNIT, "particulars": replace(PARTICULARS, grounds=())},
    ),
    (
        item.GROUND_MUST_BE_OF_PASAL_17,
        [],
        submit,
        {"stamp": UNIT, "particulars": replace(PARTICULARS, grounds=(Ground(huruf="h", angka=6),))},
    ),
    (
        item.ITEM_MUST_AWAIT_CONFIRMATION,
        [PROPOSED],
        confirm,
        {"stamp": UNIT, "particulars": PARTICULARS},
    ),
    (item.PROPOSAL_MUST_BE_OPEN, EXEMPT, revise, {"stamp": UNIT, "particulars": PARTICULARS}),
    (
        THE_STEP_BELONGS_TO_ANOTHER_OFFICE,
        [PROPOSED, TESTED],
        approve,
        {"stamp": stamp(by="x", as_role="auditor", on="2026-03-04")},
    ),
    (
        EARLIER_STEPS_MUST_BE_DONE,
        EXEMPT,
        upload,
        {"stamp": stamp(by="p", as_role="petugas-ppid", on="2026-03-06"), "sop": BONTANG},
    ),
    (item.TEST_NEEDS_A_PROPOSAL, [], examine, {"stamp": PPID, "test": TEST}),
    (
        item.REASONING_MUST_BE_GIVEN,
        [PROPOSED],
        examine,
        {"stamp": PPID, "test": replace(TEST, segregability=Segregability())},
    ),
    (
        item.MOMENT_MUST_NAME_ITS_REQUEST,
        [PROPOSED],
        examine,
        {"stamp": PPID, "test": replace(TEST, moment=Moment.ON_REQUEST)},
    ),
    (item.OPINION_NEEDS_A_PROPOSAL, [], consider, {"stamp": TEAM}),
    (item.TEST_MUST_PRECEDE_CONSENT, [PROPOSED], approve, {"stamp": HEAD}),
    (
        item.TEST_MUST_PRECEDE_CONSENT,
        [PROPOSED, TESTED],
        approve,
        {"stamp": again(HEAD, "2026-03-01")},
    ),
    (
        item.APPROVER_MUST_BE_ANOTHER_PERSON,
        [PROPOSED, TESTED],
        approve,
        {"stamp": replace(HEAD, by="sri")},
    ),
    (
        item.APPROVER_MUST_BE_ANOTHER_PERSON,
        [PROPOSED, TESTED],
        approve,
        {"stamp": replace(HEAD, by="plh", principal="sri")},
    ),
    (
        item.APPROVER_MUST_BE_ANOTHER_PERSON,
        [(PROPOSED[0], replace(UNIT, by="plh", principal="wayan")), TESTED],
        approve,
        {"stamp": HEAD},
    ),
    (
        item.ACTOR_MUST_NOT_HAVE_APPROVED,
        [PROPOSED, TESTED, (Rejected(reason="x"), HEAD)],
        revise,
        {"stamp": replace(UNIT, by="wayan"), "particulars": PARTICULARS},
    ),
    (
        item.ACTOR_MUST_NOT_HAVE_APPROVED,
        [PROPOSED, TESTED, APPROVED],
        determine,
        {"stamp": replace(LATER, by="wayan")},
    ),
    (
        item.ANOTHER_PERSON_MUST_HAVE_CONSIDERED,
        [(PROPOSED[0], PPID), TESTED, (CONSIDERED[0], replace(TEAM, by="sri"))],
        approve,
        {"stamp": HEAD, "sop": BALI},
    ),
    (item.ITEM_MUST_NOT_BE_HELD, [PROPOSED, TESTED, IN_DISPUTE], approve, {"stamp": HEAD}),
    (item.REASON_MUST_BE_GIVEN, [PROPOSED, TESTED], reject, {"stamp": HEAD, "reason": " "}),
    (item.HEAD_MUST_HAVE_APPROVED, [PROPOSED, TESTED], determine, {"stamp": LATER}),
    (
        item.HEAD_MUST_HAVE_APPROVED,
        [PROPOSED, TESTED, APPROVED],
        determine,
        {"stamp": again(PPID, "2026-03-03")},
    ),
    (
        item.TEST_MUST_PRECEDE_DETERMINATION,
        [PROPOSED, (ConsequenceTested(test=TEST), again(PPID, "2026-03-09")), APPROVED],
        determine,
        {"stamp": LATER},
    ),
    (
        item.EIGHT_ELEMENTS_MUST_BE_COMPLETE,
        [PROPOSED, TESTED, APPROVED],
        determine,
        {"stamp": LATER, "number": ""},
    ),
    (
        item.EIGHT_ELEMENTS_MUST_BE_COMPLETE,
        [PROPOSED, TESTED, APPROVED],
        determine,
        {"stamp": LATER, "place": ""},
    ),
    (item.A_FURTHER_PERIOD_NEEDS_A_NEW_TEST, [*EXEMPT, CONSENT], determine, {"stamp": AFTER}),
    (
        item.A_FURTHER_PERIOD_MUST_START_BEFORE_THE_END,
        [
            *EXEMPT,
            (ConsequenceTested(test=TEST), again(PPID, "2027-03-01")),
            (Approved(), again(HEAD, "2027-03-02")),
        ],
        determine,
        {"stamp": again(PPID, "2027-03-06")},
    ),
    (
        period.PERIOD_MUST_BE_STATED,
        [
            PROPOSED,
            with_test(
                period=period.Period(kind=period.Kind.UNSTATED, words="Tertentu"),
                review_on=date(2026, 12, 1),
            ),
            APPROVED,
        ],
        determine,
        {"stamp": LATER},
    ),
    (
        period.EXEMPTION_MUST_NOT_BE_PERMANENT,
        [PROPOSED, with_test(period=UNLIMITED, review_on=date(2026, 12, 1)), APPROVED],
        determine,
        {"stamp": LATER},
    ),
    (
        period.PERIOD_MUST_KEEP_TO_ITS_CEILING,
        [PROPOSED, with_test(period=replace(ONE_YEAR, words="31 tahun", number=31)), APPROVED],
        determine,
        {"stamp": LATER},
    ),
    (
        period.PERIOD_MUST_KEEP_TO_ITS_CEILING,
        [
            *EXEMPT,
            (
                ConsequenceTested(
                    test=replace(TEST, period=replace(ONE_YEAR, words="30 tahun", number=30))
                ),
                NEW_DAY,
            ),
            CONSENT,
        ],
        determine,
        {"stamp": AFTER},
    ),
    (
        period.PERIOD_MUST_REST_ON_LEGISLATION,
        [
            PROPOSED,
            with_test(grounds=(Ground(huruf="b"),), laws=(cite("uu-14-2008", "17"),)),
            APPROVED,
        ],
        determine,
        {"stamp": LATER},
    ),
    (
        period.ANOTHER_ACT_MUST_BE_NAMED,
        [
            PROPOSED,
            with_test(grounds=(Ground(huruf="j"),), laws=(cite("pp-61-2010", "4"),)),
            APPROVED,
        ],
        determine,
        {"stamp": LATER},
    ),
    (
        period.TOP_HEAD_MUST_SET_THE_PERIOD,
        [PROPOSED, with_test(grounds=(Ground(huruf="c", angka=1),)), APPROVED],
        determine,
        {"stamp": LATER},
    ),
    (
        period.REVIEW_DATE_MUST_BE_SET,
        [PROPOSED, with_test(grounds=(Ground(huruf="h"),), period=AS_NEEDED), APPROVED],
        determine,
        {"stamp": LATER},
    ),
    (
        period.REVIEW_MUST_COME_WITHIN_TWELVE_MONTHS,
        [
            PROPOSED,
            with_test(grounds=(Ground(huruf="h"),), period=AS_NEEDED, review_on=date(2027, 3, 6)),
            APPROVED,
        ],
        determine,
        {"stamp": LATER},
    ),
    (
        period.PERIOD_MUST_NOT_HAVE_ENDED,
        [
            PROPOSED,
            with_test(
                period=period.Period(
                    kind=period.Kind.FIXED_UNTIL, words="s.d. 2025", until=date(2025, 12, 31)
                )
            ),
            APPROVED,
        ],
        determine,
        {"stamp": LATER},
    ),
    (item.ONLY_DETERMINED_ITEMS_ARE_KEPT, [PROPOSED], archive, {"stamp": PPID}),
    (item.PLACE_MUST_BE_NAMED, EXEMPT, archive, {"stamp": LATER, "hard_place": ""}),
    (
        item.ONLY_DETERMINED_ITEMS_ARE_PUBLISHED,
        [PROPOSED, TESTED, APPROVED],
        upload,
        {"stamp": PPID},
    ),
    (
        item.ONLY_DETERMINED_ITEMS_ARE_PUBLISHED,
        EXEMPT,
        upload,
        {"stamp": again(PPID, "2027-03-06")},
    ),
    (
        item.CHANNEL_MUST_BE_COMPLETE,
        EXEMPT,
        upload,
        {"stamp": LATER, "channels": (replace(ON_THE_PAGE, address=""),)},
    ),
    (
        item.PERIOD_MUST_WAIT_FOR_AN_EVENT,
        EXEMPT,
        record_event,
        {"stamp": again(PPID, "2026-06-01")},
    ),
    (item.EVENT_MUST_LIE_IN_THE_PAST, WAITING, record_event, {"stamp": again(PPID, "2026-05-01")}),
    (
        item.EVIDENCE_MUST_BE_NAMED,
        WAITING,
        record_event,
        {"stamp": again(PPID, "2026-06-01"), "evidence": ""},
    ),
    (item.ITEM_MUST_BE_EXEMPT, [PROPOSED], review, {"stamp": PPID, "review_on": date(2026, 9, 1)}),
    (
        item.REVIEW_IS_FOR_ITEMS_WITHOUT_AN_END,
        EXEMPT,
        review,
        {"stamp": LATER, "review_on": date(2026, 9, 1)},
    ),
    (
        period.REVIEW_MUST_COME_WITHIN_TWELVE_MONTHS,
        ENDLESS,
        review,
        {"stamp": LATER, "review_on": date(2028, 9, 1)},
    ),
    (
        item.OPENING_NEEDS_TWO_PERSONS,
        [*WITH_NOTICE, (OpeningApproved(why=Opening.AT_END), replace(HEAD, by="sri"))],
        declassify,
        {"stamp": LATE_IN_THE_PERIOD},
    ),
    (item.HEAD_MUST_APPROVE_OPENING, WITH_NOTICE, declassify, {"stamp": LATE_IN_THE_PERIOD}),
    (
        item.OPENING_AT_END_BELONGS_TO_THE_LAST_DAYS,
        [*WITH_NOTICE, (OpeningApproved(why=Opening.AT_END), HEAD)],
        declassify,
        {"stamp": NEW_DAY},
    ),
    (
        item.OPENING_MUST_REST_ON_A_NEW_TEST,
        [*EXEMPT, (OpeningApproved(why=Opening.NEW_TEST), HEAD)],
        declassify,
        {"stamp": NEW_DAY, "why": Opening.NEW_TEST},
    ),
    (
        item.CONSENT_OPENS_ONLY_G_AND_H,
        [*EXEMPT, (OpeningApproved(why=Opening.CONSENT), HEAD)],
        declassify,
        {"stamp": NEW_DAY, "why": Opening.CONSENT},
    ),
    (
        item.OPEN_TRIAL_OPENS_ONLY_A,
        [*ENDLESS, (OpeningApproved(why=Opening.OPEN_TRIAL), HEAD)],
        declassify,
        {"stamp": NEW_DAY, "why": Opening.OPEN_TRIAL},
    ),
    (
        item.THE_CLOCK_OPENS_BY_LAW,
        [*EXEMPT, (OpeningApproved(why=Opening.BY_LAW), HEAD)],
        declassify,
        {"stamp": NEW_DAY, "why": Opening.BY_LAW},
    ),
    (
        item.HOLD_MUST_STAND,
        [*EXEMPT, Held(kind="audit", reference="1", reason="x")],
        release,
        {"stamp": PPID},
    ),
    (
        item.ONLY_SLIPS_MAY_BE_CORRECTED,
        EXEMPT,
        correct,
        {"stamp": PPID, "field": "ends_on", "now": "2040-01-01"},
    ),
    (item.ACT_MUST_NOT_PRECEDE_ITS_BASIS, EXEMPT, upload, {"stamp": again(PPID, "2026-03-04")}),
    (
        item.ACT_MUST_NOT_PRECEDE_ITS_BASIS,
        [PROPOSED],
        examine,
        {"stamp": again(PPID, "2026-03-01"), "test": TEST},
    ),
    (
        item.ACT_MUST_NOT_PRECEDE_ITS_BASIS,
        WAITING,
        record_event,
        {"stamp": again(PPID, "2026-06-01"), "happened_on": date(1900, 1, 1)},
    ),
    (
        item.WHAT_IS_BEING_DECIDED_STAYS_AS_IT_IS,
        [PROPOSED, TESTED, APPROVED],
        correct,
        {"stamp": LATER},
    ),
    (
        item.HEAD_MUST_HAVE_APPROVED,
        [PROPOSED, TESTED, APPROVED, Withdrawn(reason="x")],
        determine,
        {"stamp": LATER},
    ),
    (
        period.PERIOD_MUST_BE_COMPLETE,
        [PROPOSED, with_test(period=replace(ONE_YEAR, number=None)), APPROVED],
        determine,
        {"stamp": LATER},
    ),
    (
        period.PERIOD_MUST_BE_COMPLETE,
        [PROPOSED, with_test(period=replace(ONE_YEAR, number=900 // 10)), APPROVED],
        determine,
        {"stamp": LATER},
    ),
    (
        period.PERIOD_MUST_NOT_PASS_A_CENTURY,
        [
            PROPOSED,
            with_test(period=replace(ONE_YEAR, words="900 tahun", number=900)),
            APPROVED,
        ],
        determine,
        {"stamp": LATER},
    ),
    (
        period.PERIOD_MUST_KEEP_TO_ITS_CEILING,
        [
            PROPOSED,
            with_test(
                grounds=(Ground(huruf="a", angka=2), Ground(huruf="h", angka=1)),
                period=AS_NEEDED,
                review_on=date(2026, 12, 1),
            ),
            APPROVED,
        ],
        determine,
        {"stamp": LATER},
    ),
    (item.DETERMINED_ITEMS_ARE_OPENED_NOT_WITHDRAWN, EXEMPT, withdraw, {"stamp": PPID}),
]


@pytest.mark.parametrize(
    ("rule", "history", "decide", "entries"), RULES, ids=[row[0].code for row in RULES]
)
def test_one_rule_is_enough_to_refuse(
    rule: Rule, history: Sequence[Any], decide: Callable[..., Any], entries: dict[str, Any]
) -> None:
    refusal: Then = given(*history).when(decide, **entries)

    assert refusal.codes == [rule.code]


def test_every_rule_on_items_and_periods_has_its_row() -> None:
    of_items = {
        value.code
        for module in (item, period)
        for value in vars(module).values()
        if isinstance(value, Rule)
    }

    assert of_items - {row[0].code for row in RULES} == set()


def test_the_officer_hears_every_reason_at_once() -> None:
    given().when(
        submit,
        stamp=replace(UNIT, as_role="auditor"),
        particulars=replace(PARTICULARS, title="", held=False, grounds=()),
    ).then_refused(
        item.INFORMATION_MUST_BE_DESCRIBED,
        item.INFORMATION_MUST_BE_HELD,
        item.GROUND_MUST_BE_OF_PASAL_17,
        THE_STEP_BELONGS_TO_ANOTHER_OFFICE,
    )


def test_he_hears_them_before_he_tries() -> None:
    known = fold(item, [recorded(PROPOSED[0], UNIT)])
    against = item.obstacles(known, "approve", stamp=replace(HEAD, by="made"), sop=STATUTE)

    assert {rule.code for rule in against} == {
        item.TEST_MUST_PRECEDE_CONSENT.code,
        item.APPROVER_MUST_BE_ANOTHER_PERSON.code,
    }


def test_the_top_head_sets_what_only_he_may_set() -> None:
    military = with_test(grounds=(Ground(huruf="c", angka=1),))
    facts = given(PROPOSED, military, (Approved(), TOP)).when(determine, stamp=LATER).facts

    assert len(facts) == 1


def test_a_new_ground_by_a_new_test_and_decree_reclassifies() -> None:
    other = replace(TEST, grounds=(Ground(huruf="h", angka=1),), laws=(cite("uu-27-2022", "4"),))
    [fact] = (
        given(*EXEMPT, (ConsequenceTested(test=other), NEW_DAY), CONSENT)
        .when(determine, stamp=AFTER)
        .facts
    )

    assert isinstance(fact, item.Reclassified)
    assert fact.ends_on == date(2027, 9, 3)


def test_a_slip_is_corrected_and_both_wordings_stay() -> None:
    (
        given(*EXEMPT)
        .when(correct, stamp=PPID)
        .then(
            Corrected(
                field="title",
                was=PARTICULARS.title,
                now="Berita acara pemeriksaan",
                reason="Salah ketik",
            )
        )
    )


def test_several_holds_are_lifted_one_by_one() -> None:
    audit = Held(kind="audit", reference="LHP/1", reason="x")
    freed = Released(kind="dispute", reference="001/KI/2026", reason="Selesai")

    given(*EXEMPT, IN_DISPUTE, audit).when(release, stamp=PPID).then(freed)
    given(*EXEMPT, IN_DISPUTE, audit, freed).when(upload, stamp=LATER).then_refused(
        item.ITEM_MUST_NOT_BE_HELD
    )


def test_bali_lets_one_officer_submit_and_test_once_another_has_considered() -> None:
    (
        given((PROPOSED[0], PPID), TESTED, CONSIDERED)
        .when(approve, stamp=HEAD, sop=BALI)
        .then(Approved())
    )


def test_what_the_atasan_agreed_to_the_head_may_still_have_to_agree_to() -> None:
    given(PROPOSED, TESTED, APPROVED).when(approve, stamp=TOP).then(Approved())
    given(PROPOSED, TESTED, (Approved(), TOP)).when(approve, stamp=HEAD).then_nothing()


def test_an_opinion_counts_for_the_test_it_was_given_on_and_from_other_hands() -> None:
    again_tested = (ConsequenceTested(test=replace(TEST, part="halaman 4")), PPID)
    (
        given((PROPOSED[0], PPID), TESTED, CONSIDERED, again_tested)
        .when(approve, stamp=HEAD, sop=replace_steps(BALI))
        .then_refused(item.ANOTHER_PERSON_MUST_HAVE_CONSIDERED)
    )
    lent = (CONSIDERED[0], replace(TEAM, principal="sri"))
    own = (CONSIDERED[0], replace(TEAM, by=HEAD.by))
    (
        given((PROPOSED[0], PPID), TESTED, lent, own)
        .when(approve, stamp=HEAD, sop=BALI)
        .then_refused(item.ANOTHER_PERSON_MUST_HAVE_CONSIDERED)
    )


def replace_steps(sop: Any) -> Any:
    """The same SOP with no order of steps, so that its demand for an opinion stands alone."""
    own, statutory = sop
    return replace(own, steps=()), statutory


def test_kalteng_asks_for_the_steps_in_their_order() -> None:
    given(*EXEMPT).when(upload, stamp=LATER, sop=KALTENG).then(Uploaded(channels=(ON_THE_PAGE,)))


def test_nobody_is_told_of_an_event_that_another_period_waits_for() -> None:
    happened = PeriodEventRecorded(
        event="putusan", happened_on=date(2026, 5, 4), evidence="1", ends_on=None, notice=None
    )
    given(*WAITING, happened).when(record_event, stamp=again(PPID, "2026-06-01")).then_refused(
        item.PERIOD_MUST_WAIT_FOR_AN_EVENT
    )
