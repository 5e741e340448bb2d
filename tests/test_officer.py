"""Who may act, on which day, and for whom; and what a body may choose."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pytest

from domain import body, officer
from domain.body import Policy, ProcedureAdopted, UnitAdded
from domain.officer import Acting, Authority, DelegationGiven, Role, RoleEnded, RoleGranted
from domain.rule import Refused, Rule
from tests.spec import Then, spec_of, stamp
from tests.voices import SOPS

PPID = Authority(role=Role.PPID_UTAMA, unit="", decree_no="SK 1", since=date(2026, 1, 1))
ADMIN = replace(PPID, role=Role.ADMIN)
PLH = replace(
    PPID,
    decree_no="SPT 7",
    since=date(2026, 3, 1),
    until=date(2026, 3, 14),
    acting=Acting.PLH,
    principal="sri",
)
SOP = SOPS["bali-2021"][0]
ADOPTED = ProcedureAdopted(unit="", since=date(2021, 1, 4), procedure=SOP)

of_officer, of_body = spec_of(officer), spec_of(body)
right = partial(officer.authority, role=Role.PPID_UTAMA)


@pytest.mark.parametrize(
    ("day", "held"),
    [("2025-12-31", False), ("2026-01-01", True), ("2026-06-30", True), ("2026-07-01", False)],
)
def test_an_office_is_held_from_its_first_day_to_its_last(day: str, held: bool) -> None:
    ended = RoleEnded(role=Role.PPID_UTAMA, unit="", decree_no="SK 1", last_on=date(2026, 6, 30))
    known = of_officer(RoleGranted(authority=PPID), ended).state

    assert bool(known.may_act(date.fromisoformat(day))) is held


def test_his_own_office_comes_before_a_lent_one() -> None:
    known = of_officer(DelegationGiven(authority=PLH), RoleGranted(authority=PPID)).state

    assert right(known, on=date(2026, 3, 2)) == PPID
    assert officer.end(known, authority=PLH, last_on=date(2026, 3, 5), stamp=stamp()) == [
        officer.DelegationEnded(decree_no="SPT 7", last_on=date(2026, 3, 5))
    ]


def test_an_office_of_one_unit_is_none_in_another() -> None:
    known = of_officer(RoleGranted(authority=replace(PPID, unit="dinkes"))).state

    assert right(known, on=date(2026, 3, 2), unit="dinkes").unit == "dinkes"
    with pytest.raises(Refused):
        right(known, on=date(2026, 3, 2), unit="inspektorat")


def holding(*authorities: Authority) -> officer.Officer:
    return of_officer(*(RoleGranted(authority=each) for each in authorities)).state


LENT_ON = replace(PLH, principal="wati")
PLT = replace(PLH, acting=Acting.PLT)


@pytest.mark.parametrize(
    ("lent", "held", "may"),
    [
        (PLH, [PPID], True),
        (PLH, [replace(PPID, until=PLH.until)], True),
        (PLH, [replace(PPID, until=date(2026, 3, 13))], False),
        (PLH, [replace(PPID, since=date(2026, 3, 2))], False),
        (
            PLH,
            [replace(PPID, until=date(2026, 3, 9)), replace(PPID, since=date(2026, 3, 10))],
            True,
        ),
        (PLH, [replace(PPID, role=Role.ATASAN_PPID)], False),
        (PLH, [replace(PPID, unit="dinkes")], False),
        (replace(PLH, unit="dinkes"), [PPID], True),
        (PLH, [LENT_ON], False),
        (PLT, [replace(PPID, until=date(2026, 2, 28))], True),
        (PLT, [replace(PPID, since=date(2026, 3, 2))], False),
    ],
)
def test_only_an_office_that_is_held_can_be_lent(
    lent: Authority, held: list[Authority], may: bool
) -> None:
    """A Plh stands in for who is away; a Plt keeps an office that its holder has left."""
    decided = of_officer().when(
        officer.delegate, authority=lent, subject_id=officer.id_of("made"), principal=holding(*held)
    )

    if may:
        decided.then(DelegationGiven(authority=lent))
    else:
        decided.then_refused(officer.PRINCIPAL_MUST_HOLD_THE_OFFICE)


Row = tuple[Rule, Then]
RULES: list[Row] = [
    (
        officer.OFFICE_MUST_BE_HELD_THAT_DAY,
        of_officer(DelegationGiven(authority=PLH)).when(
            lambda known, **k: [right(known, **k)], on=date(2026, 3, 15)
        ),
    ),
    (
        officer.DELEGATION_MUST_NAME_DECREE_AND_DATES,
        of_officer().when(officer.grant, authority=replace(PLH, until=None)),
    ),
    (
        officer.ADMIN_MUST_NOT_ACT_AS_OFFICER,
        of_officer(RoleGranted(authority=ADMIN)).when(officer.grant, authority=PPID),
    ),
    (
        officer.ADMIN_MUST_NOT_ACT_AS_OFFICER,
        of_officer(RoleGranted(authority=PPID)).when(officer.grant, authority=ADMIN),
    ),
    (
        officer.AUTHORITY_MUST_NAME_ITS_DECREE,
        of_officer().when(officer.grant, authority=replace(PPID, decree_no=" ")),
    ),
    (
        officer.AUTHORITY_MUST_NOT_END_BEFORE_IT_BEGINS,
        of_officer().when(officer.grant, authority=replace(PPID, until=date(2025, 12, 31))),
    ),
    (
        officer.PRINCIPAL_MUST_BE_ANOTHER_PERSON,
        of_officer().when(
            officer.delegate,
            authority=PLH,
            subject_id=officer.id_of("sri"),
            principal=holding(PPID),
        ),
    ),
    (
        officer.PRINCIPAL_MUST_HOLD_THE_OFFICE,
        of_officer().when(
            officer.delegate, authority=PLH, subject_id=officer.id_of("made"), principal=holding()
        ),
    ),
    (
        body.UNIT_MUST_BELONG_TO_THE_BODY,
        of_body().when(body.adopt, unit="dinkes", since=date(2026, 1, 1), procedure=SOP),
    ),
    (
        body.ONE_PROCEDURE_PER_SUBJECT_AND_DAY,
        of_body(ADOPTED).when(
            body.adopt, unit="", since=date(2021, 1, 4), procedure=SOPS["bontang"][0]
        ),
    ),
    (
        body.REVIEW_AT_LEAST_YEARLY,
        of_body().when(body.set_policy, policy=Policy(review_months=13), reason="x"),
    ),
]


@pytest.mark.parametrize(("rule", "refusal"), RULES, ids=[rule.code for rule, _ in RULES])
def test_one_rule_is_enough_to_refuse(rule: Rule, refusal: Then) -> None:
    assert refusal.codes == [rule.code]


@pytest.mark.parametrize(
    ("given", "decide", "entries"),
    [
        (of_officer(RoleGranted(authority=PPID)), officer.grant, {"authority": PPID}),
        (
            of_body(UnitAdded(code="dinkes", name="Dinas Kesehatan")),
            body.add_unit,
            {"code": "dinkes", "name": "Dinas Kesehatan"},
        ),
        (
            of_body(ADOPTED),
            body.adopt,
            {"unit": "", "since": date(2021, 1, 4), "procedure": SOP},
        ),
        (of_body(), body.set_policy, {"policy": Policy(), "reason": "x"}),
    ],
)
def test_saying_it_twice_changes_nothing(
    given: Any, decide: Callable[..., Sequence[Any]], entries: Mapping[str, Any]
) -> None:
    given.when(decide, **entries).then_nothing()


def test_a_unit_works_by_its_own_sop_before_the_bodys() -> None:
    own = replace(ADOPTED, unit="dinkes", procedure=SOPS["bontang"][0], since=date(2022, 1, 1))
    known = of_body(UnitAdded(code="dinkes", name="Dinas Kesehatan"), ADOPTED, own).state

    def key(unit: str, day: date) -> str:
        held = known.procedure("item", unit=unit, on=day)
        return held.key if held else ""

    assert key("dinkes", date(2026, 1, 1)) == "bontang"
    assert key("dinkes", date(2021, 6, 1)) == "bali-2021"
    assert key("lain", date(2026, 1, 1)) == "bali-2021"
    assert key("lain", date(2020, 1, 1)) == ""
    assert known.procedure("pledge", unit="lain", on=date(2026, 1, 1)) is None
