"""The list as of any day, as known at any time, is what folding the right facts says it is."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest

from adapters.database import Database
from adapters.ledger import PersistentLedger
from adapters.views import Views
from domain import item
from domain.history import Recorded, fold
from tests import histories
from tests.conftest import REGISTER
from tests.histories import DAYS, START

ITEMS = 40
PAIRS = 2000


def told(known: item.Item) -> dict[str, Any]:
    """What the list must show of an item of which this is known."""
    described = known.particulars
    return {
        "status": known.status,
        "title": described.title if described else "",
        "summary": described.summary if described else "",
        "ends_on": known.ends_on,
        "review_on": known.review_on,
        "raised": known.raised,
        "tested_on": known.tested_on,
        "decree_id": known.decree,
        "opened_on": known.opened_on,
        "notice_on": known.notice.due if known.notice else None,
        "first_determined_on": known.first_determined_on,
        "approved": known.approved,
        "fresh_test": known.fresh_test,
        "opinions": len(known.opinions),
        "channels": len(known.channels),
        "published": known.status is item.Status.OPEN
        or (known.status is item.Status.EXEMPT and "sidik" in {c.kind for c in known.channels}),
        "holds": {f"{kind}:{reference}" for kind, reference in known.holds},
        "soft_place": known.archived.soft_place if known.archived else None,
        "opening_approved": known.opening_approved,
        "event_asked_on": known.asked_on,
        "awaits_event": known.awaits_event,
        "version": known.version,
    }


def shown(found: dict[str, Any]) -> dict[str, Any]:
    awaits_event = found["awaits_event"] and found["status"] == item.Status.EXEMPT
    row = {name: found[name] for name in told(item.initial)}
    return {**row, "holds": set(found["holds"]), "awaits_event": awaits_event}


@pytest.fixture(autouse=True)
def _early(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let both ways of finding a page be tried: the one for early days and the other."""
    monkeypatch.setattr("adapters.views.EARLY", 60)


class Lived:
    """A register in which much has happened, and everything it was told, by position."""

    def __init__(self, database: Database, rng: Random) -> None:
        self.ledger = PersistentLedger(database, REGISTER)
        self.views = Views(database, REGISTER, self.ledger)
        self.views.create()
        lives = [
            histories.history(rng, length=rng.randint(1, 14), in_order=rng.random() < 0.5)
            for _ in range(ITEMS)
        ]
        self.facts = histories.shuffled(rng, lives)
        self.ledger.bulk_append(histories.rows(self.facts))
        self.by_item: dict[UUID, list[tuple[int, Recorded[Any]]]] = defaultdict(list)
        for position, one in enumerate(self.facts, 1):
            self.by_item[one.originator_id].append((position, one))

    def expected(self, on: Any, position: int) -> dict[UUID, dict[str, Any]]:
        found = {}
        for item_id, facts in self.by_item.items():
            taken = [one for at, one in facts if at <= position and one.on <= on]
            if taken:
                found[item_id] = told(fold(item, taken))
        return found


@pytest.fixture
def lived(database: Database) -> Lived:
    return Lived(database, Random(17))


def agree(lived: Lived, rng: Random, pairs: int) -> None:
    for _ in range(pairs):
        on = START + timedelta(days=rng.randrange(-3, DAYS + 3))
        position = rng.randrange(len(lived.facts) + 2)
        found = lived.views.list(on, position, limit=ITEMS)

        expected = lived.expected(on, position)
        shows = {row["id"]: shown(row) for row in found}
        assert shows.keys() == expected.keys()
        for item_id, told_of in expected.items():
            assert shows[item_id] == told_of, (on, position)
        assert found == sorted(found, key=lambda row: (row["sort_key"], row["id"]))


def test_any_day_as_known_at_any_time_when_built_at_once(lived: Lived) -> None:
    lived.views.rebuild()

    agree(lived, Random(1), PAIRS // 2)


def test_any_day_as_known_at_any_time_when_followed_page_by_page(lived: Lived) -> None:
    rng = Random(2)
    while lived.views.catch_up(limit=rng.randint(1, 60)):
        pass

    agree(lived, rng, PAIRS // 2)


def test_now_is_what_the_whole_history_says(lived: Lived) -> None:
    lived.views.catch_up()

    found = lived.views.list(limit=ITEMS)

    whole = {i: told(fold(item, [one for _, one in facts])) for i, facts in lived.by_item.items()}
    assert {row["id"]: shown(row) for row in found} == whole


def test_what_anybody_may_read_is_asked_of_any_day_too(lived: Lived) -> None:
    lived.views.catch_up()
    rng = Random(4)

    for _ in range(60):
        on = START + timedelta(days=rng.randrange(DAYS))
        position = rng.randrange(len(lived.facts) + 2)
        expected = {i for i, row in lived.expected(on, position).items() if row["published"]}
        found = lived.views.list(on, position, published=True, limit=ITEMS)
        assert {row["id"] for row in found} == expected
    now = {row["id"] for row in lived.views.list(limit=ITEMS) if row["published"]}
    assert now
    assert {row["id"] for row in lived.views.list(published=True, limit=ITEMS)} == now


def test_of_units_not_allowed_nothing_shows(lived: Lived) -> None:
    lived.views.catch_up()
    views, on = lived.views, START + timedelta(days=DAYS)

    every = views.list(limit=ITEMS)
    allowed = [row for row in every if row["unit"] == "bkd"]

    assert 0 < len(allowed) < len(every)
    assert views.list(units=["bkd"], limit=ITEMS) == allowed
    assert {row["unit"] for row in views.list(on, units=["bkd"], limit=ITEMS)} == {"bkd"}
    assert views.list(units=[], limit=ITEMS) == views.list(on, units=[], limit=ITEMS) == []
    assert views.list(unit="inspektorat", units=["bkd"], limit=ITEMS) == []
    assert sum(views.counts(units=["bkd"]).values()) == len(allowed)
    assert {row["unit"] for row in views.shelf(units=["bkd"])} <= {"bkd"}


def test_pages_together_are_the_list(lived: Lived) -> None:
    lived.views.catch_up()
    on = START + timedelta(days=DAYS // 2)

    pages: list[dict[str, Any]] = []
    while page := lived.views.list(
        on, after=(pages[-1]["sort_key"], pages[-1]["id"]) if pages else None, limit=7
    ):
        pages += page

    assert pages == lived.views.list(on, limit=ITEMS)
