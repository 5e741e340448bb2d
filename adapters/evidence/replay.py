"""Checking a whole log: every record is made anew and everything that was ever said of it compared.

Facts come in the order of their positions and are looked at once. What does not agree is named
by its position and the checking goes on, with the leaf as it is stored, so that one altered row
is one finding. Read on: what is read (`WholeLog`), how the tree grows, what is checked where.
"""

from __future__ import annotations

import heapq
from binascii import b2a_base64
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from itertools import zip_longest
from operator import attrgetter, itemgetter
from typing import Any, Protocol, TypeAlias

from adapters.codec import Unreadable, to_recorded
from adapters.garbage import undisturbed
from domain import log
from domain.evidence.encoding import HASH_BYTES, Malformed, to_base64
from domain.evidence.heads import DEPTH_MAX, HeadsMap
from domain.evidence.note import Checkpoint, Note, NotTrusted, VerifierKey, Verify
from domain.evidence.policy import NONE, Judged, Policy
from domain.evidence.record import SALT_BYTES, Record
from domain.evidence.tree import EMPTY_ROOT, Frontier, subtree_root
from domain.evidence.verdict import Finding, Trouble, Verdict
from domain.history import Recorded

LOG_STREAM = str(log.ID)
FAN = 256  # leaves or subtrees below one stored hash
FAN_LEVEL = 8
CLOCKS_SECONDS = 300  # by which honest clocks may differ
UNSEEN_SECONDS = 86_400  # a record may be older than a witness's look at the log without it
HEADS_BACK_MAX = 100_000  # positions that a heads map may look back from its own place
FINDINGS_MAX = 100
SECOND = 1_000_000  # microseconds
Y2000 = 946_684_800  # from when PostgreSQL counts, in seconds since 1970
BEGINNING = -(2**63)
A_RECORD = Record(
    log="x",
    pos=1,
    stream=LOG_STREAM,
    version=1,
    prev=None,
    time="2026-01-01T00:00:00.000000Z",
    topic="x",
    body=bytes(HASH_BYTES),
)

Progress: TypeAlias = Callable[[int], None]


# What is read


Row: TypeAlias = tuple[int, str, int, str, bytes, bytes, bytes | None, bytes | None]
"""Position, stream, version, topic, recorded at (as PostgreSQL sends it), state, salt, leaf; the
last two are None where there is no leaf. A plain tuple, for there are millions."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The name of the log from a position on."""

    name: str
    since: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A checkpoint that is kept here, and the lines of its witnesses."""

    size: int
    origin: str
    note: str
    lines: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Subtree:
    """A stored root of 256^level leaves."""

    level: int
    number: int
    hash: bytes

    @property
    def start(self) -> int:
        """The position of its first leaf."""
        return (self.number << FAN_LEVEL * self.level) + 1

    @property
    def end(self) -> int:
        """That of its last."""
        return (self.number + 1) << FAN_LEVEL * self.level


class WholeLog(Protocol):
    """One log as of one moment. `adapters.evidence.whole_log` has the real one."""

    def origins(self) -> Sequence[Origin]:
        """Every name it has had, the first first."""

    def rows(self) -> Iterator[Row]:
        """All facts by their position."""

    def lone_leaves(self, after: int, before: int | None = None) -> Mapping[int, bytes]:
        """The leaves there are between two positions where facts are missing, by position."""

    def checkpoints(self) -> Iterator[Stored]:
        """By size."""

    def subtrees(self) -> Iterator[Subtree]:
        """By where they end; of those that end together, the lowest first."""

    def last_heads(self) -> int:
        """Where the last `log.heads` stands; 0: nowhere."""

    def head_nodes(self) -> Iterator[tuple[str, bytes]]:
        """The nodes kept of the heads map, by their path; asked for once all facts are read."""

    def continued(self) -> Sequence[tuple[str, int]]:
        """Each former name, and the size up to which the log says that it is to be trusted."""

    def tokens(self) -> Collection[str]:
        """SHA-256 of each time stamp that is kept, hex."""


def verify_log(
    source: WholeLog,
    *,
    verify: Verify,
    policy: Policy | None = None,
    held: Sequence[str] = (),
    progress: Progress = lambda position: None,
) -> Verdict:
    """Check everything; *held* are checkpoints that the reader has kept elsewhere."""
    with undisturbed():
        return _Replay(source, verify, policy, progress).run(held)


# The tree as it grows


class GrowingTree:
    """A tree of which only the right edge is kept: all that one pass over its leaves needs."""

    def __init__(self) -> None:
        self._whole = Frontier()  # blocks of 256 leaves
        self._rest = Frontier()  # leaves behind them
        self._blocks: list[list[bytes]] = []  # by level, what is not yet a subtree of the next

    @property
    def size(self) -> int:
        return self._whole.size + self._rest.size

    @property
    def root(self) -> bytes:
        return Frontier(self.size, [*self._whole.nodes, *self._rest.nodes]).root

    def extend(self, leaves: Sequence[bytes]) -> list[Subtree]:
        """Go on by leaves of one block; the subtrees that became complete by it."""
        if len(leaves) == FAN:
            return self._close(subtree_root(leaves))
        for leaf in leaves:
            self._rest.append(leaf)
        if self._rest.size < FAN:
            return []
        (block,) = self._rest.nodes
        self._rest = Frontier()
        return self._close(block)

    def _close(self, block: bytes) -> list[Subtree]:
        self._whole.append(block, level=FAN_LEVEL)
        closed = []
        for level in range(1, 9):
            closed.append(
                Subtree(
                    level=level,
                    number=(self._whole.size >> FAN_LEVEL * level) - 1,
                    hash=block,
                )
            )
            if level > len(self._blocks):
                self._blocks.append([])
            waiting = self._blocks[level - 1]
            waiting.append(block)
            if len(waiting) < FAN:
                break
            block = subtree_root(waiting)
            waiting.clear()
        return closed


# What is checked where


@dataclass(slots=True, kw_only=True)
class _Mark:
    """A checkpoint: where the history must be the one it names."""

    size: int
    origin: str
    root: bytes = b""
    unreadable: str = ""  # why it says nothing
    badly_signed: str = ""
    judged: Judged | None = None  # None: nobody whom the reader trusts has signed it
    is_held: bool = False  # by the reader
    digests: Sequence[str] = ()  # by which anchors name it


class _Replay:
    """One pass over a log; `run` it once."""

    def __init__(
        self, source: WholeLog, verify: Verify, policy: Policy | None, progress: Progress
    ) -> None:
        self.source, self.policy, self.progress = source, policy, progress
        self._verify = verify
        self.origins = source.origins()
        self.log_keys = {each.key for each in policy.logs} if policy else set[VerifierKey]()
        self.findings: list[Finding] = []
        self.found = 0

        self.position = self.facts = 0
        self.histories: dict[str, tuple[int, bytes]] = {}  # last version and leaf of each
        self.topics: set[str] = set()  # that can stand in a record
        self.floor = BEGINNING  # microseconds since 2000; no later record may be dated before
        self.seen = self.anchored = BEGINNING  # what raised it: a witness's look, an anchor

        self.tree = GrowingTree()
        self.leaves: list[bytes] = []  # behind the tree
        self.is_whole = True  # no leaf is lost, so there is a tree to speak of
        self.subtrees = source.subtrees()
        self.subtree = next(self.subtrees, None)
        self.roots = {0: to_base64(EMPTY_ROOT)}  # and of the sizes in `asked`
        self.trusted = dict(source.continued())  # up to where, under a former name
        self.asked = sorted({size for size in self.trusted.values() if size > 0}, reverse=True)

        self.marks: Iterator[_Mark] = iter(())
        self.mark: _Mark | None = None
        self.agreed = 0  # the size up to which a checkpoint agrees
        self.is_astray = False  # the last checkpoint did not
        self.checkpoints = self.covered = self.signatures = self.signed = self.witnessed = 0
        self.held = self.unknown_keys = self.unproven_holdings = 0

        self.log = log.initial
        self.names_declared: set[int] = set()  # positions at which the log took a new name
        self.heads_map = HeadsMap()
        self.mapped = 0  # up to which position
        self.unmapped: list[tuple[int, str, int, bytes]] = []
        self.last_heads = source.last_heads()
        self.mapped_at = 0  # where the latest map stands that agrees
        self.heads = self.complete = self.head_nodes = 0
        self.sightings: dict[str, int] = {}  # when a witness cosigned, by the digest of the note
        self.tokens = source.tokens()
        self.anchors_unseen = 0

    # From the first fact to the last

    def run(self, held: Sequence[str]) -> Verdict:
        kept = map(self._stored, self.source.checkpoints())
        brought = sorted(filter(None, map(self._brought, held)), key=attrgetter("size"))
        self.marks = heapq.merge(kept, brought, key=attrgetter("size"))
        self.mark = next(self.marks, None)
        if not self.origins or self.origins[0].since != 1:
            self._find(Trouble.RENAMED, 1)
        self._pause()
        self._read(self.source.rows())
        left = self.source.lone_leaves(self.position)
        self._fill_gap(left, max(left, default=self.position) + 1)
        self._pause()
        self._end()
        return self._verdict()

    def _read(self, rows: Iterable[Row]) -> None:
        """The one loop that all facts go through; whatever is odd is looked into elsewhere."""
        histories, topics = self.histories, self.topics
        leaves, unmapped = self.leaves, self.unmapped
        second, clock = -1, ""
        stop, origin = self.stop, self.origin
        for position, stream, version, topic, moment, state, salt, leaf in rows:
            if position != self.position + 1:
                if position <= self.position:
                    self._find(Trouble.ORDER, position)
                    continue
                self._fill_gap(self.source.lone_leaves(self.position, position), position)
                stop, origin = self.stop, self.origin
            self.position = position
            self.facts += 1
            before = histories.get(stream)
            if version != (before[0] + 1 if before else 1):
                self._find(Trouble.VERSION, position, detail=f"{stream}/{version}")
            if leaf is None or salt is None or len(leaf) != HASH_BYTES:
                self._find(Trouble.LEAF_MISSING, position, detail=f"{topic}, {stream}/{version}")
                self.is_whole = False
            else:
                if topic not in topics:
                    self._learn(topic)
                recorded = int.from_bytes(moment, "big", signed=True)
                if recorded // SECOND != second:
                    second = recorded // SECOND
                    clock = _clock(second)
                prev = b2a_base64(before[1], newline=False).decode() if before else "-"
                body = sha256(b"sidik-body/v1\n" + salt + state).digest()
                record = (
                    f"sidik-record/v1\nlog {origin}\npos {position}\nstream {stream}\n"
                    f"version {version}\nprev {prev}\ntime {clock}.{recorded % SECOND:06d}Z\n"
                    f"topic {topic}\nbody {b2a_base64(body, newline=False).decode()}\n"
                )
                made = sha256(b"\0" + record.encode()).digest()
                if made != leaf or len(salt) != SALT_BYTES or topic not in topics:
                    self._find(Trouble.RECORD, position, detail=f"{topic}, {stream}/{version}")
                elif recorded < self.floor:
                    self._dated_too_early(position, recorded)
                else:
                    self.floor = recorded
                histories[stream] = (version, leaf)
                leaves.append(leaf)
                if stream == LOG_STREAM:
                    self._own_fact(position, version, topic, state)
                else:
                    unmapped.append((position, stream, version, leaf))
            if position == stop:
                self._pause()
                stop, origin = self.stop, self.origin

    def _learn(self, topic: str) -> None:
        """Take note of a topic that can stand on a line of its own."""
        with suppress(Malformed):
            replace(A_RECORD, topic=topic).to_bytes()
            self.topics.add(topic)

    def _fill_gap(self, leaves: Mapping[int, bytes], position: int) -> None:
        """Go on up to *position* over places without a fact, by *leaves* where those are left."""
        for missing in range(self.position + 1, position):
            leaf = leaves.get(missing)
            if leaf is None or len(leaf) != HASH_BYTES:
                self._find(Trouble.BOTH_MISSING, position - 1, since=missing)
                self.is_whole = False
                self.position = position - 1
                self._pause()
                return
            self._find(Trouble.EVENT_MISSING, missing)
            self.position = missing
            self.leaves.append(leaf)
            if missing == self.stop:
                self._pause()

    def _pause(self) -> None:
        """Compare what there is to compare at this position, and find where to stop next."""
        position = self.position
        self._grow()
        while self.mark is not None and self.mark.size <= position:
            self._compare(self.mark)
            self.mark = next(self.marks, None)
        while self.asked and self.asked[-1] <= position:
            size = self.asked.pop()
            if size == position and self.is_whole:
                self.roots[size] = to_base64(self.tree.root)
        if position > self.last_heads:
            self.unmapped.clear()
        elif len(self.unmapped) > 2 * HEADS_BACK_MAX:
            self._map_heads(position - HEADS_BACK_MAX)
        self.progress(position)
        known = [origin for origin in self.origins if origin.since <= position + 1]
        self.origin = known[-1].name if known else ""
        stops = [(position // FAN + 1) * FAN]
        stops += [self.mark.size] if self.mark is not None else []
        stops += self.asked[-1:]
        stops += [origin.since - 1 for origin in self.origins[len(known) :]]
        self.stop = min(stops)

    # The tree

    def _grow(self) -> None:
        if self.is_whole:
            for closed in self.tree.extend(self.leaves):
                self._compare_subtree(closed)
        self.leaves.clear()

    def _compare_subtree(self, closed: Subtree) -> None:
        while (stored := self.subtree) and (stored.end, stored.level) < (closed.end, closed.level):
            self._find(Trouble.SUBTREE, stored.end, since=stored.start)
            self.subtree = next(self.subtrees, None)
        if stored is None or (stored.end, stored.level) != (closed.end, closed.level):
            self._find(Trouble.SUBTREE_MISSING, closed.end, since=closed.start)
            return
        if stored != closed:
            self._find(Trouble.SUBTREE, closed.end, since=closed.start)
        self.subtree = next(self.subtrees, None)

    # Checkpoints

    def _stored(self, stored: Stored) -> _Mark:
        """A checkpoint that is kept here, with its signatures checked."""
        mark = _Mark(size=stored.size, origin=stored.origin)
        whole = stored.note + "".join(stored.lines)
        try:
            note = Note.parse(whole)
            checkpoint = Checkpoint.parse(note.text)
        except Malformed as trouble:
            mark.unreadable = str(trouble)
            return mark
        if (checkpoint.size, checkpoint.origin) != (stored.size, stored.origin):
            mark.unreadable = "naskahnya menyebut ukuran atau nama lain"
            return mark
        mark.root = checkpoint.root
        if self.policy is None:
            return mark
        try:
            mark.judged = self.policy.judge(whole, self._verify)
        except NotTrusted as trouble:
            known = {(key.name, key.key_id) for key in self.log_keys}
            if any((each.name, each.key_id) in known for each in note.signatures):
                mark.badly_signed = str(trouble)
        else:
            mark.digests = [
                sha256((stored.note + line).encode()).hexdigest() for line in stored.lines
            ]
        return mark

    def _brought(self, note: str) -> _Mark | None:
        """A checkpoint that the reader holds; None where the log has never signed it."""
        if self.policy is None:
            checkpoint = Checkpoint.parse(Note.parse(note).text)
        else:
            try:
                checkpoint = self.policy.judge(note, self._verify).checkpoint
            except NotTrusted:
                self.unproven_holdings += 1
                return None
        return _Mark(
            size=checkpoint.size, origin=checkpoint.origin, root=checkpoint.root, is_held=True
        )

    def _compare(self, mark: _Mark) -> None:
        if mark.unreadable:
            self._find(Trouble.UNREADABLE, mark.size, detail=mark.unreadable)
        elif mark.badly_signed:
            self._find(Trouble.SIGNATURE, mark.size, detail=mark.badly_signed)
        elif mark.origin not in {origin.name for origin in self.origins}:
            foreign = Trouble.HELD_FOREIGN if mark.is_held else Trouble.FOREIGN
            self._find(foreign, mark.size, detail=mark.origin)
        elif not self.is_whole or self._is_disowned(mark):
            return
        elif mark.root != self.tree.root:
            if mark.is_held:
                self._find(Trouble.HELD_ROOT, mark.size, since=self.agreed + 1)
            elif not self.is_astray:  # those that follow cannot agree either
                self._find(Trouble.ROOT, mark.size, since=self.agreed + 1)
                self.is_astray = True
        elif mark.is_held:
            self.held += 1
            self.agreed = mark.size
        else:
            self.agreed, self.is_astray = mark.size, False
            self._count(mark)

    def _is_disowned(self, mark: _Mark) -> bool:
        """Whether the log itself no longer stands by it; who holds one is told nevertheless."""
        return not mark.is_held and mark.size > self.trusted.get(mark.origin, mark.size)

    def _count(self, mark: _Mark) -> None:
        self.checkpoints += 1
        self.covered = mark.size
        if mark.judged is None:
            self.unknown_keys += self.policy is not None
            return
        signers = {str(key) for key in mark.judged.opened.signed if key in self.log_keys}
        known = [key for key in self.log.keys if key.vkey in signers]
        if known and len(known) >= len(signers) and not any(key.signs(mark.size) for key in known):
            self._find(Trouble.ENDED_KEY, mark.size)
            return
        self.signatures += 1
        self.signed = mark.size
        if mark.judged.times:
            self._look(mark, min(mark.judged.times.values()))
        if mark.judged.met and self.policy is not None and self.policy.quorum != NONE:
            self.witnessed = mark.size

    def _look(self, mark: _Mark, time: int) -> None:
        """A witness saw the log at *time*: what he saw is older, what he did not is hardly so."""
        if self.floor > (time - Y2000 + CLOCKS_SECONDS) * SECOND:
            self._find(Trouble.TIME_AFTER_SEEN, mark.size)
        self.seen = max(self.seen, (time - Y2000 - UNSEEN_SECONDS) * SECOND)
        self.floor = max(self.floor, self.seen)
        self.sightings.update(dict.fromkeys(mark.digests, time))

    def _dated_too_early(self, position: int, recorded: int) -> None:
        if recorded < self.anchored:
            self._find(Trouble.TIME_BEFORE_ANCHOR, position)
        elif recorded < self.seen:
            self._find(Trouble.TIME_BEFORE_SEEN, position)
        else:
            self._find(Trouble.TIME_BACK, position)

    # What the log says of itself

    def _own_fact(self, position: int, version: int, topic: str, state: bytes) -> None:
        try:
            recorded: Recorded[Any] = to_recorded(log.ID, version, topic, state)
            self.log = log.evolve(self.log, recorded)
        except (Unreadable, AssertionError):
            self._find(Trouble.OWN_FACT, position, detail=topic)
            return
        match recorded.fact:
            case log.HeadsMapped() as heads:
                self._compare_heads(position, heads)
            case log.Anchored(kind=log.Seen.WITNESS, sha256=digest):
                self._anchor(self.sightings.pop(digest, None))
            case log.Anchored(sha256=digest):
                self.anchors_unseen += digest not in self.tokens
            case log.Continued() as continued:
                self._compare_continued(position, continued)

    def _anchor(self, time: int | None) -> None:
        """Whatever is recorded from here on is not older than what a witness said at *time*."""
        if time is None:
            self.anchors_unseen += 1
            return
        self.anchored = max(self.anchored, (time - Y2000 - CLOCKS_SECONDS) * SECOND)
        self.floor = max(self.floor, self.anchored)

    def _compare_heads(self, position: int, said: log.HeadsMapped) -> None:
        if not self.mapped <= said.size < position:
            self._find(Trouble.HEADS_TOO_OLD, position, detail=str(said.size))
            return
        self._map_heads(said.size)
        found = (to_base64(self.heads_map.root), self.heads_map.count)
        if (said.root, said.count) != found:
            self._find(Trouble.HEADS, position)
            return
        self.heads += 1
        self.complete, self.mapped_at = said.size, position

    def _map_heads(self, size: int) -> None:
        """Bring the map to what the heads were when the log had that size."""
        behind = bisect_right(self.unmapped, size, key=itemgetter(0))
        for _, stream, version, leaf in self.unmapped[:behind]:
            self.heads_map.set(stream, version, leaf)
        del self.unmapped[:behind]
        self.mapped = max(self.mapped, size)

    def _compare_head_nodes(self) -> None:
        """Of the heads last recorded, where those agree; else nothing is proven by their nodes."""
        if self.mapped_at != self.last_heads:
            return
        ours, theirs = self.heads_map.nodes(), self.source.head_nodes()
        for made, kept in zip_longest(ours, theirs):
            if made == kept:
                self.head_nodes += 1
                continue
            if made is None or (kept is not None and kept[0] < made[0]):
                trouble, path = Trouble.HEAD_NODE_EXTRA, kept[0]
            elif kept is None or kept[0] != made[0]:
                trouble, path = Trouble.HEAD_NODE_MISSING, made[0]
            else:
                trouble, path = Trouble.HEAD_NODE, made[0]
            place = self.last_heads or self.position
            self._find(trouble, place, detail="/" + ascii(path[:DEPTH_MAX])[1:-1])
            return

    def _compare_continued(self, position: int, said: log.Continued) -> None:
        before = [origin.name for origin in self.origins if origin.since < position]
        self.names_declared.add(position)
        if (
            position not in {origin.since for origin in self.origins[1:]}
            or said.origin != before[-1]
            or (self.is_whole and self.roots.get(said.size) != said.root)
        ):
            self._find(Trouble.CONTINUED, position, detail=said.origin)

    # The end

    def _end(self) -> None:
        short: Trouble | None = None
        while self.mark is not None:
            mark, self.mark = self.mark, next(self.marks, None)
            if mark.unreadable or mark.badly_signed:
                self._compare(mark)
                continue
            if self._is_disowned(mark):
                continue
            trouble = Trouble.HELD_SHORT if mark.is_held else Trouble.SHORT
            if trouble is not short:
                self._find(trouble, mark.size, since=self.position + 1)
            short = trouble
        if self.is_whole and self.subtree is not None:
            self._find(Trouble.SUBTREE, self.subtree.end, since=self.subtree.start)
        self._compare_head_nodes()
        for origin in self.origins[1:]:
            if origin.since not in self.names_declared:
                self._find(Trouble.RENAMED, origin.since, detail=origin.name)

    def _find(
        self, trouble: Trouble, position: int, *, since: int | None = None, detail: str = ""
    ) -> None:
        self.found += 1
        if len(self.findings) < FINDINGS_MAX:
            self.findings.append(
                Finding(trouble=trouble, position=position, since=since, detail=detail)
            )

    def _verdict(self) -> Verdict:
        return Verdict(
            origin=self.origins[-1].name if self.origins else "",
            facts=self.facts,
            histories=len(self.histories),
            root=to_base64(self.tree.root) if self.is_whole else "",
            checkpoints=self.checkpoints,
            covered=self.covered,
            signatures=self.signatures,
            signed=self.signed,
            witnessed=self.witnessed,
            held=self.held,
            heads=self.heads,
            complete=self.complete,
            head_nodes=self.head_nodes,
            policy=self.policy is not None,
            quorum=self.policy is not None and self.policy.quorum != NONE,
            unknown_keys=self.unknown_keys,
            unproven_holdings=self.unproven_holdings,
            anchors_unseen=self.anchors_unseen,
            findings=tuple(self.findings),
            found=self.found,
        )


def _clock(second: int) -> str:
    """A second since 2000 as records write it; nothing for one that no record can have."""
    try:
        return datetime.fromtimestamp(Y2000 + second, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    except (OverflowError, ValueError, OSError):
        return ""
