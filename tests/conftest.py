"""What tests stand on: a real PostgreSQL, started once, and a fresh database for each test."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from fasteners import InterProcessLock  # type: ignore[import-untyped]
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier

from adapters.database import Database, open_database
from adapters.embedded import Embedded
from adapters.ledger import PersistentLedger
from tests.browsing import CHROMIUM, address, chromium, sit
from tests.places import HASTY, REGISTER, ROLE

__all__ = ["REGISTER", "ROLE", "address", "chromium", "sit"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where there is no Chromium, tests that need it are skipped and say so."""
    reason = "Chromium is not installed here; apt-get install chromium"
    for item in items:
        if CHROMIUM is None and item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a PostgreSQL that forgets everything at the end; its role may do all."""
    folder = Path(tempfile.mkdtemp(prefix="sidik-", dir="/tmp"))  # a socket's path must be short
    with InterProcessLock(Path(tempfile.gettempdir()) / "sidik-tests.lock"):
        embedded = Embedded(folder)  # one after another: the first may have to make an OS user
    with psycopg.connect(embedded.uri, autocommit=True) as connection:
        for setting in HASTY:
            connection.execute(SQL("ALTER SYSTEM SET " + setting))
        connection.execute("SELECT pg_reload_conf()")
        connection.execute(SQL("CREATE ROLE {} LOGIN").format(Identifier(ROLE)))
    yield embedded.uri
    embedded.close()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def template(server: str) -> str:
    """A database with one empty register in it, to be copied."""
    name = "template_of_tests"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(
            SQL("CREATE DATABASE {} OWNER {}").format(Identifier(name), Identifier(ROLE))
        )
    with open_database(url=make_conninfo(server, user=ROLE, dbname=name)) as database:
        database.create_register(REGISTER)
    return name


@pytest.fixture
def database_url(server: str, template: str) -> Iterator[str]:
    """A fresh database as `SIDIK_DATABASE_URL` would name it."""
    name = f"test_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(
            SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY file_copy").format(
                Identifier(name), Identifier(template), Identifier(ROLE)
            )
        )
        yield make_conninfo(server, user=ROLE, dbname=name)
        connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A fresh database holding one register, `REGISTER`, with nothing recorded in it."""
    with open_database(url=database_url) as opened:
        yield opened


@pytest.fixture
def ledger(database: Database) -> PersistentLedger:
    """A ledger in which nothing has happened yet."""
    return PersistentLedger(database, REGISTER)
