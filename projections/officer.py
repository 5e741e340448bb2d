"""Officers and their roles, with the dates between which they hold them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from domain import officer
from domain.history import Stamp
from projections import Folded, table

OFFICER = table("officer", "id")


@dataclass(slots=True)
class Row:
    id: UUID
    version: int = 0
    position: int = 0
    recorded_at: datetime = datetime(1, 1, 1, tzinfo=UTC)
    latest_on: date = date.min
    name: str = ""
    post: str = ""
    unit: str = ""
    authorities: list[dict[str, Any]] = field(default_factory=list)


def appointed(row: Row, fact: officer.Appointed, stamp: Stamp) -> None:
    row.name, row.post, row.unit = fact.name, fact.position, fact.unit


def granted(row: Row, fact: officer.RoleGranted | officer.DelegationGiven, stamp: Stamp) -> None:
    given = fact.authority
    authority = {
        "role": given.role,
        "unit": given.unit,
        "decree_no": given.decree_no,
        "since": given.since.isoformat(),
        "until": given.until.isoformat() if given.until else None,
        "acting": str(given.acting) if given.acting else None,
        "principal": given.principal,
    }
    row.authorities = [*row.authorities, authority]


def role_ended(row: Row, fact: officer.RoleEnded, stamp: Stamp) -> None:
    ended = (fact.decree_no, fact.role, fact.unit)
    row.authorities = [
        {**a, "until": fact.last_on.isoformat()}
        if (a["decree_no"], a["role"], a["unit"]) == ended
        else a
        for a in row.authorities
    ]


def delegation_ended(row: Row, fact: officer.DelegationEnded, stamp: Stamp) -> None:
    row.authorities = [
        {**a, "until": fact.last_on.isoformat()}
        if a["acting"] and a["decree_no"] == fact.decree_no
        else a
        for a in row.authorities
    ]


HANDLERS: dict[type, Callable[..., None]] = {
    officer.Appointed: appointed,
    officer.RoleGranted: granted,
    officer.RoleEnded: role_ended,
    officer.DelegationGiven: granted,
    officer.DelegationEnded: delegation_ended,
}

NEEDS: dict[type, tuple[str, ...]] = {
    officer.Appointed: ("name", "position", "unit"),
    officer.RoleGranted: ("authority",),
    officer.RoleEnded: ("role", "unit", "decree_no", "last_on"),
    officer.DelegationGiven: ("authority",),
    officer.DelegationEnded: ("decree_no", "last_on"),
}

OFFICERS = Folded(OFFICER, Row, HANDLERS, NEEDS)
