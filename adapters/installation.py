"""What all bodies of one installation share in the schema `sidik`: first of all, accounts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from adapters.database import INSTALLATION, Database
from adapters.trouble import in_plain_words


class AccountTrouble(Exception):
    """Why an account cannot be made or changed: one sentence, in Indonesian."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    login: str
    officer_id: str
    body: str


class Installation:
    """Asked in one statement at a time; ``{s}`` is the schema. Safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def _rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        with in_plain_words(), self.database.pool.connection() as connection:
            cursor = connection.execute(query.replace("{s}", INSTALLATION).encode(), values)
            return cursor.fetchall() if cursor.description else []


def sha256(secret: str) -> bytes:
    """For secrets that are random and long; a password needs more."""
    return hashlib.sha256(secret.encode()).digest()
