"""Decisions that are awaited, whoever may take them.

What an item awaits follows from its row in the list; the names are those of
`domain.procedure.DECISIONS`, by which the SOP says whose turn it is. A row holds all that a page
shows of it, so that a page of tasks asks for nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from domain import pledge
from domain.decree import Stage
from domain.item import Status
from projections import Values, table

WORKLIST = table("worklist", "id", "decision")


def awaited(row: Any) -> Iterator[tuple[str, date | None]]:
    """The decisions an item awaits, and by when where there is a day."""
    match row.status:
        case Status.TAKEN_OVER:
            yield "confirm", None
        case Status.PROPOSED:
            yield "test_consequence", None
        case Status.TESTED:
            if not row.opinions:
                yield "consider", None
            yield "approve", None
        case Status.APPROVED:
            yield "determine", None
        case Status.REJECTED:
            yield "revise", None
        case Status.EXEMPT:
            yield from _awaited_while_exempt(row)


def _awaited_while_exempt(row: Any) -> Iterator[tuple[str, date | None]]:
    if row.soft_place is None:
        yield "archive", None
    if not row.channels:
        yield "upload", None
    if row.awaits_event:
        yield "record_event", row.review_on
    if row.opening_approved is not None:
        yield "declassify", row.ends_on
    elif row.fresh_test:
        yield ("determine" if row.approved else "approve"), row.ends_on
    elif row.raised is not None and row.raised == row.ends_on:
        yield "approve_opening", row.ends_on
    elif row.raised is not None:
        yield "review", row.raised


def of_item(row: Any) -> Iterator[Values]:
    shown = (row.status, list(row.grounds), row.decree_no, row.ends_on)
    for decision, due_on in awaited(row):
        yield row.id, decision, "item", row.unit, row.title, row.since, due_on, *shown


def of_decree(row: Any) -> Iterator[Values]:
    match row.stage:
        case Stage.DRAFT:
            decision = "draft_decree" if row.returned else "approve"
        case Stage.APPROVED:
            decision = "determine"
        case _:
            return
    shown: Values = (row.stage, [], row.number, None)
    yield row.id, decision, "decree", row.unit, row.title, row.since, None, *shown


def of_pledge(row: Any) -> Iterator[Values]:
    decision = PLEDGE_AWAITS.get(row.status)
    if decision:
        title = row.draft_title or row.title
        shown: Values = (row.status, [], row.number, None)
        yield row.id, decision, "pledge", row.unit, title, row.since, None, *shown


PLEDGE_AWAITS: dict[str, str] = {
    pledge.Status.DRAFTED: "determine",
    pledge.Status.RETURNED: "draft",
    pledge.Status.DETERMINED: "announce",
}
