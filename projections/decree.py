"""Decrees and drafts: what was put together, agreed to, signed, amended or replaced."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from domain import decree
from domain.decree import Effect, Stage
from domain.history import Stamp
from projections import Folded, table, worklist

DECREE = table("decree", "id")


@dataclass(slots=True)
class Row:
    id: UUID
    version: int = 0
    position: int = 0
    recorded_at: datetime = datetime(1, 1, 1, tzinfo=UTC)
    latest_on: date = date.min
    since: datetime = datetime(1, 1, 1, tzinfo=UTC)
    stage: str = Stage.UNKNOWN.value
    title: str = ""
    unit: str = ""
    items: list[UUID] = field(default_factory=list)
    returned: str = ""
    number: str = ""
    place: str = ""
    dated: date | None = None
    official: str = ""
    official_position: str = ""
    lines: list[dict[str, Any]] = field(default_factory=list)
    supersedes: UUID | None = None
    effect: str | None = None
    superseded_by: list[dict[str, str]] = field(default_factory=list)


def drafted(row: Row, fact: decree.Drafted, stamp: Stamp) -> None:
    row.title, row.unit, row.items = fact.title, fact.unit, list(fact.items)
    _stage(row, Stage.DRAFT, stamp)


def lines_changed(row: Row, fact: decree.LinesChanged, stamp: Stamp) -> None:
    row.items = list(fact.items)
    _stage(row, Stage.DRAFT, stamp)


def draft_approved(row: Row, fact: decree.DraftApproved, stamp: Stamp) -> None:
    _stage(row, Stage.APPROVED, stamp)


def draft_returned(row: Row, fact: decree.DraftReturned, stamp: Stamp) -> None:
    _stage(row, Stage.DRAFT, stamp)
    row.returned = fact.reason


def issued(row: Row, fact: decree.Issued, stamp: Stamp) -> None:
    row.number, row.place, row.dated, row.unit = fact.number, fact.place, fact.dated, fact.unit
    row.official, row.official_position = fact.official.name, fact.official.position
    row.lines = [
        {
            "item": str(line.item),
            "version": line.version,
            "title": line.title,
            "grounds": [str(ground) for ground in line.grounds],
            "period": line.period.words,
            "ends_on": line.ends_on.isoformat() if line.ends_on else None,
        }
        for line in fact.lines
    ]
    row.items = [line.item for line in fact.lines]
    row.supersedes = fact.supersedes
    row.effect = str(fact.effect) if fact.effect else None
    _stage(row, Stage.ISSUED, stamp)


def superseded(row: Row, fact: decree.Superseded, stamp: Stamp) -> None:
    by = {"by": str(fact.by), "number": fact.number, "effect": str(fact.effect)}
    row.superseded_by = [*row.superseded_by, by]
    gone = fact.effect == Effect.REPLACES or row.stage == Stage.REPLACED
    _stage(row, Stage.REPLACED if gone else Stage.AMENDED, stamp)


def _stage(row: Row, stage: Stage, stamp: Stamp) -> None:
    row.stage, row.since, row.returned = stage.value, stamp.at, ""


HANDLERS: dict[type, Callable[..., None]] = {
    decree.Drafted: drafted,
    decree.LinesChanged: lines_changed,
    decree.DraftApproved: draft_approved,
    decree.DraftReturned: draft_returned,
    decree.Issued: issued,
    decree.Superseded: superseded,
}

NEEDS: dict[type, tuple[str, ...]] = {
    decree.Drafted: ("title", "unit", "items"),
    decree.LinesChanged: ("items",),
    decree.DraftReturned: ("reason",),
    decree.Issued: (
        "number",
        "place",
        "dated",
        "official.name",
        "official.position",
        "unit",
        "lines.item",
        "lines.version",
        "lines.title",
        "lines.grounds",
        "lines.period.words",
        "lines.ends_on",
        "supersedes",
        "effect",
    ),
    decree.Superseded: ("by", "number", "effect"),
}

DECREES = Folded(DECREE, Row, HANDLERS, NEEDS, follows=((worklist.WORKLIST, worklist.of_decree),))
