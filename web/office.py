"""Who is acting: the officer signed in, the office he sits in, and the desk that gives him.

One request has one officer, one office and one moment. Nothing here is asked of another body.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, TypeVar, cast
from uuid import UUID

from flask import Flask, current_app, g, has_request_context, request

from domain.desk import Desk
from domain.item import Item, Particulars
from domain.officer import Authority, Role
from web import words
from web.register import Account, Accounts, Register

T = TypeVar("T")

OVER_ALL_UNITS = frozenset(
    {
        Role.PPID_UTAMA,
        Role.KETUA_PPID,
        Role.ATASAN_PPID,
        Role.PIMPINAN,
        Role.TIM_PERTIMBANGAN,
    }
)
"""Offices that decide on the items of every unit they are appointed for."""

WITHIN_A_UNIT = frozenset({Role.PPID_PEMBANTU, Role.PETUGAS_PPID})
"""Offices that know what is closed only where they are appointed for that very unit."""

READ_ONLY = frozenset({Role.AUDITOR, Role.ADMIN})
"""Offices that decide on no item. The Admin changes the settings: that is for the desk to say."""


@dataclass(frozen=True)
class Office:
    """One of the offices an officer may act in today."""

    role: str
    authorities: tuple[Authority, ...]

    @property
    def title(self) -> str:
        """With Plt or Plh where it is only lent to him."""
        acting = next((a.acting for a in self.authorities if a.acting), None)
        is_own = any(a.acting is None for a in self.authorities)
        return (
            words.role(self.role) if is_own or not acting else f"{acting} {words.role(self.role)}"
        )

    @property
    def is_read_only(self) -> bool:
        return self.role in READ_ONLY

    def covers(self, unit: str) -> bool:
        return any(authority.covers(unit) for authority in self.authorities)

    def may_know(self, unit: str) -> bool:
        """Whether what is closed about items of *unit* may be shown. Unless said so here: no."""
        if self.role in OVER_ALL_UNITS:
            return self.covers(unit)
        if self.role in WITHIN_A_UNIT:
            return unit != "" and any(authority.unit == unit for authority in self.authorities)
        return False


@dataclass
class Seat:
    """The officer of this request, in one office of one body, at one moment."""

    register: Register
    account: Account
    role: str
    at: datetime
    only: frozenset[str] | None = None  # offices left to him here; None: all he holds

    @cached_property
    def desk(self) -> Desk:
        """For reading and asking; an act gets a desk of its own (`acting`)."""
        desk = self.register.desk(self.account.officer_id, self.role, at=self.at)
        return desk.knowing(self.kept(("desk", self.account.officer_id), lambda: desk.known))

    @cached_property
    def _place(self) -> tuple[Any, ...]:
        return self.register.still.place()

    def kept(self, question: Hashable, ask: Callable[[], T]) -> T:
        """An answer that was found before and holds still; whoever acts asks anew.

        *question* holds all that the answer follows from, but for what the register records.
        """
        if not has_request_context() or request.method not in ("GET", "HEAD"):
            return ask()
        return self.register.still.kept(self._place, question, ask)

    @property
    def turn_of(self) -> tuple[Hashable, ...]:
        """On what it depends what this office may do and see, besides the register."""
        return self.account.officer_id, self.role, self.only, self.desk.today

    def acting(self, *, on: date | None, cause: str) -> Desk:
        return self.register.desk(
            self.account.officer_id, self.role, at=self.at, on=on, cause=cause
        )

    @cached_property
    def offices(self) -> Mapping[str, Office]:
        """What he may act in today, the higher office first."""
        today: dict[str, list[Authority]] = {}
        for authority in self.desk.officer.may_act(self.desk.today):
            if self.only is not None and authority.role not in self.only:
                continue
            today.setdefault(authority.role, []).append(authority)
        ranks = {role: rank for rank, role in enumerate(Role)}
        return {
            role: Office(role, tuple(today[role]))
            for role in sorted(today, key=lambda r: ranks.get(Role(r), 99))
        }

    @property
    def office(self) -> Office:
        return self.offices.get(self.role) or Office(self.role, ())

    @property
    def units(self) -> tuple[str, ...] | None:
        """The units of which he may see anything at all; None: of all.

        Only an auditor may be appointed for some units alone.
        """
        appointed = {authority.unit for authority in self.office.authorities}
        if self.role != Role.AUDITOR or "" in appointed:
            return None
        return tuple(sorted(appointed))

    def sees(self, unit: str) -> bool:
        """Whether he may know that a thing of *unit* exists."""
        return self.units is None or unit in self.units

    def note_reading(self, what: str, subject_id: UUID | None = None, detail: str = "") -> None:
        """Write down that this officer is being shown something not meant for everybody."""
        self.register.readings.note(
            by=self.account.officer_id,
            as_role=self.role,
            what=what,
            at=self.at,
            subject_id=subject_id,
            detail=detail,
        )

    def may_know(self, item: Item) -> bool:
        return bool(item.particulars) and self.office.may_know(
            cast("Particulars", item.particulars).unit
        )


def seat() -> Seat:
    return cast("Seat", g.seat)


def now() -> datetime:
    """The moment of this request, read once."""
    return cast("datetime", g.at)


@dataclass(frozen=True)
class World:
    """Everything handed to `create_app`."""

    registers: Mapping[str, Register]
    accounts: Accounts
    clock: Callable[[], datetime]

    def install(self, app: Flask) -> None:
        app.extensions["sidik"] = self
        app.before_request(self._look_at_the_clock)

    def _look_at_the_clock(self) -> None:
        g.at = self.clock()


def world() -> World:
    return cast("World", current_app.extensions["sidik"])
