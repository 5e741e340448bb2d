"""The last word of every history, so that nobody can leave it out."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.evidence.heads import (
    DEPTH_MAX,
    EMPTY,
    Entry,
    HeadsMap,
    entry_hash,
    key_of,
    paths_to,
    prove_from,
    value_of,
    verify_head,
)
from domain.evidence.tree import node_hash

Heads = dict[str, tuple[int, bytes]]


def stream(number: int) -> str:
    return str(UUID(int=number))


def leaf(number: int) -> bytes:
    return sha256(b"leaf %d" % number).digest()


def some(count: int) -> Heads:
    return {stream(number): (number + 1, leaf(number)) for number in range(count)}


def mapped(heads: Heads) -> HeadsMap:
    heads_map = HeadsMap()
    for name, head in heads.items():
        heads_map.set(name, *head)
    return heads_map


def by_definition(entries: list[Entry], depth: int = 0) -> bytes:
    """The root as the format defines it, from all entries at once."""
    if not entries:
        return EMPTY
    if len(entries) == 1:
        return entry_hash(entries[0])
    sides: tuple[list[Entry], list[Entry]] = ([], [])
    for entry in entries:
        sides[entry.key[depth // 8] >> (7 - depth % 8) & 1].append(entry)
    return node_hash(*(by_definition(side, depth + 1) for side in sides))


def root_by_definition(heads: Heads) -> bytes:
    return by_definition([Entry(key_of(name), value_of(*head)) for name, head in heads.items()])


def test_no_heads_have_an_empty_root() -> None:
    assert HeadsMap().root == bytes(32)
    assert HeadsMap().count == 0


def test_one_head_is_the_root() -> None:
    key = sha256(b"sidik-head-key/v1\n" + stream(0).encode()).digest()
    value = sha256(b"sidik-head-val/v1\n1\n" + leaf(0)).digest()

    assert mapped(some(1)).root == sha256(b"\x00" + key + value).digest()


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9)), max_size=120))
def test_the_root_depends_on_the_heads_and_not_on_how_they_came_about(
    sets: list[tuple[int, int]],
) -> None:
    heads: Heads = {}
    heads_map = HeadsMap()
    for number, version in sets:
        heads[stream(number)] = (version, leaf(version))
        heads_map.set(stream(number), version, leaf(version))
        if version % 3 == 0:
            assert heads_map.root == root_by_definition(heads)

    assert heads_map.root == mapped(heads).root == root_by_definition(heads)
    assert heads_map.count == len(heads)


@pytest.mark.parametrize("count", [1, 2, 3, 200])
def test_every_head_is_proved(count: int) -> None:
    heads = some(count)
    heads_map = mapped(heads)

    for name, (version, its_leaf) in heads.items():
        siblings, other = heads_map.prove(name)
        assert other is None
        assert verify_head(heads_map.root, name, version, its_leaf, siblings)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 200])
def test_every_absence_is_proved(count: int) -> None:
    heads_map = mapped(some(count))

    for number in range(count, count + 200):
        siblings, other = heads_map.prove(stream(number))
        assert verify_head(heads_map.root, stream(number), 0, b"", siblings, other)
        assert not verify_head(heads_map.root, stream(number), 1, leaf(number), siblings)


def test_threat_9_an_earlier_version_is_not_the_head() -> None:
    heads_map = mapped(some(50))
    name, version = stream(30), 31
    siblings, _ = heads_map.prove(name)

    assert verify_head(heads_map.root, name, version, leaf(30), siblings)
    for earlier in range(version):
        assert not verify_head(heads_map.root, name, earlier, leaf(30), siblings)
    assert not verify_head(heads_map.root, name, version, leaf(29), siblings)
    assert not verify_head(heads_map.root, name, -1, leaf(30), siblings)
    assert not verify_head(heads_map.root, name, version, b"", siblings)


def test_threat_9_what_has_a_head_is_not_proved_absent() -> None:
    heads = some(50)
    heads_map = mapped(heads)
    entries = [Entry(key_of(name), value_of(*head)) for name, head in heads.items()]

    for name in heads:
        siblings, _ = heads_map.prove(name)
        for other in (None, *entries):
            assert not verify_head(heads_map.root, name, 0, b"", siblings, other)
            assert not verify_head(heads_map.root, name, 0, b"", siblings[:-1], other)


def test_no_other_siblings_prove_a_head() -> None:
    heads_map = mapped(some(50))
    name, version, its_leaf = stream(3), 4, leaf(3)
    siblings, _ = heads_map.prove(name)

    def proves(*others: bytes) -> bool:
        return verify_head(heads_map.root, name, version, its_leaf, others)

    assert proves(*siblings)
    assert not proves(*siblings, EMPTY)
    assert not proves(EMPTY, *siblings)
    assert not proves(*siblings[:-1])
    assert not proves(*reversed(siblings))
    assert not proves(*siblings[:-1], siblings[-1][:31])
    assert not proves(*[EMPTY] * (DEPTH_MAX + 1))
    for place, sibling in enumerate(siblings):
        turned = bytes([sibling[0] ^ 1]) + sibling[1:]
        assert not proves(*siblings[:place], turned, *siblings[place + 1 :])


def test_a_head_is_proved_without_another() -> None:
    heads_map = mapped(some(2))
    other = Entry(key_of(stream(1)), value_of(2, leaf(1)))
    siblings, _ = heads_map.prove(stream(0))

    assert not verify_head(heads_map.root, stream(0), 1, leaf(0), siblings, other)


def test_a_leaf_that_is_elsewhere_stands_in_nobodys_way() -> None:
    """Its hash alone would fit; its key says where it stands."""
    heads_map = mapped(some(1))
    entry = Entry(key_of(stream(0)), value_of(1, leaf(0)))
    siblings, other = heads_map.prove(stream(1))

    assert other == entry
    assert not siblings
    assert verify_head(heads_map.root, stream(1), 0, b"", [], entry)
    two = mapped(some(2))
    siblings, _ = two.prove(stream(0))
    assert not verify_head(two.root, stream(1), 0, b"", siblings, entry)
    assert not verify_head(two.root, stream(1), 0, b"", [], (b"", b""))


# Kept nodes


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.integers(0, 60), max_size=20), max_size=8))
def test_kept_nodes_prove_what_the_map_proves(rounds: list[list[int]]) -> None:
    heads: Heads = {}
    heads_map = HeadsMap()
    kept: dict[str, bytes] = {}
    for turn, numbers in enumerate(rounds, start=1):
        for number in numbers:
            heads[stream(number)] = (turn, leaf(turn))
            heads_map.set(stream(number), turn, leaf(turn))
        kept.update(heads_map.changes())

    assert kept.get("", EMPTY) == heads_map.root
    for number in range(70):
        assert prove_from(kept, stream(number), heads) == heads_map.prove(stream(number))
        few = {path: kept[path] for path in paths_to(stream(number)) if path in kept}
        assert prove_from(few, stream(number)).siblings == heads_map.prove(stream(number)).siblings


def test_only_what_changed_is_told_again() -> None:
    heads_map = mapped(some(1000))
    everything = dict(heads_map.changes())

    assert not dict(heads_map.changes())
    heads_map.set(stream(5), 99, leaf(99))
    changed = dict(heads_map.changes())
    assert 2 < len(changed) < 40
    assert {path for path, hash_ in changed.items() if everything.get(path) != hash_} == {*changed}


def test_a_path_is_looked_up_to_its_last_bit() -> None:
    paths = paths_to(stream(0))

    assert len(paths) == len({*paths}) == 1 + 2 * DEPTH_MAX
    assert paths[0] == ""
    bits = "".join(f"{byte:08b}" for byte in key_of(stream(0)))
    assert {bits[:depth] for depth in range(DEPTH_MAX + 1)} <= {*paths}


def test_absence_behind_an_unknown_leaf_is_not_guessed() -> None:
    heads_map = mapped(some(1))
    kept = dict(heads_map.changes())

    with pytest.raises(KeyError, match="whose leaf"):
        prove_from(kept, stream(1), {})
