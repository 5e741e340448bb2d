"""The demonstration: three bodies, every stage of an item's life, no rule bent for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest

from adapters import demo
from adapters.accounts import PostgresAccounts
from adapters.database import Database, open_database
from adapters.demo import NotForShow
from adapters.registers import Register, open_register
from domain import item, officer, pledge
from domain.body import Established
from domain.calendar import Week, working_days_between
from domain.history import SYSTEM, Stamp
from domain.item import NOTICE_WORKING_DAYS, Item, Opening, Status
from domain.reasoning import gaps
from scheduler.clockwork import tick
from tests.places import access_to, database_like

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)


def create(database: Database, at: datetime = AT) -> dict[str, Register]:
    made = demo.create(
        database, at=at, clock=lambda register: tick(register, on=register.today(at), at=at)
    )
    return {register.code: register for register in made}


@contextmanager
def empty(server: str, template: str) -> Iterator[Database]:
    with (
        database_like(server, template, "demo") as url,
        open_database(access=access_to(url)) as database,
    ):
        yield database


@pytest.fixture(scope="module")
def shop(server: str, template: str) -> Iterator[Database]:
    """One demonstration for all tests of this file, which leave it as it is."""
    with empty(server, template) as database:
        create(database)
        yield database


@pytest.fixture(scope="module")
def bodies(shop: Database) -> Mapping[str, Register]:
    return create(shop)


@pytest.fixture(scope="module")
def items(bodies: Mapping[str, Register]) -> list[tuple[str, Item]]:
    found = []
    for code, register in bodies.items():
        for row in register.views.list(limit=100):
            found.append((code, register.ledger.recall(item, row["id"]).state))
    return found


def test_every_published_row_is_there_and_keeps_its_own_words(
    items: list[tuple[str, Item]],
) -> None:
    sources = {known.source.row: known.source for _, known in items if known.source}

    assert sorted(sources) == list(range(2, 36))
    assert all(dict(source.words) for source in sources.values())


def test_items_stand_in_every_stage_of_their_life(items: list[tuple[str, Item]]) -> None:
    assert {known.status for _, known in items} == set(Status) - {Status.UNKNOWN}
    assert any(known.holds for _, known in items)
    assert any(known.awaits_event for _, known in items)
    assert any(known.event for _, known in items)
    assert any(known.archived and known.channels for _, known in items)
    assert any(known.opening_approved and known.status is Status.EXEMPT for _, known in items)
    openings = {known.opened.why for _, known in items if known.opened}
    assert openings == {Opening.AT_END, Opening.BY_LAW}


@pytest.mark.parametrize("at", [AT, datetime(2028, 2, 29, 16, 30, tzinfo=UTC)])
def test_some_items_are_always_in_their_last_thirty_working_days(
    at: datetime, server: str, template: str
) -> None:
    with empty(server, template) as database:
        ending = 0
        for register in create(database, at).values():
            on = register.today(at)
            for row in register.views.list(status="exempt", limit=100):
                if row["ends_on"]:
                    left = working_days_between(register.schedule, on, row["ends_on"])
                    if 0 <= left <= NOTICE_WORKING_DAYS:
                        ending += 1
                        assert row["raised"] == row["ends_on"], "its officer has been called"
        assert ending >= 5


def test_every_act_was_done_by_an_officer_in_office_and_every_lapse_by_the_clock(
    bodies: Mapping[str, Register],
) -> None:
    for register in bodies.values():
        people: dict[str, officer.Officer] = {}
        for row in register.views.list(limit=100):
            for recorded in register.ledger.history(row["id"]):
                match recorded.fact:
                    case item.TakenOver():
                        assert recorded.by == demo.INSTALLER
                    case item.ReviewRaised() | item.Declassified(why=Opening.BY_LAW):
                        assert recorded.by == SYSTEM
                    case _:
                        who = people.setdefault(
                            recorded.by,
                            register.ledger.recall(officer, officer.id_of(recorded.by)).state,
                        )
                        officer.authority(who, recorded.as_role, on=recorded.on, unit=row["unit"])
                        assert recorded.procedure, "done under the body's own SOP"


def test_the_reasoning_of_every_test_passes_the_gate(items: list[tuple[str, Item]]) -> None:
    tested = [known.test for _, known in items if known.test]

    assert len(tested) >= 20
    assert [gap for test in tested for gap in gaps(test)] == []


def test_an_approval_was_given_by_an_acting_head(bodies: Mapping[str, Register]) -> None:
    register = bodies["kalteng"]
    acting = [
        recorded
        for row in register.views.list(limit=100)
        for recorded in register.ledger.history(row["id"])
        if recorded.principal
    ]

    assert acting
    assert {(r.by, r.principal, r.delegation) for r in acting} == {
        ("sekar", "hasan", "Plh DEMO/800/PLH-1")
    }


def test_one_item_was_reclassified_by_a_new_test_and_a_decree_that_amends(
    bodies: Mapping[str, Register],
) -> None:
    register = bodies["kalteng"]
    [changed] = [
        row["id"]
        for row in register.views.list(limit=100)
        if any(
            isinstance(recorded.fact, item.Reclassified)
            for recorded in register.ledger.history(row["id"])
        )
    ]

    tests = [
        recorded
        for recorded in register.ledger.history(changed)
        if isinstance(recorded.fact, item.ConsequenceTested)
    ]
    assert len(tests) == 2
    assert {decree["stage"] for decree in register.views.decrees()} >= {"amended", "approved"}


def test_a_pledge_stands_and_another_is_a_draft(bodies: Mapping[str, Register]) -> None:
    ledger = bodies["kalteng"].ledger
    stands = ledger.recall(pledge, pledge.id_of("biro-pemerintahan")).state
    draft = ledger.recall(pledge, pledge.id_of("diskominfo")).state

    assert stands.status is pledge.Status.ANNOUNCED
    assert draft.status is pledge.Status.DRAFTED


def test_officers_of_the_demonstration_are_fictional_and_can_sign_in(
    shop: Database, bodies: Mapping[str, Register]
) -> None:
    names = [name for _, name, _ in demo.logins()]
    signed_in = PostgresAccounts(shop).sign_in(
        "ppid.kalteng", demo.PASSWORD, address="127.0.0.1", at=AT
    )

    assert all(name.startswith("Demo ") and name.endswith("(fiktif)") for name in names)
    assert signed_in.account
    assert signed_in.account.body == "kalteng"
    assert all(register.body.demo for register in bodies.values())


def test_creating_it_again_changes_nothing(shop: Database) -> None:
    before = {code: register.ledger.head() for code, register in create(shop).items()}

    after = {code: register.ledger.head() for code, register in create(shop).items()}

    assert after == before


def test_read_models_say_what_the_ledgers_say(bodies: Mapping[str, Register]) -> None:
    for register in bodies.values():
        assert register.views.compare() == []


def test_it_never_acts_in_the_register_of_a_real_body(database: Database) -> None:
    real = Established(
        code="bali",
        name="Badan sungguhan",
        seat="Denpasar",
        zone="Asia/Makassar",
        zone_name="WITA",
        week=Week.FIVE,
    )
    register = open_register(database, real, stamp=Stamp(at=AT, on=TODAY, by="pengelola"))
    before = register.ledger.head()

    with pytest.raises(NotForShow):
        create(database)

    assert register.ledger.head() == before
