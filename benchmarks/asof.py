"""A page of the list as of any day, and as known at any time, out of a million facts."""

from __future__ import annotations

import random
import statistics
from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

from adapters.database import Connection
from adapters.views import Views
from benchmarks.floor import Result, single
from benchmarks.lives import BODY, DAYS, SIZE, START, lived, milliseconds, seconds_of

AS_OF_PAGES = 200


def run(rounds: int = 3, size: int = SIZE) -> list[Result]:
    """Pages of 50, beside 50 rows read by their keys."""
    with lived(size) as views:
        views.rebuild()
        return [_as_of(views, rounds)]


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
            now.append(seconds_of(partial(views.list, on, after=after)))
            position = rng.randrange(head // 100, head)
            then.append(seconds_of(partial(views.list, on, position)))
            keys = rng.sample(ids, 50)
            bare.append(seconds_of(partial(_by_key, connection, keys)))
    return single(
        "asof.page",
        statistics.median(now) / statistics.median(bare),
        **{
            "p50_ms": milliseconds(now, 50),
            "p95_ms": milliseconds(now, 95),
            "max_ms": milliseconds(now, 100),
            "known_at_p50_ms": milliseconds(then, 50),
            "known_at_p95_ms": milliseconds(then, 95),
            "primary_key_p50_ms": milliseconds(bare, 50),
        },
    )


def _by_key(connection: Connection, keys: list[UUID]) -> None:
    connection.execute("SELECT * FROM dik WHERE id = ANY(%s)", (keys,), binary=True).fetchall()
