"""Questions that officers keep under a name of their own; nobody else sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import dict_row
from psycopg.sql import SQL, Identifier

from adapters.database import INSTALLATION, Database
from adapters.trouble import in_plain_words

KEPT_MAX = 20  # for each officer and page


@dataclass(frozen=True, slots=True)
class SavedViews:
    """The saved views of one body's officers. Safe to share between threads."""

    database: Database
    body: str

    def all(self, officer_id: str, page: str) -> list[dict[str, Any]]:
        """By name."""
        return self._ask(
            "SELECT name, query FROM {view}"
            " WHERE body = %(body)s AND officer_id = %(officer_id)s AND page = %(page)s"
            " ORDER BY name",
            officer_id=officer_id,
            page=page,
        )

    def keep(self, officer_id: str, page: str, name: str, query: str, at: datetime) -> bool:
        """Keep one, in place of another of that name; False where there are too many already."""
        return bool(
            self._ask(
                "INSERT INTO {view} AS view (body, officer_id, page, name, query, saved_at)"
                " SELECT %(body)s, %(officer_id)s, %(page)s, %(name)s, %(query)s, %(at)s"
                "  WHERE (SELECT count(*) FROM {view} WHERE body = %(body)s AND page = %(page)s"
                "          AND officer_id = %(officer_id)s AND name <> %(name)s) < %(most)s"
                " ON CONFLICT (body, officer_id, page, name)"
                " DO UPDATE SET query = excluded.query, saved_at = excluded.saved_at RETURNING 1",
                officer_id=officer_id,
                page=page,
                name=name,
                query=query,
                at=at,
                most=KEPT_MAX,
            )
        )

    def drop(self, officer_id: str, page: str, name: str) -> None:
        self._ask(
            "DELETE FROM {view} WHERE body = %(body)s AND officer_id = %(officer_id)s"
            " AND page = %(page)s AND name = %(name)s",
            officer_id=officer_id,
            page=page,
            name=name,
        )

    def _ask(self, statement: str, /, **values: Any) -> list[dict[str, Any]]:
        table = Identifier(INSTALLATION, "saved_view")
        with (
            in_plain_words(),
            self.database.pool.connection() as connection,
            connection.cursor(row_factory=dict_row) as cursor,
        ):
            cursor.execute(SQL(statement).format(view=table), {"body": self.body, **values})
            return cursor.fetchall() if cursor.description else []
