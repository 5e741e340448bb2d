"""The database: one installation, and in it a register for each public body.

The schema `sidik` holds what the whole installation shares; each register is a
schema of its own, so no query of one body can reach the facts of another.
"""

from __future__ import annotations

import re
import select
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.sql import SQL, Identifier
from psycopg_pool import ConnectionPool

from adapters import migrations
from adapters.trouble import DatabaseTrouble, in_plain_words

if TYPE_CHECKING:
    from adapters.embedded import Embedded

__all__ = ["Connection", "Database", "DatabaseTrouble", "open_database"]

INSTALLATION = "sidik"
SERVER_VERSION_MIN = 17
CONNECT_SECONDS_MAX = 10
POOL_CONNECTIONS_MAX = 16
POOL_IDLE_SECONDS_MAX = 60.0
CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
CODE_LENGTH_MAX = 40  # a schema, and the names made from it, must stay below 63 bytes

Connection = psycopg.Connection[tuple[Any, ...]]


class Database:
    """Where everything is kept. Safe to share between threads; closed by who opened it."""

    def __init__(self, uri: str, server: Embedded | None = None) -> None:
        self.uri = uri
        self._server = server

    def connect(
        self, register: str | None = None, *, autocommit: bool = True, **settings: Any
    ) -> Connection:
        """A connection of the caller's own that sees one register, or the installation."""
        schema = INSTALLATION if register is None else self.register_schema(register)
        with in_plain_words():
            return psycopg.connect(
                make_conninfo(self.uri, **_options(self.uri, f"search_path={schema}")),
                autocommit=autocommit,
                **settings,
            )

    @cached_property
    def pool(self) -> ConnectionPool[Connection]:
        """Shared by all registers, and empty while nobody asks: name the schema in each query."""
        pool: ConnectionPool[Connection] = ConnectionPool(
            make_conninfo(self.uri, **_options(self.uri)),
            kwargs={"autocommit": True},
            min_size=0,
            max_size=POOL_CONNECTIONS_MAX,
            max_idle=POOL_IDLE_SECONDS_MAX,
            timeout=CONNECT_SECONDS_MAX,
            reconnect_timeout=CONNECT_SECONDS_MAX,
            num_workers=1,
            check=_check_still_there,
            open=True,
        )
        return pool

    def registers(self) -> list[str]:
        """The codes of all registers, in alphabetical order."""
        with self.connect() as connection:
            rows = connection.execute("SELECT code FROM register ORDER BY code").fetchall()
        return [code for (code,) in rows]

    def register_schema(self, code: str) -> str:
        """The schema of a register: ``reg_`` and its code, hyphens written as underscores."""
        if not CODE.fullmatch(code) or len(code) > CODE_LENGTH_MAX:
            raise DatabaseTrouble(
                f"Kode badan publik {code!r} tidak sah: pakai huruf kecil, angka dan tanda hubung, "
                f"diawali huruf, paling panjang {CODE_LENGTH_MAX} karakter."
            )
        return "reg_" + code.replace("-", "_")

    def create_register(self, code: str) -> None:
        """Make room for one more public body; for one that has it already nothing changes."""
        schema = self.register_schema(code)
        with self.connect() as connection, in_plain_words():
            migrations.migrate(connection, schema, migrations.steps(migrations.HERE / "register"))
            connection.execute(
                "INSERT INTO register (code) VALUES (%s) ON CONFLICT DO NOTHING", (code,)
            )

    def migrate(self, code: str | None = None) -> list[str]:
        """Bring a register, or the installation, up to this version; what was applied."""
        if code is not None and code not in self.registers():
            raise DatabaseTrouble(f"Register {code} belum ada di basis data ini.")
        schema = INSTALLATION if code is None else self.register_schema(code)
        folder = migrations.HERE / ("installation" if code is None else "register")
        with self.connect() as connection, in_plain_words():
            return migrations.migrate(connection, schema, migrations.steps(folder))

    def drop_register(self, code: str) -> None:
        """Destroy a register with all its facts. For demonstrations and tests only."""
        schema = Identifier(self.register_schema(code))
        with self.connect(autocommit=False) as connection, in_plain_words():
            connection.execute("DELETE FROM register WHERE code = %s", (code,))
            connection.execute(SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(schema))

    def close(self) -> None:
        if "pool" in self.__dict__:
            self.pool.close()
        if self._server is not None:
            self._server.close()
            self._server = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_database(data: Path | None = None, url: str | None = None) -> Database:
    """The database at *url*, or else the one kept in the folder *data*; ready for use.

    The installation's own schema is brought up to date; registers are not touched.
    """
    if url:
        database = Database(_production(url))
    elif data is not None:
        try:  # a server image leaves it out
            from adapters.embedded import Embedded  # noqa: PLC0415
        except ImportError as error:
            raise DatabaseTrouble(
                "Di sini tidak ada basis data bawaan; sebutkan SIDIK_DATABASE_URL."
            ) from error
        server = Embedded(data)
        database = Database(_own_database(server.uri), server)
    else:
        raise DatabaseTrouble("Sebutkan folder data, atau SIDIK_DATABASE_URL.")
    try:
        database.migrate()
    except BaseException:
        database.close()
        raise
    return database


def _production(url: str) -> str:
    """*url*, once it is clear that we want to work there."""
    try:
        uri = make_conninfo(url, connect_timeout=CONNECT_SECONDS_MAX)
    except psycopg.ProgrammingError as error:
        raise DatabaseTrouble("SIDIK_DATABASE_URL tidak terbaca sebagai alamat.") from error
    with in_plain_words(), psycopg.connect(uri, autocommit=True) as connection:
        version = connection.info.server_version // 10_000
        if version < SERVER_VERSION_MIN:
            raise DatabaseTrouble(
                f"SIDIK memerlukan PostgreSQL {SERVER_VERSION_MIN} atau lebih baru; "
                f"peladen ini PostgreSQL {version}."
            )
        role = connection.execute(
            "SELECT rolname, rolsuper FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        match role:
            case ("postgres", _) | (_, True):
                raise DatabaseTrouble(
                    f"SIDIK tidak boleh bekerja sebagai peran {role[0]}, yang dapat mengubah "
                    "segalanya di peladen; buatkan peran biasa untuk SIDIK_DATABASE_URL."
                )
    return uri


def _own_database(uri: str) -> str:
    """The database `sidik` in the embedded server, made on the first visit."""
    with in_plain_words(), psycopg.connect(uri, autocommit=True) as connection:
        if not connection.execute(
            "SELECT FROM pg_database WHERE datname = %s", (INSTALLATION,)
        ).fetchall():
            # Another process may be there first.
            with suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
                connection.execute(SQL("CREATE DATABASE {}").format(Identifier(INSTALLATION)))
    return make_conninfo(uri, dbname=INSTALLATION)


def _options(uri: str, *settings: str) -> dict[str, str]:
    """How every session of ours is set: times are read in UTC, whatever the server's zone."""
    given = str(conninfo_to_dict(uri).get("options") or "")
    ours = [f"-c {setting}" for setting in ("TimeZone=UTC", *settings)]
    return {"options": " ".join([given, *ours]).strip(), "application_name": "sidik"}


def _check_still_there(connection: Connection) -> None:
    """Notice a server that has gone away since, without asking it.

    Nobody asked an idle connection anything: if there is something to read, it is goodbye.
    """
    if select.select([connection.fileno()], [], [], 0)[0]:
        connection.close()
        raise psycopg.OperationalError("the server closed the connection")
