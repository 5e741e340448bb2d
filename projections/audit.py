"""The audit trail: a fact as one row, without its content."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from domain import item
from domain.history import TAGS
from projections import Values, table

AUDIT = table("audit", "position")

OPENED = TAGS[item.Declassified]
OVERRIDDEN = TAGS[item.GateOverridden]
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
    if tag == OVERRIDDEN:
        flags = [*flags, "override"]
    elif tag == OPENED and stored.fact.duty_missed:
        flags = [*flags, "duty-missed"]
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
