"""What the figures of a register are counted from, kept narrow so that a million are counted soon.

A figure is a count of rows; the page that explains it lists the very rows it counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from domain.item import Status
from projections import Values, table

OUTLOOK = table("outlook", "id")


def of_item(row: Any) -> Iterator[Values]:
    first = row.first_determined_on
    lapsed = row.status == Status.OPEN and row.duty_missed
    if first is None or not (lapsed or row.status == Status.EXEMPT):
        return
    huruf = "".join(sorted({ground[0] for ground in row.grounds}))
    ends_on = row.opened_on if lapsed else row.ends_on
    reviewed = _reviewed(row, first)
    yield (
        row.id,
        row.unit,
        lapsed,
        huruf,
        first,
        row.determined_on,
        ends_on,
        row.review_on,
        reviewed,
    )


def _reviewed(row: Any, first: date) -> bool:
    """Whether anybody looked at it again. A review sets the next one beyond the first year."""
    if row.tested_on is not None and row.tested_on > first:
        return True
    return row.review_on is not None and row.review_on > _a_year_after(row.determined_on)


def _a_year_after(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year + 1, month=3, day=1)
