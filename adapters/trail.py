"""Rows of the audit trail as COPY takes them, for very many facts at once.

Most of a row it has in common with many others (`projections.audit.common`); that part is put
into PostgreSQL's own form once and remembered.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from struct import Struct
from typing import Any
from uuid import UUID

from adapters.binary import days_since, microseconds_since, texts_bytes
from projections.audit import AUDIT, common, companions

HEAD = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
TAIL = b"\xff\xff"
NULL = b"\xff\xff\xff\xff"
REMEMBERED = 10_000  # about a kilobyte each

# Number of columns; position, id, version, recorded_at, at, on_date and the length of cause,
# each with its length before it.
OWN = Struct("!h iq i16s iq iq iq ii i")
SHORT, LONG, FLAG = Struct("!ii"), Struct("!i"), Struct("!i?")


def packed(
    position: int,
    id: UUID,
    version: int,
    tag: str,
    recorded_at: datetime,
    stored: Any,
    unit: str = "",
) -> bytes:
    """The row that `projections.audit.entry` makes of the same fact, in the form of COPY BINARY."""
    cause = stored.cause.encode()
    own = OWN.pack(
        len(AUDIT.columns),
        8,
        position,
        16,
        id.bytes,
        8,
        version,
        8,
        microseconds_since(recorded_at),
        8,
        microseconds_since(stored.at),
        4,
        days_since(stored.on),
        len(cause),
    )
    return b"".join((own, cause, _common(companions(tag, stored, unit))))


@lru_cache(REMEMBERED)
def _common(shared: tuple[Any, ...]) -> bytes:
    return b"".join(map(_field, common(*shared)))


def _field(value: Any) -> bytes:
    match value:
        case None:
            return NULL
        case bool():
            return FLAG.pack(1, value)
        case int():  # sop_step, an int4
            return SHORT.pack(4, value)
        case str():
            data = value.encode()
        case _:
            data = texts_bytes(tuple(value))
    return LONG.pack(len(data)) + data
