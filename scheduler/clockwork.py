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
from domain.body import Body, Policy
from domain.calendar import Calendar, Schedule, changed_since
from domain.desk import schedule_of
from domain.history import SYSTEM, Ledger, Receipt, Recorded, Stamp
from domain.item import Call, Item, ReviewRaised, notice_before

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


class Publications(Protocol):
    """Snapshots of the published list, see `adapters.publications`."""

    def take(self, *, on: date, at: datetime) -> Sequence[Recorded[Any]]:
        """Record the list as it stands, unless it reads as in the latest snapshot."""


class Register(Protocol):
    """What the clock needs of a register."""

    @property
    def code(self) -> str: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def views(self) -> Agenda: ...
    @property
    def publications(self) -> Publications: ...


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing to do about an item, and the day the law asks it for."""

    item: UUID
    kind: str  # "lapse", "notice", "review", "event", as in `projections.due`
    on: date


def tick(register: Register, *, on: date, at: datetime) -> list[Recorded[Any]]:
    """Perform every duty due up to *on*, in the order of their days; what was recorded.

    *at* is the true time. A fact takes effect on the day the law sets, also where the machine
    was off that day. Doing it again records nothing.
    """
    known = register.ledger.recall(body, body.ID).state
    recorded = list(_recompute_notices(register, known, on, at))
    register.views.catch_up()
    for duty in duties(register.views.due(on)):
        recorded += _perform(register.ledger, duty, known.policy, on, at).facts
    if recorded:
        register.views.catch_up()
    return recorded


def duties(rows: Iterable[Due]) -> list[Duty]:
    """What to do, in the order of the days it is due.

    An item whose period has ended is opened and no more: to call the officer now is too late.
    """
    found = [Duty(row["id"], row["kind"], row["due_on"]) for row in rows]
    ended = {duty.item for duty in found if duty.kind == "lapse"}
    kept = (duty for duty in found if duty.kind == "lapse" or duty.item not in ended)
    return sorted(kept, key=attrgetter("on", "item", "kind"))


def _perform(ledger: Ledger, duty: Duty, policy: Policy, today: date, at: datetime) -> Receipt:
    if duty.kind == "lapse":
        return ledger.amend(
            item, duty.item, lambda known: item.lapse(known, on=duty.on), _stamp(duty.on, at)
        )
    if duty.kind == "event":  # one question now, however many were missed
        day = today
    else:
        day = min(max(duty.on, _rests_on(ledger.recall(item, duty.item).state)), today)
    return ledger.amend(
        item, duty.item, lambda known: _call(known, duty, day, policy), _stamp(day, at)
    )


def _call(known: Item, duty: Duty, day: date, policy: Policy) -> list[item.Fact]:
    """Of all that the officer is to be called for, what this duty is about."""
    calls = item.raise_review(known, on=day, event_months=policy.event_asked_months)
    return [
        call
        for call in calls
        if isinstance(call, ReviewRaised) and (call.why == Call.EVENT) == (duty.kind == "event")
    ]


def _rests_on(known: Item) -> date:
    """No notice is older than what it follows from: a short period begins within its last days."""
    days = [known.determination.on] if known.determination else []
    if known.event:
        days.append(known.event.happened_on)
    return max(days, default=date.min)


def _recompute_notices(
    register: Register, opened: Body, on: date, at: datetime
) -> Iterator[Recorded[Any]]:
    """Count again what was counted over a day that has become free, or working, since."""
    known = register.ledger.recall(calendar, calendar.ID).state
    days = [day for day in changed_days(known) if day >= on]
    if not days:
        return
    schedule = schedule_of(opened, known)
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
