"""How long an item stays closed (jangka waktu pengecualian), as a value.

A period keeps the words it was written in. It is normalised only as far as those words go:
a date that is not in them is never made up.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.ground import Category, Ground
from domain.rule import Citation, Rule, cite


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


def ends_on(
    period: Period,
    *,
    determined_on: date,
    event_on: date | None = None,
    working_days_later: Callable[[date, int], date] | None = None,
) -> date | None:
    """The last day of exemption, inclusive, or None while it cannot be computed.

    ``1 Tahun`` from 2 March 2026 ends with 2 March 2027; the item is open on 3 March 00:00 local.
    A length in hari kerja is counted by *working_days_later*, and cannot be without it.
    """
    start = event_on if period.kind is Kind.AFTER_EVENT else determined_on
    if period.unit is Unit.WORKING_DAYS and period.kind in (Kind.YEARS, Kind.AFTER_EVENT):
        if start is None or period.number is None or working_days_later is None:
            return None
        return working_days_later(start, period.number)
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


# What the law asks of a period, ground by ground: UU 14/2008 Ps 20, PP 61/2010 Ps 4-9

PERIOD_MUST_BE_STATED = Rule(
    "period-must-be-stated",
    "Jangka waktu pengecualian harus disebut; frasa kosong bukan jangka waktu.",
    cite("pp-61-2010", "4", "2", "d"),
    field="period",
)
PERIOD_MUST_BE_COMPLETE = Rule(
    "period-must-be-complete",
    "Jangka waktu belum lengkap, belum dikonfirmasi, atau tidak sesuai dengan kata-katanya: "
    "sebutkan bilangan dan satuan, tanggal, peristiwa, atau keadaannya.",
    cite("pp-61-2010", "4", "2", "d"),
    field="period",
)
PERIOD_MUST_NOT_PASS_A_CENTURY = Rule(
    "period-must-not-pass-a-century",
    "Jangka waktu adalah rentang tertentu; lebih dari seratus tahun sama dengan permanen.",
    cite("pp-61-2010", "1", angka="10"),
    field="period",
)
EXEMPTION_MUST_NOT_BE_PERMANENT = Rule(
    "exemption-must-not-be-permanent",
    "Pengecualian Pasal 17 huruf a sampai dengan f tidak bersifat permanen.",
    cite("uu-14-2008", "20", "1"),
    field="period",
)
PERIOD_MUST_KEEP_TO_ITS_CEILING = Rule(
    "period-must-keep-to-its-ceiling",
    "Jangka waktu melebihi batas paling lama untuk dasar pengecualian ini, "
    "dihitung sejak penetapan pertama.",
    cite("pp-61-2010", "5", "1"),
    field="period",
)
PERIOD_MUST_REST_ON_LEGISLATION = Rule(
    "period-must-rest-on-legislation",
    "Jangka waktu huruf b, g, dan i ditetapkan menurut peraturan perundang-undangan; "
    "sebutkan peraturan selain UU 14/2008 dan PP 61/2010.",
    cite("pp-61-2010", "6"),
    field="laws",
)
ANOTHER_ACT_MUST_BE_NAMED = Rule(
    "another-act-must-be-named",
    "Huruf j hanya berlaku bila Undang-Undang lain melarang pengungkapannya; sebutkan "
    "Undang-Undang itu.",
    cite("uu-14-2008", "17", huruf="j"),
    field="laws",
)
TOP_HEAD_MUST_SET_THE_PERIOD = Rule(
    "top-head-must-set-the-period",
    "Jangka waktu yang dibutuhkan untuk huruf c sampai dengan f ditetapkan oleh pimpinan "
    "tertinggi Badan Publik.",
    cite("pp-61-2010", "7", "5"),
    field="period",
)
REVIEW_DATE_MUST_BE_SET = Rule(
    "review-date-must-be-set",
    "Informasi tanpa tanggal akhir wajib bertanggal tinjau ulang.",
    cite("pp-61-2010", "1", angka="10"),
    field="review_on",
)
REVIEW_MUST_COME_WITHIN_TWELVE_MONTHS = Rule(
    "review-must-come-within-twelve-months",
    "Tanggal tinjau ulang harus sesudah penetapan dan paling lama 12 bulan sesudahnya.",
    cite("pp-61-2010", "1", angka="10"),
    field="review_on",
)
PERIOD_MUST_NOT_HAVE_ENDED = Rule(
    "period-must-not-have-ended",
    "Jangka waktu itu sudah berakhir pada tanggal penetapan.",
    cite("pp-61-2010", "11", "3"),
    field="period",
)

A_CENTURY = {Unit.YEARS: 100, Unit.MONTHS: 1_200, Unit.DAYS: 36_525, Unit.WORKING_DAYS: 26_000}


def rules_of_completeness(period: Period) -> Iterator[Rule]:
    """Whether everything a period of its kind needs is there, and within reach."""
    match period.kind:
        case Kind.FIXED_UNTIL:
            whole = period.until is not None
        case Kind.YEARS:
            whole = period.number is not None and period.unit is not None
        case Kind.AFTER_EVENT:
            whole = None not in (period.number, period.unit) and bool(period.event.strip())
        case Kind.UNTIL_EVENT:
            whole = bool(period.event.strip())
        case Kind.WHILE_CONDITION:
            whole = bool(period.condition.strip())
        case _:
            whole = True
    if not whole or not period.sure or (period.number is not None and period.number < 1):
        yield PERIOD_MUST_BE_COMPLETE
    if period.number and period.unit and period.number > A_CENTURY[period.unit]:
        yield PERIOD_MUST_NOT_PASS_A_CENTURY


OF_ITS_OWN = frozenset({"uu-14-2008", "pp-61-2010"})


def ceiling(
    grounds: Iterable[Ground], categories: Mapping[str, Category], first_on: date
) -> date | None:
    """The last day any of these grounds can close, where the law puts a number on all of them."""
    years = [categories[g.huruf].years_max if g.huruf in categories else None for g in grounds]
    if not years or any(y is None for y in years):
        return None
    return later(first_on, max(y for y in years if y is not None), Unit.YEARS)


def rules_against(
    period: Period,
    *,
    grounds: Sequence[Ground],
    laws: Sequence[Citation],
    categories: Mapping[str, Category],
    determined_on: date,
    first_on: date,
    review_on: date | None,
    by_top_head: bool,
    end: date | None,
) -> Iterator[Rule]:
    """Every rule that stands between this period and a decree of *determined_on*.

    *first_on* is the day of the first decree on the item: a further period counts from there
    towards the ceiling. *end* is the last day as computed, None where it cannot be.
    """
    known = [categories[ground.huruf] for ground in grounds if ground.huruf in categories]
    if period.kind is Kind.UNSTATED:
        yield PERIOD_MUST_BE_STATED
    if period.kind is Kind.UNLIMITED:
        for category in known:
            if not category.may_be_permanent:
                yield EXEMPTION_MUST_NOT_BE_PERMANENT.about(detail=f"huruf {category.huruf}")
    if end is not None and end > later(min(determined_on, first_on), 100, Unit.YEARS):
        yield PERIOD_MUST_NOT_PASS_A_CENTURY
    capped = [category for category in known if category.years_max]
    if end is None and 0 < len(capped) < len(known):  # it would outlast its own ceiling unseen
        detail = f"huruf {capped[0].huruf} ditetapkan tersendiri, atau dengan tanggal akhir"
        yield PERIOD_MUST_KEEP_TO_ITS_CEILING.about(detail=detail)
    for category in known:
        if end and category.years_max:
            last = later(first_on, category.years_max, Unit.YEARS)
            if end > last:
                detail = f"huruf {category.huruf}: paling lama {category.years_max} tahun"
                yield PERIOD_MUST_KEEP_TO_ITS_CEILING.about(detail=detail)
        if category.needs_legislation and all(law.key in OF_ITS_OWN for law in laws):
            yield PERIOD_MUST_REST_ON_LEGISLATION.about(detail=f"huruf {category.huruf}")
        if category.needs_act and not any(
            law.kind == "UU" and law.key not in OF_ITS_OWN for law in laws
        ):
            yield ANOTHER_ACT_MUST_BE_NAMED
        if category.set_by_top_head and not by_top_head:
            yield TOP_HEAD_MUST_SET_THE_PERIOD.about(detail=f"huruf {category.huruf}")
    if end is not None and end < determined_on:
        yield PERIOD_MUST_NOT_HAVE_ENDED
    if end is None and review_on is None:
        yield REVIEW_DATE_MUST_BE_SET
    if review_on is not None and not (
        determined_on < review_on <= later(determined_on, 12, Unit.MONTHS)
    ):
        yield REVIEW_MUST_COME_WITHIN_TWELVE_MONTHS
