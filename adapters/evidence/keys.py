"""Private keys that only their owner may read, and Ed25519 as others check it.

A key is a file in PKCS#8 PEM, as ``openssl genpkey -algorithm ed25519`` would make it. Whoever
signs asks for a `PrivateKey` and no more, so that a key may later live in a token (PKCS#11).
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Protocol

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from domain.evidence.note import COSIGNATURE, ED25519, VerifierKey

OTHERS = stat.S_IRWXG | stat.S_IRWXO
KEY_FILE_BYTES_MAX = 4096


class KeyTrouble(Exception):
    """Why a key is not used: one sentence, in Indonesian."""


class PrivateKey(Protocol):
    @property
    def public_key(self) -> bytes: ...

    def sign(self, message: bytes) -> bytes: ...


class FileKey:
    """An Ed25519 key read from a file."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public_key = key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)

    @classmethod
    def read(cls, path: Path) -> FileKey:
        pem = _read_private(path)
        try:
            key = load_pem_private_key(pem, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise KeyTrouble(
                f"Kunci {path} rusak, bersandi, atau bukan berkas PEM; pulihkan dari cadangannya."
            ) from None
        if not isinstance(key, Ed25519PrivateKey):
            raise KeyTrouble(f"Kunci {path} bukan kunci Ed25519.")
        return cls(key)

    @classmethod
    def create(cls, path: Path) -> FileKey:
        """Make a key where there is none; whole or not at all, and never in place of another."""
        key = Ed25519PrivateKey.generate()
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        _write_private(path, pem)
        return cls(key)


def verify(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """`domain.evidence.note.Verify`, by way of OpenSSL."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def log_key(origin: str, key: PrivateKey) -> VerifierKey:
    """By which the log of this name is known to those who check it."""
    return VerifierKey(origin, ED25519, key.public_key)


def witness_key(name: str, key: PrivateKey) -> VerifierKey:
    return VerifierKey(name, COSIGNATURE, key.public_key)


def fingerprint(key: VerifierKey) -> str:
    """Of the vkey as it is printed, to be compared by telephone or on paper."""
    return sha256(str(key).encode("utf-8")).hexdigest()


# Files


def _read_private(path: Path) -> bytes:
    """What is asked of the file is asked of the very one that is then read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        raise KeyTrouble(f"Kunci {path} tidak ditemukan.") from None
    except OSError as error:
        raise KeyTrouble(f"Kunci {path} tidak dapat dibaca ({error.strerror}).") from None
    with open(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise KeyTrouble(f"Kunci {path} bukan berkas biasa.")
        if found.st_uid != os.geteuid():
            raise KeyTrouble(f"Kunci {path} bukan milik akun yang menjalankan perintah ini.")
        if found.st_mode & OTHERS:
            raise KeyTrouble(
                f"Kunci {path} dapat dibuka akun lain (izin {stat.S_IMODE(found.st_mode):04o}); "
                f"jalankan 'chmod 600 {path}', dan anggap kunci itu bocor bila pernah terbaca."
            )
        return file.read(KEY_FILE_BYTES_MAX)


def _write_private(path: Path, data: bytes) -> None:
    beside = path.with_name(f".{path.name}.{token_hex(8)}")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with open(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.link(beside, path)  # fails where there is one already
        finally:
            os.unlink(beside)
        settle(path.parent)
    except FileExistsError:
        raise KeyTrouble(f"Kunci {path} sudah ada dan tidak ditimpa.") from None
    except OSError as error:
        raise KeyTrouble(f"Kunci {path} tidak dapat dibuat ({error.strerror}).") from None


def settle(folder: Path) -> None:
    """Make the name itself survive a power cut."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
