"""Values as PostgreSQL keeps them in memory, for COPY of very many rows.

psycopg has no binary form for an array whose type is given beforehand, and its own for dates
and moments are slow.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from struct import pack
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg import Cursor
from psycopg.adapt import Dumper
from psycopg.pq import Format

TEXT, TEXTS, UUIDS, UUID_OID, DATE, TIMESTAMPTZ = 25, 1009, 2951, 2950, 1082, 1184
FIRST_DAY = date(2000, 1, 1).toordinal()
FIRST_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
FIRST_IN_ZONE = datetime(2000, 1, 1, tzinfo=ZoneInfo("UTC"))  # as psycopg reads moments


def use_binary(cursor: Cursor[Any]) -> None:
    """Let COPY on this cursor write arrays, and write dates quickly."""
    for kind, dumper in ((list, Texts), (list, Uuids), (date, Date), (datetime, Moment)):
        cursor.adapters.register_dumper(kind, dumper)


class Texts(Dumper):
    format = Format.BINARY
    oid = TEXTS

    def dump(self, obj: Any) -> bytes:
        return texts_bytes(tuple(obj))


class Uuids(Dumper):
    format = Format.BINARY
    oid = UUIDS

    def dump(self, obj: list[UUID]) -> bytes:
        return _array(UUID_OID, [each.bytes for each in obj])


class Date(Dumper):
    format = Format.BINARY
    oid = DATE

    def dump(self, obj: Any) -> bytes:
        return pack("!i", days_since(obj))


class Moment(Dumper):
    format = Format.BINARY
    oid = TIMESTAMPTZ

    def dump(self, obj: Any) -> bytes:
        return pack("!q", microseconds_since(obj))


def _array(oid: int, elements: list[bytes]) -> bytes:
    if not elements:
        return pack("!iiI", 0, 0, oid)
    head = pack("!iiIii", 1, 0, oid, len(elements), 1)
    return head + b"".join(pack("!i", len(each)) + each for each in elements)


@lru_cache(maxsize=10_000)
def texts_bytes(words: tuple[str, ...]) -> bytes:
    return _array(TEXT, [word.encode() for word in words])


def days_since(day: date) -> int:
    """What PostgreSQL keeps of a date."""
    return day.toordinal() - FIRST_DAY


def microseconds_since(moment: datetime) -> int:
    """What PostgreSQL keeps of a moment; subtracting within one zone object is much quicker."""
    since = moment - (FIRST_MOMENT if moment.tzinfo is UTC else FIRST_IN_ZONE)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
