"""Read models keep in step with the ledger: live, after a crash, rebuilt, and altered."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any, LiteralString
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.sql import SQL, Identifier

from adapters.codec import Unreadable
from adapters.database import Database, DatabaseTrouble
from adapters.ledger import PersistentLedger
from adapters.projector import Projector
from adapters.taking import CannotTake
from adapters.views import Views
from domain import item
from projections.register import TABLES
from tests import histories
from tests.conftest import REGISTER
from tests.histories import SECRET
from tests.spec import stamp

ROOT = Path(__file__).parents[1]
A_PROJECTOR = """
import sys
from adapters.database import Access, Database
from adapters.ledger import PersistentLedger
from adapters.projector import Projector
from adapters.views import Views
with Database(Access(app=sys.argv[1])) as database:
    Projector(Views(database, sys.argv[2], PersistentLedger(database, sys.argv[2])), page=5).run()
"""


@pytest.fixture
def views(database: Database) -> Views:
    views = Views(database, REGISTER, PersistentLedger(database, REGISTER))
    views.create()
    return views


@pytest.fixture
def projector(views: Views) -> Iterator[Projector]:
    projector = Projector(views)
    projector.start()
    yield projector
    projector.stop()


def live(views: Views, rng: Random, items: int, *, in_order: bool = False) -> int:
    """Let *items* go through random histories; how many facts that were."""
    lives = [
        histories.history(rng, length=rng.randint(1, 12), in_order=in_order) for _ in range(items)
    ]
    facts = histories.shuffled(rng, lives)
    views.ledger.bulk_append(histories.rows(facts))
    return len(facts)


def until(true: Callable[[], bool], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def submit(views: Views, rng: Random, item_id: UUID) -> int:
    """One more proposal, the way officers record it."""
    fact = item.Submitted(particulars=histories.particulars(rng))
    receipt = views.ledger.amend(item, item_id, lambda known: [fact], stamp(), expect=0)
    assert receipt.position is not None
    return receipt.position


@settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32), page=st.integers(5, 80))
def test_pages_and_a_rebuild_say_the_same(views: Views, seed: int, page: int) -> None:
    live(views, Random(seed), items=40)
    while views.catch_up(limit=page):
        pass

    assert views.compare() == []


def test_an_altered_cell_is_named(views: Views) -> None:
    live(views, Random(3), items=30)
    views.catch_up()
    chosen = views.list(limit=1)[0]
    with views.connection() as connection:
        connection.execute("UPDATE dik SET holder = 'Orang lain' WHERE id = %s", (chosen["id"],))
        connection.execute("DELETE FROM audit WHERE position = 7")
        connection.execute(
            "UPDATE dik_history SET ends_on = '2099-01-01' WHERE id = %s AND recorded_from ="
            " (SELECT max(recorded_from) FROM dik_history WHERE id = %s)",
            (chosen["id"], chosen["id"]),
        )

    found = views.compare()

    [cell] = [each for each in found if each.view == "dik"]
    [row] = [each for each in found if each.view == "audit"]
    assert (cell.key, cell.column) == ((chosen["id"],), "holder")
    assert (cell.live, cell.rebuilt) == ("Orang lain", chosen["holder"])
    assert (row.key, row.column, row.live) == ((7,), "", None)
    assert {each.column for each in found if each.view == "dik_history"} == {"ends_on"}


@pytest.mark.parametrize("day", ["infinity", "12345-06-07", "0044-03-15 BC"])
def test_a_cell_altered_to_a_day_python_does_not_know_is_named(views: Views, day: str) -> None:
    live(views, Random(3), items=10)
    views.catch_up()
    chosen = views.list(limit=1)[0]
    with views.connection() as connection:
        connection.execute(
            "UPDATE dik SET ends_on = %s, recorded_at = 'infinity' WHERE id = %s",
            (day, chosen["id"]),
        )

    found = {each.column: each for each in views.compare()}

    assert set(found) == {"ends_on", "recorded_at"}
    assert found["ends_on"].key == (str(chosen["id"]),)
    assert found["ends_on"].live == day


def test_a_rebuild_heals_what_was_altered(views: Views) -> None:
    live(views, Random(4), items=20)
    views.catch_up()
    with views.connection() as connection:
        connection.execute("UPDATE dik SET title = 'x'")

    views.rebuild()

    assert views.compare() == []
    assert {found["title"] for found in views.list()} != {"x"}


def test_a_rebuild_takes_the_place_of_tables_that_go_on_being_written(
    views: Views, projector: Projector
) -> None:
    rng = Random(5)
    live(views, rng, items=40)
    last = 0

    for names in (None, ["audit"], ["dik"]):
        live(views, rng, items=20)
        views.rebuild(names)
        last = submit(views, rng, UUID(int=last + 1))

    assert views.wait_for(last, timeout=10)
    assert views.compare() == []
    assert projector.trouble is None


def test_progress_ends_where_the_ledger_ends(views: Views) -> None:
    count = live(views, Random(6), items=20)
    seen: list[tuple[int, int]] = []

    views.rebuild(progress=lambda done, of: seen.append((done, of)))

    assert seen[-1] == (count, count)


def test_what_was_recorded_is_soon_in_the_list(views: Views, projector: Projector) -> None:
    until(lambda: views.is_followed)
    position = submit(views, Random(7), UUID(int=7))

    assert views.wait_for(position, timeout=30)
    assert [found["id"] for found in views.list()] == [UUID(int=7)]
    assert [found["decision"] for found in views.worklist()] == ["test_consequence"]


def test_waiting_for_what_nobody_projects_ends(views: Views) -> None:
    position = submit(views, Random(8), UUID(int=8))

    assert not views.wait_for(position, timeout=0.05)


def test_two_projectors_one_leads_the_other_takes_over(views: Views) -> None:
    first, second = Projector(views), Projector(views)
    first.start()
    until(lambda: first.leads)
    second.start()
    time.sleep(0.5)

    assert not second.leads

    first.stop()
    until(lambda: second.leads)
    assert views.wait_for(submit(views, Random(9), UUID(int=9)), timeout=30)
    second.stop()


@pytest.mark.parametrize(
    "whose",
    ["query LIKE 'LISTEN%'", "pid IN (SELECT pid FROM pg_locks WHERE classid = 3)"],
    ids=["that listens", "that leads"],
)
def test_a_lost_connection_is_made_again(
    views: Views, projector: Projector, whose: LiteralString
) -> None:
    until(lambda: views.is_followed)
    with views.connection() as connection:
        lost = connection.execute(
            SQL(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND "
            )
            + SQL(whose)
        ).fetchall()
    assert lost == [(True,)]

    position = submit(views, Random(10), UUID(int=10))

    until(lambda: views.position() >= position)
    assert projector.trouble is None


def test_a_killed_projector_resumes_where_it_was(views: Views, database: Database) -> None:
    count = live(views, Random(11), items=250)
    kills = 0
    while views.position() < count and kills < 40:
        child = subprocess.Popen(
            [sys.executable, "-c", A_PROJECTOR, database.uri, REGISTER], cwd=ROOT
        )
        before = views.position()
        until(lambda start=before: views.position() > start, 20)  # type: ignore[misc]
        time.sleep(0.05)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        kills += 1
        if kills == 3:
            views.catch_up()

    with views.connection() as connection:
        read = connection.execute("SELECT count(*), count(DISTINCT position) FROM audit").fetchone()
    assert read == (count, count)
    assert views.compare() == []


def test_a_fact_that_cannot_be_taken_stops_the_view_and_is_named(views: Views) -> None:
    rng = Random(12)
    submit(views, rng, UUID(int=12))
    views.ledger.bulk_append([(UUID(int=13), 1, "item.submitted", b'{"fact": {}}')])
    submit(views, rng, UUID(int=14))
    projector = Projector(views, page=1)

    projector.run()

    assert projector.trouble is not None
    assert (projector.trouble.position, projector.trouble.tag) == (2, "item.submitted")
    assert "posisi 2" in str(projector.trouble)
    assert views.position() == 1
    with pytest.raises(CannotTake):
        views.catch_up()


def test_a_tag_nobody_knows_is_not_passed_over(views: Views) -> None:
    views.ledger.bulk_append([(UUID(int=15), 1, "item.dreamt", b"{}")])

    with pytest.raises(CannotTake) as stopped:
        views.catch_up()

    assert isinstance(stopped.value.__cause__, Unreadable)


def test_nothing_secret_is_in_any_table(views: Views) -> None:
    rng = Random(16)
    live(views, rng, items=150)
    views.catch_up()
    views.rebuild()

    with views.connection() as connection:
        for table in TABLES:
            found = connection.execute(
                SQL("SELECT count(*), count(*) FILTER (WHERE t::text ~* %s) FROM {} AS t").format(
                    Identifier(table.name)
                ),
                (SECRET.split("-", maxsplit=1)[0],),
            ).fetchone()
            assert found is not None
            assert found[1] == 0, table.name
        states: Any = connection.execute(
            "SELECT count(*) FROM ledger_events WHERE convert_from(state, 'UTF8') ~ %s", (SECRET,)
        ).fetchone()
    assert states[0] > 0, "the secret has to be somewhere for its absence to mean anything"


def test_create_twice_is_create_once(views: Views) -> None:
    live(views, Random(18), items=3)
    views.catch_up()

    views.create()

    assert views.position() > 0
    assert views.list()


def test_tables_of_an_earlier_version_are_rebuilt(views: Views) -> None:
    live(views, Random(21), items=10)
    views.catch_up()
    with views.connection() as connection:
        connection.execute("ALTER TABLE dik DROP COLUMN holder CASCADE")
        connection.execute("DROP TABLE due")
        connection.execute("UPDATE bookmark SET shape = 'of an earlier version'")

    views.create()

    assert views.compare() == []
    assert all("holder" in found for found in views.list())


def test_an_unknown_view_is_said_to_be_unknown(views: Views) -> None:
    with pytest.raises(ValueError, match="Tidak ada tampilan bernama dip"):
        views.rebuild(["dip"])


def test_readers_never_see_half_a_list(views: Views) -> None:
    live(views, Random(19), items=30)
    views.catch_up()
    before = views.counts()

    with psycopg.connect(views.database.access.superuser, autocommit=True) as other:
        query = SQL("SELECT count(*) FROM {}.dik").format(Identifier(views.schema))
        seen = []
        views.rebuild(progress=lambda done, of: seen.append(other.execute(query).fetchone()))

    assert set(seen) == {(sum(before.values()),)}


def test_a_reader_who_never_lets_go_does_not_hold_up_everybody(
    views: Views, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(views, Random(20), items=3)
    views.catch_up()
    monkeypatch.setattr("adapters.views.SWAP_PATIENCE", "100ms")
    with psycopg.connect(views.database.access.superuser) as other:
        other.execute(SQL("SELECT FROM {}.dik").format(Identifier(views.schema)))

        with pytest.raises(DatabaseTrouble, match="masih dibaca"):
            views.rebuild()

    views.rebuild()
    assert views.compare() == []
