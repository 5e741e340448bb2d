"""Questions put in an address: as of which day, known at which time, after which row."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from marshmallow import ValidationError

from domain.item import Status
from web.fields import FORBIDDEN, YEAR_MAX, YEAR_MIN
from web.register import Register, Rows

PAGE = 50
PAGE_MAX = 200
QUERY_MAX = 200
STATUSES = tuple(s.value for s in Status if s is not Status.UNKNOWN)


@dataclass(frozen=True)
class Question:
    """What is asked of the list."""

    query: str = ""
    status: str = ""
    unit: str = ""
    as_of: date | None = None
    known_at: datetime | None = None
    after: tuple[str, UUID] | None = None
    limit: int = PAGE

    @property
    def is_past(self) -> bool:
        return self.as_of is not None or self.known_at is not None


def question(args: Mapping[str, str], zone: str) -> Question:
    """Read a question; every part that cannot be read is named at once."""
    faults: dict[str, list[str]] = {}

    def part(name: str, read: Any, default: Any) -> Any:
        words = args.get(name, "").strip()
        if not words:
            return default
        try:
            return read(words)
        except ValueError as error:
            faults[name] = [str(error)]
            return default

    found = Question(
        query=part("q", _query, ""),
        status=part("status", _status, ""),
        unit=part("unit", _query, ""),
        as_of=part("as_of", day, None),
        known_at=part("known_at", lambda words: moment(words, zone), None),
        after=part("after", _cursor, None),
        limit=part("limit", _limit, PAGE),
    )
    if faults:
        raise ValidationError(faults)
    return found


def answered(register: Register, asked: Question) -> tuple[Rows, str]:
    """A page of the list, and the cursor of the next ("": there is none)."""
    rows = register.views.list(
        asked.as_of,
        asked.known_at,
        status=asked.status or None,
        unit=asked.unit or None,
        query=asked.query or None,
        after=asked.after,
        limit=asked.limit + 1,
    )
    shown = rows[: asked.limit]
    return shown, cursor(shown[-1]) if rows[asked.limit :] else ""


def cursor(row: Mapping[str, Any]) -> str:
    """Where the next page begins; opaque to whoever holds it."""
    words = json.dumps([row["sort_key"], str(row["id"])], separators=(",", ":"))
    return base64.urlsafe_b64encode(words.encode()).decode().rstrip("=")


def _cursor(words: str) -> tuple[str, UUID]:
    try:
        padded = words + "=" * (-len(words) % 4)
        sort_key, row_id = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if not isinstance(sort_key, str) or FORBIDDEN.search(sort_key):
            raise ValueError
        return sort_key, UUID(row_id)
    except (ValueError, TypeError, AttributeError, binascii.Error):
        raise ValueError(
            "Penunjuk halaman ini tidak sah; mulai lagi dari halaman pertama."
        ) from None


def day(words: str) -> date:
    said = "Tanggal harus ditulis seperti 2026-03-02."
    try:
        found = date.fromisoformat(words) if len(words) == 10 else None
    except ValueError:
        found = None
    if found is None or not YEAR_MIN <= found.year <= YEAR_MAX:
        raise ValueError(said)
    return found


def moment(words: str, zone: str) -> datetime:
    """A moment; without an offset it is local time of the body."""
    try:
        found = datetime.fromisoformat(words.replace(" ", "+"))
        if not YEAR_MIN <= found.year <= YEAR_MAX:
            raise ValueError
    except ValueError:
        raise ValueError("Waktu harus ditulis seperti 2026-03-02T08:30.") from None
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))


def _status(words: str) -> str:
    if words not in STATUSES:
        raise ValueError("Status harus salah satu dari: " + ", ".join(STATUSES) + ".")
    return words


def _query(words: str) -> str:
    if len(words) > QUERY_MAX or FORBIDDEN.search(words):
        raise ValueError(f"Kata pencarian paling panjang {QUERY_MAX} karakter yang dapat dibaca.")
    return words


def _limit(words: str) -> int:
    if not (words.isascii() and words.isdecimal()) or not 1 <= int(words[:6]) <= PAGE_MAX:
        raise ValueError(f"Banyaknya baris harus antara 1 dan {PAGE_MAX}.")
    return int(words)
