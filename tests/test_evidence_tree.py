"""One hash for everything that was ever recorded, and proofs that fit nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.evidence.encoding import Malformed, from_base64, from_decimal, to_base64
from domain.evidence.tree import (
    EMPTY_ROOT,
    Frontier,
    Tree,
    complete_subtrees,
    consistency_path,
    inclusion_path,
    leaf_hash,
    node_hash,
    root,
    subtree_root,
    verify_consistency,
    verify_inclusion,
)

# The tree of eight leaves by which the implementations of RFC 6962 check themselves

RFC_LEAVES = [
    bytes.fromhex(data)
    for data in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
RFC_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
RFC_INCLUSION = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
RFC_CONSISTENCY = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


def hexed(path: list[bytes]) -> list[str]:
    return [node.hex() for node in path]


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_rfc_6962(size: int) -> None:
    tree = Tree(map(leaf_hash, RFC_LEAVES))

    assert root(size, tree.node).hex() == RFC_ROOTS[size - 1]


def test_an_empty_tree_has_the_hash_of_nothing() -> None:
    assert Tree().root == Frontier().root == EMPTY_ROOT == sha256(b"").digest()


@pytest.mark.parametrize(("index", "size"), RFC_INCLUSION)
def test_inclusion_proofs_are_those_of_rfc_6962(index: int, size: int) -> None:
    tree = Tree(map(leaf_hash, RFC_LEAVES))

    assert hexed(inclusion_path(index, size, tree.node)) == RFC_INCLUSION[index, size]


@pytest.mark.parametrize(("old", "new"), RFC_CONSISTENCY)
def test_consistency_proofs_are_those_of_rfc_6962(old: int, new: int) -> None:
    tree = Tree(map(leaf_hash, RFC_LEAVES))

    assert hexed(consistency_path(old, new, tree.node)) == RFC_CONSISTENCY[old, new]


# Every tree up to a size that has seen every shape of its right edge

SIZE_MAX = 70
LEAVES = [leaf_hash(b"%d" % number) for number in range(SIZE_MAX + 2)]
TREE = Tree(LEAVES)
ROOTS = [root(size, TREE.node) for size in range(SIZE_MAX + 1)]


def test_whoever_keeps_only_the_frontier_gets_the_same_roots() -> None:
    frontier = Frontier()

    for size in range(SIZE_MAX + 1):
        assert frontier.root == ROOTS[size]
        assert Frontier(size, frontier.nodes).root == ROOTS[size], (
            "it is taken up where it was left"
        )
        frontier.append(LEAVES[size])


def test_a_frontier_takes_whole_subtrees() -> None:
    frontier = Frontier()

    for index in range(4):
        frontier.append(TREE.node(4, index), level=4)
    frontier.append(LEAVES[64])

    assert frontier.size == 65
    assert frontier.root == ROOTS[65]
    with pytest.raises(ValueError, match="begins at leaf 65"):
        frontier.append(TREE.node(4, 0), level=4)


@pytest.mark.parametrize(("size", "nodes"), [(3, 1), (4, 2), (0, 1), (-1, 1), (1, 0)])
def test_what_is_no_frontier_is_not_taken_for_one(size: int, nodes: int) -> None:
    with pytest.raises(ValueError, match="no frontier"):
        Frontier(size, LEAVES[:nodes])


def test_a_frontier_is_made_of_whole_hashes() -> None:
    with pytest.raises(ValueError, match="whole hashes"):
        Frontier(1, [b"short"])


@pytest.mark.parametrize("level", range(6))
def test_a_subtree_is_the_node_above_its_leaves(level: int) -> None:
    assert subtree_root(LEAVES[: 1 << level]) == TREE.node(level, 0)


@pytest.mark.parametrize("count", [0, 3, 6, 7])
def test_an_incomplete_subtree_has_no_root_of_its_own(count: int) -> None:
    with pytest.raises(ValueError, match="no complete subtree"):
        subtree_root(LEAVES[:count])


def test_subtrees_that_became_complete_are_told_once() -> None:
    told = [index for size in range(20) for index in complete_subtrees(size, size + 1, 2)]

    assert told == [0, 1, 2, 3, 4]
    assert [*complete_subtrees(0, 20, 2)] == told


def test_every_leaf_is_proved_in_every_tree() -> None:
    for size in range(1, SIZE_MAX + 1):
        for index in range(size):
            path = inclusion_path(index, size, TREE.node)
            assert verify_inclusion(LEAVES[index], index, size, path, ROOTS[size])


def test_every_tree_is_proved_the_beginning_of_every_later_one() -> None:
    for new in range(SIZE_MAX + 1):
        for old in range(new + 1):
            path = consistency_path(old, new, TREE.node)
            assert verify_consistency(old, new, path, ROOTS[old], ROOTS[new])


def mutations(path: list[bytes]) -> Iterator[list[bytes]]:
    """A path in every near miss: a node gone, one too many, two exchanged, a bit turned."""
    yield [*path, bytes(32)]
    yield [bytes(32), *path]
    for place, node in enumerate(path):
        yield path[:place] + path[place + 1 :]
        yield [*path[:place], bytes([node[0] ^ 1]) + node[1:], *path[place + 1 :]]
        yield [*path[:place], node[:31], *path[place + 1 :]]
        yield [*path[:place], node + b"\0", *path[place + 1 :]]
        yield [*path[:place], node, *path[place:]]
    for place in range(len(path) - 1):
        yield [*path[:place], path[place + 1], path[place], *path[place + 2 :]]


SMALL = 24


def test_no_other_path_proves_a_leaf() -> None:
    for size in range(1, SMALL):
        for index in range(size):
            path = inclusion_path(index, size, TREE.node)
            for mutated in mutations(path):
                assert not verify_inclusion(LEAVES[index], index, size, mutated, ROOTS[size])


def test_no_other_leaf_index_or_root_goes_with_a_path() -> None:
    for size in range(1, SMALL):
        for index in range(size):
            path = inclusion_path(index, size, TREE.node)
            for other in range(-1, size + 2):
                if other != index:
                    assert not verify_inclusion(LEAVES[index], other, size, path, ROOTS[size])
                    assert not verify_inclusion(LEAVES[other], index, size, path, ROOTS[size])
            assert not verify_inclusion(LEAVES[index], index, size, path, ROOTS[size + 1])


def test_no_other_path_proves_that_a_tree_goes_on() -> None:
    for new in range(1, SMALL):
        for old in range(1, new):
            path = consistency_path(old, new, TREE.node)
            for mutated in mutations(path):
                assert not verify_consistency(old, new, mutated, ROOTS[old], ROOTS[new])


def test_no_other_root_goes_with_a_consistency_proof() -> None:
    for new in range(SMALL):
        for old in range(1, new + 1):
            path = consistency_path(old, new, TREE.node)
            assert not verify_consistency(old, new, path, ROOTS[old], ROOTS[new + 1])
            assert not verify_consistency(old, new, path, ROOTS[old + 1], ROOTS[new])


def test_every_tree_goes_on_from_nothing_and_from_nothing_else_for_free() -> None:
    assert verify_consistency(0, 7, [], EMPTY_ROOT, ROOTS[7])
    assert not verify_consistency(0, 7, [], ROOTS[1], ROOTS[7])
    assert not verify_consistency(0, 7, [EMPTY_ROOT], EMPTY_ROOT, ROOTS[7])


def test_a_tree_that_has_shrunk_is_never_consistent() -> None:
    assert not verify_consistency(8, 7, [], ROOTS[8], ROOTS[7])
    assert not verify_consistency(-1, 7, [], ROOTS[0], ROOTS[7])
    assert not verify_consistency(3, 7, [], ROOTS[3], ROOTS[7])
    assert not verify_consistency(4, 7, [], ROOTS[4], ROOTS[7])


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0), (5, 3)])
def test_there_is_no_path_to_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_path(index, size, TREE.node)


def test_there_is_no_path_back() -> None:
    with pytest.raises(ValueError, match="does not go on"):
        consistency_path(5, 4, TREE.node)


@given(
    data=st.data(),
    leaves=st.lists(st.binary(max_size=8), min_size=1, max_size=200),
)
def test_whatever_is_appended_is_proved(data: st.DataObject, leaves: list[bytes]) -> None:
    tree = Tree(map(leaf_hash, leaves))
    new = data.draw(st.integers(1, len(leaves)))
    old = data.draw(st.integers(0, new))
    index = data.draw(st.integers(0, new - 1))
    old_root, new_root = root(old, tree.node), root(new, tree.node)

    path = inclusion_path(index, new, tree.node)
    assert verify_inclusion(leaf_hash(leaves[index]), index, new, path, new_root)
    assert verify_consistency(old, new, consistency_path(old, new, tree.node), old_root, new_root)


# Threats


def test_threat_12_a_node_does_not_pass_for_a_leaf_nor_a_leaf_for_a_node() -> None:
    """Without the prefixes, the hash of a node would be that of a record made of two hashes."""
    left, right = LEAVES[:2]

    assert node_hash(left, right) != leaf_hash(left + right)
    assert not verify_inclusion(leaf_hash(left + right), 0, 1, [], ROOTS[2])
    assert not verify_inclusion(leaf_hash(b"\x01" + left + right), 0, 1, [], ROOTS[2])


def test_threat_13_a_path_does_not_say_how_large_the_tree_was() -> None:
    """That is why the size is taken from the signed checkpoint and never from the proof."""
    passing = [
        (index, size, claimed)
        for size in range(1, SMALL)
        for index in range(size)
        for claimed in range(1, SMALL)
        if claimed != size
        and verify_inclusion(LEAVES[index], index, claimed, _inclusion(index, size), ROOTS[size])
    ]

    assert passing, "a wrong size can go unnoticed ..."
    assert not [
        (index, other, size)
        for size in range(1, SMALL)
        for index in range(size)
        for other in range(size)
        if other != index
        and verify_inclusion(LEAVES[index], other, size, _inclusion(index, size), ROOTS[size])
    ], "... a wrong place at the signed size cannot"


@cache
def _inclusion(index: int, size: int) -> list[bytes]:
    return inclusion_path(index, size, TREE.node)


# Text


@given(st.binary(max_size=100))
def test_bytes_survive_being_spelled(data: bytes) -> None:
    assert from_base64(to_base64(data), "uji") == data


@pytest.mark.parametrize(
    "text",
    ["AA", "AA=", "AB==", "A A=", "AA==\n", "AA==AA==", "_-==", "AAA=B", "é===", "====", "A"],
)
def test_a_second_spelling_of_the_same_bytes_is_refused(text: str) -> None:
    with pytest.raises(Malformed, match="uji"):
        from_base64(text, "uji")


@pytest.mark.parametrize(
    "text", ["", "-1", "+1", "01", "1.0", "1_000", "٣", " 1", "1\n", "9" * 19, "9" * 9999]
)
def test_a_number_is_spelled_in_one_way_and_is_not_giant(text: str) -> None:
    with pytest.raises(Malformed, match="uji"):
        from_decimal(text, "uji")
