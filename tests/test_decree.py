"""A decree: what its draft may hold, who sends it back, and what may follow an issued one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from domain import decree, item
from domain.decree import (
    DraftApproved,
    Drafted,
    DraftReturned,
    Effect,
    Issued,
    LinesChanged,
    Superseded,
)
from domain.history import fold
from domain.item import Item, Rejected
from domain.procedure import THE_STEP_BELONGS_TO_ANOTHER_OFFICE
from domain.rule import Rule
from tests.spec import Then, recorded, spec_of, stamp
from tests.voices import (
    APPROVED,
    CATEGORIES,
    EXEMPT,
    HEAD,
    LATER,
    OFFICIAL,
    PPID,
    PROPOSED,
    STATUTE,
    TESTED,
    THE_DECREE,
    UNIT,
    WEEKDAYS_ONLY,
)

given = spec_of(decree)
ONE, TWO = UUID(int=1), UUID(int=2)


def known(*history: Any) -> Item:
    return fold(item, [recorded(fact, by, v) for v, (fact, by) in enumerate(history, 1)])


TO_TEST, TO_DECIDE = known(PROPOSED), known(PROPOSED, TESTED)
AGREED, CLOSED = known(PROPOSED, TESTED, APPROVED), known(*EXEMPT)
DRAFTED = Drafted(title="Konsep DIK", unit="", items=(ONE,))
ISSUED = Issued(
    number="188/1/2026",
    place="Denpasar",
    dated=LATER.on,
    official=OFFICIAL,
    body="Badan Contoh",
    unit="",
    lines=(),
)

draft = partial(decree.draft, sop=STATUTE, title="Konsep DIK", unit="", items={ONE: TO_TEST})
change = partial(decree.change_lines, sop=STATUTE, reason="Ditambah", items={TWO: TO_TEST})
lines: dict[str, Any] = {"items": {ONE: TO_DECIDE}, "sops": {ONE: STATUTE}}
approve = partial(decree.approve_draft, sop=STATUTE, decree_id=THE_DECREE, **lines)
send_back: Callable[..., Any] = partial(
    decree.return_draft, sop=STATUTE, reason="Lengkapi.", **lines
)
issue = partial(
    decree.issue,
    sop=STATUTE,
    decree_id=THE_DECREE,
    items={ONE: AGREED},
    sops={ONE: STATUTE},
    categories=CATEGORIES,
    schedule=WEEKDAYS_ONLY,
    number="188/2/2026",
    place="Denpasar",
    official=OFFICIAL,
    body="Badan Contoh",
    units={"inspektorat": "Inspektorat"},
)


def facts_of(answer: Any) -> list[Any]:
    """The decree's own facts, of an answer that also has its items'."""
    return list(answer[0])


def test_a_draft_becomes_a_decree_with_its_annex() -> None:
    own, on_items, lineage = issue(fold(decree, [recorded(DRAFTED)]), stamp=LATER)

    [issued], [determined] = own, on_items[ONE]
    assert isinstance(issued, Issued)
    assert isinstance(determined, item.Determined)
    [line] = issued.lines
    assert (line.item, line.version, line.ends_on) == (ONE, 4, determined.ends_on)
    assert determined.determination.unit == "Inspektorat"
    assert lineage == []


def test_a_decree_that_replaces_another_says_so_on_both() -> None:
    older = fold(decree, [recorded(DRAFTED), recorded(ISSUED)])
    own, _, lineage = issue(
        fold(decree, [recorded(DRAFTED)]),
        stamp=LATER,
        supersedes=(TWO, older),
        effect=Effect.REPLACES,
        carried={},
    )

    assert own[0].supersedes == TWO  # type: ignore[union-attr]
    assert lineage == [Superseded(by=THE_DECREE, number="188/2/2026", effect=Effect.REPLACES)]
    assert decree.evolve(older, recorded(lineage[0])).stage is decree.Stage.REPLACED


def test_the_head_sends_the_whole_list_back() -> None:
    own, on_items = send_back(fold(decree, [recorded(DRAFTED)]), stamp=HEAD)

    assert own == [DraftReturned(reason="Lengkapi.")]
    assert on_items == {ONE: [Rejected(reason="Lengkapi.")]}


def test_changing_nothing_is_nothing() -> None:
    assert change(fold(decree, [recorded(DRAFTED)]), stamp=PPID, items={ONE: TO_TEST}) == ([], {})


Row = tuple[Rule, Sequence[Any], Callable[..., Any], Mapping[str, Any]]
RULES: list[Row] = [
    (decree.DRAFT_MUST_HAVE_LINES, [], draft, {"stamp": PPID, "items": {}}),
    (decree.DRAFT_HOLDS_OPEN_PROPOSALS, [], draft, {"stamp": PPID, "items": {ONE: CLOSED}}),
    (decree.DRAFT_MUST_BE_OPEN, [DRAFTED], draft, {"stamp": PPID}),
    (decree.DRAFT_MUST_BE_OPEN, [], approve, {"stamp": HEAD}),
    (decree.ISSUED_DECREES_DO_NOT_CHANGE, [DRAFTED, ISSUED], change, {"stamp": PPID}),
    (decree.ISSUED_DECREES_DO_NOT_CHANGE, [DRAFTED, ISSUED], issue, {"stamp": LATER}),
    (
        decree.SUPERSEDED_DECREE_MUST_STAND,
        [DRAFTED],
        issue,
        {"stamp": LATER, "supersedes": (TWO, decree.initial), "effect": Effect.AMENDS},
    ),
    (
        decree.REPLACEMENT_MUST_CARRY_EVERY_ITEM,
        [DRAFTED],
        issue,
        {
            "stamp": LATER,
            "supersedes": (TWO, fold(decree, [recorded(DRAFTED), recorded(ISSUED)])),
            "effect": Effect.REPLACES,
            "carried": {TWO: CLOSED},
        },
    ),
    (
        THE_STEP_BELONGS_TO_ANOTHER_OFFICE,
        [],
        draft,
        {"stamp": stamp(by="a", as_role="auditor")},
    ),
    (
        item.APPROVER_MUST_BE_ANOTHER_PERSON,
        [(DRAFTED, PPID)],
        approve,
        {"stamp": replace(HEAD, by=PPID.by), "items": {ONE: AGREED}},
    ),
    (
        item.ACTOR_MUST_NOT_HAVE_APPROVED,
        [(DRAFTED, UNIT), (DraftApproved(items=(ONE,)), replace(HEAD, by="kepala"))],
        issue,
        {"stamp": replace(LATER, by="kepala")},
    ),
    (
        THE_STEP_BELONGS_TO_ANOTHER_OFFICE,
        [(DRAFTED, UNIT)],
        approve,
        {"stamp": replace(HEAD, as_role="ppid-utama"), "items": {ONE: AGREED}},
    ),
    (item.REASON_MUST_BE_GIVEN, [DRAFTED], send_back, {"stamp": HEAD, "reason": ""}),
    (item.HEAD_MUST_HAVE_APPROVED, [DRAFTED], issue, {"stamp": LATER, "items": {ONE: TO_DECIDE}}),
]


@pytest.mark.parametrize(
    ("rule", "history", "decide", "entries"), RULES, ids=[row[0].code for row in RULES]
)
def test_one_rule_is_enough_to_refuse(
    rule: Rule, history: Sequence[Any], decide: Callable[..., Any], entries: Mapping[str, Any]
) -> None:
    refusal: Then = given(*history).when(decide, **entries)

    assert refusal.codes == [rule.code]


def test_every_item_in_the_way_is_named() -> None:
    refusal = given(DRAFTED, LinesChanged(items=(ONE, TWO), reason="x")).when(
        issue,
        stamp=LATER,
        items={ONE: TO_DECIDE, TWO: CLOSED},
        sops={ONE: STATUTE, TWO: STATUTE},
    )

    assert {rule.code for rule in refusal.against} == {
        item.HEAD_MUST_HAVE_APPROVED.code,
        item.A_FURTHER_PERIOD_NEEDS_A_NEW_TEST.code,
    }
    assert all("Berita acara" in rule.detail for rule in refusal.against)


def test_what_is_on_the_draft_is_answered_before_anybody_tries() -> None:
    against = decree.obstacles(decree.initial, "issue", stamp=LATER, sop=STATUTE)

    assert [rule.code for rule in against] == [decree.DRAFT_MUST_BE_OPEN.code]
