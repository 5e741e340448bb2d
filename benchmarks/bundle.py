"""The evidence of one item with forty facts, out of very many of others."""

from __future__ import annotations

import importlib
import importlib.util
import random
import shutil
import statistics
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from hashlib import sha256
from itertools import islice
from pathlib import Path
from uuid import UUID

from adapters.codec import encode
from adapters.database import Connection
from adapters.evidence import bundle
from adapters.evidence.bundle import bukti, evidence, verify
from adapters.evidence.handover import Asked, make, own_policy
from adapters.evidence.reader import log_of
from adapters.evidence.signing import Signing
from adapters.evidence.source import gather
from adapters.recorder import Row
from adapters.registers import Register, open_register
from benchmarks.floor import Result, bench_database, single
from benchmarks.lives import BODY, facts, lives, milliseconds, seconds_of
from domain.body import Established
from domain.calendar import Week
from domain.history import TAGS, Recorded, Stamp
from domain.item import Corrected

VERIFIER = Path(bundle.__file__).with_name("verifikasi.html")
SIZE = 100_000  # facts; a million are minutes in the making, and make proofs of 20 hashes for 17
FACTS = 40
ITEM = UUID("6f1c2d3e-0000-4000-8000-000000000001")
ASKED = Asked(item=ITEM, refused_on=date(2026, 3, 4))
STAMP = Stamp(
    at=datetime(2026, 3, 2, 1, 30, tzinfo=UTC), on=date(2026, 3, 2), by="bench", as_role="admin"
)


def run(rounds: int = 9, size: int = SIZE) -> list[Result]:
    """Proofs alone, and the whole file as it is handed out, beside reading the same facts bare."""
    with bench_database() as database, tempfile.TemporaryDirectory(prefix="sidik-bench-") as keys:
        register = open_register(
            database,
            Established(
                code=BODY,
                name="Badan Contoh",
                seat="Palangka Raya",
                zone="Asia/Jakarta",
                zone_name="WIB",
                week=Week.FIVE,
            ),
            stamp=STAMP,
        )
        register.ledger.bulk_append(_scattered(size))
        with database.connect(BODY, role="migrator") as connection:
            connection.execute("ANALYZE")
        Signing(database, Path(keys), now=lambda: datetime.now(UTC)).sign_once()
        with database.connect(BODY) as connection:
            return _measured(register, connection, rounds, size)


def _scattered(size: int) -> Iterator[Row]:
    """The item's facts evenly among *size* of others."""
    others = lives(random.Random(1), size)
    for one in _life():
        yield from islice(others, size // FACTS)
        yield ITEM, one.originator_version, TAGS[type(one.fact)], encode(one)
    yield from others


def _life() -> Iterator[Recorded[object]]:
    begun = list(islice(facts(random.Random(2), STAMP.on), 7))
    slip = Corrected(field="holder", was="", now="Kepala Bidang", reason="Salah ketik.")
    for version, fact in enumerate([*begun, *[slip] * (FACTS - len(begun))], 1):
        yield Recorded(
            originator_id=ITEM,
            originator_version=version,
            fact=fact,
            at=STAMP.at,
            on=STAMP.on,
            by="sri",
            as_role="ppid-utama",
        )


def _measured(register: Register, connection: Connection, rounds: int, size: int) -> list[Result]:
    open_log = log_of(register.views.database, register.code)
    policy = own_policy(open_log)
    proofs: list[float] = []
    whole: list[float] = []
    bare: list[float] = []
    for _ in range(rounds):
        bare += [seconds_of(partial(_bare, connection)) for _ in range(5)]
        proofs.append(seconds_of(lambda: _proofs(register, policy)))
        whole.append(seconds_of(lambda: make(open_log, register, ASKED, policy)))
    made = make(open_log, register, ASKED, policy)
    paper = make(open_log, register, replace(ASKED, form=".pdf"), policy)
    with tempfile.TemporaryDirectory(prefix="sidik-bench-") as folder:
        (bag := Path(folder, "x.zip")).write_bytes(made.file)
        (trusted := Path(folder, "p.txt")).write_text(policy)
        checked = [seconds_of(partial(verify, bag, policy=trusted)) for _ in range(rounds)]
    floor = statistics.median(bare)
    detail = {"facts": size, "floor_ms": milliseconds(bare, 50)}
    opened = _in_a_browser(made.file, policy, rounds)
    return [
        single(
            "bundle.proofs",
            statistics.median(proofs) / floor,
            p50_ms=milliseconds(proofs, 50),
            bukti_kib=round(len(bukti(made.evidence)) / 1024, 1),
            **detail,
        ),
        single(
            "bundle.item",
            statistics.median(whole) / floor,
            p50_ms=milliseconds(whole, 50),
            verified_in_ms=milliseconds(checked, 50),
            zip_kib=round(len(made.file) / 1024, 1),
            pdf_kib=round(len(paper.file) / 1024, 1),
            **detail,
        ),
        *(
            single(
                "bundle.page",
                statistics.median(page) / statistics.median(checked),
                p50_ms=milliseconds(page, 50),
                program_ms=milliseconds(checked, 50),
            )
            for page in opened
        ),
    ]


IN_A_PAGE = """([bundle, policy]) => {
    const bytes = text => Uint8Array.from(atob(text), c => c.charCodeAt(0));
    const [bag, trusted] = [bytes(bundle), bytes(policy)];
    const begun = performance.now();
    const said = sidik.verify(bag, trusted, [], "");
    return [said.conclusion, (performance.now() - begun) / 1000];
}"""


def _in_a_browser(bag: bytes, policy: str, rounds: int) -> Iterator[list[float]]:
    """How long the offline page takes over the same bag; nothing, where there is no browser."""
    chromium = shutil.which("chromium")
    if chromium is None or importlib.util.find_spec("playwright") is None:
        return
    sync_playwright = importlib.import_module("playwright.sync_api").sync_playwright  # of the tests
    given = [b64encode(data).decode() for data in (bag, policy.encode())]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(VERIFIER.as_uri())
        said = [page.evaluate(IN_A_PAGE, given) for _ in range(rounds)]
        browser.close()
    assert {conclusion for conclusion, _ in said} <= {"match", "qualified"}, said
    yield [seconds for _, seconds in said]


def _proofs(register: Register, policy: str) -> bytes:
    found = gather(log_of(register.views.database, register.code), ITEM)
    return bukti(evidence(found, policy, copy=ASKED.copy, zone="Asia/Jakarta"))


def _bare(connection: Connection) -> None:
    """The same facts read by their key, and one SHA-256 of each."""
    rows = connection.execute(
        "SELECT originator_version, recorded_at, topic, state FROM ledger_events"
        " WHERE originator_id = %b ORDER BY originator_version",
        (ITEM,),
        prepare=True,
        binary=True,
    ).fetchall()
    for row in rows:
        sha256(row[3]).digest()
