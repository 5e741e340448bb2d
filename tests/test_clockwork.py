"""What time brings about: whom it calls, what it opens, and that it does so once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

import pytest
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.triggers.cron import CronTrigger

from adapters.database import Database
from adapters.leader import Leadership
from adapters.registers import Register, open_register
from domain import calendar, item
from domain.body import Established
from domain.calendar import Kind, Week, midnight
from domain.history import SYSTEM, Recorded, Stamp
from domain.item import Call, Opening, Status, notice_before
from scheduler.clockwork import tick
from scheduler.service import BETWEEN_SNAPSHOTS, HEARTBEAT_SECONDS, Clock, scheduled
from tests.conftest import REGISTER
from tests.voices import AS_NEEDED, PROPOSED, TEST, TESTED, UNTIL_VERDICT, determined

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
ADMIN = Stamp(at=AT, on=TODAY, by="pengelola", as_role="admin")


def opened(database: Database, code: str = REGISTER, zone: str = "Asia/Pontianak") -> Register:
    return open_register(
        database,
        Established(
            code=code,
            name=f"Badan {code}",
            seat="Palangka Raya",
            zone=zone,
            zone_name="WIB",
            week=Week.FIVE,
        ),
        stamp=ADMIN,
    )


@pytest.fixture
def register(database: Database) -> Register:
    return opened(database)


def exempt(register: Register, *, ends_on: date | None = None, **more: Any) -> UUID:
    """An item closed by a decree since 5 March 2026."""
    item_id = uuid4()
    notice = notice_before(ends_on, register.schedule)
    fact = determined(ends_on=ends_on.isoformat() if ends_on else None, notice=notice, **more)
    history = [PROPOSED[0], TESTED[0], fact]
    under = replace(ADMIN, on=date(2026, 3, 5))
    register.ledger.amend(item, item_id, lambda _: history, under, expect=0)
    return item_id


def awaiting(register: Register) -> UUID:
    """An item closed since 5 March 2026 until an event that nobody has recorded."""
    item_id = uuid4()
    test = replace(TEST, period=UNTIL_VERDICT)
    fact = determined(test, ends_on=None, review_on=date(2027, 3, 1))
    under = replace(ADMIN, on=date(2026, 3, 5))
    register.ledger.amend(item, item_id, lambda _: [PROPOSED[0], fact], under, expect=0)
    return item_id


def said(facts: Sequence[Recorded[Any]]) -> list[tuple[str, date]]:
    return [(type(recorded.fact).__name__, recorded.on) for recorded in facts]


def status(register: Register, item_id: UUID) -> Status:
    return register.ledger.recall(item, item_id).state.status


def test_a_period_that_has_ended_opens_the_item_on_the_day_after(register: Register) -> None:
    ended = exempt(register, ends_on=date(2026, 11, 12))

    [opening] = tick(register, on=TODAY, at=AT)

    assert opening.fact == item.Declassified(why=Opening.BY_LAW, duty_missed=True)
    assert (opening.originator_id, opening.on) == (ended, date(2026, 11, 13))
    assert (opening.at, opening.by) == (AT, SYSTEM)


def test_the_last_day_of_a_period_is_still_closed(register: Register) -> None:
    exempt(register, ends_on=TODAY)

    assert "Declassified" not in [name for name, _ in said(tick(register, on=TODAY, at=AT))]


def test_officers_are_called_thirty_working_days_ahead_and_not_a_day_sooner(
    register: Register,
) -> None:
    end = date(2027, 1, 29)
    exempt(register, ends_on=end)
    notice = notice_before(end, register.schedule)
    assert notice

    assert tick(register, on=notice.due - timedelta(days=1), at=AT) == []
    [call] = tick(register, on=notice.due, at=AT)
    assert call.fact == item.ReviewRaised(why=Call.END, due=end)


def test_days_on_which_the_machine_was_off_are_caught_up_under_their_own_dates(
    register: Register,
) -> None:
    late, early = date(2026, 12, 18), date(2026, 11, 2)
    exempt(register, ends_on=late)
    exempt(register, ends_on=early)
    notice = notice_before(late, register.schedule)
    assert notice

    facts = tick(register, on=TODAY, at=AT)

    assert said(facts) == [
        ("Declassified", early + timedelta(days=1)),
        ("ReviewRaised", notice.due),
    ]
    assert {recorded.at for recorded in facts} == {AT}


def test_nobody_is_called_about_what_is_open_already(register: Register) -> None:
    exempt(register, ends_on=date(2026, 4, 1))

    assert [name for name, _ in said(tick(register, on=TODAY, at=AT))] == ["Declassified"]


def test_no_call_is_older_than_the_decree_it_follows_from(register: Register) -> None:
    """A period shorter than 30 working days begins within its last days."""
    exempt(register, ends_on=date(2026, 4, 1))

    [call] = tick(register, on=date(2026, 3, 20), at=AT)

    assert said([call]) == [("ReviewRaised", date(2026, 3, 5))]


def test_running_twice_records_nothing_more(register: Register) -> None:
    exempt(register, ends_on=date(2026, 11, 12))
    exempt(register, ends_on=date(2026, 12, 18))
    exempt(register, test=replace(TEST, period=AS_NEEDED), review_on=date(2026, 10, 1))
    awaiting(register)

    assert len(tick(register, on=TODAY, at=AT)) == 4
    assert tick(register, on=TODAY, at=AT) == []


def test_what_has_no_end_is_put_before_the_officer_on_its_review_date(register: Register) -> None:
    exempt(register, test=replace(TEST, period=AS_NEEDED), review_on=date(2026, 10, 1))

    [call] = tick(register, on=TODAY, at=AT)

    assert call.fact == item.ReviewRaised(why=Call.REVIEW, due=date(2026, 10, 1))
    assert call.on == date(2026, 10, 1)


def test_an_owner_is_asked_about_an_awaited_event_every_six_months(register: Register) -> None:
    awaiting(register)

    [asked] = tick(register, on=TODAY, at=AT)
    assert asked.fact == item.ReviewRaised(why=Call.EVENT, due=date(2026, 9, 5))
    assert asked.on == TODAY
    assert tick(register, on=date(2027, 2, 28), at=AT) == []
    again = tick(register, on=date(2027, 5, 20), at=AT)
    assert Call.EVENT in [recorded.fact.why for recorded in again]


def test_a_day_declared_off_moves_the_notice_and_both_answers_are_kept(register: Register) -> None:
    end = date(2027, 2, 26)
    item_id = exempt(register, ends_on=end)
    before = notice_before(end, register.schedule)
    register.views.catch_up()
    register.ledger.amend(
        calendar,
        calendar.ID,
        lambda known: calendar.declare_off(
            known,
            on=date(2027, 2, 3),
            name="Hari Jadi",
            kind=Kind.REGIONAL,
            decree="DEMO/1",
        ),
        ADMIN,
    )

    [moved] = tick(register, on=TODAY, at=AT)

    after = notice_before(end, register.schedule)
    assert before
    assert after
    assert moved.fact == item.NoticeRecomputed(notice=after, was=before)
    assert after.due < before.due
    assert register.ledger.recall(item, item_id).state.notice == after
    assert tick(register, on=TODAY, at=AT) == []


def test_a_list_that_lags_behind_opens_nothing_twice(register: Register) -> None:
    """The due rows are read once the read models have caught up; and the item decides."""
    item_id = exempt(register, ends_on=date(2026, 11, 12))
    register.views.catch_up()
    register.ledger.amend(
        item,
        item_id,
        lambda _: [item.Declassified(why=Opening.RULING, evidence="DEMO/KI/1")],
        ADMIN,
    )

    assert tick(register, on=TODAY, at=AT) == []


def test_two_clocks_at_once_open_each_item_once(register: Register) -> None:
    items = [exempt(register, ends_on=date(2026, 11, 2)) for _ in range(10)]
    clocks = [Thread(target=tick, args=(register,), kwargs={"on": TODAY, "at": AT}) for _ in "ab"]

    for clock in clocks:
        clock.start()
    for clock in clocks:
        clock.join()

    for item_id in items:
        openings = [
            recorded
            for recorded in register.ledger.history(item_id)
            if isinstance(recorded.fact, item.Declassified)
        ]
        assert len(openings) == 1


class _Unplugged(Exception):
    """The machine went off."""


def test_a_run_broken_off_anywhere_is_finished_by_the_next(register: Register) -> None:
    items = [exempt(register, ends_on=date(2026, 11, 2)) for _ in range(5)]

    for survives in range(5):
        with pytest.raises(_Unplugged):
            tick(_unplugged(register, after=1), on=TODAY, at=AT)
        done = [item_id for item_id in items if status(register, item_id) is Status.OPEN]
        assert len(done) == survives + 1
    assert tick(register, on=TODAY, at=AT) == []


def _unplugged(register: Register, *, after: int) -> Any:
    """The same register on a machine that goes off after so many recordings."""
    left = after

    class Ledger:
        def __getattr__(self, name: str) -> Any:
            return getattr(register.ledger, name)

        def amend(self, *args: Any, **kwargs: Any) -> Any:
            nonlocal left
            receipt = register.ledger.amend(*args, **kwargs)
            if receipt.position:
                left -= 1
            if left == 0:
                raise _Unplugged
            return receipt

    class Machine:
        code, ledger, views = register.code, Ledger(), register.views

    return Machine()


def test_bali_opens_an_hour_before_central_kalimantan(database: Database) -> None:
    bali = opened(database, "bali", "Asia/Makassar")
    kalteng = opened(database, "kalteng", "Asia/Pontianak")
    items = {r.code: exempt(r, ends_on=date(2026, 11, 20)) for r in (bali, kalteng)}
    moment = midnight(date(2026, 11, 21), "Asia/Makassar")

    for at, open_by_then in (
        (moment - timedelta(seconds=1), set()),
        (moment, {"bali"}),
        (moment + timedelta(minutes=59), {"bali"}),
        (moment + timedelta(hours=1), {"bali", "kalteng"}),
    ):
        for register in (bali, kalteng):
            tick(register, on=register.today(at), at=at)
        statuses = {r.code: status(r, items[r.code]) for r in (bali, kalteng)}
        assert {code for code in statuses if statuses[code] is Status.OPEN} == open_by_then


# The bell


class Watch:
    """A clock on the wall, and somebody who writes down what was reported."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.reports: list[tuple[str, int, str]] = []

    def now(self) -> datetime:
        return self.at

    def report(self, code: str, facts: Sequence[Recorded[Any]], error: Exception | None) -> None:
        self.reports.append((code, len(facts), type(error).__name__ if error else ""))


def rung(database: Database, registers: Callable[[], Any], watch: Watch) -> Iterator[Clock]:
    clock = Clock(
        registers, lambda code: Leadership(database, code, "clockwork"), watch.now, watch.report
    )
    yield clock
    clock.close()


@pytest.fixture
def watch() -> Watch:
    return Watch(AT)


@pytest.fixture
def clock(database: Database, register: Register, watch: Watch) -> Iterator[Clock]:
    yield from rung(database, lambda: [register], watch)


def test_a_bell_that_rings_often_performs_each_day_once(
    clock: Clock, register: Register, watch: Watch
) -> None:
    exempt(register, ends_on=TODAY)

    for minutes in range(0, 48 * 60, 30):
        watch.at = AT + timedelta(minutes=minutes)
        clock.ring()

    # One report for each local day met, 20, 21 and 22 November; and that the item now stands
    # on the public list, open.
    assert [facts for _, facts, _ in watch.reports] == [1, 1, 1, 0]


def test_only_one_process_leads_and_another_takes_over(
    database: Database, register: Register, watch: Watch
) -> None:
    first, second = _clock(database, register, watch), _clock(database, register, watch)
    exempt(register, ends_on=date(2026, 11, 12))

    first.ring()
    second.ring()
    assert [facts for _, facts, _ in watch.reports] == [1, 1]  # what opened, and the list
    first.close()
    second.ring()
    second.close()

    assert [facts for _, facts, _ in watch.reports] == [1, 1, 0]


def _clock(database: Database, register: Register, watch: Watch) -> Clock:
    return Clock(
        lambda: [register],
        lambda code: Leadership(database, code, "clockwork"),
        watch.now,
        watch.report,
    )


def test_leading_is_noticed_to_be_lost_with_the_connection(
    database: Database, register: Register
) -> None:
    mine = Leadership(database, REGISTER, "clockwork")
    other = Leadership(database, REGISTER, "clockwork")
    assert (mine.held(), other.held()) == (True, False)

    with database.connect() as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks"
            " WHERE locktype = 'advisory' AND classid = 5"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        while other.held() is False:
            pass

    assert mine.held() is False
    other.resign()
    assert mine.held() is True
    mine.resign()


def test_one_bodys_trouble_does_not_keep_another_waiting(
    database: Database, register: Register, watch: Watch
) -> None:
    broken = opened(database, "rusak")
    with database.connect("rusak") as connection:
        connection.execute("DROP TABLE due")
    exempt(register, ends_on=date(2026, 11, 12))

    for clock in rung(database, lambda: [broken, register], watch):
        clock.ring()

    assert [report[:2] for report in watch.reports] == [
        ("rusak", 0),
        (REGISTER, 1),
        (REGISTER, 1),
    ]
    assert watch.reports[0][2]


def upload(register: Register, item_id: UUID) -> None:
    channel = item.Channel(kind=item.OUR_PAGE, address="/publik", on=TODAY)
    fact = item.Uploaded(channels=(channel,))
    register.ledger.amend(item, item_id, lambda _: [fact], ADMIN)


def snapshots(register: Register) -> list[int]:
    return [one["rows"] for one in reversed(register.publications.page())]


def test_what_was_published_is_on_record_within_minutes_and_many_uploads_make_one(
    clock: Clock, register: Register, watch: Watch
) -> None:
    items = [exempt(register, ends_on=date(2027, 6, 1)) for _ in range(4)]
    clock.ring()
    assert snapshots(register) == []

    for seconds, item_id in zip((30, 60, 120, 240), items, strict=True):
        upload(register, item_id)
        watch.at = AT + timedelta(seconds=seconds)
        clock.ring()
    assert snapshots(register) == [1]
    watch.at = AT + timedelta(seconds=30) + BETWEEN_SNAPSHOTS
    clock.ring()
    clock.ring()
    assert snapshots(register) == [1, 4]


def test_a_list_that_opens_at_midnight_is_on_record_at_once(
    clock: Clock, register: Register, watch: Watch
) -> None:
    upload(register, exempt(register, ends_on=TODAY))
    watch.at = midnight(date(2026, 11, 21), register.body.zone) - timedelta(seconds=1)
    clock.ring()
    watch.at += timedelta(seconds=2)
    clock.ring()

    assert snapshots(register) == [1, 1]
    [row] = register.publications.all_rows(2)
    assert b'"keadaan":"terbuka"' in row


def test_trouble_with_the_list_keeps_no_duty_from_being_done(
    clock: Clock, register: Register, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    item_id = exempt(register, ends_on=date(2026, 11, 12))
    monkeypatch.setattr(register.publications, "take", _break)

    clock.ring()

    assert status(register, item_id) is Status.OPEN
    assert watch.reports == [(REGISTER, 1, ""), (REGISTER, 0, "_Unplugged")]


def _break(**_: Any) -> Any:
    raise _Unplugged


def test_the_bell_rings_after_midnight_of_each_zone_and_at_once(clock: Clock) -> None:
    scheduler = scheduled(clock)
    jobs = {job.id: job for job in scheduler.get_jobs()}

    midnights = {name.removeprefix("midnight-") for name in jobs if name.startswith("midnight")}
    assert midnights == set(calendar.ZONE_NAMES)
    for zone in midnights:
        trigger = jobs[f"midnight-{zone}"].trigger
        assert isinstance(trigger, CronTrigger)
        fires = trigger.get_next_fire_time(None, AT)
        assert fires - midnight(date(2026, 11, 21), zone) == timedelta(seconds=1)
    assert jobs["heartbeat"].trigger.interval == timedelta(seconds=HEARTBEAT_SECONDS)
    assert "start" in jobs


def test_a_bell_missed_still_rings_but_never_twice_at_once(clock: Clock) -> None:
    scheduler = scheduled(clock)
    scheduler.start(paused=True)
    try:
        for job in scheduler.get_jobs():
            assert job.misfire_grace_time is None
            assert job.coalesce
            assert job.max_instances == 1
        assert isinstance(scheduler._jobstores["default"], MemoryJobStore)
    finally:
        scheduler.shutdown(wait=False)
