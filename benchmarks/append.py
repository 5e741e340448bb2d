"""How fast decisions become facts, against the bare database and the stock recorder."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, LiteralString
from uuid import UUID, uuid4

from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore

from adapters.codec import encode
from adapters.database import Connection, Database
from adapters.ledger import PersistentLedger
from benchmarks.floor import Result, bench_database, interleave, result, with_password
from domain.history import Recorded, Stamp, recorded_as

REGISTER = "bench"
SECONDS = 0.4  # per measurement
THREADS = 64
FACTS_OF_A_LONG_LIFE = 1000
BULK = 5000

STAMP = Stamp(
    at=datetime(2026, 3, 2, 1, 30, tzinfo=UTC),
    on=date(2026, 3, 2),
    by="bench",
    as_role="ppid-utama",
    cause="0123456789abcdef",
)


@recorded_as("bench.noted")
class Noted:
    """Of about the weight of an ordinary act on an item."""

    number: int
    text: str = "Daftar gaji pegawai memuat data pribadi yang dilindungi undang-undang."


@dataclass(frozen=True)
class Counter:
    """A subject that does next to nothing, so that the ledger is what is measured."""

    initial: int = 0

    @property
    def evolve(self) -> Callable[[int, Recorded[Any]], int]:
        return lambda known, recorded: known + recorded.fact.number


COUNTER = Counter()
STATE = encode(
    Recorded(
        originator_id=UUID(int=1),
        originator_version=1,
        fact=Noted(number=1),
        at=STAMP.at,
        on=STAMP.on,
        by=STAMP.by,
        as_role=STAMP.as_role,
        cause=STAMP.cause,
    )
)
"""What the floors write: byte for byte what a decision does."""


def run(rounds: int = 7) -> list[Result]:
    """All of them, on a server of their own."""
    with bench_database() as database:
        database.create_register(REGISTER)
        return [
            *one_writer(database, rounds),
            threads64(database, rounds),
            thousand_facts(database, rounds),
            *the_log(database, rounds),
        ]


def one_writer(database: Database, rounds: int) -> list[Result]:
    """One fact at a time by a single writer, beside a bare INSERT and the stock recorder."""
    ledger, stock = PersistentLedger(database, REGISTER), stock_recorder(database)
    known = uuid4()
    ledger.amend(COUNTER, known, _note_one, STAMP, expect=0)
    with database.connect(REGISTER, role="superuser") as connection:
        insert = _bare_insert(connection)
        rates = interleave(
            rounds,
            raw=lambda: _rate(insert),
            new=lambda: _rate(lambda: ledger.amend(COUNTER, uuid4(), _note_one, STAMP, expect=0)),
            append=lambda: _rate(lambda: ledger.recorder.insert_events(_one_event())),
            stock=lambda: _rate(lambda: stock.insert_events(_one_event())),
        )
    stock.datastore.close()
    detail = {f"{name}_per_second": round(statistics.median(r)) for name, r in rates.items()}
    return [
        result("append.raw_floor", rates["new"], rates["raw"], **detail),
        result("append.one_writer", rates["append"], rates["stock"], **detail),
    ]


def threads64(database: Database, rounds: int) -> Result:
    """Sixty-four threads, each recording one fact after another, beside the stock recorder."""
    ledger, stock = PersistentLedger(database, REGISTER), stock_recorder(database, pool_size=20)
    waits: list[float] = []
    rates = interleave(
        rounds,
        ours=lambda: _rate_of_threads(lambda: ledger.recorder.insert_events(_one_event()), waits),
        stock=lambda: _rate_of_threads(lambda: stock.insert_events(_one_event()), []),
    )
    stock.datastore.close()
    waits.sort()
    return result(
        "append.threads64",
        rates["ours"],
        rates["stock"],
        ours_per_second=round(statistics.median(rates["ours"])),
        stock_per_second=round(statistics.median(rates["stock"])),
        p50_ms=round(waits[len(waits) // 2] * 1000, 2),
        p95_ms=round(waits[len(waits) * 95 // 100] * 1000, 2),
    )


def thousand_facts(database: Database, rounds: int) -> Result:
    """A decision about a subject with a thousand facts, beside reading and writing it bare."""
    ledger = PersistentLedger(database, REGISTER)
    subject = uuid4()
    ledger.bulk_append(
        (subject, version, "bench.noted", STATE) for version in range(1, FACTS_OF_A_LONG_LIFE + 1)
    )
    with database.connect(REGISTER, role="superuser") as connection:
        insert = _bare_insert(connection)

        def bare() -> None:
            connection.execute(
                "SELECT originator_version, topic, state FROM ledger_events"
                " WHERE originator_id = %b ORDER BY originator_version",
                (subject,),
                prepare=True,
                binary=True,
            ).fetchall()
            insert()

        rates = interleave(
            rounds,
            ours=lambda: _rate(lambda: ledger.amend(COUNTER, subject, _note_one, STAMP)),
            bare=lambda: _rate(bare),
        )
    return result(
        "append.thousand_facts",
        rates["ours"],
        rates["bare"],
        ours_ms=round(1000 / statistics.median(rates["ours"]), 2),
        bare_ms=round(1000 / statistics.median(rates["bare"]), 2),
        facts=len(ledger.history(subject)),
    )


def the_log(database: Database, rounds: int) -> Iterator[Result]:
    """What record, commitment, chain and tree cost an append: beside the same without them."""
    ledger = PersistentLedger(database, REGISTER)
    saves: dict[str, Callable[[], object]] = {
        "append.log": lambda: ledger.recorder.insert_events(_one_event()),
        "append.log_twenty": lambda: ledger.recorder.insert_events(_events(20)),
        "append.log_bulk": lambda: ledger.bulk_append(
            (uuid4(), 1, "bench.noted", STATE) for _ in range(BULK)
        ),
    }
    with database.connect(REGISTER, role="superuser") as connection:
        connection.execute("SET event_triggers = off")

        def rate(save: Callable[[], object], trigger: LiteralString) -> float:
            connection.execute("ALTER TABLE ledger_events " + trigger + " TRIGGER ledger_to_log")
            save()
            return _rate(save)

        for name, save in saves.items():
            rates = interleave(
                rounds,
                without=lambda save=save: rate(save, "DISABLE"),  # type: ignore[misc]
                logged=lambda save=save: rate(save, "ENABLE ALWAYS"),  # type: ignore[misc]
            )
            yield result(
                name,
                rates["without"],
                rates["logged"],
                logged_per_second=round(statistics.median(rates["logged"]), 1),
                without_per_second=round(statistics.median(rates["without"]), 1),
            )


def stock_recorder(database: Database, pool_size: int = 2) -> PostgresApplicationRecorder:
    """The library's own recorder as it comes, in a schema of its own."""
    with database.connect(role="superuser") as connection:
        connection.execute("CREATE SCHEMA IF NOT EXISTS stock")
    where = with_password(database.access.superuser)
    recorder = PostgresApplicationRecorder(
        PostgresDatastore(
            str(where["dbname"]),
            str(where["host"]),
            str(where.get("port") or 5432),
            str(where["user"]),
            str(where["password"]),
            pool_size=pool_size,
            connect_timeout=30,
            schema="stock",
        ),
        events_table_name="stock_events",
    )
    recorder.create_table()
    return recorder


def _note_one(_known: int) -> Sequence[Noted]:
    return [Noted(number=1)]


def _one_event() -> list[StoredEvent]:
    return _events(1)


def _events(number: int) -> list[StoredEvent]:
    return [StoredEvent(uuid4(), 1, "bench.noted", STATE) for _ in range(number)]


def _bare_insert(connection: Connection) -> Callable[[], object]:
    """The same row into a table of the same shape, with nothing to protect it."""
    connection.execute("CREATE TABLE IF NOT EXISTS bare (LIKE ledger_events INCLUDING INDEXES)")
    connection.execute("CREATE SEQUENCE IF NOT EXISTS bare_position")

    def insert() -> object:
        return connection.execute(
            "INSERT INTO bare VALUES"
            " (%b, 1, nextval('bare_position'), clock_timestamp(), 'bench.noted', %b)",
            (uuid4(), STATE),
            prepare=True,
            binary=True,
        )

    return insert


def _rate(act: Callable[[], object]) -> float:
    """How often per second *act* can be done."""
    done, start = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - start) < SECONDS:
        act()
        done += 1
    return done / elapsed


def _rate_of_threads(act: Callable[[], object], waits: list[float]) -> float:
    gate, done = threading.Barrier(THREADS), []

    def work() -> None:
        gate.wait()
        mine, end = [], time.perf_counter() + SECONDS
        while (start := time.perf_counter()) < end:
            act()
            mine.append(time.perf_counter() - start)
        done.append(mine)

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - start
    waits += [wait for mine in done for wait in mine]
    return sum(map(len, done)) / elapsed
