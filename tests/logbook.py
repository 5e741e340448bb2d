"""A log in memory, honest unless a test makes it otherwise: for tests of what is made from one."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adapters.codec import encode
from adapters.evidence.source import LogReader, Origin, Own, Row, Signed, Token
from domain.evidence.encoding import to_base64
from domain.evidence.heads import HeadsMap
from domain.evidence.note import (
    COSIGNATURE,
    ED25519,
    Checkpoint,
    VerifierKey,
    assemble,
    cosignature_line,
    signature_line,
)
from domain.evidence.record import Record, body_commitment, leaf, spelled
from domain.evidence.tree import Tree
from domain.history import TAGS, Recorded, Stamp
from domain.log import ID as LOG
from tests.spec import recorded

ORIGIN = "sidik/uji-0a1b2c3d/log/1"
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # 08.00 WIB
FEW = 3


def _private_key(seed: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(sha256(seed.encode()).digest())


class Key:
    """A signer or a witness, made from its name so that it is the same in every test."""

    def __init__(self, name: str, kind: int) -> None:
        private = _private_key(name)
        self.sign = private.sign
        self.vkey = VerifierKey(name, kind, private.public_key().public_bytes_raw())


LOG_KEY = Key(ORIGIN, ED25519)
WITNESS = Key("saksi.ki.example/1", COSIGNATURE)
POLICY = f"log {LOG_KEY.vkey}\nwitness komisi-informasi {WITNESS.vkey}\nquorum komisi-informasi\n"
POLICY_ALONE = f"log {LOG_KEY.vkey}\nquorum none\n"


@dataclass
class Logbook:
    """Facts as they come, each with its record; signed when a test says so."""

    at: datetime = START
    rows: list[tuple[UUID, Row]] = field(default_factory=list)
    tree: Tree = field(default_factory=Tree)
    heads: dict[UUID, tuple[int, bytes]] = field(default_factory=dict)
    signed: list[tuple[Signed, bool]] = field(default_factory=list)
    trie: dict[str, bytes] = field(default_factory=dict)
    tokens: list[Token] = field(default_factory=list)

    def pass_time(self, **lapse: float) -> None:
        self.at += timedelta(**lapse)

    def record(self, one: Recorded[Any]) -> int:
        """Record a fact at the present moment; its position."""
        return self.append(one.originator_id, TAGS[type(one.fact)], encode(one))

    def append(self, stream: UUID, topic: str, state: bytes) -> int:
        version, prev = self.heads.get(stream, (0, None))
        position = len(self.rows) + 1
        salt = sha256(b"salt%d" % position).digest()
        made = Record(
            log=ORIGIN,
            pos=position,
            stream=str(stream),
            version=version + 1,
            prev=prev,
            time=spelled(self.at),
            topic=topic,
            body=body_commitment(salt, state),
        )
        hashed = leaf(made.to_bytes())
        self.rows.append(
            (
                stream,
                Row(
                    position=position,
                    version=version + 1,
                    recorded_at=self.at,
                    topic=topic,
                    state=state,
                    salt=salt,
                    leaf=hashed,
                ),
            )
        )
        self.tree.append(hashed)
        self.heads[stream] = version + 1, hashed
        self.pass_time(seconds=1)
        return position

    def others(self, number: int) -> None:
        """Facts of other items, which are none of ours."""
        for one in range(number):
            self.append(UUID(int=10_000 + one % 50), "item.uploaded", b'{"fact":{}}')

    def note_heads(self) -> None:
        """Record the heads map, and keep its nodes."""
        found = HeadsMap()
        for stream, (version, hashed) in self.heads.items():
            if stream != LOG:
                found.set(str(stream), version, hashed)
        size = len(self.rows)
        fact = {"count": found.count, "root": to_base64(found.root), "size": size}
        self.trie = dict(found.changes())
        state = {"at": self.at.isoformat(), "by": "sistem", "fact": fact, "on": "2026-03-02"}
        self.append(LOG, "log.heads", json.dumps(state).encode())

    def sign(self, *, witnessed: bool = True) -> None:
        """A checkpoint over everything there is."""
        size = self.tree.size
        text = Checkpoint(ORIGIN, size, self.tree.root).text
        lines = [signature_line(LOG_KEY.vkey, text, LOG_KEY.sign)]
        if witnessed:
            time = int(self.at.timestamp())
            lines.append(cosignature_line(WITNESS.vkey, text, time, WITNESS.sign))
        note = assemble(text, *lines)
        kept = Signed(origin=ORIGIN, size=size, note=note, signed_at=self.at)
        self.signed.append((kept, witnessed))
        self.pass_time(seconds=1)

    def settle(self, *, witnessed: bool = True) -> None:
        self.note_heads()
        self.sign(witnessed=witnessed)

    @contextmanager
    def open(self) -> Iterator[LogReader]:
        yield _Reading(self)


@dataclass(frozen=True)
class _Reading:
    """What a logbook answers to whoever makes evidence from it."""

    book: Logbook

    def origins(self) -> Sequence[Origin]:
        return [Origin(name=ORIGIN, since=1)]

    def newest(self) -> Signed | None:
        return self.book.signed[-1][0] if self.book.signed else None

    def witnessed(self, origin: str, positions: Sequence[int]) -> Sequence[Signed]:
        seen = [signed for signed, witnessed in self.book.signed if witnessed]
        found = {each.size: each for each in seen[-FEW:]}
        for position in positions:
            covering = [each for each in seen if each.size >= position]
            before = [each for each in seen if each.size < position]
            found |= {each.size: each for each in (*covering[:1], *before[-1:])}
        return [found[size] for size in sorted(found)]

    def history(self, stream: UUID) -> Sequence[Row]:
        return [row for whose, row in self.book.rows if whose == stream]

    def latest_heads(self) -> Own | None:
        found = [own for own in self._own() if own.row.topic == "log.heads"]
        return found[-1] if found else None

    def keys_and_names(self) -> Sequence[Own]:
        return [own for own in self._own() if own.row.topic != "log.heads"]

    def anchors(self, sizes: Sequence[int]) -> Sequence[Own]:
        return []

    def _own(self) -> list[Own]:
        rows = self.history(LOG)
        prevs = [None, *(row.leaf for row in rows)]
        return [Own(row=row, prev=prev) for row, prev in zip(rows, prevs, strict=False)]

    def nodes(self, wanted: Collection[tuple[int, int]]) -> Mapping[tuple[int, int], bytes]:
        return {place: self.book.tree.node(*place) for place in wanted}

    def head_nodes(self, paths: Sequence[str]) -> Mapping[str, bytes]:
        return {path: self.book.trie[path] for path in paths if path in self.book.trie}

    def stamps(self, origin: str, sizes: Sequence[int]) -> Sequence[Token]:
        return [token for token in self.book.tokens if token.size in sizes]


# One item in it

ITEM = UUID("6f1c2d3e-0000-4000-8000-000000000001")


def logged(
    facts: Sequence[tuple[Any, Stamp]], *, others: int = 30, witnessed: bool = True
) -> Logbook:
    """A log in which one item has these facts among those of others, signed twice."""
    book = Logbook()
    book.others(others)
    for version, (fact, stamp) in enumerate(facts, 1):
        book.record(replace(recorded(fact, stamp, version), originator_id=ITEM))
        book.others(others)
    book.settle(witnessed=witnessed)
    book.pass_time(days=3)
    book.others(others)
    book.settle(witnessed=witnessed)
    return book
