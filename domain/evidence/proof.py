"""A proof that can be sent alone: that an entry stands in a log, at its place.

https://c2sp.org/tlog-proof
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.evidence.encoding import (
    HASH_BYTES,
    NUMBER_MAX,
    Malformed,
    from_base64,
    from_decimal,
    hash_from_base64,
    to_base64,
)
from domain.evidence.note import NOTE_BYTES_MAX

HEADING = "c2sp.org/tlog-proof@v1"
PATH_MAX = 63  # hashes: no tree is higher
EXTRA_BYTES_MAX = 64 * 1024


@dataclass(frozen=True, slots=True)
class Proof:
    """Where the entry stands, the way from it to the root, and the checkpoint as it was signed."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: str  # a signed note, not yet checked
    extra: bytes | None = None  # proves nothing; for whoever knows what it is for

    def __post_init__(self) -> None:
        if not 0 <= self.index <= NUMBER_MAX:
            raise Malformed("indeks di luar batas")
        if len(self.path) > PATH_MAX or any(len(each) != HASH_BYTES for each in self.path):
            raise Malformed(f"jalur bukti lebih dari {PATH_MAX} nilai hash, atau bukan nilai hash")

    def __str__(self) -> str:
        extra = [] if self.extra is None else [f"extra {to_base64(self.extra)}"]
        lines = [HEADING, *extra, f"index {self.index}", *map(to_base64, self.path), ""]
        return "".join(line + "\n" for line in lines) + self.checkpoint

    @classmethod
    def parse(cls, proof: str | bytes) -> Proof:
        head, separator, checkpoint = _text(proof).partition("\n\n")
        heading, *lines = head.split("\n")
        if not separator or heading != HEADING:
            raise Malformed(f"bukti tidak diawali {HEADING}")
        extra = None
        if lines and lines[0].startswith("extra "):
            extra = from_base64(lines.pop(0).removeprefix("extra "), "data tambahan")
        if not lines or not lines[0].startswith("index "):
            raise Malformed("bukti tidak menyebut indeks")
        index = from_decimal(lines.pop(0).removeprefix("index "), "indeks")
        return cls(
            index, tuple(hash_from_base64(line, "jalur bukti") for line in lines), checkpoint, extra
        )


def _text(proof: str | bytes) -> str:
    try:
        data = proof if isinstance(proof, bytes) else proof.encode("utf-8")
        if len(data) > NOTE_BYTES_MAX + 2 * EXTRA_BYTES_MAX:
            raise Malformed("bukti terlalu panjang")
        return data.decode("utf-8")
    except UnicodeError:
        raise Malformed("bukti bukan UTF-8") from None
