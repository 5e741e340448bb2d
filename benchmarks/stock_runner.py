"""The library's own way to a read model: a projection, a transaction for each fact."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.rows import tuple_row
from psycopg.sql import SQL, Composed, Identifier

from adapters.codec import FactMapper
from adapters.database import Database
from benchmarks.floor import with_password
from domain.history import TAGS, Recorded
from projections import Values
from projections.audit import AUDIT, entry
from projections.dik import DIK, ITEMS


class StockLedger(Application[UUID]):
    """The same table of facts, read by the recorder the library brings."""

    name = "ledger"

    def construct_mapper(self) -> FactMapper:
        return FactMapper()


class RowByRow(PostgresTrackingRecorder):
    """The list and the trail, written as the library's examples write theirs."""

    def __init__(self, datastore: PostgresDatastore, **named: Any) -> None:
        super().__init__(datastore, **named)
        schema = Identifier(datastore.schema)
        for table in ("dik", "audit"):
            self.sql_create_statements.append(
                SQL("CREATE TABLE IF NOT EXISTS {s}.{new} (LIKE {s}.{old} INCLUDING ALL)").format(
                    s=schema, new=Identifier(f"stock_{table}"), old=Identifier(table)
                )
            )
        columns = list(DIK.columns)
        self._fields = list(ITEMS.row(UUID(int=0)).__slots__)
        self._select = SQL("SELECT {} FROM {}.stock_dik WHERE id = %s").format(
            _names(self._fields), schema
        )
        self._upsert = SQL(
            "INSERT INTO {s}.stock_dik ({columns}) VALUES ({values})"
            " ON CONFLICT (id) DO UPDATE SET ({columns}) = ROW({excluded})"
        ).format(
            s=schema,
            columns=_names(columns),
            values=SQL(", ").join([SQL("%s")] * len(columns)),
            excluded=SQL(", ").join(Identifier("excluded", column) for column in columns),
        )
        self._insert = SQL("INSERT INTO {}.stock_audit VALUES ({})").format(
            schema, SQL(", ").join([SQL("%s")] * len(AUDIT.columns))
        )

    def take(self, recorded: Recorded[Any], tracking: Tracking) -> None:
        tag, handle = TAGS[type(recorded.fact)], ITEMS.handlers[type(recorded.fact)]
        with self.datastore.transaction(commit=True) as cursor:
            cursor.row_factory = tuple_row  # type: ignore[assignment]
            found: Any = cursor.execute(
                self._select, (recorded.originator_id,), prepare=True
            ).fetchone()
            row = ITEMS.row(*found) if found else ITEMS.row(recorded.originator_id)
            handle(row, recorded.fact, recorded)
            row.version, row.recorded_at = recorded.originator_version, recorded.at
            row.position, row.latest_on = tracking.notification_id, recorded.on
            cursor.execute(self._upsert, DIK.values(row), prepare=True)
            values: Values = entry(
                tracking.notification_id,
                recorded.originator_id,
                recorded.originator_version,
                tag,
                recorded.at,
                recorded,
            )
            cursor.execute(self._insert, values, prepare=True)
            self._insert_tracking(cursor, tracking)


class StockProjection(Projection[RowByRow]):
    name = "stock"

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.view.take(domain_event, tracking)


def facts_per_second(database: Database, code: str, seconds: float) -> float:
    """How fast the library's runner takes facts, measured from where it last stopped."""
    where = with_password(database.access.superuser)
    env = {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(where["dbname"]),
        "POSTGRES_HOST": str(where["host"]),
        "POSTGRES_PORT": str(where.get("port") or 5432),
        "POSTGRES_USER": str(where["user"]),
        "POSTGRES_PASSWORD": str(where.get("password") or ""),
        "POSTGRES_SCHEMA": database.register_schema(code),
        "LEDGER_CREATE_TABLE": "n",
    }
    with ProjectionRunner(
        application_class=StockLedger,
        projection_class=StockProjection,
        view_class=RowByRow,
        env=env,
    ) as runner:
        before = runner.view.max_tracking_id("ledger") or 0
        start = time.perf_counter()
        runner.run_forever(timeout=seconds)
        taken = (runner.view.max_tracking_id("ledger") or 0) - before
        return taken / (time.perf_counter() - start)


def _names(names: list[str]) -> Composed:
    return SQL(", ").join(map(Identifier, names))
