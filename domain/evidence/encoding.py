"""Values as text, in one way only: a second spelling of the same value is refused.

What is refused is named in Indonesian, for whoever holds the document sees it.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error

HASH_BYTES = 32
NUMBER_MAX = 2**63 - 1
"""Positions and sizes are counted by PostgreSQL, which counts no further."""


class Malformed(ValueError):
    """Not in the form that the format prescribes; the sentence says what is not."""


def to_base64(data: bytes) -> str:
    """Standard alphabet with padding, RFC 4648 section 4."""
    return b64encode(data).decode("ascii")


def from_base64(text: str, what: str) -> bytes:
    """The bytes that *text* spells.

    Python's decoder lets stray bits in the last character pass: what is read is written again
    and compared.
    """
    try:
        data = b64decode(text, validate=True)
    except (Error, ValueError):
        raise Malformed(f"{what} bukan base64") from None
    if to_base64(data) != text:
        raise Malformed(f"{what} ditulis dalam base64 yang tidak baku")
    return data


def hash_from_base64(text: str, what: str) -> bytes:
    """The same, where a whole hash belongs."""
    data = from_base64(text, what)
    if len(data) != HASH_BYTES:
        raise Malformed(f"{what} bukan {HASH_BYTES} bita")
    return data


def from_decimal(text: str, what: str) -> int:
    """A number from 0, without leading zeros; giant ones are not even read."""
    if not re.fullmatch(r"0|[1-9][0-9]{0,18}", text) or int(text) > NUMBER_MAX:
        raise Malformed(f"{what} bukan bilangan bulat yang sah")
    return int(text)
