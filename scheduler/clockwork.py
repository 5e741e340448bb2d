"""What the clock brings about, on one register, on one day.

What is due is asked of an index, and decided on the item itself. So a list that lags behind, a
run that is broken off or a second run at the same time can cost time but never open an item
twice, or too early: the decision finds nothing left to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any, Protocol
from uuid import UUID

from domain import body, calendar, item
from domain.calendar import Calendar, Schedule, changed_since
from domain.desk import schedule_of
from domain.history import SYSTEM, Ledger, Receipt, Recorded, Stamp
from domain.item import Item, notice_before

Due = Mapping[str, Any]
"""A row of `projections.due`."""


class Agenda(Protocol):
    """What the clock reads, see `adapters.views`."""

    def catch_up(self) -> int:
        """Take in every fact recorded so far."""

    def due(self, on: date) -> Sequence[Due]:
        """Everything with a first day up to *on*, in order."""

    def deadlines_touching(self, days: Sequence[date]) -> Sequence[Due]:
        """Notices whose working days were counted over one of these days."""


class Register(Protocol):
    """What the clock needs of a register."""

    @property
    def code(self) -> str: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def views(self) -> Agenda: ...


@dataclass(frozen=True, slots=True)
class Duty:
    """The one thing to do about an item, and the day the law asks it for."""

    item: UUID
    lapses: bool
    on: date


def tick(register: Register, *, on: date, at: datetime) -> list[Recorded[Any]]:
    """Perform every duty due up to *on*, in the order of their days; what was recorded.

    *at* is the true time. A fact takes effect on the day the law sets, also where the machine
    was off that day. Doing it again records nothing.
    """
    recorded = list(_recompute_notices(register, on, at))
    register.views.catch_up()
    for duty in duties(register.views.due(on)):
        recorded += _perform(register.ledger, duty, on, at).facts
    if recorded:
        register.views.catch_up()
    return recorded


def duties(rows: Iterable[Due]) -> list[Duty]:
    """One duty for each item, in the order of the days they are due.

    An item whose period has ended is opened; to call the officer now would come too late.
    Asking an owner about an awaited event is left to his worklist: it records nothing.
    """
    found: dict[UUID, Duty] = {}
    for row in rows:
        lapses = row["kind"] == "lapse"
        if lapses or (row["kind"] in ("notice", "review") and row["id"] not in found):
            found[row["id"]] = Duty(row["id"], lapses, row["due_on"])
    return sorted(found.values(), key=attrgetter("on", "item"))


def _perform(ledger: Ledger, duty: Duty, today: date, at: datetime) -> Receipt:
    if duty.lapses:
        return ledger.amend(
            item,
            duty.item,
            lambda known: item.lapse(known, on=duty.on),
            _stamp(duty.on, at),
        )
    known = ledger.recall(item, duty.item).state
    day = min(max(duty.on, _rests_on(known)), today)
    return ledger.amend(
        item,
        duty.item,
        lambda known: item.raise_review(known, on=day),
        _stamp(day, at),
    )


def _rests_on(known: Item) -> date:
    """No notice is older than what it follows from: a short period begins within its last days."""
    days = [known.determination.on] if known.determination else []
    if known.event:
        days.append(known.event.happened_on)
    return max(days, default=date.min)


def _recompute_notices(register: Register, on: date, at: datetime) -> Iterator[Recorded[Any]]:
    """Count again what was counted over a day that has become free, or working, since."""
    known = register.ledger.recall(calendar, calendar.ID).state
    days = [day for day in changed_days(known) if day >= on]
    if not days:
        return
    schedule = schedule_of(register.ledger.recall(body, body.ID).state, known)
    register.views.catch_up()
    moved = [row for row in register.views.deadlines_touching(days) if _moves(row, schedule)]
    for row in moved:
        receipt = register.ledger.amend(
            item,
            row["id"],
            lambda found: item.recompute_notice(found, schedule=schedule),
            _stamp(on, at),
        )
        yield from receipt.facts


def changed_days(known: Calendar) -> list[date]:
    """The days that were changed after the years were first seeded: by decree, or a new seed."""
    return sorted({*known.decreed, *changed_since(known, len(known.seeds))})


def _moves(row: Due, schedule: Schedule) -> bool:
    """Whether the count comes out on another day, so that the item need be looked at at all."""
    again = notice_before(row["window_to"], schedule)
    return again is not None and again.due != row["due_on"]


def _stamp(on: date, at: datetime) -> Stamp:
    return Stamp(at=at, on=on, by=SYSTEM, cause=f"tick-{on.isoformat()}")
