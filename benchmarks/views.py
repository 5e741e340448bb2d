"""Read models against what nothing can beat: reading the ledger and writing the same rows."""

from __future__ import annotations

import gc
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from psycopg.sql import SQL, Identifier

from adapters.binary import use_binary
from adapters.database import Connection
from adapters.ledger import PersistentLedger
from adapters.projector import Projector
from adapters.taking import Taking
from adapters.views import Views
from benchmarks.floor import Result, bench_database, interleave, result
from benchmarks.lives import DAYS, START, facts, lives
from benchmarks.stock_runner import facts_per_second
from domain import item
from domain.history import Stamp
from projections import Table
from projections.audit import AUDIT
from projections.dik import DIK

BODY = "bench"
SIZE = 1_000_000
RUNNER_SECONDS = 4.0
LIVE_SAVES = 300
AS_OF_PAGES = 200
WRITERS = 2
ROOT = Path(__file__).parents[1]
STAMP = Stamp(at=datetime(2026, 3, 2, tzinfo=UTC), on=START, by="bench", as_role="ppid-utama")


def run(rounds: int = 3, size: int = SIZE) -> list[Result]:
    """All benchmarks of read models over *size* facts."""
    with bench_database() as database:
        database.create_register(BODY)
        with closing(PersistentLedger(database, BODY)) as ledger:
            ledger.bulk_append(lives(random.Random(1), size))
            with database.connect(BODY) as connection:
                connection.execute("VACUUM ANALYZE ledger_events")
            views = Views(database, BODY, ledger)
            views.create()
            return [*_rebuild(views, rounds), _memory(views), _as_of(views, rounds), *_live(views)]


# Rebuilding


def _rebuild(views: Views, rounds: int) -> list[Result]:
    size = views.ledger.head()
    rows = {table: _rows_of(views, table) for table in (DIK, AUDIT)}
    rates = interleave(
        rounds,
        floor=lambda: size / (_seconds(lambda: _drain(views)) + _copy_seconds(views, rows)),
        ours=lambda: size / _seconds(lambda: build(views, (DIK.name, AUDIT.name))),
        stock=lambda: facts_per_second(views.database, BODY, RUNNER_SECONDS),
    )
    rows.clear()
    whole = _seconds(views.rebuild)
    detail = {"facts": size, "facts_per_second": round(max(rates["ours"]))}
    return [
        result("rebuild.floor", rates["ours"], rates["floor"], **detail),
        result(
            "rebuild.stock_runner",
            rates["ours"],
            rates["stock"],
            runner_facts_per_second=round(max(rates["stock"])),
        ),
        Result(
            name="rebuild.everything",
            ratio=round(size / whole / (sum(rates["floor"]) / rounds), 3),
            spread=[],
            detail={"seconds": round(whole, 1), "facts_per_second": round(size / whole)},
        ),
    ]


def _drain(views: Views) -> None:
    for _ in views.ledger.stream():
        pass


@contextmanager
def _beside(views: Views, names: Sequence[str]) -> Iterator[tuple[Connection, Taking]]:
    """Empty tables in a schema that is gone afterwards."""
    schema = f"{views.schema}__bench"
    with views.connection() as connection, connection.transaction(force_rollback=True):
        connection.execute(SQL("CREATE SCHEMA {}").format(Identifier(schema)))
        taking = Taking(schema, views.schema, names)
        taking.create(connection)
        yield connection, taking


def build(views: Views, names: Sequence[str]) -> None:
    with _beside(views, names) as (connection, taking):
        taking.build(connection, views.ledger.stream())


def _rows_of(views: Views, table: Table) -> list[tuple[Any, ...]]:
    """The finished rows of a table, ready to be copied."""
    with _beside(views, (table.name,)) as (connection, taking):
        taking.build(connection, views.ledger.stream())
        query = taking.sql(
            "SELECT {columns} FROM {register}.{table}",
            columns=SQL(", ").join(map(Identifier, table.columns)),
            table=Identifier(table.name),
        )
        return connection.execute(query, binary=True).fetchall()


def _copy_seconds(views: Views, rows: dict[Table, list[tuple[Any, ...]]]) -> float:
    """COPY of the rows into the same tables, with their indexes, by the same driver."""
    seconds = 0.0
    for table, ready in rows.items():
        with _beside(views, (table.name,)) as (connection, taking), _no_collection():
            start = time.perf_counter()
            query = taking.sql(
                "COPY {register}.{table} ({columns}) FROM STDIN (FORMAT BINARY, FREEZE)",
                table=Identifier(table.name),
                columns=SQL(", ").join(map(Identifier, table.columns)),
            )
            cursor = connection.cursor()
            use_binary(cursor)
            with cursor.copy(query) as copy:
                copy.set_types(list(table.columns.values()))
                for values in ready:
                    copy.write_row(values)
            taking.index(connection)
            seconds += time.perf_counter() - start
    return seconds


@contextmanager
def _no_collection() -> Iterator[None]:
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


A_REBUILD = """
import sys
from adapters.database import Database
from adapters.ledger import PersistentLedger
from adapters.views import Views
from benchmarks.views import build, peak
from projections.audit import AUDIT
from projections.dik import DIK
database = Database(sys.argv[1])
views = Views(database, sys.argv[2], PersistentLedger(database, sys.argv[2]))
views.position()
base = peak()
if sys.argv[3] == "everything":
    views.rebuild()
else:
    build(views, (DIK.name, AUDIT.name))
print(base, peak())
"""


def peak() -> int:
    """The most memory this process ever held, kB; unlike `getrusage` not that of its parent."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


def _memory(views: Views) -> Result:
    """What a rebuild takes over its base; the ratio is to 1 kB an item and 30 MB."""
    items = sum(views.counts().values())
    detail: dict[str, Any] = {"items": items}
    for what in ("list_and_trail", "everything"):
        base, peak = map(int, _child(A_REBUILD, views, what).stdout.split())
        detail[f"{what}_mb"] = round((peak - base) / 1024, 1)
        detail[f"{what}_bytes_per_item"] = round((peak - base - 30 * 1024) * 1024 / items)
    allowed = items / 1024 + 30
    ratio = round(detail["list_and_trail_mb"] / allowed, 3)
    return Result(name="rebuild.memory", ratio=ratio, spread=[], detail=detail)


def _child(code: str, views: Views, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, views.database.uri, BODY, *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)


# The list as of a day


def _as_of(views: Views, rounds: int) -> Result:
    """A page of 50 as of any day, as known now or at any time, beside 50 rows by their keys."""
    rng = random.Random(2)
    head = views.ledger.head()
    now: list[float] = []
    then: list[float] = []
    bare: list[float] = []
    with views.database.connect(BODY) as connection:
        ids = [
            row[0] for row in connection.execute("SELECT id FROM dik ORDER BY random() LIMIT 5000")
        ]
        for _ in range(rounds * AS_OF_PAGES):
            on = START + timedelta(days=rng.randrange(30, DAYS + 30))
            after = (f"{rng.choice('bklmp')}erita", uuid4()) if rng.random() < 0.5 else None
            now.append(_seconds(partial(views.list, on, after=after)))
            position = rng.randrange(head // 100, head)
            then.append(_seconds(partial(views.list, on, position)))
            keys = rng.sample(ids, 50)
            bare.append(_seconds(partial(_by_key, connection, keys)))
    return Result(
        name="asof.page",
        ratio=round(statistics.median(now) / statistics.median(bare), 2),
        spread=[],
        detail={
            "p50_ms": _ms(now, 50),
            "p95_ms": _ms(now, 95),
            "max_ms": _ms(now, 100),
            "known_at_p50_ms": _ms(then, 50),
            "known_at_p95_ms": _ms(then, 95),
            "primary_key_p50_ms": _ms(bare, 50),
        },
    )


def _ms(seconds: list[float], percent: int) -> float:
    ranked = sorted(seconds)
    return round(ranked[min(len(ranked) - 1, len(ranked) * percent // 100)] * 1000, 2)


def _by_key(connection: Connection, keys: list[UUID]) -> None:
    connection.execute("SELECT * FROM dik WHERE id = ANY(%s)", (keys,), binary=True).fetchall()


# Live


A_WRITER = """
import random, sys, time
from adapters.database import Database
from adapters.ledger import PersistentLedger
from benchmarks.views import save
database = Database(sys.argv[1])
ledger = PersistentLedger(database, sys.argv[2])
done, end = 0, time.monotonic() + float(sys.argv[3])
while time.monotonic() < end:
    save(ledger, random.Random())
    done += 1
print(done)
"""
WRITING_SECONDS = 6.0


def save(ledger: PersistentLedger, rng: random.Random) -> int:
    """Propose one more item; the position."""
    [fact] = islice(facts(rng, START), 1)
    receipt = ledger.amend(item, uuid4(), lambda known: [fact], STAMP, expect=0)
    assert receipt.position is not None
    return receipt.position


def _live(views: Views) -> Iterator[Result]:
    """From the start of an act to its being in the list."""
    views.catch_up()
    projector = Projector(views)
    projector.start()
    try:
        assert views.wait_for(save(views.ledger, random.Random()), timeout=30)
        idle = [_visible(views) for _ in range(LIVE_SAVES)]
        command = [sys.executable, "-c", A_WRITER, views.database.uri, BODY, str(WRITING_SECONDS)]
        before, start = projector.transactions, views.ledger.head()
        writers = [
            subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) for _ in range(WRITERS)
        ]
        time.sleep(1.5)  # until they have started
        beside = []
        while any(writer.poll() is None for writer in writers):
            beside.append(_visible(views))
        for writer in writers:
            writer.communicate()
        taken = views.ledger.head() - start
        batches = projector.transactions - before
    finally:
        projector.stop()
    yield Result(
        name="live.visible",
        ratio=round(_ms(idle, 50) / 3, 3),
        spread=[],
        detail={"p50_ms": _ms(idle, 50), "p95_ms": _ms(idle, 95)},
    )
    yield Result(
        name="live.visible_beside_writers",
        ratio=round(_ms(beside, 95) / 10, 3),
        spread=[],
        detail={
            "p50_ms": _ms(beside, 50),
            "p95_ms": _ms(beside, 95),
            "facts_written": taken,
            "facts_per_transaction": round(taken / max(1, batches), 1),
        },
    )


def _visible(views: Views) -> float:
    start = time.perf_counter()
    assert views.wait_for(save(views.ledger, random.Random()), timeout=30)
    return time.perf_counter() - start
