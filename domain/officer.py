"""An officer: appointment, roles, and acting for another (Plt/Plh), each with decree and dates.

Who may act is asked for the day on which the act takes effect, not for today.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TypeAlias, assert_never
from uuid import UUID

from domain.history import Recorded, Stamp, named, recorded_as
from domain.rule import Rule, cite, uphold


def id_of(officer_id: str) -> UUID:
    """Where the history of the officer lies whom acts name *officer_id*."""
    return named(f"officer:{officer_id}")


class Role(StrEnum):
    """Offices. Their names are addresses of the law and are not translated."""

    PPID_UTAMA = "ppid-utama"
    PPID_PEMBANTU = "ppid-pembantu"  # newer texts: PPID Pelaksana
    KETUA_PPID = "ketua-ppid"
    PETUGAS_PPID = "petugas-ppid"
    ATASAN_PPID = "atasan-ppid"
    PIMPINAN = "pimpinan"  # pimpinan (tertinggi) Badan Publik
    TIM_PERTIMBANGAN = "tim-pertimbangan"
    AUDITOR = "auditor"
    ADMIN = "admin"  # keeps accounts and settings; never acts as an officer


ROLE_TITLES = {
    Role.PPID_UTAMA: "PPID Utama",
    Role.PPID_PEMBANTU: "PPID Pelaksana/Pembantu",
    Role.KETUA_PPID: "Ketua PPID",
    Role.PETUGAS_PPID: "Petugas PPID",
    Role.ATASAN_PPID: "Atasan PPID",
    Role.PIMPINAN: "Pimpinan Badan Publik",
    Role.TIM_PERTIMBANGAN: "Tim Pertimbangan",
    Role.AUDITOR: "Auditor",
    Role.ADMIN: "Admin",
}


class Acting(StrEnum):
    PLT = "Plt"  # pelaksana tugas: the office is vacant
    PLH = "Plh"  # pelaksana harian: its holder is away


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """One way in which an officer may act: his own role, or another's by delegation."""

    role: str
    unit: str  # "" : the whole body
    decree_no: str
    since: date
    until: date | None = None  # inclusive
    acting: Acting | None = None
    principal: str = ""  # officer id of the one acted for

    def on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)

    def covers(self, unit: str) -> bool:
        return self.unit in ("", unit)


# What can happen


@recorded_as("officer.appointed")
class Appointed:
    """A person took up a post in the body. Only what stands on a decree is kept of him."""

    name: str
    position: str  # jabatan
    unit: str = ""


@recorded_as("officer.role_granted")
class RoleGranted:
    """A decree gave him an office."""

    authority: Authority


@recorded_as("officer.role_ended")
class RoleEnded:
    """That office ended, on its last day."""

    role: str
    unit: str
    decree_no: str
    last_on: date


@recorded_as("officer.delegation_given")
class DelegationGiven:
    """He acts for another as Plt or Plh."""

    authority: Authority


@recorded_as("officer.delegation_ended")
class DelegationEnded:
    """He no longer acts for the other."""

    decree_no: str
    last_on: date


Fact: TypeAlias = Appointed | RoleGranted | RoleEnded | DelegationGiven | DelegationEnded


# What we then know


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    name: str = ""
    position: str = ""
    unit: str = ""
    authorities: tuple[Authority, ...] = ()

    def may_act(self, day: date) -> tuple[Authority, ...]:
        return tuple(authority for authority in self.authorities if authority.on(day))


initial = Officer()


def evolve(officer: Officer, recorded: Recorded[Fact]) -> Officer:
    fact = recorded.fact
    match fact:
        case Appointed(name=name, position=position, unit=unit):
            return replace(officer, name=name, position=position, unit=unit)
        case RoleGranted(authority=authority) | DelegationGiven(authority=authority):
            return replace(officer, authorities=(*officer.authorities, authority))
        case RoleEnded(decree_no=number, role=role, unit=unit, last_on=last):
            return _until(
                officer, last, lambda a: (a.decree_no, a.role, a.unit) == (number, role, unit)
            )
        case DelegationEnded(decree_no=number, last_on=last):
            return _until(officer, last, lambda a: a.acting is not None and a.decree_no == number)
    assert_never(fact)


def _until(officer: Officer, last: date, chosen: Callable[[Authority], bool]) -> Officer:
    return replace(
        officer,
        authorities=tuple(replace(a, until=last) if chosen(a) else a for a in officer.authorities),
    )


# What the law asks

OFFICE_MUST_BE_HELD_THAT_DAY = Rule(
    "office-must-be-held-that-day",
    "Anda tidak memegang jabatan ini pada tanggal berlakunya keputusan.",
    cite("pp-61-2010", "12"),
)
DELEGATION_MUST_NAME_DECREE_AND_DATES = Rule(
    "delegation-must-name-decree-and-dates",
    "Penunjukan Plt/Plh harus menyebut nomor keputusan, pejabat yang diwakili, serta tanggal "
    "mulai dan selesai.",
    cite("pp-61-2010", "12"),
)
ADMIN_MUST_NOT_ACT_AS_OFFICER = Rule(
    "admin-must-not-act-as-officer",
    "Admin mengelola akun dan pengaturan; ia tidak dapat merangkap jabatan PPID.",
    cite("pp-61-2010", "12"),
)
AUTHORITY_MUST_NAME_ITS_DECREE = Rule(
    "authority-must-name-its-decree",
    "Jabatan PPID diberikan dengan keputusan; nomor keputusannya harus disebut.",
    cite("pp-61-2010", "12"),
    field="decree_no",
)
AUTHORITY_MUST_NOT_END_BEFORE_IT_BEGINS = Rule(
    "authority-must-not-end-before-it-begins",
    "Tanggal selesai jabatan atau penunjukan tidak boleh mendahului tanggal mulainya.",
    cite("pp-61-2010", "12"),
    field="until",
)
PRINCIPAL_MUST_BE_ANOTHER_PERSON = Rule(
    "principal-must-be-another-person",
    "Plt/Plh bertindak atas jabatan pejabat lain, bukan atas jabatannya sendiri.",
    cite("pp-61-2010", "12"),
    field="principal",
)
PRINCIPAL_MUST_HOLD_THE_OFFICE = Rule(
    "principal-must-hold-the-office",
    "Pejabat yang diwakili tidak memegang jabatan ini selama masa penunjukan Plt/Plh.",
    cite("pp-61-2010", "12"),
    field="principal",
)
SETTINGS_BELONG_TO_THE_ADMIN = Rule(
    "settings-belong-to-the-admin",
    "Pengaturan register dicatat oleh Admin badan publik, bukan oleh pejabat yang memutus butir.",
    cite("uu-14-2008", "7", "3"),
)
ADMIN_MUST_NOT_APPOINT_HIMSELF = Rule(
    "admin-must-not-appoint-himself",
    "Jabatan diberikan oleh pimpinan badan publik; Admin tidak dapat memberi, meminjamkan, atau "
    "mengakhiri jabatan bagi dirinya sendiri.",
    cite("pp-61-2010", "12", "2"),
)
AN_ENDED_OFFICE_MUST_BE_ON_RECORD = Rule(
    "an-ended-office-must-be-on-record",
    "Jabatan dengan nomor keputusan ini tidak tercatat pada pejabat tersebut.",
    cite("pp-61-2010", "12"),
    field="decree_no",
)
ENDING_MUST_NOT_LENGTHEN_AN_OFFICE = Rule(
    "ending-must-not-lengthen-an-office",
    "Mengakhiri jabatan tidak dapat memperpanjangnya; perpanjangan memerlukan keputusan baru.",
    cite("pp-61-2010", "12", "2"),
    field="last_on",
)


def authority(officer: Officer, role: str, *, on: date, unit: str = "") -> Authority:
    """By what right he acts in *role* on that day; his own office comes before a delegation."""
    held = [a for a in officer.may_act(on) if a.role == role and a.covers(unit)]
    if not held:
        uphold([OFFICE_MUST_BE_HELD_THAT_DAY.about(detail=f"{role}, {on.isoformat()}")])
    return min(held, key=lambda a: a.acting is not None)


def rules_against_granting(officer: Officer, authority: Authority) -> Iterator[Rule]:
    roles = {a.role for a in officer.authorities if a.until is None or a.until >= authority.since}
    if (authority.role == Role.ADMIN and roles - {Role.ADMIN}) or (
        authority.role != Role.ADMIN and Role.ADMIN in roles
    ):
        yield ADMIN_MUST_NOT_ACT_AS_OFFICER
    is_decreed = bool(authority.decree_no.strip())
    if authority.acting and not (is_decreed and authority.principal and authority.until):
        yield DELEGATION_MUST_NAME_DECREE_AND_DATES
    if not (authority.acting or is_decreed):
        yield AUTHORITY_MUST_NAME_ITS_DECREE
    if authority.until and authority.until < authority.since:
        yield AUTHORITY_MUST_NOT_END_BEFORE_IT_BEGINS


def rules_against_acting_for(
    principal: Officer, authority: Authority, *, subject_id: UUID
) -> Iterator[Rule]:
    """Who is away (Plh) holds his office all the while; who left it vacant (Plt) held it before."""
    if id_of(authority.principal) == subject_id:
        yield PRINCIPAL_MUST_BE_ANOTHER_PERSON
    own = [
        a
        for a in principal.authorities
        if not a.acting and a.role == authority.role and a.covers(authority.unit)
    ]
    if authority.acting is Acting.PLT:
        is_held = any(a.since <= authority.since for a in own)
    else:
        days = (authority.since, authority.until or authority.since)
        is_held = all(any(a.on(day) for a in own) for day in days)
    if not is_held:
        yield PRINCIPAL_MUST_HOLD_THE_OFFICE.about(
            detail=f"{authority.principal}, {authority.role}"
        )


def rules_against_arranging(decision: str, subject_id: UUID, *, stamp: Stamp) -> Iterator[Rule]:
    """What he holds himself is for somebody else to arrange, so that one Admin always remains."""
    if decision != "appoint" and id_of(stamp.by) == subject_id:
        yield ADMIN_MUST_NOT_APPOINT_HIMSELF


# What may be done


def appoint(officer: Officer, *, name: str, position: str, unit: str = "") -> list[Fact]:
    """Appoint a person, or note his new post; saying so twice changes nothing."""
    if (officer.name, officer.position, officer.unit) == (name, position, unit):
        return []
    return [Appointed(name=name, position=position, unit=unit)]


def grant(officer: Officer, *, authority: Authority) -> list[Fact]:
    """Give an office, or let him act for another."""
    if authority in officer.authorities:
        return []
    uphold(rules_against_granting(officer, authority))
    if authority.acting:
        return [DelegationGiven(authority=authority)]
    return [RoleGranted(authority=authority)]


def delegate(
    officer: Officer, *, authority: Authority, subject_id: UUID, principal: Officer
) -> list[Fact]:
    """Let him act for *principal*, of whom is known what he holds."""
    if authority in officer.authorities:
        return []
    uphold(
        [
            *rules_against_granting(officer, authority),
            *rules_against_acting_for(principal, authority, subject_id=subject_id),
        ]
    )
    return grant(officer, authority=authority)


def assign(
    officer: Officer,
    *,
    authorities: Sequence[Authority],
    subject_id: UUID,
    principals: Mapping[UUID, Officer],
) -> list[Fact]:
    """Give him these offices, his own or another's: all of them, or none."""
    facts: list[Fact] = []
    for authority in authorities:
        if authority.acting:
            principal = principals[id_of(authority.principal)]
            new = delegate(officer, authority=authority, subject_id=subject_id, principal=principal)
        else:
            new = grant(officer, authority=authority)
        facts += new
        if new:
            officer = replace(officer, authorities=(*officer.authorities, authority))
    return facts


def end(officer: Officer, *, authority: Authority, last_on: date, stamp: Stamp) -> list[Fact]:
    """End an office or a delegation with its last day."""
    if authority not in officer.authorities or authority.until == last_on:
        return []
    uphold(rules_against_ending(authority, last_on))
    if authority.acting:
        return [DelegationEnded(decree_no=authority.decree_no, last_on=last_on)]
    return [
        RoleEnded(
            role=authority.role,
            unit=authority.unit,
            decree_no=authority.decree_no,
            last_on=last_on,
        )
    ]


def rules_against_ending(authority: Authority, last_on: date) -> Iterator[Rule]:
    if last_on < authority.since:
        yield AUTHORITY_MUST_NOT_END_BEFORE_IT_BEGINS.about("last_on")
    if authority.until and last_on > authority.until:
        yield ENDING_MUST_NOT_LENGTHEN_AN_OFFICE.about(detail=authority.until.isoformat())


def end_named(
    officer: Officer, *, role: str, unit: str, decree_no: str, last_on: date, stamp: Stamp
) -> list[Fact]:
    """End what he holds by a decree, named as the decree names it."""
    held = [
        a for a in officer.authorities if (a.role, a.unit, a.decree_no) == (role, unit, decree_no)
    ]
    if not held:
        uphold([AN_ENDED_OFFICE_MUST_BE_ON_RECORD.about(detail=decree_no)])
    facts = [f for a in held for f in end(officer, authority=a, last_on=last_on, stamp=stamp)]
    return list(dict.fromkeys(facts))
