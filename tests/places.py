"""Names that tests and their fixtures agree on, and the roles of the server they stand on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import LiteralString
from uuid import uuid4

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.sql import SQL, Identifier

from adapters.access import LOGINS, Access, Secrets, prepare_database
from adapters.database import URLS, Connection, Database
from adapters.migrations import HERE

REGISTER = "uji"
HASTY = ("fsync = off", "full_page_writes = off", "synchronous_commit = off")


def access_to(url: str) -> Access:
    """Every role of the tests' own server, in the database that *url* names."""
    secrets = Secrets(Path(str(conninfo_to_dict(url)["passfile"])).parent)
    roles = {login: secrets.conninfo(url, f"sidik_{login}") for login in LOGINS}
    return Access(superuser=secrets.conninfo(url, "postgres"), **roles)


def environment_of(url: str) -> dict[str, str]:
    """What a command needs in its environment to work there."""
    access, known = access_to(url), conninfo_to_dict(url)
    urls = {name: str(getattr(access, role)) for role, name in URLS.items()}
    keys = Path(str(known["passfile"])).parent.with_name("signer") / str(known["dbname"])
    return {**urls, "SIDIK_SIGNER_DIR": str(keys)}


@contextmanager
def database_like(server: str, template: str | None, prefix: str = "test") -> Iterator[str]:
    """A database of one's own, a copy of *template* or empty; its address as `sidik_app`."""
    name = f"{prefix}_{uuid4().hex[:12]}"
    like = (
        SQL("TEMPLATE {} STRATEGY file_copy").format(Identifier(template)) if template else SQL("")
    )
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(SQL("CREATE DATABASE {} {}").format(Identifier(name), like))
        superuser = make_conninfo(server, dbname=name)
        if template:
            with psycopg.connect(superuser) as inside:
                inside.execute((HERE / "server" / "020_database.sql").read_bytes())
        else:
            prepare_database(superuser)
        yield access_to(superuser).app
        connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


@contextmanager
def almighty(database: Database, code: str | None = None) -> Iterator[Connection]:
    """A superuser who has switched the guards off: nothing in the database stops him."""
    with closing(database.connect(code, role="superuser")) as connection:
        connection.execute("SET event_triggers = off")
        yield connection


@contextmanager
def unguarded(database: Database, code: str) -> Iterator[Connection]:
    """The same, with the triggers of the register asleep until he has done what he wants."""
    with almighty(database, code) as connection:
        guarded = connection.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger JOIN pg_class c"
            " ON c.oid = tgrelid WHERE relnamespace = current_schema()::regnamespace"
            " AND NOT tgisinternal"
        ).fetchall()
        _each(connection, guarded, "DISABLE TRIGGER")
        yield connection
        _each(connection, guarded, "ENABLE ALWAYS TRIGGER")


def _each(connection: Connection, triggers: list[tuple[str, str]], what: LiteralString) -> None:
    for table, trigger in triggers:
        connection.execute(
            SQL("ALTER TABLE {} " + what + " {}").format(Identifier(table), Identifier(trigger))
        )
