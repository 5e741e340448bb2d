"""An information item (informasi yang dikecualikan), from proposal to opening.

Read from top to bottom: the values an item is made of, what can happen, what we then know,
what the law asks, what may be done. There is no way to change an end date: a longer or other
protection is a new test and a new decree (PP 61/2010 Ps 10), see `domain.decree`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeAlias, assert_never
from uuid import UUID

from domain import procedure as procedures
from domain.calendar import Deadline, Schedule, working_days_before
from domain.ground import Category, Ground
from domain.history import Recorded, Stamp, recorded_as
from domain.period import Kind, Period
from domain.procedure import Procedure
from domain.rule import Citation, Finding, Rule, cite, uphold

NOTICE_WORKING_DAYS = 30  # PP 61/2010 Ps 11(2)

Categories: TypeAlias = Mapping[str, Category]
"""What the law says of each huruf on the day of the decision."""


class Moment(StrEnum):
    """When the test was made, PerKI 1/2021 Ps 49(1)."""

    BEFORE_REQUEST = "before-request"
    ON_REQUEST = "on-request"
    BY_PANEL_ORDER = "by-panel-order"  # perintah Majelis Komisioner


class Conclusion(StrEnum):
    EXEMPT = "exempt"  # dikecualikan
    PARTLY = "partly"  # dikecualikan sebagian
    OPEN = "open"  # terbuka


class Form(StrEnum):
    SOFT = "soft"
    HARD = "hard"
    BOTH = "both"


class Opening(StrEnum):
    """Why an item opens; each has its own article."""

    AT_END = "at-end"  # penetapan PPID ahead of the end, PP 61/2010 Ps 11(1)-(2)
    BY_LAW = "by-law"  # the period ended undecided, PP 61/2010 Ps 11(3)
    NEW_TEST = "new-test"  # PP 61/2010 Ps 10
    CONSENT = "consent"  # persetujuan tertulis, UU 14/2008 Ps 18(2) a
    PUBLIC_OFFICE = "public-office"  # jabatan publik, UU 14/2008 Ps 18(2) b
    OPEN_TRIAL = "open-trial"  # PP 61/2010 Ps 5(2)
    OBJECTION = "objection"  # keberatan granted, UU 14/2008 Ps 11(2)
    RULING = "ruling"  # putusan KI or court, UU 14/2008 Ps 46, 49


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """What only those may read who need to: never in a list, never in a log."""

    title: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """The clear description of an item; all of it but `closed` may be read by the public."""

    title: str  # public title; must itself give nothing away
    summary: str  # uraian yang jelas dan terang
    document: str  # the document in which it sits, PerKI 1/2021 Ps 49(2) a
    part: str = ""  # which part of it (pages, fields); empty: the whole document
    unit: str  # unit kerja that holds it
    holder: str  # penanggung jawab: an office, not a person
    form: Form = Form.BOTH
    medium: str = ""  # e.g. "berkas kertas, PDF"
    grounds: tuple[Ground, ...] = ()
    held: bool = True  # False: belum dikuasai atau didokumentasikan, which is no exemption
    closed: Closed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The row of an existing list an item was taken over from, with its own words."""

    file: str
    digest: str  # sha256 of the file
    sheet: str
    row: int  # 1-based row of the source
    key: str  # what makes the row the same row when the list is read again
    words: tuple[tuple[str, str], ...]  # (meaning of the column, cell verbatim)


@dataclass(frozen=True, slots=True, kw_only=True)
class Segregability:
    """Can open parts be given apart from closed ones? UU 14/2008 Ps 22(7) e."""

    separable: bool | None = None  # None: not answered
    parts: str = ""  # the pages or fields that stay closed
    justification: str = ""  # demanded where everything is closed


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsequenceTest:
    """The sheet (lembar pengujian konsekuensi), PerKI 1/2021 Ps 49."""

    moment: Moment
    reference: str = ""  # the request or the panel's order, where there is one
    part: str = ""  # the part of the document that was tested
    grounds: tuple[Ground, ...]
    laws: tuple[Citation, ...]  # the undang-undang analysed
    law_version: int  # of the law register, on the day of the test
    consequence_if_opened: str
    benefit_if_closed: str
    public_interest: str  # the balance: why closing protects more than opening, UU Ps 2(4)
    segregability: Segregability
    period: Period
    review_on: date | None = None  # where the period has no end of its own
    conclusion: Conclusion
    participants: tuple[str, ...] = ()  # offices that took part


@dataclass(frozen=True, slots=True, kw_only=True)
class Official:
    """The officer who signs, as the decree names him."""

    id: str
    name: str
    position: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Determination:
    """The eight elements: PP 61/2010 Ps 4(2) and the list of PerKI 1/2021, united."""

    classification: tuple[Ground, ...]
    official: Official
    body: str
    unit: str
    description: str
    reason: str
    laws: tuple[Citation, ...]
    period: Period
    place: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """Where the list entry can be read."""

    kind: str  # "sidik" (the public page here), "website", "papan-pengumuman", "lainnya"
    address: str
    on: date


# What can happen


@recorded_as("item.submitted")
class Submitted:
    """An officer proposed to exempt the item."""

    particulars: Particulars


@recorded_as("item.taken_over")
class TakenOver:
    """The item stood on an existing list. Nobody has confirmed it yet."""

    source: Source
    particulars: Particulars
    period: Period
    citations: tuple[Citation, ...]
    consequence_if_opened: str
    benefit_if_closed: str
    missing: tuple[str, ...]  # codes of the legal elements still to be supplied
    findings: tuple[Finding, ...]


@recorded_as("item.confirmed")
class Confirmed:
    """An officer confirmed a taken-over item and supplied what was missing."""

    particulars: Particulars


@recorded_as("item.revised")
class Revised:
    """The proposal was put right after it came back."""

    particulars: Particulars


@recorded_as("item.consequence_tested")
class ConsequenceTested:
    """The consequences of opening were tested; the outcome may be that the item is open."""

    test: ConsequenceTest


@recorded_as("item.gate_overridden")
class GateOverridden:
    """The test went ahead although its reasoning has gaps; the reason is on record."""

    points: tuple[str, ...]
    reason: str


@recorded_as("item.considered")
class Considered:
    """A member of the Tim Pertimbangan gave his opinion."""

    favours: Conclusion
    opinion: str
    minutes_no: str = ""  # nomor berita acara


@recorded_as("item.approved")
class Approved:
    """The head of the body agreed (persetujuan pimpinan)."""

    note: str = ""
    decree: UUID | None = None  # the draft list it was approved with


@recorded_as("item.rejected")
class Rejected:
    """The head did not agree; the proposal goes back."""

    reason: str


@recorded_as("item.determined")
class Determined:
    """A decree exempts the item, for the first time or for a further period."""

    decree: UUID
    number: str  # nomor surat penetapan
    determination: Determination
    ends_on: date | None  # last day of exemption, inclusive, local
    review_on: date | None
    notice: Deadline | None  # 30 working days before the end


@recorded_as("item.reclassified")
class Reclassified:
    """A decree changes the ground of exemption, PP 61/2010 Ps 10(1)."""

    decree: UUID
    number: str
    determination: Determination
    ends_on: date | None
    review_on: date | None
    notice: Deadline | None


@recorded_as("item.archived")
class Archived:
    """The documents were put in their place."""

    soft_place: str
    hard_place: str


@recorded_as("item.uploaded")
class Uploaded:
    """The list entry (never the content) was published."""

    channels: tuple[Channel, ...]


@recorded_as("item.period_event_recorded")
class PeriodEventRecorded:
    """The event the period waits for has happened, so that its end can be computed."""

    event: str
    happened_on: date
    evidence: str
    ends_on: date | None
    notice: Deadline | None


@recorded_as("item.notice_recomputed")
class NoticeRecomputed:
    """The calendar changed: the notice falls on another day. Both results are kept."""

    notice: Deadline
    was: Deadline


@recorded_as("item.review_raised")
class ReviewRaised:
    """The clock put the item before the officer: its end, or its review date, is near."""

    why: str  # "end" or "review"
    due: date  # the end of the period, or the review date


@recorded_as("item.reviewed")
class Reviewed:
    """An item without an end was looked at again and stays closed, with a new review date."""

    reason: str
    review_on: date


@recorded_as("item.opening_approved")
class OpeningApproved:
    """The head agreed to opening the item."""

    why: Opening
    note: str = ""


@recorded_as("item.declassified")
class Declassified:
    """The item is public information from this day on."""

    why: Opening
    evidence: str = ""  # number of the penetapan, ruling, letter of consent ...
    duty_missed: bool = False  # True: nobody decided in time, PP 61/2010 Ps 11(2)


@recorded_as("item.held")
class Held:
    """Officers' acts are frozen for now. The statutory period runs on."""

    kind: str  # "dispute", "audit", "investigation"
    reference: str
    reason: str


@recorded_as("item.released")
class Released:
    """That hold no longer stands."""

    kind: str
    reference: str
    reason: str


@recorded_as("item.corrected")
class Corrected:
    """A slip in the description was put right; both wordings stay."""

    field: str
    was: str
    now: str
    reason: str


@recorded_as("item.withdrawn")
class Withdrawn:
    """The proposal was taken back before it was determined."""

    reason: str


Fact: TypeAlias = (
    Submitted
    | TakenOver
    | Confirmed
    | Revised
    | ConsequenceTested
    | GateOverridden
    | Considered
    | Approved
    | Rejected
    | Determined
    | Reclassified
    | Archived
    | Uploaded
    | PeriodEventRecorded
    | NoticeRecomputed
    | ReviewRaised
    | Reviewed
    | OpeningApproved
    | Declassified
    | Held
    | Released
    | Corrected
    | Withdrawn
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

    status: Status = Status.UNKNOWN
    particulars: Particulars | None = None
    source: Source | None = None
    test: ConsequenceTest | None = None
    tested_on: date | None = None
    fresh_test: bool = False  # the test is newer than the last determination
    override: GateOverridden | None = None
    opinions: tuple[tuple[str, Considered], ...] = ()  # since the last test or submission
    approved: bool = False  # since the last test
    approved_by_top_head: bool = False
    determination: Determination | None = None
    decree: UUID | None = None
    first_determined_on: date | None = None
    ends_on: date | None = None
    review_on: date | None = None
    notice: Deadline | None = None
    event: PeriodEventRecorded | None = None
    raised: date | None = None  # the due date the officer was last called for
    archived: Archived | None = None
    channels: tuple[Channel, ...] = ()
    holds: frozenset[tuple[str, str]] = frozenset()
    opening_approved: Opening | None = None
    opened: Declassified | None = None
    opened_on: date | None = None
    hands: frozenset[tuple[Duty, str]] = frozenset()  # who ever did what, over the whole history
    done: frozenset[str] = frozenset()  # decisions done in the present round of the procedure

    def did(self, *duties: Duty) -> frozenset[str]:
        """Everyone who ever had a hand in one of these duties."""
        return frozenset(person for duty, person in self.hands if duty in duties)

    def exempt_on(self, day: date) -> bool:
        """Closed by a decree whose period has not ended; what nobody opened in time is open."""
        return self.status is Status.EXEMPT and (self.ends_on is None or day <= self.ends_on)


initial = Item()


def evolve(item: Item, recorded: Recorded[Fact]) -> Item:
    """Take in one more fact. Facts are never argued with here."""
    fact = recorded.fact
    match fact:
        case Submitted(particulars=particulars) | Confirmed(particulars=particulars):
            return replace(
                _by(item, recorded, Duty.SUBMIT),
                status=Status.PROPOSED,
                particulars=particulars,
                done=item.done | {"submit", "confirm"},
            )
        case Revised(particulars=particulars):
            return replace(
                _by(item, recorded, Duty.SUBMIT),
                status=Status.PROPOSED,
                particulars=particulars,
                approved=False,
                opinions=(),
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
                done=(item.done - {"approve", "determine", "draft_decree"}) | {"test_consequence"},
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
                done=item.done | {"consider"},
            )
        case Approved():
            return replace(
                _by(item, recorded, Duty.APPROVE),
                status=Status.APPROVED if item.status is Status.TESTED else item.status,
                approved=True,
                approved_by_top_head=recorded.as_role == TOP_HEAD,
                done=item.done | {"approve"},
            )
        case Rejected():
            return replace(
                _by(item, recorded, Duty.APPROVE),
                status=Status.REJECTED if item.status is not Status.EXEMPT else item.status,
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
                fresh_test=False,
                approved=False,
                opening_approved=None,
                done=item.done | {"determine", "draft_decree"},
            )
        case Archived():
            return replace(item, archived=fact, done=item.done | {"archive"})
        case Uploaded(channels=channels):
            return replace(item, channels=item.channels + channels, done=item.done | {"upload"})
        case PeriodEventRecorded(ends_on=ends_on, notice=notice):
            return replace(item, event=fact, ends_on=ends_on, notice=notice)
        case NoticeRecomputed(notice=notice):
            return replace(item, notice=notice)
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
            return replace(item, particulars=replace(item.particulars, **{field: now}))
        case Withdrawn():
            return replace(item, status=Status.WITHDRAWN)
    assert_never(fact)


def _by(item: Item, recorded: Recorded[Fact], duty: Duty) -> Item:
    return replace(item, hands=item.hands | {(duty, person) for person in recorded.hands})


TOP_HEAD = "pimpinan"
CORRECTABLE = ("title", "summary", "document", "holder", "medium")
