"""How long an item stays closed (jangka waktu pengecualian), as a value.

A period keeps the words it was written in. It is normalised only as far as those words go:
a date that is not in them is never made up.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Kind(StrEnum):
    FIXED_UNTIL = "fixed_until"  # sampai tanggal tertentu
    YEARS = "years"  # lamanya sejak penetapan (or since `start`); unit says years, months, days
    AFTER_EVENT = "after_event"  # lamanya setelah suatu peristiwa
    UNTIL_EVENT = "until_event"  # sampai suatu peristiwa
    WHILE_CONDITION = "while_condition"  # selama suatu keadaan
    AS_NEEDED = "as_needed"  # selama dibutuhkan
    UNLIMITED = "unlimited"  # tidak terbatas, permanen
    UNSTATED = "unstated"  # empty, cut off, or a phrase that says nothing: a defect, Ps 4(2) d


class Unit(StrEnum):
    YEARS = "years"
    MONTHS = "months"
    DAYS = "days"  # hari
    WORKING_DAYS = "working_days"  # hari kerja; never the same as hari


ENDLESS = frozenset({Kind.WHILE_CONDITION, Kind.AS_NEEDED, Kind.UNLIMITED, Kind.UNSTATED})
"""Kinds whose end can never be computed; they live by review dates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    kind: Kind
    words: str  # as written in the source, verbatim
    number: int | None = None
    unit: Unit | None = None
    start: str = ""  # what the length is counted from, where the words say so
    event: str = ""  # the event that is waited for, in the words of the source
    condition: str = ""  # the condition or reservation, in the words of the source
    until: date | None = None  # for FIXED_UNTIL
    sure: bool = True  # False: the reading should be confirmed by an officer

    @property
    def waits_for_event(self) -> bool:
        return self.kind in (Kind.AFTER_EVENT, Kind.UNTIL_EVENT)


def later(start: date, number: int, unit: Unit) -> date:
    """The same date *number* years, months or days on; a missing day becomes the last of its month.

    Working days need a calendar and are refused with `ValueError`.
    """
    match unit:
        case Unit.DAYS:
            return start + timedelta(days=number)
        case Unit.WORKING_DAYS:
            raise ValueError("a period in working days needs a calendar")
        case Unit.YEARS | Unit.MONTHS:
            months = start.month - 1 + number * (12 if unit is Unit.YEARS else 1)
            year, month = start.year + months // 12, months % 12 + 1
            day = min(start.day, calendar.monthrange(year, month)[1])
            return date(year, month, day)


def ends_on(period: Period, *, determined_on: date, event_on: date | None = None) -> date | None:
    """The last day of exemption, inclusive, or None while it cannot be computed.

    ``1 Tahun`` from 2 March 2026 ends with 2 March 2027; the item is open on 3 March 00:00 local.
    """
    match period.kind:
        case Kind.FIXED_UNTIL:
            return period.until
        case Kind.YEARS if period.number is not None and period.unit is not None:
            return later(determined_on, period.number, period.unit)
        case Kind.AFTER_EVENT if event_on and period.number is not None and period.unit:
            return later(event_on, period.number, period.unit)
        case Kind.UNTIL_EVENT:
            return event_on
        case _:
            return None
