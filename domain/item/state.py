"""What is known of an item once its facts have happened."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, assert_never
from uuid import UUID

from domain.calendar import Deadline
from domain.history import Recorded
from domain.item.facts import (
    CORRECTABLE,
    TOP_HEAD,
    Approved,
    Archived,
    Call,
    Channel,
    Conclusion,
    Confirmed,
    ConsequenceTest,
    ConsequenceTested,
    Considered,
    Corrected,
    Declassified,
    Determination,
    Determined,
    Fact,
    GateOverridden,
    Held,
    NoticeRecomputed,
    Opening,
    OpeningApproved,
    Particulars,
    PeriodEventRecorded,
    Reclassified,
    Rejected,
    Released,
    Reviewed,
    ReviewRaised,
    Revised,
    Source,
    Submitted,
    TakenOver,
    Uploaded,
    Withdrawn,
)

# What we then know


class Status(StrEnum):
    """Where an item stands in law."""

    UNKNOWN = "unknown"  # nothing is recorded
    TAKEN_OVER = "taken-over"  # diambil alih, belum dikonfirmasi
    PROPOSED = "proposed"  # diusulkan
    TESTED = "tested"  # telah diuji
    APPROVED = "approved"  # disetujui
    REJECTED = "rejected"  # dikembalikan
    EXEMPT = "exempt"  # ditetapkan dikecualikan
    OPEN = "open"  # terbuka
    NOT_EXEMPT = "not-exempt"  # hasil uji: terbuka
    WITHDRAWN = "withdrawn"  # ditarik


class Duty(StrEnum):
    """What must not be done by one person for one item."""

    SUBMIT = "submit"
    TEST = "test_consequence"
    CONSIDER = "consider"
    APPROVE = "approve"
    DETERMINE = "determine"
    APPROVE_OPENING = "approve_opening"
    DECLASSIFY = "declassify"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Until something is known of an item, nothing may be done to it and nothing shown of it."""

    version: int = 0
    status: Status = Status.UNKNOWN
    particulars: Particulars | None = None
    source: Source | None = None
    test: ConsequenceTest | None = None
    tested_on: date | None = None
    fresh_test: bool = False  # the test is newer than the last determination
    override: GateOverridden | None = None
    opinions: tuple[tuple[str, Considered], ...] = ()  # on the last test, by whom
    considered_by: tuple[frozenset[str], ...] = ()  # the hands behind each of them
    proposed_on: date | None = None
    approved: bool = False  # since the last test
    approved_by_top_head: bool = False
    approved_on: date | None = None
    determination: Determination | None = None
    decree: UUID | None = None
    first_determined_on: date | None = None
    ends_on: date | None = None
    review_on: date | None = None
    notice: Deadline | None = None
    event: PeriodEventRecorded | None = None
    raised: date | None = None  # the end or review date the officer was last called for
    asked_on: date | None = None  # when he was last asked about the awaited event
    archived: Archived | None = None
    channels: tuple[Channel, ...] = ()
    holds: frozenset[tuple[str, str]] = frozenset()
    opening_approved: Opening | None = None
    opened: Declassified | None = None
    opened_on: date | None = None
    hands: frozenset[tuple[Duty, str]] = frozenset()  # who ever did what, over the whole history
    done: frozenset[str] = frozenset()  # decisions done in the present round of the procedure
    settled: frozenset[str] = frozenset()  # those the standing decree rests on

    def did(self, *duties: Duty) -> frozenset[str]:
        """Everyone who ever had a hand in one of these duties."""
        return frozenset(person for duty, person in self.hands if duty in duties)

    @property
    def awaits_event(self) -> bool:
        """Closed until an event that nobody has recorded yet."""
        period = self.determination.period if self.determination else None
        waits = period is not None and period.waits_for_event
        return self.status is Status.EXEMPT and waits and self.event is None

    def exempt_on(self, day: date) -> bool:
        """Closed by a decree whose period has not ended; what nobody opened in time is open."""
        return self.status is Status.EXEMPT and (self.ends_on is None or day <= self.ends_on)


initial = Item()


def evolve(item: Item, recorded: Recorded[Fact]) -> Item:
    """Take in one more fact. Facts are never argued with here."""
    return replace(_evolve(item, recorded), version=recorded.originator_version)


def _evolve(item: Item, recorded: Recorded[Fact]) -> Item:
    fact = recorded.fact
    match fact:
        case Submitted(particulars=particulars) | Confirmed(particulars=particulars):
            return replace(
                _by(item, recorded, Duty.SUBMIT),
                status=Status.PROPOSED,
                particulars=particulars,
                proposed_on=recorded.on,
                done=item.done | {"submit", "confirm"},
            )
        case Revised(particulars=particulars):
            return replace(
                _by(item, recorded, Duty.SUBMIT),
                status=Status.PROPOSED,
                particulars=particulars,
                proposed_on=recorded.on,
                approved=False,
                opinions=(),
                considered_by=(),
                done=frozenset({"submit", "confirm", "revise"}),
            )
        case TakenOver(source=source, particulars=particulars):
            return replace(item, status=Status.TAKEN_OVER, source=source, particulars=particulars)
        case ConsequenceTested(test=test):
            tested = replace(
                _by(item, recorded, Duty.TEST),
                test=test,
                tested_on=recorded.on,
                fresh_test=True,
                override=None,
                approved=False,
                approved_by_top_head=False,
                opening_approved=None,
                opinions=(),
                considered_by=(),
                done=(item.done - {"consider", "approve", "determine", "draft_decree"})
                | {"test_consequence"},
            )
            if item.status in (Status.EXEMPT, Status.OPEN):
                return tested  # closed or open as before, until a decree says otherwise
            ended = test.conclusion is Conclusion.OPEN
            return replace(tested, status=Status.NOT_EXEMPT if ended else Status.TESTED)
        case GateOverridden():
            return replace(item, override=fact)
        case Considered():
            return replace(
                _by(item, recorded, Duty.CONSIDER),
                opinions=(*item.opinions, (recorded.by, fact)),
                considered_by=(*item.considered_by, recorded.hands),
                done=item.done | {"consider"},
            )
        case Approved():
            return replace(
                _by(item, recorded, Duty.APPROVE),
                status=Status.APPROVED if item.status is Status.TESTED else item.status,
                approved=True,
                approved_by_top_head=recorded.as_role == TOP_HEAD,
                approved_on=recorded.on,
                done=item.done | {"approve"},
            )
        case Rejected() if item.status is Status.EXEMPT:
            return replace(  # closed as before; another test may be put to the head
                _by(item, recorded, Duty.APPROVE),
                approved=False,
                fresh_test=False,
                done=item.done - {"test_consequence", "consider", "approve"},
            )
        case Rejected():
            return replace(
                _by(item, recorded, Duty.APPROVE),
                status=Status.REJECTED,
                approved=False,
                done=frozenset(),
            )
        case Determined() | Reclassified():
            return replace(
                _by(item, recorded, Duty.DETERMINE),
                status=Status.EXEMPT,
                determination=fact.determination,
                decree=fact.decree,
                first_determined_on=item.first_determined_on or fact.determination.on,
                ends_on=fact.ends_on,
                review_on=fact.review_on,
                notice=fact.notice,
                event=None,
                raised=None,
                asked_on=None,
                fresh_test=False,
                approved=False,
                opening_approved=None,
                done=item.done | {"determine", "draft_decree"},
                settled=item.done | {"determine", "draft_decree"},
            )
        case Archived():
            return replace(item, archived=fact, done=item.done | {"archive"})
        case Uploaded(channels=channels):
            return replace(item, channels=item.channels + channels, done=item.done | {"upload"})
        case PeriodEventRecorded(ends_on=ends_on, notice=notice):
            review_on = None if ends_on else item.review_on
            return replace(item, event=fact, ends_on=ends_on, notice=notice, review_on=review_on)
        case NoticeRecomputed(notice=notice):
            return replace(item, notice=notice)
        case ReviewRaised(why=Call.EVENT):
            return replace(item, asked_on=recorded.on)
        case ReviewRaised(due=due):
            return replace(item, raised=due)
        case Reviewed(review_on=review_on):
            return replace(item, review_on=review_on, raised=None)
        case OpeningApproved(why=why):
            return replace(
                _by(item, recorded, Duty.APPROVE_OPENING),
                opening_approved=why,
                done=item.done | {"approve_opening"},
            )
        case Declassified():
            return replace(
                _by(item, recorded, Duty.DECLASSIFY),
                status=Status.OPEN,
                opened=fact,
                opened_on=recorded.on,
                done=item.done | {"declassify"},
            )
        case Held(kind=kind, reference=reference):
            return replace(item, holds=item.holds | {(kind, reference)})
        case Released(kind=kind, reference=reference):
            return replace(item, holds=item.holds - {(kind, reference)})
        case Corrected(field=field, now=now):
            if item.particulars is None or field not in CORRECTABLE:
                return item
            wording: dict[str, Any] = {field: now}
            return replace(item, particulars=replace(item.particulars, **wording))
        case Withdrawn():
            return replace(item, status=Status.WITHDRAWN, approved=False)
    assert_never(fact)


def _by(item: Item, recorded: Recorded[Fact], duty: Duty) -> Item:
    return replace(item, hands=item.hands | {(duty, person) for person in recorded.hands})
