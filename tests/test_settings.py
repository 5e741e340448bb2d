"""The settings of a register: who may change them, what is refused, what would follow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain import body, calendar, law, officer
from domain.desk import SETTINGS, Desk
from domain.history import Unrecorded
from domain.law import Instrument, InstrumentReplaced, Level
from domain.officer import Acting, Authority, Role
from domain.rule import Refused, Rule
from tests.bureau import Bureau, open_bureau
from tests.voices import SOPS

DECREE = "SKB 3 Menteri 2026"
PPID = Authority(role=Role.PPID_UTAMA, unit="", decree_no="SK-2", since=date(2026, 3, 1))
NEW_LAW = Instrument(
    key="uu-1-2026",
    kind="UU",
    number="1",
    year=2026,
    about="Contoh",
    level=Level.UU,
    source="Lembaran Negara",
)


@pytest.fixture(scope="module")
def bureau(server: str, template: str) -> Iterator[Bureau]:
    with open_bureau(server, template) as opened:
        yield opened


@pytest.fixture
def ani(bureau: Bureau) -> Desk:
    desk: Desk = bureau.desk("ani", "admin")
    return desk


def refused(act: Any, *args: Any, **entries: Any) -> list[Rule]:
    with pytest.raises(Refused) as refusal:
        act(*args, **entries)
    return [replace(rule, detail="", field="") for rule in refusal.value.rules]


def bare(rule: Rule) -> Rule:
    return replace(rule, detail="", field="")


# Who may


@pytest.mark.parametrize("kind", SETTINGS)
def test_an_officer_who_decides_on_items_changes_no_setting(bureau: Bureau, kind: str) -> None:
    sri = bureau.desk("sri", "ppid-utama")
    offers = sri.offers(kind, officer.id_of("made") if kind == "officer" else SETTINGS[kind][0].ID)

    assert offers.keys() == SETTINGS[kind][1].keys()
    assert set(offers.values()) == {(officer.SETTINGS_BELONG_TO_THE_ADMIN,)}
    assert refused(sri.on_calendar, "declare_working", on=date(2026, 6, 6), decree=DECREE) == [
        bare(officer.SETTINGS_BELONG_TO_THE_ADMIN)
    ]


def test_an_admin_decides_on_no_item(bureau: Bureau, ani: Desk) -> None:
    item_id = bureau.item()

    assert refused(ani.on_item, "withdraw", item_id, reason="x") == [
        bare(officer.ADMIN_MUST_NOT_ACT_AS_OFFICER)
    ]
    assert set(ani.offers("item", item_id).values()) == {(officer.ADMIN_MUST_NOT_ACT_AS_OFFICER,)}


def test_what_an_admin_may_do_is_offered_without_a_rule_in_its_way(ani: Desk) -> None:
    for kind in ("law", "calendar", "body"):
        assert set(ani.offers(kind, SETTINGS[kind][0].ID).values()) == {()}
    assert set(ani.offers("officer", officer.id_of("made")).values()) == {()}


def test_an_admin_of_one_unit_is_no_admin_of_the_body(bureau: Bureau, ani: Desk) -> None:
    of_unit = replace(PPID, role=Role.ADMIN, unit="dinkes")
    ani.on_officer("appoint", officer.id_of("eko"), name="Demo Eko", position="Staf", unit="")
    ani.on_officer("grant", officer.id_of("eko"), authorities=(of_unit,))
    eko = bureau.desk("eko", "admin")

    assert refused(eko.on_body, "add_unit", code="x", name="X") == [
        bare(officer.OFFICE_MUST_BE_HELD_THAT_DAY)
    ]


@pytest.mark.parametrize(
    ("decision", "entries"),
    [
        ("grant", {"authorities": (replace(PPID, role=Role.ADMIN),)}),
        ("delegate", {"authorities": (replace(PPID, acting=Acting.PLH, principal="sri"),)}),
        (
            "end",
            {"role": "admin", "unit": "", "decree_no": "SK-1", "last_on": date(2030, 1, 1)},
        ),
    ],
)
def test_an_admin_arranges_no_office_of_his_own(
    ani: Desk, decision: str, entries: dict[str, Any]
) -> None:
    himself = officer.id_of("ani")

    assert refused(ani.on_officer, decision, himself, **entries) == [
        bare(officer.ADMIN_MUST_NOT_APPOINT_HIMSELF)
    ]
    assert ani.obstacles("officer", himself, decision) == (officer.ADMIN_MUST_NOT_APPOINT_HIMSELF,)
    assert not ani.obstacles("officer", himself, "appoint")


# What is recorded


def test_each_change_is_a_fact_signed_by_the_admin(bureau: Bureau, ani: Desk) -> None:
    receipt = ani.on_calendar("declare_working", on=date(2026, 6, 6), decree=DECREE)
    (one,) = receipt.facts

    assert one.fact == calendar.DayDeclaredWorking(on=date(2026, 6, 6), decree=DECREE)
    assert (one.by, one.as_role, one.procedure, one.on) == ("ani", "admin", None, ani.today)
    assert not ani.on_calendar("declare_working", on=date(2026, 6, 6), decree=DECREE).facts


def test_what_takes_effect_later_is_recorded_today(bureau: Bureau, ani: Desk) -> None:
    since = date(2027, 1, 1)
    ani.on_body("adopt", unit="dinkes", since=since, procedure=SOPS["bali-2021"][0])
    known = bureau.desk("ani", "admin").body

    assert known.procedure("item", unit="dinkes", on=since) == SOPS["bali-2021"][0]
    assert known.procedure("item", unit="dinkes", on=ani.today) != SOPS["bali-2021"][0]


def test_an_office_ends_by_its_decree(bureau: Bureau, ani: Desk) -> None:
    budi = officer.id_of("budi")
    held: dict[str, Any] = {"role": "ppid-pembantu", "unit": "budi", "decree_no": "SK-1"}

    assert refused(ani.on_officer, "end", budi, last_on=date(2026, 12, 31), **held) == [
        bare(body.UNIT_MUST_BELONG_TO_THE_BODY)
    ]
    held["unit"] = "dinkes"
    assert refused(
        ani.on_officer,
        "end",
        budi,
        last_on=date(2026, 12, 31),
        **{**held, "decree_no": "SK-9"},
    ) == [bare(officer.AN_ENDED_OFFICE_MUST_BE_ON_RECORD)]
    ani.on_officer("end", budi, last_on=date(2026, 12, 31), **held)
    assert refused(ani.on_officer, "end", budi, last_on=date(2027, 12, 31), **held) == [
        bare(officer.ENDING_MUST_NOT_LENGTHEN_AN_OFFICE)
    ]
    assert refused(ani.on_officer, "end", budi, last_on=date(2019, 12, 31), **held) == [
        bare(officer.AUTHORITY_MUST_NOT_END_BEFORE_IT_BEGINS)
    ]


def test_nobody_is_given_an_office_who_was_never_entered(ani: Desk) -> None:
    with pytest.raises(Unrecorded):
        ani.on_officer("grant", officer.id_of("nobody"), authorities=(PPID,))


# What would follow


def test_what_is_supposed_is_folded_and_not_recorded(bureau: Bureau, ani: Desk) -> None:
    day = date(2026, 8, 18)
    off = {"on": day, "name": "Cuti", "kind": calendar.Kind.JOINT_LEAVE, "decree": DECREE}
    supposed = ani.suppose("calendar", calendar.ID, "declare_off", off)

    assert supposed.after.off(day)
    assert not supposed.before.off(day)
    assert calendar.changed_since(supposed.after, supposed.before.version) == (day,)
    assert not bureau.desk("ani", "admin").calendar.off(day)


def test_a_supposed_replacement_makes_a_test_stale(ani: Desk) -> None:
    ani.on_law("enter", instrument=NEW_LAW)
    change = InstrumentReplaced(key="uu-14-2008", by="uu-1-2026", on=date(2026, 3, 1))
    supposed = ani.suppose("law", law.ID, "replace", {"change": change})

    assert supposed.after.changed_after("uu-14-2008", date(2026, 2, 1))
    assert not supposed.before.changed_after("uu-14-2008", date(2026, 2, 1))


def test_supposing_is_refused_as_the_act_would_be(bureau: Bureau, ani: Desk) -> None:
    sri = bureau.desk("sri", "ppid-utama")
    stranger: UUID = officer.id_of("nobody")

    assert refused(sri.suppose, "body", body.ID, "add_unit", {"code": "x", "name": "X"})
    unread = {"instrument": replace(NEW_LAW, source="")}
    assert refused(ani.suppose, "law", law.ID, "enter", unread)
    with pytest.raises(Unrecorded):
        ani.suppose("officer", stranger, "grant", {"authorities": (PPID,)})
