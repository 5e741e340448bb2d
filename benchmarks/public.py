"""Public pages of a body with fifty thousand published entries, beside a bare page.

Each page is asked for as a cache asks for it the first time, over HTTP, one after the other; what
a second asking costs (nothing has changed: 304) is measured too.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from http.client import HTTPConnection
from itertools import islice
from typing import Any
from uuid import UUID

from adapters import registers
from adapters.codec import encode
from adapters.database import Database
from adapters.recorder import Row
from benchmarks.floor import Result, bench_database, single
from benchmarks.lives import facts
from benchmarks.visitors import served
from domain import item
from domain.body import Established
from domain.calendar import Week
from domain.history import TAGS, Recorded, Stamp

ENTRIES = 50_000
BODY = "bench"  # whose tables the bare page of `benchmarks.pages` reads
DAYS = 700
TIMES = 15
STAMP = Stamp(at=datetime(2026, 3, 2, tzinfo=UTC), on=date(2026, 3, 2), by="bench", as_role="admin")


def run(rounds: int = 3, size: int = ENTRIES) -> list[Result]:
    with bench_database() as database:
        furnish(database, size)
        with (
            served("benchmarks.pages:floor", database.uri) as bare,
            served("sidik:wsgi", database.uri) as ours,
        ):
            return _measured(bare, ours, rounds * TIMES, size)


def furnish(database: Database, size: int) -> None:
    """A body all of whose items were published, and a fifth of them opened since."""
    established = Established(
        code=BODY,
        name="Badan Ukur",
        seat="Palangka Raya",
        zone="Asia/Jakarta",
        zone_name="WIB",
        week=Week.FIVE,
    )
    register = registers.open_register(database, established, stamp=STAMP)
    for number in range(40):
        code = f"unit-{number}"
        registers.add_unit(register.ledger, code=code, name=f"Unit Kerja {number}", stamp=STAMP)
    begin = datetime.now(UTC).date() - timedelta(days=DAYS)
    register.ledger.bulk_append(_published(random.Random(5), begin, size))
    register.views.rebuild()
    with database.connect(BODY) as connection:
        connection.execute("VACUUM ANALYZE")


def _published(rng: random.Random, begin: date, size: int) -> Iterator[Row]:
    for number in range(size):
        on = begin + timedelta(days=DAYS * number // size)
        item_id = UUID(int=rng.getrandbits(128), version=4)
        submitted, _, _, _, determined = islice(facts(rng, on), 5)
        page = item.Channel(kind=item.OUR_PAGE, address=f"/publik/{BODY}/butir/{item_id}", on=on)
        told: list[Any] = [submitted, determined, item.Uploaded(channels=(page,))]
        if rng.random() < 0.2:
            told.append(item.Declassified(why=item.Opening.AT_END))
        for version, fact in enumerate(told, 1):
            one = Recorded(
                originator_id=item_id,
                originator_version=version,
                fact=fact,
                at=STAMP.at,
                on=on,
                by="petugas-1",
                as_role="ppid-utama",
            )
            yield item_id, version, TAGS[type(fact)], encode(one)


def _measured(bare: int, ours: int, times: int, size: int) -> list[Result]:
    today = datetime.now(UTC).date()
    month, year = today - timedelta(days=30), today - timedelta(days=365)
    asked = {
        "list": "",
        "list_of_words": "?q=pemeriksaan+saksi",
        "list_filtered": "?huruf=h&unit=unit-3&tahun=" + str(today.year),
        "list_then": f"?tanggal={year}",
        "list_as_shown_then": f"?tanggal={month}&catatan=saat-itu",
        "changes_of_a_month": f"perubahan?dari={month}",
        "changes_of_a_year": f"perubahan?dari={year}",
        "figures": "angka",
        "feed": "umpan.atom",
        "embed": "sematan",
    }
    floor = statistics.median(_seconds(bare, "/?after=b", TIMES))
    results = []
    for name, path in asked.items():
        found = sorted(_seconds(ours, f"/publik/{BODY}/{path}", times))
        again = statistics.median(_seconds(ours, f"/publik/{BODY}/{path}", TIMES, known=True))
        results.append(
            single(
                f"public.{name}",
                statistics.median(found) / floor,
                entries=size,
                p50_ms=round(statistics.median(found) * 1000, 1),
                p95_ms=round(found[int(len(found) * 0.95)] * 1000, 1),
                not_modified_ms=round(again * 1000, 1),
                floor_ms=round(floor * 1000, 1),
            )
        )
    for form in ("json", "csv", "xlsx"):
        (took,) = _seconds(ours, f"/publik/{BODY}/data/daftar.{form}", 1)
        results.append(single(f"public.data_{form}", took / floor, entries=size, s=round(took, 2)))
    return results


def _seconds(port: int, path: str, times: int, *, known: bool = False) -> list[float]:
    """How long each asking took; *known*: by somebody who has that state already."""
    found = []
    with closing(HTTPConnection("127.0.0.1", port, timeout=120)) as line:
        headers: dict[str, str] = {}
        for turn in range(times + known):
            began = time.perf_counter()
            line.request("GET", path, headers=headers)
            answer = line.getresponse()
            answer.read()
            took = time.perf_counter() - began
            assert answer.status == (304 if headers else 200), (path, answer.status)
            if known and turn == 0:
                headers = {"If-None-Match": answer.getheader("ETag") or ""}
            else:
                found.append(took)
    return found
