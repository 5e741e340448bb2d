"""What officers have typed and not yet sent, kept for a month; nobody else ever reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg.sql import SQL, Identifier
from psycopg.types.json import Jsonb

from adapters.database import Database
from adapters.trouble import in_plain_words

KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Draft:
    typed: Mapping[str, Sequence[str]]
    version: int
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Drafts:
    """The drafts of one register. Safe to share between threads."""

    database: Database
    code: str

    def keep(
        self,
        officer_id: str,
        form: str,
        typed: Mapping[str, Sequence[str]],
        *,
        version: int,
        token: str,
        at: datetime,
    ) -> None:
        """Keep what was typed, unless that very form has been done already."""
        self._ask("DELETE FROM {draft} WHERE saved_at < %(too_old)s", too_old=at - KEPT)
        self._ask(
            "INSERT INTO {draft} AS kept (officer_id, form, typed, version, token, saved_at)"
            " VALUES (%(officer)s, %(form)s, %(typed)s, %(version)s, %(token)s, %(at)s)"
            " ON CONFLICT (officer_id, form) DO UPDATE"
            " SET (typed, version, token, saved_at) ="
            " (excluded.typed, excluded.version, excluded.token, excluded.saved_at)"
            " WHERE kept.typed IS NOT NULL OR kept.token <> excluded.token",
            officer=officer_id,
            form=form,
            typed=Jsonb({name: list(values) for name, values in typed.items()}),
            version=version,
            token=token,
            at=at,
        )

    def find(self, officer_id: str, form: str, *, at: datetime) -> Draft | None:
        rows = self._ask(
            "SELECT typed, version, saved_at FROM {draft}"
            " WHERE officer_id = %(officer)s AND form = %(form)s"
            " AND typed IS NOT NULL AND saved_at >= %(too_old)s",
            officer=officer_id,
            form=form,
            too_old=at - KEPT,
        )
        return Draft(*rows[0]) if rows else None

    def done(self, officer_id: str, form: str, *, token: str, at: datetime) -> None:
        """The act was done: forget what was typed, and let no copy on its way bring it back."""
        self._ask(
            "INSERT INTO {draft} (officer_id, form, typed, version, token, saved_at)"
            " VALUES (%(officer)s, %(form)s, NULL, 0, %(token)s, %(at)s)"
            " ON CONFLICT (officer_id, form) DO UPDATE"
            " SET (typed, token, saved_at) = (NULL, excluded.token, excluded.saved_at)",
            officer=officer_id,
            form=form,
            token=token,
            at=at,
        )

    def discard(self, officer_id: str, form: str) -> None:
        self._ask(
            "DELETE FROM {draft} WHERE officer_id = %(officer)s AND form = %(form)s",
            officer=officer_id,
            form=form,
        )

    def _ask(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        table = Identifier(self.database.register_schema(self.code), "draft")
        with in_plain_words(), self.database.pool.connection() as connection:
            cursor = connection.execute(SQL(query).format(draft=table), values)
            return cursor.fetchall() if cursor.description else []
