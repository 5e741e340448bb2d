"""Was the test made before the request was refused, on this very item? (UU 14/2008 Ps 19, Ps 45)

A panel asks it first, and it has three answers. What an officer says of the day of an act is a
claim, and so is the clock of our own register; proven is only what somebody outside had already
seen. So a test counts as made before when an outsider saw it before the day of refusal began, and
as not made when the register itself says so. Either holds only where nothing of the item can have
been left out up to that day: a test, or a new description after it. The stand-alone verifiers
answer by the same rules; everything between is said to be open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from domain import item
from domain.calendar import midnight
from domain.history import Recorded, fold
from domain.item import Confirmed, ConsequenceTested, Item, Revised
from domain.rule import cite

THE_TEST_COMES_FIRST = cite("uu-14-2008", "19")
THE_GROUNDS = cite("uu-14-2008", "17")
THE_BODY_MUST_PROVE_IT = cite("uu-14-2008", "45", "1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A fact in the log: where it stands, and between which moments outsiders place it."""

    recorded: Recorded[Any]
    position: int
    recorded_at: datetime  # by the clock of the register
    unseen_at: datetime | None = None  # when somebody outside last saw the log without it
    seen_at: datetime | None = None  # when somebody outside first saw the log with it


class Answer(StrEnum):
    YES = "ya"
    NO = "tidak"
    UNSURE = "tidak-dapat-dipastikan"


class Timing(StrEnum):
    """How a test lies to the day of refusal, the strongest first."""

    SEEN_BEFORE = "seen-before"  # somebody outside had seen it when that day began
    RECORDED_BEFORE = "recorded-before"  # so says the register's clock, and nobody else
    SAME_DAY = "same-day"  # which came first that day is not said
    ENTERED_LATER = "entered-later"  # said to be of before, but recorded only then or after
    REWORDED = "reworded"  # made before, but the item was described anew between
    AFTER = "after"  # made after, so says the register itself


class Reason(StrEnum):
    """Why the answer is what it is."""

    SEEN_BEFORE = "seen-before"
    RECORDED_BEFORE = "recorded-before"
    SAME_DAY = "same-day"
    ENTERED_LATER = "entered-later"
    REWORDED = "reworded"
    ALL_AFTER = "all-after"
    NONE_RECORDED = "none-recorded"
    MAY_BE_MISSING = "may-be-missing"  # nothing shows that these are all facts up to that day
    NO_DAY_GIVEN = "no-day-given"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One test of the item, held against the day of refusal."""

    test: Placed
    timing: Timing | None  # None: no day was given


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    answer: Answer
    reason: Reason
    refused_on: date | None
    tests: tuple[Judged, ...]  # every one, in their order
    rests_on: tuple[Placed, ...]  # the facts without which the answer would be another
    then: Item  # what was recorded of the item when the day of refusal began


def judge(
    history: Sequence[Placed], *, refused_on: date | None, zone: str, whole_at: datetime | None
) -> Judgement:
    """The answer from these facts of one item.

    *refused_on* is the day of refusal where the body works (*zone*). *whole_at* is until when it
    is proven that no fact of the item is left out, None where it is not at all.
    """
    tests = [one for one in history if isinstance(one.recorded.fact, ConsequenceTested)]
    if refused_on is None:
        return Judgement(
            answer=Answer.UNSURE,
            reason=Reason.NO_DAY_GIVEN,
            refused_on=None,
            tests=tuple(Judged(test=test, timing=None) for test in tests),
            rests_on=tuple(tests),
            then=_known(history),
        )
    judged = tuple(
        Judged(test=test, timing=_timing(test, history, refused_on, zone)) for test in tests
    )
    begins = midnight(refused_on, zone)
    is_whole = whole_at is not None and whole_at >= begins
    answer, reason = _answer([one.timing for one in judged if one.timing], is_whole)
    return Judgement(
        answer=answer,
        reason=reason,
        refused_on=refused_on,
        tests=judged,
        rests_on=tuple(_rests_on(judged, reason, history)),
        then=_known(one for one in history if one.recorded_at < begins),
    )


def _answer(timings: Sequence[Timing], is_whole: bool) -> tuple[Answer, Reason]:
    best = min(timings, key=list(Timing).index, default=None)
    if best is not None and best not in (Timing.SEEN_BEFORE, Timing.AFTER):
        return Answer.UNSURE, Reason(best.value)
    if not is_whole:
        return Answer.UNSURE, Reason.MAY_BE_MISSING
    if best is Timing.SEEN_BEFORE:
        return Answer.YES, Reason.SEEN_BEFORE
    return Answer.NO, Reason.NONE_RECORDED if best is None else Reason.ALL_AFTER


def _rests_on(
    judged: Sequence[Judged], reason: Reason, history: Sequence[Placed]
) -> Iterator[Placed]:
    same = [one.test for one in judged if one.timing and one.timing.value == reason.value]
    if not same:
        yield from [one.test for one in judged] or history[-1:]
        return
    yield same[-1]  # the latest of them is the one that stood
    if reason is Reason.REWORDED:
        yield from (one for one in history if _rewords(one, same[-1]))


def _timing(test: Placed, history: Iterable[Placed], day: date, zone: str) -> Timing:
    begins = midnight(day, zone)
    stated = test.recorded.on
    if stated > day:
        return Timing.AFTER
    if stated == day:
        return Timing.SAME_DAY
    if test.recorded_at >= begins or (test.unseen_at is not None and test.unseen_at >= begins):
        return Timing.ENTERED_LATER
    if any(_rewords(one, test) and one.recorded.on <= day for one in history):
        return Timing.REWORDED
    if test.seen_at is not None and test.seen_at < begins:
        return Timing.SEEN_BEFORE
    return Timing.RECORDED_BEFORE


def _rewords(one: Placed, test: Placed) -> bool:
    """Whether the item was described anew after the test, so that it was of other words."""
    return one.position > test.position and isinstance(one.recorded.fact, Revised | Confirmed)


def _known(history: Iterable[Placed]) -> Item:
    return fold(item, [one.recorded for one in history])
