"""The database: one installation, and in it a register for each public body.

The schema `sidik` holds what the whole installation shares; each register is a
schema of its own, so no query of one body can reach the facts of another.
"""

from __future__ import annotations

import re
import select
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Literal, Self

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.sql import SQL, Identifier
from psycopg_pool import ConnectionPool

from adapters import migrations
from adapters.access import Access, is_prepared, prepare_database
from adapters.trouble import DatabaseTrouble, in_plain_words

if TYPE_CHECKING:
    from adapters.embedded import Embedded

__all__ = ["Access", "Connection", "Database", "DatabaseTrouble", "access_from", "open_database"]

Connection = psycopg.Connection[tuple[Any, ...]]
Role = Literal["app", "migrator", "signer", "auditor", "superuser"]

INSTALLATION = "sidik"
SERVER_VERSION_MIN = 17
CONNECT_SECONDS_MAX = 10
POOL_CONNECTIONS_MAX = 16
POOL_IDLE_SECONDS_MAX = 60.0
URLS: Final[Mapping[Role, str]] = {
    "app": "SIDIK_DATABASE_URL",
    "migrator": "SIDIK_MIGRATOR_URL",
    "signer": "SIDIK_SIGNER_URL",
    "auditor": "SIDIK_AUDITOR_URL",
}
CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
CODE_LENGTH_MAX = 40  # a schema, and the names made from it, must stay below 63 bytes


class Database:
    """Where everything is kept. Safe to share between threads; closed by who opened it."""

    def __init__(self, access: Access, server: Embedded | None = None) -> None:
        self.access = access
        self._server = server

    @property
    def uri(self) -> str:
        """For another process of ours that has no need of other roles."""
        return self.access.app

    def connect(
        self,
        register: str | None = None,
        *,
        role: Role = "app",
        autocommit: bool = True,
        **settings: Any,
    ) -> Connection:
        """A connection of the caller's own that sees one register, or the installation."""
        schema = INSTALLATION if register is None else self.register_schema(register)
        uri = getattr(self.access, role)
        if not uri:
            raise DatabaseTrouble(
                f"Untuk ini diperlukan sambungan ke basis data sebagai {role}; sebutkan "
                f"{URLS.get(role, 'folder data dengan basis data bawaan')}."
            )
        with in_plain_words():
            return psycopg.connect(
                make_conninfo(uri, **_options(uri, f"search_path={schema}")),
                autocommit=autocommit,
                **settings,
            )

    @cached_property
    def pool(self) -> ConnectionPool[Connection]:
        """Shared by all registers, and empty while nobody asks: name the schema in each query."""
        pool: ConnectionPool[Connection] = ConnectionPool(
            make_conninfo(self.access.app, **_options(self.access.app)),
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
        with self.connect(role="migrator") as connection, in_plain_words():
            migrations.migrate(connection, schema, migrations.steps(migrations.HERE / "register"))
            _seal(connection, schema)
            connection.execute(
                "INSERT INTO register (code) VALUES (%s) ON CONFLICT DO NOTHING", (code,)
            )

    def migrate(self, code: str | None = None) -> list[str]:
        """Bring a register, or the installation, up to this version; what was applied.

        From where nobody can connect as the migrator, it must be up to date already.
        """
        if code is not None and code not in self.registers():
            raise DatabaseTrouble(f"Register {code} belum ada di basis data ini.")
        schema = INSTALLATION if code is None else self.register_schema(code)
        steps = migrations.steps(migrations.HERE / ("register" if code else "installation"))
        if not self.access.migrator:
            with self.connect(code) as connection, in_plain_words():
                migrations.check(connection, schema, steps)
            return []
        with self.connect(role="migrator") as connection, in_plain_words():
            done = migrations.migrate(connection, schema, steps)
            if code is not None:
                _seal(connection, schema)
            return done

    def drop_register(self, code: str) -> None:
        """Destroy a register with all its facts. For demonstrations and tests only."""
        schema = self.register_schema(code)
        with (
            self.connect(role="superuser", autocommit=False) as connection,
            in_plain_words(),
        ):
            connection.execute("SET event_triggers = off")
            connection.execute("DELETE FROM register WHERE code = %s", (code,))
            if connection.execute("SELECT to_regnamespace(%s)", (schema,)).fetchone() != (None,):
                connection.execute("SELECT guard.unseal(%s)", (schema,))
            for each in (schema, f"{schema}__new", f"{schema}__compared"):
                connection.execute(SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(Identifier(each)))

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


def open_database(data: Path | None = None, access: Access | None = None) -> Database:
    """The database reached by *access*, or else the one kept in the folder *data*; ready for use.

    The installation's own schema is brought up to date; registers are not touched.
    """
    if access is not None:
        database = Database(_production(access))
    elif data is not None:
        try:  # a server image leaves it out
            from adapters.embedded import Embedded  # noqa: PLC0415
        except ImportError as error:
            raise DatabaseTrouble(
                "Di sini tidak ada basis data bawaan; sebutkan SIDIK_DATABASE_URL."
            ) from error
        server = Embedded(data)
        database = Database(_own_database(server), server)
    else:
        raise DatabaseTrouble("Sebutkan folder data, atau SIDIK_DATABASE_URL.")
    try:
        database.migrate()
    except BaseException:
        database.close()
        raise
    return database


def access_from(environment: Mapping[str, str], role: Role = "app") -> Access | None:
    """How to reach the database as the variables of `URLS` say; None where they name none.

    Who works in one role only, as signers and auditors do, needs no other.
    """
    known = {each: environment.get(name, "") for each, name in URLS.items()}
    if not known["app"] and not known.get(role):
        return None
    return Access(**{**known, "app": known["app"] or known[role]})


def _production(access: Access) -> Access:
    """*access*, once it is clear that we want to work there."""
    try:
        found = Access(
            **{
                role: uri and make_conninfo(uri, connect_timeout=CONNECT_SECONDS_MAX)
                for role, uri in asdict(access).items()
            }
        )
    except psycopg.ProgrammingError as error:
        raise DatabaseTrouble("SIDIK_DATABASE_URL tidak terbaca sebagai alamat.") from error
    with in_plain_words(), psycopg.connect(found.app, autocommit=True) as connection:
        version = connection.info.server_version // 10_000
        if version < SERVER_VERSION_MIN:
            raise DatabaseTrouble(
                f"SIDIK memerlukan PostgreSQL {SERVER_VERSION_MIN} atau lebih baru; "
                f"peladen ini PostgreSQL {version}."
            )
        ((role, is_superuser, owns),) = connection.execute(
            "SELECT rolname, rolsuper, EXISTS (SELECT FROM pg_roles AS owner"
            " WHERE owner.rolname = 'sidik_owner' AND pg_has_role(owner.oid, 'MEMBER'))"
            " FROM pg_roles WHERE rolname = current_user"
        ).fetchall()
        if is_superuser or owns:
            raise DatabaseTrouble(
                f"SIDIK tidak boleh bekerja sebagai peran {role}, yang dapat mengubah "
                "apa yang sudah dicatat; pakai sidik_app untuk SIDIK_DATABASE_URL."
            )
        if not connection.execute("SELECT FROM pg_namespace WHERE nspname = 'guard'").fetchall():
            raise DatabaseTrouble(
                "Basis data ini belum disiapkan: jalankan berkas adapters/sql/server di sana "
                "sebagai superuser (docs/howto/start-on-a-server.md)."
            )
    return found


def _own_database(server: Embedded) -> Access:
    """The database `sidik` in the embedded server, made on the first visit."""
    with in_plain_words(), psycopg.connect(server.uri, autocommit=True) as connection:
        if not connection.execute(
            "SELECT FROM pg_database WHERE datname = %s", (INSTALLATION,)
        ).fetchall():
            # Another process may be there first.
            with suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
                connection.execute(SQL("CREATE DATABASE {}").format(Identifier(INSTALLATION)))
    superuser = make_conninfo(server.uri, dbname=INSTALLATION)
    if not is_prepared(superuser):
        prepare_database(superuser)
    return server.access(superuser)


def _seal(connection: Connection, schema: str) -> None:
    """From here on the evidence of a register stays as it is; once is enough."""
    connection.execute("SELECT guard.seal(%s)", (schema,))


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
