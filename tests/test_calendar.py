"""Which days count, and how a deadline says so."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from adapters import seed_calendar
from domain import calendar
from domain.calendar import (
    Calendar,
    DayDeclaredOff,
    DayDeclaredWorking,
    Deadline,
    Kind,
    Schedule,
    Week,
    YearSeeded,
    days_after,
    local_date,
    midnight,
    recompute,
    working_days_after,
    working_days_before,
    working_days_between,
)
from domain.history import fold
from domain.period import Unit
from tests.spec import recorded, spec_of

given = spec_of(calendar)

SKB = "SKB 1497/2025, 2/2025, 5/2025"
NOTICE: dict[str, Any] = {"rule": "review-notice", "basis": "Pasal 11 ayat (2) PP 61/2010"}
ANSWER: dict[str, Any] = {"rule": "answer", "basis": "Pasal 22 ayat (7) UU 14/2008"}


def known(*facts: Any) -> Calendar:
    return fold(calendar, [recorded(fact, version=v) for v, fact in enumerate(facts, 1)])


@cache
def seeded(*more: Any) -> Calendar:
    return known(*seed_calendar.seed(), *more)


def of_2026(days: str) -> set[date]:
    return {date(2026, int(month), int(day)) for day, month in re.findall(r"(\d+)/(\d+)", days)}


# The joint decree of 2026, date by date


def test_the_seed_of_2026_is_the_joint_decree() -> None:
    days = seeded().days(2026)

    assert {d.on for d in days if d.kind is Kind.PUBLIC} == of_2026(
        "1/1 16/1 17/2 19/3 21/3 22/3 3/4 5/4 1/5 14/5 27/5 31/5 1/6 16/6 17/8 25/8 25/12"
    )
    assert {d.on for d in days if d.kind is Kind.JOINT_LEAVE} == of_2026(
        "16/2 18/3 20/3 23/3 24/3 15/5 28/5 24/12"
    )
    assert len(days) == 25
    assert not seeded().seeds[2026].provisional


def test_an_election_day_is_called_one() -> None:
    assert {d.on: d.kind for d in seeded().days(2024)}[date(2024, 11, 27)] is Kind.ELECTION


def test_years_not_compared_with_a_decree_are_provisional() -> None:
    provisional = {year for year, seed in seeded().seeds.items() if seed.provisional}

    assert provisional == set(range(2027, 2061))
    assert {d.estimated for d in seeded().days(2027) if "Idul Fitri" in d.name} == {True, False}
    assert all("perkiraan" not in d.name for d in seeded().days(2027))


def test_a_year_seeded_once_is_left_alone_by_a_newer_library() -> None:
    assert seed_calendar.seed_missing(seeded()) == []
    assert seed_calendar.compare(seeded(), 2026) == {}


def test_what_a_decree_moved_shows_up_when_compared_with_the_library() -> None:
    moved = seeded(DayDeclaredWorking(on=date(2026, 2, 16), decree="SKB perubahan"))

    assert seed_calendar.compare(moved, 2026) == {
        date(2026, 2, 16): ("", "Cuti Bersama Tahun Baru Imlek")
    }


# Decisions


def test_the_same_seed_twice_is_one_seed() -> None:
    (seed,) = seed_calendar.seed([2026])
    again = partial(
        calendar.seed_year,
        year=2026,
        days=seed.days,
        source="elsewhere",
        digest=seed.digest,
        provisional=False,
    )

    given(seed).when(again).then_nothing()


def test_a_day_is_free_by_decree_only() -> None:
    day: dict[str, Any] = {
        "on": date(2026, 9, 9),
        "name": "Hari Jadi Provinsi",
        "kind": Kind.REGIONAL,
    }

    given().when(calendar.declare_off, **day, decree="SK 100/2026").then(
        DayDeclaredOff(**day, decree="SK 100/2026")
    )
    given().when(calendar.declare_off, **day, decree=" ").then_refused(
        calendar.CHANGE_NEEDS_A_DECREE
    )
    given().when(calendar.declare_off, **{**day, "name": ""}, decree="").then_refused(
        calendar.CHANGE_NEEDS_A_DECREE, calendar.DAY_OFF_NEEDS_A_NAME
    )
    given(DayDeclaredOff(**day, decree="SK 100/2026")).when(
        calendar.declare_off, **day, decree="SK 100/2026"
    ).then_nothing()


def test_a_free_day_is_taken_back_by_decree_only() -> None:
    leave = date(2026, 5, 15)

    given().when(calendar.declare_working, on=leave, decree="").then_refused(
        calendar.CHANGE_NEEDS_A_DECREE
    )
    taken_back = seeded(DayDeclaredWorking(on=leave, decree="SKB perubahan"))
    assert not Schedule(seeded()).is_working(leave)
    assert Schedule(taken_back).is_working(leave)


def test_a_decree_outlives_a_later_seed() -> None:
    (seed,) = seed_calendar.seed([2026])
    decreed = DayDeclaredWorking(on=date(2026, 2, 16), decree="SKB perubahan")

    assert Schedule(known(decreed, seed)).is_working(date(2026, 2, 16))


def test_a_new_seed_replaces_the_days_of_its_year_and_says_which() -> None:
    first, *_ = seed_calendar.seed([2027])
    fewer = YearSeeded(
        year=2027, days=first.days[1:], source="SKB 2027", digest="other", provisional=False
    )
    after = known(first, fewer)

    assert calendar.changed_since(after, 1) == (date(2027, 1, 1),)
    assert after.off(date(2027, 1, 1)) is None


# Which days count


@pytest.mark.parametrize(
    ("day", "schedule", "why"),
    [
        (date(2026, 3, 2), Schedule(seeded()), ""),
        (date(2026, 3, 7), Schedule(seeded()), "Sabtu"),
        (date(2026, 3, 7), Schedule(seeded(), Week.SIX), ""),
        (date(2026, 3, 8), Schedule(seeded(), Week.SIX), "Minggu"),
        (date(2026, 3, 19), Schedule(seeded()), "Hari Suci Nyepi"),
        (date(2026, 3, 20), Schedule(seeded()), "Cuti Bersama Hari Raya Idul Fitri"),
        (date(2026, 3, 20), Schedule(seeded(), joint_leave_off=False), ""),
        (date(2026, 3, 21), Schedule(seeded()), "Sabtu"),
        (date(2026, 3, 21), Schedule(seeded(), Week.SIX), "Hari Raya Idul Fitri"),
    ],
)
def test_a_day_counts_or_says_why_not(day: date, schedule: Schedule, why: str) -> None:
    assert schedule.why_not(day) == why
    assert schedule.is_working(day) is (why == "")


# Counting


@pytest.mark.parametrize(
    ("received", "number", "due"),
    [
        (date(2026, 3, 2), 10, date(2026, 3, 16)),  # Monday to Monday, two weekends
        (date(2026, 3, 9), 10, date(2026, 3, 30)),  # over Nyepi, Idul Fitri and its leave
        (date(2026, 3, 6), 1, date(2026, 3, 9)),  # a Friday's next working day
        (date(2026, 3, 21), 1, date(2026, 3, 25)),  # received on a feast
        (date(2025, 12, 31), 7, date(2026, 1, 12)),  # over the new year
    ],
)
def test_ten_working_days_over_feasts(received: date, number: int, due: date) -> None:
    assert working_days_after(Schedule(seeded()), received, number, **ANSWER).due == due


@pytest.mark.parametrize(
    ("end", "schedule", "due"),
    [
        (date(2026, 4, 30), Schedule(seeded()), date(2026, 3, 11)),
        (date(2026, 4, 30), Schedule(seeded(), joint_leave_off=False), date(2026, 3, 17)),
        (date(2026, 4, 30), Schedule(seeded(), Week.SIX), date(2026, 3, 25)),
        (date(2026, 5, 2), Schedule(seeded()), date(2026, 3, 12)),  # the end is a Saturday
    ],
)
def test_the_notice_lies_thirty_working_days_ahead(
    end: date, schedule: Schedule, due: date
) -> None:
    assert working_days_before(schedule, end, 30, **NOTICE).due == due


def test_cassation_is_fourteen_days_not_working_days() -> None:
    cassation = days_after(date(2026, 3, 9), 14, rule="cassation", basis="Pasal 50 UU 14/2008")

    assert cassation.due == date(2026, 3, 23)  # a day of joint leave, and still the day
    assert cassation.unit is Unit.DAYS
    assert "hari kalender ke-14" in cassation.explain()


def test_a_deadline_explains_itself() -> None:
    deadline = working_days_after(Schedule(seeded()), date(2026, 3, 9), 10, **ANSWER)

    assert deadline.explain() == (
        "30 Maret 2026 adalah hari kerja ke-10 setelah 9 Maret 2026 (Pasal 22 ayat (7) UU 14/2008);"
        " 9 Maret 2026 tidak ikut dihitung. Dilewati: 3 hari Sabtu; 3 hari Minggu;"
        " 18 Maret 2026 (Cuti Bersama Hari Suci Nyepi); 19 Maret 2026 (Hari Suci Nyepi);"
        " 20 Maret 2026 (Cuti Bersama Hari Raya Idul Fitri);"
        " 23 Maret 2026 (Cuti Bersama Hari Raya Idul Fitri);"
        " 24 Maret 2026 (Cuti Bersama Hari Raya Idul Fitri). Dihitung dengan kalender versi 46,"
        " lima hari kerja, cuti bersama sebagai libur."
    )


@pytest.mark.parametrize(
    ("start", "provisional"),
    [
        (date(2026, 3, 2), False),
        (date(2026, 12, 20), True),  # runs into 2027, which no decree settles yet
        (date(2014, 6, 2), True),  # a year nobody seeded
        (date(2061, 6, 1), True),
    ],
)
def test_a_deadline_over_uncertain_days_is_provisional(start: date, provisional: bool) -> None:
    deadline = working_days_after(Schedule(seeded()), start, 10, **ANSWER)

    assert deadline.provisional is provisional
    assert ("Sementara" in deadline.explain()) is provisional


def test_one_uncertain_day_on_the_way_is_enough() -> None:
    notice = working_days_before(Schedule(seeded()), date(2027, 1, 13), 20, **NOTICE)

    assert notice.due.year == 2026
    assert notice.provisional


@pytest.mark.parametrize("number", [0, -3])
def test_a_deadline_lies_at_least_a_day_away(number: int) -> None:
    with pytest.raises(ValueError, match="at least one day"):
        working_days_after(Schedule(seeded()), date(2026, 3, 2), number, **ANSWER)


# When the calendar changes


def test_a_decree_moves_a_deadline_and_both_results_are_kept() -> None:
    before = working_days_after(Schedule(seeded()), date(2026, 3, 2), 10, **ANSWER)
    amended = seeded(
        DayDeclaredOff(on=date(2026, 3, 10), name="Hari Pilkada", kind=Kind.ELECTION, decree=SKB)
    )

    after = recompute(Schedule(amended), before)

    assert after is not None
    assert (before.due, after.due) == (date(2026, 3, 16), date(2026, 3, 17))
    assert (before.calendar_version, after.calendar_version) == (46, 47)
    assert calendar.changed_since(amended, before.calendar_version) == (date(2026, 3, 10),)


def test_a_decree_elsewhere_leaves_a_deadline_alone() -> None:
    before = working_days_before(Schedule(seeded()), date(2026, 9, 30), 30, **NOTICE)
    amended = seeded(
        DayDeclaredOff(on=date(2026, 3, 10), name="Hari Pilkada", kind=Kind.ELECTION, decree=SKB)
    )

    assert recompute(Schedule(amended), before) is None


def test_calendar_days_are_never_recomputed() -> None:
    assert recompute(Schedule(seeded()), days_after(date(2026, 3, 2), 14, **ANSWER)) is None


# What holds for every day

DAYS = st.dates(date(2014, 1, 1), date(2061, 12, 31))
SCHEDULES = st.builds(
    Schedule, st.just(seeded()), st.sampled_from(Week), joint_leave_off=st.booleans()
)


def within(deadline: Deadline) -> list[date]:
    """The days counted over, the deadline's own included, its start not."""
    step = timedelta(days=-1 if deadline.is_before else 1)
    days = [deadline.start]
    while days[-1] != deadline.due:
        days.append(days[-1] + step)
    return days[1:]


@settings(max_examples=60, deadline=None)
@for_all(SCHEDULES, DAYS, st.integers(1, 100), st.booleans())
def test_every_day_is_counted_or_skipped(
    schedule: Schedule, start: date, number: int, backwards: bool
) -> None:
    count = working_days_before if backwards else working_days_after
    deadline = count(schedule, start, number, **ANSWER)

    days = within(deadline)
    working = [day for day in days if schedule.is_working(day)]
    assert len(working) == number
    assert working[-1] == deadline.due
    assert {s.on for s in deadline.skipped} == set(days) - set(working)
    assert all(a.on < b.on for a, b in pairwise(deadline.skipped))
    assert recompute(schedule, deadline) is None


@settings(max_examples=40, deadline=None)
@for_all(SCHEDULES, DAYS, st.integers(1, 60))
def test_between_undoes_after(schedule: Schedule, start: date, number: int) -> None:
    due = working_days_after(schedule, start, number, **ANSWER).due

    assert working_days_between(schedule, start, due) == number
    assert working_days_between(schedule, due, start) == -number


# Where the day begins


@pytest.mark.parametrize(
    ("zone", "last_moment_of_the_day_before"),
    [
        ("Asia/Pontianak", datetime(2026, 3, 2, 16, 59, 59, tzinfo=UTC)),
        ("Asia/Jakarta", datetime(2026, 3, 2, 16, 59, 59, tzinfo=UTC)),
        ("Asia/Makassar", datetime(2026, 3, 2, 15, 59, 59, tzinfo=UTC)),
        ("Asia/Jayapura", datetime(2026, 3, 2, 14, 59, 59, tzinfo=UTC)),
    ],
)
def test_midnight_comes_to_each_zone_in_its_time(
    zone: str, last_moment_of_the_day_before: datetime
) -> None:
    a_second_later = last_moment_of_the_day_before + timedelta(seconds=1)

    assert local_date(last_moment_of_the_day_before, zone) == date(2026, 3, 2)
    assert local_date(a_second_later, zone) == date(2026, 3, 3)
    assert midnight(date(2026, 3, 3), zone) == a_second_later


def test_only_zones_of_indonesia_are_known() -> None:
    with pytest.raises(ValueError, match="no time zone of Indonesia"):
        local_date(datetime(2026, 3, 2, tzinfo=UTC), "Europe/Berlin")
