"""What is shown of an item though nothing forbids it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain import concern, item, law
from domain.history import fold
from domain.item import ConsequenceTested, GateOverridden, Item, Submitted
from domain.law import InstrumentAmended
from domain.rule import cite
from tests.spec import recorded
from tests.voices import KALTENG, PARTICULARS, PPID, PROPOSED, REGISTER, STATUTE, TEST, UNIT

TODAY = date(2026, 11, 20)


def known(*history: Any) -> Item:
    return fold(item, [recorded(fact, by, v) for v, (fact, by) in enumerate(history, 1)])


def codes(of: Item, *, register: law.LawRegister = REGISTER, sop: Any = STATUTE) -> set[str]:
    return {f.code for f in concern.of_item(of, law=register, sop=sop, on=TODAY)}


def test_a_law_that_changed_after_the_test_makes_it_stale() -> None:
    tested = known(PROPOSED, (ConsequenceTested(test=TEST), PPID))
    change = InstrumentAmended(key="uu-43-2009", by="uu-9-2026", on=date(2026, 6, 1))
    changed = law.evolve(REGISTER, recorded(change))

    assert "law-changed-after-test" not in codes(tested)
    assert "law-changed-after-test" in codes(tested, register=changed)
    before = replace(change, on=date(2026, 3, 1))
    assert "law-changed-after-test" not in codes(
        tested, register=law.evolve(REGISTER, recorded(before))
    )


@pytest.mark.parametrize(
    "title",
    ["Surat Edaran Sekda tentang cuti", "Keputusan Bupati", "Rancangan peraturan gubernur"],
)
def test_policy_documents_are_warned_of(title: str) -> None:
    named = replace(PARTICULARS, title=title)

    assert "policy-document" in codes(known((Submitted(particulars=named), UNIT)))


def test_a_repealed_law_in_the_test_is_named() -> None:
    old = replace(TEST, laws=(*TEST.laws, cite("uu-43-1999", "3")))

    assert "instrument-replaced" in codes(known(PROPOSED, (ConsequenceTested(test=old), PPID)))


def test_an_overridden_gate_shows_its_gaps_to_the_approver() -> None:
    bare = replace(TEST, public_interest="")
    overridden = GateOverridden(points=("public-interest-missing",), reason="Mendesak")
    tested = known(PROPOSED, (ConsequenceTested(test=bare), PPID), (overridden, PPID))

    assert "public-interest-missing" in codes(tested)


def test_an_sop_out_of_its_dates_is_flagged() -> None:
    ended = (replace(KALTENG[0], effective_until=date(2025, 12, 31)), KALTENG[1])

    assert codes(known(PROPOSED), sop=ended) - codes(known(PROPOSED), sop=KALTENG) != set()


def test_of_what_is_not_there_nothing_is_said() -> None:
    assert codes(item.initial) == set()
