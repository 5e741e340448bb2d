"""Questions put in an address: as of which day, known at which time, after which row."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from marshmallow import ValidationError

from domain.calendar import Schedule, working_days_after
from domain.ground import HURUF
from domain.item import Status
from web.fields import FORBIDDEN, YEAR_MAX, YEAR_MIN
from web.language import _
from web.register import Register, Rows

PAGE = 50
PAGE_MAX = 200
QUERY_MAX = 200
WITHIN_MAX = 750  # working days, about three years
SORTS = ("title", "end")
GROUND = re.compile(rf"[{HURUF}](\.[1-9]\d?)?")
STATUSES = tuple(s.value for s in Status if s is not Status.UNKNOWN)


@dataclass(frozen=True)
class Question:
    """What is asked of the list."""

    query: str = ""
    status: str = ""
    unit: str = ""
    ground: str = ""  # "h" or "h.3"
    year: int | None = None  # of the determination
    held: bool = False
    within: int | None = None  # working days until it ends
    sort: str = "title"
    as_of: date | None = None
    known_at: datetime | None = None
    after: tuple[Any, ...] | None = None
    limit: int = PAGE

    @property
    def is_past(self) -> bool:
        return self.as_of is not None or self.known_at is not None

    @property
    def is_by_end(self) -> bool:
        """Only of the list as it is now; in the past it is read by title."""
        return self.sort == "end" and not self.is_past


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
        ground=part("ground", _ground, ""),
        year=part("year", _year, None),
        held=part("held", _flag, False),
        within=part("within", _within, None),
        sort=part("sort", _sort, "title"),
        as_of=part("as_of", day, None),
        known_at=part("known_at", lambda words: moment(words, zone), None),
        after=part("after", _cursor, None),
        limit=part("limit", _limit, PAGE),
    )
    if found.after is not None and (found.after[-1] == END) != found.is_by_end:
        faults["after"] = [no_place()]
    if faults:
        raise ValidationError(faults)
    return found


def conditions(asked: Question, schedule: Schedule, today: date) -> dict[str, Any]:
    """What is asked, in the words of `Views.list`."""
    ends = None
    if asked.within is not None:
        last = working_days_after(schedule, today, asked.within, rule="", basis="").due
        ends = (today, last)
    return {
        "status": asked.status or None,
        "unit": asked.unit or None,
        "grounds": [asked.ground] if asked.ground else (),
        "year": asked.year,
        "held": asked.held,
        "ends": ends,
        "query": asked.query or None,
    }


def answered(
    register: Register, asked: Question, *, units: Sequence[str] | None = None, **more: Any
) -> tuple[Rows, str]:
    """A page of the list, and the cursor of the next ("": there is none).

    *units* are all the asker may see; *more* is what else is asked (`conditions`).
    """
    wanted = {
        "status": asked.status or None,
        "unit": asked.unit or None,
        "query": asked.query or None,
        **more,
    }
    by_end = asked.is_by_end
    rows = register.views.list(
        asked.as_of,
        asked.known_at,
        sort="end" if by_end else "title",
        units=units,
        after=asked.after,
        limit=asked.limit + 1,
        **wanted,
    )
    shown = rows[: asked.limit]
    return shown, cursor(shown[-1], by_end=by_end) if rows[asked.limit :] else ""


# Where a page ends

END = "end"


def cursor(row: Mapping[str, Any], *, by_end: bool = False) -> str:
    """Where the next page begins; opaque to whoever holds it."""
    if by_end:
        return sealed(row["ends_on"], row["id"], END)
    rank = [row["rank"]] if row.get("rank") else []
    return sealed(row["sort_key"], row["id"], *rank)


def sealed(*place: Any) -> str:
    parts = [str(part) if isinstance(part, date | UUID) else part for part in place]
    words = json.dumps(parts, separators=(",", ":"))
    return base64.urlsafe_b64encode(words.encode()).decode().rstrip("=")


def unsealed(words: str) -> Any:
    """What a cursor holds; it may be anything that JSON can say."""
    try:
        padded = words + "=" * (-len(words) % 4)
        return json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        raise ValueError(no_place()) from None


def _cursor(words: str) -> tuple[Any, ...]:
    match unsealed(words):
        case [str(sort_key), str(row_id)] if not FORBIDDEN.search(sort_key):
            return sort_key, placed(row_id, UUID)
        case [str(sort_key), str(row_id), 1] if not FORBIDDEN.search(sort_key):
            return sort_key, placed(row_id, UUID), 1
        case [ends_on, str(row_id), "end"]:
            return placed(ends_on, date.fromisoformat), placed(row_id, UUID), END
    raise ValueError(no_place())


def shelf_cursor(row: Mapping[str, Any]) -> str:
    return sealed(row["ends_on"], row["review_on"], row["id"])


def place_on_shelf(words: str) -> tuple[date | None, date | None, UUID] | None:
    """Where to go on in the archive; an address that cannot be read begins anew."""
    try:
        match unsealed(words) if words else None:
            case [ends_on, review_on, str(row_id)]:
                read = date.fromisoformat
                return placed(ends_on, read), placed(review_on, read), placed(row_id, UUID)
    except ValueError:
        pass
    return None


def placed(part: Any, read: Callable[[str], Any]) -> Any:
    """One part of a cursor; what is not there stays so."""
    try:
        return None if part is None else read(part)
    except (ValueError, TypeError, AttributeError):
        raise ValueError(no_place()) from None


def no_place() -> str:
    return _("Penunjuk halaman ini tidak sah; mulai lagi dari halaman pertama.")


# Words of an address


def day(words: str) -> date:
    said = _("Tanggal harus ditulis seperti 2026-03-02.")
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
        raise ValueError(_("Waktu harus ditulis seperti 2026-03-02T08:30.")) from None
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))


def _status(words: str) -> str:
    return _one_of(words, STATUSES, _("Status harus salah satu dari: %(all)s."))


def _sort(words: str) -> str:
    return _one_of(words, SORTS, _("Urutan harus salah satu dari: %(all)s."))


def _one_of(words: str, allowed: Sequence[str], said: str) -> str:
    if words not in allowed:
        raise ValueError(said % {"all": ", ".join(allowed)})
    return words


def _query(words: str) -> str:
    if len(words) > QUERY_MAX or FORBIDDEN.search(words):
        said = _("Kata pencarian paling panjang %(n)s karakter yang dapat dibaca.", n=QUERY_MAX)
        raise ValueError(said)
    return words


def _ground(words: str) -> str:
    found = words.lower()
    if not GROUND.fullmatch(found):
        raise ValueError(_("Dasar harus ditulis seperti h atau h.3, menurut huruf Pasal 17."))
    return found


def _flag(words: str) -> bool:
    if words not in ("ya", "tidak"):
        raise ValueError(_("Jawablah dengan ya atau tidak."))
    return words == "ya"


def _year(words: str) -> int:
    return _whole(words, YEAR_MIN, YEAR_MAX, _("Tahun harus antara %(least)s dan %(most)s."))


def _within(words: str) -> int:
    said = _("Banyaknya hari kerja harus antara %(least)s dan %(most)s.")
    return _whole(words, 1, WITHIN_MAX, said)


def _limit(words: str) -> int:
    return _whole(words, 1, PAGE_MAX, _("Banyaknya baris harus antara %(least)s dan %(most)s."))


def _whole(words: str, least: int, most: int, said: str) -> int:
    is_number = words.isascii() and words.isdecimal() and len(words) <= 6
    if not is_number or not least <= int(words) <= most:
        raise ValueError(said % {"least": least, "most": most})
    return int(words)
