"""What anybody may read of a register, asked of its read models."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row
from psycopg.sql import SQL, Identifier

from adapters.trouble import in_plain_words
from adapters.views import Answer, Views
from projections.dik_history import DIK_HISTORY, STILL
from projections.published import NEWS, PUBLISHED

Moment = tuple[date, datetime | int | None]
"""A day, and as it was known when: at a time, at a position, or (None) now."""


@dataclass(frozen=True)
class Published:
    """Holds nothing of its own; safe to share between threads."""

    views: Views

    def touched(
        self, first: Moment, last: Moment, *, after: UUID | None = None, limit: int = 500
    ) -> list[UUID]:
        """Items that may read differently at two moments, in the order of their ids."""
        values = {
            "first_on": first[0],
            "last_on": last[0],
            "first_position": self._position(first[1]),
            "last_position": self._position(last[1]),
            "after": after or UUID(int=0),
            "limit": limit,
        }
        return [row["id"] for row in self._ask("touched", values)]

    def states(self, ids: list[UUID], moment: Moment) -> Answer:
        """Those of *ids* that were published at a moment, as they read then."""
        on, known_at = moment
        return self._ask("states", {"ids": ids, "on": on, "position": self._position(known_at)})

    def news(self, limit: int = 100) -> Answer:
        """The latest facts that may have changed what the public reads: id and version."""
        return self._ask("news", {"tags": list(NEWS), "limit": limit})

    def figures(self, on: date) -> dict[str, Any]:
        """How much is closed, for how long, and how much was opened, as of today."""
        values = {"on": on}
        (whole,) = self._ask("figures", values)
        parts = ("by_huruf", "by_unit", "openings")
        return {**whole, **{name: self._ask(name, values) for name in parts}}

    def _position(self, known_at: datetime | int | None) -> int:
        match known_at:
            case None:
                return STILL - 1
            case int():
                return known_at
            case datetime():
                return self.views.ledger.position_at(known_at)

    def _ask(self, question: str, values: dict[str, Any]) -> Answer:
        query = self.views.taking.sql(
            PUBLISHED[question],
            columns=SQL(", ").join(map(Identifier, DIK_HISTORY.columns)),
        )
        with (
            in_plain_words(),
            self.views.database.pool.connection() as connection,
            connection.cursor(row_factory=dict_row) as cursor,
        ):
            return cursor.execute(query, values, binary=True).fetchall()
