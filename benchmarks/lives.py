"""Items going through their lives, about ten facts each, as a ledger to measure upon."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from adapters.codec import encode
from adapters.ledger import PersistentLedger
from adapters.recorder import Row
from adapters.views import Views
from benchmarks.floor import bench_database
from domain import item
from domain.calendar import Deadline
from domain.ground import Ground
from domain.history import TAGS, Pin, Recorded
from domain.period import Kind, Period, Unit
from domain.rule import cite

BODY = "bench"
SIZE = 1_000_000  # facts
ROOT = Path(__file__).parents[1]
START = date(2020, 1, 6)
DAYS = 2000  # over which items are proposed
FACTS_OF_A_LIFE = 10
ALIVE = 2000  # items whose facts are mixed at any time
PIN = Pin(key="kalteng-diskominfo-2024", number="473.2/583.2", revision="1", step=1, in_force=True)


def lives(rng: random.Random, size: int) -> Iterator[Row]:
    """*size* facts of items proposed one after the other over the years, those alive mixed."""
    proposed, expected = 0, max(1, size // FACTS_OF_A_LIFE)
    running: list[Iterator[Row]] = []
    taken = 0
    while taken < size:
        if len(running) < min(ALIVE, 1 + expected // 10):
            on = START + timedelta(days=DAYS * min(proposed, expected) // expected)
            running.append(_life(rng, on))
            proposed += 1
        chosen = rng.randrange(len(running))
        fact = next(running[chosen], None)
        if fact is None:
            running[chosen] = running[-1]
            running.pop()
        else:
            taken += 1
            yield fact


def _life(rng: random.Random, on: date) -> Iterator[Row]:
    item_id = UUID(int=rng.getrandbits(128), version=4)
    for version, fact in enumerate(facts(rng, on), 1):
        on += timedelta(days=rng.choice((0, 0, 1, 5)))
        one = Recorded(
            originator_id=item_id,
            originator_version=version,
            fact=fact,
            at=datetime.combine(on, datetime.min.time(), UTC) + timedelta(hours=2),
            on=on,
            by=f"petugas-{rng.randrange(40)}",
            as_role=rng.choice(("ppid-utama", "ppid-pembantu", "atasan-ppid")),
            procedure=PIN,
            cause=f"{rng.getrandbits(64):016x}",
        )
        yield item_id, version, TAGS[type(fact)], encode(one)


def facts(rng: random.Random, on: date) -> Iterator[Any]:
    """One life from proposal to, for half of them, opening."""
    number = rng.randrange(10_000)
    unit = f"unit-{rng.randrange(40)}"
    grounds = (Ground(huruf=rng.choice("abhj"), angka=rng.randrange(1, 5)),)
    laws = (cite("uu-14-2008", "17", huruf="h"), cite("uu-27-2022", "4", "2"))
    ends_on = on + timedelta(days=rng.randrange(400, 3000))
    period = Period(kind=Kind.YEARS, words="3 Tahun", number=3, unit=Unit.YEARS)
    particulars = item.Particulars(
        title=f"Berita acara pemeriksaan pegawai nomor {number} pada {unit}",
        summary=f"Berita acara pemeriksaan disiplin {number} yang memuat keterangan saksi dan "
        "bukti yang dikumpulkan selama pemeriksaan berlangsung.",
        document=f"Berkas pemeriksaan disiplin {number}",
        part="halaman 3 sampai dengan 9",
        unit=unit,
        holder=f"Sekretaris {unit}",
        medium="berkas kertas dan PDF",
        grounds=grounds,
        closed=item.Closed(title="Nama terperiksa", detail="Keterangan saksi"),
    )
    test = item.ConsequenceTest(
        moment=item.Moment.BEFORE_REQUEST,
        grounds=grounds,
        laws=laws,
        law_version=1,
        consequence_if_opened="Identitas saksi pelapor diketahui terperiksa sehingga saksi "
        "terancam dan enggan memberi keterangan pada pemeriksaan berikutnya.",
        benefit_if_closed="Saksi terlindung dan pemeriksaan dapat selesai tanpa tekanan.",
        public_interest="Masyarakat lebih berkepentingan pada pemeriksaan yang tuntas.",
        segregability=item.Segregability(separable=True, parts="nama saksi"),
        period=period,
        conclusion=item.Conclusion.EXEMPT,
        participants=("Kepala Bidang", "Tim Pertimbangan"),
    )
    yield item.Submitted(particulars=particulars)
    yield item.ConsequenceTested(test=test)
    yield item.Considered(favours=item.Conclusion.EXEMPT, opinion="Setuju dikecualikan.")
    yield item.Approved(note="Disetujui.")
    yield item.Determined(
        decree=UUID(int=number),
        number=f"188/{number}/2026",
        determination=item.Determination(
            classification=grounds,
            official=item.Official(id="sri", name="Demo Sri (fiktif)", position="PPID Utama"),
            body="Badan Contoh",
            unit=unit,
            description=particulars.summary,
            reason=test.consequence_if_opened,
            laws=laws,
            period=period,
            place="Palangka Raya",
            on=on,
        ),
        ends_on=ends_on,
        review_on=None,
        notice=_notice(ends_on),
    )
    yield item.Archived(soft_place=f"/arsip/{unit}", hard_place=f"Lemari {rng.randrange(20)}")
    yield item.Uploaded(
        channels=(item.Channel(kind="website", address="https://ppid.example.go.id", on=on),)
    )
    yield item.Corrected(field="holder", was="", now=f"Kepala {unit}", reason="Salah ketik.")
    yield item.NoticeRecomputed(notice=_notice(ends_on), was=_notice(ends_on))
    if rng.random() < 0.5:
        yield item.ReviewRaised(why=item.Call.END, due=ends_on)
        yield item.OpeningApproved(why=item.Opening.AT_END)
        yield item.Declassified(why=item.Opening.AT_END, evidence="188/9/2027")


def _notice(ends_on: date) -> Deadline:
    return Deadline(
        due=ends_on - timedelta(days=44),
        rule="review-notice",
        basis="Pasal 11 ayat (2) PP 61/2010",
        start=ends_on,
        number=30,
        unit=Unit.WORKING_DAYS,
        calendar_version=46,
    )


@contextmanager
def lived(size: int) -> Iterator[Views]:
    """A register in which *size* facts have happened; its read models hold none of them yet."""
    with bench_database() as database:
        database.create_register(BODY)
        with closing(PersistentLedger(database, BODY)) as ledger:
            ledger.bulk_append(lives(random.Random(1), size))
            with database.connect(BODY) as connection:
                connection.execute("VACUUM ANALYZE ledger_events")
            views = Views(database, BODY, ledger)
            views.create()
            yield views


def seconds_of(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def milliseconds(seconds: list[float], percent: int) -> float:
    ranked = sorted(seconds)
    return round(ranked[min(len(ranked) - 1, len(ranked) * percent // 100)] * 1000, 2)


def child_of(code: str, views: Views, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, views.database.uri, BODY, *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
