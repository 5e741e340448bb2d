"""A decree (surat penetapan klasifikasi): draft list, approval, determination, lineage.

One decree carries many items, each with its own ground and period; it is recorded together
with them or not at all. An issued decree is never changed: it is amended or replaced by another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TypeAlias, assert_never
from uuid import UUID

from domain.ground import Ground
from domain.history import Recorded, recorded_as
from domain.item import Official
from domain.period import Period


class Effect(StrEnum):
    """What a decree does to the one it names."""

    AMENDS = "amends"  # mengubah
    REPLACES = "replaces"  # mencabut dan mengganti


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the annex: the version of an item that was determined."""

    item: UUID
    version: int
    title: str
    grounds: tuple[Ground, ...]
    period: Period
    ends_on: date | None


# What can happen


@recorded_as("decree.drafted")
class Drafted:
    """A draft list was put together."""

    title: str
    unit: str
    items: tuple[UUID, ...]


@recorded_as("decree.lines_changed")
class LinesChanged:
    """Items joined or left the draft."""

    items: tuple[UUID, ...]
    reason: str


@recorded_as("decree.draft_approved")
class DraftApproved:
    """The head agreed to the whole draft."""

    items: tuple[UUID, ...]


@recorded_as("decree.draft_returned")
class DraftReturned:
    """The head sent the whole draft back."""

    reason: str


@recorded_as("decree.issued")
class Issued:
    """The decree was signed, with its annex."""

    number: str
    place: str
    dated: date
    official: Official
    body: str
    unit: str
    lines: tuple[Line, ...]
    supersedes: UUID | None = None
    effect: Effect | None = None


@recorded_as("decree.superseded")
class Superseded:
    """A later decree amended or replaced this one; it stays readable as of its time."""

    by: UUID
    number: str
    effect: Effect


Fact: TypeAlias = Drafted | LinesChanged | DraftApproved | DraftReturned | Issued | Superseded
