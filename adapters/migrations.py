"""How a schema comes to be, one numbered file after another.

``NNN_pre_what.sql`` may run while the previous version still serves; ``NNN_post_what.sql``
only once it has gone. A file that was ever released is never edited: write the next one.
``@schema@`` in a file stands for the schema: functions that run with the rights of their owner
name it, for their search path must hold nothing that others can write to.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

from adapters.trouble import DatabaseTrouble

HERE = Path(__file__).parent / "sql"
NAMED = re.compile(r"(?P<number>\d{3})_(?P<phase>pre|post)_\w+\.sql")
PLAIN = re.compile(r"[a-z][a-z0-9_]*")  # a schema that needs no quotes
LOCK = 2  # class of the advisory lock; 1 is the ledger's

Connection = psycopg.Connection[Any]


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def steps(folder: Path) -> list[Step]:
    """The files of *folder* in the order they are meant to run."""
    found: dict[tuple[str, bool], Step] = {}
    for path in folder.glob("*.sql"):
        named = NAMED.fullmatch(path.name)
        assert named, f"{path.name} is not named NNN_pre_what.sql or NNN_post_what.sql"
        place = (named["number"], named["phase"] == "post")
        assert place not in found, f"{path.name} and {found[place].name} claim one place"
        found[place] = Step(path.name, path.read_text(encoding="utf-8"))
    return [found[place] for place in sorted(found)]


def migrate(connection: Connection, schema: str, plan: Sequence[Step]) -> list[str]:
    """Bring *schema* up to *plan*; the names of what had to be done.

    Each file is applied whole or not at all, by one process at a time.
    """
    assert PLAIN.fullmatch(schema), f"{schema} would have to be quoted"
    with connection.transaction():
        _lock(connection, schema)
        _prepare(connection, schema)
    if not pending(_applied(connection, schema), plan, schema):
        return []
    return [step.name for step in plan if _apply(connection, schema, step, plan)]


def check(connection: Connection, schema: str, plan: Sequence[Step]) -> None:
    """Make sure that *schema* stands at *plan*, for those who may not bring it there."""
    table = f"{schema}.migration"
    known = connection.execute("SELECT to_regclass(%s) IS NOT NULL", (table,)).fetchone()
    if known != (True,) or pending(_applied(connection, schema), plan, schema):
        raise DatabaseTrouble(
            f"Skema {schema} belum sampai pada versi ini; sebutkan SIDIK_MIGRATOR_URL dan "
            "jalankan perintahnya sekali lagi."
        )


def pending(applied: Mapping[str, str], plan: Sequence[Step], schema: str) -> list[Step]:
    """What of *plan* is still to do, after making sure that the past is the one we know."""
    known = {step.name: step.sha256 for step in plan}
    if unknown := sorted(applied.keys() - known.keys()):
        raise DatabaseTrouble(
            f"Skema {schema} dibuat oleh versi SIDIK lain atau yang lebih baru "
            f"({unknown[0]} tidak dikenal); pasang versi yang sesuai."
        )
    if changed := sorted(name for name, sha256 in applied.items() if known[name] != sha256):
        raise DatabaseTrouble(
            f"Berkas migrasi {changed[0]} sudah diterapkan pada skema {schema}, "
            "tetapi isinya telah diubah; pulihkan berkas aslinya."
        )
    return [step for step in plan if step.name not in applied]


def _apply(connection: Connection, schema: str, step: Step, plan: Sequence[Step]) -> bool:
    with connection.transaction():
        _lock(connection, schema)
        if step not in pending(_applied(connection, schema), plan, schema):
            return False
        connection.execute(SQL("SET LOCAL search_path TO {}").format(Identifier(schema)))
        connection.execute(step.sql.replace("@schema@", schema).encode())
        connection.execute(
            "INSERT INTO migration (name, sha256) VALUES (%s, %s)", (step.name, step.sha256)
        )
    return True


def _lock(connection: Connection, schema: str) -> None:
    connection.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (LOCK, schema))


def _prepare(connection: Connection, schema: str) -> None:
    """Make the schema and its table of migrations, unless somebody else lives there."""
    there = connection.execute(
        "SELECT to_regclass(format('%%I.migration', n.nspname)) IS NOT NULL,"
        " EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = n.oid)"
        " FROM pg_namespace n WHERE n.nspname = %s",
        (schema,),
    ).fetchone()
    match there:
        case (True, _):
            return
        case (False, True):
            raise DatabaseTrouble(
                f"Skema {schema} sudah ada di basis data ini, tetapi bukan buatan SIDIK."
            )
        case None:
            connection.execute(SQL("CREATE SCHEMA {}").format(Identifier(schema)))
    connection.execute(
        SQL(
            "CREATE TABLE {}.migration (name text PRIMARY KEY, sha256 text NOT NULL,"
            " applied_at timestamptz NOT NULL DEFAULT clock_timestamp())"
        ).format(Identifier(schema))
    )


def _applied(connection: Connection, schema: str) -> dict[str, str]:
    query = SQL("SELECT name, sha256 FROM {}.migration").format(Identifier(schema))
    return dict(connection.execute(query).fetchall())
