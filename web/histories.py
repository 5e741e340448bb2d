"""A history as a reader follows it: what happened, when it was recorded, who did it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.calendar import local_date
from domain.history import Recorded
from web import words
from web.office import Seat

Entry = dict[str, Any]


def recorded_times(
    here: Seat, subject_id: UUID, history: Sequence[Recorded[Any]]
) -> list[datetime]:
    """When each fact was recorded; of one the trail has not come to yet, when it was decided."""
    noted = {
        row["version"]: row["recorded_at"] for row in here.register.views.history_of(subject_id)
    }
    return [noted.get(one.originator_version, one.at) for one in history]


def timeline(here: Seat, subject_id: UUID, history: Sequence[Recorded[Any]]) -> list[Entry]:
    """Fact by fact, latest first."""
    times = recorded_times(here, subject_id, history)
    return list(told(here, zip(reversed(history), reversed(times), strict=True)))


def told(here: Seat, entries: Iterable[tuple[Recorded[Any], datetime]]) -> Iterator[Entry]:
    zone = here.desk.body.zone
    for one, at in entries:
        yield {
            "version": one.originator_version,
            "title": words.FACTS.get(words.tag(one.fact), words.tag(one.fact)),
            "lines": list(words.told(one.fact)),
            "at": at,
            "on": one.on,
            "is_backdated": one.on < local_date(one.at, zone),
            "by": one.by,
            "role": one.as_role,
            "principal": one.principal,
            "delegation": one.delegation,
            "procedure": one.procedure,
        }
