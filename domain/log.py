"""What the log says of itself: its heads, who signs it, who has seen it, and what it went on from.

These facts stand in the same ledger as all others and are proven with them. Only the signer
writes them; lists and the trail of acts pass over them, for they are nobody's act upon an item.
What they mean to a verifier is in docs/evidence/formats.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias, assert_never
from uuid import UUID

from domain.history import Recorded, recorded_as
from domain.rule import Rule, cite, uphold

ID = UUID(int=0)
"""The log's own stream; the heads map leaves it out."""

APPROVERS_MIN = 2  # of destroying a key


class Seen(StrEnum):
    """How somebody outside came to say that he has seen the log."""

    WITNESS = "witness"  # he cosigned a checkpoint
    TIME_STAMP = "rfc3161"  # an authority put its time on one


# What can happen


@recorded_as("log.heads")
class HeadsMapped:
    """The last fact of every history was put down, so that none can be left out at its end."""

    size: int  # leaves that were looked at: 0 to size - 1
    root: str  # of the heads map, base64
    count: int  # histories in it


@recorded_as("log.anchored")
class Anchored:
    """Somebody outside has seen the log up to a size; whatever follows here is not older."""

    size: int
    kind: Seen
    who: str  # name of the witness's key, or address of the time stamping authority
    sha256: str  # of the cosigned note, or of the token; hex


@recorded_as("log.key_changed")
class KeyChanged:
    """A key signs from some size on, and perhaps another signs no longer."""

    vkey: str
    since: int  # the first size it signs
    ends: str = ""  # vkey of the one that ends with it; empty: none


@recorded_as("log.continued")
class Continued:
    """The log goes on under a new name: after a restore that lost facts, or the loss of a key."""

    origin: str  # its name before
    size: int  # up to here the log under that name is to be trusted
    root: str  # of the tree at that size, base64
    reason: str


@recorded_as("log.key_destroyed")
class KeyDestroyed:
    """A key of sealed fields is gone: that they cannot be opened any more is no accident."""

    key_id: str
    ground: str
    approvers: tuple[str, ...]


Fact: TypeAlias = HeadsMapped | Anchored | KeyChanged | Continued | KeyDestroyed


# What we then know


@dataclass(frozen=True, slots=True)
class Key:
    """One that signs checkpoints, and for which sizes."""

    vkey: str
    since: int
    until: int | None = None  # the first size it no longer signs

    def signs(self, size: int) -> bool:
        return self.since <= size and (self.until is None or size < self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """Nothing is known of a log before its signer first spoke."""

    heads: HeadsMapped | None = None  # the latest
    keys: tuple[Key, ...] = ()  # in the order in which they came
    anchors: Mapping[tuple[Seen, str], Anchored] = field(  # by whoever has seen it, the latest
        default_factory=lambda: MappingProxyType({})
    )
    predecessors: tuple[Continued, ...] = ()  # the oldest first
    destroyed: Mapping[str, KeyDestroyed] = field(  # by the id of the key
        default_factory=lambda: MappingProxyType({})
    )

    def signers(self, size: int) -> tuple[Key, ...]:
        """The keys that sign a checkpoint of that size."""
        return tuple(key for key in self.keys if key.signs(size))

    @property
    def size(self) -> int:
        """The largest that the log itself has named so far."""
        named = [anchor.size for anchor in self.anchors.values()]
        named += [key.since for key in self.keys]
        return max([*named, self.heads.size if self.heads else 0])


initial = Log()


def evolve(log: Log, recorded: Recorded[Fact]) -> Log:
    """Take in one more fact. Facts are never argued with here."""
    fact = recorded.fact
    match fact:
        case HeadsMapped():
            return replace(log, heads=fact)
        case Anchored(kind=kind, who=who):
            return replace(log, anchors=MappingProxyType({**log.anchors, (kind, who): fact}))
        case KeyChanged(vkey=vkey, since=since, ends=ends):
            keys = tuple(_ended(key, since) if key.vkey == ends else key for key in log.keys)
            is_new = not any(key.vkey == vkey and key.until is None for key in keys)
            return replace(log, keys=(*keys, Key(vkey, since)) if is_new else keys)
        case Continued():
            return replace(log, predecessors=(*log.predecessors, fact))
        case KeyDestroyed(key_id=key_id):
            return replace(log, destroyed=MappingProxyType({**log.destroyed, key_id: fact}))
    assert_never(fact)


def _ended(key: Key, size: int) -> Key:
    return key if key.until is not None else replace(key, until=size)


# What is asked of those who keep it

ONLY_A_KEY_THAT_SIGNS_CAN_END = Rule(
    "only-a-key-that-signs-can-end",
    "Kunci yang diakhiri harus kunci yang sedang menandatangani log, dan bukan penggantinya.",
    cite("pp-71-2019", "59", "3"),
    field="ends",
)
A_KEY_MUST_NOT_SIGN_THE_PAST = Rule(
    "a-key-must-not-sign-the-past",
    "Kunci baru hanya menandatangani log sejak ukurannya sekarang; riwayat sebelumnya tetap milik "
    "kunci lama.",
    cite("pp-71-2019", "59", "3"),
    field="since",
)
A_NEW_LOG_MUST_SAY_WHY = Rule(
    "a-new-log-must-say-why",
    "Log yang dilanjutkan dengan nama baru harus disertai alasan.",
    cite("pp-71-2019", "72"),
    field="reason",
)
TWO_MUST_APPROVE_DESTROYING_A_KEY = Rule(
    "two-must-approve-destroying-a-key",
    f"Pemusnahan kunci harus disetujui sedikitnya {APPROVERS_MIN} orang.",
    cite("uu-14-2008", "53"),
    field="approvers",
)
"""Without the key a document of public information is gone, which the article makes a crime
where it is done unlawfully; so nobody does it alone."""

DESTROYING_A_KEY_MUST_HAVE_A_GROUND = Rule(
    "destroying-a-key-must-have-a-ground",
    "Pemusnahan kunci harus menyebut dasarnya.",
    cite("uu-27-2022", "44", "1"),
    field="ground",
)


def rules_against_changing_key(log: Log, *, vkey: str, since: int, ends: str) -> Iterator[Rule]:
    signing = {key.vkey for key in log.keys if key.until is None}
    if ends and (ends == vkey or ends not in signing):
        yield ONLY_A_KEY_THAT_SIGNS_CAN_END
    if since < log.size:
        yield A_KEY_MUST_NOT_SIGN_THE_PAST.about(detail=f"{since} < {log.size}")


def rules_against_continuing(reason: str) -> Iterator[Rule]:
    if not reason.strip():
        yield A_NEW_LOG_MUST_SAY_WHY


def rules_against_destroying_key(ground: str, approvers: Sequence[str]) -> Iterator[Rule]:
    if not ground.strip():
        yield DESTROYING_A_KEY_MUST_HAVE_A_GROUND
    if len({approver.strip() for approver in approvers} - {""}) < APPROVERS_MIN:
        yield TWO_MUST_APPROVE_DESTROYING_A_KEY


# What may be recorded


def map_heads(log: Log, *, size: int, root: str, count: int) -> list[Fact]:
    """Put down the heads; where no history has grown since the last time, there is no need."""
    if log.heads is not None and (log.heads.root, log.heads.count) == (root, count):
        return []
    return [HeadsMapped(size=size, root=root, count=count)]


def anchor(log: Log, *, size: int, kind: Seen, who: str, sha256: str) -> list[Fact]:
    """Note that somebody has seen the log; what he saw before he saw more adds nothing."""
    last = log.anchors.get((kind, who))
    if last is not None and size <= last.size:
        return []
    return [Anchored(size=size, kind=kind, who=who, sha256=sha256)]


def change_key(log: Log, *, vkey: str, since: int, ends: str = "") -> list[Fact]:
    """Let a key sign from now on, and another no longer."""
    is_signing = any(key.vkey == vkey and key.until is None for key in log.keys)
    if is_signing and not any(key.vkey == ends and key.until is None for key in log.keys):
        return []
    uphold(rules_against_changing_key(log, vkey=vkey, since=since, ends=ends))
    return [KeyChanged(vkey=vkey, since=since, ends=ends)]


def continue_log(log: Log, *, origin: str, size: int, root: str, reason: str) -> list[Fact]:
    """Go on under a new name; the name before is trusted up to *size* only."""
    if any(before.origin == origin for before in log.predecessors):
        return []
    uphold(rules_against_continuing(reason))
    return [Continued(origin=origin, size=size, root=root, reason=reason)]


def destroy_key(log: Log, *, key_id: str, ground: str, approvers: Sequence[str]) -> list[Fact]:
    """Put on record that a key is about to be destroyed; only then may it be."""
    if key_id in log.destroyed:
        return []
    uphold(rules_against_destroying_key(ground, approvers))
    names = tuple(dict.fromkeys(approver.strip() for approver in approvers if approver.strip()))
    return [KeyDestroyed(key_id=key_id, ground=ground.strip(), approvers=names)]
