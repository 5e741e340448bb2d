"""What the evidence of an item is made from: its facts and the log around them, at one moment.

Proofs name hundreds of hashes out of millions, so it is first found out which are wanted and then
read in one go. Read on: what the log is asked (`LogReader`), what is gathered, and how.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from domain.evidence.absence import NoEvidence
from domain.evidence.encoding import HASH_BYTES, Malformed, hash_from_base64
from domain.evidence.heads import paths_to, prove_from, verify_head
from domain.evidence.record import Record, body_commitment, leaf, spelled
from domain.evidence.tree import Node, consistency_path, inclusion_path
from domain.history import TAGS
from domain.item import Confirmed, ConsequenceTested, Determined, Reclassified, Revised
from domain.log import ID as LOG
from domain.log import Continued

CONTINUED = TAGS[Continued]
DATED = frozenset(
    TAGS[kind] for kind in (Confirmed, ConsequenceTested, Determined, Reclassified, Revised)
)
DATED_MAX = 24
"""Facts whose time is bounded by witnesses."""

EARLIER_MAX = 190
"""A verifier takes no more than 200 checkpoints."""


# What the log is asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A checkpoint as it is kept, with every signature it has gathered."""

    origin: str
    size: int
    note: str
    signed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A fact at rest, with what opens its record."""

    position: int
    version: int
    recorded_at: datetime
    topic: str
    state: bytes
    salt: bytes
    leaf: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """A fact of the log about itself, and the leaf of the one before it."""

    row: Row
    prev: bytes | None

    @property
    def fact(self) -> dict[str, Any]:
        return _fact(self.row.state)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The name a log goes by, from a position on."""

    name: str
    since: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A time stamp (RFC 3161) over a checkpoint."""

    size: int
    authority: str
    token: bytes
    stamped_at: datetime


class LogReader(Protocol):
    """The log of one register at one moment. `adapters.evidence.reader` has the real one."""

    def origins(self) -> Sequence[Origin]:
        """Every name the log has had, the first first."""

    def newest(self) -> Signed | None:
        """The checkpoint that covers most."""

    def witnessed(self, origin: str, positions: Sequence[int]) -> Sequence[Signed]:
        """Cosigned checkpoints: of each position the first that covers it and the last that does
        not, and besides the latest few."""

    def history(self, stream: UUID) -> Sequence[Row]:
        """All facts of a history in their order."""

    def latest_heads(self) -> Own | None:
        """The last `log.heads`."""

    def keys_and_names(self) -> Sequence[Own]:
        """Every `log.key_changed` and `log.continued`."""

    def anchors(self, sizes: Sequence[int]) -> Sequence[Own]:
        """Every `log.anchored` of checkpoints of these sizes."""

    def nodes(self, wanted: Collection[tuple[int, int]]) -> Mapping[tuple[int, int], bytes]:
        """Hashes of complete subtrees of 2^level leaves, by (level, index)."""

    def head_nodes(self, paths: Sequence[str]) -> Mapping[str, bytes]:
        """Of these nodes of the heads map those there are."""

    def stamps(self, origin: str, sizes: Sequence[int]) -> Sequence[Token]:
        """Time stamps over the checkpoints of these sizes."""


OpenLog = Callable[[], AbstractContextManager[LogReader]]


# What is gathered


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A fact in the log, with its record and the way from there to the root."""

    row: Row
    record: bytes
    path: Sequence[bytes]

    @property
    def index(self) -> int:
        return self.row.position - 1

    @property
    def fact(self) -> dict[str, Any]:
        """What it says, as plain data."""
        return _fact(self.row.state)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    """The heads map as the log itself recorded it, and the item's place in it."""

    entry: Entry
    size: int
    version: int  # of the item, as of that size; 0: it had no fact yet
    leaf: bytes
    siblings: Sequence[bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    item: UUID
    checkpoint: Signed
    entries: Sequence[Entry]  # of the item, as far as the checkpoint covers them
    uncovered: Sequence[Row]  # facts no checkpoint covers yet
    earlier: Sequence[Signed] = ()  # the smallest first
    consistency: Mapping[int, Sequence[bytes]] = field(default_factory=dict)  # by earlier size
    heads: Heads | None = None
    own: Sequence[Entry] = ()  # the log's keys and names, and who has seen it
    tokens: Sequence[Token] = ()

    @property
    def checkpoints(self) -> list[Signed]:
        return [*self.earlier, self.checkpoint]

    @property
    def of_the_log(self) -> list[Entry]:
        """The log's own facts among what is proven."""
        return [*([self.heads.entry] if self.heads else []), *self.own]

    @property
    def predecessors(self) -> list[tuple[str, Entry]]:
        """The names the log went by before, each with the fact that ended it."""
        ended = [entry for entry in self.own if entry.row.topic == CONTINUED]
        return [(str(entry.fact.get("origin")), entry) for entry in ended]

    @property
    def complete_upto(self) -> int:
        """The version up to which it is proven that nothing of the item is missing."""
        return self.heads.version if self.heads else 0

    @property
    def is_complete(self) -> bool:
        """Whether every fact there is, is covered, and proven to be the last."""
        there = len(self.entries) + len(self.uncovered)
        return self.complete_upto == there


# How


Again = Callable[[int], bool]
"""Whether to look once more; waits as it likes for all up to a position to be covered."""


def never(_position: int) -> bool:
    return False


def gather(open_log: OpenLog, item: UUID, again: Again = never) -> Gathered:
    """All there is to prove of an item.

    The signer comes seconds after the fact: while something is not covered yet, *again* is asked.
    """
    while True:
        try:
            with open_log() as log:
                found = _gather(log, item)
        except NotYetSigned as trouble:
            if not again(trouble.position):
                raise
            continue
        last = (found.uncovered or [entry.row for entry in found.entries])[-1]
        if found.is_complete or not again(last.position):
            return found


class NotYetSigned(NoEvidence):
    """Nothing of the item is covered by a checkpoint."""

    def __init__(self, sentence: str, /, *, position: int) -> None:
        super().__init__(sentence)
        self.position = position


def _gather(log: LogReader, item: UUID) -> Gathered:
    rows = log.history(item)
    if not rows:
        raise NoEvidence("Tidak ada catatan tentang butir %(item)s.", item=item)
    newest, origins = log.newest(), log.origins()
    if newest is None or newest.size < rows[0].position:
        raise NotYetSigned(
            "Butir ini belum tercakup checkpoint bertanda tangan; pastikan penandatangan "
            "('sidik signer run') berjalan, lalu ulangi.",
            position=rows[-1].position,
        )
    covered = [row for row in rows if row.position <= newest.size]
    positions = [row.position for row in covered]
    records = dict(zip(positions, _records(item, covered, origins), strict=True))
    dated = _to_be_dated(covered)
    known = [each for each in log.keys_and_names() if each.row.position <= newest.size]
    earlier = _earlier(log, newest, known, dated)
    sizes = [each.size for each in earlier]
    own = [*known, *log.anchors([*sizes, newest.size])]
    own = [each for each in own if each.row.position <= newest.size]
    mapped = log.latest_heads()
    if mapped is not None and mapped.row.position > newest.size:
        mapped = None
    of_the_log = [*([mapped] if mapped else []), *own]
    declared = [each.fact["size"] for each in own if each.row.topic == CONTINUED]
    proven = sorted({*sizes, *(size for size in declared if 0 < size < newest.size)})
    node = nodes_for(log, [*positions, *(o.row.position for o in of_the_log)], proven, newest.size)

    def entry(row: Row, record: bytes) -> Entry:
        path = inclusion_path(row.position - 1, newest.size, node)
        return Entry(row=row, record=record, path=path)

    def own_entry(each: Own) -> Entry:
        return entry(each.row, record_of(LOG, each.row, each.prev, origins))

    return Gathered(
        item=item,
        checkpoint=newest,
        entries=[entry(row, records[row.position]) for row in covered],
        uncovered=rows[len(covered) :],
        earlier=earlier,
        consistency={size: consistency_path(size, newest.size, node) for size in proven},
        heads=_heads(log, item, covered, own_entry(mapped)) if mapped else None,
        own=[own_entry(each) for each in own],
        tokens=log.stamps(newest.origin, [*sizes, newest.size]),
    )


def _earlier(
    log: LogReader, newest: Signed, own: Sequence[Own], dated: Sequence[int]
) -> list[Signed]:
    """Witnessed checkpoints before the newest; under a former name only as far as it is trusted."""
    trusted = {newest.origin: newest.size - 1}
    for each in own:
        if each.row.topic == CONTINUED:
            trusted[each.fact["origin"]] = min(each.fact["size"], newest.size - 1)
    found = {
        signed.size: signed
        for origin, upto in trusted.items()
        for signed in log.witnessed(origin, dated)
        if 0 < signed.size <= upto
    }
    kept = dict(list(found.items())[:EARLIER_MAX])  # those under the present name come first
    return [kept[size] for size in sorted(kept)]


def _to_be_dated(rows: Sequence[Row]) -> list[int]:
    """Positions of the facts whose time matters: tests, decrees, and what came last."""
    dated = [row.position for row in rows if row.topic in DATED]
    return list(dict.fromkeys([*dated[-DATED_MAX:], rows[-1].position]))


def _records(stream: UUID, rows: Iterable[Row], origins: Sequence[Origin]) -> Iterator[bytes]:
    """The record of each fact of a whole history, written anew and compared with its leaf."""
    prev = None
    for place, row in enumerate(rows, 1):
        if row.version != place:
            raise NoEvidence(
                "Riwayat butir %(item)s berlubang: sesudah catatan ke-%(before)s langsung ke "
                "catatan ke-%(after)s. Berkas tidak dibuat; jalankan 'sidik verify'.",
                item=stream,
                before=place - 1,
                after=row.version,
            )
        yield record_of(stream, row, prev, origins)
        prev = row.leaf


def record_of(stream: UUID, row: Row, prev: bytes | None, origins: Sequence[Origin]) -> bytes:
    """The record of a fact, written anew; raises `NoEvidence` where its leaf is another's."""
    named = [origin.name for origin in origins if origin.since <= row.position]
    made = Record(
        log=named[-1],
        pos=row.position,
        stream=str(stream),
        version=row.version,
        prev=prev,
        time=spelled(row.recorded_at),
        topic=row.topic,
        body=body_commitment(row.salt, row.state),
    ).to_bytes()
    if leaf(made) != row.leaf:
        raise NoEvidence(
            "Catatan nomor %(position)s tidak lagi sama dengan yang dicatat dalam log. Berkas "
            "tidak dibuat; jalankan 'sidik verify' dan laporkan hasilnya.",
            position=row.position,
        )
    return made


def _heads(log: LogReader, item: UUID, rows: Sequence[Row], entry: Entry) -> Heads | None:
    """The item's place in the heads map; None while the map kept is not the one recorded."""
    said = entry.fact
    try:
        size, root = int(said["size"]), hash_from_base64(said["root"], "akar peta kepala")
    except (KeyError, TypeError, ValueError, Malformed):
        return None
    below = [row for row in rows if row.position <= size]
    version, last = (below[-1].version, below[-1].leaf) if below else (0, bytes(HASH_BYTES))
    proof = prove_from(log.head_nodes(paths_to(str(item))), str(item))
    if not version or not verify_head(root, str(item), version, last, proof.siblings):
        return None
    return Heads(entry=entry, size=size, version=version, leaf=last, siblings=proof.siblings)


def _fact(state: bytes) -> dict[str, Any]:
    try:
        fact = json.loads(state)["fact"]
    except (ValueError, KeyError, TypeError):
        return {}
    return fact if isinstance(fact, dict) else {}


def nodes_for(log: LogReader, positions: Sequence[int], sizes: Sequence[int], size: int) -> Node:
    """Every hash that the proofs of these positions and earlier sizes will ask for."""
    asked: set[tuple[int, int]] = set()

    def ask(level: int, index: int) -> bytes:
        asked.add((level, index))
        return bytes(HASH_BYTES)

    for position in positions:
        inclusion_path(position - 1, size, ask)
    for earlier in sizes:
        consistency_path(earlier, size, ask)
    known = log.nodes(asked)
    return lambda level, index: known[level, index]
