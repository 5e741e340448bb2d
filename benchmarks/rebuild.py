"""Rebuilding read models against what nothing can beat: reading the ledger, writing the rows."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from psycopg.sql import SQL, Identifier

from adapters.binary import use_binary
from adapters.database import Connection
from adapters.taking import Taking
from adapters.views import Views
from benchmarks.floor import Result, interleave, result, single
from benchmarks.lives import BODY, SIZE, child_of, lived, seconds_of
from benchmarks.stock_runner import facts_per_second
from projections import Table
from projections.audit import AUDIT
from projections.dik import DIK

RUNNER_SECONDS = 4.0


def run(rounds: int = 3, size: int = SIZE) -> list[Result]:
    """The list and the trail of *size* facts, then every read model."""
    with lived(size) as views:
        return [*_rebuild(views, rounds), _memory(views)]


def _rebuild(views: Views, rounds: int) -> list[Result]:
    size = views.ledger.head()
    rows = {table: _rows_of(views, table) for table in (DIK, AUDIT)}
    rates = interleave(
        rounds,
        floor=lambda: size / (seconds_of(lambda: _drain(views)) + _copy_seconds(views, rows)),
        raw=lambda: size / seconds_of(lambda: _raw_cursor(views)),
        ours=lambda: size / seconds_of(lambda: build(views, (DIK.name, AUDIT.name))),
        stock=lambda: facts_per_second(views.database, BODY, RUNNER_SECONDS),
    )
    rows.clear()
    whole = seconds_of(views.rebuild)
    detail = {"facts": size, "facts_per_second": round(max(rates["ours"]))}
    return [
        result("rebuild.floor", rates["ours"], rates["floor"], **detail),
        result("rebuild.raw_cursor", rates["ours"], rates["raw"], **detail),
        result(
            "rebuild.stock_runner",
            rates["ours"],
            rates["stock"],
            runner_facts_per_second=round(max(rates["stock"])),
        ),
        single(
            "rebuild.everything",
            size / whole / (sum(rates["floor"]) / rounds),
            seconds=round(whole, 1),
            facts_per_second=round(size / whole),
        ),
    ]


def _raw_cursor(views: Views) -> None:
    """Every fact by a server-side cursor of the driver, looked at by nobody."""
    with (
        closing(views.database.connect(BODY, autocommit=False)) as connection,
        connection.cursor("raw", binary=True) as cursor,
    ):
        cursor.itersize = 2000
        cursor.execute("SELECT * FROM ledger_events ORDER BY notification_id", binary=True)
        for _ in cursor:
            pass


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


A_REBUILD = """
import sys
from adapters.database import Access, Database
from adapters.ledger import PersistentLedger
from adapters.views import Views
from benchmarks.rebuild import build, peak
from projections.audit import AUDIT
from projections.dik import DIK
database = Database(Access(app=sys.argv[1]))
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
        base, peak = map(int, child_of(A_REBUILD, views, what).stdout.split())
        detail[f"{what}_mb"] = round((peak - base) / 1024, 1)
        detail[f"{what}_bytes_per_item"] = round((peak - base - 30 * 1024) * 1024 / items)
    allowed = items / 1024 + 30
    return single("rebuild.memory", detail["list_and_trail_mb"] / allowed, **detail)
