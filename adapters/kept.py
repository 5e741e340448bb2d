"""One table of a read model: the statements by which its rows are written, put together once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from psycopg.pq import PipelineStatus
from psycopg.sql import SQL, Identifier
from psycopg.types.json import Jsonb

from adapters.binary import use_binary
from adapters.database import Connection
from projections import Table, Values


class Kept:
    """*fields* are the columns that are read back to fold on, in the order a row takes them."""

    def __init__(self, schema: str, table: Table, fields: Sequence[str] = ()) -> None:
        names = {
            "fields": SQL(", ").join(map(Identifier, fields or table.key)),
            "table": Identifier(schema, table.name),
            "columns": SQL(", ").join(map(Identifier, table.columns)),
            "values": SQL(", ").join(SQL("%s::" + kind) for kind in table.columns.values()),
        }

        def statement(text: str) -> bytes:
            return SQL(text).format(**names).as_bytes()

        self._kinds = list(table.columns.values())
        self._select = statement("SELECT {fields} FROM {table} WHERE id = ANY(%b)")
        self._delete = statement("DELETE FROM {table} WHERE id = ANY(%b)")
        self._insert = statement("INSERT INTO {table} ({columns}) VALUES ({values})")
        self._copy = statement("COPY {table} ({columns}) FROM STDIN (FORMAT BINARY)")
        self._copy_frozen = statement("COPY {table} ({columns}) FROM STDIN (FORMAT BINARY, FREEZE)")
        self.analyze = statement("ANALYZE {table}")

    def load(self, connection: Connection, ids: Sequence[UUID]) -> list[Values]:
        """The fields of these subjects' rows."""
        if not ids:
            return []
        return connection.execute(self._select, (ids,), binary=True, prepare=True).fetchall()

    def delete(self, connection: Connection, ids: Sequence[UUID]) -> None:
        """Remove all rows of these subjects."""
        if ids:
            connection.execute(self._delete, (ids,), prepare=True)

    def write(
        self, connection: Connection, rows: Iterable[Values], *, freeze: bool = False
    ) -> None:
        """Add *rows* by COPY; within a pipeline, where COPY may not be, one by one.

        Rows may be written as if they were old (*freeze*) where the table is of this transaction.
        """
        rows = iter(rows)
        first = next(rows, None)
        if first is None:
            return
        if connection.pgconn.pipeline_status != PipelineStatus.OFF:
            for row in (first, *rows):
                connection.execute(self._insert, self._wrapped(row), prepare=True)
            return
        cursor = connection.cursor()
        use_binary(cursor)
        with cursor.copy(self._copy_frozen if freeze else self._copy) as copy:
            copy.set_types(self._kinds)
            write = copy.write_row
            write(first)
            for row in rows:
                write(row)

    def write_packed(self, connection: Connection, packed: Iterable[bytes]) -> None:
        """Add rows that are in the form of COPY already, to a table of this transaction."""
        with connection.cursor().copy(self._copy_frozen) as copy:
            for part in packed:
                copy.write(part)

    def _wrapped(self, row: Values) -> Values:
        pairs = zip(self._kinds, row, strict=True)
        return tuple(Jsonb(value) if kind == "jsonb" else value for kind, value in pairs)
