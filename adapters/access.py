"""Who connects as whom: the roles of an installation, and how a server is made ready for them.

The web and the clockwork are `sidik_app`, which can add facts and change none. Upgrades are made
as `sidik_migrator`, checkpoints are signed as `sidik_signer`, and `sidik_auditor` only reads.
The superuser is asked once, to make the roles and the guards; see `adapters/sql/server`.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier, Literal

from adapters import migrations
from adapters.trouble import in_plain_words

LOGINS: Final = ("migrator", "app", "signer", "auditor")
PREPARED_LOCK = 7  # class of the advisory lock


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Where to connect in each role; empty: not from here."""

    app: str
    migrator: str = ""
    signer: str = ""
    auditor: str = ""
    superuser: str = ""


def prepare_server(superuser: str, passwords: Mapping[str, str]) -> None:
    """Make the roles, and let those who log in do so with these passwords."""
    with in_plain_words(), psycopg.connect(superuser) as connection:
        _run(connection, "010_roles.sql")
        for login, password in passwords.items():
            connection.execute(
                SQL("ALTER ROLE {} PASSWORD {}").format(
                    Identifier(f"sidik_{login}"), Literal(password)
                )
            )


def prepare_database(superuser: str) -> None:
    """Say what each role may do in the database of *superuser*, and set guards over it."""
    with in_plain_words(), psycopg.connect(superuser) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s, 0)", (PREPARED_LOCK,))
        _run(connection, "020_database.sql")
        _run(connection, "030_guard.sql")


def is_prepared(superuser: str) -> bool:
    with in_plain_words(), psycopg.connect(superuser) as connection:
        found = connection.execute("SELECT to_regclass('guard.sealed') IS NOT NULL").fetchone()
    return found == (True,)


def _run(connection: psycopg.Connection, name: str) -> None:
    connection.execute((migrations.HERE / "server" / name).read_bytes())


class Secrets:
    """Generated passwords, each in a file of libpq that only its owner can read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, role: str) -> Path:
        return self.folder / role

    def password(self, role: str) -> str:
        """The password of a role, made when it is first asked for."""
        path = self.path(role)
        if not path.exists():
            self.folder.mkdir(mode=0o700, exist_ok=True)
            made = path.with_suffix(".new")
            made.unlink(missing_ok=True)
            made.touch(mode=0o600)
            made.write_text(f"*:*:*:{role}:{secrets.token_urlsafe(24)}\n")
            made.rename(path)
        return path.read_text().strip().rpartition(":")[2]

    def conninfo(self, uri: str, role: str) -> str:
        """*uri* in that role; libpq reads the password itself, so that it stands nowhere else."""
        return make_conninfo(uri, user=role, passfile=str(self.path(role)), password=None)
