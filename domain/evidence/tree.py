"""The Merkle tree over all records, RFC 9162 section 2.1: one hash that stands for every one.

A complete subtree of 2^level leaves is named by (level, index), counted from the left; proofs are
made by whoever can say the hash of any of these (`Node`). Those who check a proof take the size
of the tree from a signed checkpoint and from nowhere else: the same path can be right for trees
of several sizes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from typing import TypeAlias

from domain.evidence.encoding import HASH_BYTES

Node: TypeAlias = Callable[[int, int], bytes]
"""The hash of a complete subtree by its level and its index there; level 0 are leaf hashes."""

EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """What stands in the tree for *data*. The prefix keeps a leaf from passing for a node."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """What stands for two neighbours together."""
    return sha256(b"\x01" + left + right).digest()


def subtree_root(hashes: Sequence[bytes]) -> bytes:
    """The root of a complete subtree; *hashes* are its lowest level, a power of two of them."""
    if not hashes or len(hashes) & (len(hashes) - 1):
        raise ValueError(f"{len(hashes)} hashes make no complete subtree")
    while len(hashes) > 1:
        pairs = iter(hashes)
        hashes = [
            sha256(b"\x01" + left + right).digest()
            for left, right in zip(pairs, pairs, strict=True)
        ]
    return hashes[0]


class Frontier:
    """All that must be remembered of a tree to go on with it: its complete subtrees, largest first.

    Never more than 64 hashes (RFC 9162 2.1.2 keeps the same as a stack).
    """

    __slots__ = ("nodes", "size")

    def __init__(self, size: int = 0, nodes: Iterable[bytes] = ()) -> None:
        self.size, self.nodes = size, list(nodes)
        if size < 0 or len(self.nodes) != size.bit_count():
            raise ValueError(f"{len(self.nodes)} hashes are no frontier of {size} leaves")
        if any(len(node) != HASH_BYTES for node in self.nodes):
            raise ValueError("a frontier is made of whole hashes")

    def append(self, node: bytes, level: int = 0) -> None:
        """Put a leaf behind the others, or with *level* a complete subtree of 2^level leaves."""
        waiting = self.size >> level
        if waiting << level != self.size:
            raise ValueError(f"no subtree of level {level} begins at leaf {self.size}")
        nodes = self.nodes
        while waiting & 1:
            node = sha256(b"\x01" + nodes.pop() + node).digest()
            waiting >>= 1
        nodes.append(node)
        self.size += 1 << level

    def copy(self) -> Frontier:
        return Frontier(self.size, self.nodes)

    @property
    def root(self) -> bytes:
        if not self.nodes:
            return EMPTY_ROOT
        *larger, hash_ = self.nodes
        for node in reversed(larger):
            hash_ = node_hash(node, hash_)
        return hash_


class Tree:
    """A tree that is small enough to be kept whole in memory."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._levels: list[list[bytes]] = [[]]
        for leaf in leaves:
            self.append(leaf)

    def append(self, leaf: bytes) -> None:
        for level in self._levels:
            level.append(leaf)
            if len(level) % 2:
                return
            leaf = node_hash(*level[-2:])
        self._levels.append([leaf])

    @property
    def size(self) -> int:
        return len(self._levels[0])

    @property
    def root(self) -> bytes:
        return root(self.size, self.node)

    def node(self, level: int, index: int) -> bytes:
        return self._levels[level][index]


# What is proved


def root(size: int, node: Node) -> bytes:
    """The hash of the whole tree when it had *size* leaves."""
    return _hash(0, size, node)


def inclusion_path(index: int, size: int, node: Node) -> list[bytes]:
    """What leads from the leaf at *index* up to the root of a tree of *size* leaves.

    PATH(m, D_n) of RFC 9162 2.1.3.1.
    """
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _left(end - start)
        if index < middle:
            path.append(_hash(middle, end, node))
            end = middle
        else:
            path.append(_hash(start, middle, node))
            start = middle
    return path[::-1]


def consistency_path(old: int, new: int, node: Node) -> list[bytes]:
    """What shows that the tree of *new* leaves only goes on where that of *old* leaves ended.

    PROOF(m, D_n) of RFC 9162 2.1.4.1; empty where *old* is 0 or the tree has not grown.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} leaves does not go on from {old}")
    if old in (0, new):
        return []
    path: list[bytes] = []
    start, end = 0, new
    while old != end:
        middle = start + _left(end - start)
        if old <= middle:
            path.append(_hash(middle, end, node))
            end = middle
        else:
            path.append(_hash(start, middle, node))
            start = middle
    if start > 0:  # Else it is the old root itself, which whoever checks already holds.
        path.append(_hash(start, end, node))
    return path[::-1]


def _hash(start: int, end: int, node: Node) -> bytes:
    """MTH(D[start:end]) of RFC 9162 2.1.1, where *start* is where such a subtree may begin."""
    size = end - start
    if size == 0:
        return EMPTY_ROOT
    if size & (size - 1) == 0:
        return node(size.bit_length() - 1, start // size)
    middle = start + _left(size)
    return node_hash(_hash(start, middle, node), _hash(middle, end, node))


def _left(size: int) -> int:
    """How many of so many leaves hang on the left: the largest power of two below *size*."""
    return 1 << (size - 1).bit_length() - 1


# How it is checked


def verify_inclusion(
    leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes
) -> bool:
    """Whether *leaf* stands at *index* in the tree of *size* leaves, RFC 9162 2.1.3.2."""
    if not 0 <= index < size or not _are_hashes((leaf, *path)):
        return False
    here, last, hash_ = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if here & 1 or here == last:
            hash_ = node_hash(sibling, hash_)
            here, last = _past_lone_nodes(here, last)
        else:
            hash_ = node_hash(hash_, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and hash_ == root


def verify_consistency(
    old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes
) -> bool:
    """Whether the first tree is the beginning of the second, RFC 9162 2.1.4.2."""
    if not 0 <= old <= new or not _are_hashes(path):
        return False
    if old == new:
        return not path and old_root == new_root
    if old == 0:
        return not path and old_root == EMPTY_ROOT
    first, *rest = (old_root, *path) if old & (old - 1) == 0 else path or [b""]
    if not first or not path:
        return False
    here, last = old - 1, new - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    then = now = first
    for sibling in rest:
        if last == 0:
            return False
        if here & 1 or here == last:
            then, now = node_hash(sibling, then), node_hash(sibling, now)
            here, last = _past_lone_nodes(here, last)
        else:
            now = node_hash(now, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and then == old_root and now == new_root


def _past_lone_nodes(here: int, last: int) -> tuple[int, int]:
    """Up from a node without a right neighbour, to where it is a right one itself."""
    while here and not here & 1:
        here, last = here >> 1, last >> 1
    return here, last


def _are_hashes(values: Iterable[bytes]) -> bool:
    return all(len(value) == HASH_BYTES for value in values)


def complete_subtrees(old: int, new: int, level: int) -> Iterator[int]:
    """Which subtrees of 2^level leaves became complete while the tree grew; by their index."""
    yield from range(old >> level, new >> level)
