"""What tests stand on: a real PostgreSQL, started once, and a fresh database for each test."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from argon2 import PasswordHasher
from fasteners import InterProcessLock  # type: ignore[import-untyped]
from hypothesis import settings
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL

from adapters.accounts import PostgresAccounts
from adapters.database import Database, open_database
from adapters.embedded import Embedded
from adapters.ledger import PersistentLedger
from tests.browsing import CHROMIUM, address, chromium, sit
from tests.places import HASTY, REGISTER, access_to, database_like

# A busy machine is no reason to fail.
settings.register_profile("unhurried", parent=settings(), deadline=None)
settings.load_profile("unhurried")

# Thousands of sign-ins, and nobody who steals the hashes; `test_accounts` looks at the real ones.
PostgresAccounts.HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

__all__ = ["REGISTER", "address", "chromium", "sit"]


LONGEST = ("test_browser_everywhere.py", "test_browser_sops.py", "test_api_contract.py")
"""Begun first, so that no worker is left alone with one of them at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where there is no Chromium, tests that need it are skipped and say so."""
    items.sort(key=lambda item: item.path.name not in LONGEST)
    reason = "Chromium is not installed here; apt-get install chromium"
    for item in items:
        if CHROMIUM is None and item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a PostgreSQL that forgets everything at the end, as its superuser."""
    folder = Path(tempfile.mkdtemp(prefix="sidik-", dir="/tmp"))  # a socket's path must be short
    with InterProcessLock(Path(tempfile.gettempdir()) / "sidik-tests.lock"):
        embedded = Embedded(folder)  # one after another: the first may have to make an OS user
    with psycopg.connect(embedded.uri, autocommit=True) as connection:
        for setting in HASTY:
            connection.execute(SQL("ALTER SYSTEM SET " + setting))
        connection.execute("SELECT pg_reload_conf()")
    yield embedded.uri
    embedded.close()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def template(server: str) -> Iterator[str]:
    """A database with one empty register in it, to be copied."""
    with database_like(server, None, "template") as url:
        with open_database(access=access_to(url)) as database:
            database.create_register(REGISTER)
        yield str(conninfo_to_dict(url)["dbname"])


@pytest.fixture
def database_url(server: str, template: str) -> Iterator[str]:
    """A fresh database as `SIDIK_DATABASE_URL` would name it."""
    with database_like(server, template) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A fresh database holding one register, `REGISTER`, with nothing recorded in it."""
    with open_database(access=access_to(database_url)) as opened:
        yield opened


@pytest.fixture
def ledger(database: Database) -> PersistentLedger:
    """A ledger in which nothing has happened yet."""
    return PersistentLedger(database, REGISTER)
