"""The ledger keeps what it is given, in one order, and lets nobody decide on stale knowledge."""

from __future__ import annotations

import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from adapters.codec import BYTES_MAX, TooLarge, Unreadable, encode
from adapters.database import Access, Database, DatabaseTrouble, open_database
from adapters.ledger import ATTEMPTS_MAX, PersistentLedger
from adapters.recorder import GroupAppend, LedgerRecorder, Save
from domain.history import (
    Contended,
    OutcomeUnknown,
    Receipt,
    Recorded,
    Stale,
    Unrecorded,
    recorded_as,
)
from domain.rule import Refused, Rule, cite, uphold
from tests.conftest import REGISTER
from tests.places import access_to, almighty
from tests.spec import recorded, stamp

SIGNED = stamp(cause="req-1")
NOT_NEGATIVE = Rule("not-negative", "Jumlah tidak boleh negatif.", cite("uu-14-2008", "1"))


@recorded_as("uji.added")
class Added:
    number: int
    text: str = ""


class Sum:
    """A subject with one rule: it may not become negative."""

    initial = 0

    @property
    def evolve(self) -> Callable[[int, Recorded[Any]], int]:
        return lambda known, one: known + int(one.fact.number)


A_SUM = Sum()


def add(*numbers: int) -> Callable[[int], Sequence[Added]]:
    def decide(known: int) -> Sequence[Added]:
        uphold([NOT_NEGATIVE] if known + sum(numbers) < 0 else [])
        return [Added(number=number) for number in numbers]

    return decide


def begin(ledger: PersistentLedger, *numbers: int) -> UUID:
    subject_id = uuid4()
    ledger.amend(A_SUM, subject_id, add(*numbers), SIGNED, expect=0)
    return subject_id


def log_of(ledger: PersistentLedger) -> LedgerRecorder:
    assert isinstance(ledger.recorder, LedgerRecorder)
    return ledger.recorder


def event(subject_id: UUID, version: int = 1, state: bytes = b"{}") -> StoredEvent:
    return StoredEvent(subject_id, version, "uji.added", state)


# Deciding


def test_a_decision_continues_a_history(ledger: PersistentLedger) -> None:
    subject_id = begin(ledger, 1)

    receipt = ledger.amend(A_SUM, subject_id, add(2, 3), SIGNED)

    assert (receipt.position, receipt.versions) == (3, {subject_id: 3})
    assert ledger.recall(A_SUM, subject_id) == (known := ledger.recall(A_SUM, subject_id))
    assert (known.state, known.version) == (6, 3)
    assert [one.fact.number for one in ledger.history(subject_id)] == [1, 2, 3]
    assert list(receipt.facts) == ledger.history(subject_id)[1:]
    assert {one.cause for one in ledger.history(subject_id)} == {"req-1"}


def test_of_what_was_never_recorded_nothing_is_known(ledger: PersistentLedger) -> None:
    nobody = uuid4()

    assert ledger.history(nobody) == []
    assert ledger.recall(A_SUM, nobody).version == 0
    with pytest.raises(Unrecorded):
        ledger.amend(A_SUM, nobody, add(1), SIGNED)
    with pytest.raises(Unrecorded):
        ledger.amend(A_SUM, nobody, add(1), SIGNED, expect=2)


def test_a_decision_that_finds_nothing_to_do_records_nothing(ledger: PersistentLedger) -> None:
    subject_id = begin(ledger, 1)

    assert ledger.amend(A_SUM, subject_id, add(), SIGNED) == Receipt(None, {subject_id: 1})
    assert ledger.amend(A_SUM, new := uuid4(), add(), SIGNED, expect=0) == Receipt(None, {new: 0})
    assert ledger.head() == 1


def test_a_refusal_leaves_no_trace(ledger: PersistentLedger) -> None:
    subject_id = begin(ledger, 1)

    with pytest.raises(Refused, match="tidak boleh negatif"):
        ledger.amend(A_SUM, subject_id, add(-2), SIGNED)

    assert ledger.head() == 1


@pytest.mark.parametrize("seen", [0, 1, 3])
@pytest.mark.parametrize("numbers", [(5,), (), (-9,)], ids=["adds", "nothing", "refuses"])
def test_who_has_not_seen_the_latest_is_told_so(
    ledger: PersistentLedger, seen: int, numbers: tuple[int, ...]
) -> None:
    subject_id = begin(ledger, 1, 2)

    with pytest.raises(Stale) as stale:
        ledger.amend(A_SUM, subject_id, add(*numbers), SIGNED, expect=seen)

    assert (stale.value.expected, stale.value.actual) == (seen, 2)
    assert ledger.head() == 2


def test_who_has_seen_the_latest_may_go_on(ledger: PersistentLedger) -> None:
    subject_id = begin(ledger, 1, 2)

    ledger.amend(A_SUM, subject_id, add(3), SIGNED, expect=2)

    assert ledger.recall(A_SUM, subject_id).version == 3


def test_whoever_loses_the_race_decides_again(ledger: PersistentLedger) -> None:
    subject_id = begin(ledger, 1)
    seen: list[int] = []

    def decide_and_be_overtaken(known: int) -> Sequence[Added]:
        seen.append(known)
        if len(seen) == 1:
            ledger.amend(A_SUM, subject_id, add(10), SIGNED)
        return [Added(number=known)]

    ledger.amend(A_SUM, subject_id, decide_and_be_overtaken, SIGNED)

    assert seen == [1, 11]
    assert ledger.recall(A_SUM, subject_id).state == 22


def test_whoever_pinned_a_version_and_loses_the_race_is_told(ledger: PersistentLedger) -> None:
    subject_id = begin(ledger, 1)

    def decide_and_be_overtaken(known: int) -> Sequence[Added]:
        ledger.amend(A_SUM, subject_id, add(10), SIGNED)
        return [Added(number=known)]

    with pytest.raises(Stale):
        ledger.amend(A_SUM, subject_id, decide_and_be_overtaken, SIGNED, expect=1)

    assert ledger.recall(A_SUM, subject_id).state == 11


def test_who_is_always_overtaken_gives_up(ledger: PersistentLedger) -> None:
    subject_id = begin(ledger, 1)
    attempts: list[int] = []

    def always_too_late(known: int) -> Sequence[Added]:
        attempts.append(known)
        ledger.amend(A_SUM, subject_id, add(1), SIGNED)
        return [Added(number=100)]

    with pytest.raises(Contended):
        ledger.amend(A_SUM, subject_id, always_too_late, SIGNED)

    assert len(attempts) == ATTEMPTS_MAX
    assert ledger.recall(A_SUM, subject_id).state == 1 + ATTEMPTS_MAX


def test_of_two_who_begin_the_same_history_one_does(ledger: PersistentLedger) -> None:
    subject_id = uuid4()

    def begun_meanwhile(known: int) -> Sequence[Added]:
        with suppress(Stale):
            ledger.amend(A_SUM, subject_id, add(1), SIGNED, expect=0)
        return [Added(number=2)]

    with pytest.raises(Stale):
        ledger.amend(A_SUM, subject_id, begun_meanwhile, SIGNED, expect=0)

    assert ledger.recall(A_SUM, subject_id).state == 1


def test_many_hands_on_one_history_lose_nothing(ledger: PersistentLedger) -> None:
    subject_id = begin(ledger, 0)

    def work(_: int) -> int:
        with suppress(Contended):
            ledger.amend(A_SUM, subject_id, add(1), SIGNED)
            return 1
        return 0

    with ThreadPoolExecutor(8) as pool:
        done = sum(pool.map(work, range(80)))

    known = ledger.recall(A_SUM, subject_id)
    assert (known.state, known.version) == (done, done + 1)
    assert done >= 20


# Deciding about several at once


def test_several_histories_continue_together(ledger: PersistentLedger) -> None:
    old, untouched, new = begin(ledger, 1), begin(ledger, 5), uuid4()
    given: dict[UUID, int] = {}

    def decide(known: Any) -> dict[UUID, Sequence[Added]]:
        given.update(known)
        return {old: [Added(number=2), Added(number=3)], new: [Added(number=4)]}

    receipt = ledger.amend_many(dict.fromkeys([old, untouched, new], A_SUM), decide, SIGNED)

    assert given == {old: 1, untouched: 5, new: 0}
    assert receipt.versions == {old: 3, untouched: 1, new: 1}
    assert receipt.position == ledger.head() == 5
    with ledger.database.connect(REGISTER) as connection:
        rows = connection.execute(
            "SELECT DISTINCT recorded_at FROM ledger_events WHERE notification_id > 2"
        ).fetchall()
    assert len(rows) == 1, "a decree and its items are recorded at one moment"


def test_several_histories_continue_together_or_not_at_all(ledger: PersistentLedger) -> None:
    one, other = begin(ledger, 1), begin(ledger, 1)
    states: list[tuple[int, int]] = []

    def overtaken_in_one(known: Any) -> dict[UUID, Sequence[Added]]:
        states.append((known[one], known[other]))
        if len(states) == 1:
            ledger.amend(A_SUM, other, add(10), SIGNED)
            before = ledger.head()
            with pytest.raises(IntegrityError):
                log_of(ledger).insert_events([event(one, 2), event(other, 2)])
            assert ledger.head() == before
        return {one: [Added(number=1)], other: [Added(number=1)]}

    ledger.amend_many({one: A_SUM, other: A_SUM}, overtaken_in_one, SIGNED)

    assert states == [(1, 1), (1, 11)]
    assert [ledger.recall(A_SUM, i).version for i in (one, other)] == [2, 3]


def test_a_version_pinned_among_several_holds(ledger: PersistentLedger) -> None:
    one, other = begin(ledger, 1), begin(ledger, 1)

    with pytest.raises(Stale) as stale:
        ledger.amend_many(
            {one: A_SUM, other: A_SUM},
            lambda _: {one: [Added(number=1)]},
            SIGNED,
            expect={other: 7},
        )

    assert stale.value.subject_id == other
    assert ledger.head() == 2


def test_a_decision_keeps_to_what_it_was_asked(ledger: PersistentLedger) -> None:
    with pytest.raises(AssertionError, match="not asked"):
        ledger.amend_many({}, lambda _: {uuid4(): [Added(number=1)]}, SIGNED)


# What is kept


def test_the_bytes_written_are_the_bytes_read(ledger: PersistentLedger) -> None:
    subject_id = uuid4()
    facts = [Added(number=-1, text="Pasal 17 huruf h “rahasia” \\ \x01 é 漢字 🗝"), Added(number=2)]
    ledger.amend(A_SUM, subject_id, lambda _: facts, SIGNED, expect=0)

    rows = log_of(ledger).history(subject_id)

    written = [encode(recorded(fact, SIGNED)) for fact in facts]
    assert [row[3] for row in rows] == written
    assert [row[4] for row in ledger.page(0, 10)] == written
    assert [row[4] for row in ledger.stream()] == written


def test_positions_have_no_gaps_and_times_never_run_backwards(ledger: PersistentLedger) -> None:
    subject_id = begin(ledger, 1, 2, 3)
    with pytest.raises(IntegrityError):
        log_of(ledger).insert_events([event(subject_id, 2)])
    before = datetime.now(UTC)
    log_of(ledger).bulk_append([(uuid4(), 1, "uji.added", b"{}") for _ in range(5)])
    begin(ledger, 4)

    rows = list(ledger.stream())

    assert [row[0] for row in rows] == list(range(1, 10))
    assert all(a[5] <= b[5] for a, b in pairwise(rows))
    assert rows[2][5] <= before <= rows[3][5]


def test_a_clock_set_back_does_not_turn_the_order_round(ledger: PersistentLedger) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    with almighty(ledger.database, REGISTER) as connection:
        connection.execute("ALTER TABLE ledger_events DISABLE TRIGGER ledger_to_log")
        connection.execute(
            "INSERT INTO ledger_events VALUES (%s, 1, 1, %s, 'uji.added', '{}')",
            (uuid4(), tomorrow),
        )
        connection.execute("ALTER TABLE ledger_events ENABLE ALWAYS TRIGGER ledger_to_log")

    begin(ledger, 1)
    ledger.bulk_append([(uuid4(), 1, "uji.added", b"{}")])

    assert [row[5] for row in ledger.stream()] == [tomorrow] * 3


def test_as_recorded_at_a_moment_is_a_position(ledger: PersistentLedger) -> None:
    assert ledger.position_at(datetime.now(UTC)) == 0
    for size in (1, 3, 1, 7, 2):
        begin(ledger, *range(size))
    rows = list(ledger.stream())

    for row in rows:
        expected = max(other[0] for other in rows if other[5] <= row[5])
        assert ledger.position_at(row[5]) == expected
        just_before = [r[0] for r in rows if r[5] < row[5]]
        assert ledger.position_at(row[5] - timedelta(microseconds=1)) == max(just_before, default=0)


def test_the_log_is_read_between_two_positions(ledger: PersistentLedger) -> None:
    log_of(ledger).bulk_append([(uuid4(), 1, "uji.added", b"{}") for _ in range(3000)])

    assert [row[0] for row in ledger.stream(after=5, upto=2990)] == list(range(6, 2991))
    assert [row[0] for row in ledger.page(after=2995, limit=10)] == list(range(2996, 3001))
    assert list(ledger.stream(after=3000)) == []


def test_a_stream_left_early_leaves_nothing_behind(ledger: PersistentLedger) -> None:
    log_of(ledger).bulk_append([(uuid4(), 1, "uji.added", b"{}") for _ in range(3000)])

    reading = ledger.stream()
    next(reading)
    del reading

    assert begin(ledger, 1)


def test_bulk_import_stands_or_falls_as_a_whole(ledger: PersistentLedger) -> None:
    subject_id = begin(ledger, 1)
    rows = [(uuid4(), 1, "uji.added", b"{}"), (subject_id, 1, "uji.added", b"{}")]

    with pytest.raises(IntegrityError):
        log_of(ledger).bulk_append(rows)

    assert ledger.head() == 1
    assert log_of(ledger).bulk_append(rows[:1]) == range(2, 3)
    assert log_of(ledger).bulk_append([]) == range(3, 3)


def test_registers_do_not_mix(database: Database, ledger: PersistentLedger) -> None:
    database.create_register("bali")
    elsewhere = PersistentLedger(database, "bali")
    subject_id = begin(ledger, 1)

    assert elsewhere.history(subject_id) == []
    assert elsewhere.head() == 0
    assert elsewhere.channel != ledger.channel


def test_many_registers_share_few_connections(database: Database) -> None:
    ledgers = []
    for number in range(12):
        database.create_register(f"unit-{number}")
        ledgers.append(PersistentLedger(database, f"unit-{number}"))

    for ledger in ledgers:
        begin(ledger, 1)

    with database.connect() as connection:
        backends = connection.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND usename = current_user"  # whoever made the registers may still be leaving
        ).fetchone()
    assert backends == (1,)


@pytest.mark.parametrize(
    "change",
    ["UPDATE ledger_events SET topic = 'x'", "DELETE FROM ledger_events", "TRUNCATE ledger_events"],
)
def test_a_fact_is_neither_changed_nor_removed(ledger: PersistentLedger, change: str) -> None:
    subject_id = begin(ledger, 1)

    with (
        ledger.database.connect(REGISTER, role="superuser") as connection,
        pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="only ever added"),
    ):
        connection.execute(change)

    assert len(ledger.history(subject_id)) == 1


def test_a_history_with_a_fact_missing_is_not_read_as_if_it_were_whole(
    ledger: PersistentLedger,
) -> None:
    subject_id = begin(ledger, 1, 2, 3)
    with almighty(ledger.database, REGISTER) as connection:
        connection.execute("ALTER TABLE ledger_events DISABLE TRIGGER ledger_is_append_only")
        connection.execute("DELETE FROM ledger_events WHERE originator_version = 2")

    with pytest.raises(Unreadable, match="gaps"):
        ledger.recall(A_SUM, subject_id)


# What is remembered between questions


def test_what_others_recorded_meanwhile_is_known_at_once(
    ledger: PersistentLedger, database: Database
) -> None:
    one, other = begin(ledger, 1), begin(ledger, 5)
    elsewhere = PersistentLedger(database, REGISTER)
    assert elsewhere.recall(A_SUM, one).state == 1

    for number in range(2, 6):
        ledger.amend(A_SUM, one, add(number), SIGNED)
        assert elsewhere.recall(A_SUM, one).state == sum(range(number + 1))
        receipt = elsewhere.amend_many(
            {one: A_SUM, other: A_SUM}, lambda known: {other: add(known[one])(known[other])}, SIGNED
        )
        assert receipt.versions == {one: number, other: number}


def test_of_another_history_in_the_same_place_nothing_is_remembered(
    ledger: PersistentLedger,
) -> None:
    subject_id = begin(ledger, 1, 2, 3)
    assert ledger.recall(A_SUM, subject_id).state == 6
    with almighty(ledger.database, REGISTER) as connection:
        connection.execute("ALTER TABLE ledger_events DISABLE TRIGGER ledger_is_append_only")
        connection.execute("DELETE FROM ledger_events")
        connection.execute("ALTER TABLE log_leaf DISABLE TRIGGER log_leaf_is_append_only")
        connection.execute("DELETE FROM log_leaf")

    assert ledger.recall(A_SUM, subject_id).version == 0
    ledger.amend(A_SUM, subject_id, add(7, 7, 7, 7), SIGNED, expect=0)
    assert ledger.recall(A_SUM, subject_id).state == 28


def test_only_so_much_is_remembered(
    ledger: PersistentLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.ledger.KEPT_MAX", 3)
    subjects = [begin(ledger, number) for number in range(10)]

    for number, subject_id in enumerate(subjects * 2):
        assert ledger.recall(A_SUM, subject_id).state == number % 10
    assert len(ledger._kept._folded) == 3


# Large things


def test_a_fact_too_large_is_refused_before_it_is_sent(ledger: PersistentLedger) -> None:
    too_long = Added(number=1, text="a" * BYTES_MAX)

    with pytest.raises(TooLarge):
        ledger.amend(A_SUM, uuid4(), lambda _: [too_long], SIGNED, expect=0)

    assert ledger.head() == 0


def test_megabytes_pass_without_hanging(ledger: PersistentLedger) -> None:
    """The stock recorder stops for ever here, holding everybody else up."""
    large = b'"' + b"a" * (1024 * 1024) + b"\\\x00\xff"
    subject_id, many = uuid4(), uuid4()

    log_of(ledger).insert_events([event(subject_id, version, large) for version in (1, 2, 3)])
    log_of(ledger).insert_events([event(many, version) for version in range(1, 5001)])

    assert [row[3] for row in log_of(ledger).history(subject_id)] == [large] * 3
    assert ledger.head() == 5003


# Many at a time


def test_a_reader_that_follows_eight_writers_misses_nothing(
    database_url: str, ledger: PersistentLedger
) -> None:
    """Eight writers with connections of their own, as if they were eight processes."""
    writers, saves, events = 8, 320, 8
    total = writers * saves * events

    def write(_: int) -> None:
        with Database(access_to(database_url)) as own:
            recorder = log_of(PersistentLedger(own, REGISTER))
            for _ in range(saves):
                subject_id = uuid4()
                recorder.insert_events([event(subject_id, v) for v in range(1, events + 1)])

    with ThreadPoolExecutor(writers) as pool:
        writing = [pool.submit(write, number) for number in range(writers)]
        seen: list[int] = []
        while len(seen) < total:
            finished = all(future.done() for future in writing)
            page = ledger.page(seen[-1] if seen else 0, 2000)
            seen += [row[0] for row in page]
            if finished and not page:
                break
        for future in writing:
            future.result()

    assert total >= 20_000
    assert seen == list(range(1, total + 1))


@contextmanager
def the_ledger_held(database: Database) -> Iterator[None]:
    """While somebody else is recording."""
    with (
        database.connect(REGISTER, autocommit=False) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT ledger_append('{}', '{}', '{}', '{}', '{}')")
        yield
        connection.rollback()


def submit_in_one_group(
    ledger: PersistentLedger, saves: Sequence[Sequence[StoredEvent]]
) -> list[Future[Any]]:
    """Have all *saves* wait behind one that is held up, so that they go together."""
    recorder = log_of(ledger)
    with ThreadPoolExecutor(len(saves) + 1) as pool, the_ledger_held(ledger.database):
        first = pool.submit(recorder.insert_events, [event(uuid4())])
        _wait_until(lambda: recorder._group._is_led and not recorder._group._waiting)
        futures = []
        for save in saves:
            futures.append(pool.submit(recorder.insert_events, save))
            _wait_until(lambda: len(recorder._group._waiting) == len(futures))
    first.result()
    return futures


def test_saves_that_meet_are_one_transaction_with_an_outcome_each(
    ledger: PersistentLedger,
) -> None:
    taken, other, free, twice = begin(ledger, 1), begin(ledger, 1), uuid4(), uuid4()
    saves = [
        [event(free, 1), event(free, 2)],
        [event(uuid4()), event(taken, 1)],  # loses, and takes its other event with it
        [event(twice, 1)],
        [event(twice, 1)],  # comes a round later, and loses
        [event(other, 2)],
    ]

    a, b, c, d, e = submit_in_one_group(ledger, saves)

    assert (list(a.result()), list(c.result()), list(e.result())) == ([4, 5], [6], [7])
    for lost in (b, d):
        with pytest.raises(IntegrityError):
            lost.result()
    assert ledger.head() == 7
    with ledger.database.connect(REGISTER) as connection:
        rows = connection.execute(
            "SELECT count(DISTINCT xmin::text) FROM ledger_events WHERE notification_id > 3"
        ).fetchall()
    assert rows == [(1,)]


def test_a_save_the_server_cannot_take_spoils_only_itself(ledger: PersistentLedger) -> None:
    good, bad = uuid4(), uuid4()

    fine, unfit, also_fine = submit_in_one_group(
        ledger, [[event(good)], [event(bad, version=-1)], [event(good, 2)]]
    )

    assert (list(fine.result()), list(also_fine.result())) == ([2], [3])
    with pytest.raises(psycopg.errors.CheckViolation):
        unfit.result()


def test_sixty_four_threads_each_get_their_own_positions(ledger: PersistentLedger) -> None:
    def work(_: int) -> list[tuple[UUID, int]]:
        mine = []
        for _ in range(10):
            subject_id = begin(ledger, 1, 2)
            receipt = ledger.amend(A_SUM, subject_id, add(3), SIGNED)
            assert receipt.position is not None
            mine.append((subject_id, receipt.position))
        return mine

    with ThreadPoolExecutor(64) as pool:
        reported = [pair for mine in pool.map(work, range(64)) for pair in mine]

    at = {row[0]: (row[1], row[2]) for row in ledger.stream()}
    assert len(at) == 64 * 10 * 3
    assert all(at[position] == (subject_id, 3) for subject_id, position in reported)


def test_who_holds_the_ledger_too_long_does_not_hold_others_for_ever(
    ledger: PersistentLedger,
) -> None:
    with almighty(ledger.database, REGISTER) as connection:
        connection.execute("ALTER FUNCTION ledger_append SET lock_timeout = '50ms'")

    with the_ledger_held(ledger.database), pytest.raises(Contended):
        begin(ledger, 1)

    assert begin(ledger, 1)


def test_a_waiting_thread_that_is_interrupted_leaves_the_queue() -> None:
    """Otherwise it would be called to lead, and nobody would ever record again."""
    gate = threading.Event()

    def send(group: Sequence[Save]) -> None:
        gate.wait()
        for save in group:
            save.outcome = range(1, 2)

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    group = GroupAppend(send)
    previous = signal.signal(signal.SIGALRM, interrupt)
    try:
        leading = _in_background(lambda: group.append([event(uuid4())]))
        _wait_until(lambda: group._is_led and not group._waiting)
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        with pytest.raises(KeyboardInterrupt):
            group.append([event(uuid4())])
        gate.set()
        assert leading.result(timeout=30) == range(1, 2)
        following = _in_background(lambda: group.append([event(uuid4())]))
        assert following.result(timeout=30) == range(1, 2)
    finally:
        signal.signal(signal.SIGALRM, previous)


# When the world fails


def test_a_connection_that_died_in_its_sleep_is_replaced(ledger: PersistentLedger) -> None:
    subject_id = begin(ledger, 1)
    _terminate_others(ledger.database)

    ledger.amend(A_SUM, subject_id, add(2), SIGNED)

    assert ledger.recall(A_SUM, subject_id).state == 3


def test_a_connection_lost_while_recording_leaves_the_outcome_open(
    ledger: PersistentLedger,
) -> None:
    with ThreadPoolExecutor(1) as pool, the_ledger_held(ledger.database):
        recording = pool.submit(begin, ledger, 1)
        _wait_until(lambda: _is_waiting_for_the_lock(ledger.database))
        _terminate_others(ledger.database, "wait_event_type = 'Lock'")
        with pytest.raises(OutcomeUnknown):
            recording.result()

    assert ledger.head() == 0


def test_what_was_recorded_though_nobody_heard_is_found_by_its_cause(
    ledger: PersistentLedger, database_url: str
) -> None:
    subject_id = begin(ledger, 1)
    with Forwarder(database_url) as line, open_database(access=Access(app=line.url)) as database:
        far = PersistentLedger(database, REGISTER)
        assert far.recall(A_SUM, subject_id).state == 1
        line.cut_at_next = b'"cause":"req-2"'

        with pytest.raises(OutcomeUnknown):
            far.amend(A_SUM, subject_id, add(2), stamp(cause="req-2"))

        assert [one.cause for one in far.history(subject_id)] == ["req-1", "req-2"]


def test_a_full_disk_is_told_and_nothing_is_recorded(ledger: PersistentLedger) -> None:
    with almighty(ledger.database, REGISTER) as connection:
        connection.execute(
            "CREATE FUNCTION disk_is_full() RETURNS trigger LANGUAGE plpgsql AS"
            " $$BEGIN RAISE disk_full; END$$"
        )
        connection.execute(
            "CREATE TRIGGER disk_is_full AFTER INSERT ON ledger_events"
            " FOR EACH STATEMENT EXECUTE FUNCTION disk_is_full()"
        )

        with pytest.raises(DatabaseTrouble, match="habis; tidak ada yang dicatat"):
            begin(ledger, 1)

        connection.execute("DROP TRIGGER disk_is_full ON ledger_events")
    begin(ledger, 1)
    assert ledger.head() == 1


def test_a_database_gone_away_is_told(ledger: PersistentLedger, database_url: str) -> None:
    with Forwarder(database_url) as line:
        database = Database(Access(app=make_conninfo(line.url, connect_timeout=2)))
        database.pool.timeout = 1
        far = PersistentLedger(database, REGISTER)
        assert far.head() == 0
    with pytest.raises(DatabaseTrouble, match="tidak dapat dihubungi"):
        begin(far, 1)
    database.close()


class Forwarder:
    """A line to the server that can be cut after the server has answered, before we hear it."""

    def __init__(self, url: str) -> None:
        where = conninfo_to_dict(url)
        self._target = f"{where['host']}/.s.PGSQL.{where.get('port') or 5432}"
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = make_conninfo(
            url, host="127.0.0.1", port=self._listener.getsockname()[1], sslmode="disable"
        )
        self.cut_at_next = b""
        self._open: list[socket.socket] = []

    def __enter__(self) -> Forwarder:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for end in self._open:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.socket(socket.AF_UNIX)
                far.connect(self._target)
                self._open += [near, far]
                threading.Thread(target=self._forward, args=(near, far), daemon=True).start()

    def _forward(self, near: socket.socket, far: socket.socket) -> None:
        """One question, one answer, as the protocol goes where nothing is pipelined."""
        with suppress(OSError):
            while question := near.recv(1 << 20):
                far.sendall(question)
                if question[:1] == b"X":
                    break
                answer = far.recv(1 << 20)
                while not _is_complete(answer):
                    answer += far.recv(1 << 20)
                if self.cut_at_next and self.cut_at_next in question:
                    self.cut_at_next = b""
                    break
                near.sendall(answer)
        for end in (near, far):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


def _is_complete(answer: bytes) -> bool:
    """Whether the server has said that it is our turn."""
    asks_for_proof = answer[:1] == b"R" and answer[5:9] in (b"\0\0\0\x0a", b"\0\0\0\x0b")
    return asks_for_proof or answer[-6:-1] == b"Z\0\0\0\5"


def _terminate_others(database: Database, which: str = "true") -> None:
    with database.connect() as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity"
            f" WHERE datname = current_database() AND pid <> pg_backend_pid() AND {which}"
        )


def _is_waiting_for_the_lock(database: Database) -> bool:
    with database.connect() as connection:
        return bool(
            connection.execute(
                "SELECT FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            ).fetchall()
        )


def _in_background(act: Callable[[], Any]) -> Future[Any]:
    """Like an executor, but a thread that hangs fails its test instead of stopping them all."""
    future: Future[Any] = Future()
    threading.Thread(target=lambda: future.set_result(act()), daemon=True).start()
    return future


def _wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.002)
