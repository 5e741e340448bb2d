"""How soon an act is in the list, on an idle register and beside others who write."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from uuid import uuid4

from adapters.ledger import PersistentLedger
from adapters.projector import Projector
from adapters.views import Views
from benchmarks.floor import Result, single
from benchmarks.lives import BODY, ROOT, START, facts, lived, milliseconds
from domain import item
from domain.history import Stamp

LIVE_SAVES = 300
WRITERS = 2
SIZE = 100_000  # facts there are before
STAMP = Stamp(at=datetime(2026, 3, 2, tzinfo=UTC), on=START, by="bench", as_role="ppid-utama")


def run(rounds: int = 1, size: int = SIZE) -> list[Result]:
    """From the start of an act to its being in the list."""
    with lived(size) as views:
        views.rebuild()
        return list(_live(views))


A_WRITER = """
import random, sys, time
from adapters.database import Access, Database
from adapters.ledger import PersistentLedger
from benchmarks.live import save
database = Database(Access(app=sys.argv[1]))
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
    yield single(
        "live.visible",
        milliseconds(idle, 50) / 3,
        **{"p50_ms": milliseconds(idle, 50), "p95_ms": milliseconds(idle, 95)},
    )
    yield single(
        "live.visible_beside_writers",
        milliseconds(beside, 95) / 10,
        **{
            "p50_ms": milliseconds(beside, 50),
            "p95_ms": milliseconds(beside, 95),
            "facts_written": taken,
            "facts_per_transaction": round(taken / max(1, batches), 1),
        },
    )


def _visible(views: Views) -> float:
    start = time.perf_counter()
    assert views.wait_for(save(views.ledger, random.Random()), timeout=30)
    return time.perf_counter() - start
