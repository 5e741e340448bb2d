"""Arrays as PostgreSQL sends them, packed without asking each element for its type.

On the way every fact takes, psycopg's general conversion of lists would cost as much as the
rest of the round trip. ``uuids([...])`` and its like are parameters ready to be sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from struct import Struct
from uuid import UUID

import psycopg
from psycopg.adapt import Buffer, Dumper
from psycopg.pq import Format

_HEAD = Struct("!iiiii")  # dimensions, has nulls, element type, length, first index
_SIZE = Struct("!i")
_INT4 = Struct("!ii")
_INT8 = Struct("!iq")


class Packed(bytes):
    """The bytes of one array."""


class UuidArray(Packed):
    element, array = 2950, 2951


class Int4Array(Packed):
    element, array = 23, 1007


class Int8Array(Packed):
    element, array = 20, 1016


class TextArray(Packed):
    element, array = 25, 1009


class ByteaArray(Packed):
    element, array = 17, 1001


class _AsIs(Dumper):
    format = Format.BINARY

    def dump(self, obj: Buffer) -> Buffer:
        return obj


def _register() -> None:
    for kind in (UuidArray, Int4Array, Int8Array, TextArray, ByteaArray):
        dumper = type(f"{kind.__name__}Dumper", (_AsIs,), {"oid": kind.array})
        psycopg.adapters.register_dumper(kind, dumper)


_register()


def uuids(values: Sequence[UUID]) -> UuidArray:
    sized = [b"\0\0\0\x10" + value.bytes for value in values]
    return UuidArray(_head(UuidArray.element, len(sized)) + b"".join(sized))


def int4s(values: Sequence[int]) -> Int4Array:
    sized = [_INT4.pack(4, value) for value in values]
    return Int4Array(_head(Int4Array.element, len(sized)) + b"".join(sized))


def int8s(values: Sequence[int]) -> Int8Array:
    sized = [_INT8.pack(8, value) for value in values]
    return Int8Array(_head(Int8Array.element, len(sized)) + b"".join(sized))


def texts(values: Iterable[str]) -> TextArray:
    parts = [value.encode() for value in values]
    return TextArray(_head(TextArray.element, len(parts)) + _sized(parts))


def byteas(values: Sequence[bytes]) -> ByteaArray:
    return ByteaArray(_head(ByteaArray.element, len(values)) + _sized(values))


def _head(element: int, length: int) -> bytes:
    return _HEAD.pack(1, 0, element, length, 1) if length else _HEAD.pack(0, 0, element, 0, 1)[:12]


def _sized(parts: Sequence[bytes]) -> bytes:
    return b"".join([piece for part in parts for piece in (_SIZE.pack(len(part)), part)])
