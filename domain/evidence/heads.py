"""The heads map: of every history its last version and leaf, as one hash.

A proof of inclusion shows that a record is there; only this shows that none follows it. It is a
binary trie over hashed stream ids, in which a subtree with a single leaf is that leaf: each
stream has exactly one place, so one proof says both what its head is and that there is no other.
A node's path is its bits from the root; the root's is empty.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple, TypeAlias

from domain.evidence.encoding import HASH_BYTES
from domain.evidence.tree import node_hash

EMPTY = bytes(HASH_BYTES)
"""What stands for a subtree without leaves."""

DEPTH_MAX = 8 * HASH_BYTES


class Entry(NamedTuple):
    """A leaf of the trie before it is hashed; it names no stream."""

    key: bytes
    value: bytes


class Proof(NamedTuple):
    """What leads to the place of a stream, from the root down."""

    siblings: list[bytes]
    other: Entry | None = None  # whose leaf stands in that place where the stream's does not


def key_of(stream: str) -> bytes:
    return sha256(b"sidik-head-key/v1\n" + stream.encode("ascii")).digest()


def value_of(version: int, leaf: bytes) -> bytes:
    return sha256(b"sidik-head-val/v1\n%d\n" % version + leaf).digest()


def entry_hash(entry: Entry) -> bytes:
    return sha256(b"\x00" + entry.key + entry.value).digest()


def _bit(key: bytes, depth: int) -> int:
    return key[depth >> 3] >> (7 - (depth & 7)) & 1


def _bits(key: bytes) -> str:
    return f"{int.from_bytes(key):0{DEPTH_MAX}b}"


# The map as it grows


class _Leaf:
    """A stream's place. Its hash is not kept: it is as quickly made as found."""

    __slots__ = ("entry", "is_kept")

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.is_kept = False  # whether `changes` has told of it


class _Fork:
    """A node below which several leaves hang."""

    __slots__ = ("hash", "is_kept", "left", "right")

    def __init__(self) -> None:
        self.left: _Node | None = None
        self.right: _Node | None = None
        self.hash: bytes | None = None  # None: something below has changed
        self.is_kept = False

    def child(self, bit: int) -> _Node | None:
        return self.right if bit else self.left


_Node: TypeAlias = _Leaf | _Fork


class HeadsMap:
    """The map in memory. Only what changed is hashed again, and only when somebody asks."""

    def __init__(self) -> None:
        self._top: _Node | None = None
        self._count = 0
        self._set: dict[str, tuple[int, bytes]] = {}  # not yet in the trie

    def set(self, stream: str, version: int, leaf: bytes) -> None:
        """The history *stream* now ends with this version and leaf."""
        self._set[stream] = (version, leaf)

    @property
    def root(self) -> bytes:
        self._settle()
        return _hash(self._top)

    @property
    def count(self) -> int:
        """How many streams there are."""
        self._settle()
        return self._count

    def prove(self, stream: str) -> Proof:
        """What shows the head of a stream, or that it has none."""
        self._settle()
        key = key_of(stream)
        siblings: list[bytes] = []
        node = self._top
        while isinstance(node, _Fork):
            bit = _bit(key, len(siblings))
            siblings.append(_hash(node.child(1 - bit)))
            node = node.child(bit)
        is_other = node is not None and node.entry.key != key
        return Proof(siblings, node.entry if node is not None and is_other else None)

    def changes(self) -> Iterator[tuple[str, bytes]]:
        """Path and hash of every node that is new or other than when it was last told here.

        Whoever keeps them holds all that `prove_from` needs; no node ever goes away.
        """
        self._settle()
        yield from _changes(self._top, "")

    def nodes(self) -> Iterator[tuple[str, bytes]]:
        """Path and hash of all nodes, in the order of their paths."""
        self._settle()
        waiting = [("", self._top)]
        while waiting:
            path, node = waiting.pop()
            if node is not None:
                yield path, _hash(node)
            if isinstance(node, _Fork):
                waiting += (path + "1", node.right), (path + "0", node.left)

    def _settle(self) -> None:
        """Put into the trie what was set since the last time, all of it in one go."""
        entries = sorted(
            Entry(key_of(stream), value_of(*head)) for stream, head in self._set.items()
        )
        self._set.clear()
        self._top = self._grown(self._top, entries, 0)

    def _grown(self, node: _Node | None, entries: list[Entry], depth: int) -> _Node | None:
        """*node* with these *entries*, which are in order and share its path, put below it."""
        if not entries:
            return node
        if isinstance(node, _Leaf):
            place = bisect_left(entries, (node.entry.key,))
            if place == len(entries) or entries[place].key != node.entry.key:
                entries = [*entries[:place], node.entry, *entries[place:]]
            self._count -= 1  # it is counted again where it comes to stand
            node = None
        if node is None:
            if len(entries) == 1:
                self._count += 1
                return _Leaf(entries[0])
            node = _Fork()
        middle = _first_right(entries, depth)
        node.left = self._grown(node.left, entries[:middle], depth + 1)
        node.right = self._grown(node.right, entries[middle:], depth + 1)
        node.hash, node.is_kept = None, False
        return node


def _first_right(entries: Sequence[Entry], depth: int) -> int:
    """Where those begin that go right at *depth*."""
    byte, mask = depth >> 3, 0x80 >> (depth & 7)
    start, end = 0, len(entries)
    while start < end:
        middle = (start + end) // 2
        if entries[middle].key[byte] & mask:
            end = middle
        else:
            start = middle + 1
    return start


def _hash(node: _Node | None) -> bytes:
    if node is None:
        return EMPTY
    if isinstance(node, _Leaf):
        return entry_hash(node.entry)
    if node.hash is None:
        node.hash = node_hash(_hash(node.left), _hash(node.right))
    return node.hash


def _changes(node: _Node | None, path: str) -> Iterator[tuple[str, bytes]]:
    if node is None or node.is_kept:
        return
    yield path, _hash(node)
    if isinstance(node, _Fork):
        yield from _changes(node.left, path + "0")
        yield from _changes(node.right, path + "1")
    node.is_kept = True


# The map as it is kept: nodes by their path


def paths_to(stream: str) -> list[str]:
    """Every path that `prove_from` may look up for a stream, the root's first."""
    bits = _bits(key_of(stream))
    return [""] + [bits[:depth] + bit for depth in range(DEPTH_MAX) for bit in ("0", "1")]


def prove_from(
    nodes: Mapping[str, bytes], stream: str, heads: Mapping[str, tuple[int, bytes]] | None = None
) -> Proof:
    """The same proof as `HeadsMap.prove`, from nodes that were kept.

    Kept nodes do not know whose they are. To prove the absence of a stream where another's leaf
    stands, that other's head must be among *heads*; raises `KeyError` where it is not.
    """
    key = key_of(stream)
    bits = _bits(key)
    siblings: list[bytes] = []
    path = ""
    while path + "0" in nodes or path + "1" in nodes:
        bit = bits[len(path)]
        siblings.append(nodes.get(path + ("0" if bit == "1" else "1"), EMPTY))
        path += bit
    standing = nodes.get(path)
    if standing is None or heads is None:
        return Proof(siblings)
    for name, (version, leaf) in heads.items():
        entry = Entry(key_of(name), value_of(version, leaf))
        if entry_hash(entry) == standing:
            return Proof(siblings, None if entry.key == key else entry)
    raise KeyError(f"whose leaf stands at {path}")


# How it is checked


def verify_head(
    root: bytes,
    stream: str,
    version: int,
    leaf: bytes,
    siblings: Sequence[bytes],
    other: tuple[bytes, bytes] | None = None,
) -> bool:
    """Whether this is the head of *stream* under *root*; version 0: whether it has none."""
    if len(siblings) > DEPTH_MAX or any(len(sibling) != HASH_BYTES for sibling in siblings):
        return False
    key = key_of(stream)
    if version > 0:
        if other is not None or len(leaf) != HASH_BYTES:
            return False
        hash_ = entry_hash(Entry(key, value_of(version, leaf)))
    elif version < 0:
        return False
    elif other is None:
        hash_ = EMPTY
    else:
        entry = Entry(*other)
        if not _stands_in_the_way(entry, key, len(siblings)):
            return False
        hash_ = entry_hash(entry)
    for depth in reversed(range(len(siblings))):
        pair = (siblings[depth], hash_) if _bit(key, depth) else (hash_, siblings[depth])
        hash_ = node_hash(*pair)
    return hash_ == root


def _stands_in_the_way(entry: Entry, key: bytes, depth: int) -> bool:
    """Whether the leaf of another key is where that of *key* would be."""
    if len(entry.key) != HASH_BYTES or len(entry.value) != HASH_BYTES or entry.key == key:
        return False
    return all(_bit(entry.key, place) == _bit(key, place) for place in range(depth))
