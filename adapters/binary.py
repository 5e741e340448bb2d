"""Values as PostgreSQL keeps them in memory, for COPY of very many rows.

psycopg has no binary form for an array whose type is given beforehand, and makes each date and
moment afresh; in a read model the same ones come again and again.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from struct import pack
from typing import Any
from uuid import UUID

from psycopg import Cursor
from psycopg.adapt import Dumper
from psycopg.pq import Format

TEXT, TEXTS, UUIDS, UUID_OID, DATE, TIMESTAMPTZ = 25, 1009, 2951, 2950, 1082, 1184
FIRST_DAY = date(2000, 1, 1).toordinal()
FIRST_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
NO_ELEMENTS = pack("!iiI", 0, 0, TEXT)


def use_binary(cursor: Cursor[Any]) -> None:
    """Let COPY on this cursor write arrays, and write dates quickly."""
    for kind, dumper in ((list, Texts), (list, Uuids), (date, Date), (datetime, Moment)):
        cursor.adapters.register_dumper(kind, dumper)


class Texts(Dumper):
    format = Format.BINARY
    oid = TEXTS

    def dump(self, obj: Any) -> bytes:
        return _texts(tuple(obj)) if obj else NO_ELEMENTS


class Uuids(Dumper):
    format = Format.BINARY
    oid = UUIDS

    def dump(self, obj: list[UUID]) -> bytes:
        return _array(UUID_OID, [each.bytes for each in obj])


class Date(Dumper):
    format = Format.BINARY
    oid = DATE

    def dump(self, obj: Any) -> bytes:
        return _date(obj)


class Moment(Dumper):
    format = Format.BINARY
    oid = TIMESTAMPTZ

    def dump(self, obj: Any) -> bytes:
        return _moment(obj)


def _array(oid: int, elements: list[bytes]) -> bytes:
    if not elements:
        return pack("!iiI", 0, 0, oid)
    head = pack("!iiIii", 1, 0, oid, len(elements), 1)
    return head + b"".join(pack("!i", len(each)) + each for each in elements)


@lru_cache(maxsize=10_000)
def _texts(words: tuple[str, ...]) -> bytes:
    return _array(TEXT, [word.encode() for word in words])


@lru_cache(maxsize=20_000)
def _date(day: date) -> bytes:
    return pack("!i", day.toordinal() - FIRST_DAY)


@lru_cache(maxsize=1_000)
def _moment(moment: datetime) -> bytes:
    since = moment - FIRST_MOMENT
    return pack("!q", (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds)
