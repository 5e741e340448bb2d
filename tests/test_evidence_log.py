"""The log in the database: what is recorded has its leaf in the same transaction."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from adapters import migrations
from adapters.database import Database
from adapters.ledger import PersistentLedger
from adapters.views import Views
from domain.evidence.record import Record, body_commitment, leaf
from domain.evidence.tree import Tree
from tests.conftest import REGISTER

NOBODY = UUID(int=0)


def fill(ledger: PersistentLedger, *sizes: int) -> None:
    """Saves of so many facts, each save about histories of four facts."""
    for size in sizes:
        ids = [uuid4() for _ in range(-(-size // 4))]
        ledger.bulk_append(
            (ids[n // 4], n % 4 + 1, "uji.added", b'{"n":%d}' % n) for n in range(size)
        )


def leaves(database: Database) -> list[bytes]:
    """Made anew from what is stored, by our own code and not by the database's."""
    with database.connect(REGISTER, role="auditor") as connection:
        ((origin,),) = connection.execute("SELECT origin FROM log_origin").fetchall()
        rows = connection.execute(
            "SELECT originator_id, originator_version, position, recorded_at, topic, state, salt"
            " FROM ledger_events JOIN log_leaf ON position = notification_id ORDER BY position"
        ).fetchall()
    last: dict[UUID, bytes] = {}
    made = []
    for stream, version, position, at, topic, state, salt in rows:
        record = Record(
            log=origin,
            pos=position,
            stream=str(stream),
            version=version,
            prev=last.get(stream),
            time=at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            topic=topic,
            body=body_commitment(salt, state),
        )
        last[stream] = leaf(record.to_bytes())
        made.append(last[stream])
    return made


@pytest.mark.parametrize("sizes", [(1, 1, 1), (5, 1, 300, 2), (255, 1, 1), (256,), (700, 1)])
def test_every_fact_has_the_leaf_that_its_bytes_give(
    ledger: PersistentLedger, database: Database, sizes: tuple[int, ...]
) -> None:
    fill(ledger, *sizes)

    made = leaves(database)

    assert len(made) == sum(sizes)
    with database.connect(REGISTER) as connection:
        kept = connection.execute("SELECT leaf FROM log_leaf ORDER BY position").fetchall()
        subtrees = connection.execute(
            "SELECT level, number, hash FROM log_subtree ORDER BY level, number"
        ).fetchall()
    assert [one for (one,) in kept] == made
    tree = Tree(made)
    assert subtrees == [(1, n, tree.node(8, n)) for n in range(len(made) // 256)]


def test_a_subtree_of_subtrees_is_kept_too(ledger: PersistentLedger, database: Database) -> None:
    ledger.bulk_append((uuid4(), 1, "uji.added", b"{}") for _ in range(65_536 + 3))

    with database.connect(REGISTER) as connection:
        kept = connection.execute("SELECT leaf FROM log_leaf ORDER BY position").fetchall()
        ((root,),) = connection.execute("SELECT hash FROM log_subtree WHERE level = 2").fetchall()
    assert root == Tree([one for (one,) in kept]).node(16, 0)


WAYS_IN = {
    "write": "INSERT INTO ledger_events VALUES (gen_random_uuid(), 1, 1, now(), 'uji.added', '{}')",
    "change": "UPDATE ledger_events SET topic = 'x'",
    "remove": "DELETE FROM ledger_events",
    "empty": "TRUNCATE ledger_events",
    "leaf": "INSERT INTO log_leaf VALUES (99, '', '')",
    "salts": "SELECT salt FROM log_leaf",
    "sign": "INSERT INTO log_checkpoint VALUES (1, '', '', now())",
    "speak": "SELECT ledger_note('log.heads', '{}')",
    "continue": "SELECT log_continue('{}')",
    "switch off": "SET event_triggers = off",
    "be the owner": "SET ROLE sidik_owner",
    "be the log": "SET ROLE sidik_log",
    "be a replica": "SET session_replication_role = replica",
    "disable": "ALTER TABLE ledger_events DISABLE TRIGGER ledger_to_log",
    "drop": "DROP TABLE ledger_events",
    "make a schema": "CREATE SCHEMA elsewhere",
    "make a temporary table": "CREATE TEMPORARY TABLE ledger_events ()",
    "look like it": "CREATE TABLE log_forged ()",
}


@pytest.mark.parametrize("way", WAYS_IN)
def test_the_web_can_add_facts_and_do_nothing_else_to_them(
    ledger: PersistentLedger, database: Database, way: str
) -> None:
    fill(ledger, 1)

    with (
        database.connect(REGISTER) as connection,
        pytest.raises(
            (
                psycopg.errors.InsufficientPrivilege,
                psycopg.errors.IntegrityConstraintViolation,
            )
        ),
    ):
        connection.execute(WAYS_IN[way].encode())


def test_the_web_builds_read_models_beside_without_a_right_over_the_database(
    ledger: PersistentLedger, database: Database
) -> None:
    rights = "SELECT has_database_privilege(%s, current_database(), 'CREATE')"
    views = Views(database, REGISTER, ledger)
    views.create()
    views.rebuild()
    found = views.compare()

    assert found == []
    with closing(database.connect(role="auditor")) as connection:
        assert connection.execute(rights, ("sidik_app",)).fetchone() == (False,)
        left = "SELECT count(*) FROM pg_tables WHERE schemaname LIKE 'reg\\_uji\\_\\_%'"
        assert connection.execute(left).fetchone() == (0,)


WHAT_AN_OWNER_TRIES = {
    "update": "UPDATE ledger_events SET topic = 'x'",
    "merge": "MERGE INTO ledger_events e USING (SELECT 1) ON true WHEN MATCHED THEN DELETE",
    "upsert": "INSERT INTO ledger_events SELECT * FROM ledger_events"
    " ON CONFLICT (notification_id) DO UPDATE SET topic = 'x'",
    "truncate": "TRUNCATE ledger_events",
    "drop table": "DROP TABLE ledger_events CASCADE",
    "drop log": "DROP TABLE log_leaf CASCADE",
    "drop schema": "DROP SCHEMA reg_uji CASCADE",
    "drop trigger": "DROP TRIGGER ledger_to_log ON ledger_events",
    "disable trigger": "ALTER TABLE ledger_events DISABLE TRIGGER ALL",
    "rename": "ALTER TABLE ledger_events RENAME TO old_events",
    "rename schema": "ALTER SCHEMA reg_uji RENAME TO reg_other",
    "move": "ALTER TABLE log_leaf SET SCHEMA public",
    "rule": "CREATE RULE quiet AS ON INSERT TO ledger_events DO INSTEAD NOTHING",
    "heir": "CREATE TABLE child () INHERITS (ledger_events)",
    "another trigger": "CREATE TRIGGER rewrite BEFORE INSERT ON ledger_events FOR EACH ROW"
    " EXECUTE FUNCTION ledger_refuse_change()",
    "policy": "CREATE POLICY less ON ledger_events USING (false)",
    "index": "CREATE INDEX slow ON ledger_events (topic)",
    "constraint": "ALTER TABLE ledger_events ADD CHECK (false) NOT VALID",
    "replace the function": "CREATE OR REPLACE FUNCTION ledger_refuse_change() RETURNS trigger"
    " LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "alter the function": "ALTER FUNCTION ledger_append SET lock_timeout = 0",
    "replica": "SET session_replication_role = replica",
    "guard": "DELETE FROM guard.sealed",
}


@pytest.mark.parametrize("attempt", WHAT_AN_OWNER_TRIES)
def test_the_owner_of_the_tables_is_stopped_by_the_guards(
    ledger: PersistentLedger, database: Database, attempt: str
) -> None:
    fill(ledger, 2)

    with (
        closing(database.connect(REGISTER, role="migrator")) as connection,
        pytest.raises(
            (
                psycopg.errors.InsufficientPrivilege,
                psycopg.errors.IntegrityConstraintViolation,
            )
        ),
    ):
        connection.execute(WHAT_AN_OWNER_TRIES[attempt].encode())

    assert ledger.head() == 2


@pytest.mark.parametrize("attempt", [*WHAT_AN_OWNER_TRIES][:-2])
def test_a_superuser_is_stopped_too_until_he_switches_the_guards_off(
    ledger: PersistentLedger, database: Database, attempt: str
) -> None:
    fill(ledger, 2)

    with (
        closing(database.connect(REGISTER, role="superuser")) as connection,
        pytest.raises(psycopg.errors.IntegrityConstraintViolation),
    ):
        connection.execute(WHAT_AN_OWNER_TRIES[attempt].encode())


def insert(version: int, position: int, at: datetime, stream: UUID | None = None) -> list[object]:
    return [stream or uuid4(), version, position, at]


@pytest.mark.parametrize(
    ("version", "position", "shift"),
    [
        pytest.param(1, 4, timedelta(0), id="a position left out"),
        pytest.param(7, 3, timedelta(0), id="versions left out"),
        pytest.param(1, 3, timedelta(days=-1), id="dated back"),
        pytest.param(1, 3, timedelta(days=1), id="dated ahead"),
    ],
)
def test_even_the_owner_can_only_add_at_the_end_and_now(
    ledger: PersistentLedger,
    database: Database,
    version: int,
    position: int,
    shift: timedelta,
) -> None:
    fill(ledger, 2)

    with (
        closing(database.connect(REGISTER, role="migrator")) as connection,
        pytest.raises(psycopg.errors.IntegrityConstraintViolation),
    ):
        connection.execute(
            "INSERT INTO ledger_events VALUES (%s, %s, %s, %s, 'uji.added', '{}')",
            insert(version, position, datetime.now(UTC) + shift),
        )


def test_what_the_owner_adds_by_hand_gets_its_leaf_like_everything(
    ledger: PersistentLedger, database: Database
) -> None:
    fill(ledger, 2)

    with database.connect(REGISTER, role="migrator") as connection:
        connection.execute(
            "INSERT INTO ledger_events VALUES (%s, %s, %s, %s, 'uji.added', '{}')",
            insert(1, 3, datetime.now(UTC)),
        )

    assert len(leaves(database)) == 3


def test_only_the_signer_speaks_for_the_log(ledger: PersistentLedger, database: Database) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ledger.bulk_append([(NOBODY, 1, "log.heads", b"{}")])
    with database.connect(REGISTER, role="signer") as connection:
        said = connection.execute("SELECT ledger_note('log.heads', '{}')").fetchone()

        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT ledger_append('{}', '{}', '{}', '{}', '{}')")

    assert said == (1,)


def test_a_log_declared_new_goes_on_under_another_name(
    ledger: PersistentLedger, database: Database
) -> None:
    fill(ledger, 3)
    with database.connect(REGISTER, role="signer") as connection:
        connection.execute("SELECT log_continue('{}')")
    fill(ledger, 1)

    with database.connect(REGISTER) as connection:
        rows = connection.execute("SELECT origin, since FROM log_origin ORDER BY number").fetchall()
    (first, one), (second, since) = rows
    assert (one, since) == (1, 4)
    assert second == first.removesuffix("1") + "2"


def test_the_auditor_reads_everything_and_writes_nothing(
    ledger: PersistentLedger, database: Database
) -> None:
    fill(ledger, 1)
    with database.connect(REGISTER, role="auditor") as connection:
        assert connection.execute("SELECT salt FROM log_leaf").fetchall()
        assert connection.execute("SELECT state FROM ledger_events").fetchall()

        for attempt in ("DELETE FROM ledger_events", "SELECT ledger_note('x', '')"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(attempt.encode())


def test_salts_do_not_repeat(ledger: PersistentLedger, database: Database) -> None:
    fill(ledger, 500)

    with database.connect(REGISTER, role="auditor") as connection:
        found = connection.execute(
            "SELECT count(DISTINCT salt), min(length(salt)) FROM log_leaf"
        ).fetchone()
    assert found == (500, 32)


def test_a_later_version_may_change_what_is_guarded_once_the_superuser_lets_it(
    database: Database, tmp_path: Path
) -> None:
    (tmp_path / "900_pre_more.sql").write_text("CREATE TABLE log_more ();")
    plan = [*migrations.steps(migrations.HERE / "register"), *migrations.steps(tmp_path)]

    def upgrade() -> list[str]:
        with closing(database.connect(REGISTER, role="migrator")) as connection:
            return migrations.migrate(connection, "reg_uji", plan)

    with pytest.raises(psycopg.errors.IntegrityConstraintViolation):
        upgrade()
    with closing(database.connect(role="superuser")) as connection:
        connection.execute("SELECT guard.unseal('reg_uji')")
    assert upgrade() == ["900_pre_more.sql"]
    with closing(database.connect(REGISTER, role="migrator")) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT guard.unseal('reg_uji')")
        connection.execute("SELECT guard.seal('reg_uji')")
        for attempt in ("DROP TABLE log_more", "DROP TABLE ledger_events CASCADE"):
            with pytest.raises(psycopg.errors.IntegrityConstraintViolation):
                connection.execute(attempt.encode())
