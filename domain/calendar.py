"""Working days as versioned facts, and deadlines that remember how they were counted.

No statute on public information defines *hari kerja*. The body's week and the counting of
joint leave are therefore handed in (`Schedule`), and every `Deadline` names what it used, the
days it skipped and the calendar version it rests on. Nothing here looks up a feast: the
adapters seed years from a library, and decrees amend them. A decree outranks a seed.

Read on: facts, state, decisions, then schedule, counting, zones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import chain
from typing import Any, TypeAlias, assert_never
from zoneinfo import ZoneInfo

from domain.history import Recorded, named, recorded_as
from domain.period import Unit
from domain.rule import Rule, cite, uphold

ID = named("calendar")


class Kind(StrEnum):
    PUBLIC = "public"  # hari libur nasional
    JOINT_LEAVE = "joint_leave"  # cuti bersama
    REGIONAL = "regional"  # libur daerah, by decree of the governor
    ELECTION = "election"  # hari pemungutan suara


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOff:
    on: date
    name: str  # as officers read it: "Hari Raya Idul Fitri"
    kind: Kind
    estimated: bool = False  # perkiraan: the sighting of the moon may still move it


# Facts


@recorded_as("calendar.year_seeded")
class YearSeeded:
    """The days off of one year, as a source had them when they were taken over."""

    year: int
    days: tuple[DayOff, ...]
    source: str  # what it was computed or copied from, with its version
    digest: str  # sha256 of the days: the same seed twice is one seed
    provisional: bool  # the joint decree (SKB) of that year is not known yet


@recorded_as("calendar.day_declared_off")
class DayDeclaredOff:
    """A decree made a day free: an amended SKB, an election, a regional feast."""

    on: date
    name: str
    kind: Kind
    decree: str  # nomor keputusan


@recorded_as("calendar.day_declared_working")
class DayDeclaredWorking:
    """A decree took a free day back, or made a day of rest a working day."""

    on: date
    decree: str


Fact: TypeAlias = YearSeeded | DayDeclaredOff | DayDeclaredWorking


# What is known


@dataclass(frozen=True, slots=True)
class Calendar:
    version: int = 0  # how many facts it rests on; deadlines quote it
    seeded: Mapping[date, DayOff] = field(default_factory=dict)
    decreed: Mapping[date, DayOff | None] = field(default_factory=dict)  # None: working by decree
    decrees: Mapping[date, str] = field(default_factory=dict)
    seeds: Mapping[int, YearSeeded] = field(default_factory=dict)  # the latest of each year
    touched: Mapping[date, int] = field(default_factory=dict)  # version that last changed a day

    def off(self, day: date) -> DayOff | None:
        """Why *day* is free for everybody, weekends apart."""
        return self.decreed[day] if day in self.decreed else self.seeded.get(day)

    def days(self, year: int) -> tuple[DayOff, ...]:
        """All days off of a year in order, decrees included."""
        known = chain(self.seeded, self.decreed)
        found = (self.off(day) for day in sorted({day for day in known if day.year == year}))
        return tuple(day for day in found if day)

    def is_certain(self, day: date) -> bool:
        """Whether nothing about *day* is still expected to move."""
        if day in self.decreed:
            return True
        seed, off = self.seeds.get(day.year), self.seeded.get(day)
        return seed is not None and not seed.provisional and not (off and off.estimated)


initial = Calendar()


def evolve(calendar: Calendar, recorded: Recorded[Any]) -> Calendar:
    """Take in one more fact."""
    version = calendar.version + 1
    fact: Fact = recorded.fact
    match fact:
        case YearSeeded(year=year, days=days):
            before = {day: off for day, off in calendar.seeded.items() if day.year == year}
            after = {day.on: day for day in days}
            changed = {d for d in {**before, **after} if before.get(d) != after.get(d)}
            others = {day: off for day, off in calendar.seeded.items() if day.year != year}
            return replace(
                calendar,
                version=version,
                seeded=others | after,
                seeds={**calendar.seeds, year: fact},
                touched={**calendar.touched, **dict.fromkeys(changed, version)},
            )
        case DayDeclaredOff(on=on, name=name, kind=kind, decree=decree):
            off: DayOff | None = DayOff(on=on, name=name, kind=kind)
        case DayDeclaredWorking(on=on, decree=decree):
            off = None
        case _:
            assert_never(fact)
    return replace(
        calendar,
        version=version,
        decreed={**calendar.decreed, on: off},
        decrees={**calendar.decrees, on: decree},
        touched={**calendar.touched, on: version},
    )


def changed_since(calendar: Calendar, version: int) -> tuple[date, ...]:
    """The days that became free or working, or certain, after *version*."""
    return tuple(sorted(day for day, at in calendar.touched.items() if at > version))


# What may be done

CHANGE_NEEDS_A_DECREE = Rule(
    "calendar-change-needs-a-decree",
    "Perubahan hari kerja harus menyebut nomor keputusan yang menetapkannya.",
    cite("uu-14-2008", "7", "2"),
    field="decree",
)
DAY_OFF_NEEDS_A_NAME = Rule(
    "day-off-needs-a-name",
    "Hari libur harus disebut namanya.",
    cite("uu-14-2008", "7", "2"),
    field="name",
)


def seed_year(
    calendar: Calendar,
    *,
    year: int,
    days: Sequence[DayOff],
    source: str,
    digest: str,
    provisional: bool,
) -> list[Fact]:
    """Take over a year; the same seed again changes nothing."""
    assert all(day.on.year == year for day in days), "a seed speaks of its own year only"
    seed = YearSeeded(
        year=year, days=tuple(days), source=source, digest=digest, provisional=provisional
    )
    known = calendar.seeds.get(year)
    if known and (known.digest, known.provisional) == (digest, provisional):
        return []
    return [seed]


def declare_off(calendar: Calendar, *, on: date, name: str, kind: Kind, decree: str) -> list[Fact]:
    """Make a day free in the name of a decree."""
    name, decree = name.strip(), decree.strip()
    known = calendar.decreed.get(on)
    if known == DayOff(on=on, name=name, kind=kind) and calendar.decrees[on] == decree:
        return []
    uphold(_undecreed(decree, name))
    return [DayDeclaredOff(on=on, name=name, kind=kind, decree=decree)]


def declare_working(calendar: Calendar, *, on: date, decree: str) -> list[Fact]:
    """Make a day a working day in the name of a decree, even a Saturday."""
    decree = decree.strip()
    if on in calendar.decreed and calendar.decreed[on] is None and calendar.decrees[on] == decree:
        return []
    uphold(_undecreed(decree))
    return [DayDeclaredWorking(on=on, decree=decree)]


def _undecreed(decree: str, name: str = "-") -> Iterator[Rule]:
    if not decree:
        yield CHANGE_NEEDS_A_DECREE
    if not name:
        yield DAY_OFF_NEEDS_A_NAME


# The body's own week


class Week(StrEnum):
    FIVE = "five"  # lima hari kerja, Monday to Friday
    SIX = "six"  # enam hari kerja, Monday to Saturday

    @property
    def rest(self) -> Mapping[int, str]:
        return {5: "Sabtu", 6: "Minggu"} if self is Week.FIVE else {6: "Minggu"}

    @property
    def words(self) -> str:
        return "lima hari kerja" if self is Week.FIVE else "enam hari kerja"


REST_DAYS = frozenset({"Sabtu", "Minggu"})


@dataclass(frozen=True, slots=True)
class Schedule:
    """Which days a body works: the calendar of all, and the ways of its own."""

    calendar: Calendar
    week: Week = Week.FIVE
    joint_leave_off: bool = True  # False: cuti bersama counts as working, as a commission may hold

    def why_not(self, day: date) -> str:
        """Why *day* is no working day, in the officer's words; empty where it is one.

        A feast on a day of rest is called by the day of rest: it costs no working day.
        """
        if self.calendar.decreed.get(day, self) is None:
            return ""
        if rest := self.week.rest.get(day.weekday()):
            return rest
        off = self.calendar.off(day)
        if off is None or (off.kind is Kind.JOINT_LEAVE and not self.joint_leave_off):
            return ""
        return off.name

    def is_working(self, day: date) -> bool:
        return not self.why_not(day)


# Counting


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    on: date
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A date and how it came about; facts store it, so history keeps its first answer."""

    due: date
    rule: str  # code of the duty, e.g. "review-notice"
    basis: str  # the article that sets it
    start: date
    number: int
    unit: Unit
    calendar_version: int = 0  # 0: counted without a calendar
    skipped: tuple[Skipped, ...] = ()
    provisional: bool = False  # sementara: a day counted over may still move
    week: Week = Week.FIVE
    joint_leave_off: bool = True

    @property
    def is_before(self) -> bool:
        return self.due < self.start

    def explain(self) -> str:
        """How this date was counted, as an officer would tell a panel."""
        side = "sebelum" if self.is_before else "setelah"
        unit = "hari kerja" if self.unit is Unit.WORKING_DAYS else "hari kalender"
        sentences = [
            f"{spelled(self.due)} adalah {unit} ke-{self.number} {side} {spelled(self.start)} "
            f"({self.basis}); {spelled(self.start)} tidak ikut dihitung"
        ]
        if self.unit is Unit.WORKING_DAYS:
            sentences += list(self._counted())
        if self.provisional:
            sentences.append(
                "Sementara: hitungan ini melewati hari libur atau tahun yang belum pasti"
            )
        return ". ".join(sentences) + "."

    def _counted(self) -> Iterator[str]:
        rest = Counter(day.why for day in self.skipped if day.why in REST_DAYS)
        passed = [f"{count} hari {why}" for why, count in sorted(rest.items(), reverse=True)]
        passed += [f"{spelled(d.on)} ({d.why})" for d in self.skipped if d.why not in REST_DAYS]
        yield "Dilewati: " + ("; ".join(passed) if passed else "tidak ada")
        leave = "libur" if self.joint_leave_off else "hari kerja"
        yield (
            f"Dihitung dengan kalender versi {self.calendar_version}, {self.week.words}, "
            f"cuti bersama sebagai {leave}"
        )


def working_days_after(
    schedule: Schedule, day: date, number: int, *, rule: str, basis: str
) -> Deadline:
    """The *number*-th working day after *day*; *day* itself is not counted.

    The first day counted is the next working day, so the result is always a working day.
    """
    return _count(schedule, day, number, 1, rule, basis)


def working_days_before(
    schedule: Schedule, day: date, number: int, *, rule: str, basis: str
) -> Deadline:
    """The *number*-th working day before *day*; *day* itself is not counted.

    From the result up to the eve of *day* there are exactly *number* working days.
    """
    return _count(schedule, day, number, -1, rule, basis)


def days_after(day: date, number: int, *, rule: str, basis: str) -> Deadline:
    """The *number*-th calendar day after *day*: *hari* are not *hari kerja*.

    Not moved when it falls on a day off: the law that says *hari* does not say so.
    """
    return Deadline(
        due=day + timedelta(days=_counted_from_one(number)),
        rule=rule,
        basis=basis,
        start=day,
        number=number,
        unit=Unit.DAYS,
    )


def working_days_between(schedule: Schedule, first: date, last: date) -> int:
    """How many working days lie after *first*, up to and including *last*; negative backwards.

    The inverse of `working_days_after`.
    """
    if last < first:
        return -working_days_between(schedule, last, first)
    span = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return sum(map(schedule.is_working, span))


def recompute(schedule: Schedule, deadline: Deadline) -> Deadline | None:
    """The same count by what is known now, or None where the date stands.

    Both results are kept by whoever records the second; neither is overwritten.
    """
    if deadline.unit is not Unit.WORKING_DAYS:
        return None
    direction = -1 if deadline.is_before else 1
    again = _count(
        schedule, deadline.start, deadline.number, direction, deadline.rule, deadline.basis
    )
    return None if again.due == deadline.due else again


def _count(
    schedule: Schedule, start: date, number: int, direction: int, rule: str, basis: str
) -> Deadline:
    day, left, certain = start, _counted_from_one(number), True
    skipped: list[Skipped] = []
    while left:
        day += timedelta(days=direction)
        certain = certain and schedule.calendar.is_certain(day)
        if why := schedule.why_not(day):
            skipped.append(Skipped(on=day, why=why))
        else:
            left -= 1
    return Deadline(
        due=day,
        rule=rule,
        basis=basis,
        start=start,
        number=number,
        unit=Unit.WORKING_DAYS,
        calendar_version=schedule.calendar.version,
        skipped=tuple(sorted(skipped, key=lambda passed: passed.on)),
        provisional=not certain,
        week=schedule.week,
        joint_leave_off=schedule.joint_leave_off,
    )


def _counted_from_one(number: int) -> int:
    if number < 1:
        raise ValueError("a deadline lies at least one day away")
    return number


# Where the day begins

ZONE_NAMES: Mapping[str, str] = {
    "Asia/Pontianak": "WIB",
    "Asia/Jakarta": "WIB",
    "Asia/Makassar": "WITA",
    "Asia/Jayapura": "WIT",
}


@lru_cache(maxsize=len(ZONE_NAMES))
def _zone(name: str) -> ZoneInfo:
    if name not in ZONE_NAMES:
        raise ValueError(f"{name!r} is no time zone of Indonesia; one of {', '.join(ZONE_NAMES)}")
    return ZoneInfo(name)


def local_date(at: datetime, zone: str) -> date:
    """Which day it is in *zone* at that moment."""
    assert at.tzinfo is not None, "a moment without a zone is no moment"
    return at.astimezone(_zone(zone)).date()


def midnight(day: date, zone: str) -> datetime:
    """The moment, in UTC, at which *day* begins in *zone*: an item is open from here."""
    return datetime.combine(day, time.min, _zone(zone)).astimezone(UTC)


# fmt: off
MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)
# fmt: on


def spelled(day: date) -> str:
    """The date as a decree writes it: 2 Maret 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
