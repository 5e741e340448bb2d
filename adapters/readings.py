"""Who read what is not for everybody: noted when it is shown, only ever added to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row
from psycopg.sql import SQL, Identifier

from adapters.database import Database
from adapters.trouble import in_plain_words


@dataclass(frozen=True, slots=True)
class Readings:
    """The readings of one register. Safe to share between threads."""

    database: Database
    code: str

    def note(
        self,
        *,
        by: str,
        as_role: str,
        what: str,
        at: datetime,
        subject_id: UUID | None = None,
        detail: str = "",
    ) -> None:
        """Note that an officer is being shown something."""
        self._ask(
            "INSERT INTO {reading} (at, by_id, as_role, what, subject_id, detail)"
            " VALUES (%(at)s, %(by)s, %(as_role)s, %(what)s, %(subject_id)s, %(detail)s)",
            by=by,
            as_role=as_role,
            what=what,
            at=at,
            subject_id=subject_id,
            detail=detail,
        )

    def page(
        self,
        *,
        by: str | None = None,
        what: str | None = None,
        subject_id: UUID | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> list[dict[str, Any]]:
        """Readings, the latest first; *before* is the number of the last one seen."""
        return self._ask(
            "SELECT number, at, by_id, as_role, what, subject_id, detail FROM {reading}"
            " WHERE (%(by)s::text IS NULL OR by_id = %(by)s)"
            " AND (%(what)s::text IS NULL OR what = %(what)s)"
            " AND (%(subject_id)s::uuid IS NULL OR subject_id = %(subject_id)s)"
            " AND (%(before)s::int8 IS NULL OR number < %(before)s)"
            " ORDER BY number DESC LIMIT %(limit)s",
            by=by,
            what=what,
            subject_id=subject_id,
            before=before,
            limit=limit,
        )

    def _ask(self, query: str, **values: Any) -> list[dict[str, Any]]:
        table = Identifier(self.database.register_schema(self.code), "reading")
        with (
            in_plain_words(),
            self.database.pool.connection() as connection,
            connection.cursor(row_factory=dict_row) as cursor,
        ):
            cursor.execute(SQL(query).format(reading=table), values)
            return cursor.fetchall() if cursor.description else []
