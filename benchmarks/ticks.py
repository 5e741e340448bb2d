"""Whether a day costs what is due on it, and not what is on the register.

The register is filled as cheaply as can be: its list and the rows the clock reads are copies of
one item's, of items that have no history. Those that are due are real: each has a history in
the ledger, is opened by the domain's own decision, and goes through the read models.
"""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from psycopg.sql import SQL, Identifier

from adapters.database import Database
from adapters.registers import Register, open_register
from benchmarks.floor import Result, bench_database, interleave, result
from domain import item
from domain.body import Established
from domain.calendar import Week
from domain.ground import Ground
from domain.history import Stamp
from domain.item import Determination, Determined, Official, Particulars, Submitted
from domain.period import Kind, Period
from domain.rule import cite
from projections.dik import DIK
from scheduler.clockwork import tick

SMALL, LARGE = 10_000, 1_000_000
DUE_EACH_DAY = 100
START = date(2027, 1, 4)
AT = datetime(2027, 1, 4, 1, 0, tzinfo=UTC)
FAR_AWAY = date(2040, 1, 2)
DETERMINED_ON = date(2026, 1, 5)


def run(rounds: int = 5) -> list[Result]:
    """``tick.growth``: a tick over a large register against one over a small, as many due."""
    with bench_database() as database:
        registers = {
            "small": _filled(database, "kecil", SMALL),
            "large": _filled(database, "besar", LARGE),
        }
        for day in range(rounds + 1):
            for register in registers.values():
                _let_end(register, START + timedelta(days=day))
        days = {name: iter(range(rounds + 1)) for name in registers}

        def measured(name: str) -> float:
            return _seconds(registers[name], START + timedelta(days=next(days[name])))

        for name in registers:
            measured(name)  # warms caches and prepared statements
        figures = interleave(
            rounds, small=lambda: measured("small"), large=lambda: measured("large")
        )
        return [
            result(
                "tick.growth",
                figures["large"],
                figures["small"],
                items=[SMALL, LARGE],
                due=DUE_EACH_DAY,
                seconds={name: round(min(seconds), 4) for name, seconds in figures.items()},
                filled="copied rows in the list and in what will be due; what is due has a history",
            )
        ]


def _filled(database: Database, code: str, size: int) -> Register:
    """A register with rows for *size* items, none of them due for years."""
    established = Established(
        code=code,
        name=code,
        seat="Palangka Raya",
        zone="Asia/Jakarta",
        zone_name="WIB",
        week=Week.FIVE,
    )
    stamp = Stamp(at=AT, on=START, by="bench")
    register = open_register(database, established, stamp=stamp)
    register.ledger.amend(item, PATTERN, lambda _: _history(FAR_AWAY), stamp, expect=0)
    register.views.catch_up()
    columns = [name for name in DIK.columns if name not in ("id", "sort_key", "title")]
    with database.connect(code) as connection:
        connection.execute("SET synchronous_commit = off")
        connection.execute(
            SQL(FILL_DIK).format(columns=SQL(", ").join(map(Identifier, columns))),
            {"size": size, "pattern": PATTERN},
        )
        connection.execute(FILL_DUE, {"size": size, "far": FAR_AWAY})
        connection.execute("VACUUM ANALYZE")
    return register


PATTERN = UUID(int=1)  # the item whose row of the list is copied
FILL_DIK = """
INSERT INTO dik (id, sort_key, title, {columns})
SELECT gen_random_uuid(), 'berkas ' || n, 'Berkas ' || n, {columns}
  FROM dik, generate_series(1, %(size)s) AS n
 WHERE id = %(pattern)s
"""
FILL_DUE = """
INSERT INTO due (id, kind, due_on, window_to, calendar_version)
SELECT id, kind, %(far)s::date + n %% 3000 - before, window_to, version
  FROM (SELECT id, row_number() OVER ()::int AS n FROM dik) AS items,
       LATERAL (VALUES ('lapse', 0, NULL::date, NULL::int4),
                       ('notice', 42, %(far)s::date + n %% 3000, 46))
               AS duty (kind, before, window_to, version)
 ON CONFLICT DO NOTHING
"""


def _let_end(register: Register, day: date) -> None:
    """Items with a real history whose exemption ends on the eve of *day*."""
    stamp = Stamp(at=AT, on=DETERMINED_ON, by="bench", as_role="ppid-utama")
    facts = _history(day - timedelta(days=1))
    items = {uuid4(): item for _ in range(DUE_EACH_DAY)}
    register.ledger.amend_many(items, lambda known: dict.fromkeys(known, facts), stamp)
    register.views.catch_up()


def _history(ends_on: date) -> list[Any]:
    ground = Ground(huruf="h", angka=3)
    particulars = Particulars(
        title="Daftar gaji pegawai",
        summary="Daftar gaji per nama.",
        document="Daftar gaji",
        unit="bkd",
        holder="Kepala bidang",
        medium="PDF",
        grounds=(ground,),
    )
    determination = Determination(
        classification=(ground,),
        official=Official(id="bench", name="Demo Bench (fiktif)", position="PPID Utama"),
        body="Badan Contoh",
        unit="BKD",
        description=particulars.summary,
        reason="Keadaan keuangan tiap keluarga terbaca oleh penagih gelap.",
        laws=(cite("uu-14-2008", "17", huruf="h"),),
        period=Period(kind=Kind.FIXED_UNTIL, words=f"sampai {ends_on}", until=ends_on),
        place="Palangka Raya",
        on=DETERMINED_ON,
    )
    return [
        Submitted(particulars=particulars),
        Determined(
            decree=UUID(int=1),
            number="BENCH/1",
            determination=determination,
            ends_on=ends_on,
            review_on=None,
            notice=None,
        ),
    ]


def _seconds(register: Register, on: date) -> float:
    """How long a tick takes that opens all that is due that day."""
    began = time.perf_counter()
    facts = tick(register, on=on, at=AT)
    seconds = time.perf_counter() - began
    assert len(facts) == DUE_EACH_DAY, f"{len(facts)} facts on {on}, not {DUE_EACH_DAY}"
    return seconds
