"""The list of exempted information (Daftar Informasi yang Dikecualikan), one row per item.

Handlers mirror `domain.item.evolve` and take facts in any order; the row keeps only what may
be shown. Read on: the row, what each fact changes, what is read of each fact.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from sys import intern
from typing import Any
from uuid import UUID

from domain import item
from domain.ground import Ground
from domain.history import Stamp
from domain.item import Status
from domain.period import Kind, Period
from domain.rule import Citation
from projections import Folded, due, legal_basis, outlook, table, worklist

DIK = table("dik", "id")

SORT_KEY_LENGTH_MAX = 100  # characters; an index entry must stay small
NUMBER_DIGITS = 9
NUMBER = re.compile(r"\d+")
NEVER = datetime(1, 1, 1, tzinfo=UTC)


NONE: list[str] = []
"""Lists in rows are replaced, never changed, so one empty list serves all."""


def _none() -> list[str]:
    return NONE


@dataclass(slots=True)
class Row:
    """What the list shows of an item; before any fact, nothing."""

    id: UUID
    version: int = 0
    position: int = 0
    recorded_at: datetime = NEVER
    latest_on: date = date.min
    since: datetime = NEVER
    status: str = Status.UNKNOWN.value
    title: str = ""
    summary: str = ""
    document: str = ""
    part: str = ""
    unit: str = ""
    holder: str = ""
    form: str = ""
    documented: bool | None = None
    grounds: list[str] = field(default_factory=_none)
    laws: list[str] = field(default_factory=_none)
    period_kind: str = ""
    period_words: str = ""
    ends_on: date | None = None
    review_on: date | None = None
    notice_on: date | None = None
    notice_calendar: int | None = None
    determined_on: date | None = None
    first_determined_on: date | None = None
    decree_id: UUID | None = None
    decree_no: str = ""
    tested_on: date | None = None
    fresh_test: bool = False
    conclusion: str = ""
    opinions: int = 0
    approved: bool = False
    channels: int = 0
    on_our_page: bool = False
    published_on: date | None = None
    soft_place: str | None = None
    hard_place: str | None = None
    held: bool = False
    holds: list[str] = field(default_factory=_none)
    raised: date | None = None
    opening_approved: str | None = None
    opened_on: date | None = None
    opened_why: str | None = None
    duty_missed: bool = False
    awaits_event: bool = False
    event: str = ""
    event_asked_on: date | None = None
    taken_from: str = ""
    missing: list[str] = field(default_factory=_none)
    findings: int = 0
    earlier: str = ""

    @property
    def sort_key(self) -> str:
        return sort_key(self.title)

    @property
    def published(self) -> bool:
        """Whether it stands on the public page here: while exempt if put there, once open always.

        The list's word for `domain.publication.is_public`.
        """
        if self.status == Status.OPEN:
            return True
        return self.on_our_page and self.status == Status.EXEMPT


@lru_cache(maxsize=5_000)
def sort_key(title: str) -> str:
    """By which officers expect titles in order: "Lampiran 9" before "Lampiran 10"."""
    folded = " ".join(title.casefold().split())
    padded = NUMBER.sub(lambda number: number[0].zfill(NUMBER_DIGITS), folded)
    return padded[:SORT_KEY_LENGTH_MAX]


# What each fact changes


def described(row: Row, fact: Any, stamp: Stamp) -> None:
    """Submitted, confirmed, revised: the description is given or given anew."""
    _describe(row, fact.particulars)
    row.status = Status.PROPOSED.value
    row.missing = NONE
    row.since = stamp.at


def revised(row: Row, fact: item.Revised, stamp: Stamp) -> None:
    described(row, fact, stamp)
    row.approved = False
    row.opinions = 0


def taken_over(row: Row, fact: item.TakenOver, stamp: Stamp) -> None:
    _describe(row, fact.particulars)
    _protect(row, fact.particulars.grounds, fact.period)
    row.status = Status.TAKEN_OVER.value
    row.taken_from = f"{fact.source.file}#{fact.source.row}"
    row.missing = list(fact.missing)
    row.findings = len(fact.findings)
    row.since = stamp.at


def tested(row: Row, fact: item.ConsequenceTested, stamp: Stamp) -> None:
    test = fact.test
    row.tested_on = _day(stamp.on)
    row.fresh_test = True
    row.approved = False
    row.opinions = 0
    row.opening_approved = None
    row.conclusion = intern(str(test.conclusion))
    row.laws = _keys(test.laws)
    row.since = stamp.at
    if row.status in SETTLED:
        return  # closed or open as before, until a decree says otherwise
    _protect(row, test.grounds, test.period)
    row.status = (
        Status.NOT_EXEMPT if test.conclusion == item.Conclusion.OPEN else Status.TESTED
    ).value


def overridden(row: Row, fact: item.GateOverridden, stamp: Stamp) -> None:
    """Only its history tells."""


def considered(row: Row, fact: item.Considered, stamp: Stamp) -> None:
    row.opinions += 1


def approved(row: Row, fact: item.Approved, stamp: Stamp) -> None:
    if row.status == Status.TESTED:
        row.status = Status.APPROVED.value
    row.approved = True
    row.since = stamp.at


def rejected(row: Row, fact: item.Rejected, stamp: Stamp) -> None:
    if row.status == Status.EXEMPT:
        row.fresh_test = False  # closed as before; another test may be put to the head
    else:
        row.status = Status.REJECTED.value
    row.approved = False
    row.since = stamp.at


def determined(row: Row, fact: item.Determined | item.Reclassified, stamp: Stamp) -> None:
    determination = fact.determination
    if row.decree_no and row.decree_no != fact.number:
        _remember(row)
    _protect(row, determination.classification, determination.period)
    row.status = Status.EXEMPT.value
    row.decree_id = _decree(fact.decree)
    row.decree_no = intern(fact.number)
    row.determined_on = _day(determination.on)
    row.first_determined_on = row.first_determined_on or row.determined_on
    row.review_on = _day(fact.review_on)
    row.event = intern(determination.period.event)
    row.awaits_event = determination.period.kind in AWAITING
    row.event_asked_on = None
    row.raised = None
    row.fresh_test = False
    row.approved = False
    row.opening_approved = None
    row.since = stamp.at
    _end(row, fact)


def archived(row: Row, fact: item.Archived, stamp: Stamp) -> None:
    row.soft_place = intern(fact.soft_place)
    row.hard_place = intern(fact.hard_place)


def uploaded(row: Row, fact: item.Uploaded, stamp: Stamp) -> None:
    row.channels += len(fact.channels)
    row.on_our_page |= any(channel.kind == item.OUR_PAGE for channel in fact.channels)
    days = [channel.on for channel in fact.channels]
    if days:
        row.published_on = _day(max([*days, row.published_on or date.min]))


def event_recorded(row: Row, fact: item.PeriodEventRecorded, stamp: Stamp) -> None:
    row.event = fact.event
    row.since = stamp.at
    row.review_on = None if fact.ends_on else row.review_on
    _end(row, fact)
    row.awaits_event = False


def notice_recomputed(row: Row, fact: item.NoticeRecomputed, stamp: Stamp) -> None:
    row.notice_on = fact.notice.due
    row.notice_calendar = fact.notice.calendar_version


def review_raised(row: Row, fact: item.ReviewRaised, stamp: Stamp) -> None:
    row.since = stamp.at
    if fact.why == item.Call.EVENT:
        row.event_asked_on = stamp.on
    else:
        row.raised = _day(fact.due)


def reviewed(row: Row, fact: item.Reviewed, stamp: Stamp) -> None:
    row.review_on = fact.review_on
    row.raised = None


def opening_approved(row: Row, fact: item.OpeningApproved, stamp: Stamp) -> None:
    row.opening_approved = intern(str(fact.why))
    row.since = stamp.at


def declassified(row: Row, fact: item.Declassified, stamp: Stamp) -> None:
    row.status = Status.OPEN.value
    row.opened_on = _day(stamp.on)
    row.opened_why = intern(str(fact.why))
    row.duty_missed = fact.duty_missed


def held(row: Row, fact: item.Held, stamp: Stamp) -> None:
    hold = f"{fact.kind}:{fact.reference}"
    row.holds = row.holds if hold in row.holds else [*row.holds, hold]
    row.held = True


def released(row: Row, fact: item.Released, stamp: Stamp) -> None:
    hold = f"{fact.kind}:{fact.reference}"
    row.holds = [other for other in row.holds if other != hold] or NONE
    row.held = bool(row.holds)


def corrected(row: Row, fact: item.Corrected, stamp: Stamp) -> None:
    shown = fact.field in item.CORRECTABLE and fact.field in Row.__slots__
    if row.documented is not None and shown:
        _remember(row)
        setattr(row, fact.field, fact.now)


def withdrawn(row: Row, fact: item.Withdrawn, stamp: Stamp) -> None:
    row.status = Status.WITHDRAWN.value
    row.approved = False


HANDLERS: dict[type, Callable[..., None]] = {
    item.Submitted: described,
    item.TakenOver: taken_over,
    item.Confirmed: described,
    item.Revised: revised,
    item.ConsequenceTested: tested,
    item.GateOverridden: overridden,
    item.Considered: considered,
    item.Approved: approved,
    item.Rejected: rejected,
    item.Determined: determined,
    item.Reclassified: determined,
    item.Archived: archived,
    item.Uploaded: uploaded,
    item.PeriodEventRecorded: event_recorded,
    item.NoticeRecomputed: notice_recomputed,
    item.ReviewRaised: review_raised,
    item.Reviewed: reviewed,
    item.OpeningApproved: opening_approved,
    item.Declassified: declassified,
    item.Held: held,
    item.Released: released,
    item.Corrected: corrected,
    item.Withdrawn: withdrawn,
}

AWAITING = (Kind.AFTER_EVENT.value, Kind.UNTIL_EVENT.value)
SETTLED = (Status.EXEMPT.value, Status.OPEN.value)


def _describe(row: Row, given: item.Particulars) -> None:
    if row.title and (row.title, row.summary, row.document, row.unit, row.holder) != (
        given.title,
        given.summary,
        given.document,
        given.unit,
        given.holder,
    ):
        _remember(row)
    row.title = given.title
    row.summary = given.summary
    row.document = given.document
    row.part = intern(given.part)
    row.unit = intern(given.unit)
    row.holder = intern(given.holder)
    row.form = intern(str(given.form))
    row.documented = given.held
    if row.status not in SETTLED:
        row.grounds = _grounds(given.grounds)


def _remember(row: Row) -> None:
    """By what it was called until now it is found in the past."""
    parts = (row.title, row.summary, row.document, row.decree_no, row.unit, row.holder)
    said = " ".join(part for part in parts if part)
    if said not in row.earlier:
        row.earlier = f"{row.earlier}\n{said}".lstrip("\n")


def _protect(row: Row, grounds: tuple[Ground, ...], period: Period) -> None:
    row.grounds = _grounds(grounds)
    row.period_kind = intern(str(period.kind))
    row.period_words = intern(period.words)


def _end(row: Row, fact: item.Determined | item.Reclassified | item.PeriodEventRecorded) -> None:
    row.ends_on = _day(fact.ends_on)
    row.notice_on = _day(fact.notice.due) if fact.notice else None
    row.notice_calendar = fact.notice.calendar_version if fact.notice else None
    row.awaits_event = row.period_kind in AWAITING


def _grounds(grounds: tuple[Ground, ...]) -> list[str]:
    return _listed(tuple(f"{g.huruf}.{g.angka}" if g.angka else g.huruf for g in grounds))


def _keys(laws: tuple[Citation, ...]) -> list[str]:
    return _listed(tuple(dict.fromkeys(_key(law.kind, law.number, law.year) for law in laws)))


@lru_cache(maxsize=10_000)
def _key(kind: str, number: str, year: int | None) -> str:
    return Citation(kind=kind, number=number, year=year).key


@lru_cache(maxsize=10_000)
def _listed(words: tuple[str, ...]) -> list[str]:
    """Lists that many rows have in common are kept once."""
    return list(words) or NONE


@lru_cache(maxsize=20_000)
def _day(day: date | None) -> date | None:
    """Days that many rows have in common are kept once; so are decrees and common words."""
    return day


@lru_cache(maxsize=10_000)
def _decree(decree: UUID) -> UUID:
    return decree


# What is read of each fact. Of `Particulars` never `closed`.

DESCRIPTION = tuple(
    f"particulars.{name}"
    for name in (
        "title",
        "summary",
        "document",
        "part",
        "unit",
        "holder",
        "form",
        "grounds",
        "held",
    )
)
DETERMINATION = (
    "decree",
    "number",
    "determination.classification",
    "determination.period.kind",
    "determination.period.words",
    "determination.period.event",
    "determination.on",
    "review_on",
)
END = ("ends_on", "notice.due", "notice.calendar_version")

NEEDS: dict[type, tuple[str, ...]] = {
    item.Submitted: DESCRIPTION,
    item.Confirmed: DESCRIPTION,
    item.Revised: DESCRIPTION,
    item.TakenOver: (
        *DESCRIPTION,
        "period.kind",
        "period.words",
        "source.file",
        "source.row",
        "missing",
        "findings.code",
    ),
    item.ConsequenceTested: (
        "test.grounds",
        "test.laws.kind",
        "test.laws.number",
        "test.laws.year",
        "test.period.kind",
        "test.period.words",
        "test.conclusion",
    ),
    item.Determined: (*DETERMINATION, *END),
    item.Reclassified: (*DETERMINATION, *END),
    item.Archived: ("soft_place", "hard_place"),
    item.Uploaded: ("channels.kind", "channels.on"),
    item.PeriodEventRecorded: ("event", *END),
    item.NoticeRecomputed: ("notice.due", "notice.calendar_version"),
    item.ReviewRaised: ("why", "due"),
    item.Reviewed: ("review_on",),
    item.OpeningApproved: ("why",),
    item.Declassified: ("why", "duty_missed"),
    item.Held: ("kind", "reference"),
    item.Released: ("kind", "reference"),
    item.Corrected: ("field", "now"),
}

ITEMS = Folded(
    DIK,
    Row,
    HANDLERS,
    NEEDS,
    follows=(
        (due.DUE, due.duties),
        (worklist.WORKLIST, worklist.of_item),
        (outlook.OUTLOOK, outlook.of_item),
        (legal_basis.LEGAL_BASIS, legal_basis.of_item),
    ),
)
