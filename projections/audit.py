"""The audit trail: a fact as one row, without its content."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain import item
from domain.history import TAGS, Pin
from projections import Values, table

AUDIT = table("audit", "position")

FLAGGED: dict[str, Callable[[Any], list[str]]] = {
    TAGS[item.GateOverridden]: lambda fact: ["override"],
    TAGS[item.Declassified]: lambda fact: ["duty-missed"] if fact.duty_missed else [],
}
NEEDS: dict[type, tuple[str, ...]] = {item.Declassified: ("duty_missed",)}


BACKDATED = "backdated"
"""Takes effect before the local day on which it was decided; it follows from the body's zone."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is asked of the trail; whatever is left out, anything will do."""

    by: str | None = None
    role: str | None = None
    kind: str | None = None
    tag: str | None = None
    unit: str | None = None
    flag: str | None = None  # outside-sop, override, duty-missed, or BACKDATED
    recorded_from: datetime | None = None
    recorded_before: datetime | None = None
    effective_from: date | None = None
    effective_to: date | None = None  # inclusive
    subject: UUID | None = None
    sop: str | None = None
    cause: str | None = None
    units: tuple[str, ...] | None = None  # all that the asker may see


def entry(
    position: int,
    id: UUID,
    version: int,
    tag: str,
    recorded_at: datetime,
    stored: Any,
    unit: str = "",
) -> Values:
    """One fact as the auditor lists it: what is its own, then what it has in common.

    *unit* is that of the subject once the fact is known.
    """
    own = (position, id, version, recorded_at, stored.at, stored.on, stored.cause)
    return own + common(*companions(tag, stored, unit))


def companions(tag: str, stored: Any, unit: str = "") -> Values:
    """What decides all that many facts have in common; equal for equal rows of `common`."""
    flags = tuple(FLAGGED[tag](stored.fact)) if tag in FLAGGED else ()
    who = (stored.by, stored.as_role, stored.principal, stored.delegation)
    return (tag, *who, stored.procedure, unit, flags)


def common(
    tag: str,
    by: str,
    as_role: str,
    principal: str,
    delegation: str,
    sop: Pin | None,
    unit: str,
    flags: tuple[str, ...],
) -> Values:
    """The columns that many rows share: what kind of fact it is, and by what right."""
    kind = tag[: tag.index(".")]
    if sop is None:
        pinned: Values = ("", "", "", None, None)
    else:
        pinned = (sop.key, sop.number, sop.revision, sop.step, sop.in_force)
        flags = flags if sop.in_force else ("outside-sop", *flags)
    return (kind, tag, by, as_role, principal, delegation, *pinned, unit, list(flags))
