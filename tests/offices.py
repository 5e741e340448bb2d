"""A body whose log is signed and seen from outside, for tests of what is handed out of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from adapters.evidence.handover import Asked, Made, hand_over, own_policy
from adapters.evidence.reader import log_of
from adapters.evidence.signer import Signer
from adapters.evidence.signer_memory import SignerMemory
from adapters.evidence.signing import Signing
from domain.evidence.note import Note, cosignature_line
from domain.evidence.policy import Policy, Witness
from tests.bureau import OURS, Bureau, open_bureau
from tests.logbook import WITNESS


@dataclass
class Office:
    """A body whose log is signed, and cosigned by somebody outside."""

    bureau: Bureau
    keys: Path

    def sign(self, *, witnessed: bool = True) -> None:
        signing = Signing(self.bureau.database, self.keys, now=lambda: datetime.now(UTC))
        signing.sign_once()
        if witnessed:
            self.cosign()

    @contextmanager
    def signer(self) -> Iterator[Signer]:
        with SignerMemory(self.keys / OURS) as memory:
            signer = Signer(self.bureau.database, OURS, memory, now=lambda: datetime.now(UTC))
            yield signer
            signer.close()

    def cosign(self) -> None:
        with closing(self.bureau.database.connect(OURS, role="signer")) as connection:
            found = connection.execute(
                "SELECT size, origin, note FROM log_checkpoint ORDER BY size DESC LIMIT 1"
            ).fetchone()
            assert found is not None
            size, origin, note = found
            line = cosignature_line(
                WITNESS.vkey,
                Note.parse(note).text,
                int(datetime.now(UTC).timestamp()),
                WITNESS.sign,
            )
            connection.execute(
                "INSERT INTO log_cosignature VALUES (%s, %s, %s, %s, now()) ON CONFLICT DO NOTHING",
                (size, origin, WITNESS.vkey.name, line),
            )

    @property
    def log(self) -> Any:
        return log_of(self.bureau.database, OURS)

    @property
    def policy(self) -> str:
        witness = Witness("ki", WITNESS.vkey)
        return own_policy(self.log, Policy((), (witness,), (), "ki"))

    def make(self, item: UUID, **asked: Any) -> Made:
        return hand_over(self.bureau.register, Asked(item=item, **asked), self.policy)

    def closed_item(self) -> UUID:
        """An item that holds something closed, all of it signed and seen."""
        made = self.bureau.item("upload", title="Denah ruang peladen", secret=True)
        self.bureau.item("submit")
        self.sign()
        return made


@contextmanager
def open_office(server: str, template: str, keys: Path) -> Iterator[Office]:
    with open_bureau(server, template) as bureau:
        yield Office(bureau, keys)
