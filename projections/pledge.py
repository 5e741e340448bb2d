"""The pledges of the body and of its units, as they stand and as they are being drafted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from domain import pledge
from domain.history import Stamp
from domain.pledge import Status
from projections import Folded, table, worklist

PLEDGE = table("pledge", "id")


@dataclass(slots=True)
class Row:
    id: UUID
    version: int = 0
    position: int = 0
    recorded_at: datetime = datetime(1, 1, 1, tzinfo=UTC)
    latest_on: date = date.min
    since: datetime = datetime(1, 1, 1, tzinfo=UTC)
    status: str = Status.UNKNOWN.value
    unit: str = ""
    draft_title: str = ""
    draft_since: datetime | None = None
    title: str = ""
    number: str = ""
    determined_on: date | None = None
    returned: str = ""
    channels: int = 0
    announced_on: date | None = None


def drafted(row: Row, fact: pledge.Drafted, stamp: Stamp) -> None:
    row.unit, row.draft_title = fact.contents.unit, fact.contents.title
    row.draft_since, row.returned = stamp.at, ""
    _status(row, Status.DRAFTED, stamp)


def returned(row: Row, fact: pledge.Returned, stamp: Stamp) -> None:
    row.returned = fact.reason
    _status(row, Status.RETURNED, stamp)


def determined(row: Row, fact: pledge.Determined, stamp: Stamp) -> None:
    row.title, row.draft_title, row.draft_since = row.draft_title, "", None
    row.number, row.determined_on, row.returned = fact.number, stamp.on, ""
    row.channels, row.announced_on = 0, None
    _status(row, Status.DETERMINED, stamp)


def announced(row: Row, fact: pledge.Announced, stamp: Stamp) -> None:
    days = [channel.on or stamp.on for channel in fact.channels]
    row.channels += len(fact.channels)
    row.announced_on = min([*days, *([row.announced_on] if row.announced_on else [])], default=None)
    _status(row, Status.ANNOUNCED, stamp)


def _status(row: Row, status: Status, stamp: Stamp) -> None:
    row.status, row.since = status.value, stamp.at


HANDLERS: dict[type, Callable[..., None]] = {
    pledge.Drafted: drafted,
    pledge.Returned: returned,
    pledge.Determined: determined,
    pledge.Announced: announced,
}

NEEDS: dict[type, tuple[str, ...]] = {
    pledge.Drafted: ("contents.unit", "contents.title"),
    pledge.Returned: ("reason",),
    pledge.Determined: ("number",),
    pledge.Announced: ("channels.on",),
}

PLEDGES = Folded(PLEDGE, Row, HANDLERS, NEEDS, follows=((worklist.WORKLIST, worklist.of_pledge),))
