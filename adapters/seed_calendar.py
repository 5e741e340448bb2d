"""Years of the calendar, taken over once from the `holidays` library.

Only seeds are made here, never deadlines: a newer library must not move what was decided.
The library's figures agree with the joint decree (SKB) through 2026. From 2027 on it has
either no decree or none that we could compare, so those years are provisional until somebody
enters the decree (docs/howto/change-the-law.md).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from datetime import date
from importlib.metadata import version
from itertools import chain
from typing import Any

import holidays
from holidays.constants import GOVERNMENT, PUBLIC

from domain.calendar import Calendar, DayOff, Kind, YearSeeded, initial, seed_year

FIRST_YEAR, LAST_YEAR = 2015, 2060
LAST_YEAR_COMPARED = 2026
"""The last year whose days were compared with the published SKB, date by date."""

SOURCE = f"holidays {version('holidays')}, kategori public+government"
ESTIMATE = "(perkiraan)"


def seed(years: Iterable[int] = range(FIRST_YEAR, LAST_YEAR + 1)) -> list[YearSeeded]:
    """The facts that seed *years* in a calendar that knows nothing yet."""
    return seed_missing(initial, years)


def seed_missing(
    calendar: Calendar, years: Iterable[int] = range(FIRST_YEAR, LAST_YEAR + 1)
) -> list[YearSeeded]:
    """The facts for those *years* the calendar has never been told of.

    A year already seeded stays as it is, even where a newer library differs: `compare` says
    so, and a decree settles it.
    """
    missing = (year_as_known(year) for year in years if year not in calendar.seeds)
    facts = (
        seed_year(
            calendar,
            year=known.year,
            days=known.days,
            source=known.source,
            digest=known.digest,
            provisional=known.provisional,
        )
        for known in missing
    )
    return [fact for fact in chain.from_iterable(facts) if isinstance(fact, YearSeeded)]


def year_as_known(year: int, decree: str = "") -> YearSeeded:
    """What the library says of one year; in the name of a *decree* that agrees, it is settled."""
    days = days_off(year)
    if decree:
        days = tuple(replace(day, estimated=False) for day in days)
    return YearSeeded(
        year=year,
        days=days,
        source=f"{decree}; {SOURCE}" if decree else SOURCE,
        digest=digest(days),
        provisional=not decree and year > LAST_YEAR_COMPARED,
    )


def compare(calendar: Calendar, year: int) -> dict[date, tuple[str, str]]:
    """Where the installed library and the register differ: what each calls the day."""
    ours = {day.on: day.name for day in calendar.days(year)}
    theirs = {day.on: day.name for day in days_off(year)}
    return {
        day: (ours.get(day, ""), theirs.get(day, ""))
        for day in sorted(ours.keys() | theirs.keys())
        if (day in ours) != (day in theirs)
    }


def days_off(year: int) -> tuple[DayOff, ...]:
    """The library's days of a year in order; public where a day is both public and leave."""
    public, leave = _category(year, PUBLIC), _category(year, GOVERNMENT)
    merged = {on: (name, Kind.JOINT_LEAVE) for on, name in leave} | {
        on: (name, Kind.ELECTION if "Pemilihan" in name else Kind.PUBLIC) for on, name in public
    }
    return tuple(
        DayOff(
            on=on,
            name=name.replace(ESTIMATE, "").strip(),
            kind=kind,
            estimated=ESTIMATE in name,
        )
        for on, (name, kind) in sorted(merged.items())
    )


def digest(days: Iterable[DayOff]) -> str:
    """By which a seed is recognised: sha256 over the days in order."""
    return hashlib.sha256(json.dumps([asdict(d) for d in days], default=str).encode()).hexdigest()


def _category(year: int, category: str) -> Iterator[tuple[date, str]]:
    table: Any = holidays.country_holidays("ID", years=year, categories=(category,), language="id")
    yield from table.items()
