"""Checking a whole log against the least that anybody must do: one SHA-256 of each fact's bytes."""

from __future__ import annotations

import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from adapters.database import Database
from adapters.evidence.handover import own_policy
from adapters.evidence.keys import verify
from adapters.evidence.reader import log_of
from adapters.evidence.replay import verify_log
from adapters.evidence.signing import Signing
from adapters.evidence.whole_log import StoredLog
from benchmarks.floor import Result, interleave, result
from benchmarks.lives import BODY, SIZE, lived, seconds_of
from domain.evidence.policy import Policy


def run(rounds: int = 3, size: int = SIZE) -> list[Result]:
    """Every record made anew, every leaf, subtree, checkpoint and heads map compared."""
    with lived(size) as views, tempfile.TemporaryDirectory(prefix="sidik-bench-") as keys:
        database = views.database
        Signing(database, Path(keys), now=lambda: datetime.now(UTC)).sign_once()
        policy = Policy.parse(own_policy(log_of(database, BODY)))
        seconds = interleave(
            rounds,
            floor=lambda: _bare(database),
            ours=lambda: seconds_of(lambda: _verified(database, policy)),
        )
        best = min(seconds["ours"])
        return [
            result(
                "verify.log",
                seconds["ours"],
                seconds["floor"],
                facts=size,
                seconds=round(best, 2),
                facts_per_second=round(size / best),
            )
        ]


def _verified(database: Database, policy: Policy) -> None:
    with StoredLog.open(database, BODY) as log:
        verdict = verify_log(log, verify=verify, policy=policy)
    assert verdict.is_proven, verdict.conclusion("en")


def _bare(database: Database) -> float:
    """Seconds of hashing alone; reading does not count."""
    seconds = 0.0
    with (
        closing(database.connect(BODY, role="auditor", autocommit=False)) as connection,
        connection.cursor("states", binary=True) as cursor,
    ):
        cursor.execute("SELECT state FROM ledger_events ORDER BY notification_id")
        while page := cursor.fetchmany(10_000):
            start = time.perf_counter()
            for (state,) in page:
                sha256(state).digest()
            seconds += time.perf_counter() - start
    return seconds
