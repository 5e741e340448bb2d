"""What may be done to an item: each act answers with facts, or is refused by every rule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

from domain.calendar import Deadline, Schedule, recompute, working_days_after, working_days_before
from domain.history import Stamp
from domain.item.facts import (
    CORRECTABLE,
    NOTICE_WORKING_DAYS,
    TOP_HEAD,
    Approved,
    Archived,
    Call,
    Categories,
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
    Form,
    GateOverridden,
    Held,
    Moment,
    NoticeRecomputed,
    Official,
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
    Submitted,
    Uploaded,
    Withdrawn,
)
from domain.item.rules import (
    ACT_MUST_NOT_PRECEDE_ITS_BASIS,
    CHANNEL_MUST_BE_COMPLETE,
    EIGHT_ELEMENTS_MUST_BE_COMPLETE,
    EVENT_MUST_LIE_IN_THE_PAST,
    EVIDENCE_MUST_BE_NAMED,
    HOLD_MUST_STAND,
    INFORMATION_MUST_BE_DESCRIBED,
    MOMENT_MUST_NAME_ITS_REQUEST,
    ONLY_SLIPS_MAY_BE_CORRECTED,
    PLACE_MUST_BE_NAMED,
    REASON_MUST_BE_GIVEN,
    REASONING_MUST_BE_GIVEN,
    rules_against_approving,
    rules_against_approving_opening,
    rules_against_archiving,
    rules_against_confirming,
    rules_against_considering,
    rules_against_correcting,
    rules_against_declassifying,
    rules_against_determining,
    rules_against_holding,
    rules_against_recording_event,
    rules_against_rejecting,
    rules_against_releasing,
    rules_against_reviewing,
    rules_against_revising,
    rules_against_submitting,
    rules_against_testing,
    rules_against_uploading,
    rules_against_withdrawing,
    rules_of_grounds,
    rules_of_opening,
    rules_of_particulars,
    rules_of_procedure,
)
from domain.item.state import Item, Status
from domain.period import (
    PERIOD_MUST_BE_COMPLETE,
    REVIEW_MUST_COME_WITHIN_TWELVE_MONTHS,
    Kind,
    Period,
    Unit,
    ceiling,
    ends_on,
    later,
    rules_of_completeness,
)
from domain.period import rules_against as period_rules
from domain.period_words import read
from domain.procedure import Sop
from domain.reasoning import gaps, is_bare
from domain.rule import Rule, cite, uphold

# What may be done


def submit(
    item: Item, *, stamp: Stamp, sop: Sop, categories: Categories, particulars: Particulars
) -> list[Fact]:
    """Propose to exempt an item; proposing the same again changes nothing."""
    if item.status is Status.PROPOSED and item.particulars == particulars:
        return []
    uphold(
        [
            *rules_against_submitting(item, stamp=stamp, sop=sop),
            *rules_of_particulars(particulars, categories),
        ]
    )
    return [Submitted(particulars=particulars)]


def confirm(
    item: Item, *, stamp: Stamp, sop: Sop, categories: Categories, particulars: Particulars
) -> list[Fact]:
    """Confirm a taken-over item and supply what its old list left out."""
    uphold(
        [
            *rules_against_confirming(item, stamp=stamp, sop=sop),
            *rules_of_particulars(particulars, categories),
        ]
    )
    return [Confirmed(particulars=particulars)]


def revise(
    item: Item, *, stamp: Stamp, sop: Sop, categories: Categories, particulars: Particulars
) -> list[Fact]:
    """Put a proposal right; whatever was tested or approved before must be so again."""
    if item.particulars == particulars and item.status is Status.PROPOSED:
        return []
    uphold(
        [
            *rules_against_revising(item, stamp=stamp, sop=sop),
            *rules_of_particulars(particulars, categories),
        ]
    )
    return [Revised(particulars=particulars)]


def test_consequence(
    item: Item,
    *,
    stamp: Stamp,
    sop: Sop,
    categories: Categories,
    test: ConsequenceTest,
    override: str = "",
) -> list[Fact]:
    """Test the consequences of opening; gaps in the reasoning refuse it, or *override* says why."""
    stands = item.fresh_test and "test_consequence" in item.done
    if stands and item.test == test and item.tested_on == stamp.on:
        return []
    points = gaps(test)
    against = [*rules_against_testing(item, stamp=stamp, sop=sop)]
    if test.conclusion is not Conclusion.OPEN:
        against += rules_of_grounds(test.grounds, categories)
    if test.moment is not Moment.BEFORE_REQUEST and not test.reference.strip():
        against.append(MOMENT_MUST_NAME_ITS_REQUEST)
    if points and override.strip():
        against += rules_of_procedure(item, "override", stamp, sop)
    else:
        against += [REASONING_MUST_BE_GIVEN.about(gap.field, gap.text) for gap in points]
    uphold(against)
    tested: list[Fact] = [ConsequenceTested(test=test)]
    if points:
        codes = tuple(point.code for point in points)
        tested.append(GateOverridden(points=codes, reason=override))
    return tested


test_consequence.__test__ = False  # type: ignore[attr-defined]  # a decision, not a pytest test


def consider(
    item: Item, *, stamp: Stamp, sop: Sop, favours: Conclusion, opinion: str, minutes_no: str = ""
) -> list[Fact]:
    """Give an opinion as a member of the Tim Pertimbangan; dissent is kept like assent."""
    against = [*rules_against_considering(item, stamp=stamp, sop=sop)]
    if not opinion.strip():
        against.append(REASON_MUST_BE_GIVEN.about("opinion"))
    uphold(against)
    return [Considered(favours=favours, opinion=opinion, minutes_no=minutes_no)]


def approve(
    item: Item, *, stamp: Stamp, sop: Sop, note: str = "", decree: UUID | None = None
) -> list[Fact]:
    """The head agrees to the outcome of the last test."""
    if item.approved and (item.approved_by_top_head or stamp.as_role != TOP_HEAD):
        return []
    uphold(rules_against_approving(item, stamp=stamp, sop=sop))
    return [Approved(note=note, decree=decree)]


def reject(item: Item, *, stamp: Stamp, sop: Sop, reason: str) -> list[Fact]:
    """The head sends it back; the reason tells the unit what to mend."""
    if item.status is Status.REJECTED:
        return []
    against = [*rules_against_rejecting(item, stamp=stamp, sop=sop)]
    if not reason.strip():
        against.append(REASON_MUST_BE_GIVEN)
    uphold(against)
    return [Rejected(reason=reason)]


def own_end(
    period: Period, *, determined_on: date, event_on: date | None = None, schedule: Schedule
) -> date | None:
    """The last day of exemption as the period itself says it; None while it cannot."""
    return ends_on(
        period,
        determined_on=determined_on,
        event_on=event_on,
        working_days_later=lambda day, number: (
            working_days_after(schedule, day, number, rule="period", basis=period.words).due
        ),
    )


def rules_of_words(period: Period) -> Iterator[Rule]:
    """Whether a period is whole, confirmed, and says what its own words say."""
    yield from rules_of_completeness(period)
    said = read(period.words)
    meant = (period.kind, period.number, period.unit, period.until)
    agrees = meant == (said.kind, said.number, said.unit, said.until)
    speaks = said.kind is Kind.UNLIMITED or (said.sure and said.kind is not Kind.UNSTATED)
    if speaks and not agrees:
        yield PERIOD_MUST_BE_COMPLETE.about(detail=f"kata-katanya: {period.words}")


def notice_before(end: date | None, schedule: Schedule) -> Deadline | None:
    """When the officer must be called: 30 working days before the end, PP 61/2010 Ps 11(2)."""
    if end is None:
        return None
    return working_days_before(
        schedule,
        end,
        NOTICE_WORKING_DAYS,
        rule="notice-before-end",
        basis=str(cite("pp-61-2010", "11", "2")),
    )


def determine(
    item: Item,
    *,
    stamp: Stamp,
    sop: Sop,
    categories: Categories,
    schedule: Schedule,
    decree: UUID,
    number: str,
    place: str,
    official: Official,
    body: str,
    unit: str,
) -> list[Fact]:
    """Exempt the item by a decree dated *stamp.on*; asked by `domain.decree.issue`, never alone."""
    uphold(rules_against_determining(item, stamp=stamp, sop=sop))
    assert item.test is not None, "upheld above"
    assert item.particulars is not None, "upheld above"
    test, particulars = item.test, item.particulars
    uphold(rules_of_words(test.period))
    first_on = item.first_determined_on or stamp.on
    own = own_end(test.period, determined_on=stamp.on, schedule=schedule)
    # What names no date still ends with the law's ceiling, where every ground has one.
    end = own or ceiling(test.grounds, categories, first_on)
    determination = Determination(
        classification=test.grounds,
        official=official,
        body=body,
        unit=unit,
        description=particulars.summary,
        reason=test.consequence_if_opened,
        laws=test.laws,
        period=test.period,
        place=place,
        on=stamp.on,
    )
    review_on = None if own else test.review_on
    uphold(
        [
            *rules_of_elements(determination, number),
            *period_rules(
                test.period,
                grounds=test.grounds,
                laws=test.laws,
                categories=categories,
                determined_on=stamp.on,
                first_on=first_on,
                review_on=review_on,
                by_top_head=item.approved_by_top_head,
                end=own,
            ),
        ]
    )
    before = item.determination.classification if item.determination else test.grounds
    kind = Determined if before == test.grounds else Reclassified
    return [
        kind(
            decree=decree,
            number=number,
            determination=determination,
            ends_on=end,
            review_on=review_on,
            notice=notice_before(end, schedule),
        )
    ]


def rules_of_elements(determination: Determination, number: str) -> Iterator[Rule]:
    """The eight elements of a decree that are still empty, each by its name."""
    elements = {
        "number": number.strip(),
        "classification": determination.classification,
        "official": determination.official.name and determination.official.position,
        "body": determination.body,
        "unit": determination.unit,
        "description": determination.description,
        "reason": determination.reason and determination.laws,
        "period": determination.period.words,
        "place": determination.place.strip(),
    }
    for field, value in elements.items():
        if not value:
            yield EIGHT_ELEMENTS_MUST_BE_COMPLETE.about(field)


def archive(item: Item, *, stamp: Stamp, sop: Sop, soft_place: str, hard_place: str) -> list[Fact]:
    """Put the documents in their place, or note that they moved."""
    fact = Archived(soft_place=soft_place, hard_place=hard_place)
    if item.archived == fact:
        return []
    against = [*rules_against_archiving(item, stamp=stamp, sop=sop)]
    form = item.particulars.form if item.particulars else Form.BOTH
    if not soft_place.strip() and form is not Form.HARD:
        against.append(PLACE_MUST_BE_NAMED.about("soft_place"))
    if not hard_place.strip() and form is not Form.SOFT:
        against.append(PLACE_MUST_BE_NAMED.about("hard_place"))
    uphold(against)
    return [fact]


def upload(item: Item, *, stamp: Stamp, sop: Sop, channels: tuple[Channel, ...]) -> list[Fact]:
    """Publish the list entry on these channels; those it already stands on are left out."""
    new = tuple(channel for channel in channels if channel not in item.channels)
    if channels and not new:
        return []
    against = [*rules_against_uploading(item, stamp=stamp, sop=sop)]
    if not new or not all(c.kind.strip() and c.address.strip() for c in new):
        against.append(CHANNEL_MUST_BE_COMPLETE)
    uphold(against)
    return [Uploaded(channels=new)]


def record_event(
    item: Item,
    *,
    stamp: Stamp,
    sop: Sop,
    categories: Categories,
    schedule: Schedule,
    event: str,
    happened_on: date,
    evidence: str,
) -> list[Fact]:
    """Note that the event a period waits for has happened; only now has the period an end."""
    if item.event and (item.event.happened_on, item.event.evidence) == (happened_on, evidence):
        return []
    against = [*rules_against_recording_event(item, stamp=stamp, sop=sop)]
    if happened_on > stamp.on:
        against.append(EVENT_MUST_LIE_IN_THE_PAST)
    elif item.determination and happened_on < item.determination.on:
        against.append(ACT_MUST_NOT_PRECEDE_ITS_BASIS.about("happened_on"))
    if not evidence.strip():
        against.append(EVIDENCE_MUST_BE_NAMED)
    uphold(against)
    assert item.determination is not None, "upheld above"
    determination = item.determination
    first_on = item.first_determined_on or determination.on
    limit = ceiling(determination.classification, categories, first_on)
    end = own_end(
        determination.period,
        determined_on=determination.on,
        event_on=happened_on,
        schedule=schedule,
    )
    end = min(end, limit) if end and limit else end or limit
    return [
        PeriodEventRecorded(
            event=determination.period.event or event,
            happened_on=happened_on,
            evidence=evidence,
            ends_on=end,
            notice=notice_before(end, schedule),
        )
    ]


def review(item: Item, *, stamp: Stamp, sop: Sop, reason: str, review_on: date) -> list[Fact]:
    """Look again at an item without an end; it stays closed until the new review date."""
    if item.review_on == review_on and item.raised is None:
        return []
    against = [*rules_against_reviewing(item, stamp=stamp, sop=sop)]
    if is_bare(reason):
        against.append(REASON_MUST_BE_GIVEN)
    if not stamp.on < review_on <= later(stamp.on, 12, Unit.MONTHS):
        against.append(REVIEW_MUST_COME_WITHIN_TWELVE_MONTHS)
    uphold(against)
    return [Reviewed(reason=reason, review_on=review_on)]


def approve_opening(
    item: Item, *, stamp: Stamp, sop: Sop, why: Opening, note: str = ""
) -> list[Fact]:
    """The head agrees to opening the item on this ground."""
    if item.opening_approved is why:
        return []
    uphold(rules_against_approving_opening(item, stamp=stamp, sop=sop))
    return [OpeningApproved(why=why, note=note)]


def declassify(
    item: Item,
    *,
    stamp: Stamp,
    sop: Sop,
    categories: Categories,
    needs_head: bool,
    why: Opening,
    evidence: str,
) -> list[Fact]:
    """Open the item. What an objection or a ruling orders needs nobody's consent."""
    if item.status is Status.OPEN:
        return []
    against = [*rules_against_declassifying(item, stamp=stamp, sop=sop)]
    against += rules_of_opening(
        item, why, stamp=stamp, needs_head=needs_head, categories=categories
    )
    if not evidence.strip():
        against.append(EVIDENCE_MUST_BE_NAMED)
    uphold(against)
    return [Declassified(why=why, evidence=evidence)]


def hold(
    item: Item, *, stamp: Stamp, sop: Sop, kind: str, reference: str, reason: str
) -> list[Fact]:
    """Freeze officers' acts; several holds may stand at once."""
    if (kind, reference) in item.holds:
        return []
    against = [*rules_against_holding(item, stamp=stamp, sop=sop)]
    for field, given in (("kind", kind), ("reference", reference), ("reason", reason)):
        if not given.strip():
            against.append(REASON_MUST_BE_GIVEN.about(field))
    uphold(against)
    return [Held(kind=kind, reference=reference, reason=reason)]


def release(
    item: Item, *, stamp: Stamp, sop: Sop, kind: str, reference: str, reason: str
) -> list[Fact]:
    """Lift one hold; the others stand."""
    against = [*rules_against_releasing(item, stamp=stamp, sop=sop)]
    if (kind, reference) not in item.holds:
        against.append(HOLD_MUST_STAND)
    if not reason.strip():
        against.append(REASON_MUST_BE_GIVEN)
    uphold(against)
    return [Released(kind=kind, reference=reference, reason=reason)]


def correct(item: Item, *, stamp: Stamp, sop: Sop, field: str, now: str, reason: str) -> list[Fact]:
    """Put a slip in the description right. Grounds, periods and dates are no slips."""
    against = [*rules_against_correcting(item, stamp=stamp, sop=sop)]
    if field not in CORRECTABLE:
        against.append(ONLY_SLIPS_MAY_BE_CORRECTED.about(detail=field))
    elif not now.strip():
        against.append(INFORMATION_MUST_BE_DESCRIBED.about("now"))
    if not reason.strip():
        against.append(REASON_MUST_BE_GIVEN)
    uphold(against)
    was = str(getattr(item.particulars, field))
    return [] if was == now else [Corrected(field=field, was=was, now=now, reason=reason)]


def withdraw(item: Item, *, stamp: Stamp, sop: Sop, reason: str) -> list[Fact]:
    """Take a proposal back before it is determined; its trace stays."""
    if item.status is Status.WITHDRAWN:
        return []
    against = [*rules_against_withdrawing(item, stamp=stamp, sop=sop)]
    if not reason.strip():
        against.append(REASON_MUST_BE_GIVEN)
    uphold(against)
    return [Withdrawn(reason=reason)]


# What the clock brings about: asked by the scheduler, decided on the item itself


def raise_review(item: Item, *, on: date, event_months: int = 6) -> list[Fact]:
    """Call the officer for what is to be seen to by *on*, once for each.

    The end is 30 working days away, or the review date has come; and every *event_months* the
    owner of an item that waits for an event is asked whether it has happened.
    """
    if not item.exempt_on(on):
        return []
    calls: list[ReviewRaised] = []
    if item.ends_on and item.notice and item.notice.due <= on:
        calls = [ReviewRaised(why=Call.END, due=item.ends_on)]
    elif item.review_on and item.review_on <= on:
        calls = [ReviewRaised(why=Call.REVIEW, due=item.review_on)]
    if calls and item.raised == calls[0].due:
        calls = []
    if item.awaits_event and item.determination:
        ask_on = later(item.asked_on or item.determination.on, event_months, Unit.MONTHS)
        if ask_on <= on:
            calls.append(ReviewRaised(why=Call.EVENT, due=ask_on))
    return list(calls)


def lapse(item: Item, *, on: date) -> list[Fact]:
    """Open by law what nobody decided in time: from 00:00 local of the day after the end.

    *on* is the legal date, `ends_on` plus one; on any other date nothing happens, so that a
    late or repeated run can only ever record the date the law gives.
    """
    if item.status is not Status.EXEMPT or item.ends_on is None:
        return []
    if on != item.ends_on + timedelta(days=1):
        return []
    return [Declassified(why=Opening.BY_LAW, duty_missed=True)]


def recompute_notice(item: Item, *, schedule: Schedule) -> list[Fact]:
    """Count the notice again by the calendar as it now stands; both results are kept."""
    if item.status is not Status.EXEMPT or item.notice is None:
        return []
    again = recompute(schedule, item.notice)
    return [] if again is None else [NoticeRecomputed(notice=again, was=item.notice)]
