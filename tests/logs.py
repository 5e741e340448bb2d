"""A log made by hand, as honest or as dishonest as a test wants it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adapters.codec import encode
from adapters.evidence.keys import FileKey, log_key, witness_key
from adapters.evidence.replay import FAN, LOG_STREAM, Origin, Row, Stored, Subtree
from adapters.evidence.whole_log import gone_on_from
from domain import log
from domain.evidence.encoding import to_base64
from domain.evidence.heads import HeadsMap
from domain.evidence.note import Checkpoint, assemble, cosignature_line, signature_line
from domain.evidence.policy import Policy
from domain.evidence.record import Record, body_commitment, spelled
from domain.evidence.tree import Tree, root, subtree_root
from domain.history import SYSTEM, TAGS, Recorded

BEGAN = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
Y2000 = datetime(2000, 1, 1, tzinfo=UTC)
FIRST_NAME, SECOND_NAME = "sidik/uji-0a1b2c3d/log/1", "sidik/uji-0a1b2c3d/log/2"


def key_of(seed: str) -> FileKey:
    return FileKey(Ed25519PrivateKey.from_private_bytes(sha256(seed.encode()).digest()))


KEYS = {FIRST_NAME: key_of("log"), SECOND_NAME: key_of("log 2")}
WITNESS = key_of("witness")
WITNESS_KEY = witness_key("saksi.ki.example/1", WITNESS)
POLICY = Policy.parse(
    f"log {log_key(FIRST_NAME, KEYS[FIRST_NAME])}\nlog {log_key(SECOND_NAME, KEYS[SECOND_NAME])}\n"
    f"witness ki {WITNESS_KEY}\nquorum ki\n"
)


def moment_bytes(moment: datetime) -> bytes:
    """As PostgreSQL sends it."""
    return ((moment - Y2000) // timedelta(microseconds=1)).to_bytes(8, "big", signed=True)


def stream_of(number: int) -> str:
    return str(UUID(int=number))


@dataclass
class MadeLog:
    """A `WholeLog` in memory. Every list may be tampered with."""

    names: list[Origin] = field(default_factory=lambda: [Origin(FIRST_NAME, 1)])
    events: list[Row] = field(default_factory=list)
    leaves: dict[int, bytes] = field(default_factory=dict)
    signed: list[Stored] = field(default_factory=list)
    stamps: set[str] = field(default_factory=set)
    parts: list[Subtree] | None = None  # None: as they follow from the leaves
    nodes: dict[str, bytes] = field(default_factory=dict)  # of the heads map
    heads: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    at: datetime = BEGAN

    # Making it

    def add(self, stream: str, topic: str = "item.submitted", state: bytes = b"{}") -> int:
        """One more event; its position."""
        position = len(self.events) + 1
        self.at += timedelta(seconds=1, microseconds=7)
        version, prev = self.heads.get(stream, (0, b""))
        salt = sha256(b"salt %d" % position).digest()
        leaf = Record(
            log=[name.name for name in self.names if name.since <= position][-1],
            pos=position,
            stream=stream,
            version=version + 1,
            prev=prev or None,
            time=spelled(self.at),
            topic=topic,
            body=body_commitment(salt, state),
        ).leaf
        moment = moment_bytes(self.at)
        self.events.append((position, stream, version + 1, topic, moment, state, salt, leaf))
        self.leaves[position] = leaf
        self.heads[stream] = (version + 1, leaf)
        return position

    def say(self, fact: log.Fact) -> int:
        """One more fact of the log about itself."""
        if isinstance(fact, log.HeadsMapped):
            heads = {row[1]: (row[2], row[7] or b"") for row in self.events[: fact.size]}
            self.nodes = dict(_mapped(heads).nodes())
        recorded: Recorded[Any] = Recorded(
            originator_id=log.ID,
            originator_version=1,
            fact=fact,
            at=self.at,
            on=self.at.date(),
            by=SYSTEM,
        )
        return self.add(LOG_STREAM, TAGS[type(fact)], encode(recorded))

    def map_heads(self) -> log.HeadsMapped:
        heads_map = _mapped(self.heads)
        return log.HeadsMapped(
            size=len(self.events), root=to_base64(heads_map.root), count=heads_map.count
        )

    def sign(
        self,
        *,
        key: FileKey | None = None,
        seen: datetime | None = None,
        tree: Tree | None = None,
        size: int | None = None,
    ) -> Stored:
        """One more checkpoint, of the log as it is; with *seen* also by the witness."""
        tree = tree or self.tree
        size = tree.size if size is None else size
        name = self.names[-1].name
        signer = key or KEYS[name]
        text = Checkpoint(name, size, root(size, tree.node)).text
        lines = []
        if seen is not None:
            lines = [cosignature_line(WITNESS_KEY, text, int(seen.timestamp()), WITNESS.sign)]
        note = assemble(text, signature_line(log_key(name, signer), text, signer.sign))
        stored = Stored(size=size, origin=name, note=note, lines=lines)
        self.signed.append(stored)
        return stored

    def rename(self, trusted: int, *, declared: bool = True) -> None:
        tree = self.tree
        before = self.names[-1].name
        self.names.append(Origin(SECOND_NAME, len(self.events) + 1))
        if declared:
            at_size = to_base64(root(trusted, tree.node))
            self.say(log.Continued(origin=before, size=trusted, root=at_size, reason="Dipulihkan."))

    @property
    def tree(self) -> Tree:
        return Tree(leaf for _, leaf in sorted(self.leaves.items()))

    def rewrite(self, position: int, state: bytes) -> None:
        """What who rules the database can do: change an event and compute everything anew."""
        old, names = self.events, self.names
        self.names = [name for name in names if name.since == 1]
        self.events, self.leaves, self.heads, self.at = [], {}, {}, BEGAN
        for place, stream, _, topic, _, was, _, _ in old:
            self.names = [name for name in names if name.since <= place]
            self.add(stream, topic, state if place == position else was)
        self.names = names

    # Reading it

    def origins(self) -> Sequence[Origin]:
        return self.names

    def rows(self) -> Iterator[Row]:
        for position, stream, version, topic, moment, state, salt, _ in self.events:
            leaf = self.leaves.get(position)
            salt = salt if leaf else None
            yield position, stream, version, topic, moment, state, salt, leaf

    def lone_leaves(self, after: int, before: int | None = None) -> Mapping[int, bytes]:
        return {
            position: leaf
            for position, leaf in self.leaves.items()
            if position > after and (before is None or position < before)
        }

    def checkpoints(self) -> Iterator[Stored]:
        return iter(sorted(self.signed, key=lambda stored: stored.size))

    def subtrees(self) -> Iterator[Subtree]:
        return iter(self.parts if self.parts is not None else self.whole_parts())

    def whole_parts(self) -> list[Subtree]:
        leaves = [leaf for _, leaf in sorted(self.leaves.items())]
        return [
            Subtree(level=1, number=n, hash=subtree_root(leaves[n * FAN : (n + 1) * FAN]))
            for n in range(len(leaves) // FAN)
        ]

    def last_heads(self) -> int:
        said = (event[0] for event in self.events if event[1:4:2] == (LOG_STREAM, "log.heads"))
        return max(said, default=0)

    def head_nodes(self) -> Iterator[tuple[str, bytes]]:
        return iter(sorted(self.nodes.items()))

    def continued(self) -> Sequence[tuple[str, int]]:
        own = (event for event in self.events if event[1] == LOG_STREAM)
        return [
            found
            for _, _, _, topic, _, state, _, _ in own
            if topic == "log.continued" and (found := gone_on_from(state))
        ]

    def tokens(self) -> Collection[str]:
        return self.stamps


def _mapped(heads: Mapping[str, tuple[int, bytes]]) -> HeadsMap:
    heads_map = HeadsMap()
    for stream, head in heads.items():
        if stream != LOG_STREAM:
            heads_map.set(stream, *head)
    return heads_map


def honest(events: int = 20, streams: int = 5) -> MadeLog:
    """A log with events of several histories and nothing said of it yet."""
    made = MadeLog()
    for number in range(events):
        made.add(stream_of(1 + number % streams), state=b'{"number":%d}' % number)
    return made
