"""A log is checked from end to end: what agrees is proven, what does not is named by its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.evidence.keys import log_key, verify
from adapters.evidence.replay import (
    FAN,
    LOG_STREAM,
    GrowingTree,
    Origin,
    Stored,
    Subtree,
    verify_log,
)
from domain import log
from domain.evidence.encoding import Malformed
from domain.evidence.note import Checkpoint, assemble, signature_line
from domain.evidence.policy import Policy
from domain.evidence.tree import Tree
from domain.evidence.verdict import TROUBLES, Trouble, Verdict
from tests.logs import (
    BEGAN,
    FIRST_NAME,
    KEYS,
    POLICY,
    SECOND_NAME,
    MadeLog,
    honest,
    key_of,
    moment_bytes,
    stream_of,
)


def checked(made: MadeLog, *held: str, policy: Policy | None = POLICY) -> Verdict:
    return verify_log(made, verify=verify, policy=policy, held=held)


def troubles(verdict: Verdict) -> list[tuple[Trouble, int]]:
    return [(finding.trouble, finding.position) for finding in verdict.findings]


def altered(made: MadeLog, place: int, /, **columns: Any) -> None:
    """Other values in one row, as somebody with the database in hand would put them there."""
    names = ("position", "stream", "version", "topic", "moment", "state", "salt", "leaf")
    row = dict(zip(names, made.events[place - 1], strict=True)) | columns
    made.events[place - 1] = tuple(row.values())


def signed_and_seen(events: int = 20) -> MadeLog:
    made = honest(events)
    made.say(made.map_heads())
    made.sign(seen=made.at + timedelta(seconds=5))
    return made


# Honest logs


def test_an_empty_log_is_sound_and_proves_nothing() -> None:
    verdict = checked(MadeLog())

    assert verdict.is_sound
    assert (verdict.facts, verdict.signed) == (0, 0)


@pytest.mark.parametrize("events", [1, 255, 256, 257, 600])
def test_a_log_as_it_was_made_is_sound(events: int) -> None:
    made = honest(events)
    for size in {1, 2, 255, 256, 257, 512, 599} & {*range(events + 1)}:
        made.sign(size=size)
    made.say(made.map_heads())
    made.sign(seen=made.at)

    verdict = checked(made)

    assert troubles(verdict) == []
    assert verdict.facts == verdict.signed == verdict.witnessed == events + 1
    assert verdict.checkpoints == verdict.signatures == len(made.signed)
    assert (verdict.heads, verdict.complete) == (1, events)
    assert verdict.histories == min(events, 5) + 1


@pytest.mark.parametrize("step", [1, 100, 256])
def test_a_tree_of_which_only_the_edge_is_kept_is_the_same_tree(step: int) -> None:
    """As far as the second level of what the database keeps of it."""
    leaves = [sha256(b"%d" % number).digest() for number in range(FAN * FAN + 300)]
    whole, growing, closed = Tree(leaves), GrowingTree(), []
    for block in range(0, len(leaves), FAN):
        for start in range(block, block + FAN, step):
            closed += growing.extend(leaves[start : min(start + step, block + FAN)])

    assert growing.size == len(leaves)
    assert growing.root == whole.root
    assert [each.number for each in closed if each.level == 2] == [0]
    assert {(each.level, each.number, each.hash) for each in closed} == {
        *((1, number, whole.node(8, number)) for number in range(FAN + 1)),
        (2, 0, whole.node(16, 0)),
    }


def test_how_far_it_has_come_is_told() -> None:
    told: list[int] = []

    verify_log(honest(600), verify=verify, progress=told.append)

    assert told == sorted(told)
    assert {256, 512, 600} <= {*told}


def test_heads_may_be_put_down_a_little_later_than_they_were_looked_at() -> None:
    made = honest(30)
    heads = made.map_heads()
    made.add(stream_of(2))
    made.add(stream_of(99))
    made.say(heads)

    assert troubles(checked(made)) == []


# Events changed


def contents(made: MadeLog) -> None:
    altered(made, 7, state=b'{"number":99}')


def topic(made: MadeLog) -> None:
    altered(made, 7, topic="item.withdrawn")


def topic_of_two_lines(made: MadeLog) -> None:
    altered(made, 7, topic="item.submitted\nbody x")


def moment(made: MadeLog) -> None:
    altered(made, 7, moment=moment_bytes(BEGAN + timedelta(seconds=7, microseconds=50)))


def moment_to_come(made: MadeLog) -> None:
    altered(made, 7, moment=moment_bytes(BEGAN + timedelta(days=30_000)))


def impossible_moment(made: MadeLog) -> None:
    altered(made, 7, moment=b"\x7f" + b"\xff" * 7)


def salt(made: MadeLog) -> None:
    altered(made, 7, salt=bytes(32))


def short_salt(made: MadeLog) -> None:
    altered(made, 7, salt=b"")


def leaf(made: MadeLog) -> None:
    made.leaves[7] = bytes(32)


@pytest.mark.parametrize(
    "change",
    [
        contents,
        topic,
        topic_of_two_lines,
        moment,
        moment_to_come,
        impossible_moment,
        salt,
        short_salt,
    ],
)
def test_threat_1_an_altered_event_is_one_finding(change: Callable[[MadeLog], None]) -> None:
    made = signed_and_seen()
    change(made)

    verdict = checked(made)

    assert troubles(verdict) == [(Trouble.RECORD, 7)]
    assert verdict.signatures == 1, "the tree of the leaves is still the one that was signed"


def test_threat_1_an_altered_leaf_is_named_by_its_place() -> None:
    made = signed_and_seen()
    leaf(made)

    found = troubles(checked(made))

    assert found[0] == (Trouble.RECORD, 7)
    assert (Trouble.ROOT, 21) in found


def test_threat_1_an_event_moved_to_another_history_is_found() -> None:
    made = signed_and_seen()
    altered(made, 7, stream=stream_of(4))

    found = troubles(checked(made))

    assert found[0] == (Trouble.RECORD, 7)
    assert (Trouble.VERSION, 9) in found, "the next one of the history it was moved into"
    assert (Trouble.VERSION, 12) in found, "the next one of the history it was taken from"


def test_threat_1_events_exchanged_are_found() -> None:
    made = signed_and_seen()
    one, other = made.events[6], made.events[11]
    altered(made, 7, state=other[5])
    altered(made, 12, state=one[5])

    assert troubles(checked(made)) == [(Trouble.RECORD, 7), (Trouble.RECORD, 12)]


def test_threat_1_a_deleted_event_is_found_by_the_leaf_it_left() -> None:
    made = signed_and_seen()
    del made.events[6]

    verdict = checked(made)

    assert troubles(verdict)[0] == (Trouble.EVENT_MISSING, 7)
    assert verdict.signatures == 1


def test_threat_1_an_event_deleted_with_its_leaf_is_found_by_its_place() -> None:
    made = signed_and_seen()
    del made.events[6], made.leaves[7]

    verdict = checked(made)

    assert troubles(verdict)[0] == (Trouble.BOTH_MISSING, 7)
    assert verdict.signatures == 0
    assert list(verdict.proven()) == []


def test_a_great_gap_is_named_as_one() -> None:
    made = signed_and_seen()
    position, *rest = made.events[-1]
    made.events[-1] = (position + 10**12, *rest)  # type: ignore[assignment]
    made.leaves[position + 10**12] = made.leaves.pop(position)

    finding = checked(made).findings[0]

    assert finding.trouble is Trouble.BOTH_MISSING
    assert (finding.since, finding.position) == (21, 20 + 10**12)


def test_threat_1_an_event_put_in_beside_the_log_has_no_leaf() -> None:
    made = signed_and_seen()
    made.add(stream_of(3))
    del made.leaves[22]

    assert troubles(checked(made)) == [(Trouble.LEAF_MISSING, 22)]


def test_positions_twice_or_out_of_order_are_found() -> None:
    made = signed_and_seen()
    made.events.insert(10, made.events[4])

    assert troubles(checked(made)) == [(Trouble.ORDER, 5)]


@pytest.mark.parametrize("leaf", [b"", b"x", bytes(33)])
def test_what_is_no_hash_is_no_leaf(leaf: bytes) -> None:
    made = signed_and_seen()
    made.leaves[7] = leaf or b"\0"
    assert troubles(checked(made))[0] == (Trouble.LEAF_MISSING, 7)

    del made.events[6]
    assert troubles(checked(made))[0] == (Trouble.BOTH_MISSING, 7)


@pytest.mark.parametrize("number", [0, 1])
def test_threat_1_the_last_event_deleted_is_found_by_its_leaf(number: int) -> None:
    made = honest(256 + number)
    made.events.pop()

    assert troubles(checked(made)) == [(Trouble.EVENT_MISSING, 256 + number)]


SIGNED = signed_and_seen()
COLUMNS: dict[str, st.SearchStrategy[Any]] = {
    "position": st.integers(-5, 40),
    "stream": st.integers(0, 12).map(stream_of),
    "version": st.integers(-1, 9),
    "topic": st.text(max_size=30),
    "moment": st.binary(min_size=8, max_size=8),
    "state": st.binary(max_size=30),
    "salt": st.binary(max_size=40),
}


@given(st.data())
def test_threat_1_whatever_is_altered_in_a_row_is_found(data: st.DataObject) -> None:
    place = data.draw(st.integers(1, 21))
    column = data.draw(st.sampled_from([*COLUMNS]))
    was = SIGNED.events[place - 1][[*COLUMNS].index(column)]
    value = data.draw(COLUMNS[column].filter(lambda value: value != was))
    made = replace(SIGNED, events=[*SIGNED.events], leaves=dict(SIGNED.leaves))
    altered(made, place, **{column: value})

    verdict = checked(made)

    assert verdict.found
    assert not verdict.is_proven
    assert verdict.first is not None
    assert (verdict.first.since or verdict.first.position) <= place


# Everything computed anew


def test_threat_2_a_past_computed_anew_is_not_the_one_that_was_signed() -> None:
    made = honest(300)
    made.sign(size=100)
    made.sign(size=200)
    made.sign(seen=made.at)
    made.rewrite(150, b'{"forged":true}')

    verdict = checked(made)

    assert troubles(verdict) == [(Trouble.ROOT, 200)]
    assert verdict.findings[0].since == 101, "it lies behind what still agrees"


def test_threat_2_without_a_policy_a_past_computed_anew_with_checkpoints_shows_nothing() -> None:
    """Nothing can; so it is said that signatures were not checked, and by whom that is abused."""
    made = honest(30)
    made.rewrite(7, b'{"forged":true}')
    made.sign(key=key_of("thief"))

    verdict = checked(made, policy=None)

    assert verdict.is_sound
    assert not verdict.is_proven
    assert not any("tidak diubah" in said for said in verdict.proven())
    assert any("menghitung ulang" in said for said in verdict.unproven())
    assert not any("belum tercakup" in said for said in verdict.unproven())


def test_threat_2_stored_subtrees_that_are_not_those_of_the_leaves_are_found() -> None:
    made = honest(600)
    made.parts = made.whole_parts()
    made.parts[1] = replace(made.parts[1], hash=bytes(32))

    (finding,) = checked(made).findings

    assert (finding.trouble, finding.since, finding.position) == (Trouble.SUBTREE, 257, 512)


def test_stored_subtrees_that_are_missing_or_too_many_are_found() -> None:
    made = honest(600)
    made.parts = made.whole_parts()[:1]
    assert troubles(checked(made)) == [(Trouble.SUBTREE_MISSING, 512)]

    made.parts = [*made.whole_parts(), Subtree(level=1, number=2, hash=bytes(32))]
    assert troubles(checked(made)) == [(Trouble.SUBTREE, 768)]


# Rolled back


def test_threat_3_a_log_that_is_shorter_than_what_was_signed_is_found() -> None:
    made = signed_and_seen(30)
    held = made.signed[-1].note
    del made.events[25:]
    made.leaves = {place: kept for place, kept in made.leaves.items() if place <= 25}
    made.nodes = {}

    assert troubles(checked(made)) == [(Trouble.SHORT, 31)]
    made.signed.clear()
    assert troubles(checked(made)) == [], "the backup knows nothing of what came after it ..."
    assert troubles(checked(made, held)) == [(Trouble.HELD_SHORT, 31)], "... but its reader does"


def test_threat_4_events_that_no_checkpoint_covers_can_go_unseen_and_that_is_said() -> None:
    made = signed_and_seen()
    made.add(stream_of(1))
    made.events.pop()
    made.leaves.popitem()
    made.add(stream_of(2))

    verdict = checked(made)

    assert verdict.is_sound
    assert verdict.facts - verdict.signed == 1
    assert any("1 catatan terakhir belum tercakup" in said for said in verdict.unproven())


# Checkpoints


def test_threat_5_another_past_signed_with_the_stolen_key_is_shown_by_one_old_checkpoint() -> None:
    made = honest(40)
    old = made.sign().note
    made.signed.clear()
    made.rewrite(7, b'{"forged":true}')
    made.sign()

    assert checked(made).is_sound, "nothing inside the house shows it"
    verdict = checked(made, old)
    assert troubles(verdict) == [(Trouble.HELD_ROOT, 40)]
    assert checked(made, old, policy=None).findings == verdict.findings


def test_threat_5_the_thief_has_no_witness_and_that_is_said() -> None:
    made = honest(40)
    made.rewrite(7, b'{"forged":true}')
    made.sign()

    verdict = checked(made)

    assert verdict.witnessed == 0
    assert any("pencuri kunci" in said for said in verdict.unproven())


def test_a_checkpoint_that_the_reader_holds_is_found_in_the_history() -> None:
    made = honest(40)
    old = made.sign(size=17, seen=made.at).note
    made.signed.clear()

    verdict = checked(made, old, old)

    assert (verdict.held, verdict.is_sound) == (2, True)


def test_what_the_log_never_signed_proves_nothing() -> None:
    made = honest(40)
    false = made.sign(key=key_of("somebody"), tree=Tree([bytes(32)])).note
    made.signed.clear()

    verdict = checked(made, false)

    assert verdict.is_sound
    assert (verdict.held, verdict.unproven_holdings) == (0, 1)
    assert any("tidak membuktikan apa pun" in said for said in verdict.unproven())


def test_what_the_reader_holds_of_another_log_is_no_match() -> None:
    other = MadeLog(names=[Origin("sidik/lain-00000000/log/1", 1)])
    text = Checkpoint("sidik/lain-00000000/log/1", 0, other.tree.root).text
    key = log_key("sidik/lain-00000000/log/1", key_of("log"))
    note = assemble(text, signature_line(key, text, key_of("log").sign))

    assert troubles(checked(honest(3), note, policy=None)) == [(Trouble.HELD_FOREIGN, 0)]


@pytest.mark.parametrize("note", ["", "x", "a\n1\nb\n\n— a AAAA\n"])
def test_what_is_no_checkpoint_is_refused_and_not_passed_over(note: str) -> None:
    with pytest.raises(Malformed):
        checked(honest(3), note, policy=None)


def forged_signature(stored: Stored) -> Stored:
    other = assemble(
        Checkpoint(FIRST_NAME, stored.size, bytes(32)).text,
        stored.note.partition("\n\n")[2],
    )
    return replace(stored, note=other)


def test_a_forged_checkpoint_in_the_database_is_found() -> None:
    made = honest(40)
    made.signed = [forged_signature(made.sign())]

    assert troubles(checked(made)) == [(Trouble.SIGNATURE, 40)]
    assert troubles(checked(made, policy=None)) == [(Trouble.ROOT, 40)]


@pytest.mark.parametrize(
    ("stored", "trouble"),
    [
        (Stored(size=3, origin=FIRST_NAME, note="rusak"), Trouble.UNREADABLE),
        (Stored(size=900, origin=FIRST_NAME, note="rusak"), Trouble.UNREADABLE),
        (replace(honest(40).sign(), size=3), Trouble.UNREADABLE),
        (replace(honest(40).sign(), origin=SECOND_NAME), Trouble.UNREADABLE),
        (replace(honest(40).sign(), lines=["palsu\n"]), Trouble.UNREADABLE),
    ],
)
def test_a_checkpoint_that_cannot_be_read_is_found(stored: Stored, trouble: Trouble) -> None:
    made = honest(40)
    made.signed = [stored]

    assert [each for each, _ in troubles(checked(made))] == [trouble]


def test_a_stored_checkpoint_of_another_log_is_found() -> None:
    made = honest(40)
    made.names = [Origin(SECOND_NAME, 1)]
    stored = made.sign()
    made.names = [Origin(FIRST_NAME, 1)]
    made.signed = [stored]

    assert troubles(checked(made)) == [(Trouble.FOREIGN, 40)]


def test_who_signs_with_a_key_that_the_reader_does_not_know_convinces_nobody() -> None:
    made = honest(40)
    made.sign(key=key_of("somebody"))

    verdict = checked(made)

    assert verdict.is_sound
    assert (verdict.signatures, verdict.unknown_keys) == (0, 1)
    assert any("tidak ada dalam kebijakan" in said for said in verdict.unproven())


def test_threat_6_another_history_shown_to_the_public_is_not_the_one_here() -> None:
    """A panel and a citizen compare what each was shown."""
    here, there = honest(40), honest(40)
    there.rewrite(7, b'{"milder":true}')

    assert troubles(checked(here, there.sign().note)) == [(Trouble.HELD_ROOT, 40)]


# Keys


def test_a_key_that_has_ended_signs_no_more() -> None:
    old, new = key_of("log"), key_of("newer")
    vkeys = [str(log_key(FIRST_NAME, key)) for key in (old, new)]
    policy = Policy.parse(f"log {vkeys[0]}\nlog {vkeys[1]}\nquorum none\n")
    made = honest(10)
    made.say(log.KeyChanged(vkey=vkeys[0], since=0))
    made.say(log.KeyChanged(vkey=vkeys[1], since=11))
    made.say(log.KeyChanged(vkey=vkeys[1], since=12, ends=vkeys[0]))
    made.sign(key=new)
    assert checked(made, policy=policy).signatures == 1

    made.signed.clear()
    made.sign(key=old)
    assert troubles(checked(made, policy=policy)) == [(Trouble.ENDED_KEY, 13)]


# Time


def test_time_never_goes_back() -> None:
    made = honest(20)
    made.at -= timedelta(hours=1)
    made.add(stream_of(1))

    assert troubles(checked(made)) == [(Trouble.TIME_BACK, 21)]


def test_threat_8_what_a_witness_has_seen_is_not_dated_after_it() -> None:
    made = honest(20)
    made.at += timedelta(days=30)
    made.add(stream_of(1))
    made.sign(seen=BEGAN + timedelta(minutes=5))

    assert troubles(checked(made)) == [(Trouble.TIME_AFTER_SEEN, 21)]


def test_threat_7_what_a_witness_has_not_seen_is_not_dated_long_before() -> None:
    made = honest(20)
    made.sign(seen=made.at + timedelta(days=40))
    made.at += timedelta(days=1)
    made.add(stream_of(1))

    assert troubles(checked(made)) == [(Trouble.TIME_BEFORE_SEEN, 21)]


def anchor(stored: Stored) -> log.Anchored:
    digest = sha256((stored.note + stored.lines[0]).encode()).hexdigest()
    return log.Anchored(
        size=stored.size, kind=log.Seen.WITNESS, who="saksi.ki.example/1", sha256=digest
    )


def test_threat_7_what_follows_an_anchor_is_not_dated_before_it() -> None:
    made = honest(20)
    made.say(anchor(made.sign(seen=made.at + timedelta(hours=1))))
    made.add(stream_of(1))

    assert troubles(checked(made)) == [(Trouble.TIME_BEFORE_ANCHOR, 22)]


def test_an_anchor_to_what_is_not_kept_here_bounds_nothing_and_that_is_said() -> None:
    made = honest(20)
    unknown = replace_digest(anchor(made.sign(seen=made.at)), "ab" * 32)
    made.say(unknown)
    made.say(log.Anchored(size=20, kind=log.Seen.TIME_STAMP, who="http://tsa", sha256="cd" * 32))
    made.stamps = {"cd" * 32}

    verdict = checked(made)

    assert verdict.is_sound
    assert verdict.anchors_unseen == 1
    assert any("1 penyaksian" in said for said in verdict.unproven())


def replace_digest(fact: log.Anchored, digest: str) -> log.Anchored:
    return replace(fact, sha256=digest)


# Heads


@pytest.mark.parametrize(
    "lie", [{"root": "A" * 43 + "="}, {"count": 6}, {"count": 4}], ids=["root", "more", "fewer"]
)
def test_threat_10_a_false_heads_map_is_found_by_whoever_sees_the_whole_log(
    lie: dict[str, Any],
) -> None:
    made = honest(20)
    made.say(replace(made.map_heads(), **lie))

    assert troubles(checked(made)) == [(Trouble.HEADS, 21)]


def changed(nodes: dict[str, bytes]) -> None:
    nodes["0"] = bytes(32)


def missing(nodes: dict[str, bytes]) -> None:
    del nodes["01"]


def one_too_many(nodes: dict[str, bytes]) -> None:
    nodes["1" * 40] = bytes(32)


def one_of_no_bits(nodes: dict[str, bytes]) -> None:
    nodes["0\x1b[2J"] = bytes(32)


def no_root(nodes: dict[str, bytes]) -> None:
    del nodes[""]


@pytest.mark.parametrize(
    ("change", "trouble", "path"),
    [
        (changed, Trouble.HEAD_NODE, "/0"),
        (missing, Trouble.HEAD_NODE_MISSING, "/01"),
        (one_too_many, Trouble.HEAD_NODE_EXTRA, "/" + "1" * 40),
        (one_of_no_bits, Trouble.HEAD_NODE_EXTRA, "/0\\x1b[2J"),
        (no_root, Trouble.HEAD_NODE_MISSING, "/"),
        (dict.clear, Trouble.HEAD_NODE_MISSING, "/"),
    ],
)
def test_threat_9_the_first_false_node_that_heads_are_proven_by_is_named(
    change: Callable[[dict[str, bytes]], None], trouble: Trouble, path: str
) -> None:
    made = signed_and_seen()
    kept = checked(made)
    change(made.nodes)

    verdict = checked(made)

    assert kept.head_nodes > 5
    assert kept.is_proven
    assert [(one.trouble, one.position, one.detail) for one in verdict.findings] == [
        (trouble, 21, path)
    ]
    assert "simpul" in verdict.findings[0].told()
    assert "node" in verdict.findings[0].told("en")
    assert not verdict.is_proven


def test_nodes_are_those_of_the_heads_last_put_down() -> None:
    made = honest(20)
    made.say(made.map_heads())
    old = made.nodes
    for number in range(600):
        made.add(stream_of(1 + number % 50))
    assert troubles(checked(made)) == [], "what came afterwards has no nodes yet"

    made.say(made.map_heads())
    assert troubles(checked(made)) == []
    made.nodes = old
    assert troubles(checked(made)) == [(Trouble.HEAD_NODE, 622)]


def test_where_no_heads_were_put_down_no_node_is_kept() -> None:
    made = honest(20)
    made.nodes[""] = bytes(32)

    assert troubles(checked(made)) == [(Trouble.HEAD_NODE_EXTRA, 20)]


@pytest.mark.parametrize("size", [21, 22, 10**9, -1])
def test_a_heads_map_of_a_size_that_cannot_be_is_found(size: int) -> None:
    made = honest(20)
    made.say(replace(made.map_heads(), size=size))

    assert troubles(checked(made)) == [(Trouble.HEADS_TOO_OLD, 21)]


def test_heads_do_not_go_back_behind_earlier_heads() -> None:
    made = honest(20)
    early = made.map_heads()
    made.add(stream_of(1))
    made.say(made.map_heads())
    made.say(early)

    assert troubles(checked(made)) == [(Trouble.HEADS_TOO_OLD, 23)]


def test_heads_that_look_back_further_than_anybody_remembers_are_not_believed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("adapters.evidence.replay.HEADS_BACK_MAX", 300)
    made = honest(600)
    early = made.map_heads()
    for number in range(280):
        made.add(stream_of(1 + number))
    made.say(early)
    assert troubles(checked(made)) == []

    for number in range(700):
        made.add(stream_of(1 + number))
    made.say(replace(early, size=700))
    assert troubles(checked(made)) == [(Trouble.HEADS_TOO_OLD, len(made.events))]


def test_a_fact_of_the_log_that_cannot_be_read_is_found() -> None:
    made = honest(20)
    made.add(LOG_STREAM, "log.heads", b'{"fact":{"size":"x"}}')
    made.add(LOG_STREAM, "log.unheard_of", b"{}")

    assert troubles(checked(made)) == [(Trouble.OWN_FACT, 21), (Trouble.OWN_FACT, 22)]


# A new name


def test_a_log_that_goes_on_under_a_new_name_is_one_log() -> None:
    made = honest(20)
    made.sign(size=15)
    made.rename(trusted=15)
    made.add(stream_of(1))
    made.sign()

    verdict = checked(made)

    assert troubles(verdict) == []
    assert (verdict.origin, verdict.signatures) == (SECOND_NAME, 2)


def test_a_new_name_that_nobody_declared_is_found() -> None:
    made = honest(20)
    made.rename(trusted=15, declared=False)
    made.add(stream_of(1))

    assert troubles(checked(made)) == [(Trouble.RENAMED, 21)]


@pytest.mark.parametrize(
    "lie",
    [
        {"root": "A" * 43 + "="},
        {"root": "", "size": 999},
        {"root": "", "size": -1},
        {"origin": SECOND_NAME},
        {"size": 16},
    ],
    ids=str,
)
def test_a_declaration_that_is_not_of_this_log_is_found(lie: dict[str, Any]) -> None:
    made = honest(20)
    tree = made.tree
    made.names.append(Origin(SECOND_NAME, 21))
    true = log.Continued(
        origin=FIRST_NAME,
        size=15,
        root=honest(15).sign().note.splitlines()[2],
        reason="Dipulihkan.",
    )
    assert tree.size == 20
    made.say(replace(true, **lie))

    assert troubles(checked(made)) == [(Trouble.CONTINUED, 21)]


def test_a_declaration_without_a_new_name_is_found() -> None:
    made = honest(20)
    made.say(log.Continued(origin=FIRST_NAME, size=0, root=Tree().root.hex(), reason="x"))

    assert (Trouble.CONTINUED, 21) in troubles(checked(made))


def test_what_the_thief_signed_under_the_old_name_is_disowned_but_not_for_its_holder() -> None:
    made = honest(20)
    made.sign(size=15)
    false = made.sign(tree=Tree([bytes(32)] * 20))
    made.rename(trusted=15)
    made.sign()

    assert troubles(checked(made)) == []
    assert troubles(checked(made, false.note)) == [(Trouble.HELD_ROOT, 20)]


def test_no_name_or_one_that_begins_late_is_no_log() -> None:
    made = honest(1)
    made.names = []
    assert (Trouble.RENAMED, 1) in troubles(checked(made))


# Words


def test_every_trouble_has_words_in_both_languages() -> None:
    assert TROUBLES.keys() == {*Trouble}
    for indonesian, english in TROUBLES.values():
        assert indonesian != english
        assert not indonesian.endswith(".")


def test_nobody_is_told_that_what_was_recorded_is_true() -> None:
    verdict = checked(signed_and_seen(), signed_and_seen().signed[0].note)

    for language in ("id", "en"):
        proven, unproven = [*verdict.proven(language)], [*verdict.unproven(language)]
        assert proven
        assert "tidak pernah dicatat" in unproven[-1] or "never recorded" in unproven[-1]
    assert "tidak diubah sejak dicatat" in " ".join(verdict.proven())
    assert " benar" not in " ".join(verdict.proven())


def test_what_is_wrong_is_told_with_its_place() -> None:
    made = signed_and_seen()
    altered(made, 7, state=b"{}")
    (finding,) = checked(made).findings

    assert finding.told().startswith("Posisi 7: isi, waktu, jenis")
    assert finding.told("en").startswith("Position 7: contents")
    assert list(checked(made).proven()) == []


def test_findings_are_counted_and_not_all_of_them_kept() -> None:
    made = honest(600)
    for position in range(1, 301):
        altered(made, position, state=b"{}")

    verdict = checked(made)

    assert verdict.found == 300
    assert len(verdict.findings) == 100


def test_moments_are_read_as_postgresql_keeps_them() -> None:
    assert moment_bytes(datetime.fromisoformat("2000-01-01T00:00:01+00:00")) == (10**6).to_bytes(8)
    assert KEYS.keys() == {FIRST_NAME, SECOND_NAME}
