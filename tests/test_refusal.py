"""Was the test made before the refusal: three answers, and what each rests on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.evidence import words
from adapters.evidence.dossier import QUOTED, SEGREGATION
from domain import disclosure, refusal
from domain.history import Stamp
from domain.item import (
    Approved,
    Archived,
    Channel,
    Closed,
    Conclusion,
    Confirmed,
    ConsequenceTested,
    Considered,
    Corrected,
    Declassified,
    Held,
    Moment,
    Opening,
    Rejected,
    Revised,
    Source,
    Submitted,
    TakenOver,
    Uploaded,
    Withdrawn,
)
from domain.refusal import Answer, Judgement, Placed, Reason, judge
from domain.rule import Citation
from tests.samples import all_facts, sample_of
from tests.spec import recorded
from tests.voices import PARTICULARS, PPID, TEST, UNIT, determined

REFUSED = date(2026, 3, 10)
ZONE = "Asia/Jakarta"
TESTED = ConsequenceTested(test=TEST)


def at(day: int, hour: int = 2) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def placed(
    position: int,
    fact: Any,
    *,
    stated: int,
    recorded_on: int | None = None,
    seen: datetime | None = None,
    unseen: datetime | None = None,
    by: Stamp = PPID,
) -> Placed:
    return Placed(
        recorded=recorded(fact, replace(by, on=date(2026, 3, stated)), position),
        position=position,
        recorded_at=at(recorded_on or stated),
        seen_at=seen,
        unseen_at=unseen,
    )


SUBMITTED = placed(1, Submitted(particulars=PARTICULARS), stated=1, seen=at(1, 3), by=UNIT)


def judged(*tests: Placed, whole: bool = True, on: date | None = REFUSED) -> Judgement:
    whole_at = at(20) if whole else at(9)
    return judge([SUBMITTED, *tests], refused_on=on, zone=ZONE, whole_at=whole_at)


CASES: list[tuple[str, list[Placed], bool, Answer, Reason, list[int]]] = [
    (
        "somebody outside had seen it",
        [placed(2, TESTED, stated=5, seen=at(6))],
        True,
        Answer.YES,
        Reason.SEEN_BEFORE,
        [2],
    ),
    (
        "it was seen, but a new description may have been left out since",
        [placed(2, TESTED, stated=5, seen=at(6))],
        False,
        Answer.UNSURE,
        Reason.MAY_BE_MISSING,
        [2],
    ),
    (
        "only the register's clock says so",
        [placed(2, TESTED, stated=5)],
        True,
        Answer.UNSURE,
        Reason.RECORDED_BEFORE,
        [2],
    ),
    (
        "it was first seen on the day itself",
        [placed(2, TESTED, stated=5, seen=at(10))],
        True,
        Answer.UNSURE,
        Reason.RECORDED_BEFORE,
        [2],
    ),
    (
        "it is of the day itself",
        [placed(2, TESTED, stated=10, seen=at(10))],
        True,
        Answer.UNSURE,
        Reason.SAME_DAY,
        [2],
    ),
    (
        "it is said to be of before and was recorded after",
        [placed(2, TESTED, stated=5, recorded_on=12, seen=at(12))],
        True,
        Answer.UNSURE,
        Reason.ENTERED_LATER,
        [2],
    ),
    (
        "its recorded time lies, for an outsider saw the log without it later",
        [placed(2, TESTED, stated=5, seen=at(12), unseen=at(11))],
        True,
        Answer.UNSURE,
        Reason.ENTERED_LATER,
        [2],
    ),
    (
        "the item was described anew after it",
        [
            placed(2, TESTED, stated=5, seen=at(6)),
            placed(3, Revised(particulars=PARTICULARS), stated=7),
        ],
        True,
        Answer.UNSURE,
        Reason.REWORDED,
        [2, 3],
    ),
    (
        "it was described anew, and tested again in time",
        [
            placed(2, TESTED, stated=5, seen=at(6)),
            placed(3, Revised(particulars=PARTICULARS), stated=7),
            placed(4, TESTED, stated=8, seen=at(9)),
        ],
        True,
        Answer.YES,
        Reason.SEEN_BEFORE,
        [4],
    ),
    (
        "it was described anew only after the refusal",
        [
            placed(2, TESTED, stated=5, seen=at(6)),
            placed(3, Confirmed(particulars=PARTICULARS), stated=20),
        ],
        True,
        Answer.YES,
        Reason.SEEN_BEFORE,
        [2],
    ),
    (
        "the register itself says that it came after",
        [placed(2, TESTED, stated=11, seen=at(12))],
        True,
        Answer.NO,
        Reason.ALL_AFTER,
        [2],
    ),
    ("none is recorded", [], True, Answer.NO, Reason.NONE_RECORDED, [1]),
    ("none is here, but some may be missing", [], False, Answer.UNSURE, Reason.MAY_BE_MISSING, [1]),
    (
        "one came after, but others may be missing",
        [placed(2, TESTED, stated=11, seen=at(12))],
        False,
        Answer.UNSURE,
        Reason.MAY_BE_MISSING,
        [2],
    ),
    (
        "the strongest of several counts",
        [
            placed(2, TESTED, stated=5, seen=at(6)),
            placed(3, TESTED, stated=9),
            placed(4, TESTED, stated=12, seen=at(13)),
        ],
        True,
        Answer.YES,
        Reason.SEEN_BEFORE,
        [2],
    ),
]


@pytest.mark.parametrize(
    ("tests", "whole", "answer", "reason", "rests_on"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_the_answer_and_what_it_rests_on(
    tests: list[Placed], whole: bool, answer: Answer, reason: Reason, rests_on: list[int]
) -> None:
    found = judged(*tests, whole=whole)

    assert (found.answer, found.reason) == (answer, reason)
    assert [one.position for one in found.rests_on] == rests_on


def test_every_reason_has_a_case() -> None:
    assert {case[4] for case in CASES} | {Reason.NO_DAY_GIVEN} == set(Reason)


def test_without_a_day_nothing_is_answered() -> None:
    found = judged(placed(2, TESTED, stated=5, seen=at(6)), on=None)

    assert (found.answer, found.reason) == (Answer.UNSURE, Reason.NO_DAY_GIVEN)
    assert [one.test.position for one in found.tests] == [2]


def test_the_day_begins_at_midnight_where_the_body_works() -> None:
    begins = datetime(2026, 3, 9, 17, tzinfo=UTC)  # 10 March 00.00 WIB
    just, missed = begins - timedelta(seconds=1), begins

    assert judged(placed(2, TESTED, stated=9, seen=just)).answer is Answer.YES
    assert judged(placed(2, TESTED, stated=9, seen=missed)).answer is Answer.UNSURE
    in_the_east = judge(
        [placed(2, TESTED, stated=9, seen=just)],
        refused_on=REFUSED,
        zone="Asia/Jayapura",
        whole_at=at(20),
    )
    assert in_the_east.answer is Answer.UNSURE


def test_it_is_told_how_the_item_stood_when_the_day_began() -> None:
    decreed = placed(3, determined(), stated=9)
    later = placed(4, Withdrawn(reason="x"), stated=9, recorded_on=11)

    then = judged(placed(2, TESTED, stated=5), decreed, later).then

    assert then.status.value == "exempt"


def test_a_history_that_nobody_shows_to_be_whole_answers_neither_way() -> None:
    seen = placed(2, TESTED, stated=5, seen=at(6))

    for tests in ([seen], []):
        found = judge([SUBMITTED, *tests], refused_on=REFUSED, zone=ZONE, whole_at=None)
        assert found.reason is Reason.MAY_BE_MISSING


# What anybody may read

SECRET = replace(PARTICULARS, closed=Closed(title="x"))
SOURCE = Source(file="x.xlsx", digest="0" * 64, sheet="A", row=1, key="k", words=())


@pytest.mark.parametrize(
    ("fact", "is_public"),
    [
        (Submitted(particulars=PARTICULARS), True),
        (Submitted(particulars=SECRET), False),
        (Confirmed(particulars=SECRET), False),
        (Revised(particulars=SECRET), False),
        (Revised(particulars=PARTICULARS), True),
        (TESTED, True),
        (
            ConsequenceTested(
                test=replace(TEST, moment=Moment.ON_REQUEST, reference="Permohonan Sdr. Badu")
            ),
            False,
        ),
        (Approved(), True),
        (Approved(note="catatan pimpinan"), False),
        (Considered(favours=Conclusion.OPEN, opinion="x"), False),
        (Rejected(reason="x"), False),
        (determined(), True),
        (Archived(soft_place="Server A", hard_place="Rak 3"), False),
        (Uploaded(channels=(Channel(kind="sidik", address="/x", on=REFUSED),)), True),
        (Held(kind="investigation", reference="x", reason="x"), False),
        (Declassified(why=Opening.RULING, evidence="Putusan 1"), True),
        (Declassified(why=Opening.CONSENT, evidence="Surat Sdr. Badu"), False),
        (Corrected(field="title", was="a", now="b", reason="x"), True),
        (Corrected(field="medium", was="a", now="b", reason="x"), False),
    ],
)
def test_a_public_copy_shows_what_the_public_page_tells(fact: Any, is_public: bool) -> None:
    assert disclosure.is_public(fact) is is_public


def test_what_is_not_known_is_withheld() -> None:
    assert not disclosure.is_public(object())
    assert not disclosure.is_public(
        TakenOver(
            source=SOURCE,
            particulars=PARTICULARS,
            period=TEST.period,
            citations=(),
            consequence_if_opened="",
            benefit_if_closed="",
            missing=(),
            findings=(),
        )
    )


# The law it stands on

CITED = [
    refusal.THE_TEST_COMES_FIRST,
    refusal.THE_GROUNDS,
    refusal.THE_BODY_MUST_PROVE_IT,
    disclosure.HEARD_IN_CLOSED_SESSION,
    disclosure.MEMBERS_KEEP_THE_SECRET,
    SEGREGATION,
]


def text_of(citation: Citation) -> str:
    paper = Path(__file__).parents[1] / "docs/law" / f"{citation.key}.md"
    _, _, article = paper.read_text(encoding="utf-8").partition(f"## Pasal {citation.pasal}\n")
    return " ".join(article.partition("\n## ")[0].split())


@pytest.mark.parametrize("citation", CITED, ids=str)
def test_every_article_cited_stands_in_our_texts(citation: Citation) -> None:
    assert text_of(citation)
    if citation.ayat:
        assert f"({citation.ayat})" in text_of(citation)


@pytest.mark.parametrize(("citation", "quoted"), QUOTED, ids=lambda given: str(given)[:30])
def test_the_law_is_quoted_as_it_reads(citation: Citation, quoted: str) -> None:
    assert quoted in text_of(citation)


@pytest.mark.parametrize("tag", [tag for tag in all_facts() if tag.startswith("item.")])
def test_every_kind_of_fact_of_an_item_has_its_words(tag: str) -> None:
    fact = sample_of(all_facts()[tag])

    assert words.event(fact) != tag
    assert all(isinstance(line, str) for line in words.told(fact))
    assert "closed" not in " ".join(words.told(fact))


def test_all_told_of_a_fact_is_told_without_what_is_closed() -> None:
    secret = replace(PARTICULARS, closed=Closed(title="MERAHDELIMA", detail="MERAHDELIMA"))

    for kind in (Submitted, Confirmed, Revised):
        assert "MERAHDELIMA" not in " ".join(words.told(kind(particulars=secret)))
