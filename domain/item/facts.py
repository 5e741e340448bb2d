"""The values an item is made of, and what can happen to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from domain.calendar import Deadline
from domain.ground import Category, Ground
from domain.history import recorded_as
from domain.period import Period
from domain.rule import Citation, Finding

NOTICE_WORKING_DAYS = 30  # PP 61/2010 Ps 11(2)
TOP_HEAD = "pimpinan"  # domain.officer.Role.PIMPINAN, whom PP 61/2010 Ps 7(5) names
CORRECTABLE = ("title", "summary", "holder", "medium")

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


class Call(StrEnum):
    """Why the clock calls an officer."""

    END = "end"  # 30 working days are left
    REVIEW = "review"  # the review date has come
    EVENT = "event"  # has the event that the period waits for happened?


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


OUR_PAGE = "sidik"
"""The kind of channel that is the public page of this register."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """Where the list entry can be read."""

    kind: str  # OUR_PAGE, "website", "papan-pengumuman", "lainnya"
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
    """The clock put the item before the officer; *why* says what is to be seen to."""

    why: Call
    due: date  # the end of the period, the review date, or when the owner was to be asked


@recorded_as("item.reviewed")
class Reviewed:
    """An item without an end of its own was looked at again and stays closed till a new date."""

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
