"""A witness of logs, for whoever stands outside the body that keeps them (`sidik witness`).

It is shown the name, the size and the root of a log, and cosigns what goes on from what it has
cosigned before; so nobody can be shown another history than everybody else. Of what is recorded
it learns nothing. It needs no database and nothing of a register.

All it has to do right is never to forget. What it cosigned is on the disk before it answers, and
a memory older than its own acts is not used again (threat 24); so its key and its memory are one
thing, and neither is ever replaced or restored without the other.

https://c2sp.org/tlog-witness; another root for a size already cosigned is answered by 422, as its
later versions have it.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from adapters.evidence.keys import FileKey, PrivateKey, verify, witness_key
from adapters.evidence.witness_memory import (
    BROKEN,
    KEY,
    SET_BACK,
    SPLIT,
    Held,
    Memory,
    Turn,
    WitnessStops,
)
from domain.evidence.encoding import Malformed, from_decimal, hash_from_base64
from domain.evidence.note import (
    ED25519,
    NOTE_BYTES_MAX,
    Checkpoint,
    Note,
    NotTrusted,
    Opened,
    Signature,
    VerifierKey,
    assemble,
    cosignature_line,
    open_checkpoint,
)
from domain.evidence.proof import PATH_MAX
from domain.evidence.tree import verify_consistency

REQUEST_BYTES_MAX = NOTE_BYTES_MAX + 4096
CLOCK_BACK_SECONDS_MAX = 60

TEXT = "text/plain; charset=utf-8"
SIZE = "text/x.tlog.size"

OLDER = (
    "Ingatan saksi ini lebih tua daripada tanda tangannya sendiri; tampaknya dipulihkan dari "
    "salinan. Saksi yang lupa tidak boleh menandatangani lagi: mulai saksi baru dengan folder dan "
    "nama baru, lalu beri tahu pemilik log."
)

log = logging.getLogger("sidik.witness")


# What it is asked


@dataclass(frozen=True, slots=True)
class Request:
    """*old* is the size that the log believes was cosigned last; *path* leads on from there."""

    old: int
    path: tuple[bytes, ...]
    note: str
    whole: str  # as it came

    @classmethod
    def parse(cls, body: bytes) -> Request:
        try:
            whole = body.decode("utf-8")
        except UnicodeDecodeError:
            raise Malformed("permintaan bukan UTF-8") from None
        head, separator, note = whole.partition("\n\n")
        first, *path = head.split("\n")
        if not separator or not first.startswith("old ") or len(path) > PATH_MAX:
            raise Malformed("permintaan tidak berbentuk ukuran lama, jalur bukti, checkpoint")
        old = from_decimal(first.removeprefix("old "), "ukuran lama")
        hashes = tuple(hash_from_base64(line, "jalur bukti") for line in path)
        return cls(old, hashes, note, whole)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    content: str
    kind: str = TEXT


# What it does


class Witness:
    def __init__(
        self,
        memory: Memory,
        name: str,
        key: PrivateKey,
        logs: Mapping[str, tuple[VerifierKey, ...]],
        clock: Callable[[], datetime],
    ) -> None:
        self.memory, self.logs = memory, logs
        self.key = witness_key(name, key)
        self._sign, self._clock = key.sign, clock
        if any(key.public_key == each.public_key for keys in logs.values() for each in keys):
            raise WitnessStops("Kunci saksi sama dengan kunci log; saksi harus pihak lain.")

    def add_checkpoint(self, body: bytes) -> Answer:
        try:
            request = Request.parse(body)
            checkpoint = Checkpoint.parse(Note.parse(request.note).text)
        except Malformed as trouble:
            return Answer(400, f"{trouble}\n")
        keys = self.logs.get(checkpoint.origin)
        if keys is None:
            return Answer(404, "log ini tidak diawasi\n")
        try:
            _, opened = open_checkpoint(request.note, (*keys, self.key), verify)
        except NotTrusted as trouble:
            return Answer(403, f"{trouble}\n")
        if request.old > checkpoint.size:
            return Answer(400, "ukuran lama melebihi ukuran checkpoint\n")
        try:
            with self.memory.turn() as turn:
                return self._weigh(turn, request, checkpoint, opened)
        except (sqlite3.Error, OSError) as trouble:
            log.warning("Ingatan saksi tidak dapat ditulis: %s", trouble)
            return Answer(503, "ingatan saksi tidak dapat ditulis; coba lagi nanti\n")

    def _weigh(
        self, turn: Turn, request: Request, checkpoint: Checkpoint, opened: Opened
    ) -> Answer:
        """Look, decide and write in one step, or a slower request would set us back."""
        origin = checkpoint.origin
        held = turn.held(origin)
        now = int(self._clock().timestamp())

        def find(kind: str) -> None:
            log.warning("Temuan pada %s, ukuran %d: %s", origin, checkpoint.size, kind)
            digest = sha256(checkpoint.text.encode("utf-8")).hexdigest()
            turn.find(origin, kind, digest, now, request.whole)

        if stopped := turn.who()[2]:
            return Answer(503, stopped + "\n")
        other = checkpoint.size == held.size and checkpoint.root != held.root
        ours = opened.signed.get(self.key)
        if ours is not None and (other or checkpoint.size > held.size or ours > held.time):
            find(SET_BACK)
            turn.stop(OLDER)
            return Answer(503, OLDER + "\n")
        if other:
            find(SPLIT)
        if request.old != held.size:
            return Answer(409, f"{held.size}\n", SIZE)
        if other:
            return Answer(422, "akar lain untuk ukuran yang sudah disaksikan\n")
        if not verify_consistency(
            held.size, checkpoint.size, request.path, held.root, checkpoint.root
        ):
            find(BROKEN)
            return Answer(422, "tidak menyambung riwayat yang sudah disaksikan\n")
        if now < held.time - CLOCK_BACK_SECONDS_MAX:
            return Answer(503, "jam saksi mundur; setel dahulu\n")
        time = max(now, held.time)
        line = cosignature_line(self.key, checkpoint.text, time, self._sign)
        by_log = [str(s) for s in Note.parse(request.note).signatures if self._is_by_log(s, origin)]
        note = assemble(checkpoint.text, *by_log, line)
        turn.keep(origin, Held(checkpoint.size, checkpoint.root, time, note))
        return Answer(200, line)

    def _is_by_log(self, signature: Signature, origin: str) -> bool:
        return any(signature.claims(key) for key in self.logs[origin])

    def checkpoint_of(self, digest: str) -> str | None:
        """The last checkpoint that was cosigned of the log whose name has this SHA-256."""
        for origin, held in self.memory.cosigned().items():
            if sha256(origin.encode("utf-8")).hexdigest() == digest:
                return held.note
        return None


# How it starts


def read_logs(lines: Iterable[str]) -> dict[str, tuple[VerifierKey, ...]]:
    """By origin, the keys that may sign for it; of a policy, its lines about logs are read.

    A log that is changing its key has two.
    """
    logs: dict[str, tuple[VerifierKey, ...]] = {}
    for line in lines:
        match line.split():
            case [] | ["witness" | "group" | "quorum", *_]:
                continue
            case [remark, *_] if remark.startswith("#"):
                continue
            case ["log", vkey, *_] | [vkey]:
                pass
            case _:
                raise WitnessStops(f"Baris log {line!r} tidak terbaca.")
        try:
            key = VerifierKey.parse(vkey)
        except Malformed as trouble:
            raise WitnessStops(f"Kunci log {vkey!r} tidak sah: {trouble}.") from None
        if key.kind != ED25519:
            raise WitnessStops(f"{key.name} adalah kunci saksi, bukan kunci log.")
        if key not in logs.setdefault(key.name, ()):
            logs[key.name] += (key,)
    if not logs:
        raise WitnessStops("Sebutkan log yang diawasi: --log KUNCI atau --log-file BERKAS.")
    return logs


def open_witness(
    folder: Path,
    name: str,
    logs: Mapping[str, tuple[VerifierKey, ...]],
    clock: Callable[[], datetime],
) -> Witness:
    """Take up the witness of this folder, or begin one where there is none."""
    memory, path = Memory(folder), folder / KEY
    if path.exists() and not memory.exists():
        raise WitnessStops(f"Di {folder} ada kunci tanpa ingatan. {OLDER}")
    try:
        memory.open()
        with memory.turn() as turn:
            known, acts, stopped = turn.who()
            if known and not path.exists():
                raise WitnessStops(f"Kunci saksi {path} tidak ada; ingatannya milik kunci itu.")
            if path.exists() and not known:
                raise WitnessStops(f"Di {folder} ada kunci tanpa ingatan. {OLDER}")
            if stopped:
                raise WitnessStops(stopped)
            _not_older(memory, acts)
            key = FileKey.read(path) if path.exists() else FileKey.create(path)
            witness = Witness(memory, name, key, logs, clock)
            if known and known != str(witness.key):
                raise WitnessStops(f"Ingatan di {folder} milik saksi lain: {known}")
            turn.name(str(witness.key))
    except sqlite3.Error as trouble:
        raise WitnessStops(f"Ingatan saksi di {folder} tidak dapat dibaca ({trouble}).") from None
    return witness


def _not_older(memory: Memory, acts: int) -> None:
    marked = memory.marked()
    if marked is None and acts == 0:
        memory.mark(0)
    elif marked is None or marked > acts:
        raise WitnessStops(OLDER)
