"""The record of one event: ASCII lines whose hash is the event's leaf.

There is nothing to put in canonical form: nine lines in this order, and no other bytes. What the
event says enters only as a salted commitment, so that a record may be shown to anybody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from domain.evidence.encoding import HASH_BYTES, Malformed, hash_from_base64, to_base64
from domain.evidence.tree import leaf_hash

SALT_BYTES = 32

GRAMMAR = re.compile(
    r"sidik-record/v1\n"
    r"log ([!-~]{1,200})\n"
    r"pos (0|[1-9][0-9]{0,18})\n"
    r"stream ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\n"
    r"version ([1-9][0-9]{0,18})\n"
    r"prev (-|[A-Za-z0-9+/]{43}=)\n"
    r"time ([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z)\n"
    r"topic ([!-~]{1,200})\n"
    r"body ([A-Za-z0-9+/]{43}=)\n"
)
"""The whole of it: what does not match is no record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    log: str  # origin of the log it was written under
    pos: int  # position in the ledger, from 1; its leaf has index pos - 1
    stream: str  # whose history it belongs to, a UUID in lower case
    version: int  # place in that history, from 1
    prev: bytes | None  # leaf of the place before; None for the first
    time: str  # when it was recorded, as `spelled` writes it
    topic: str  # tag of the fact
    body: bytes  # commitment to what the event says

    def to_bytes(self) -> bytes:
        """The only bytes that are this record; raises `Malformed` where its values make none."""
        text = (
            "sidik-record/v1\n"
            f"log {self.log}\n"
            f"pos {self.pos}\n"
            f"stream {self.stream}\n"
            f"version {self.version}\n"
            f"prev {'-' if self.prev is None else to_base64(self.prev)}\n"
            f"time {self.time}\n"
            f"topic {self.topic}\n"
            f"body {to_base64(self.body)}\n"
        )
        if not GRAMMAR.fullmatch(text):
            raise Malformed("nilai catatan di luar bentuk sidik-record/v1")
        return text.encode("ascii")

    @property
    def leaf(self) -> bytes:
        return leaf(self.to_bytes())


def parse(data: bytes) -> Record:
    """The record that *data* is, to the byte; raises `Malformed`."""
    try:
        found = GRAMMAR.fullmatch(data.decode("ascii"))
    except UnicodeDecodeError:
        found = None
    if found is None:
        raise Malformed("bukan catatan sidik-record/v1")
    log, pos, stream, version, prev, time, topic, body = found.groups()
    return Record(
        log=log,
        pos=int(pos),
        stream=stream,
        version=int(version),
        prev=None if prev == "-" else hash_from_base64(prev, "prev"),
        time=time,
        topic=topic,
        body=hash_from_base64(body, "body"),
    )


def spelled(moment: datetime) -> str:
    """A moment as records write it: UTC to the microsecond."""
    if moment.utcoffset() is None:
        raise ValueError("a moment without a zone is no moment")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def leaf(record: bytes) -> bytes:
    """What stands in the tree for the bytes of a record."""
    return leaf_hash(record)


# Commitments: with the salt anybody can open them, without it nobody can guess what is in them


def body_commitment(salt: bytes, state: bytes) -> bytes:
    """To the bytes of an event as they are stored."""
    return _commitment(b"sidik-body/v1\n", salt, state)


def field_commitment(salt: bytes, plain: bytes) -> bytes:
    """To one field that may be opened alone; *plain* is its text in UTF-8."""
    return _commitment(b"sidik-field/v1\n", salt, plain)


def document_commitment(salt: bytes, digest: bytes) -> bytes:
    """To a document by its SHA-256, so that ``sha256sum`` is enough to look at it."""
    if len(digest) != HASH_BYTES:
        raise Malformed("SHA-256 dokumen bukan 32 bita")
    return _commitment(b"sidik-doc/v1\n", salt, digest)


def _commitment(purpose: bytes, salt: bytes, content: bytes) -> bytes:
    if len(salt) != SALT_BYTES:
        raise Malformed(f"garam bukan {SALT_BYTES} bita")
    return sha256(purpose + salt + content).digest()
