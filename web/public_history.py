"""What of an item's history is public: nothing before it was published, and then what it became.

The address of an item stays the same from the day it is published, through every further
decree, to the day it opens and after. This module says what stands under it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from domain import item
from domain.history import Recorded
from domain.item import ConsequenceTest, Item, Status
from domain.publication import NUMBERED, is_public
from web import words
from web.language import Words, _

TITLES = Words(
    {
        "determined": "Ditetapkan dikecualikan",
        "published": "Diumumkan dalam daftar",
        "again": "Ditetapkan untuk jangka waktu berikutnya",
        "reclassified": "Dasar pengecualian diubah",
        "event": "Peristiwa yang ditunggu telah terjadi",
        "reviewed": "Ditinjau ulang, tetap dikecualikan",
        "opened": "Terbuka untuk publik",
        "corrected": "Salah tulis dikoreksi",
    }
)
ICONS = {
    "determined": "signature",
    "published": "world",
    "again": "refresh",
    "reclassified": "scale",
    "event": "calendar-due",
    "reviewed": "list-check",
    "opened": "lock-open",
    "corrected": "pencil",
}
SHOWN = ("title", "summary", "holder")
"""What is shown of an item and can be corrected."""


@dataclass(frozen=True)
class Told:
    """One thing the public may know to have happened."""

    kind: str
    recorded: Recorded[Any]
    title: str  # of the item, as it read then
    number: str = ""  # of the decree that says so

    @property
    def said(self) -> str:
        return TITLES[self.kind]

    @property
    def icon(self) -> str:
        return ICONS[self.kind]

    @property
    def on(self) -> date:
        return self.recorded.on

    @property
    def at(self) -> datetime:
        return self.recorded.at

    @property
    def id(self) -> UUID:
        """The same for ever, on whichever page or machine it is told."""
        return uuid5(self.recorded.originator_id, f"{self.recorded.originator_version}:{self.kind}")

    @property
    def lines(self) -> list[str]:
        return list(_lines(self))


@dataclass(frozen=True)
class PublicItem:
    """An item as anybody may know it."""

    item: Item
    test: ConsequenceTest | None  # the one the standing decree rests on, never a later one
    number: str  # of the standing decree
    history: tuple[Told, ...]  # earliest first

    @property
    def is_public(self) -> bool:
        return is_public(self.item)


def is_open(known: Item, today: date) -> bool:
    """Open by decision, or by law although the clock has not written it down yet."""
    return known.status is Status.OPEN or not known.exempt_on(today)


def opened_on(known: Item) -> date | None:
    """The first day on which it is open, or will be if nothing else is decided."""
    return known.opened_on or (known.ends_on and known.ends_on + timedelta(days=1))


def public(history: Sequence[Recorded[Any]]) -> PublicItem:
    """What is public of an item with this history."""
    known, test, number = item.initial, None, ""
    told: list[Told] = []
    decreed: Recorded[Any] | None = None
    for one in history:
        was_public, known = is_public(known), item.evolve(known, one)
        if isinstance(one.fact, item.Determined | item.Reclassified):
            decreed, test, number = one, known.test, one.fact.number
        if not is_public(known):
            continue
        title = known.particulars.title if known.particulars else ""
        if not was_public and decreed:
            told.append(Told("determined", decreed, title, number))
        kind = _kind(one.fact) if was_public or isinstance(one.fact, item.Declassified) else ""
        if not was_public and not kind:
            kind = "published"
        if kind:
            told.append(Told(kind, one, title, number))
    return PublicItem(_without_closed(known), test, number, tuple(told))


def _kind(fact: item.Fact) -> str:
    """What a fact means to the public; most mean nothing to it."""
    match fact:
        case item.Determined():
            return "again"
        case item.Reclassified():
            return "reclassified"
        case item.PeriodEventRecorded():
            return "event"
        case item.Reviewed():
            return "reviewed"
        case item.Declassified():
            return "opened"
        case item.Corrected(field=field) if field in SHOWN:
            return "corrected"
    return ""


def _lines(told: Told) -> Iterator[str]:
    """The gist, in the reader's language; never an officer's own remarks."""
    match told.recorded.fact:
        case item.Determined() | item.Reclassified() as fact:
            yield _("Penetapan %(number)s", number=fact.number)
            yield _("Jangka waktu: %(words)s", words=fact.determination.period.words)
            if fact.ends_on:
                yield _("Berakhir %(day)s", day=words.day(fact.ends_on))
        case item.PeriodEventRecorded(event=event, happened_on=happened, ends_on=ends_on):
            yield _("%(event)s, %(day)s", event=event, day=words.day(happened))
            if ends_on:
                yield _("Berakhir %(day)s", day=words.day(ends_on))
        case item.Reviewed(review_on=review_on):
            yield _("Tinjau ulang berikutnya %(day)s", day=words.day(review_on))
        case item.Declassified(why=why, evidence=evidence):
            yield words.OPENED[why]
            if evidence and why in NUMBERED:
                yield evidence
        case item.Corrected(field=field, was=was, now=now, reason=reason):
            yield _(
                "%(field)s: “%(was)s” menjadi “%(now)s”",
                field=words.FIELDS.get(field, field),
                was=was,
                now=now,
            )
            yield _("Alasan: %(reason)s", reason=reason)


def _without_closed(known: Item) -> Item:
    if known.particulars is None or known.particulars.closed is None:
        return known
    return replace(known, particulars=replace(known.particulars, closed=None))
