"""The signer of one register's log: reads every new fact, and signs only what goes on from before.

It believes nothing it is told: each record is made anew from the stored bytes, the tree from the
records, and both are compared with what the database says and with what was signed before.
Where they differ it stops, says why, and signs no more. Read on: what is signed (`step`), what
is published (`publish`), what is declared (`rotate`, `retire`, `go_on`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from hashlib import sha256
from typing import Any, Final, TypeAlias, get_args
from uuid import UUID

import psycopg
from msgspec.structs import replace
from psycopg.sql import SQL, Identifier

from adapters.codec import encode, to_recorded
from adapters.database import Connection, Database
from adapters.evidence.keys import log_key, verify
from adapters.evidence.reader import Reading
from adapters.evidence.signer_memory import KeyFile, Signed, SignerMemory, SignerTrouble
from adapters.evidence.source import nodes_for
from adapters.evidence.stamps import Authority, StampTrouble
from adapters.evidence.witness_client import WitnessClient, WitnessTrouble
from adapters.trouble import in_plain_words
from domain import body, log
from domain.calendar import local_date
from domain.evidence.absence import NoEvidence
from domain.evidence.encoding import Malformed, to_base64
from domain.evidence.heads import HeadsMap
from domain.evidence.note import (
    Checkpoint,
    Note,
    NotTrusted,
    VerifierKey,
    assemble,
    open_note,
    signature_line,
)
from domain.evidence.policy import Policy
from domain.evidence.record import Record, body_commitment, spelled
from domain.evidence.tree import Frontier, consistency_path
from domain.history import TAGS, Recorded

PAGE = 2000
ANCHOR_EVERY = timedelta(days=1)
SYSTEM: Final = "sistem"

ROWS = """
SELECT e.notification_id, e.originator_id, e.originator_version, e.recorded_at, e.topic, e.state,
       l.salt, l.leaf
  FROM {register}.ledger_events e
  LEFT JOIN {register}.log_leaf l ON l.position = e.notification_id
 WHERE e.notification_id > %s ORDER BY e.notification_id LIMIT %s"""
ENDS = """
SELECT (SELECT max(notification_id) FROM {register}.ledger_events),
       (SELECT max(position) FROM {register}.log_leaf),
       (SELECT leaf FROM {register}.log_leaf WHERE position = %s)"""
ORIGINS = "SELECT origin, since FROM {register}.log_origin ORDER BY number"
CHECKPOINTS = "SELECT size, origin, note FROM {register}.log_checkpoint ORDER BY size"
CONTINUED = """
SELECT originator_id, originator_version, topic, state FROM {register}.ledger_events
 WHERE originator_id = %s AND topic = 'log.continued'"""
PUT_CHECKPOINT = """
INSERT INTO {register}.log_checkpoint (size, origin, note, signed_at)
VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING"""
PUT_COSIGNATURE = """
INSERT INTO {register}.log_cosignature (size, origin, witness, line, received_at)
VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"""
PUT_STAMP = """
INSERT INTO {register}.log_stamp (size, origin, authority, token, stamped_at, received_at)
VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"""
PUT_HEAD_NODES = """
INSERT INTO {register}.log_head_node (path, hash) SELECT * FROM unnest(%s::text[], %s::bytea[])
ON CONFLICT (path) DO UPDATE SET hash = excluded.hash"""
NOTE = "SELECT {register}.ledger_note(%s, %s)"
CONTINUE = "SELECT {register}.log_continue(%s)"

Row: TypeAlias = tuple[int, UUID, int, datetime, str, bytes, bytes | None, bytes | None]


class Broken(SignerTrouble):
    """What the log says does not go on from what was signed; nothing is signed upon it."""


@dataclass(frozen=True, slots=True)
class Outside:
    """Those beyond the house who are asked to stand by what is signed."""

    policy: Policy | None = None
    authority: Authority | None = None  # of time stamps


NOBODY = Outside()


class Signer:
    """One process has it at a time; *report* hears what did not work, in one sentence each."""

    def __init__(
        self,
        database: Database,
        code: str,
        memory: SignerMemory,
        *,
        now: Callable[[], datetime],
        outside: Outside = NOBODY,
        report: Callable[[str], None] = lambda sentence: None,
    ) -> None:
        self.database, self.code, self.memory = database, code, memory
        self._now, self._outside, self._report = now, outside, report
        self._schema = Identifier(database.register_schema(code))
        self._connection: Connection | None = None
        self._origins: list[tuple[str, int]] = []
        self._frontier = Frontier()
        self._heads = HeadsMap()
        self._last: dict[UUID, tuple[int, bytes]] = {}
        self._last_leaf = b""
        self._last_at = datetime.min.replace(tzinfo=UTC)
        self._log = log.initial
        self._log_version = 0
        self._waiting_since: datetime | None = None  # for their heads to be put down
        self._witnesses: dict[str, WitnessClient] = {}
        self._anchored: dict[str, datetime] = {}

    @property
    def size(self) -> int:
        """How many facts have been looked at."""
        return self._frontier.size

    @property
    def origin(self) -> str:
        return self._origins[-1][0]

    @property
    def keys(self) -> list[VerifierKey]:
        """Those that sign now."""
        return [log_key(self.origin, self.memory.key(one.file)) for one in self._signing()]

    # Looking at everything, before anything is signed

    def open(self) -> None:
        """Read the log from its first fact; raises `SignerTrouble` where it is not as signed."""
        self._connection = self.database.connect(self.code, role="signer")
        self._read_origins()
        checkpoints = self._checkpoints()
        remembered = self._remembered(bool(checkpoints))
        self._check_ends()
        self._compare(checkpoints.pop(0, []))
        for row in self._rows():
            self._take(row)
            self._compare(checkpoints.pop(self.size, []))
            if self.size == remembered.size and to_base64(self._frontier.root) != remembered.root:
                raise Broken(
                    f"Catatan 1 sampai {self.size} tidak lagi seperti ketika ditandatangani: ada "
                    "yang diubah sesudahnya. Tidak ada yang ditandatangani lagi."
                )
        if self.size < remembered.size:
            raise Broken(
                f"Log hanya memuat {self.size} catatan, padahal {remembered.size} sudah "
                "ditandatangani: basis data dipulihkan dari cadangan lama, atau catatannya dihapus."
            )
        if checkpoints:
            raise Broken(f"Ada checkpoint untuk {max(checkpoints)} catatan yang tidak ada.")
        if remembered.note and self.size:  # it may have been remembered and not put down
            self._put_checkpoint(remembered)
        self._waiting_since = self._now() if self._is_waiting() else None

    def _checkpoints(self) -> dict[int, list[tuple[str, str]]]:
        """What stands in the database as signed, by size: name and note. Of names the log has
        left, only what is to be trusted of them; the rest may be anybody's."""
        trusted = {
            fact.origin: fact.size
            for row in self._ask(CONTINUED, log.ID)
            if isinstance(fact := to_recorded(*row).fact, log.Continued)
        }
        found: dict[int, list[tuple[str, str]]] = {}
        for size, origin, note in self._ask(CHECKPOINTS):
            if size <= trusted.get(origin, size):
                found.setdefault(size, []).append((origin, note))
        return found

    def _remembered(self, was_signed: bool) -> Signed:
        """What was signed before; the first time there is nothing, and that must be so."""
        if self.memory.signed is None:
            if was_signed:
                raise SignerTrouble(
                    f"Log {self.code} sudah pernah ditandatangani, tetapi ingatan penandatangan "
                    f"tidak ada di {self.memory.folder}. Pulihkan folder itu, atau nyatakan log "
                    f"baru dengan 'sidik signer continue --body {self.code}'."
                )
            key = KeyFile(self.memory.new_key(), since=0)
            self.memory.save(Signed(origin=self.origin, keys=(key,)))
        assert self.memory.signed is not None
        if self.memory.signed.origin != self.origin:
            raise SignerTrouble(
                f"Folder {self.memory.folder} milik log {self.memory.signed.origin}, bukan "
                f"{self.origin}."
            )
        return self.memory.signed

    def _compare(self, checkpoints: Iterable[tuple[str, str]]) -> None:
        """Whatever stands in the database as signed must be of this tree."""
        for origin, note in checkpoints:
            try:
                found = Checkpoint.parse(Note.parse(note).text)
                if origin == self.origin:
                    open_note(note, self._all_keys(), verify)
            except (Malformed, NotTrusted) as trouble:
                raise Broken(f"Checkpoint {self.size} di basis data palsu: {trouble}.") from None
            if (found.origin, found.size, found.root) != (origin, self.size, self._frontier.root):
                raise Broken(
                    f"Catatan 1 sampai {self.size} tidak cocok dengan checkpoint {origin} yang "
                    "sudah ditandatangani: ada catatan yang diubah sesudahnya."
                )

    def _take(self, row: Row) -> None:
        """Go on by one fact, made anew from its bytes."""
        position, stream, version, at, topic, state, salt, leaf = row
        last_version, prev = self._last.get(stream, (0, None))
        if position != self.size + 1:
            raise Broken(f"Catatan {self.size + 1} tidak ada; yang berikutnya bernomor {position}.")
        if salt is None or leaf is None:
            raise Broken(f"Catatan {position} tidak memiliki sidik jari di log.")
        if version != last_version + 1:
            raise Broken(f"Catatan {position} melompati riwayatnya: versi {version}.")
        if at < self._last_at:
            raise Broken(f"Catatan {position} bertanggal lebih awal daripada catatan sebelumnya.")
        try:
            record = Record(
                log=self._origin_at(position),
                pos=position,
                stream=str(stream),
                version=version,
                prev=prev,
                time=spelled(at),
                topic=topic,
                body=body_commitment(salt, state),
            )
            made = record.leaf
        except Malformed as trouble:
            raise Broken(f"Catatan {position} rusak: {trouble}.") from None
        if made != leaf:
            raise Broken(f"Catatan {position} tidak sama dengan sidik jarinya di log.")
        self._frontier.append(made)
        self._last[stream] = (version, made)
        self._last_leaf, self._last_at = made, at
        if stream == log.ID:
            self._log_version = version
            if topic in LOG_TAGS:
                said = to_recorded(stream, version, topic, state)
                self._log = log.evolve(self._log, said)
                if isinstance(said.fact, log.Anchored):
                    self._anchored[said.fact.who] = said.at
        else:
            self._heads.set(str(stream), version, made)
            self._waiting_since = self._waiting_since or self._now()

    def _origin_at(self, position: int) -> str:
        return next(name for name, since in reversed(self._origins) if since <= position)

    def _rows(self) -> Iterator[Row]:
        """All facts not looked at yet."""
        while page := self._ask(ROWS, self.size, PAGE):
            yield from page
            if len(page) < PAGE:
                return

    def _check_ends(self) -> None:
        last, last_leaf, ours = self._ask(ENDS, self.size)[0]
        if last != last_leaf:
            raise Broken(
                f"Register memuat {last or 0} catatan, tetapi log memuat {last_leaf or 0}."
            )
        if (last or 0) < self.size or (self.size and ours != self._last_leaf):
            raise Broken(
                f"Catatan {self.size} tidak lagi ada seperti ketika ditandatangani: basis data "
                "dipulihkan dari cadangan lama, atau catatannya diubah."
            )

    def _take_all(self) -> None:
        for row in self._rows():
            self._take(row)

    # Signing

    def step(self) -> bool:
        """Sign all there is now, if there is anything new; whether there was."""
        self._check_ends()
        self._take_all()
        remembered = self.memory.signed
        assert remembered is not None
        if self.size == 0 or (self.size == remembered.size and remembered.note):
            return False
        checkpoint = Checkpoint(self.origin, self.size, self._frontier.root)
        lines = [
            signature_line(
                log_key(self.origin, key := self.memory.key(one.file)), checkpoint.text, key.sign
            )
            for one in self._signing()
        ]
        signed = Signed(
            origin=self.origin,
            size=self.size,
            root=to_base64(self._frontier.root),
            note=assemble(checkpoint.text, *lines),
            signed_at=self._now().isoformat(),
            keys=remembered.keys,
            witnesses=remembered.witnesses,
        )
        self.memory.save(signed)
        self._put_checkpoint(signed)
        return True

    def _put_checkpoint(self, signed: Signed) -> None:
        self._ask(
            PUT_CHECKPOINT,
            signed.size,
            signed.origin,
            signed.note,
            datetime.fromisoformat(signed.signed_at),
        )

    def _signing(self) -> list[KeyFile]:
        assert self.memory.signed is not None
        return [key for key in self.memory.signed.keys if key.until is None]

    def _all_keys(self) -> list[VerifierKey]:
        assert self.memory.signed is not None
        return [log_key(self.origin, self.memory.key(k.file)) for k in self.memory.signed.keys]

    # Publishing

    def is_due(self, beat: timedelta) -> bool:
        """Whether something has waited long enough for its heads to be put down.

        The first time nothing waits: until then nobody knows by which key it is signed.
        """
        if self.size and not self._log.keys:
            return True
        return self._waiting_since is not None and self._now() - self._waiting_since >= beat

    def _is_waiting(self) -> bool:
        heads = self._log.heads
        return self._heads.count > 0 and (
            heads is None
            or (heads.root, heads.count) != (to_base64(self._heads.root), self._heads.count)
        )

    def publish(self) -> None:
        """Put down the heads of all histories, sign, and let others say that they have seen it."""
        self.step()
        if not self._log.keys:
            self._introduce()
        facts = log.map_heads(
            self._log,
            size=self.size,
            root=to_base64(self._heads.root),
            count=self._heads.count,
        )
        if facts and self._heads.count:
            self._put_down(facts, list(self._heads.changes()))
        self._waiting_since = None
        self.step()
        shown = self.size
        are_reached = self._show_witnesses()
        self._have_stamped()
        if self.size > shown:  # what was put into the log about that is shown as well
            are_reached &= self._show_witnesses()
        if not are_reached:
            self._waiting_since = self._now()

    def _put_down(self, facts: Sequence[log.Fact], nodes: Sequence[tuple[str, bytes]]) -> None:
        """The heads and the nodes they are proven by, together or not at all; whatever is
        recorded meanwhile is looked at afterwards."""
        assert self._connection is not None
        with in_plain_words(), self._connection.transaction():
            for start in range(0, len(nodes), PAGE):
                some = nodes[start : start + PAGE]
                self._ask(PUT_HEAD_NODES, [path for path, _ in some], [hash_ for _, hash_ in some])
            self._note(facts)
        self._take_all()

    def _introduce(self) -> None:
        """The log names its first key itself, so that every later one can be traced to it."""
        if self.size:
            self._say(log.change_key(self._log, vkey=str(self.keys[0]), since=self.size))

    def _say(self, facts: Sequence[log.Fact]) -> None:
        """Record what the log says of itself, and take it in like everything else."""
        self._note(facts)
        self._take_all()

    def _note(self, facts: Sequence[log.Fact]) -> None:
        for fact in facts:
            self._ask(NOTE, TAGS[type(fact)], encode(self._enveloped(fact)))

    def _enveloped(self, fact: log.Fact) -> Recorded[Any]:
        at = self._now()
        return Recorded(
            originator_id=log.ID,
            originator_version=self._log_version + 1,
            fact=fact,
            at=at,
            on=self._local(at),
            by=SYSTEM,
        )

    def _local(self, at: datetime) -> date:
        rows = self._ask(
            "SELECT originator_id, originator_version, topic, state FROM {register}.ledger_events"
            " WHERE originator_id = %s ORDER BY originator_version",
            body.ID,
        )
        known = reduce(body.evolve, (to_recorded(*row) for row in rows), body.initial)
        return local_date(at, known.zone) if rows else at.astimezone(UTC).date()

    def _show_witnesses(self) -> bool:
        """Ask each to stand by what is signed; whether all who can be asked do."""
        policy, signed = self._outside.policy, self.memory.signed
        assert signed is not None
        if policy is None or not signed.note:
            return True
        are_reached = True
        for witness in policy.witnesses:
            if not witness.url:
                continue
            client = self._witnesses.setdefault(
                witness.name,
                WitnessClient(witness.url, witness.key, signed.witnesses.get(witness.key.name, 0)),
            )
            try:
                cosigned = client.cosign(signed.note, self._consistency)
            except WitnessTrouble as trouble:
                self._report(str(trouble))
                are_reached = False
                continue
            self._ask(
                PUT_COSIGNATURE,
                signed.size,
                signed.origin,
                witness.key.name,
                cosigned.line,
                self._now(),
            )
            assert self.memory.signed is not None
            seen = {**self.memory.signed.witnesses, witness.key.name: cosigned.size}
            self.memory.save(replace(self.memory.signed, witnesses=seen))
            note = assemble(Note.parse(signed.note).text, *_lines(signed.note), cosigned.line)
            self._anchor(signed.size, log.Seen.WITNESS, witness.key.name, note.encode())
        return are_reached

    def _have_stamped(self) -> None:
        authority, signed = self._outside.authority, self.memory.signed
        assert signed is not None
        if authority is None or not signed.note or not self._anchor_is_due(authority.url):
            return
        try:
            stamp = authority.stamp(signed.note.encode())
        except StampTrouble as trouble:
            self._report(str(trouble))
            return
        self._ask(
            PUT_STAMP,
            signed.size,
            signed.origin,
            authority.url,
            stamp.token,
            stamp.at,
            self._now(),
        )
        self._anchor(signed.size, log.Seen.TIME_STAMP, authority.url, stamp.token)

    def _anchor_is_due(self, who: str) -> bool:
        last = self._anchored.get(who)
        return last is None or self._now() - last >= ANCHOR_EVERY

    def _anchor(self, size: int, kind: log.Seen, who: str, content: bytes) -> None:
        """Put into the log itself who has seen it, once a day: what follows is not older."""
        if not self._anchor_is_due(who):
            return
        self._say(
            log.anchor(self._log, size=size, kind=kind, who=who, sha256=sha256(content).hexdigest())
        )
        self.step()

    def _consistency(self, old: int, new: int) -> list[bytes]:
        """From what the database keeps; what is wrong there only makes a useless proof."""
        assert self._connection is not None
        try:
            node = nodes_for(Reading(self._connection, self._schema), [], [old], new)
        except NoEvidence as trouble:
            raise Broken(str(trouble)) from None
        return consistency_path(old, new, node)

    # Declaring

    def rotate(self) -> VerifierKey:
        """Let a new key sign along with the old one from now on."""
        self.step()
        if not self._log.keys:
            self._introduce()
        signed = self.memory.signed
        assert signed is not None
        file = self.memory.new_key()
        key = log_key(self.origin, self.memory.key(file))
        self._say(log.change_key(self._log, vkey=str(key), since=self.size))
        signed = replace(signed, keys=(*signed.keys, KeyFile(file, since=self.size)))
        self.memory.save(signed)
        self.step()
        return key

    def retire(self) -> VerifierKey:
        """Let the oldest key sign no longer; it stays good for what it has signed."""
        self.step()
        signed = self.memory.signed
        assert signed is not None
        if len(self._signing()) < 2:
            raise SignerTrouble("Hanya satu kunci yang menandatangani; ganti dahulu, baru akhiri.")
        old, new = self._signing()[0], self._signing()[-1]
        ends = log_key(self.origin, self.memory.key(old.file))
        goes_on = log_key(self.origin, self.memory.key(new.file))
        self._say(log.change_key(self._log, vkey=str(goes_on), since=self.size, ends=str(ends)))
        keys = tuple(
            KeyFile(one.file, one.since, self.size) if one == old else one for one in signed.keys
        )
        self.memory.save(replace(signed, keys=keys))
        self.step()
        return ends

    def go_on(self, reason: str, up_to: int | None = None) -> log.Continued:
        """Declare the log new, where it cannot go on under its name: facts that were signed are
        lost, or somebody else has the key. What was signed under the name before is to be trusted
        as far as it is of this tree, and not beyond *up_to* facts.
        """
        self._connection = self.database.connect(self.code, role="signer")
        self._read_origins()
        remembered = self.memory.signed
        was_signed = {
            (size, note) for size, origin, note in self._ask(CHECKPOINTS) if origin == self.origin
        }
        if remembered is not None and remembered.note:
            was_signed.add((remembered.size, remembered.note))
        trusted = Checkpoint(self.origin, 0, self._frontier.root)
        for row in self._rows():
            self._take(row)
            for size, note in was_signed:
                if size == self.size and (up_to is None or size <= up_to):
                    found = Checkpoint.parse(Note.parse(note).text)
                    if found.root == self._frontier.root:
                        trusted = Checkpoint(self.origin, size, found.root)
        if remembered is None or remembered.origin == self.origin:
            (fact,) = log.continue_log(
                self._log,
                origin=trusted.origin,
                size=trusted.size,
                root=to_base64(trusted.root),
                reason=reason,
            )
            self._ask(CONTINUE, encode(self._enveloped(fact)))
            self._read_origins()
            self._take_all()
        self.memory.put_aside()
        key = KeyFile(self.memory.new_key(), since=self.size)
        self.memory.save(Signed(origin=self.origin, keys=(key,)))
        self._say(log.change_key(self._log, vkey=str(self.keys[0]), since=self.size))
        self.step()
        return self._log.predecessors[-1]

    def _read_origins(self) -> None:
        self._origins = [(str(name), int(since)) for name, since in self._ask(ORIGINS)]

    def close(self) -> None:
        for client in self._witnesses.values():
            client.close()
        self._witnesses.clear()
        if self._connection is not None:
            with suppress(psycopg.Error):
                self._connection.close()
            self._connection = None

    def _ask(self, question: str, *values: Any) -> list[Any]:
        assert self._connection is not None
        query = SQL(question).format(register=self._schema)
        with in_plain_words():
            cursor = self._connection.execute(query, values, binary=True)
            return cursor.fetchall() if cursor.description else []


LOG_TAGS: Final = frozenset(TAGS[kind] for kind in get_args(log.Fact))


def _lines(note: str) -> list[str]:
    return [str(line) for line in Note.parse(note).signatures]
