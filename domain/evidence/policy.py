"""Whom a reader trusts: C2SP tlog-policy.

The policy is the reader's own; one that comes with what it is to judge proves nothing.

    log <vkey> [<url>]
    witness <name> <vkey> [<url>]
    group <name> all|any|<k> <name>...
    quorum <name>|none

https://c2sp.org/tlog-policy
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from domain.evidence.encoding import Malformed, from_decimal
from domain.evidence.note import (
    COSIGNATURE,
    ED25519,
    Checkpoint,
    Opened,
    VerifierKey,
    Verify,
    open_checkpoint,
)

NONE = "none"
POLICY_BYTES_MAX = 256 * 1024
LINES_MAX = 1024

_SEPARATOR = re.compile("[ \t]+")


@dataclass(frozen=True, slots=True)
class Log:
    key: VerifierKey
    url: str = ""


@dataclass(frozen=True, slots=True)
class Witness:
    """Its *name* is the policy's own; the one it signs under is its key's."""

    name: str
    key: VerifierKey
    url: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Has witnessed once *needed* of its members, witnesses or groups, have."""

    name: str
    needed: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    logs: tuple[Log, ...]
    witnesses: tuple[Witness, ...]
    groups: tuple[Group, ...]
    quorum: str  # of a witness or a group, or `NONE`

    @classmethod
    def parse(cls, policy: str | bytes) -> Policy:
        reader = _Reader()
        for number, line in enumerate(_lines(policy), 1):
            words = [word for word in _SEPARATOR.split(line) if word]
            if not words or words[0].startswith("#"):
                continue
            try:
                reader.read(words)
            except Malformed as trouble:
                raise Malformed(f"kebijakan baris {number}: {trouble}") from None
        if reader.quorum is None:
            raise Malformed("kebijakan tidak memuat baris quorum")
        return cls(tuple(reader.logs), tuple(reader.witnesses), tuple(reader.groups), reader.quorum)

    def __str__(self) -> str:
        lines = [f"log {log.key} {log.url}" for log in self.logs]
        lines += [f"witness {each.name} {each.key} {each.url}" for each in self.witnesses]
        lines += [f"group {g.name} {g.needed} {' '.join(g.members)}" for g in self.groups]
        lines.append(f"quorum {self.quorum}")
        return "".join(line.rstrip() + "\n" for line in lines)

    @property
    def keys(self) -> tuple[VerifierKey, ...]:
        return (*(log.key for log in self.logs), *(each.key for each in self.witnesses))

    def met(self, names: Collection[str]) -> bool:
        """Whether the witnesses of these *names* are a quorum."""
        if self.quorum == NONE:
            return True
        witnessed = {each.name for each in self.witnesses if each.name in names}
        for group in self.groups:  # each stands after its members
            if sum(member in witnessed for member in group.members) >= group.needed:
                witnessed.add(group.name)
        return self.quorum in witnessed

    def judge(self, note: str | bytes, verify: Verify) -> Judged:
        """Open a checkpoint by the keys of this policy; `NotTrusted` if none of its logs did."""
        checkpoint, opened = open_checkpoint(note, self.keys, verify)
        times = {
            each.name: time
            for each in self.witnesses
            if (time := opened.signed.get(each.key)) is not None
        }
        return Judged(checkpoint, opened, times, self.met(times))


@dataclass(frozen=True, slots=True)
class Judged:
    """A checkpoint by one of the policy's logs, and how far its witnesses stand by it."""

    checkpoint: Checkpoint
    opened: Opened
    times: dict[str, int]
    """By the policy's name of each witness, when it cosigned; seconds since 1970."""
    met: bool


def _lines(policy: str | bytes) -> list[str]:
    """Octets beyond ASCII need not be UTF-8 here: they are compared, never understood."""
    data = policy if isinstance(policy, bytes) else policy.encode("utf-8", "surrogateescape")
    if len(data) > POLICY_BYTES_MAX:
        raise Malformed(f"kebijakan lebih dari {POLICY_BYTES_MAX} bita")
    if any((octet < 0x20 and octet not in b"\t\n") or octet == 0x7F for octet in data):
        raise Malformed("kebijakan memuat karakter kendali")
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    if len(lines) > LINES_MAX:
        raise Malformed(f"kebijakan lebih dari {LINES_MAX} baris")
    return lines


class _Reader:
    """What stands on the lines read so far; a line may name only what stands above it."""

    def __init__(self) -> None:
        self.logs: list[Log] = []
        self.witnesses: list[Witness] = []
        self.groups: list[Group] = []
        self.quorum: str | None = None
        self.members: set[str] = set()

    def read(self, words: list[str]) -> None:
        match words:
            case ["log", vkey, *url] if len(url) <= 1:
                self._log(VerifierKey.parse(vkey), *url)
            case ["witness", name, vkey, *url] if len(url) <= 1:
                self._witness(name, VerifierKey.parse(vkey), *url)
            case ["group", name, needed, _, *_]:
                self._group(name, needed, words[3:])
            case ["quorum", name]:
                self._quorum(name)
            case _:
                raise Malformed(f"baris {words[0]!r} tidak dikenal atau tidak lengkap")

    def _log(self, key: VerifierKey, url: str = "") -> None:
        if key.kind != ED25519:
            raise Malformed(f"kunci {key.name} bukan kunci log")
        if key.public_key in {log.key.public_key for log in self.logs}:
            raise Malformed(f"kunci log {key.name} disebut dua kali")
        self.logs.append(Log(key, url))

    def _witness(self, name: str, key: VerifierKey, url: str = "") -> None:
        self._name(name)
        if key.kind != COSIGNATURE:
            raise Malformed(f"kunci {key.name} bukan kunci saksi")
        if key.public_key in {each.key.public_key for each in self.witnesses}:
            raise Malformed(f"kunci saksi {key.name} disebut dua kali")
        self.witnesses.append(Witness(name, key, url))

    def _group(self, name: str, needed: str, members: list[str]) -> None:
        for member in members:
            self._known(member)
            if member in self.members:
                raise Malformed(f"{member} menjadi anggota dua kali")
            self.members.add(member)
        self._name(name)
        match needed:
            case "all":
                number = len(members)
            case "any":
                number = 1
            case _:
                number = from_decimal(needed, "ambang")
        if not 1 <= number <= len(members):
            raise Malformed(f"ambang {needed} bukan 1 sampai {len(members)}")
        self.groups.append(Group(name, number, tuple(members)))

    def _quorum(self, name: str) -> None:
        if self.quorum is not None:
            raise Malformed("quorum disebut dua kali")
        if name != NONE:
            self._known(name)
        self.quorum = name

    def _name(self, name: str) -> None:
        if name == NONE or name in self._names():
            raise Malformed(f"nama {name} sudah terpakai")

    def _known(self, name: str) -> None:
        if name not in self._names():
            raise Malformed(f"{name} belum disebut di atasnya")

    def _names(self) -> set[str]:
        return {each.name for each in self.witnesses} | {each.name for each in self.groups}
