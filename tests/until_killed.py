"""Work that goes on until somebody kills it, telling of everything that was recorded.

Run in a process of its own by `test_crash`. It imports, decides and lets the clock run; each
receipt is told through a pipe once the ledger has given it, never before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from multiprocessing.connection import Connection
from random import Random
from typing import Any
from uuid import UUID, uuid4

from adapters.database import Access, open_database
from adapters.registers import Register, find_register
from domain import item, law, takeover
from domain.history import Receipt, Stamp
from domain.item import notice_before
from domain.takeover.columns import Table
from scheduler.clockwork import tick
from tests.conftest import REGISTER
from tests.voices import PARTICULARS, PROPOSED, TESTED, determined

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
UNIT = "inspektorat"
OFFICER = "made"
ROWS_OF_A_LIST = 8

Told = tuple[str, str, int]
"""Request id, history, place in it."""


def work(url: str, seed: int, pipe: Connection) -> None:
    """Do one thing after another; *seed* chooses which, and makes the names."""
    chance = Random(seed)
    with open_database(access=Access(app=url)) as database:
        register = find_register(database, REGISTER)
        for number in count():
            act = chance.choice((_submit, _correct, _lists, _time))
            for facts in act(register, chance, f"{seed}-{number}"):
                told: list[Told] = [
                    (recorded.cause, str(recorded.originator_id), recorded.originator_version)
                    for recorded in facts
                ]
                pipe.send(told)


def _submit(register: Register, chance: Random, cause: str) -> Iterator[Any]:
    yield _proposed(register, cause)[1].facts


def _proposed(register: Register, cause: str) -> tuple[UUID, Receipt]:
    item_id = uuid4()
    desk = register.desk(OFFICER, "ppid-utama", at=AT, on=TODAY, cause=cause)
    return item_id, desk.on_item("submit", item_id, particulars=PARTICULARS)


def _correct(register: Register, chance: Random, cause: str) -> Iterator[Any]:
    """Several facts in one history, each of them a request of its own."""
    item_id, receipt = _proposed(register, cause)
    yield receipt.facts
    for number in range(5):
        desk = register.desk(OFFICER, "ppid-utama", at=AT, on=TODAY, cause=f"{cause}-{number}")
        now = f"Berkas nomor {number}"
        corrected = desk.on_item("correct", item_id, field="title", now=now, reason="Salah.")
        yield corrected.facts


def _lists(register: Register, chance: Random, cause: str) -> Iterator[Any]:
    """A list, twice: whoever was killed before he heard of it would do it again."""
    known = register.ledger.recall(law, law.ID).state
    made = takeover.plan(a_list(chance.randrange(40)), law=known, on=TODAY, unit=UNIT)
    stamp = Stamp(at=AT, on=TODAY, by="pengelola", cause=cause)
    for _ in range(2):
        yield takeover.apply(made, register.ledger, stamp)[1].facts


def a_list(number: int) -> Table:
    """One of a few lists, so that many try to take over the same."""
    heading = ("No", "Informasi", "Dasar Hukum", "Jangka Waktu")
    rows = [
        (str(row), f"Data pribadi pegawai berkas {number}.{row}", "UU 14/2008 Pasal 17 huruf h", "")
        for row in range(1, ROWS_OF_A_LIST + 1)
    ]
    return Table(file="daftar.csv", digest=str(number), rows=(heading, *rows))


def _time(register: Register, chance: Random, cause: str) -> Iterator[Any]:
    """Some items end; then the clock runs, and runs again."""
    for number in range(4):
        end = TODAY - timedelta(days=chance.randrange(1, 60))
        fact = replace(
            determined(ends_on=end.isoformat()), notice=notice_before(end, register.schedule)
        )
        stamp = Stamp(at=AT, on=date(2026, 3, 5), by=OFFICER, cause=f"{cause}-{number}")
        yield _recorded(register, [PROPOSED[0], TESTED[0], fact], stamp).facts
    for _ in range(2):
        yield tick(register, on=TODAY, at=AT)


def _recorded(register: Register, history: Sequence[Any], stamp: Stamp) -> Receipt:
    """A new item with this history."""
    return register.ledger.amend(item, uuid4(), lambda _: history, stamp, expect=0)
