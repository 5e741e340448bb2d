"""Asking witnesses to stand by a checkpoint, by C2SP tlog-witness.

What a witness answers is kept only once its own key says that it is its signature on this very
checkpoint. A witness that remembers less than it has signed has been set back (threat 24); one
that remembers more than we have has seen a log that we have lost.

https://c2sp.org/tlog-witness
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import requests

from adapters.evidence.asking import Reply, Unanswered, post
from adapters.evidence.keys import verify
from domain.evidence.encoding import Malformed, from_decimal, to_base64
from domain.evidence.note import (
    Checkpoint,
    Note,
    NotTrusted,
    VerifierKey,
    assemble,
    open_note,
)

TEXT, SIZE = "text/plain; charset=utf-8", "text/x.tlog.size"
TRIES = 3  # another of our processes may be asking the same witness

Consistency: TypeAlias = Callable[[int, int], Sequence[bytes]]
"""The path from a tree of so many leaves to one of so many more."""


class WitnessTrouble(Exception):
    """Why a witness has not cosigned: one sentence, in Indonesian. Asking again may help."""


class WitnessRefused(WitnessTrouble):
    """It will not, and why not is grave or must be set right by somebody."""


class Inconsistent(WitnessRefused):
    """It has cosigned a history that this checkpoint does not go on from."""


class WitnessAhead(WitnessRefused):
    """It has cosigned more of this log than we have: ours has been cut short."""


class WitnessBehind(WitnessRefused):
    """It remembers less than it has cosigned: it has been set back to an older state."""


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A witness's line, checked, ready to stand below the checkpoint; and the time it gave."""

    line: str
    size: int
    time: int


class WitnessClient:
    """One witness, as the policy knows it. *known* is the size it was last seen to cosign."""

    def __init__(self, url: str, key: VerifierKey, known: int = 0) -> None:
        self.url, self.key, self.known = url.rstrip("/"), key, known
        self._session = requests.Session()

    def cosign(self, note: str, consistency: Consistency) -> Cosigned:
        """Have it stand by a signed checkpoint. What it says of its own past is weighed first."""
        parsed = Note.parse(note)
        checkpoint = Checkpoint.parse(parsed.text)
        old = min(self.known, checkpoint.size)
        for _ in range(TRIES):
            path = consistency(old, checkpoint.size) if 0 < old < checkpoint.size else ()
            match self._ask(_request(old, path, note)):
                case Reply(200, _, content):
                    found = self._checked(parsed.text, checkpoint, content)
                    self.known = max(self.known, found.size)
                    return found
                case Reply(409, kind, content) if kind == SIZE:
                    old = self._its_size(content, checkpoint)
                case Reply(status, _, _):
                    raise self._refusal(status, checkpoint)
        raise WitnessTrouble(f"Saksi {self.key.name} terus berubah ukurannya; coba lagi nanti.")

    def close(self) -> None:
        self._session.close()

    def _its_size(self, content: bytes, checkpoint: Checkpoint) -> int:
        try:
            size = from_decimal(content.decode("ascii").removesuffix("\n"), "ukuran")
        except (Malformed, UnicodeDecodeError):
            raise WitnessTrouble(f"Jawaban saksi {self.key.name} tidak terbaca.") from None
        if size < self.known:
            raise WitnessBehind(
                f"Saksi {self.key.name} hanya mengingat {size} catatan, padahal sudah "
                f"menandatangani {self.known}: ingatannya dipulihkan dari salinan lama."
            )
        if size > checkpoint.size:
            raise WitnessAhead(
                f"Saksi {self.key.name} sudah menandatangani {size} catatan, sedangkan log ini "
                f"hanya {checkpoint.size}: ada catatan yang hilang di sini."
            )
        return size

    def _refusal(self, status: int, checkpoint: Checkpoint) -> WitnessTrouble:
        who = f"Saksi {self.key.name}"
        match status:
            case 409 | 422:
                return Inconsistent(
                    f"{who} menolak checkpoint {checkpoint.size}: tidak menyambung riwayat yang "
                    "sudah ditandatanganinya."
                )
            case 404:
                return WitnessRefused(f"{who} tidak mengawasi {checkpoint.origin}.")
            case 403:
                return WitnessRefused(f"{who} tidak mengenal kunci {checkpoint.origin}.")
            case 400 | 413:
                return WitnessRefused(f"{who} tidak dapat membaca permintaan ({status}).")
        return WitnessTrouble(f"{who} sedang tidak dapat melayani ({status}).")

    def _checked(self, text: str, checkpoint: Checkpoint, content: bytes) -> Cosigned:
        """Of the lines it sent, the one that its key has made on this text."""
        try:
            lines = Note.parse(assemble(text, content.decode("utf-8"))).signatures
            ours = [str(line) for line in lines if line.claims(self.key)]
            opened = open_note(assemble(text, *ours[:1]), [self.key], verify)
        except (Malformed, NotTrusted, UnicodeDecodeError):
            raise WitnessTrouble(
                f"Jawaban saksi {self.key.name} bukan tanda tangannya atas checkpoint ini."
            ) from None
        return Cosigned(ours[0], checkpoint.size, opened.signed[self.key] or 0)

    def _ask(self, body: bytes) -> Reply:
        try:
            return post(self._session, f"{self.url}/add-checkpoint", body, TEXT)
        except Unanswered as why:
            raise WitnessTrouble(f"Saksi {self.key.name} {why}.") from None


def _request(old: int, path: Sequence[bytes], note: str) -> bytes:
    return "\n".join([f"old {old}", *map(to_base64, path), "", note]).encode("utf-8")
