#!/usr/bin/env python3
"""Verifikator bukti SIDIK: satu berkas, Python 3.7+ tanpa pustaka lain, tanpa jaringan.

    python verifikasi.py BUNDEL [--kebijakan BERKAS] [--cp BERKAS ...] [--ditolak TANGGAL]
    python verifikasi.py banding A.json B.json [--bukti BUNDEL]   (dua potret daftar publik)

BUNDEL      tas BagIt (.zip atau folder), bukti.json, atau PDF yang melampirkannya
--kebijakan kunci publik log dan saksi yang ANDA peroleh sendiri, bukan dari bundel
            (C2SP tlog-policy); tanpa ini hasilnya tidak pernah "semua cocok"
--cp        checkpoint yang Anda pegang: cetakan lama, laman saksi; boleh berulang
--ditolak   hari penolakan atau sengketa, TTTT-BB-HH; menjawab apakah uji konsekuensi
            atas butir ini dibuat sebelumnya
--json      hasil untuk mesin
--en        in English

Kode keluar: 0 semua yang diperiksa cocok; 1 ada yang tidak cocok; 2 ditolak, tidak terbaca;
3 tidak ada yang bertentangan, tetapi suatu jaminan pokok tidak ada (misalnya kunci berasal
dari bundel itu sendiri).

What it checks and the codes it answers with stand in docs/evidence/formats.md; verifikasi.html
checks the same in a browser. For whoever reads this: it trusts the policy and the checkpoints
that the reader hands over, and nothing that stands in the bundle. What the bundle says is used
only after a signature, a proof or a commitment has spoken for it.
"""

from __future__ import annotations  # PERLU PYTHON 3.7 ATAU LEBIH BARU (Python 3.7 or later)

import argparse
import base64
import binascii
import hashlib
import json
import os
import re
import stat
import struct
import sys
import zlib
from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any, Iterator, NamedTuple, NoReturn, Sequence

OLDEST: str = "3.7"  # PERLU PYTHON 3.7 ATAU LEBIH BARU (Python 3.7 or later)
"""It runs wherever somebody finds a Python. Of those before this one, 3.6 cannot read the first
import, nor 2.7 the line above: each prints the line it stops at, and with it what is needed."""

MIB = 1024 * 1024
ARCHIVE_BYTES_MAX = 256 * MIB  # of a zip, a folder or a PDF, packed and unpacked
DOCUMENT_BYTES_MAX = 32 * MIB  # of bukti.json
FILES_MAX = 5000
DEPTH_MAX = 32
VALUES_MAX = 2_000_000  # of one JSON text
DIGITS_MAX = 15  # what a browser counts exactly, too
NOTE_BYTES_MAX = 128 * 1024
SIGNATURES_MAX = 100
POLICY_BYTES_MAX = 256 * 1024
POLICY_LINES_MAX = 1024
CHECKPOINTS_MAX, ENTRIES_MAX, PATH_MAX, SIBLINGS_MAX = 200, 20_000, 64, 256
STREAMS_MAX = 50_000  # looked at in a PDF

CLOCK_SECONDS = 300
"""How far the clocks of two honest bodies may be apart."""
WITNESS_SECONDS = 24 * 3600
"""How long after a checkpoint was made a witness may still be shown it."""

NOBODY = "00000000-0000-0000-0000-000000000000"
"""The history in which the log speaks of itself."""

TLOG_PROOF = "c2sp.org/tlog-proof@v1\n"

MATCH, MISMATCH, INFO = "COCOK", "TIDAK", "INFO"

Json = Any


class Refused(Exception):
    """The bundle is not looked at any further: it cannot be read, or not safely."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail


class Wrong(Exception):
    """One check does not match; the reason is a code."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail


# Base64 and hashes


def from_base64(text: str) -> bytes | None:
    """The bytes, or None; what is read is written again, for there is one spelling only."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if to_base64(data) == text else None


def to_base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def hash_from(value: Json) -> bytes | None:
    """A whole SHA-256 in base64, or None."""
    data = from_base64(value) if isinstance(value, str) else None
    return data if data is not None and len(data) == 32 else None


# Ed25519, checking only (RFC 8032, 5.1)

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


class Point(NamedTuple):
    """Extended coordinates: x = X/Z, y = Y/Z, xy = T/Z."""

    x: int
    y: int
    z: int
    t: int


SMALL_ORDER = {
    0,
    1,
    P - 1,
    0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
    P - 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
}
"""The y of points for which anybody can make signatures."""


def point_from(data: bytes) -> Point | None:
    """5.1.3: y with the lowest bit of x above it."""
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return Point(x, y, 1, x * y % P)


def add(p: Point, q: Point) -> Point:
    """5.1.4."""
    a = (p.y - p.x) * (q.y - q.x) % P
    b = (p.y + p.x) * (q.y + q.x) % P
    c = 2 * p.t * q.t * D % P
    d = 2 * p.z * q.z % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return Point(e * f % P, g * h % P, f * g % P, e * h % P)


def times(number: int, p: Point) -> Point:
    q = Point(0, 1, 1, 0)
    while number:
        if number & 1:
            q = add(q, p)
        p = add(p, p)
        number >>= 1
    return q


def base_point() -> Point:
    """B: the one whose y is 4/5."""
    found = point_from((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    assert found is not None
    return found


BASE = base_point()


def ed25519(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """5.1.7, without the cofactor."""
    if len(public_key) != 32 or len(signature) != 64:
        return False
    a, r = point_from(public_key), point_from(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + public_key + message).digest()
    left = times(s, BASE)
    right = add(r, times(int.from_bytes(digest, "little") % ORDER, a))
    same_x = (left.x * right.z - right.x * left.z) % P == 0
    same_y = (left.y * right.z - right.y * left.z) % P == 0
    return same_x and same_y


# The tree (RFC 9162, 2.1)


def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def is_included(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """2.1.3.2. The size must come from a signed checkpoint."""
    if not 0 <= index < size:
        return False
    here, last, value = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if here & 1 or here == last:
            value = node_hash(sibling, value)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            value = node_hash(value, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and value == root


def is_beginning(old: int, new: int, path: Sequence[bytes], old_root: bytes, root: bytes) -> bool:
    """2.1.4.2: whether the tree of *new* leaves goes on where that of *old* ended."""
    if not 0 <= old <= new:
        return False
    if old == new:
        return not path and old_root == root
    if old == 0:
        return not path and old_root == sha256(b"").digest()
    if not path:
        return False
    rest = list(path)
    first = old_root if old & (old - 1) == 0 else rest.pop(0)
    here, last = old - 1, new - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    then = now = first
    for sibling in rest:
        if last == 0:
            return False
        if here & 1 or here == last:
            then, now = node_hash(sibling, then), node_hash(sibling, now)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            now = node_hash(now, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and then == old_root and now == root


# Keys and the reader's policy (c2sp.org/signed-note, c2sp.org/tlog-policy)

SIGNS, COSIGNS = 1, 4  # kinds of keys: a log's, a witness's
NAME = re.compile(r"[!-*,-~]{1,255}")  # of those we may trust
NO_NAME = re.compile("[\\s\x85\ufeff+]")  # what nobody's name contains


class Key(NamedTuple):
    name: str
    kind: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        named = self.name.encode("ascii") + b"\n" + bytes([self.kind]) + self.public
        return sha256(named).digest()[:4]

    @property
    def vkey(self) -> str:
        return "+".join((self.name, self.key_id.hex(), to_base64(bytes([self.kind]) + self.public)))

    @property
    def fingerprint(self) -> str:
        """What is compared with a printed one."""
        return sha256(self.vkey.encode("ascii")).hexdigest()


def key_from(vkey: str) -> Key:
    """``name+hex(id)+base64(kind and key)``."""
    name, _, rest = vkey.partition("+")
    key_id, _, encoded = rest.partition("+")
    material = from_base64(encoded)
    if not NAME.fullmatch(name) or material is None or len(material) != 33:
        raise Refused("policy", vkey)
    key = Key(name, material[0], material[1:])
    y = int.from_bytes(key.public, "little") & (2**255 - 1)
    if key.kind not in (SIGNS, COSIGNS) or key.key_id.hex() != key_id or y % P in SMALL_ORDER:
        raise Refused("policy", vkey)
    return key


class Policy:
    """Whose signatures count. A line may name only what stands above it."""

    def __init__(self, text: str) -> None:
        self.logs: list[Key] = []
        self.witnesses: dict[str, Key] = {}
        self.groups: dict[str, tuple[int, list[str]]] = {}
        self.quorum = ""
        lines = text.split("\n")
        if len(text.encode("utf-8", "replace")) > POLICY_BYTES_MAX or len(lines) > POLICY_LINES_MAX:
            raise Refused("policy")
        if any((c < " " and c not in "\t\n") or c == "\x7f" for c in text):
            raise Refused("policy")
        for number, line in enumerate(lines, 1):
            words = [word for word in re.split("[ \t]+", line) if word]
            if words and not words[0].startswith("#") and not self._read(words):
                raise Refused("policy", f"{number}: {line}")
        if not self.quorum or not self.logs:
            raise Refused("policy")

    def _read(self, words: list[str]) -> bool:
        """Take in a line; whether it is as it should be."""
        kind, count = words[0], len(words)
        if kind == "log" and count in (2, 3):
            key = key_from(words[1])
            self.logs.append(key)
            return key.kind == SIGNS and [one.public for one in self.logs].count(key.public) == 1
        if kind == "witness" and count in (3, 4):
            key = key_from(words[2])
            fresh = self._is_fresh(words[1])
            fresh = fresh and key.public not in [one.public for one in self.witnesses.values()]
            self.witnesses[words[1]] = key
            return fresh and key.kind == COSIGNS
        if kind == "group" and count >= 4:
            return self._read_group(words[1], words[2], words[3:])
        if kind == "quorum" and count == 2 and not self.quorum:
            self.quorum = words[1]
            return self.quorum == "none" or not self._is_fresh(self.quorum)
        return False

    def _read_group(self, name: str, needed: str, members: list[str]) -> bool:
        """Who already belongs to a group is not counted in a second one."""
        taken = [member for _, names in self.groups.values() for member in names] + members
        if not self._is_fresh(name) or any(taken.count(member) > 1 for member in members):
            return False
        if any(member == "none" or self._is_fresh(member) for member in members):
            return False
        if needed in ("any", "all"):
            number = 1 if needed == "any" else len(members)
        elif re.fullmatch("[1-9][0-9]{0,3}", needed):
            number = int(needed)
        else:
            return False
        self.groups[name] = (number, members)
        return number <= len(members)

    def _is_fresh(self, name: str) -> bool:
        return name != "none" and name not in self.witnesses and name not in self.groups

    def met(self, names: Sequence[str]) -> bool:
        """Whether the witnesses of these names are a quorum."""
        there = {name for name in names if name in self.witnesses}
        for group, (needed, members) in self.groups.items():
            if sum(member in there for member in members) >= needed:
                there.add(group)
        return self.quorum == "none" or self.quorum in there

    def quorum_time(self, times: dict[str, int]) -> int | None:
        """By when a quorum had seen it; None where none has, or none is asked for."""
        if self.quorum == "none":
            return None
        for moment in sorted(times.values()):
            if self.met([name for name, seen in times.items() if seen <= moment]):
                return moment
        return None


# Notes and checkpoints (c2sp.org/signed-note, tlog-checkpoint, tlog-cosignature)


class Checkpoint(NamedTuple):
    note: str
    origin: str
    size: int
    root: bytes
    signers: list[Key]  # the log's keys
    times: dict[str, int]  # when each witness of the policy saw it
    lines: list[tuple[str, str]]  # each signature line, and the witness it is of, or ""


def checkpoint_from(note: str, policy: Policy) -> Checkpoint:
    """Open a checkpoint by the policy's keys; raises `Wrong`.

    Unknown signatures are passed over, a bad one by a known key spoils the whole note.
    """
    text, lines = _parted(note)
    signers: list[Key] = []
    seen: dict[str, int] = {}
    whose: list[tuple[str, str]] = []
    for line in lines:
        name, key_id, content = _signature(line)
        owner = ""
        for key in policy.logs:
            if (key.name, key.key_id) == (name, key_id):
                _check(ed25519(key.public, content, text.encode("utf-8")), "note.bad", name)
                signers.append(key)
        for witness, key in policy.witnesses.items():
            if (key.name, key.key_id) == (name, key_id):
                moment, signature = int.from_bytes(content[:8], "big"), content[8:]
                message = f"cosignature/v1\ntime {moment}\n{text}".encode()
                _check(moment < 253402300800, "note.bad", name)
                _check(ed25519(key.public, signature, message), "note.bad", name)
                seen[witness] = min(moment, seen.get(witness, moment))
                owner = witness
        whose.append((line, owner))
    origin, size, root = _said(text)
    _check(bool(signers), "note.unknown", origin)
    _check(any(key.name == origin for key in signers), "note.origin", origin)
    return Checkpoint(note, origin, size, root, signers, seen, whose)


def _parted(note: str) -> tuple[str, list[str]]:
    """The text with its last newline, and the signature lines."""
    text, separator, tail = note.rpartition("\n\n")
    _check(len(note.encode("utf-8")) <= NOTE_BYTES_MAX, "note.form")
    _check(not any(c < " " and c != "\n" for c in note), "note.form")
    _check(bool(separator) and tail.endswith("\n"), "note.form")
    lines = tail[:-1].split("\n")
    _check(len(lines) <= SIGNATURES_MAX, "note.form")
    return text + "\n", lines


def _signature(line: str) -> tuple[str, bytes, bytes]:
    words = line.split(" ")
    _check(len(words) == 3 and words[0] == "\u2014" and words[1] != "", "note.form")
    _check(not NO_NAME.search(words[1]) and len(words[1].encode("utf-8")) <= 255, "note.form")
    data = from_base64(words[2])
    if data is None or len(data) <= 4:
        raise Wrong("note.form")
    return words[1], data[:4], data[4:]


def _said(text: str) -> tuple[str, int, bytes]:
    lines = text.split("\n")
    _check(len(lines) >= 4 and lines.pop() == "" and "" not in lines, "note.form")
    _check(NAME.fullmatch(lines[0]) is not None, "note.form")
    _check(re.fullmatch("0|[1-9][0-9]{0,14}", lines[1]) is not None, "note.form")
    root = hash_from(lines[2])
    if root is None:
        raise Wrong("note.form")
    return lines[0], int(lines[1]), root


def claimed(note: str) -> int:
    """The size that a note of an unknown signer names."""
    return _said(_parted(note)[0])[1]


def _check(is_so: bool, reason: str, detail: str = "") -> None:
    if not is_so:
        raise Wrong(reason, detail)


def forms_of(checkpoint: Checkpoint) -> Iterator[tuple[str, list[str]]]:
    """What of a note may have been stamped or anchored, and the witnesses that stand in it.

    Witnesses answer one by one: at one moment the note had the first so many lines, or the
    log's own and one witness's.
    """
    text = checkpoint.note.rpartition("\n\n")[0] + "\n"
    yield text, []
    so_far = text + "\n"
    names: list[str] = []
    for line, witness in checkpoint.lines:
        so_far += line + "\n"
        names = [*names, witness] if witness else names
        yield so_far, names
    own = [line for line, _ in checkpoint.lines if line.split(" ")[1] == checkpoint.origin]
    for line, witness in checkpoint.lines:
        if line not in own:
            lines = "".join(one + "\n" for one in (*own, line))
            yield text + "\n" + lines, [witness] if witness else []


# Records and commitments

RECORD = re.compile(
    r"sidik-record/v1\n"
    r"log ([!-~]{1,200})\n"
    r"pos (0|[1-9][0-9]{0,18})\n"
    r"stream ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\n"
    r"version ([1-9][0-9]{0,18})\n"
    r"prev (-|[A-Za-z0-9+/]{43}=)\n"
    r"time ([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z)\n"
    r"topic ([!-~]{1,200})\n"
    r"body ([A-Za-z0-9+/]{43}=)\n"
)
STREAM = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Entry:
    """A record that stands in the tree, and what it says where that is opened."""

    index: int
    leaf: bytes
    log: str
    stream: str
    version: str
    prev: bytes | None
    time: str
    seconds: float
    topic: str
    is_open: bool
    said: Json  # the body, None where it is withheld or no JSON

    def fact(self, topic: str) -> dict[str, Json]:
        """What the log says of itself in this entry, if it is of that topic; else nothing."""
        fact = self.said.get("fact") if isinstance(self.said, dict) else None
        if self.topic != topic or self.stream != NOBODY or not isinstance(fact, dict):
            return {}
        return fact

    @property
    def on(self) -> str:
        """The day the fact says it is of; empty where it is withheld."""
        day = self.said.get("on") if isinstance(self.said, dict) else None
        return day if isinstance(day, str) and day_from(day) is not None else ""


def entry_from(source: Json, size: int, root: bytes) -> Entry:
    """Check one entry against the tree and its commitment; raises `Wrong`."""
    index, text = source["index"], source["record"]
    found = RECORD.fullmatch(text)
    if found is None:
        raise Wrong("record.form")
    log, pos, stream, version, prev, time, topic, body = found.groups()
    before = None if prev == "-" else hash_from(prev)
    committed, seconds = hash_from(body), seconds_of(time)
    if committed is None or seconds is None or (prev != "-" and before is None):
        raise Wrong("record.form")
    _check(pos == str(index + 1), "record.place")
    leaf = leaf_hash(text.encode("ascii"))
    _check(is_included(leaf, index, size, source["path"], root), "inclusion")
    state = source["body"]
    if state is not None:
        _check(len(source["salt"]) == 32, "body")
        _check(commitment("body", source["salt"], state) == committed, "body")
    said = None if state is None else body_from(state)
    is_open = state is not None
    return Entry(index, leaf, log, stream, version, before, time, seconds, topic, is_open, said)


def commitment(of: str, salt: bytes, content: bytes) -> bytes:
    return sha256(f"sidik-{of}/v1\n".encode("ascii") + salt + content).digest()


def seconds_of(time: str) -> float | None:
    """Since 1970; None for a moment that does not exist."""
    try:
        moment = datetime.fromisoformat(time[:-1])
    except ValueError:
        return None
    if moment.year < 1970 or time[11:13] > "23":
        return None
    return (moment - datetime(1970, 1, 1)) / timedelta(seconds=1)  # noqa: DTZ001 (UTC throughout)


def day_from(text: str) -> date | None:
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1970 <= day.year <= 9998 else None


def utc(seconds: float) -> str:
    moment = datetime(1970, 1, 1) + timedelta(seconds=int(seconds))  # noqa: DTZ001 (UTC throughout)
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC")


# The heads map: of every history its last record


def is_head(root: bytes, item: Json) -> bool:
    """Whether *item* is the head of its stream under *root*; version 0: whether it has none."""
    key = sha256(b"sidik-head-key/v1\n" + item["stream"].encode("ascii")).digest()
    siblings: list[bytes] = item["siblings"]
    version, leaf, other = item["version"], item["leaf"], item["other"]
    if version:
        if other is not None or leaf is None or len(leaf) != 32:
            return False
        value = sha256(b"sidik-head-val/v1\n%d\n" % version + leaf).digest()
        here = sha256(b"\x00" + key + value).digest()
    elif other is None:
        here = bytes(32)
    else:
        shared = all(bit(other["key"], depth) == bit(key, depth) for depth in range(len(siblings)))
        if other["key"] == key or not shared:
            return False
        here = sha256(b"\x00" + other["key"] + other["value"]).digest()
    for depth in range(len(siblings) - 1, -1, -1):
        pair = (siblings[depth], here) if bit(key, depth) else (here, siblings[depth])
        here = node_hash(*pair)
    return here == root


def bit(key: bytes, depth: int) -> int:
    return key[depth >> 3] >> (7 - (depth & 7)) & 1


# Time stamps (RFC 3161, 2.4.2; DER after X.690)

OID_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
OID_TIME_STAMP = bytes.fromhex("2a864886f70d0109100104")
OID_SHA256 = bytes.fromhex("608648016503040201")
SEQUENCE, INTEGER, OCTETS, OID, GENERALIZED_TIME, TAGGED_0 = 0x30, 0x02, 0x04, 0x06, 0x18, 0xA0


class Stamp(NamedTuple):
    imprint: bytes
    time: str  # as the authority claims; its signature is not checked here


def stamp_from(data: bytes) -> Stamp:
    """What a token, or the response it came in, is over; raises `Wrong`."""
    token = elements(only(data, SEQUENCE))
    if token and token[0][0] == SEQUENCE:  # a TimeStampResp: its status, then the token
        status = elements(token[0][1])
        _check(bool(status) and status[0] in ((INTEGER, b"\0"), (INTEGER, b"\1")), "stamp.form")
        _check(len(token) == 2 and token[1][0] == SEQUENCE, "stamp.form")
        token = elements(token[1][1])
    _check(len(token) == 2 and token[0] == (OID, OID_SIGNED_DATA), "stamp.form")
    signed = elements(only(wrapped(token[1], TAGGED_0), SEQUENCE))
    _check(len(signed) >= 4, "stamp.form")
    content = elements(wrapped(signed[2], SEQUENCE))
    _check(len(content) == 2 and content[0] == (OID, OID_TIME_STAMP), "stamp.form")
    info = elements(only(only(wrapped(content[1], TAGGED_0), OCTETS), SEQUENCE))
    _check(len(info) >= 5 and info[0] == (INTEGER, b"\1"), "stamp.form")
    imprint = elements(wrapped(info[2], SEQUENCE))
    _check(len(imprint) == 2, "stamp.form")
    algorithm = elements(wrapped(imprint[0], SEQUENCE))
    _check(bool(algorithm) and algorithm[0] == (OID, OID_SHA256), "stamp.form")
    digest, time = wrapped(imprint[1], OCTETS), wrapped(info[4], GENERALIZED_TIME)
    _check(re.fullmatch(rb"[0-9]{14}(\.[0-9]{1,9})?Z", time) is not None, "stamp.form")
    return Stamp(digest, time.decode("ascii"))


def elements(data: bytes) -> list[tuple[int, bytes]]:
    """The values that follow one another in *data*: tag and content."""
    found: list[tuple[int, bytes]] = []
    here = 0
    while here < len(data):
        _check(here + 2 <= len(data) and data[here] & 31 != 31 and len(found) < 1000, "stamp.form")
        tag, length, here = data[here], data[here + 1], here + 2
        if length >= 128:
            count = length - 128
            _check(1 <= count <= 4 and here + count <= len(data), "stamp.form")
            length, here = int.from_bytes(data[here : here + count], "big"), here + count
            _check(length >= 128 and length >> 8 * (count - 1) > 0, "stamp.form")
        _check(here + length <= len(data), "stamp.form")
        found.append((tag, data[here : here + length]))
        here += length
    return found


def only(data: bytes, tag: int) -> bytes:
    found = elements(data)
    _check(len(found) == 1, "stamp.form")
    return wrapped(found[0], tag)


def wrapped(element: tuple[int, bytes], tag: int) -> bytes:
    _check(element[0] == tag, "stamp.form")
    return element[1]


# Reading: JSON


def json_from(data: bytes, *, with_fractions: bool = False) -> Json:
    """JSON that has one meaning only; raises `Refused`."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("text") from None
    _check_depth(text)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_members,
            parse_int=_whole_number,
            parse_float=(lambda _: None) if with_fractions else _no_fraction,
            parse_constant=_no_constant,
        )
    except (ValueError, RecursionError):
        raise Refused("json.syntax") from None
    _check_strings(value)
    return value


def _check_depth(text: str) -> None:
    """How deep it goes and how much there is in it, before anything is made of it."""
    depth = count = 0
    is_quoted = False
    for found in re.finditer(r'[][{},"]|\\.', text, re.DOTALL):
        mark = found.group()
        if mark == '"':
            is_quoted = not is_quoted
        if is_quoted or len(mark) > 1:
            continue
        depth += (mark in "[{") - (mark in "]}")
        count += mark in "[{,"
        if depth > DEPTH_MAX:
            raise Refused("json.depth")
        if count > VALUES_MAX:
            raise Refused("size")


def _members(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Refused("json.duplicate")
    return members


def _whole_number(digits: str) -> int:
    if len(digits.lstrip("-")) > DIGITS_MAX:
        raise Refused("json.number")
    return int(digits)


def _no_fraction(_: str) -> NoReturn:
    raise Refused("json.number")


def _no_constant(_: str) -> NoReturn:
    raise Refused("json.syntax")


def _check_strings(value: Json) -> None:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, str) and re.search("[\0\ud800-\udfff]", one):
            raise Refused("json.text")


def body_from(state: bytes) -> Json:
    """What a fact says; None where it is no JSON that could be read in one way."""
    try:
        return json_from(state, with_fractions=True)
    except Refused:
        return None


def at_pointer(value: Json, pointer: str) -> Json:
    """RFC 6901; None where there is nothing."""
    for name in pointer.split("/")[1:]:
        if isinstance(value, dict):
            value = value.get(name.replace("~1", "/").replace("~0", "~"))
        elif isinstance(value, list) and re.fullmatch("0|[1-9][0-9]{0,5}", name):
            value = value[int(name)] if int(name) < len(value) else None
        else:
            return None
    return value if pointer.startswith("/") else None


# Reading: zip, folder, PDF

FILE_NAME = re.compile(r"[A-Za-z0-9._ -]+(?:/[A-Za-z0-9._ -]+)*")
STARTS = re.compile(rb'[ \t\r\n]*\{[ \t\r\n]*"format"[ \t\r\n]*:[ \t\r\n]*"sidik-bukti/v1"')


class Files(NamedTuple):
    kind: str  # "bag", "pdf" or "json"
    content: dict[str, bytes]


def read(path: str) -> Files:
    """Everything that is in the bundle; raises `Refused`."""
    try:
        if os.path.isdir(path):
            return Files("bag", read_folder(path))
        if os.path.getsize(path) > ARCHIVE_BYTES_MAX:
            raise Refused("size")
        with open(path, "rb") as file:
            data = file.read(ARCHIVE_BYTES_MAX + 1)
    except OSError as error:
        raise Refused("missing", error.strerror or "") from None
    return read_bytes(data)


def read_bytes(data: bytes) -> Files:
    """By what it is, not by what it is called."""
    if len(data) > ARCHIVE_BYTES_MAX:
        raise Refused("size")
    if data[:2] == b"PK":
        return Files("bag", without_folder(read_zip(data)))
    if data[:5] == b"%PDF-":
        return Files("pdf", {"data/bukti.json": read_pdf(data)})
    return Files("json", {"data/bukti.json": data})


def check_name(name: str, reason: str) -> None:
    parts = name.split("/")
    if len(name) > 200 or not FILE_NAME.fullmatch(name) or "." in parts or ".." in parts:
        raise Refused(reason, name)


def without_folder(files: dict[str, bytes]) -> dict[str, bytes]:
    """A bag is zipped with the one folder it is."""
    tops = {name.partition("/")[0] for name in files}
    if len(tops) != 1 or any("/" not in name for name in files):
        return files
    return {name.partition("/")[2]: data for name, data in files.items()}


def read_folder(path: str) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    total = 0
    for folder, folders, names in os.walk(path):
        folders.sort()
        for name in sorted(names) + [one for one in folders if _is_link(folder, one)]:
            whole = os.path.join(folder, name)
            inside = os.path.relpath(whole, path).replace(os.sep, "/")
            check_name(inside, "path")
            found = os.lstat(whole)
            total += found.st_size
            if not stat.S_ISREG(found.st_mode):
                raise Refused("path", inside)
            if total > ARCHIVE_BYTES_MAX or len(files) >= FILES_MAX:
                raise Refused("size")
            with open(whole, "rb") as file:
                files[inside] = file.read(found.st_size + 1)
    return files


def _is_link(folder: str, name: str) -> bool:
    return os.path.islink(os.path.join(folder, name))


def read_zip(data: bytes) -> dict[str, bytes]:
    """The files of a zip in which nothing overlaps, hides or is said twice.

    Both headers of a file must agree (APPNOTE 4.3.7, 4.3.12), the directory must be the last
    thing but its end record (4.3.16), and sizes and sums must be as declared.
    """
    at = len(data) - 22
    if at < 0 or data[at : at + 4] != b"PK\5\6":
        raise Refused("zip.damaged")
    _, disk, start, here, count, length, offset, comment = struct.unpack_from("<4s4H2LH", data, at)
    if 0xFFFF in (here, count) or 0xFFFFFFFF in (length, offset):
        raise Refused("zip.unsupported")
    if (disk, start, here, comment) != (0, 0, count, 0) or offset + length != at:
        raise Refused("zip.damaged")
    if count > FILES_MAX:
        raise Refused("zip.bomb")
    files: dict[str, bytes] = {}
    seen = set()
    place, expected, total = offset, 0, 0
    for _ in range(count):
        if place + 46 > at or data[place : place + 4] != b"PK\1\2":
            raise Refused("zip.damaged")
        flags, method = struct.unpack_from("<2H", data, place + 8)
        crc, packed, size, name_length, extra, note = struct.unpack_from("<3L3H", data, place + 16)
        (local,) = struct.unpack_from("<L", data, place + 42)
        raw = data[place + 46 : place + 46 + name_length]
        place += 46 + name_length + extra + note
        if flags & ~0x080E or method not in (0, 8) or 0xFFFFFFFF in (packed, size, local):
            raise Refused("zip.unsupported")
        name = raw.decode("latin-1")
        check_name(name[:-1] if name.endswith("/") else name, "zip.name")
        if name.lower() in seen:
            raise Refused("zip.duplicate", name)
        seen.add(name.lower())
        total += size
        if total > ARCHIVE_BYTES_MAX:
            raise Refused("zip.bomb")
        begin = _local_data(data, local, raw, flags, method)
        gap = local - expected
        if begin + packed > offset or gap not in ((0,) if not files else (0, 12, 16)):
            raise Refused("zip.damaged")
        expected = begin + packed
        content = _unpacked(data[begin:expected], method, size)
        if zlib.crc32(content) != crc:
            raise Refused("zip.damaged", name)
        if not name.endswith("/"):
            files[name] = content
    if place != at or offset - expected not in (0, 12, 16):
        raise Refused("zip.damaged")
    return files


def _local_data(data: bytes, local: int, name: bytes, flags: int, method: int) -> int:
    """Where a file's bytes begin, its own header being of the same file."""
    if local + 30 > len(data) or data[local : local + 4] != b"PK\3\4":
        raise Refused("zip.damaged")
    found = struct.unpack_from("<2H", data, local + 6)
    name_length, extra = (int(one) for one in struct.unpack_from("<2H", data, local + 26))
    if found != (flags, method) or data[local + 30 : local + 30 + name_length] != name:
        raise Refused("zip.damaged")
    return local + 30 + name_length + extra


def _unpacked(data: bytes, method: int, size: int) -> bytes:
    if method == 0:
        content, is_whole = data, True
    else:
        unpacker = zlib.decompressobj(-15)
        try:
            content = unpacker.decompress(data, size + 1)
        except zlib.error:
            raise Refused("zip.damaged") from None
        is_whole = len(content) <= size and unpacker.eof and not unpacker.unused_data
    if len(content) > size:
        raise Refused("zip.bomb")
    if not is_whole or len(content) != size:
        raise Refused("zip.damaged")
    return content


def read_pdf(data: bytes) -> bytes:
    """The one bukti.json attached to a PDF.

    No more of PDF is understood than where its streams are: what is found is not trusted for
    having been found there.
    """
    found: list[int] = []
    for count, mark in enumerate(re.finditer(rb"(?<!end)stream(?:\r\n|\n)", data)):
        if count >= STREAMS_MAX:
            raise Refused("size")
        if _begins(data[mark.end() : mark.end() + 4096]):
            found.append(mark.end())
        if len(found) > 1:
            raise Refused("pdf.many")
    content = _attached(data, found[0]) if found else None
    if content is None:
        raise Refused("pdf.none")
    return content


def _begins(head: bytes) -> bool:
    """Whether a stream is a bukti.json by its beginning, plain or deflated."""
    try:
        packed = zlib.decompressobj(-15) if _is_packed(head) else None
        plain = packed.decompress(head[2:], 200) if packed else head[:200]
    except zlib.error:
        return False
    return STARTS.match(plain) is not None


def _is_packed(head: bytes) -> bool:
    """RFC 1950, without a dictionary of one's own."""
    is_so = len(head) > 1 and head[0] & 143 == 8 and not head[1] & 32
    return is_so and (head[0] << 8 | head[1]) % 31 == 0


def _attached(data: bytes, begin: int) -> bytes | None:
    end = data.find(b"endstream", begin)
    if end < 0 or not _is_packed(data[begin : begin + 2]):
        return data[begin:end] if end >= 0 else None
    unpacker = zlib.decompressobj()
    try:
        content = unpacker.decompress(data[begin:end], DOCUMENT_BYTES_MAX + 1)
    except zlib.error:
        return None
    if len(content) > DOCUMENT_BYTES_MAX:
        raise Refused("size")
    return content if unpacker.eof else None


# The document: types and limits, before anything is believed


class Shape:
    """Reads members of one object, each in the type it must have."""

    def __init__(self, source: Json, place: str) -> None:
        if not isinstance(source, dict):
            raise Refused("schema", place)
        self.source, self.place = source, place

    def _bad(self, name: str, reason: str = "schema") -> NoReturn:
        raise Refused(reason, f"{self.place}.{name}")

    def text(self, name: str) -> str:
        value = self.source.get(name)
        return value if isinstance(value, str) else self._bad(name)

    def text_or_none(self, name: str) -> str | None:
        return None if self.source.get(name) is None else self.text(name)

    def number(self, name: str) -> int:
        value = self.source.get(name)
        return value if type(value) is int and value >= 0 else self._bad(name)

    def data(self, name: str) -> bytes:
        value = from_base64(self.text(name))
        return value if value is not None else self._bad(name, "base64")

    def data_or_none(self, name: str) -> bytes | None:
        return None if self.source.get(name) is None else self.data(name)

    def stream(self, name: str) -> str:
        value = self.text(name)
        return value if STREAM.fullmatch(value) else self._bad(name)

    def many(self, name: str, most: int) -> list[Json]:
        value = self.source.get(name)
        if value is None:
            return []
        return value if isinstance(value, list) and len(value) <= most else self._bad(name)

    def hashes(self, name: str, most: int) -> list[bytes]:
        values = self.many(name, most)
        if any(not isinstance(value, str) for value in values):
            self._bad(name)
        found = [hash_from(value) for value in values]
        return [one if one is not None else self._bad(name, "base64") for one in found]

    def shapes(self, name: str, most: int) -> list[Shape]:
        values = self.many(name, most)
        return [Shape(one, f"{self.place}.{name}[{i}]") for i, one in enumerate(values)]


KNOWN_MEMBERS = (
    "format",
    "origin",
    "policy",
    "question",
    "checkpoints",
    "consistency",
    "predecessors",
    "entries",
    "heads",
    "fields",
    "documents",
    "timestamps",
)


class Document:
    """bukti.json, every member of the type it must have; raises `Refused`."""

    def __init__(self, data: bytes) -> None:
        if len(data) > DOCUMENT_BYTES_MAX:
            raise Refused("size")
        source = json_from(data)
        if not isinstance(source, dict) or source.get("format") != "sidik-bukti/v1":
            raise Refused("format")
        top = Shape(source, "bukti")
        self.unknown = sorted(set(source) - set(KNOWN_MEMBERS))
        self.origin = top.text("origin")
        self.policy = top.text_or_none("policy")
        self.item, self.refused_on, self.offset = self._question(top)
        self.checkpoints = top.many("checkpoints", CHECKPOINTS_MAX)
        if not self.checkpoints or any(not isinstance(note, str) for note in self.checkpoints):
            raise Refused("schema", "bukti.checkpoints")
        self.paths: dict[tuple[int, int], list[bytes]] = {
            (one.number("from"), one.number("to")): one.hashes("path", PATH_MAX)
            for one in top.shapes("consistency", 2 * CHECKPOINTS_MAX)
        }
        self.predecessors = [
            (one.text("origin"), one.number("entry")) for one in top.shapes("predecessors", 100)
        ]
        self.entries = [self._entry(one) for one in top.shapes("entries", ENTRIES_MAX)]
        self.heads_entry, self.heads = self._heads(top)
        self.fields = [
            (one.number("index"), one.text("name"), *self._both(one, "salt", "plain"))
            for one in top.shapes("fields", ENTRIES_MAX)
        ]
        self.documents = [
            (one.number("index"), one.text("name"), one.data("salt"), one.text_or_none("path"))
            for one in top.shapes("documents", FILES_MAX)
        ]
        self.timestamps = [
            (one.number("size"), one.data("tsr")) for one in top.shapes("timestamps", 1000)
        ]

    @staticmethod
    def _both(one: Shape, first: str, second: str) -> tuple[bytes | None, bytes | None]:
        """Two values, or neither."""
        values = one.data_or_none(first), one.data_or_none(second)
        if (values[0] is None) != (values[1] is None):
            raise Refused("schema", f"{one.place}.{second}")
        return values

    @staticmethod
    def _question(top: Shape) -> tuple[str, str, str]:
        if top.source.get("question") is None:
            return "", "", "+09:00"
        one = Shape(top.source["question"], "bukti.question")
        item = "" if one.source.get("item") is None else one.stream("item")
        day, offset = one.text_or_none("refused_on") or "", one.text_or_none("zone") or "+09:00"
        if (day and day_from(day) is None) or offset not in ("+07:00", "+08:00", "+09:00"):
            raise Refused("schema", one.place)
        return item, day, offset

    @classmethod
    def _entry(cls, one: Shape) -> Json:
        salt, body = cls._both(one, "salt", "body")
        return {
            "index": one.number("index"),
            "record": one.text("record"),
            "path": one.hashes("path", PATH_MAX),
            "salt": salt,
            "body": body,
        }

    @classmethod
    def _heads(cls, top: Shape) -> tuple[int | None, dict[str, Json]]:
        if top.source.get("heads") is None:
            return None, {}
        one = Shape(top.source["heads"], "bukti.heads")
        items = [cls._head(item) for item in one.shapes("items", ENTRIES_MAX)]
        return one.number("entry"), {item["stream"]: item for item in items}

    @staticmethod
    def _head(one: Shape) -> Json:
        other = None
        if one.source.get("other") is not None:
            pair = Shape(one.source["other"], f"{one.place}.other")
            other = {"key": pair.data("key"), "value": pair.data("value")}
            if len(other["key"]) != 32 or len(other["value"]) != 32:
                raise Refused("schema", pair.place)
        return {
            "stream": one.stream("stream"),
            "version": one.number("version"),
            "leaf": one.data_or_none("leaf"),
            "siblings": one.hashes("siblings", SIBLINGS_MAX),
            "other": other,
        }


# Checking

RESERVED = ("keys.source", "witness.quorum", "item.complete", "item.none", "held")
"""Where INFO means that something essential could not be shown."""


class Line(NamedTuple):
    """One thing that was looked at."""

    code: str
    outcome: str
    subject: str
    reason: str
    values: dict[str, str]

    @property
    def is_reservation(self) -> bool:
        return self.outcome == INFO and self.code in RESERVED


def told(value: Json) -> str:
    """A value of a fact as a word; a log may have written anything there."""
    return str(value) if type(value) in (str, int) else "-"


class Mark(NamedTuple):
    """A checkpoint of this very history, and when witnesses saw it."""

    size: int
    times: dict[str, int]


class Findings:
    """What was found, in the order of the checks."""

    def __init__(self) -> None:
        self.lines: list[Line] = []

    def say(
        self, code: str, outcome: str, subject: object = "", reason: str = "", **values: object
    ) -> None:
        shown = {name: told(value) for name, value in values.items()}
        self.lines.append(Line(code, outcome, str(subject), reason, shown))


class Verification(Findings):
    """One bundle against one reader's policy; `lines` in the order of the checks."""

    def __init__(
        self, files: Files, policy: str | None, held: Sequence[str], refused_on: str
    ) -> None:
        super().__init__()
        if "data/bukti.json" not in files.content:
            raise Refused("missing")
        self.files = files
        self.document = Document(files.content["data/bukti.json"])
        self.has_own_policy = policy is not None
        offered = policy if policy is not None else self.document.policy
        if offered is None:
            raise Refused("policy")
        self.policy = Policy(offered)
        self.held = held
        self.refused_on = refused_on
        self.answer: dict[str, Json] | None = None

        self.entries: dict[int, Entry] = {}
        self.names: dict[str, tuple[int, int]] = {}  # where each name of the log is valid
        self.declared: dict[str, int] = {}  # up to which size an earlier name is trusted
        self.marks: list[Mark] = []
        self.forms: dict[bytes, tuple[int, list[int]]] = {}  # of a digest: size, witness times
        self.anchors: list[
            tuple[int, int]
        ] = []  # behind this index, not before this time: both grow
        self.heads: tuple[int, int, bytes] | None = None  # index of the fact, size, root
        self.histories: dict[str, list[Entry]] = {}  # of each stream
        self.complete: dict[str, str] = {}  # stream: outcome of its completeness
        self.destroyed: dict[str, tuple[int, str]] = {}  # key id: index and ground

    def judge(self, code: str, subject: Any, reason: Wrong | None, **values: Any) -> bool:
        """A line that matches, or that does not and says why."""
        if reason is None:
            self.say(code, MATCH, subject, **values)
        else:
            self.say(code, MISMATCH, subject, reason.reason, why=reason.detail, **values)
        return reason is None

    @property
    def conclusion(self) -> str:
        if any(line.outcome == MISMATCH for line in self.lines):
            return "mismatch"
        return "qualified" if any(line.is_reservation for line in self.lines) else "match"

    def run(self) -> Verification:
        self.check_bag()
        for name in self.document.unknown:
            self.say("format.unknown", INFO, name)
        self.say_keys()
        opened = self.open_checkpoints()
        if not opened:
            return self
        self.main = max(opened.values(), key=lambda one: one.size)
        self.check_main(opened)
        self.check_entries()
        self.check_history(opened)
        self.check_keys(opened)
        for ordinal, note in enumerate(self.held):
            self.check_held(ordinal, note)
        self.check_anchors(opened)
        self.check_times()
        self.check_heads()
        self.check_items()
        self.check_fields()
        self.check_documents()
        self.check_timestamps()
        closed = sum(not entry.is_open for entry in self.entries.values())
        if closed:
            self.say("contents.closed", INFO, closed)
        self.ask_question()
        return self

    # The bag (RFC 8493)

    def check_bag(self) -> None:
        content = self.files.content
        if "manifest-sha256.txt" not in content:
            self.say("bag.manifest", INFO)
            return
        self.judge("bag.manifest", "", self._against("manifest-sha256.txt", "data/"))
        if "tagmanifest-sha256.txt" in content:
            self.judge("bag.tags", "", self._against("tagmanifest-sha256.txt", ""))

    def _against(self, manifest: str, all_below: str) -> Wrong | None:
        content = self.files.content
        try:
            lines = content[manifest].decode("utf-8").split("\n")
        except UnicodeDecodeError:
            return Wrong("manifest.form")
        listed: dict[str, str] = {}
        for line in lines[:-1]:
            digest, name = line[:64], line[66:]
            if not re.fullmatch("[0-9a-f]{64}", digest) or line[64:66] != "  " or name in listed:
                return Wrong("manifest.form")
            listed[name] = digest
        if lines[-1] != "":
            return Wrong("manifest.form")
        for name in sorted(content):
            if all_below and name.startswith(all_below) and name not in listed:
                return Wrong("manifest.extra", name)
        for name in sorted(listed):
            if name not in content:
                return Wrong("manifest.missing", name)
            if sha256(content[name]).hexdigest() != listed[name]:
                return Wrong("manifest.hash", name)
        return None

    # Keys and checkpoints

    def say_keys(self) -> None:
        keys = [*self.policy.logs, *self.policy.witnesses.values()]
        shown = "; ".join(f"{key.name} {key.fingerprint}" for key in keys)
        self.say("keys.source", MATCH if self.has_own_policy else INFO, keys=shown)

    def open_checkpoints(self) -> dict[int, Checkpoint]:
        """All that are signed by known keys; none where one of them spoils the rest.

        One that only unknown keys signed is not used, unless it claims to be the largest.
        """
        opened: dict[int, Checkpoint] = {}
        wrongs: dict[int, Wrong] = {}
        for ordinal, note in enumerate(self.document.checkpoints):
            try:
                opened[ordinal] = checkpoint_from(note, self.policy)
            except Wrong as wrong:
                wrongs[ordinal] = wrong
        largest = max((one.size for one in opened.values()), default=-1)
        is_spoilt = False
        for ordinal, note in enumerate(self.document.checkpoints):
            found, missing = opened.get(ordinal), wrongs.get(ordinal)
            if found is not None:
                self.say(
                    "checkpoint.signature", MATCH, ordinal, size=found.size, origin=found.origin
                )
            elif (
                missing is not None
                and missing.reason == "note.unknown"
                and claimed(note) <= largest
            ):
                self.say("checkpoint.signature", INFO, ordinal, missing.reason)
            else:
                self.judge("checkpoint.signature", ordinal, missing)
                is_spoilt = True
        return {} if is_spoilt else opened

    def check_main(self, opened: dict[int, Checkpoint]) -> None:
        main = self.main
        is_so = self.document.origin == main.origin
        self.judge("origin", "", None if is_so else Wrong("origin"), origin=main.origin)
        times: dict[str, int] = {}
        for one in opened.values():
            if (one.origin, one.size, one.root) == (main.origin, main.size, main.root):
                for name, moment in one.times.items():
                    times[name] = min(moment, times.get(name, moment))
        seen = ", ".join(f"{name} {utc(times[name])}" for name in sorted(times)) or "-"
        quorum = self.policy.quorum
        if quorum == "none":
            self.say("witness.quorum", INFO, main.size, quorum=quorum, seen=seen)
        else:
            wrong = None if self.policy.met(list(times)) else Wrong("quorum")
            self.judge("witness.quorum", main.size, wrong, quorum=quorum, seen=seen)
        self.marks.append(Mark(main.size, times))

    # Records

    def check_entries(self) -> None:
        """Every record in the tree; which names it may bear is known once all are."""
        wrongs: list[tuple[Json, Wrong | None]] = []
        for source in self.document.entries:
            wrong = None
            try:
                found = entry_from(source, self.main.size, self.main.root)
                _check(found.index not in self.entries, "entry.duplicate")
                self.entries[found.index] = found
            except Wrong as trouble:
                wrong = trouble
            wrongs.append((source, wrong))
        self.check_predecessors()
        for source, wrong in wrongs:
            index = source["index"]
            entry = self.entries.get(index) if wrong is None else None
            if entry is not None:
                first, behind = self.names.get(entry.log, (0, 0))
                if not first <= index < behind:
                    wrong = Wrong("entry.log", entry.log)
                    del self.entries[index]
            if wrong is None and entry is not None:
                time, on = utc(entry.seconds), entry.on or ("?" if entry.is_open else "-")
                self.judge("entry", index, None, topic=entry.topic, time=time, on=on)
            else:
                self.judge("entry", index, wrong)

    def check_predecessors(self) -> None:
        """Earlier names of the log, the latest first, each as declared under the next."""
        name, behind = self.main.origin, self.main.size
        self.names[name] = (0, behind)
        for origin, index in sorted(self.document.predecessors, key=lambda one: -one[1]):
            wrong = None
            try:
                fact = self._continued(origin, index, name, behind)
            except Wrong as found:
                wrong = found
            self.judge("predecessor", index, wrong, origin=origin)
            if wrong is None:
                self.names[name] = (index, behind)
                self.names[origin] = (0, index)
                self.declared[origin] = fact["size"]
                name, behind = origin, index

    def _continued(self, origin: str, index: int, name: str, behind: int) -> dict[str, Json]:
        entry = self.entries.get(index)
        fact = entry.fact("log.continued") if entry is not None else {}
        size, root = fact.get("size"), hash_from(fact.get("root"))
        if entry is None or type(size) is not int or root is None or fact.get("origin") != origin:
            raise Wrong("continued.fact")
        is_next = entry.log == name and index < behind and origin not in self.names
        _check(is_next and size <= index, "continued.fact")
        path = self.document.paths.get((size, self.main.size), [])
        is_so = is_beginning(size, self.main.size, path, root, self.main.root)
        _check(is_so, "consistency")
        return fact

    def check_history(self, opened: dict[int, Checkpoint]) -> None:
        """Each other checkpoint is the beginning of the largest one."""
        for ordinal, one in opened.items():
            if one is self.main:
                continue
            origin_is_right = self._check_origin(one)
            if one.origin != self.main.origin:
                self.judge("checkpoint.origin", ordinal, origin_is_right, origin=one.origin)
            path = self.document.paths.get((one.size, self.main.size), [])
            is_so = is_beginning(one.size, self.main.size, path, one.root, self.main.root)
            wrong = None if is_so else Wrong("consistency")
            self.judge("consistency", ordinal, wrong, size=one.size, to=self.main.size)
            if is_so and origin_is_right is None:
                self.marks.append(Mark(one.size, one.times))

    def _check_origin(self, one: Checkpoint) -> Wrong | None:
        if one.origin == self.main.origin:
            return None
        if one.origin not in self.declared:
            return Wrong("origin.undeclared", one.origin)
        return Wrong("origin.beyond") if one.size > self.declared[one.origin] else None

    def check_keys(self, opened: dict[int, Checkpoint]) -> None:
        """Keys that were announced, and keys that should no longer sign."""
        ended: dict[str, int] = {}
        for index, fact in self._facts("log.key_changed"):
            vkey, since, ends = fact.get("vkey"), fact.get("since"), fact.get("ends")
            is_known = vkey in [key.vkey for key in self.policy.logs]
            self.say("key.changed", MATCH if is_known else INFO, index, vkey=vkey, since=since)
            if isinstance(ends, str) and ends and type(since) is int:
                ended[ends] = min(since, ended.get(ends, since))
        for ordinal, one in opened.items():
            if all(one.size >= ended.get(key.vkey, one.size + 1) for key in one.signers):
                self.judge("checkpoint.key", ordinal, Wrong("key.ended"), size=one.size)

    def _facts(self, topic: str) -> Iterator[tuple[int, dict[str, Json]]]:
        for index in sorted(self.entries):
            fact = self.entries[index].fact(topic)
            if fact:
                yield index, fact

    # What the reader holds, and what the log wrote down of its witnesses

    def check_held(self, ordinal: int, note: str) -> None:
        if note.startswith(TLOG_PROOF):  # a receipt: the checkpoint follows its path
            note = note.partition("\n\n")[2]
        try:
            one = checkpoint_from(note, self.policy)
        except Wrong as found:
            self.judge("held", ordinal, found, size="?")
            return
        wrong = self._check_origin(one)
        is_ours = self._is_ours(one)
        if wrong is None and is_ours is None:
            reason = "held.newer" if one.size > self.main.size else "held.no-path"
            self.say("held", INFO, ordinal, reason, size=one.size)
            return
        if wrong is None and not is_ours:
            wrong = Wrong("fork")
        if self.judge("held", ordinal, wrong, size=one.size):
            self.marks.append(Mark(one.size, one.times))

    def _is_ours(self, one: Checkpoint) -> bool | None:
        """Whether a checkpoint is of this history; None where the bundle does not let us tell."""
        small, large = sorted((one, self.main), key=lambda each: each.size)
        path = self.document.paths.get((small.size, large.size))
        if path is None and small.size not in (0, large.size):
            return None
        return is_beginning(small.size, large.size, path or [], small.root, large.root)

    def check_anchors(self, opened: dict[int, Checkpoint]) -> None:
        """Behind an anchor, everything was written after the witness time that it holds."""
        for one in opened.values():
            for form, witnesses in forms_of(one):
                seen = [one.times[name] for name in witnesses]
                self.forms[sha256(form.encode("utf-8")).digest()] = (one.size, seen)
        notes = {digest.hex(): form for digest, form in self.forms.items()}
        for size, token in self.document.timestamps:
            notes[sha256(token).hexdigest()] = (size, [])
        for index, fact in self._facts("log.anchored"):
            digest, who = fact.get("sha256"), fact.get("who")
            size, seen = notes.get(digest if isinstance(digest, str) else "", (-1, []))
            if size < 0 or (int, size) != (type(fact.get("size")), fact.get("size")):
                self.say("anchor", INFO, index, "anchor.other", who=who, size=fact.get("size"))
                continue
            self.say("anchor", MATCH, index, who=who, size=size)
            if seen:  # of what came before, the latest is what binds
                last = self.anchors[-1][1] if self.anchors else 0
                self.anchors.append((index, max(last, *seen)))

    # Times

    def check_times(self) -> None:
        ordered = [self.entries[index] for index in sorted(self.entries)]
        if not ordered:
            return
        back = [b for a, b in zip(ordered, ordered[1:]) if b.time < a.time]
        for entry in back:
            self.judge("time.order", entry.index, Wrong("time.back"))
        if not back:
            self.judge("time.order", "", None)
        if not any(mark.times for mark in self.marks):
            self.say("time.window", INFO)
            return
        wrongs = [(entry.index, self._outside(entry)) for entry in ordered]
        for index, wrong in wrongs:
            if wrong is not None:
                self.judge("time.window", index, wrong)
        if all(wrong is None for _, wrong in wrongs):
            self.judge("time.window", "", None)

    def _outside(self, entry: Entry) -> Wrong | None:
        """Why a record's time cannot be right, by what witnesses saw."""
        seen = [(size, min(times.values())) for size, times in self.marks if times]
        first = min((moment for size, moment in seen if size > entry.index), default=None)
        if first is not None and entry.seconds > first + CLOCK_SECONDS:
            return Wrong("time.late", utc(first))
        anchored = self._anchored_before(entry)
        if anchored is not None and entry.seconds < anchored - CLOCK_SECONDS:
            return Wrong("time.early", utc(anchored))
        last = max((moment for size, moment in seen if size <= entry.index), default=None)
        if last is not None and entry.seconds < last - WITNESS_SECONDS:
            return Wrong("time.early", utc(last))
        return None

    def _anchored_before(self, entry: Entry) -> int | None:
        """The latest witness time that an anchor before *entry* holds."""
        before = bisect_left(self.anchors, (entry.index, 0))
        return self.anchors[before - 1][1] if before else None

    # Whole histories

    def check_heads(self) -> None:
        index = self.document.heads_entry
        if index is None:
            return
        fact = self.entries[index].fact("log.heads") if index in self.entries else {}
        size, root = fact.get("size"), hash_from(fact.get("root"))
        if type(size) is int and root is not None and 0 <= size <= index:
            self.heads = (index, size, root)
        time = utc(self.entries[index].seconds) if self.heads else "-"
        self.judge("heads.fact", index, None if self.heads else Wrong("heads.fact"), time=time)

    def check_items(self) -> None:
        for index in sorted(self.entries):
            entry = self.entries[index]
            self.histories.setdefault(entry.stream, []).append(entry)
        streams = {*self.histories, *self.document.heads, self.document.item or NOBODY}
        for stream in sorted(streams - {NOBODY}):
            history = self.histories.get(stream, [])
            if history:
                self.judge("item.chain", stream, self._unlinked(history), count=len(history))
            self._check_complete(stream, history)
        if self.heads is not None and self.main.size > self.heads[1] + 1:
            self.say("item.tail", INFO, self.main.size - self.heads[1] - 1, size=self.heads[1])
        is_absent = any(line.code == "item.absent" for line in self.lines)
        if not is_absent and not set(self.histories) - {NOBODY}:
            self.say("item.none", INFO)

    @staticmethod
    def _unlinked(history: list[Entry]) -> Wrong | None:
        prev = None
        for number, entry in enumerate(history, 1):
            if entry.version != str(number) or entry.prev != prev:
                return Wrong("chain", str(entry.index + 1))
            prev = entry.leaf
        return None

    def _check_complete(self, stream: str, history: list[Entry]) -> None:
        proof = self.document.heads.get(stream)
        if self.heads is None or proof is None:
            reason = "heads.none" if self.heads is None else "heads.no-proof"
            self.say("item.complete", INFO, stream, reason)
            return
        index, size, root = self.heads
        code, wrong = "item.complete", None
        below = [entry for entry in history if entry.index < size]
        if not is_head(root, proof):
            wrong = Wrong("heads.proof")
        elif proof["version"] == 0:
            wrong = Wrong("item.missing") if below else None
            code = "item.complete" if history else "item.absent"
        elif not below or (below[-1].version, below[-1].leaf) != (
            str(proof["version"]),
            proof["leaf"],
        ):
            wrong = Wrong("item.missing", str(proof["version"]))
        self.judge(code, stream, wrong, size=size, time=utc(self.entries[index].seconds))
        self.complete[stream] = MATCH if wrong is None else MISMATCH

    # Sealed fields and documents

    def check_fields(self) -> None:
        for index, fact in self._facts("log.key_destroyed"):
            if isinstance(fact.get("key_id"), str):
                self.destroyed[fact["key_id"]] = (index, told(fact.get("ground")))
        named = set()
        for index, name, salt, plain in self.document.fields:
            named.add((index, name))
            self._check_field(index, name, salt, plain)
        for index in sorted(self.entries):
            for pointer, sealed in sealed_in(self.entries[index].said):
                if (index, pointer) not in named:
                    ground = self.destroyed.get(sealed["k"], (0, "-"))[1]
                    self.say("field.closed", INFO, f"{index} {pointer}", ground=ground)

    def _committed(self, index: int, pointer: str) -> tuple[bytes, Json]:
        """The commitment that stands at a place of a fact, and what stands there whole."""
        entry = self.entries.get(index)
        if entry is None or entry.said is None:
            raise Wrong("field.entry")
        value = at_pointer(entry.said, pointer)
        committed = hash_from(value.get("c") if isinstance(value, dict) else value)
        if committed is None:
            raise Wrong("field.pointer")
        return committed, value

    def _check_field(self, index: int, name: str, salt: bytes | None, plain: bytes | None) -> None:
        subject = f"{index} {name}"
        try:
            committed, value = self._committed(index, name)
            if salt is None or plain is None:
                key = value.get("k") if isinstance(value, dict) else None
                if not isinstance(key, str) or key not in self.destroyed:
                    raise Wrong("field.key")
                where, ground = self.destroyed[key]
                self.say("field", INFO, subject, "field.destroyed", ground=ground, entry=where + 1)
                return
            _check(len(salt) == 32, "field.text")
            _check(commitment("field", salt, plain) == committed, "field.text")
        except Wrong as wrong:
            self.judge("field", subject, wrong)
            return
        self.judge("field", subject, None, plain=plain[:300].decode("utf-8", "replace"))

    def check_documents(self) -> None:
        for index, name, salt, path in self.document.documents:
            subject = f"{index} {name}"
            try:
                committed, _ = self._committed(index, name)
                if path is None or self.files.kind != "bag":
                    self.say("document", INFO, subject, path=path)
                    continue
                _check("data/" + path in self.files.content, "document.missing", path)
                digest = sha256(self.files.content["data/" + path]).digest()
                is_so = len(salt) == 32 and commitment("doc", salt, digest) == committed
                _check(is_so, "document", path)
            except Wrong as wrong:
                self.judge("document", subject, wrong, path=path, digest="-")
                continue
            self.judge("document", subject, None, path=path, digest=digest.hex())

    def check_timestamps(self) -> None:
        sizes = {size for size, _ in self.forms.values()}
        for size, token in self.document.timestamps:
            time = "-"
            try:
                _check(size in sizes, "stamp.size")
                stamp = stamp_from(token)
                time = stamp.time
                _check(self.forms.get(stamp.imprint, (-1, []))[0] == size, "stamp.imprint")
            except Wrong as wrong:
                self.judge("timestamp.imprint", size, wrong, time=time)
                continue
            self.judge("timestamp.imprint", size, None, time=time)
            self.say("timestamp.signature", INFO, size)

    # Was the test made before the refusal, on this very item? (UU 14/2008 Ps 19, Ps 45)

    def ask_question(self) -> None:
        """The answer of domain/refusal.py, from what is proven here."""
        streams = list(set(self.histories) - {NOBODY})
        item = self.document.item or (streams[0] if len(streams) == 1 else "")
        if not item:
            return
        given = self.refused_on or self.document.refused_on
        history = self.histories.get(item, [])
        tests = [entry for entry in history if entry.topic == "item.consequence_tested"]
        begins = self._begin(given) if given else None
        anew = -1 if begins is None else self._described_anew(history, given, begins)
        timings = [self._timing(test, anew, given, begins) for test in tests]
        answer, reason = self._answer(item, timings, begins)
        self.answer = {
            "item": item,
            "title": title_of(history),
            "refused_on": given or None,
            "given_by": "reader" if self.refused_on else "bundle" if given else None,
            "answer": answer,
            "reason": reason,
            "tests": [
                {
                    "index": test.index,
                    "on": test.on or None,
                    "recorded": utc(test.seconds),
                    "seen": self._shown(self._seen(test)),
                    "unseen": self._shown(self._unseen(test)),
                    "timing": timing,
                }
                for test, timing in zip(tests, timings)
            ],
        }
        self.say("question", INFO, item, reason, answer=answer, refused_on=given or "-")

    def _begin(self, day: str) -> float:
        """When the day began where it is meant, in seconds since 1970."""
        found = day_from(day)
        assert found is not None
        hours = int(self.document.offset[1:3])
        return (found - date(1970, 1, 1)).days * 86400.0 - hours * 3600.0

    def _seen(self, entry: Entry) -> float | None:
        """By when a quorum of the reader's own witnesses had seen it."""
        if not self.has_own_policy:
            return None
        found = [self.policy.quorum_time(one.times) for one in self.marks if one.size > entry.index]
        return min((moment for moment in found if moment is not None), default=None)

    def _unseen(self, entry: Entry) -> float | None:
        """When somebody outside last saw the log without it."""
        found = [min(seen.values()) for size, seen in self.marks if seen and size <= entry.index]
        anchored = self._anchored_before(entry)
        return max(found if anchored is None else [*found, anchored], default=None)

    @staticmethod
    def _shown(moment: float | None) -> str | None:
        return None if moment is None else utc(moment)

    @staticmethod
    def _described_anew(history: list[Entry], day: str, begins: float) -> int:
        """The last index at which the item was described anew before the day was over."""
        return max(
            (
                entry.index
                for entry in history
                if entry.topic in ("item.revised", "item.confirmed")
                and (entry.on <= day if entry.on else entry.seconds < begins + 86400)
            ),
            default=-1,
        )

    def _timing(self, test: Entry, anew: int, day: str, begins: float | None) -> str | None:
        if begins is None:
            return None
        if test.on > day:
            return "after"
        if test.on == day:
            return "same-day"
        unseen, seen = self._unseen(test), self._seen(test)
        if test.seconds >= begins or (unseen is not None and unseen >= begins):
            return "entered-later"
        if anew > test.index:
            return "reworded"
        return "seen-before" if seen is not None and seen < begins else "recorded-before"

    def _answer(
        self, item: str, timings: Sequence[str | None], begins: float | None
    ) -> tuple[str, str]:
        if self.conclusion == "mismatch":
            return "tidak-dapat-dipastikan", "not-proven"
        if begins is None:
            return "tidak-dapat-dipastikan", "no-day-given"
        index = self.heads[0] if self.heads else None
        is_whole = index is not None and self.entries[index].seconds >= begins
        is_whole = is_whole and self.complete.get(item) == MATCH
        for best in ("recorded-before", "same-day", "entered-later", "reworded"):
            if best in timings and "seen-before" not in timings:
                return "tidak-dapat-dipastikan", best
        if not is_whole:  # another test, or a new description after it, may have been left out
            return "tidak-dapat-dipastikan", "may-be-missing"
        if "seen-before" in timings:
            return "ya", "seen-before"
        return "tidak", "all-after" if timings else "none-recorded"


def sealed_in(said: Json, pointer: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Sealed fields of a body: objects with a commitment, a key id and a ciphertext."""
    if isinstance(said, list):
        for number, value in enumerate(said):
            yield from sealed_in(value, f"{pointer}/{number}")
    if not isinstance(said, dict):
        return
    if hash_from(said.get("c")) and all(isinstance(said.get(name), str) for name in ("k", "ct")):
        yield pointer, said
        return
    for name, value in said.items():
        yield from sealed_in(value, pointer + "/" + name.replace("~", "~0").replace("/", "~1"))


def title_of(history: list[Entry]) -> str | None:
    """What the item was last called, where that is opened."""
    title = None
    for entry in history:
        found = at_pointer(entry.said, "/fact/particulars/title")
        title = found if isinstance(found, str) else title
    return title


# What it says, in Indonesian and in English (the page holds the same table)

MESSAGES: dict[str, list[str]] = {
    "COCOK": ["COCOK", "MATCH"],
    "TIDAK": ["TIDAK", "DIFFERS"],
    "INFO": ["INFO", "INFO"],
    "section bundle": ["Berkas bundel", "Files of the bundle"],
    "section keys": ["Kunci, checkpoint, saksi", "Keys, checkpoints, witnesses"],
    "section entries": ["Catatan dalam log", "Records in the log"],
    "section time": ["Waktu", "Time"],
    "section items": ["Keutuhan riwayat", "Whole histories"],
    "section contents": ["Isi dan dokumen", "Contents and documents"],
    "section question": ["Pertanyaan pokok", "The question"],
    "bag.manifest": [
        "Berkas dalam tas lengkap dan utuh menurut daftarnya (BagIt)",
        "The files of the bag are those of its manifest, whole (BagIt)",
    ],
    "bag.manifest/INFO": [
        "Tidak ada daftar berkas (BagIt); yang diperiksa hanya bukti.json",
        "There is no manifest (BagIt); only bukti.json is checked",
    ],
    "bag.tags": ["Berkas keterangan tas utuh", "The bag's own description is whole"],
    "format.unknown": [
        "Bagian bernama '{subject}' tidak dikenal dan tidak diperiksa",
        "A member named '{subject}' is not known and was not checked",
    ],
    "keys.source": [
        "Kunci publik dari kebijakan Anda sendiri; cocokkan sidik jarinya: {keys}",
        "Public keys of your own policy; compare their fingerprints: {keys}",
    ],
    "keys.source/INFO": [
        "KUNCI PUBLIK BERASAL DARI BUNDEL INI SENDIRI: siapa pun dapat membuat bundel yang "
        "cocok dengan kuncinya sendiri. Peroleh kebijakan dari sumber lain. Sidik jari: {keys}",
        "THE PUBLIC KEYS CAME WITH THIS VERY BUNDLE: anybody can make a bundle that matches "
        "keys of his own. Get the policy from elsewhere. Fingerprints: {keys}",
    ],
    "checkpoint.signature": [
        "Checkpoint ke-{nth} ditandatangani log {origin}, {size} catatan",
        "Checkpoint no. {nth} is signed by the log {origin}, {size} records",
    ],
    "checkpoint.signature/INFO": [
        "Checkpoint ke-{nth} tidak dipakai",
        "Checkpoint no. {nth} is not used",
    ],
    "checkpoint.signature/TIDAK": [
        "Checkpoint ke-{nth} ditandatangani log yang Anda percaya",
        "Checkpoint no. {nth} is signed by a log you trust",
    ],
    "origin": [
        "Bundel menyebut log yang sama dengan checkpoint-nya: {origin}",
        "The bundle names the log of its checkpoint: {origin}",
    ],
    "witness.quorum": [
        "Saksi luar ikut menandatangani {subject} catatan itu (kuorum {quorum}): {seen}",
        "Outside witnesses cosigned those {subject} records (quorum {quorum}): {seen}",
    ],
    "witness.quorum/INFO": [
        "Kebijakan tidak mensyaratkan saksi: pemegang kunci log dapat menulis ulang seluruh "
        "riwayat tanpa terlihat dari bundel ini. Saksi yang ada: {seen}",
        "The policy asks for no witness: whoever holds the log's key can rewrite the whole "
        "history unseen by this bundle. Witnesses there are: {seen}",
    ],
    "predecessor": [
        "Log ini melanjutkan {origin} sebagaimana dinyatakan pada catatan nomor {nth}",
        "This log continues {origin}, as declared by record {nth}",
    ],
    "entry": [
        "Catatan nomor {nth} ada dalam log: {topic}, dicatat {time}, berlaku {on}",
        "Record {nth} stands in the log: {topic}, recorded {time}, in effect {on}",
    ],
    "entry.closed": [
        "Catatan nomor {nth} ada dalam log: {topic}, dicatat {time}; isinya tidak ditunjukkan",
        "Record {nth} stands in the log: {topic}, recorded {time}; its contents are not shown",
    ],
    "entry/TIDAK": [
        "Catatan nomor {nth} ada dalam log dengan isi ini",
        "Record {nth} stands in the log with these contents",
    ],
    "checkpoint.origin": [
        "Checkpoint ke-{nth} atas nama lama log ini: {origin}",
        "Checkpoint no. {nth} is under an earlier name of this log: {origin}",
    ],
    "consistency": [
        "Riwayat sampai {size} catatan (checkpoint ke-{nth}) tidak diubah sampai {to}",
        "The history up to {size} records (checkpoint no. {nth}) is unchanged up to {to}",
    ],
    "key.changed": [
        "Kunci baru yang diumumkan pada catatan nomor {nth} ada dalam kebijakan: {vkey}",
        "The new key announced by record {nth} is in the policy: {vkey}",
    ],
    "key.changed/INFO": [
        "Catatan nomor {nth} mengumumkan kunci yang tidak ada dalam kebijakan: {vkey}",
        "Record {nth} announces a key that is not in the policy: {vkey}",
    ],
    "checkpoint.key": [
        "Checkpoint ke-{nth} ({size} catatan) ditandatangani kunci yang masih berlaku",
        "Checkpoint no. {nth} ({size} records) is signed by a key still in use",
    ],
    "held": [
        "Checkpoint ke-{nth} yang Anda pegang ({size} catatan) ada dalam riwayat yang sama",
        "Checkpoint no. {nth} that you hold ({size} records) is of the same history",
    ],
    "held/INFO": [
        "Checkpoint ke-{nth} yang Anda pegang ({size} catatan) tidak dapat dihubungkan",
        "Checkpoint no. {nth} that you hold ({size} records) cannot be connected",
    ],
    "anchor": [
        "Jangkar pada catatan nomor {nth} menyebut pernyataan {who} atas {size} catatan",
        "The anchor in record {nth} names what {who} said of {size} records",
    ],
    "anchor/INFO": [
        "Jangkar pada catatan nomor {nth} ({who}, {size} catatan) tidak dipakai",
        "The anchor in record {nth} ({who}, {size} records) is not used",
    ],
    "time.order": ["Waktu pencatatan tidak pernah mundur", "Times of recording never go back"],
    "time.order/TIDAK": [
        "Waktu catatan nomor {nth} tidak mendahului catatan sebelumnya",
        "The time of record {nth} is not before that of the record before it",
    ],
    "time.window": [
        "Waktu setiap catatan sesuai dengan yang dilihat saksi",
        "The time of every record agrees with what witnesses saw",
    ],
    "time.window/TIDAK": [
        "Waktu catatan nomor {nth} sesuai dengan yang dilihat saksi",
        "The time of record {nth} agrees with what witnesses saw",
    ],
    "time.window/INFO": [
        "Waktu pencatatan hanya menurut log sendiri; tidak ada saksi yang membatasinya",
        "Times of recording are the log's own word; no witness bounds them",
    ],
    "heads.fact": [
        "Peta akhir riwayat tercatat dalam log (catatan nomor {nth}, {time})",
        "The map of heads is recorded in the log (record {nth}, {time})",
    ],
    "item.chain": [
        "Butir {subject}: {count} peristiwa berurutan tanpa celah",
        "Item {subject}: {count} facts in sequence without a gap",
    ],
    "item.complete": [
        "Butir {subject}: LENGKAP, tidak ada peristiwa lain di antara {size} catatan pertama "
        "(sampai {time})",
        "Item {subject}: COMPLETE, no other fact among the first {size} records (until {time})",
    ],
    "item.complete/INFO": [
        "Butir {subject}: tidak dapat dipastikan bahwa peristiwa terakhirnya tidak dihilangkan",
        "Item {subject}: that its last facts were not left out cannot be shown",
    ],
    "item.absent": [
        "Butir {subject}: tidak mempunyai satu peristiwa pun di antara {size} catatan pertama",
        "Item {subject}: has no fact at all among the first {size} records",
    ],
    "item.tail": [
        "Sesudah {size} catatan pertama itu ada {subject} catatan lain dalam log; peristiwa butir "
        "di antaranya dapat saja tidak disertakan di sini",
        "After those first {size} records the log has {subject} more; facts of the item among "
        "them may have been left out here",
    ],
    "item.none": [
        "Bundel tidak memuat riwayat satu butir pun",
        "The bundle holds the history of no item",
    ],
    "field": [
        "Isian tertutup {pointer} pada catatan nomor {nth} dibuka dan sama dengan yang "
        "dicatat: {plain}",
        "The sealed field {pointer} of record {nth} is opened and is what was recorded: {plain}",
    ],
    "field/TIDAK": [
        "Isian tertutup {pointer} pada catatan nomor {nth} sama dengan yang dicatat",
        "The sealed field {pointer} of record {nth} is what was recorded",
    ],
    "field/INFO": [
        "Isian tertutup {pointer} pada catatan nomor {nth} tidak dapat dibuka: kuncinya "
        "dimusnahkan (catatan nomor {entry}) dengan dasar {ground}",
        "The sealed field {pointer} of record {nth} cannot be opened: its key was destroyed "
        "(record {entry}) on the ground of {ground}",
    ],
    "field.closed": [
        "Isian tertutup {pointer} pada catatan nomor {nth} tidak dibuka dalam bundel ini; "
        "pemusnahan kunci yang tercatat: {ground}",
        "The sealed field {pointer} of record {nth} is not opened in this bundle; destruction "
        "of its key on record: {ground}",
    ],
    "document": [
        "Dokumen {path} sama dengan yang dicatat pada catatan nomor {nth}; SHA-256 {digest}",
        "The document {path} is the one recorded in record {nth}; SHA-256 {digest}",
    ],
    "document/TIDAK": [
        "Dokumen {path} sama dengan yang dicatat pada catatan nomor {nth}",
        "The document {path} is the one recorded in record {nth}",
    ],
    "document/INFO": [
        "Dokumen {pointer} pada catatan nomor {nth} tidak disertakan di sini dan tidak diperiksa",
        "The document {pointer} of record {nth} is not included here and was not checked",
    ],
    "timestamp.imprint": [
        "Stempel waktu RFC 3161 atas checkpoint {subject} catatan; waktu menurut pemberinya: "
        "{time}",
        "The RFC 3161 time stamp is over the checkpoint of {subject} records; its authority "
        "says: {time}",
    ],
    "timestamp.signature": [
        "Tanda tangan pemberi stempel atas {subject} catatan belum diperiksa; periksa dengan: "
        "openssl ts -verify -data CHECKPOINT -in BERKAS.tsr -CAfile AKAR.pem",
        "The authority's signature over {subject} records is not checked yet; check it by: "
        "openssl ts -verify -data CHECKPOINT -in FILE.tsr -CAfile ROOT.pem",
    ],
    "contents.closed": [
        "{subject} catatan ditunjukkan tanpa isinya: ada, urutan, waktu, dan jenisnya terbukti",
        "{subject} records are shown without their contents: that they are there, their order, "
        "time and kind are proven",
    ],
    "question": [
        "Apakah uji konsekuensi atas butir {subject} dibuat sebelum penolakan ({refused_on})?",
        "Was the consequence test of item {subject} made before the refusal ({refused_on})?",
    ],
    "why manifest.form": ["daftar berkas rusak", "the manifest is malformed"],
    "why manifest.extra": ["tidak ada dalam daftar", "not in the manifest"],
    "why manifest.missing": ["berkas tidak ada", "a file is missing"],
    "why manifest.hash": ["isi berkas lain", "a file has other contents"],
    "why note.form": ["checkpoint rusak", "the checkpoint is malformed"],
    "why note.unknown": [
        "tidak ditandatangani kunci log yang ada dalam kebijakan (bundel badan lain, atau "
        "kebijakan yang salah atau sudah lama)",
        "not signed by any log key of the policy (another body's bundle, or a wrong or old policy)",
    ],
    "why note.bad": ["TANDA TANGAN SALAH", "BAD SIGNATURE"],
    "why note.origin": ["nama log lain daripada nama kunci", "the key is not of the log named"],
    "why origin": ["bundel menyebut log lain", "the bundle names another log"],
    "why quorum": ["kuorum saksi tidak tercapai", "there is no quorum of witnesses"],
    "why continued.fact": [
        "tidak ada pernyataan log.continued yang terbuka dan cocok",
        "there is no opened log.continued that says so",
    ],
    "why consistency": [
        "riwayat lain, atau bukti konsistensinya tidak ada",
        "another history, or the consistency proof is missing",
    ],
    "why record.form": ["bentuk catatan salah", "the record is malformed"],
    "why record.place": ["posisi bukan nomor ini", "its position is not this index"],
    "why inclusion": [
        "tidak ada dalam log pada nomor ini",
        "it does not stand in the log at this index",
    ],
    "why entry.duplicate": ["nomor ini sudah disebut", "this index was given before"],
    "why entry.log": ["ditulis atas nama log lain", "written under the name of another log"],
    "why body": [
        "ISI TIDAK SAMA dengan yang dicatat",
        "the CONTENTS ARE NOT those that were recorded",
    ],
    "why origin.undeclared": [
        "nama log lain yang tidak dinyatakan sebagai pendahulu",
        "another log, which nothing declares a predecessor",
    ],
    "why origin.beyond": [
        "lebih besar daripada yang diakui log penggantinya",
        "larger than the log that follows it admits",
    ],
    "why key.ended": [
        "hanya ditandatangani kunci yang sudah dinyatakan berakhir",
        "signed only by a key declared ended",
    ],
    "why fork": [
        "CABANG LAIN: log ini menunjukkan riwayat yang berbeda kepada orang yang berbeda",
        "ANOTHER BRANCH: this log shows different histories to different people",
    ],
    "why held.newer": [
        "lebih baru daripada bundel; mintalah bundel yang lebih baru",
        "newer than the bundle; ask for a newer bundle",
    ],
    "why held.no-path": [
        "bundel tidak memuat bukti konsistensi untuk ukuran itu; mintalah, atau ambil dari "
        "laman checkpoint",
        "the bundle brings no consistency proof for that size; ask for it",
    ],
    "why anchor.other": [
        "pernyataan yang disebutnya tidak ada dalam bundel",
        "what it names is not in the bundle",
    ],
    "why time.back": ["waktu mundur", "time goes back"],
    "why time.late": [
        "dicatat lebih baru daripada saksi yang sudah melihatnya",
        "recorded later than a witness had seen it",
    ],
    "why time.early": [
        "TANGGAL MUNDUR: log belum memuatnya ketika dilihat saksi",
        "BACK-DATED: the log did not hold it yet when a witness saw it",
    ],
    "why heads.fact": [
        "tidak ada log.heads yang terbuka dan berlaku pada nomor ini",
        "there is no opened, valid log.heads at this index",
    ],
    "why heads.proof": ["bukti peta tidak cocok", "the proof does not fit the map"],
    "why heads.none": ["bundel tanpa peta akhir riwayat", "the bundle has no map of heads"],
    "why heads.no-proof": [
        "peta ada, tetapi bukti untuk butir ini tidak",
        "there is a map, but no proof for this item",
    ],
    "why chain": ["RANTAI PUTUS pada catatan nomor", "the CHAIN IS BROKEN at record"],
    "why item.missing": [
        "ADA PERISTIWA YANG TIDAK DISERTAKAN; versi terakhir menurut peta",
        "FACTS WERE LEFT OUT; the last version according to the map",
    ],
    "why field.entry": [
        "catatannya tidak ada atau tidak terbuka",
        "its record is not there, or not opened",
    ],
    "why field.pointer": [
        "tidak ada komitmen pada tempat itu",
        "there is no commitment at that place",
    ],
    "why field.text": ["teks atau garam lain", "another text or salt"],
    "why field.key": [
        "dikatakan musnah, tetapi pemusnahan kuncinya tidak tercatat",
        "said to be destroyed, but no destruction of its key is on record",
    ],
    "why field.destroyed": ["", ""],
    "why document": ["DOKUMEN LAIN", "ANOTHER DOCUMENT"],
    "why document.missing": ["berkasnya tidak ada", "its file is missing"],
    "why stamp.size": [
        "tidak ada checkpoint berukuran itu",
        "there is no checkpoint of that size",
    ],
    "why stamp.form": ["stempel tidak terbaca", "the time stamp cannot be read"],
    "why stamp.imprint": ["stempel atas hal lain", "the time stamp is over something else"],
    "refused": ["BUNDEL DITOLAK", "BUNDLE REFUSED"],
    "refused size": ["terlalu besar", "too large"],
    "refused missing": [
        "bukti.json tidak ditemukan atau berkas tidak terbaca",
        "bukti.json is not there, or the file cannot be read",
    ],
    "refused path": ["nama atau jenis berkas berbahaya", "a dangerous file name or kind"],
    "refused zip.damaged": [
        "zip rusak atau terpotong; unduh kembali",
        "the zip is damaged or cut off; download it again",
    ],
    "refused zip.unsupported": [
        "zip tersandi atau dalam bentuk yang tidak dipakai bundel",
        "the zip is encrypted or of a form that bundles do not use",
    ],
    "refused zip.duplicate": ["nama ganda dalam zip", "a name comes twice in the zip"],
    "refused zip.name": ["nama berkas berbahaya dalam zip", "a dangerous name in the zip"],
    "refused zip.bomb": [
        "isi zip lebih besar daripada yang dinyatakan atau yang wajar",
        "the zip holds more than it says, or than is reasonable",
    ],
    "refused pdf.none": [
        "PDF tidak memuat bukti.json yang dapat dibaca",
        "the PDF carries no bukti.json that can be read",
    ],
    "refused pdf.many": ["PDF memuat lebih dari satu bukti.json", "the PDF carries several"],
    "refused text": ["bukan UTF-8", "not UTF-8"],
    "refused json.syntax": ["bukan JSON; mungkin terpotong", "not JSON; it may be cut off"],
    "refused json.duplicate": ["nama ganda dalam JSON", "a name comes twice in the JSON"],
    "refused json.number": [
        "bilangan terlalu besar atau pecahan dalam JSON",
        "a giant number or a fraction in the JSON",
    ],
    "refused json.depth": ["JSON bersarang terlalu dalam", "the JSON is nested too deep"],
    "refused json.text": ["karakter terlarang dalam JSON", "a forbidden character in the JSON"],
    "refused format": [
        "bukan sidik-bukti/v1; berkas lain, atau verifikator Anda lebih tua",
        "not sidik-bukti/v1; another file, or your verifier is older",
    ],
    "refused schema": ["susunan bukti.json salah", "bukti.json is not made as it should be"],
    "refused base64": ["base64 tidak baku", "base64 that is not canonical"],
    "refused policy": ["kebijakan tidak terbaca", "the policy cannot be read"],
    "refused date": ["tanggal bukan TTTT-BB-HH", "the date is not YYYY-MM-DD"],
    "refused internal": [
        "terjadi kesalahan pada verifikator; jangan menyimpulkan apa pun",
        "the verifier itself failed; conclude nothing",
    ],
    "conclusion match": [
        "SEMUA YANG DIPERIKSA COCOK. Yang ditunjukkan bundel ini tidak diubah sejak dicatat.",
        "EVERYTHING CHECKED MATCHES. What this bundle shows is unchanged since it was recorded.",
    ],
    "conclusion qualified": [
        "BELUM DAPAT DISIMPULKAN. Tidak ada yang bertentangan, tetapi jaminan pokok tidak ada:",
        "NO CONCLUSION YET. Nothing contradicts, but something essential is missing:",
    ],
    "conclusion mismatch": [
        "ADA YANG TIDAK COCOK: {count} pemeriksaan. Jangan bersandar pada bundel ini.",
        "SOMETHING DOES NOT MATCH: {count} checks. Do not rely on this bundle.",
    ],
    "conclusion refused": [
        "DITOLAK. Bundel tidak diperiksa; tidak ada yang terbukti.",
        "REFUSED. The bundle was not checked; nothing is proven.",
    ],
    "not proven": [
        "Yang tidak dibuktikan: bahwa isi catatan itu benar; perbuatan yang tidak pernah dicatat; "
        "apa yang terjadi sesudah checkpoint terbesar; kejujuran saksi yang Anda percaya; dan peta "
        "akhir riwayat yang dibuat palsu oleh log sendiri, yang hanya terlihat oleh auditor yang "
        "memeriksa seluruh log.",
        "What is not proven: that what was recorded is true; acts that were never recorded; what "
        "happened after the largest checkpoint; the honesty of the witnesses you trust; and a "
        "map of heads falsified by the log itself, which only an auditor of the whole log sees.",
    ],
    "answer ya": ["YA", "YES"],
    "answer tidak": ["TIDAK", "NO"],
    "answer tidak-dapat-dipastikan": ["TIDAK DAPAT DIPASTIKAN", "CANNOT BE ESTABLISHED"],
    "reason seen-before": [
        "saksi luar sudah melihat uji itu tercatat sebelum hari penolakan dimulai",
        "outside witnesses had seen the test on record when the day of refusal began",
    ],
    "reason recorded-before": [
        "menurut log sendiri dicatat sebelumnya, tetapi saksi luar tidak memastikannya",
        "the log says it was recorded before, but no outside witness establishes it",
    ],
    "reason same-day": [
        "uji dan penolakan pada hari yang sama; mana yang lebih dulu tidak disebutkan",
        "the test and the refusal are of one day; which came first is not said",
    ],
    "reason entered-later": [
        "uji dinyatakan dibuat sebelumnya, tetapi baru dicatat pada hari penolakan atau sesudahnya",
        "the test is said to be from before, but was recorded only on that day or after",
    ],
    "reason reworded": [
        "uji dibuat sebelumnya, tetapi uraian butir diubah di antaranya",
        "the test was made before, but the item was described anew in between",
    ],
    "reason all-after": [
        "semua uji dalam riwayat yang lengkap dibuat sesudahnya",
        "every test in the complete history was made after",
    ],
    "reason none-recorded": [
        "riwayat butir lengkap dan tidak memuat uji konsekuensi",
        "the item's history is complete and holds no consequence test",
    ],
    "reason may-be-missing": [
        "tidak terbukti bahwa riwayat butir lengkap sampai hari itu",
        "nothing shows that the item's history is complete up to that day",
    ],
    "reason no-day-given": ["hari penolakan tidak disebutkan", "no day of refusal was given"],
    "reason not-proven": [
        "ada yang tidak cocok dalam bundel ini",
        "something in this bundle does not match",
    ],
    "test": [
        "Uji pada catatan nomor {nth}: dinyatakan {on}; dicatat {recorded}; terlihat saksi "
        "paling lambat {seen}; belum ada ketika saksi melihat pada {unseen}",
        "The test in record {nth}: stated {on}; recorded {recorded}; seen by witnesses at the "
        "latest {seen}; not there when a witness looked at {unseen}",
    ],
    "by bundle": ["hari menurut bundel", "the day is the bundle's"],
    "by reader": ["hari menurut Anda", "the day is yours"],
    "topic item.submitted": ["usulan", "submission"],
    "topic item.taken_over": ["pengambilalihan daftar lama", "taking over of an old list"],
    "topic item.confirmed": ["konfirmasi", "confirmation"],
    "topic item.revised": ["perbaikan usulan", "revision"],
    "topic item.consequence_tested": ["uji konsekuensi", "consequence test"],
    "topic item.gate_overridden": ["penerusan dengan alasan", "overriding with reasons"],
    "topic item.considered": ["pertimbangan", "consideration"],
    "topic item.approved": ["persetujuan", "approval"],
    "topic item.rejected": ["penolakan usulan", "rejection of the proposal"],
    "topic item.determined": ["penetapan", "determination"],
    "topic item.reclassified": ["pengubahan klasifikasi", "reclassification"],
    "topic item.archived": ["pengarsipan", "archiving"],
    "topic item.uploaded": ["pengunggahan", "publication"],
    "topic item.review_raised": ["pengingat", "reminder"],
    "topic item.reviewed": ["peninjauan", "review"],
    "topic item.opening_approved": ["persetujuan pembukaan", "approval of opening"],
    "topic item.declassified": ["pembukaan informasi", "opening"],
    "topic item.held": ["penahanan", "hold"],
    "topic item.released": ["pencabutan penahanan", "release"],
    "topic item.corrected": ["ralat", "correction"],
    "topic item.withdrawn": ["penarikan usulan", "withdrawal"],
    "topic log.heads": ["peta akhir riwayat", "map of heads"],
    "topic log.anchored": ["jangkar", "anchor"],
    "topic log.key_changed": ["pergantian kunci", "key change"],
    "topic log.continued": ["lanjutan log", "continuation of the log"],
    "topic log.key_destroyed": ["pemusnahan kunci", "destruction of a key"],
    "banding snapshot": [
        "Potret ke-{number}, {on}, {rows} baris",
        "Snapshot {number}, {on}, {rows} rows",
    ],
    "banding snapshot.root": [
        "akar yang dihitung kembali dari barisnya",
        "root made anew from its rows",
    ],
    "banding snapshot.log": [
        "tercatat sebagai catatan nomor {recorded} dalam log {log}",
        "recorded as number {recorded} of the log {log}",
    ],
    "banding snapshot.same": ["satu nomor, satu isi", "one number, one content"],
    "banding bundle": ["bundel buktinya", "the bundle of evidence"],
    "banding why root": [
        "baris telah ditambah, dibuang, atau diubah",
        "rows were added, dropped or changed",
    ],
    "banding why fact": [
        "catatan itu menyebut potret lain: {said}",
        "what is recorded there is another snapshot: {said}",
    ],
    "banding why not-there": [
        "catatan itu tidak ada dalam bundel, atau isinya ditahan",
        "that record is not in the bundle, or withheld",
    ],
    "banding why no-bundle": [
        "tanpa bundel bukti (--bukti) tidak diperiksa",
        "not checked without a bundle (--bukti)",
    ],
    "banding why split": [
        "dua isi yang berbeda bernomor sama: ada dua versi log",
        "two contents under one number: there are two versions of the log",
    ],
    "banding why match": ["semua pemeriksaannya cocok", "all its checks match"],
    "banding why qualified": ["jaminan pokok tidak ada", "something essential is missing"],
    "banding why mismatch": ["ada yang tidak cocok", "something does not match"],
    "banding equal": [
        "KEDUA POTRET SAMA, baris demi baris.",
        "BOTH SNAPSHOTS ARE THE SAME, row by row.",
    ],
    "banding sum": [
        "PERBEDAAN: {masuk} masuk, {keluar} keluar, {terbuka} terbuka, {berubah} berubah",
        "DIFFERENCE: {masuk} entered, {keluar} left, {terbuka} opened, {berubah} changed",
    ],
    "banding masuk": ["MASUK", "ENTERED"],
    "banding keluar": ["KELUAR", "LEFT"],
    "banding terbuka": ["TERBUKA", "OPENED"],
    "banding berubah": ["BERUBAH", "CHANGED"],
    "banding decree": ["penetapan {number}, {on}", "decree {number}, {on}"],
    "banding record": ["catatan nomor {position}", "record number {position}"],
    "banding gone": [
        "penetapannya yang terakhir; yang mengeluarkannya ada dalam log",
        "its last decree; what took it off the list is in the log",
    ],
    "banding conclusion match": [
        "COCOK. Kedua potret tercatat dalam log dan tidak diubah sejak dicatat.",
        "MATCH. Both snapshots are recorded in the log and unchanged since.",
    ],
    "banding conclusion qualified": [
        "BELUM DAPAT DISIMPULKAN. Tidak ada yang bertentangan, tetapi yang bertanda INFO belum "
        "ditunjukkan.",
        "NO CONCLUSION YET. Nothing contradicts, but what is marked INFO has not been shown.",
    ],
    "banding conclusion mismatch": [
        "ADA YANG TIDAK COCOK. Jangan bersandar pada perbandingan ini.",
        "SOMETHING DOES NOT MATCH. Do not rely on this comparison.",
    ],
    "banding refused": ["DITOLAK", "REFUSED"],
    "banding conclusion refused": [
        "Kedua potret tidak dibandingkan; tidak ada yang terbukti.",
        "The snapshots were not compared; nothing is proven.",
    ],
    "banding refused missing": ["berkas tidak ada atau tidak terbaca", "a file cannot be read"],
    "banding refused snapshot": [
        "bukan potret yang tertulis sebagaimana mestinya",
        "no snapshot as it should be written",
    ],
    "banding refused snapshot.foreign": [
        "kedua potret dari register yang berbeda",
        "the snapshots are of different registers",
    ],
    "banding refused snapshot.order": [
        "sebut lebih dahulu potret yang nomornya lebih kecil",
        "name the snapshot with the smaller number first",
    ],
}

SECTIONS = (
    ("bundle", ("bag", "format")),
    ("keys", ("keys", "key", "checkpoint", "origin", "witness", "consistency", "held")),
    ("entries", ("entry", "predecessor", "anchor")),
    ("time", ("time",)),
    ("items", ("heads", "item")),
    ("contents", ("field", "document", "timestamp", "contents")),
    ("question", ("question",)),
)
EXITS = {"match": 0, "mismatch": 1, "refused": 2, "qualified": 3}


class Speaker:
    """Says lines in one language; *of* something that has words of its own for some things."""

    def __init__(self, language: int, of: str = "") -> None:
        self.language, self.of = language, of

    def word(self, name: str, **values: str) -> str:
        found = MESSAGES.get(f"{self.of} {name}") or MESSAGES.get(name) or ["", ""]
        return filled(found[self.language], values)

    def line(self, line: Line) -> str:
        name = f"{line.code}/{line.outcome}"
        values = {**line.values, **counted(line.subject)}
        if "topic" in values:
            values["topic"] = self.word("topic " + values["topic"]) or values["topic"]
        if line.code == "entry" and line.outcome == MATCH and values["on"] == "-":
            name = "entry.closed"
        text = self.word(name if name in MESSAGES else line.code, **values)
        if line.code == "question":
            answer = self.word("answer " + line.values["answer"])
            return f"{text} {answer}: {self.word('reason ' + line.reason)}"
        why = self.word("why " + line.reason) if line.reason else ""
        detail = printable(line.values.get("why", ""))
        return " \u2014 ".join(filter(None, (text, ": ".join(filter(None, (why, detail))))))

    def test(self, test: dict[str, Json]) -> str:
        shown = {name: str(value or "-") for name, value in test.items()}
        return self.word("test", **shown, **counted(str(test["index"])))


def filled(text: str, values: dict[str, str]) -> str:
    """What a value says is never filled in again."""
    return re.sub("{([a-z_]+)}", lambda hole: printable(values.get(hole.group(1), "-")), text)


def counted(subject: str) -> dict[str, str]:
    """A subject as people count: from one, so that an index becomes a position."""
    number, _, pointer = subject.partition(" ")
    nth = str(int(number) + 1) if re.fullmatch("[0-9]{1,15}", number) else number
    return {"subject": subject, "nth": nth, "pointer": pointer}


def printable(text: str) -> str:
    """Without what would move the cursor, colour the screen or turn the direction of writing."""
    return "".join(c if c.isprintable() else "\u00b7" for c in text)


# Asking it


def verify(
    files: Files, policy: str | None, held: Sequence[str] = (), refused_on: str = ""
) -> Verification:
    """Check a bundle; raises `Refused` and nothing else."""
    try:
        if refused_on and day_from(refused_on) is None:
            raise Refused("date", refused_on)
        return Verification(files, policy, held, refused_on).run()
    except Refused:
        raise
    except Exception as error:
        raise Refused("internal", type(error).__name__) from error


def own_text(path: str, reason: str) -> str:
    """A small text file of the reader's own, whatever editor it went through."""
    try:
        with open(path, "rb") as file:
            text = file.read(2 * POLICY_BYTES_MAX).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise Refused(reason, path) from None
    text = text.replace("\r\n", "\n")
    return text if text.endswith("\n") else text + "\n"


def as_json(verification: Verification) -> dict[str, Json]:
    conclusion = verification.conclusion
    return {
        "format": "sidik-verifikasi/v1",
        "conclusion": conclusion,
        "exit": EXITS[conclusion],
        "keys": "reader" if verification.has_own_policy else "bundle",
        "checks": [
            {**line._asdict(), "reserved": line.is_reservation} for line in verification.lines
        ],
        "answer": verification.answer,
    }


def print_report(verification: Verification, speaker: Speaker) -> None:
    for section, beginnings in SECTIONS:
        lines = [line for line in verification.lines if line.code.partition(".")[0] in beginnings]
        if lines:
            print(f"\n{speaker.word('section ' + section)}")
        for line in lines:
            mark = speaker.word(line.outcome)
            print(f"  [{'!' if line.is_reservation else ' '}{mark:^7}] {speaker.line(line)}")
            if line.code == "question" and verification.answer is not None:
                print_answer(verification.answer, speaker)
    conclusion = verification.conclusion
    count = sum(line.outcome == MISMATCH for line in verification.lines)
    print("\n" + speaker.word("conclusion " + conclusion, count=str(count)))
    for line in verification.lines:
        if conclusion == "qualified" and line.is_reservation:
            print(f"  - {speaker.line(line)}")
    print(speaker.word("not proven"))


def print_answer(answer: dict[str, Json], speaker: Speaker) -> None:
    title = printable(answer["title"] or "")
    given = speaker.word(f"by {answer['given_by']}")
    for text in (title, given, *map(speaker.test, answer["tests"])):
        if text:
            print(f"             {text}")


# Two snapshots of the published list compared (`banding`)

SNAPSHOT_BYTES_MAX = 256 * MIB
ROWS_MAX = 1_000_000
SNAPSHOTS = "8b9e5268-97ce-53d4-a4d7-1ce67e65e0c7"
"""The history in which a register says what stands on its list."""
SNAPSHOT_TOPIC = "publication.snapshot"
FIRST_LINE = re.compile(
    rb'\{"format":"sidik-potret/v1","potret":(\{[^\n]*\}),"butir":\[', re.DOTALL
)
ABOUT = {
    "akar": str,
    "banyak": int,
    "catatan": int,
    "log": str,
    "nomor": int,
    "posisi": int,
    "tanggal": str,
}
BESIDE = ("posisi", "versi")  # where a row comes from, not how it reads

COMPARISON = """\
Banding dua potret daftar publik: menghitung kembali akar keduanya, lalu menyebut tepat apa yang
masuk, keluar, dan berubah.

    python verifikasi.py banding A.json B.json [--bukti BUNDEL] [--kebijakan BERKAS] [--cp ...]

A.json, B.json  potret (sidik-potret/v1), yang lebih dahulu disebut lebih dahulu
--bukti         bundel yang memuat catatan potretnya (data/potret/bukti.json); tanpa ini tidak
                terbukti bahwa potret itu tercatat dalam log, dan hasilnya tidak pernah "cocok"
--kebijakan, --cp, --json, --en   seperti pada pemeriksaan bundel

Kode keluar: 0 cocok dan tercatat; 1 ada yang tidak cocok; 2 ditolak; 3 belum dapat disimpulkan.
"""


class Snapshot(NamedTuple):
    """One snapshot as a file tells it; nothing of it is believed yet."""

    about: dict[str, Json]
    rows: dict[str, bytes]  # by the id of the item, in their order
    root: bytes  # made anew from the rows


class Difference(NamedTuple):
    item: str
    before: dict[str, Json] | None
    after: dict[str, Json] | None

    @property
    def kind(self) -> str:
        if self.before is None or self.after is None:
            return "masuk" if self.before is None else "keluar"
        is_open = self.after.get("keadaan") == "terbuka"
        return "terbuka" if is_open and self.before.get("keadaan") != "terbuka" else "berubah"

    @property
    def parts(self) -> list[tuple[str, str, str]]:
        """Every member that reads differently: its name, how it read and how it reads."""
        before, after = self.before or {}, self.after or {}
        return [
            (name, shown(before.get(name)), shown(after.get(name)))
            for name in sorted({*before, *after} - {*BESIDE})
            if canonical(before.get(name)) != canonical(after.get(name))
        ]


def canonical(value: Json) -> bytes:
    """The one way in which a snapshot may write it."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8")


def shown(value: Json) -> str:
    if isinstance(value, list):
        value = "; ".join(map(shown, value))
    if value in (None, ""):
        return "\u2013"
    return printable(value if isinstance(value, str) else canonical(value).decode("utf-8"))


def read_snapshot(path: str) -> Snapshot:
    try:
        with open(path, "rb") as file:
            return snapshot_from(file.read(SNAPSHOT_BYTES_MAX + 1), path)
    except OSError:
        raise Refused("missing", path) from None


def snapshot_from(data: bytes, name: str = "") -> Snapshot:
    """A snapshot; raises `Refused` where it is not written to the letter."""
    if len(data) > SNAPSHOT_BYTES_MAX:
        raise Refused("size", name)
    lines = data.split(b"\n")
    begin = FIRST_LINE.fullmatch(lines[0])
    if begin is None or lines[-2:] != [b"]}", b""] or len(lines) > ROWS_MAX + 3:
        raise Refused("snapshot", name)
    about = _object(begin.group(1), name)
    if set(about) != set(ABOUT) or any(type(about[each]) is not ABOUT[each] for each in ABOUT):
        raise Refused("snapshot", name)
    if hash_from(about["akar"]) is None or day_from(about["tanggal"]) is None:
        raise Refused("snapshot", name)
    rows: dict[str, bytes] = {}
    leaves: list[bytes] = []
    last = ""
    for number, line in enumerate(lines[1:-2], 2):
        place = f"{name}: {number}"
        is_last = number == len(lines) - 2
        if line.endswith(b",") is is_last:
            raise Refused("snapshot", place)
        row = line if is_last else line[:-1]
        item = _object(row, place).get("id")
        if not isinstance(item, str) or not STREAM.fullmatch(item) or item <= last:
            raise Refused("snapshot", place)
        rows[item], last = row, item
        leaves.append(leaf_hash(row))
    return Snapshot(about, rows, root_of(leaves))


def _object(data: bytes, place: str) -> dict[str, Json]:
    """A JSON object in the one way in which it may be written."""
    try:
        said = json_from(data)
    except Refused as refused:
        raise Refused(refused.reason, place) from None
    if not isinstance(said, dict) or canonical(said) != data:
        raise Refused("snapshot", place)
    return said


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root of a tree (RFC 9162, 2.1.1)."""
    waiting: list[tuple[int, bytes]] = []  # complete subtrees and their sizes, largest first
    for leaf in leaves:
        size = 1
        while waiting and waiting[-1][0] == size:
            leaf = node_hash(waiting.pop()[1], leaf)
            size *= 2
        waiting.append((size, leaf))
    if not waiting:
        return sha256(b"").digest()
    root = waiting.pop()[1]
    while waiting:
        root = node_hash(waiting.pop()[1], root)
    return root


def differences(first: Snapshot, second: Snapshot) -> list[Difference]:
    pairs = (
        (item, first.rows.get(item), second.rows.get(item))
        for item in sorted({*first.rows, *second.rows})
    )
    return [
        Difference(item, *(one if one is None else json_from(one) for one in (before, after)))
        for item, before, after in pairs
        if before != after
    ]


class Comparison(Findings):
    """Two snapshots, what speaks for them, and what they differ in."""

    def __init__(self, first: Snapshot, second: Snapshot, bundle: Verification | None) -> None:
        super().__init__()
        self.snapshots, self.bundle = (first, second), bundle
        logs = {one.about["log"].rpartition("/log/")[0] for one in self.snapshots}
        if len(logs) > 1:
            raise Refused("snapshot.foreign", "; ".join(sorted(logs)))
        if first.about["nomor"] > second.about["nomor"]:
            raise Refused("snapshot.order")
        for place, one in enumerate(self.snapshots):
            self.check_root(place, one)
            self.check_log(place, one)
        if first.about["nomor"] == second.about["nomor"]:
            is_same = first.root == second.root and first.about == second.about
            self.say("snapshot.same", MATCH if is_same else MISMATCH, 1, "" if is_same else "split")
        if bundle is not None:
            outcome = {"match": MATCH, "qualified": INFO}.get(bundle.conclusion, MISMATCH)
            self.say("bundle", outcome, "", bundle.conclusion)
        self.differences = [] if self.conclusion == "mismatch" else differences(first, second)

    def check_root(self, place: int, one: Snapshot) -> None:
        is_so = to_base64(one.root) == one.about["akar"] and len(one.rows) == one.about["banyak"]
        self.say("snapshot.root", MATCH if is_so else MISMATCH, place, "" if is_so else "root")

    def check_log(self, place: int, one: Snapshot) -> None:
        """Whether the fact is in the log: the record is proven, and says what the file says."""
        about = one.about
        values = {"recorded": about["catatan"], "log": about["log"]}
        entry = self.bundle.entries.get(about["catatan"] - 1) if self.bundle else None
        if entry is None or not entry.is_open:
            reason = "not-there" if self.bundle else "no-bundle"
            self.say("snapshot.log", INFO, place, reason, **values)
            return
        fact = canonical(entry.said.get("fact") if isinstance(entry.said, dict) else None)
        wanted = {
            "number": about["nomor"],
            "position": about["posisi"],
            "rows": about["banyak"],
            "root": about["akar"],
        }
        place_of = (SNAPSHOTS, SNAPSHOT_TOPIC, about["log"], about["tanggal"])
        is_so = (entry.stream, entry.topic, entry.log, entry.on) == place_of
        if is_so and fact == canonical(wanted):
            self.say("snapshot.log", MATCH, place, **values)
        else:
            told_there = fact.decode("utf-8")[:200]
            self.say("snapshot.log", MISMATCH, place, "fact", said=told_there, **values)

    @property
    def conclusion(self) -> str:
        if any(line.outcome == MISMATCH for line in self.lines):
            return "mismatch"
        return "match" if all(line.outcome == MATCH for line in self.lines) else "qualified"


def compare(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="verifikasi.py banding",
        description=COMPARISON,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("pertama", metavar="A.json")
    parser.add_argument("kedua", metavar="B.json")
    parser.add_argument("--bukti", metavar="BUNDEL")
    parser.add_argument("--kebijakan", metavar="BERKAS")
    parser.add_argument("--cp", metavar="BERKAS", action="append", default=[])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--en", action="store_true")
    asked = parser.parse_args(arguments)
    speaker = Speaker(1 if asked.en else 0, "banding")
    try:
        bundle = None
        if asked.bukti:
            policy = own_text(asked.kebijakan, "policy") if asked.kebijakan else None
            held = [own_text(path, "missing") for path in asked.cp]
            bundle = verify(read(asked.bukti), policy, held)
        found = Comparison(read_snapshot(asked.pertama), read_snapshot(asked.kedua), bundle)
    except Refused as refused:
        return refuse(refused, speaker, asked.json)
    except Exception as error:
        return refuse(Refused("internal", type(error).__name__), speaker, asked.json)
    if asked.json:
        print(json.dumps(comparison_as_json(found), ensure_ascii=True, indent=1))
    else:
        print_comparison(found, speaker)
    return EXITS[found.conclusion]


def comparison_as_json(found: Comparison) -> dict[str, Json]:
    return {
        "format": "sidik-verifikasi-banding/v1",
        "conclusion": found.conclusion,
        "exit": EXITS[found.conclusion],
        "snapshots": [one.about for one in found.snapshots],
        "checks": [line._asdict() for line in found.lines],
        "bundle": None if found.bundle is None else as_json(found.bundle),
        "differences": [{**one._asdict(), "kind": one.kind} for one in found.differences],
    }


def print_comparison(found: Comparison, speaker: Speaker) -> None:
    for place, one in enumerate(found.snapshots):
        about = {"number": one.about["nomor"], "on": one.about["tanggal"], "rows": len(one.rows)}
        print(speaker.word("snapshot", **{name: str(value) for name, value in about.items()}))
        print_compared(found, str(place), speaker)
    print_compared(found, "", speaker)
    if found.bundle is not None and found.bundle.conclusion != "match":
        print_report(found.bundle, Speaker(speaker.language))
    if found.conclusion != "mismatch":
        print_differences(found.differences, speaker)
    print("\n" + speaker.word("conclusion " + found.conclusion))
    print(speaker.word("not proven"))


def print_compared(found: Comparison, subject: str, speaker: Speaker) -> None:
    for line in found.lines:
        if line.subject == subject:
            mark = ("!" if line.outcome == INFO else " ") + f"{speaker.word(line.outcome):^7}"
            print(f"  [{mark}] {compared(line, speaker)}")


def compared(line: Line, speaker: Speaker) -> str:
    why = speaker.word("why " + line.reason, **line.values) if line.reason else ""
    return " \u2014 ".join(filter(None, (speaker.word(line.code, **line.values), why)))


KINDS = ("masuk", "keluar", "terbuka", "berubah")


def print_differences(found: Sequence[Difference], speaker: Speaker) -> None:
    print("\n" + summed(found, speaker))
    for kind in KINDS:
        some = [one for one in found if one.kind == kind]
        if some:
            print("\n" + speaker.word(kind))
        for one in some:
            print(f"  {shown((one.after or one.before or {}).get('judul'))}  ({one.item})")
            for text in described(one, speaker):
                print(f"      {text}")


def summed(found: Sequence[Difference], speaker: Speaker) -> str:
    kinds = [one.kind for one in found]
    counts = {kind: str(kinds.count(kind)) for kind in KINDS}
    return speaker.word("sum", **counts) if found else speaker.word("equal")


def described(one: Difference, speaker: Speaker) -> Iterator[str]:
    """By which decree and which record it is so, and every part that reads differently."""
    row: dict[str, Json] = one.after or one.before or {}
    decree = {"number": shown(row.get("nomor_penetapan")), "on": shown(row.get("ditetapkan"))}
    source = speaker.word("record", position=shown(row.get("posisi")))
    by = speaker.word("gone") if one.after is None else source
    yield f"{speaker.word('decree', **decree)}; {by}"
    if one.before is not None and one.after is not None:
        for name, was, now in one.parts:
            yield f"{printable(name)}: {was} \u2192 {now}"


# The command line


def main(arguments: Sequence[str]) -> int:
    if arguments[:1] == ["banding"]:
        return compare(arguments[1:])
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("bundel")
    parser.add_argument("--kebijakan", metavar="BERKAS")
    parser.add_argument("--cp", metavar="BERKAS", action="append", default=[])
    parser.add_argument("--ditolak", metavar="TANGGAL", default="")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--en", action="store_true")
    asked = parser.parse_args(arguments)
    speaker = Speaker(1 if asked.en else 0)
    try:
        policy = own_text(asked.kebijakan, "policy") if asked.kebijakan else None
        held = [own_text(path, "missing") for path in asked.cp]
        found = verify(read(asked.bundel), policy, held, asked.ditolak)
        if asked.json:
            print(json.dumps(as_json(found), ensure_ascii=True, indent=1))
        else:
            print_report(found, speaker)
        return EXITS[found.conclusion]
    except Refused as refused:
        return refuse(refused, speaker, asked.json)
    except Exception as error:
        return refuse(Refused("internal", type(error).__name__), speaker, asked.json)


def refuse(refused: Refused, speaker: Speaker, is_json: bool) -> int:
    if is_json:
        said = {"format": "sidik-verifikasi/v1", "conclusion": "refused", "exit": 2}
        print(json.dumps({**said, "reason": refused.reason, "detail": refused.detail[:200]}))
    else:
        detail = printable(refused.detail[:200])
        why = speaker.word("refused " + refused.reason) + (f" ({detail})" if detail else "")
        print(f"{speaker.word('refused')}: {why}\n{speaker.word('conclusion refused')}")
    return EXITS["refused"]


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        code = main(sys.argv[1:])
        sys.stdout.flush()
    except (BrokenPipeError, KeyboardInterrupt):  # nobody reads on: nothing was concluded
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        code = EXITS["refused"]
    sys.exit(code)
