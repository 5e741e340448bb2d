"""Whatever dies, and whenever: no fork, and no fact that stays unsigned.

The database is a server of its own with its usual durability, killed together with all its
processes as a power cut would; the signer and a witness are processes as in an installation.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psutil  # type: ignore[import-untyped]
import psycopg
import pytest

from adapters.database import Database, open_database
from adapters.evidence.keys import verify
from adapters.evidence.replay import verify_log
from adapters.evidence.signer import Outside, Signer
from adapters.evidence.signer_memory import SignerMemory
from adapters.evidence.stamps import Authority
from adapters.evidence.whole_log import StoredLog
from adapters.ledger import PersistentLedger
from adapters.trouble import DatabaseTrouble
from domain import log
from domain.evidence.note import Checkpoint, Note
from domain.evidence.policy import Policy
from domain.history import Contended, OutcomeUnknown
from tests.conftest import REGISTER
from tests.tsa import Tsa, answering, certify
from tests.witnesses import Running, start

ROOT = Path(__file__).parents[1]
CUTS = int(os.environ.get("SIDIK_KILLS", "4"))
WITNESS = "saksi.ki.example/1"


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="sidik-", dir="/tmp"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


SIGN = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from adapters.database import open_database
from adapters.evidence.signer import Outside
from adapters.evidence.signing import Signing
from domain.evidence.policy import Policy
folder = Path(sys.argv[1])
policy = Policy.parse(sys.argv[2])
with open_database(data=folder) as database:
    print("open", flush=True)
    Signing(
        database,
        folder / "signer",
        now=lambda: datetime.now(UTC),
        outside=Outside(policy=policy),
        beat=timedelta(seconds=0.2),
    ).run(Event())
"""


@contextmanager
def signing(folder: Path, policy: Policy) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", SIGN, str(folder), str(policy)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        process.wait()
        process.stdout.close()


def power_cut(folder: Path) -> None:
    """Every process of the server at once, none of which may say goodbye."""
    postmaster = psutil.Process(int((folder / "postgres/postmaster.pid").read_text().split()[0]))
    processes = [postmaster, *postmaster.children(recursive=True)]
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGSTOP)
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(processes, timeout=10)


def keep_recording(database: Database, stop: threading.Event, acknowledged: list[int]) -> None:
    ledger = PersistentLedger(database, REGISTER)
    database.pool.timeout = 1
    while not stop.is_set():
        with suppress(DatabaseTrouble, OutcomeUnknown, Contended, psycopg.Error):
            acknowledged.append(ledger.bulk_append([(uuid4(), 1, "uji.added", b"{}")])[-1])
        time.sleep(0.01)


def eventually(condition: Callable[[], bool], seconds: float = 30) -> bool:
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def sizes(database: Database) -> tuple[int, int, int]:
    """Facts, of these signed, of these cosigned."""
    with database.connect(REGISTER) as connection:
        ((head, signed, cosigned),) = connection.execute(
            "SELECT (SELECT max(notification_id) FROM ledger_events),"
            " (SELECT max(size) FROM log_checkpoint), (SELECT max(size) FROM log_cosignature)"
        ).fetchall()
    return head or 0, signed or 0, cosigned or 0


def origin_and_key(folder: Path) -> str:
    """Let the signer make its key, so that the witness knows whom to watch."""
    with open_database(data=folder) as database:
        database.create_register(REGISTER)
        with SignerMemory(folder / "signer" / REGISTER) as memory:
            signer = Signer(database, REGISTER, memory, now=lambda: datetime.now(UTC))
            signer.open()
            vkey = str(signer.keys[0])
            signer.close()
    return vkey


def policy_of(vkey: str, witness: Running) -> Policy:
    return Policy.parse(f"log {vkey}\nwitness ki {witness.key} {witness.url}\nquorum ki\n")


def test_after_power_cuts_everything_is_signed_once_and_witnessed(
    folder: Path, tmp_path: Path
) -> None:
    chance = random.Random(9)
    vkey = origin_and_key(folder)
    held: list[str] = []
    acknowledged: list[int] = []
    for cut in range(CUTS):
        witness = start(tmp_path / "saksi", WITNESS, [vkey])
        try:
            policy = policy_of(vkey, witness)
            with open_database(data=folder) as database, signing(folder, policy):
                stop = threading.Event()
                writer = threading.Thread(
                    target=keep_recording, args=(database, stop, acknowledged)
                )
                writer.start()
                time.sleep(chance.uniform(0.4, 2.0))
                with suppress(DatabaseTrouble), database.connect(REGISTER) as connection:
                    held += [
                        note
                        for (note,) in connection.execute(
                            "SELECT note FROM log_checkpoint ORDER BY size DESC LIMIT 1"
                        )
                    ]
                if cut % 2:
                    witness.kill()
                power_cut(folder)
                stop.set()
                writer.join()
        finally:
            if witness.process.poll() is None:
                witness.kill()

    witness = start(tmp_path / "saksi", WITNESS, [vkey])
    try:
        policy = policy_of(vkey, witness)
        with open_database(data=folder) as database, signing(folder, policy):
            PersistentLedger(database, REGISTER).bulk_append([(uuid4(), 1, "uji.added", b"{}")])
            assert eventually(lambda: len({*sizes(database)}) == 1), sizes(database)
            head = sizes(database)[0]
        with (
            open_database(data=folder) as database,
            StoredLog.open(database, REGISTER) as stored,
        ):
            verdict = verify_log(stored, verify=verify, policy=policy, held=held)
    finally:
        witness.kill()

    assert verdict.is_proven, verdict.findings
    assert verdict.held == len(held) > 0
    assert max(acknowledged) <= head
    assert verdict.witnessed == verdict.signed == head


def test_who_has_seen_it_is_put_into_the_log_once_a_day(
    ledger: PersistentLedger, database: Database, tmp_path: Path
) -> None:
    root = certify("Akar Waktu Contoh")
    authority = Tsa(certify("Otoritas Waktu Contoh", root))
    now = [datetime.now(UTC)]
    with answering(authority.answer) as url, SignerMemory(tmp_path / "signer") as memory:
        ledger.bulk_append([(uuid4(), 1, "uji.added", b"{}")])
        signer = Signer(database, REGISTER, memory, now=lambda: now[0])
        signer.open()
        witness = start(tmp_path / "saksi", WITNESS, signer.keys)
        try:
            policy = policy_of(str(signer.keys[0]), witness)
            signer.close()
            signer = Signer(
                database,
                REGISTER,
                memory,
                now=lambda: now[0],
                outside=Outside(policy=policy, authority=Authority(url, [root.certificate])),
            )
            signer.open()
            for _ in range(3):
                ledger.bulk_append([(uuid4(), 1, "uji.added", b"{}")])
                signer.publish()
            now[0] += timedelta(days=1)
            signer.publish()
            signer.close()
        finally:
            witness.kill()

    anchors = [one.fact for one in ledger.history(log.ID) if isinstance(one.fact, log.Anchored)]
    assert [(one.kind, one.who) for one in anchors].count((log.Seen.WITNESS, WITNESS)) == 2
    assert [(one.kind, one.who) for one in anchors].count((log.Seen.TIME_STAMP, url)) == 2
    with StoredLog.open(database, REGISTER) as stored:
        verdict = verify_log(stored, verify=verify, policy=policy)
    assert verdict.is_proven, verdict.findings
    assert verdict.anchors_unseen == 0
    with database.connect(REGISTER) as connection:
        rows = connection.execute("SELECT size, note FROM log_checkpoint ORDER BY size").fetchall()
    assert [Checkpoint.parse(Note.parse(note).text).size for _, note in rows] == [
        size for size, _ in rows
    ]
