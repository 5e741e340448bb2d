"""Being the only one: a duty that one process at a time performs for a register.

The lock belongs to a database session, so it ends with the process that holds it, however that
process ends. It is worth nothing behind a pooler that lends one session to many clients; such a
connection is recognised and refused.
"""

from __future__ import annotations

from contextlib import suppress
from threading import RLock

import psycopg

from adapters.database import Connection, Database
from adapters.trouble import DatabaseTrouble, in_plain_words

LEADERS = 5  # class of the advisory lock; 1 to 4 belong to the ledger and its read models
PROBES = 3

_TAKE = "SELECT pg_try_advisory_lock(%s, hashtext(current_schema() || %s))"
_RELEASE = "SELECT pg_advisory_unlock(%s, hashtext(current_schema() || %s))"
_HELD = """
SELECT EXISTS (SELECT FROM pg_locks
                WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted
                  AND classid = %s AND objid = hashtext(current_schema() || %s)::oid)
"""


class Leadership:
    """One duty of one register, held for as long as its connection lives."""

    def __init__(self, database: Database, code: str, duty: str) -> None:
        self._database, self._code, self._duty = database, code, duty
        self._connection: Connection | None = None
        self._turn = RLock()

    def held(self) -> bool:
        """Whether the duty is ours now; it is taken where it is free.

        Asked before every performance, it is the heartbeat too: a session that was cut off has
        lost its lock, and another may hold it already.
        """
        with self._turn:
            if self._connection is not None:
                with suppress(psycopg.Error):
                    if self._asks(self._connection, _HELD):
                        return True
                self.resign()
            return self._take()

    def resign(self) -> None:
        """Let another have it."""
        with self._turn:
            if self._connection is not None:
                # Closing alone lets go of it only once the server has noticed.
                with suppress(psycopg.Error):
                    self._asks(self._connection, _RELEASE)
                self._connection.close()
                self._connection = None

    def _take(self) -> bool:
        connection = self._database.connect(self._code)
        try:
            with in_plain_words():
                _check_own_session(connection)
                taken = self._asks(connection, _TAKE)
        except BaseException:
            connection.close()
            raise
        if taken:
            self._connection = connection
        else:
            connection.close()
        return taken

    def _asks(self, connection: Connection, question: str) -> bool:
        row = connection.execute(question, (LEADERS, self._duty)).fetchone()
        return bool(row and row[0])


def _check_own_session(connection: Connection) -> None:
    """The session that answers must be the one that greeted us, each time."""
    greeted = connection.info.backend_pid
    for _ in range(PROBES):
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        if row is None or row[0] != greeted:
            raise DatabaseTrouble(
                "Penjadwal memerlukan sambungan langsung ke PostgreSQL, bukan melalui pooler "
                "(pgbouncer) yang berbagi sesi; arahkan SIDIK_DATABASE_URL ke peladennya."
            )
