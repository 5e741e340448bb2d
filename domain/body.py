"""The public body (badan publik): its units, its procedures, its zone and week.

A register has exactly one. A body, or one of its units, holds one SOP per subject at a time;
which one an act is done under is asked for the day on which the act takes effect.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeAlias, assert_never

from domain.calendar import Week
from domain.history import Recorded, named, recorded_as
from domain.procedure import Procedure
from domain.rule import Rule, cite, uphold

ID = named("body")

ZONES = {
    "WIB": "Asia/Jakarta",
    "WITA": "Asia/Makassar",
    "WIT": "Asia/Jayapura",
}
"""Where a body names only its zone; a body may name its own IANA zone, e.g. Asia/Pontianak."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the law leaves to the body, chosen with a reason and a date."""

    opening_needs_head: bool = True  # persetujuan pimpinan before opening (stricter than PP 61)
    notice_is_deadline: bool = False  # Ps 11(2) read as "no later than": later counts as late
    joint_leave_off: bool = True  # cuti bersama counts as a day off
    review_months: int = 12  # longest time between reviews of an item without an end
    event_asked_months: int = 6  # how often the owner is asked about an awaited event


# What can happen


@recorded_as("body.established")
class Established:
    """The register of this body was opened."""

    code: str
    name: str
    seat: str  # where its decrees are given, e.g. Palangka Raya
    zone: str  # IANA
    zone_name: str  # WIB, WITA, WIT
    week: Week
    demo: bool = False  # a demo register may be told that it is another day


@recorded_as("body.unit_added")
class UnitAdded:
    """A unit (PPID Pelaksana, BUMD) belongs to the body."""

    code: str
    name: str


@recorded_as("body.procedure_adopted")
class ProcedureAdopted:
    """From a day on the body, or one unit, works by this SOP; its whole text is kept here."""

    unit: str  # "" : the body
    since: date
    procedure: Procedure


@recorded_as("body.policy_set")
class PolicySet:
    """The body chose between readings the law leaves open."""

    policy: Policy
    reason: str


Fact: TypeAlias = Established | UnitAdded | ProcedureAdopted | PolicySet


# What we then know


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    code: str = ""
    name: str = ""
    seat: str = ""
    zone: str = "Asia/Jakarta"
    zone_name: str = "WIB"
    week: Week = Week.FIVE
    demo: bool = False
    units: Mapping[str, str] = field(default_factory=dict)  # code: name
    adopted: tuple[ProcedureAdopted, ...] = ()
    policy: Policy = Policy()

    def procedure(self, subject: str, *, unit: str, on: date) -> Procedure | None:
        """The SOP a unit works by that day: its own, else the body's; the one adopted last."""
        held = [a for a in self.adopted if a.procedure.subject == subject and a.since <= on]
        own = [a for a in held if a.unit == unit] or [a for a in held if a.unit == ""]
        return max(own, key=lambda a: a.since).procedure if own else None


initial = Body()


def evolve(body: Body, recorded: Recorded[Fact]) -> Body:
    fact = recorded.fact
    match fact:
        case Established():
            return replace(
                body,
                code=fact.code,
                name=fact.name,
                seat=fact.seat,
                zone=fact.zone,
                zone_name=fact.zone_name,
                week=fact.week,
                demo=fact.demo,
            )
        case UnitAdded(code=code, name=name):
            return replace(body, units={**body.units, code: name})
        case ProcedureAdopted():
            return replace(body, adopted=(*body.adopted, fact))
        case PolicySet(policy=policy):
            return replace(body, policy=policy)
    assert_never(fact)


# What the law asks

UNIT_MUST_BELONG_TO_THE_BODY = Rule(
    "unit-must-belong-to-the-body",
    "Unit kerja ini tidak terdaftar pada badan publik.",
    cite("pp-61-2010", "4", "2", "c"),
    field="unit",
)
ONE_PROCEDURE_PER_SUBJECT_AND_DAY = Rule(
    "one-procedure-per-subject-and-day",
    "Badan publik atau unit hanya menjalankan satu SOP untuk satu urusan pada satu waktu; "
    "SOP baru harus berlaku sesudah yang lama.",
    cite("pp-61-2010", "14", "1", "d"),
    field="procedure",
)
REVIEW_AT_LEAST_YEARLY = Rule(
    "review-at-least-yearly",
    "Tinjauan ulang paling lama setiap 12 bulan.",
    cite("pp-61-2010", "1", angka="10"),
    field="review_months",
)


def rules_against_adopting(body: Body, *, unit: str, since: date, sop: Procedure) -> Iterator[Rule]:
    if unit and unit not in body.units:
        yield UNIT_MUST_BELONG_TO_THE_BODY.about(detail=unit)
    for held in body.adopted:
        same = held.unit == unit and held.procedure.subject == sop.subject
        if same and since <= held.since and held.procedure.key != sop.key:
            yield ONE_PROCEDURE_PER_SUBJECT_AND_DAY.about(detail=held.procedure.key)


# What may be done


def establish(body: Body, *, established: Established) -> list[Fact]:
    """Open the register; a register is opened once."""
    return [] if body.code else [established]


def add_unit(body: Body, *, code: str, name: str) -> list[Fact]:
    """Add a unit, or give it its new name."""
    return [] if body.units.get(code) == name else [UnitAdded(code=code, name=name)]


def adopt(body: Body, *, unit: str, since: date, procedure: Procedure) -> list[Fact]:
    """Work by this SOP from *since* on."""
    fact = ProcedureAdopted(unit=unit, since=since, procedure=procedure)
    if fact in body.adopted:
        return []
    uphold(rules_against_adopting(body, unit=unit, since=since, sop=procedure))
    return [fact]


def set_policy(body: Body, *, policy: Policy, reason: str) -> list[Fact]:
    """Choose between readings; a review may never be further off than a year."""
    if policy == body.policy:
        return []
    if not 1 <= policy.review_months <= 12:
        uphold([REVIEW_AT_LEAST_YEARLY.about(detail=f"{policy.review_months} bulan")])
    return [PolicySet(policy=policy, reason=reason)]


def choose(body: Body, *, changes: Mapping[str, Any], reason: str) -> list[Fact]:
    """Change some of the choices and leave the others as they are."""
    return set_policy(body, policy=replace(body.policy, **changes), reason=reason)
