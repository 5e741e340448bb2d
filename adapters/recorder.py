"""How facts are appended: one statement, one round trip, many savers at a time.

The stock recorder of `eventsourcing` is replaced where it writes: it stops for ever, its lock
held, on an event of half a megabyte or a save of some thousands, and it retries where the
outcome is unknown. Saves that meet are sent as one transaction by `GroupAppend`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any, Final, cast
from uuid import UUID

import psycopg
from eventsourcing.persistence import BaseInfrastructureFactory, IntegrityError, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore, PostgresFactory
from eventsourcing.utils import Environment
from psycopg.rows import DictRow, dict_row, tuple_row
from psycopg.sql import SQL, Composed, Identifier

from adapters.arrays import byteas, int4s, int8s, texts, uuids
from adapters.database import Connection, Database
from adapters.trouble import explained, in_plain_words
from domain.history import Contended, OutcomeUnknown

TABLE: Final = "ledger_events"
SAVES_MAX = 256  # in one transaction
BYTES_MAX = 4 * 1024 * 1024  # beyond this a transaction takes no further saves

Row = tuple[UUID, int, str, bytes]
"""Whose history, which place in it, tag, bytes."""

Noted = tuple[int, UUID, int, str, bytes, datetime]
"""Position, whose history, which place in it, tag, bytes, recorded at."""

BULK_ROWS = 2000  # in one statement
TAKEN = "another fact has taken this place in the history"


@dataclass(slots=True, eq=False)
class Save:
    """Events to be recorded together, and what became of them."""

    events: Sequence[StoredEvent]
    outcome: range | Exception | None = None  # positions, or why there are none
    leads: bool = False
    called: Lock = field(default_factory=Lock)  # held while its thread has to wait

    def result(self) -> range:
        if isinstance(self.outcome, Exception):
            raise self.outcome
        assert self.outcome is not None
        return self.outcome


class GroupAppend:
    """Gathers the saves of many threads into few transactions.

    Whoever comes first leads: it sends its own save at once, and with it all that wait.
    Those that come meanwhile wait for the next round, which the first of them leads. A lone
    writer therefore never waits for another thread, and nobody serves others for long.
    """

    def __init__(self, send: Callable[[Sequence[Save]], None]) -> None:
        self._send = send
        self._waiting: deque[Save] = deque()
        self._is_led = False
        self._mutex = Lock()

    def append(self, events: Sequence[StoredEvent]) -> range:
        """The positions of *events*, once they are safely there."""
        save = Save(events)
        with self._mutex:
            self._waiting.append(save)
            save.leads, self._is_led = not self._is_led, True
            if not save.leads:
                save.called.acquire()
        if not save.leads:
            self._await_call(save)
        if save.outcome is None:
            self._lead()
        return save.result()

    def _await_call(self, save: Save) -> None:
        """Wait until *save* is recorded or is to lead; being interrupted leaves the queue."""
        try:
            save.called.acquire()
        except BaseException:
            with self._mutex:
                if save in self._waiting:
                    self._waiting.remove(save)
                    if save.leads:
                        self._hand_on()
            raise

    def _lead(self) -> None:
        with self._mutex:
            group = self._next_group()
        try:
            self._send(group)
        finally:
            with self._mutex:
                self._hand_on()
            for save in group:
                if save.outcome is None:  # only where this very thread was interrupted
                    save.outcome = OutcomeUnknown("interrupted while recording")
            for save in group[1:]:
                save.called.release()

    def _hand_on(self) -> None:
        self._is_led = bool(self._waiting)
        if self._waiting:
            self._waiting[0].leads = True
            self._waiting[0].called.release()

    def _next_group(self) -> list[Save]:
        """The first in the queue, and who may go with it: of one history only one save."""
        if len(self._waiting) == 1:
            return [self._waiting.popleft()]
        group: list[Save] = []
        left: list[Save] = []
        claimed: set[Any] = set()
        size = 0
        while self._waiting and len(group) < SAVES_MAX and size < BYTES_MAX:
            save = self._waiting.popleft()
            ids = {event.originator_id for event in save.events}
            if claimed.isdisjoint(ids):
                group.append(save)
                size += sum(len(event.state) for event in save.events)
            else:
                left.append(save)
            claimed |= ids
        self._waiting.extendleft(reversed(left))
        return group


class RegisterDatastore(PostgresDatastore):
    """One register, seen through the connections that all registers share."""

    def __init__(self, database: Database, code: str) -> None:
        super().__init__("", "", "", "", "", schema=database.register_schema(code))
        self.database = database

    def register_type_adapters(self) -> None:
        """There are none: what is sent are plain arrays."""

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A shared connection; failing to get one means that nothing was done."""
        with in_plain_words():
            connection = self.database.pool.getconn()
        try:
            yield connection
        finally:
            self.database.pool.putconn(connection)

    @contextmanager
    def get_connection(self) -> Iterator[psycopg.Connection[DictRow]]:
        """The same in the shape that inherited queries expect."""
        with self.connection() as shared:
            connection: Any = shared
            connection.row_factory = dict_row
            try:
                with in_plain_words():
                    yield connection
            finally:
                connection.row_factory = tuple_row

    def close(self) -> None:
        """The connections belong to the database, which outlives us."""


class LedgerRecorder(PostgresApplicationRecorder):
    """Writes and reads `ledger_events`; its schema is made by our migrations."""

    datastore: RegisterDatastore

    def __init__(self, datastore: RegisterDatastore, *, events_table_name: str = TABLE) -> None:
        super().__init__(datastore, events_table_name=events_table_name)
        self._group = GroupAppend(self._send)
        names = {"schema": Identifier(datastore.schema), "table": Identifier(events_table_name)}

        def statement(text: str) -> Composed:
            return SQL(text).format(**names)

        self._append = statement("SELECT {schema}.ledger_append(%b, %b, %b, %b, %b)")
        of_subject = (
            "SELECT originator_id, originator_version, topic, state FROM {schema}.{table}"
            " WHERE originator_id = {which} ORDER BY originator_id, originator_version"
        )
        self._select = statement(of_subject.replace("{which}", "%b"))
        self._select_many = statement(of_subject.replace("{which}", "ANY(%b)"))
        self._select_since = statement(
            "SELECT originator_id, originator_version, topic, state FROM {schema}.{table}"
            " WHERE originator_id = %b AND originator_version >= %b ORDER BY originator_version"
        )
        self._select_many_since = statement(
            "SELECT originator_id, originator_version, topic, state"
            " FROM unnest(%b::uuid[], %b::int8[]) AS wanted (id, since) JOIN {schema}.{table}"
            " ON originator_id = id AND originator_version >= since"
            " ORDER BY originator_id, originator_version"
        )
        in_order = (
            "SELECT notification_id, originator_id, originator_version, topic, state, recorded_at"
            " FROM {schema}.{table} WHERE notification_id > %b "
        )
        self._page = statement(in_order + "ORDER BY notification_id LIMIT %b")
        self.stream_statement = statement(
            in_order + "AND notification_id <= %b ORDER BY notification_id"
        )
        self._position_at = statement("SELECT {schema}.ledger_position_at(%b)")

    def create_table(self) -> None:
        """Not ours to do: see `adapters/sql/register`."""

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """Record all of these or none.

        Raises `IntegrityError` where a place in a history is taken already, `Contended` where
        others held the ledger too long, `OutcomeUnknown` where the connection was lost.
        """
        return self._group.append(stored_events) if stored_events else None

    def _send(self, group: Sequence[Save]) -> None:
        """Settle every save of *group*, in one transaction if at all possible."""
        try:
            last, taken = self._execute(group)
        except psycopg.Error as error:
            if len(group) == 1:
                group[0].outcome = error
            # Something in one save is unacceptable, and the server took none: ask one by one.
            else:
                for save in group:
                    self._send([save])
            return
        except Exception as error:
            for save in group:
                save.outcome = error if save is group[0] else type(error)(*error.args)
            return
        for number, save in enumerate(group):
            if number in taken:
                save.outcome = IntegrityError(TAKEN)
            else:
                save.outcome = range(last + 1, last + 1 + len(save.events))
                last += len(save.events)

    def _execute(self, group: Sequence[Save]) -> tuple[int, Sequence[int]]:
        """The position before those now written, and the numbers of the saves left out."""
        rows = [
            (cast("UUID", event.originator_id), event.originator_version, event.topic, event.state)
            for save in group
            for event in save.events
        ]
        numbers = [number for number, save in enumerate(group) for _ in save.events]
        with self.datastore.connection() as connection, _recording(connection):
            last, *taken = self._call(connection, rows, numbers)
        return last, taken

    def _call(self, connection: Connection, rows: Sequence[Row], saves: list[int]) -> list[int]:
        answer = connection.execute(
            self._append,
            (
                uuids([row[0] for row in rows]),
                int8s([row[1] for row in rows]),
                texts([row[2] for row in rows]),
                byteas([row[3] for row in rows]),
                int4s(saves),
            ),
            prepare=True,
            binary=True,
        ).fetchone()
        assert answer is not None
        return cast("list[int]", answer[0])

    def bulk_append(self, rows: Iterable[Row]) -> range:
        """Record very many events in one transaction, as fast as the server can take them.

        All or nothing, like a single save; other writers of this register wait meanwhile.
        """
        with (
            self.datastore.connection() as connection,
            _recording(connection),
            connection.transaction(),
        ):
            (before,) = self._call(connection, (), [])  # takes the turn, and keeps it
            after = before
            for some in _in_parts(rows):
                self._call(connection, some, [0] * len(some))
                after += len(some)
        return range(before + 1, after + 1)

    def history(self, originator_id: UUID) -> list[Row]:
        """All that is kept of one history, in order."""
        return self._read(self._select, originator_id)

    def histories(self, originator_ids: Sequence[UUID]) -> list[Row]:
        """The same of several, one after the other, in a single query."""
        return self._read(self._select_many, list(originator_ids))

    def since(self, wanted: Mapping[UUID, int]) -> list[Row]:
        """Of each history what lies at a place and after it, history by history."""
        if len(wanted) == 1:
            return self._read(self._select_since, *next(iter(wanted.items())))
        return self._read(self._select_many_since, list(wanted), list(wanted.values()))

    def select_events(self, originator_id: UUID | str, **bounds: Any) -> Sequence[StoredEvent]:
        """As the library asks for it; bounded questions are left to its own statement."""
        if any(bounds.values()) or not isinstance(originator_id, UUID):
            return list(super().select_events(originator_id, **bounds))
        return [StoredEvent(*row) for row in self.history(originator_id)]

    def page(self, after: int, limit: int) -> list[Noted]:
        return self._read(self._page, after, limit)

    def head(self) -> int:
        return self.max_notification_id() or 0

    def position_at(self, instant: datetime) -> int:
        ((position,),) = self._read(self._position_at, instant)
        return int(position)

    def _read(self, query: Composed, *parameters: object) -> list[Any]:
        with self.datastore.connection() as connection, in_plain_words():
            return connection.execute(query, parameters, prepare=True, binary=True).fetchall()


def _in_parts(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """No more at a time than a statement should carry."""
    part: list[Row] = []
    size = 0
    for row in rows:
        part.append(row)
        size += len(row[3])
        if len(part) == BULK_ROWS or size >= BYTES_MAX:
            yield part
            part, size = [], 0
    if part:
        yield part


@contextmanager
def _recording(connection: Connection) -> Iterator[None]:
    """Errors as what they mean for what was being recorded; others say that it was unfit."""
    try:
        yield
    except psycopg.Error as error:
        if connection.closed:
            raise OutcomeUnknown("the connection was lost while recording") from error
        match error:
            case psycopg.errors.UniqueViolation():
                raise IntegrityError(TAKEN) from error
            case psycopg.errors.LockNotAvailable():
                raise Contended("another writer held the ledger for too long") from error
            case psycopg.OperationalError():
                raise explained(error) from error
        raise


class RegisterFactory(PostgresFactory):
    """What `eventsourcing` builds an application from, for one register."""

    application_recorder_class: type[PostgresApplicationRecorder] = LedgerRecorder

    def __init__(self, env: Environment, database: Database, code: str) -> None:
        BaseInfrastructureFactory.__init__(self, env)
        self.datastore = RegisterDatastore(database, code)

    def env_create_table(self) -> bool:
        """Never: the migrations do."""
        return False
