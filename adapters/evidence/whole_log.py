"""A whole log as the database keeps it, read once from end to end in one snapshot.

Everything is read as it is stored, and nothing is computed there: what a database would say of its
own soundness proves nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from hashlib import sha256
from typing import Any, LiteralString, cast

from psycopg import IsolationLevel

from adapters.codec import Unreadable, to_recorded
from adapters.database import Connection, Database
from adapters.evidence.replay import Origin, Row, Stored, Subtree
from adapters.trouble import in_plain_words
from domain import log

ROWS = 500  # fetched at a time

ORIGINS = "SELECT origin, since FROM log_origin ORDER BY number"

FACTS = """
SELECT notification_id, originator_id::text, originator_version, topic,
       timestamptz_send(recorded_at), state, salt, leaf
  FROM ledger_events LEFT JOIN log_leaf ON position = notification_id
 ORDER BY notification_id"""

LONE_LEAVES = """
SELECT position, leaf FROM log_leaf WHERE position > %s AND (position < %s) IS NOT false"""

CHECKPOINTS = """
SELECT size, origin, note,
       ARRAY(SELECT line FROM log_cosignature AS seen
              WHERE seen.size = signed.size AND seen.origin = signed.origin
              ORDER BY received_at, witness)
  FROM log_checkpoint AS signed
 ORDER BY size"""

SUBTREES = """
SELECT level::int4, number, hash FROM log_subtree
 WHERE level BETWEEN 1 AND 7
 ORDER BY (number + 1) << (8 * level), level"""

LAST_HEADS = """
SELECT notification_id FROM ledger_events
 WHERE originator_id = %s AND topic = 'log.heads'
 ORDER BY originator_version DESC LIMIT 1"""

HEAD_NODES = "SELECT path, hash FROM log_head_node ORDER BY path"

CONTINUED = """
SELECT state FROM ledger_events WHERE originator_id = %s AND topic = 'log.continued'"""


class StoredLog:
    """The log of one register at one moment; a `WholeLog`."""

    def __init__(self, connections: Sequence[Connection]) -> None:
        self._idle, *self._connections = connections

    @classmethod
    @contextmanager
    def open(cls, database: Database, code: str) -> Iterator[StoredLog]:
        """With as many connections as are read from at a time, all seeing the same."""
        with (
            in_plain_words(),
            closing(_reading(database, code)) as one,
            closing(_reading(database, code)) as two,
            closing(_reading(database, code)) as three,
            closing(_reading(database, code)) as four,
        ):
            ((snapshot,),) = one.execute("SELECT pg_export_snapshot()").fetchall()
            for other in (two, three, four):
                other.execute(f"SET TRANSACTION SNAPSHOT '{snapshot}'".encode())
            yield cls((one, two, three, four))

    def origins(self) -> Sequence[Origin]:
        return [Origin(*row) for row in self._ask(ORIGINS)]

    def rows(self) -> Iterator[Row]:
        return cast("Iterator[Row]", self._stream(0, FACTS))

    def lone_leaves(self, after: int, before: int | None = None) -> Mapping[int, bytes]:
        return dict(self._ask(LONE_LEAVES, after, before))

    def checkpoints(self) -> Iterator[Stored]:
        for size, origin, note, lines in self._stream(1, CHECKPOINTS):
            yield Stored(size=size, origin=origin, note=note, lines=lines)

    def subtrees(self) -> Iterator[Subtree]:
        for level, number, hash_ in self._stream(2, SUBTREES):
            yield Subtree(level=level, number=number, hash=hash_)

    def last_heads(self) -> int:
        return sum(position for (position,) in self._ask(LAST_HEADS, log.ID))

    def head_nodes(self) -> Iterator[tuple[str, bytes]]:
        return cast("Iterator[tuple[str, bytes]]", self._stream(0, HEAD_NODES))

    def continued(self) -> Sequence[tuple[str, int]]:
        return [
            found for (state,) in self._ask(CONTINUED, log.ID) if (found := gone_on_from(state))
        ]

    def tokens(self) -> Collection[str]:
        return {sha256(token).hexdigest() for (token,) in self._ask("SELECT token FROM log_stamp")}

    def facts(self) -> int:
        """How many there are, so that progress can be told."""
        ((last,),) = self._ask("SELECT coalesce(max(notification_id), 0) FROM ledger_events")
        return int(last)

    def _ask(self, query: LiteralString, *values: object) -> list[tuple[Any, ...]]:
        with in_plain_words():
            return self._idle.execute(query, values, binary=True).fetchall()

    def _stream(self, which: int, query: LiteralString) -> Iterator[tuple[Any, ...]]:
        with in_plain_words(), self._connections[which].cursor() as cursor:
            yield from cursor.stream(query, binary=True, size=ROWS)


def gone_on_from(state: bytes) -> tuple[str, int] | None:
    """What a `log.continued` goes on from; who checks the log judges by the fact in its place."""
    try:
        fact = to_recorded(log.ID, 1, "log.continued", state).fact
    except Unreadable:
        return None
    return fact.origin, fact.size


def _reading(database: Database, code: str) -> Connection:
    connection = database.connect(code, role="auditor", autocommit=False)
    connection.isolation_level = IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    # Read along the index at once; sorting first would spill the ledger to disk.
    connection.execute("SET LOCAL enable_sort = off")
    connection.execute("SET LOCAL enable_hashjoin = off")
    return connection
