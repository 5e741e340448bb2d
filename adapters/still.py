"""Answers that hold as long as a register stands still.

Where it stands is one short question: how far its ledger and its read models have come, and which
tables they are. An answer that follows from that and from what was asked is given again while it
stands there, and forgotten as soon as anything is recorded. It can never be older than the place
it is kept under, for the place is read first.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeAlias, TypeVar

from psycopg.sql import SQL, Identifier, Literal

from adapters.database import Database
from adapters.trouble import in_plain_words

T = TypeVar("T")

Place: TypeAlias = tuple[Any, ...]

KEPT_MAX = 1000  # answers of one register, each a few numbers or what an officer is

PLACE = """
SELECT (SELECT max(notification_id) FROM {register}.ledger_events), position,
       to_regclass({ledger})::oid::int8, to_regclass({tally})::oid::int8
  FROM {register}.bookmark
"""
"""A register dropped and made anew has another ledger, read models rebuilt have other tables."""


class Still:
    """Safe to share between threads; holds no connection of its own."""

    def __init__(self, database: Database, code: str) -> None:
        schema = database.register_schema(code)
        self._database = database
        self._place = (
            SQL(PLACE)
            .format(
                register=Identifier(schema),
                ledger=Literal(f"{schema}.ledger_events"),
                tally=Literal(f"{schema}.tally"),
            )
            .as_bytes()
        )
        self._at: Place = ()
        self._answers: dict[Hashable, Any] = {}
        self._mutex = Lock()

    def place(self) -> Place:
        """Where the register stands now."""
        with in_plain_words(), self._database.pool.connection() as connection:
            found = connection.execute(self._place, prepare=True, binary=True).fetchone()
        return found or ()

    def forget(self) -> None:
        """For whoever changes a read model by hand, where no place tells of it."""
        with self._mutex:
            self._answers = {}

    def kept(self, place: Place, question: Hashable, ask: Callable[[], T]) -> T:
        """The answer to *question*, which holds all it depends on but the register itself."""
        with self._mutex:
            if place == self._at and question in self._answers:
                known: T = self._answers[question]
                return known
        answer = ask()
        with self._mutex:
            if place != self._at or len(self._answers) >= KEPT_MAX:
                self._at, self._answers = place, {}
            self._answers[question] = answer
        return answer
