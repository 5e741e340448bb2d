"""The signer and those outside, together: witnesses as processes of their own, and a time stamp."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import requests

from adapters.database import Database
from adapters.evidence.keys import verify
from adapters.evidence.signer import Outside, Signer
from adapters.evidence.signer_memory import SignerMemory
from adapters.evidence.stamps import Authority, check
from adapters.evidence.witness_memory import MARK, MEMORY
from adapters.ledger import PersistentLedger
from domain import log
from domain.evidence.note import Checkpoint, Note, VerifierKey, assemble
from domain.evidence.policy import Judged, Policy
from tests.conftest import REGISTER
from tests.test_evidence_signer import Clock, record
from tests.tsa import Tsa, answering, certify
from tests.witnesses import Running, start

NAMES = {"ki": "saksi.ki.example/1", "anri": "saksi.anri.example/1"}


class Beyond:
    """Two witnesses, and what the signer complained of."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder, self.database = folder, database
        self.clock, self.complaints = Clock(), list[str]()
        with SignerMemory(folder / "penanda") as memory:
            signer = Signer(database, REGISTER, memory, now=self.clock)
            signer.open()
            self.log_key: VerifierKey = signer.keys[0]
            signer.close()
        self.witnesses = {name: self.start(name) for name in NAMES}
        self.policy = Policy.parse(
            f"log {self.log_key}\n"
            + "".join(f"witness {n} {w.key} {w.url}\n" for n, w in self.witnesses.items())
            + f"group luar all {' '.join(NAMES)}\nquorum luar\n"
        )

    def start(self, name: str, port: int | None = None) -> Running:
        return start(self.folder / name, NAMES[name], [self.log_key], port)

    def start_again(self, name: str) -> None:
        port = int(self.witnesses[name].url.rpartition(":")[2])
        self.witnesses[name] = self.start(name, port)

    @contextmanager
    def signing(self, authority: Authority | None = None) -> Iterator[Signer]:
        outside = Outside(self.policy, authority)
        with SignerMemory(self.folder / "penanda") as memory:
            signer = Signer(
                self.database,
                REGISTER,
                memory,
                now=self.clock,
                outside=outside,
                report=self.complaints.append,
            )
            signer.open()
            try:
                yield signer
            finally:
                signer.close()

    def judged(self) -> list[Judged]:
        """Each checkpoint with the cosignatures that it has gathered, the smallest first."""
        with self.database.connect(REGISTER) as connection:
            notes = connection.execute("SELECT size, note FROM log_checkpoint ORDER BY size")
            lines = connection.execute("SELECT size, line FROM log_cosignature").fetchall()
            return [
                self.policy.judge(note + "".join(line for at, line in lines if at == size), verify)
                for size, note in notes.fetchall()
            ]

    def findings(self) -> int:
        pages = [requests.get(each.url + "/", timeout=30).text for each in self.witnesses.values()]
        return sum(page.count('class="found') for page in pages)


@pytest.fixture
def beyond(ledger: PersistentLedger, database: Database, tmp_path: Path) -> Iterator[Beyond]:
    record(ledger, 3)
    found = Beyond(tmp_path, database)
    yield found
    for each in found.witnesses.values():
        if each.process.poll() is None:
            each.kill()


def test_what_is_published_is_seen_by_all_who_are_named(
    ledger: PersistentLedger, beyond: Beyond
) -> None:
    """Though the log grows between one witness and the next, by what it says of the first."""
    with beyond.signing() as signer:
        for facts in (2, 5, 1):
            record(ledger, facts)
            beyond.clock.at += timedelta(days=2)
            signer.publish()

    met = [judged.checkpoint.size for judged in beyond.judged() if judged.met]
    assert len(met) == 6, "what the log then says of its witnesses is shown to them, too"
    assert beyond.complaints == []
    assert beyond.findings() == 0
    said = [recorded.fact for recorded in ledger.history(log.ID)]
    assert {fact.who for fact in said if isinstance(fact, log.Anchored)} == {*NAMES.values()}


def test_a_witness_that_was_away_is_shown_what_it_missed(
    ledger: PersistentLedger, beyond: Beyond
) -> None:
    with beyond.signing() as signer:
        signer.publish()
        beyond.witnesses["anri"].kill()
        record(ledger, 4)
        signer.publish()
        assert [set(judged.times) for judged in beyond.judged() if judged.times][-1] == {"ki"}
        assert "saksi.anri.example/1 tidak terjangkau" in beyond.complaints[-1]
        beyond.start_again("anri")
        record(ledger, 2)
        signer.publish()

    assert [judged for judged in beyond.judged() if judged.times][-1].met
    assert beyond.findings() == 0


def test_threat_24_a_witness_set_back_is_told_by_the_signer(
    ledger: PersistentLedger, beyond: Beyond
) -> None:
    data, copy = beyond.folder / "anri", beyond.folder / "cadangan"
    with beyond.signing() as signer:
        signer.publish()
        beyond.witnesses["anri"].stop()
        shutil.copytree(data, copy)
        beyond.start_again("anri")
        record(ledger, 4)
        signer.publish()
        beyond.witnesses["anri"].stop()
        for name in (MEMORY, MARK):
            shutil.copyfile(copy / name, data / name)
        beyond.start_again("anri")
        record(ledger, 1)
        signer.publish()

    assert "dipulihkan dari salinan lama" in beyond.complaints[-1]
    assert [set(judged.times) for judged in beyond.judged() if judged.times][-1] == {"ki"}


def test_a_checkpoint_is_stamped_by_the_authority_that_is_named(
    ledger: PersistentLedger, beyond: Beyond, database: Database
) -> None:
    root = certify("Akar Uji")
    tsa = Tsa(certify("Otoritas Waktu Uji", root))
    with answering(tsa.answer) as url:
        authority = Authority(url, [root.certificate])
        with beyond.signing(authority) as signer:
            signer.publish()
            record(ledger, 2)
            signer.publish()

    with database.connect(REGISTER) as connection:
        rows: list[tuple[str, bytes, datetime]] = connection.execute(
            "SELECT note, token, stamped_at FROM log_stamp JOIN log_checkpoint USING (size, origin)"
        ).fetchall()
    ((note, token, at),) = rows
    stamp = check(bytes(token), note.encode(), [root.certificate])
    assert stamp.at == at == tsa.at
    assert Checkpoint.parse(Note.parse(note).text).origin == beyond.log_key.name
    assert beyond.complaints == []
    assert assemble(Note.parse(note).text, *map(str, Note.parse(note).signatures)) == note
