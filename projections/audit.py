"""The audit trail: a fact as one row, without its content."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from domain import item
from domain.history import TAGS
from projections import Values, table

AUDIT = table("audit", "position")

FLAGGED: dict[str, Callable[[Any], list[str]]] = {
    TAGS[item.GateOverridden]: lambda fact: ["override"],
    TAGS[item.Declassified]: lambda fact: ["duty-missed"] if fact.duty_missed else [],
}
NEEDS: dict[type, tuple[str, ...]] = {item.Declassified: ("duty_missed",)}

NOTHING: list[str] = []
OUTSIDE_SOP = ["outside-sop"]  # shared by all rows that say so


def entry(
    position: int, id: UUID, version: int, tag: str, recorded_at: datetime, stored: Any
) -> Values:
    """One fact as the auditor lists it."""
    sop = stored.procedure
    if sop is None:
        pinned: Values = ("", "", "", None, None)
        flags = NOTHING
    else:
        pinned = (sop.key, sop.number, sop.revision, sop.step, sop.in_force)
        flags = NOTHING if sop.in_force else OUTSIDE_SOP
    if tag in FLAGGED:
        flags = [*flags, *FLAGGED[tag](stored.fact)]
    return (
        position,
        id,
        tag[: tag.index(".")],
        version,
        tag,
        recorded_at,
        stored.at,
        stored.on,
        stored.by,
        stored.as_role,
        stored.principal,
        stored.delegation,
        *pinned,
        stored.cause,
        flags,
    )
