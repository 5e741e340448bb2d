"""What the clock will ask for, item by item; see `domain.item.raise_review` and `lapse`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from domain.body import Policy
from domain.item import Status
from domain.period import Unit, later
from projections import Values, table

DUE = table("due", "id", "kind")

EVENT_ASKED_MONTHS = Policy().event_asked_months
A_DAY = timedelta(days=1)


def duties(row: Any) -> Iterator[Values]:
    """What is still to be done about an item, and on which day first."""
    if row.status != Status.EXEMPT:
        return
    noticed = row.ends_on is not None and row.raised == row.ends_on
    if row.ends_on is not None:
        yield row.id, "lapse", row.ends_on + A_DAY, None, None
        if row.notice_on is not None and not noticed:
            yield row.id, "notice", row.notice_on, row.ends_on, row.notice_calendar
    is_first = row.notice_on is None or (row.review_on and row.review_on < row.notice_on)
    if row.review_on is not None and row.raised != row.review_on and is_first and not noticed:
        yield row.id, "review", row.review_on, None, None
    asked_on = row.event_asked_on or row.determined_on
    if row.awaits_event and asked_on is not None:
        yield row.id, "event", later(asked_on, EVENT_ASKED_MONTHS, Unit.MONTHS), None, None
