"""Signed notes, checkpoints and cosignatures, as C2SP writes them.

A note is a text and, after an empty line, signature lines. A checkpoint is a note whose text
is a log's name, size and root. The log signs the text itself; a witness signs the text with
the time at which it saw it (a cosignature).

A signature by a key we do not know says nothing and is passed over; so kinds of keys that are
yet to come do no harm. A bad signature by a key we know refuses the whole note.

https://c2sp.org/signed-note, https://c2sp.org/tlog-checkpoint, https://c2sp.org/tlog-cosignature
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TypeAlias

from domain.evidence.encoding import (
    HASH_BYTES,
    NUMBER_MAX,
    Malformed,
    from_base64,
    from_decimal,
    hash_from_base64,
    to_base64,
)

Verify: TypeAlias = Callable[[bytes, bytes, bytes], bool]
"""``(public_key, signature, message)``: whether Ed25519 says it is so."""
Sign: TypeAlias = Callable[[bytes], bytes]
"""The Ed25519 signature of a message, by whoever holds the private key."""

ED25519, COSIGNATURE = 1, 4
"""Kinds of keys: of who signs a note's text, of who cosigns a checkpoint with a time."""

KEY_BYTES, KEY_ID_BYTES, SIGNATURE_BYTES, TIME_BYTES = 32, 4, 64, 8
NAME_BYTES_MAX = 255
NOTE_BYTES_MAX = 128 * 1024  # sixteen signatures of those to come, with room to spare
SIGNATURES_MAX = 100


class NotTrusted(ValueError):
    """Nobody we know has signed it, or whoever we know has not; the sentence says which."""


def check_name(name: str) -> None:
    """Of a key, of a log: one word."""
    if not name or "+" in name or any(c.isspace() or c < " " for c in name):
        raise Malformed(f"nama kunci {name!r} kosong atau memuat spasi atau tanda tambah")
    if len(_utf8(name)) > NAME_BYTES_MAX:
        raise Malformed(f"nama kunci lebih dari {NAME_BYTES_MAX} bita")


# Keys


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key and the name it signs under; written as a C2SP vkey."""

    name: str
    kind: int
    public_key: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        if self.kind not in (ED25519, COSIGNATURE):
            raise Malformed(f"jenis kunci {self.kind} tidak dikenal")
        if len(self.public_key) != KEY_BYTES:
            raise Malformed(f"kunci publik bukan {KEY_BYTES} bita")
        if _anyone_signs_for(self.public_key):
            raise Malformed(f"kunci publik {self.name} lemah: siapa pun dapat memalsukannya")

    @property
    def key_id(self) -> bytes:
        """Short, to find the key by; who it is, only the signature proves."""
        named = _utf8(self.name) + b"\n" + bytes([self.kind]) + self.public_key
        return sha256(named).digest()[:KEY_ID_BYTES]

    def __str__(self) -> str:
        key = to_base64(bytes([self.kind]) + self.public_key)
        return f"{self.name}+{self.key_id.hex()}+{key}"

    @classmethod
    def parse(cls, vkey: str) -> VerifierKey:
        try:
            name, key_id, encoded = vkey.split("+", 2)
        except ValueError:
            raise Malformed("kunci tidak berbentuk nama+pengenal+kunci") from None
        material = from_base64(encoded, "kunci publik")
        key = cls(name, material[0] if material else 0, material[1:])
        if key.key_id.hex() != key_id:
            raise Malformed(f"pengenal kunci {name} tidak cocok dengan kuncinya")
        return key


_PRIME = 2**255 - 19
_ORDER_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_SMALL_ORDER = {0, 1, _PRIME - 1, _ORDER_8, _PRIME - _ORDER_8}


def _anyone_signs_for(public_key: bytes) -> bool:
    """Whether it is one of the few points of small order, for which signatures need no secret.

    Whoever takes one as his key could sign today, and tomorrow say that somebody else did.
    """
    y = int.from_bytes(public_key, "little") & (2**255 - 1)
    return y % _PRIME in _SMALL_ORDER


# Notes


@dataclass(frozen=True, slots=True)
class Signature:
    """One line below a note; what its content means depends on the key that made it."""

    name: str
    key_id: bytes
    content: bytes

    def __str__(self) -> str:
        return f"\u2014 {self.name} {to_base64(self.key_id + self.content)}\n"

    def claims(self, key: VerifierKey) -> bool:
        """Whether it says it is by this key; whether it is, must be checked."""
        return (self.name, self.key_id) == (key.name, key.key_id)

    @classmethod
    def parse(cls, line: str) -> Signature:
        """The line without its end."""
        try:
            dash, name, encoded = line.split(" ")
        except ValueError:
            raise Malformed("baris tanda tangan tidak terdiri atas tiga bagian") from None
        if dash != "\u2014":
            raise Malformed("baris tanda tangan tidak diawali tanda pisah")
        check_name(name)
        data = from_base64(encoded, f"tanda tangan {name}")
        if len(data) <= KEY_ID_BYTES:
            raise Malformed(f"tanda tangan {name} terlalu pendek")
        return cls(name, data[:KEY_ID_BYTES], data[KEY_ID_BYTES:])


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends in a newline, and the signatures that stand below it."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return self.text + "\n" + "".join(map(str, self.signatures))

    @classmethod
    def parse(cls, note: str | bytes) -> Note:
        plain = _plain(note)
        text, separator, tail = plain.rpartition("\n\n")
        if not separator or not tail.endswith("\n"):
            raise Malformed("catatan tidak berakhir dengan baris tanda tangan")
        lines = tail[:-1].split("\n")
        if len(lines) > SIGNATURES_MAX:
            raise Malformed(f"catatan memuat lebih dari {SIGNATURES_MAX} tanda tangan")
        return cls(text + "\n", tuple(map(Signature.parse, lines)))


def _plain(note: str | bytes) -> str:
    data = note if isinstance(note, bytes) else _utf8(note)
    if len(data) > NOTE_BYTES_MAX:
        raise Malformed(f"catatan lebih dari {NOTE_BYTES_MAX} bita")
    try:
        plain = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("catatan bukan UTF-8") from None
    if any(c < " " and c != "\n" for c in plain):
        raise Malformed("catatan memuat karakter kendali")
    return plain


def _utf8(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise Malformed("ada karakter yang tidak dapat ditulis sebagai UTF-8") from None


# Checkpoints


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log as of one size: everything up to there is fixed by the root."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()  # other logs may have them; ours never do

    def __post_init__(self) -> None:
        check_name(self.origin)
        if not 0 <= self.size <= NUMBER_MAX:
            raise Malformed("ukuran log di luar batas")
        if len(self.root) != HASH_BYTES:
            raise Malformed(f"akar log bukan {HASH_BYTES} bita")
        if any(not line or any(c < " " for c in line) for line in self.extensions):
            raise Malformed("baris tambahan kosong atau memuat karakter kendali")

    @property
    def text(self) -> str:
        lines = (self.origin, str(self.size), to_base64(self.root), *self.extensions)
        return "".join(line + "\n" for line in lines)

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        *lines, rest = text.split("\n")
        if rest or len(lines) < 3:
            raise Malformed("checkpoint tidak terdiri atas tiga baris atau lebih")
        origin, size, root, *extensions = lines
        return cls(
            origin,
            from_decimal(size, "ukuran log"),
            hash_from_base64(root, "akar log"),
            tuple(extensions),
        )


# Signing


def signature_line(key: VerifierKey, text: str, sign: Sign) -> str:
    """What a log puts below its checkpoint; *key* is the public one of who signs."""
    if key.kind != ED25519:
        raise ValueError(f"{key.name} cosigns, with a time")
    return str(Signature(key.name, key.key_id, sign(_utf8(text))))


def cosignature_line(key: VerifierKey, text: str, time: int, sign: Sign) -> str:
    """What a witness puts below a log's checkpoint at *time*, in seconds since 1970."""
    if key.kind != COSIGNATURE:
        raise ValueError(f"{key.name} signs, without a time")
    content = time.to_bytes(TIME_BYTES, "big") + sign(cosigned_message(text, time))
    return str(Signature(key.name, key.key_id, content))


def cosigned_message(text: str, time: int) -> bytes:
    return _utf8(f"cosignature/v1\ntime {time}\n{text}")


def assemble(text: str, *lines: str) -> str:
    """The whole note, of its text and its signature lines, ready to be sent or kept."""
    return text + "\n" + "".join(lines)


# Opening


@dataclass(frozen=True, slots=True)
class Opened:
    """A note whose signatures have been checked: who signed it, and who we do not know."""

    text: str
    signed: dict[VerifierKey, int | None] = field(default_factory=dict)
    """The time a cosigner gave; several times by one: the earliest. None: who signs only."""
    unknown: tuple[Signature, ...] = ()


def open_note(note: str | bytes, keys: Iterable[VerifierKey], verify: Verify) -> Opened:
    """Check a note by the *keys* we trust; whatever it says is worth nothing before that."""
    parsed = Note.parse(note)
    known = {(key.name, key.key_id): key for key in keys}
    signed: dict[VerifierKey, int | None] = {}
    unknown = []
    for signature in parsed.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is None:
            unknown.append(signature)
            continue
        time = _checked(key, signature.content, parsed.text, verify)
        before = signed.get(key)
        signed[key] = time if before is None or time is None else min(before, time)
    if not signed:
        raise NotTrusted("tidak ada tanda tangan dari kunci yang dipercaya")
    return Opened(parsed.text, signed, tuple(unknown))


def _checked(key: VerifierKey, content: bytes, text: str, verify: Verify) -> int | None:
    time, signature, message = None, content, _utf8(text)
    if key.kind == COSIGNATURE:
        time, signature = int.from_bytes(content[:TIME_BYTES], "big"), content[TIME_BYTES:]
        message = cosigned_message(text, time)
    if (
        len(signature) != SIGNATURE_BYTES
        or (time or 0) > NUMBER_MAX
        or not verify(key.public_key, signature, message)
    ):
        raise NotTrusted(f"tanda tangan {key.name} tidak sah")
    return time


def open_checkpoint(
    note: str | bytes, keys: Iterable[VerifierKey], verify: Verify
) -> tuple[Checkpoint, Opened]:
    """A checkpoint signed by the very log it names; *keys* are of logs and of witnesses."""
    opened = open_note(note, keys, verify)
    checkpoint = Checkpoint.parse(opened.text)
    if not any(key.kind == ED25519 and key.name == checkpoint.origin for key in opened.signed):
        raise NotTrusted(f"{checkpoint.origin} tidak ditandatangani oleh log itu sendiri")
    return checkpoint, opened
