"""What a signer remembers of a log, in a folder off the database: its keys, and what it signed.

Whoever can rewrite the database can rewrite everything in it. That nothing which was once signed
is ever contradicted rests on this folder alone; so it is written first, and settled on disk,
before anybody sees a signature. A lost folder is never made anew in silence.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Self

import fasteners  # type: ignore[import-untyped]
import msgspec

from adapters.evidence.keys import FileKey, KeyTrouble, settle

STATE, LOCK = "state.json", "lock"


class SignerTrouble(Exception):
    """Why nothing more is signed: one sentence, in Indonesian, to act upon."""


class KeyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the signer's keys, and the sizes it signs: from *since* to before *until*."""

    file: str
    since: int
    until: int | None = None


class Signed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The last that was signed. `root` is base64; `witnesses` what each was seen to cosign."""

    format: str = "sidik-signer/v1"
    origin: str
    size: int = 0
    root: str = ""
    note: str = ""
    signed_at: str = ""
    keys: tuple[KeyFile, ...] = ()
    witnesses: Mapping[str, int] = {}


class SignerMemory:
    """The folder of one register's signer; held by one process at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = fasteners.InterProcessLock(folder / LOCK)
        self.signed: Signed | None = None

    def __enter__(self) -> Self:
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            is_mine = self._lock.acquire(blocking=False)
        except OSError as error:
            raise SignerTrouble(
                f"Folder penandatangan {self.folder} tidak dapat dipakai ({error.strerror})."
            ) from error
        if not is_mine:
            raise SignerTrouble(f"Penandatangan lain sedang bekerja dengan folder {self.folder}.")
        try:
            self.signed = self._read()
        except BaseException:
            self._lock.release()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def _read(self) -> Signed | None:
        path = self.folder / STATE
        if not path.exists():
            return None
        try:
            return msgspec.json.decode(path.read_bytes(), type=Signed)
        except (msgspec.MsgspecError, OSError):
            raise SignerTrouble(
                f"Ingatan penandatangan {path} tidak terbaca; pulihkan dari cadangannya."
            ) from None

    def save(self, signed: Signed) -> None:
        """Remember, for good: whole or not at all, and on disk before this returns."""
        made = self.folder / f".{STATE}.new"
        descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with open(descriptor, "wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(signed), indent=1))
            file.flush()
            os.fsync(file.fileno())
        made.rename(self.folder / STATE)
        settle(self.folder)
        self.signed = signed

    def put_aside(self) -> None:
        """Begin anew, with keys that were never used; nothing of before is destroyed."""
        number = 1
        while (aside := self.folder / f"before-{number}").exists() and (aside / STATE).exists():
            number += 1
        aside.mkdir(mode=0o700, exist_ok=True)
        for path in (*self.folder.glob("key-*.pem"), self.folder / STATE):  # what names them last
            if path.exists():
                path.rename(aside / path.name)
        settle(self.folder)
        self.signed = None

    def key(self, file: str) -> FileKey:
        try:
            return FileKey.read(self.folder / file)
        except KeyTrouble as trouble:
            raise SignerTrouble(str(trouble)) from None

    def new_key(self) -> str:
        """The name of a file with a key that was never used; one half begun is taken up again."""
        used = {one.file for one in self.signed.keys} if self.signed else set()
        number = 1
        while (name := f"key-{number}.pem") in used:
            number += 1
        if not (self.folder / name).exists():
            FileKey.create(self.folder / name)
        return name
