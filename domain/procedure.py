"""A procedure (SOP) as data: who does which step, with what, within which time.

A body's paper is read from a file (`adapters.procedures`) into these plain values, and the
values are kept inside facts, so that history replays under the SOP of its day. Where the
paper is silent the statutory procedure stands in: who may act by law, and no order at all,
since the order the law itself sets is in `domain.item` and `domain.pledge`.

Read on: service time, the paper, what it asks of an act, how long the steps took.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeAlias

from domain.calendar import spelled
from domain.history import SYSTEM, TAGS, Pin, Recorded
from domain.officer import ROLE_TITLES, Role
from domain.rule import Finding, Rule, cite

DECISIONS: Mapping[str, Mapping[str, str]] = {
    "item": {
        "submit": "pengajuan",
        "confirm": "konfirmasi butir yang diambil alih",
        "revise": "perbaikan usulan",
        "test_consequence": "pengujian konsekuensi",
        "override": "pengujian dengan catatan",
        "consider": "pendapat Tim Pertimbangan",
        "approve": "persetujuan",
        "reject": "penolakan",
        "draft_decree": "penyusunan konsep daftar",
        "determine": "penetapan",
        "archive": "pengarsipan",
        "upload": "pengunggahan",
        "record_event": "pencatatan peristiwa",
        "review": "peninjauan ulang",
        "approve_opening": "persetujuan pembukaan",
        "declassify": "penetapan pembukaan",
        "hold": "penahanan",
        "release": "pelepasan penahanan",
        "correct": "pembetulan",
        "withdraw": "penarikan usulan",
    },
    "pledge": {
        "draft": "penyusunan konsep maklumat",
        "return": "pengembalian konsep maklumat",
        "determine": "penetapan maklumat",
        "announce": "pengumuman maklumat",
    },
}
"""What may be done to each subject, by its stable name, and what officers call it."""

TAG_DECISIONS: Mapping[str, str] = {
    "item.submitted": "submit",
    "item.confirmed": "confirm",
    "item.revised": "revise",
    "item.consequence_tested": "test_consequence",
    "item.gate_overridden": "override",
    "item.considered": "consider",
    "item.approved": "approve",
    "item.rejected": "reject",
    "item.determined": "determine",
    "item.reclassified": "determine",
    "item.archived": "archive",
    "item.uploaded": "upload",
    "item.period_event_recorded": "record_event",
    "item.reviewed": "review",
    "item.opening_approved": "approve_opening",
    "item.declassified": "declassify",
    "item.held": "hold",
    "item.released": "release",
    "item.corrected": "correct",
    "item.withdrawn": "withdraw",
    "pledge.drafted": "draft",
    "pledge.returned": "return",
    "pledge.determined": "determine",
    "pledge.announced": "announce",
}
"""Which decision a stored fact came from."""

LEAD_BACK = frozenset({"reject", "return"})
"""The `Tidak` of a diagram: the other way out of a step, so no later step waits for it."""

STAND_FOR = {"revise": "submit", "confirm": "submit"}
"""Acts that do the work of another: who revised has submitted again."""

BEGIN_AGAIN = frozenset({"revise", "test_consequence", "draft"})
"""Acts that open a new round when a later step has already been taken."""

ROLES = frozenset({*Role, SYSTEM})


# Service time (waktu, part of mutu baku)


class TimeUnit(StrEnum):
    MINUTE = "minute"  # menit
    HOUR = "hour"  # jam
    DAY = "day"  # hari, of the calendar
    WORKING_DAY = "working_day"  # hari kerja; never the same as hari
    WEEK = "week"  # minggu


class TimeKind(StrEnum):
    MEASURED = "measured"
    TENTATIVE = "tentative"  # tentatif
    BY_LAW = "by_law"  # sesuai peraturan perundang-undangan
    UNSTATED = "unstated"  # the column is empty


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceTime:
    words: str  # as the paper has it
    number: int | None = None
    unit: TimeUnit | None = None
    kind: TimeKind = TimeKind.UNSTATED


_UNITS = {
    "menit": TimeUnit.MINUTE,
    "jam": TimeUnit.HOUR,
    "hari": TimeUnit.DAY,
    "hari kalender": TimeUnit.DAY,
    "hari kerja": TimeUnit.WORKING_DAY,
    "minggu": TimeUnit.WEEK,
}
_KINDS = {
    "": TimeKind.UNSTATED,
    "tentatif": TimeKind.TENTATIVE,
    "sesuai peraturan perundang-undangan": TimeKind.BY_LAW,
}
_LENGTH = re.compile(rf"0*([1-9]\d{{0,3}})(?: \([a-z -]+\))? ({'|'.join(_UNITS)})")


def service_time(words: str) -> ServiceTime:
    """Read the column *Waktu*; what it does not say is not made up.

    >>> service_time("30 (tiga puluh) hari kerja").unit
    <TimeUnit.WORKING_DAY: 'working_day'>
    """
    plain = " ".join(words.lower().split())
    if plain in _KINDS:
        return ServiceTime(words=words, kind=_KINDS[plain])
    if length := _LENGTH.fullmatch(plain):
        return ServiceTime(
            words=words,
            number=int(length[1]),
            unit=_UNITS[length[2]],
            kind=TimeKind.MEASURED,
        )
    raise ValueError(
        f"Waktu {words!r} tidak dikenal: tulis lamanya seperti '1 menit', '1 minggu' atau "
        "'30 hari kerja', atau 'tentatif', atau 'sesuai peraturan perundang-undangan'."
    )


# The paper


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One decision within a step, and the offices it belongs to."""

    decision: str
    actors: tuple[str, ...]  # roles
    optional: bool = False  # later steps do not wait for it
    by_right: tuple[str, ...] = ()  # statutory only: offices no SOP can take it from


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    no: int
    activity: str  # kegiatan, as on the paper
    acts: tuple[Act, ...]
    needs: tuple[str, ...] = ()  # kelengkapan
    time: ServiceTime = ServiceTime(words="")
    output: str = ""
    remark: str = ""  # keterangan
    back_to: int | None = None  # where the `Tidak` of this step leads
    when: str = ""  # "at-end": comes with the end of the period, outside the order

    @property
    def at_end(self) -> bool:
        return self.when == "at-end"

    @property
    def awaited(self) -> tuple[str, ...]:
        """The decisions without which this step is not done."""
        return tuple(
            act.decision
            for act in self.acts
            if not act.optional and act.decision not in LEAD_BACK and act.decision not in STAND_FOR
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    key: str  # stable name, e.g. bali-2021
    subject: str  # "item" or "pledge"
    name: str  # nama SOP
    steps: tuple[Step, ...]
    number: str = ""  # nomor SOP; empty where it is missing or not legible
    revision: str = ""
    body_name: str = ""
    unit: str = ""
    made_on: date | None = None
    revised_on: date | None = None
    passed_on: date | None = None
    passed_by: str = ""  # the office, never the person
    effective_from: date | None = None
    effective_until: date | None = None  # inclusive
    legal_bases: tuple[str, ...] = ()  # verbatim, with the paper's own errors
    qualifications: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    equipment: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    separations: tuple[tuple[str, str], ...] = ()  # further decisions for different persons
    opinion_required: bool = False  # one office submits and tests: the Tim must be heard
    note: str = ""  # how the paper was read

    @property
    def begins(self) -> date | None:
        """From when it can be followed: not before it was passed, where it names no date."""
        return self.effective_from or self.passed_on or self.made_on

    def in_force(self, on: date) -> bool:
        """Whether *on* lies within the dates the paper itself gives; unknown dates bar nothing."""
        starts, ends = self.begins, self.effective_until
        return (starts is None or starts <= on) and (ends is None or on <= ends)


Sop: TypeAlias = tuple[Procedure | None, Procedure]
"""What an act is done under: the body's own paper where it has one, and the statutory one."""


def step_of(procedure: Procedure | None, decision: str) -> Step | None:
    """The step a decision belongs to, or None where the paper is silent on it."""
    steps = procedure.steps if procedure else ()
    return next((step for step in steps if any(a.decision == decision for a in step.acts)), None)


def act_of(procedure: Procedure | None, decision: str) -> Act | None:
    step = step_of(procedure, decision)
    return next((act for act in step.acts if act.decision == decision), None) if step else None


def pin(procedure: Procedure | None, decision: str, on: date) -> Pin | None:
    """What a stamp carries of the SOP; None where the body has none."""
    if procedure is None:
        return None
    step = step_of(procedure, decision)
    return Pin(
        key=procedure.key,
        number=procedure.number,
        revision=procedure.revision,
        step=step.no if step else None,
        in_force=procedure.in_force(on),
    )


def contradictions(procedure: Procedure) -> Iterator[str]:
    """Why a paper cannot be run as it is written, in sentences for whoever typed it."""
    if (known := DECISIONS.get(procedure.subject)) is None:
        yield f"urusan {procedure.subject!r} tidak dikenal, pilih {_either(DECISIONS)}"
        return
    numbers = [step.no for step in procedure.steps]
    if not numbers:
        yield "SOP tidak memuat satu langkah pun"
    if numbers != sorted(set(numbers)):
        yield "nomor langkah harus berurutan dan tidak boleh berulang"
    for step in procedure.steps:
        yield from (f"langkah {step.no}: {flaw}" for flaw in _flaws(step, numbers, known))
    decisions = Counter(act.decision for step in procedure.steps for act in step.acts)
    for decision in (d for d, times in decisions.items() if times > 1):
        yield f"keputusan {decision!r} tercantum lebih dari satu kali"
    for first, second in procedure.separations:
        for decision in {first, second} - known.keys():
            yield f"pemisahan: keputusan {decision!r} tidak dikenal"
        if first == second:
            yield f"pemisahan: {first!r} tidak dapat dipisahkan dari dirinya sendiri"
    since, until = procedure.effective_from, procedure.effective_until
    if since and until and until < since:
        yield "masa berlaku berakhir sebelum dimulai"


def _flaws(step: Step, numbers: Sequence[int], known: Mapping[str, str]) -> Iterator[str]:
    if not step.acts:
        yield "tidak ada tindakan"
    for act in step.acts:
        if act.decision not in known:
            yield f"keputusan {act.decision!r} tidak dikenal, pilih {_either(known)}"
        if not act.actors:
            yield f"keputusan {act.decision!r} tidak menyebut pelaksana"
        for role in {*act.actors, *act.by_right} - ROLES:
            yield f"pelaksana {role!r} tidak dikenal, pilih {_either(sorted(ROLES))}"
    if step.back_to is not None and (step.back_to not in numbers or step.back_to > step.no):
        yield f"tidak dapat kembali ke langkah {step.back_to}"
    if step.when not in ("", "at-end"):
        yield f"saat {step.when!r} tidak dikenal, pilih 'at-end' atau kosongkan"


def _either(names: Any) -> str:
    return ", ".join(map(str, names))


# What it asks of an act

THE_STEP_BELONGS_TO_ANOTHER_OFFICE = Rule(
    "the-step-belongs-to-another-office",
    "Tindakan ini bukan kewenangan jabatan Anda menurut prosedur yang berlaku.",
    cite("pp-61-2010", "14", "1", "d"),
)
"""PPID works by an SOP, PP 61/2010 Ps 14(1) d; PerKI 1/2021 lists the SOPs but binds no office."""

EARLIER_STEPS_MUST_BE_DONE = Rule(
    "earlier-steps-must-be-done",
    "Langkah sebelumnya dalam SOP belum selesai.",
    cite("pp-61-2010", "14", "1", "d"),
)
"""Same basis: an SOP whose steps may be taken in any order is none."""

THE_PROCEDURE_ASKS_FOR_ANOTHER_PERSON = Rule(
    "the-procedure-asks-for-another-person",
    "SOP meminta tindakan ini dilakukan oleh orang yang berbeda.",
    cite("pp-61-2010", "14", "1", "d"),
)
"""A separation beyond the law's own, kept in the SOP's file."""


def rules_against(
    procedure: Procedure | None,
    statutory: Procedure,
    decision: str,
    *,
    role: str,
    done: frozenset[str],
) -> Iterator[Rule]:
    """What the procedure holds against an office deciding this now.

    *done* are the decisions taken on this subject since it last went back. A step that comes
    with the end of a period neither waits nor is waited for.
    """
    assert decision in DECISIONS[statutory.subject], f"{decision!r} is no {statutory.subject} act"
    law = act_of(statutory, decision)
    assert law, f"the statutory procedure must know {decision!r}"
    own = act_of(procedure, decision)
    act, followed = (own, procedure) if own and procedure else (law, statutory)
    if role not in (*act.actors, *law.by_right):
        yield THE_STEP_BELONGS_TO_ANOTHER_OFFICE.about(
            detail=f"{DECISIONS[statutory.subject][decision]} adalah kewenangan "
            f"{_titles(act.actors)} ({_source(followed, decision)})"
        )
    if procedure:
        yield from _unfinished(procedure, decision, done)


def _unfinished(procedure: Procedure, decision: str, done: frozenset[str]) -> Iterator[Rule]:
    step = step_of(procedure, decision)
    if step is None or step.at_end:
        return
    accomplished = done | {STAND_FOR[decision] for decision in done if decision in STAND_FOR}
    words = DECISIONS[procedure.subject]
    for earlier in procedure.steps:
        if earlier.no >= step.no or earlier.at_end:
            continue
        missing = [words[d] for d in earlier.awaited if d not in accomplished]
        if missing:
            yield EARLIER_STEPS_MUST_BE_DONE.about(
                detail=f"langkah {earlier.no}, {earlier.activity}: belum ada {', '.join(missing)}"
            )


def rules_against_hands(
    procedure: Procedure | None,
    decision: str,
    *,
    hands: frozenset[str],
    did: Mapping[str, frozenset[str]],
) -> Iterator[Rule]:
    """Where the SOP separates this decision from another that one of these persons took.

    *did* holds, for each decision, everyone who ever took it on this subject.
    """
    for pair in procedure.separations if procedure else ():
        for other in set(pair) - {decision} if decision in pair else ():
            if hands & did.get(other, frozenset()):
                assert procedure
                words = DECISIONS[procedure.subject]
                yield THE_PROCEDURE_ASKS_FOR_ANOTHER_PERSON.about(
                    detail=f"{words[decision]} dan {words[other]}"
                )


def _titles(roles: Sequence[str]) -> str:
    return " atau ".join(ROLE_TITLES[Role(r)] if r != SYSTEM else "Sistem" for r in roles)


def _source(procedure: Procedure, decision: str) -> str:
    step = step_of(procedure, decision)
    assert step
    if not procedure.body_name:
        return step.remark  # the statutory procedure names its article there
    return f"langkah {step.no} SOP {procedure.number or procedure.name}"


def outside_effective_dates(procedure: Procedure, on: date) -> Finding | None:
    """Acting under an expired SOP is lawful; the officer and the auditor should see it."""
    if procedure.in_force(on):
        return None
    starts, ends = procedure.begins, procedure.effective_until
    if ends and ends < on:
        text = f"SOP {procedure.name} hanya berlaku sampai {spelled(ends)}"
    else:
        assert starts
        text = f"SOP {procedure.name} baru berlaku mulai {spelled(starts)}"
    return Finding(
        code="procedure-outside-effective-dates",
        text=f"{text}; tindakan tetap sah, tetapi SOP perlu diperbarui.",
        basis=str(cite("pp-61-2010", "14", "1", "d")),
        field="procedure",
        value=procedure.number or procedure.key,
    )


def missing_particulars(procedure: Procedure) -> tuple[Finding, ...]:
    """What a paper should say of itself and does not, or not legibly."""
    particulars = {
        "number": ("nomor SOP", procedure.number),
        "made_on": ("tanggal pembuatan", procedure.made_on),
        "passed_by": ("jabatan yang mengesahkan", procedure.passed_by),
        "effective_from": ("tanggal efektif", procedure.effective_from),
    }
    return tuple(
        Finding(
            code="procedure-particular-missing",
            text=f"SOP {procedure.name} tidak memuat {words} yang dapat dibaca.",
            basis=str(cite("pp-61-2010", "14", "1", "d")),
            field=field,
            value=procedure.key,
        )
        for field, (words, value) in particulars.items()
        if not value
    )


# Two papers side by side


def whose(sop: Sop, decision: str) -> frozenset[str]:
    """The offices a decision belongs to: by the paper, or by law where it is silent."""
    own, statutory = sop
    law = act_of(statutory, decision)
    act = act_of(own, decision) or law
    return frozenset({*(act.actors if act else ()), *(law.by_right if law else ())})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a decision stands in a paper; a step of None: the paper is silent, the law says who."""

    step: int | None
    activity: str
    actors: frozenset[str]
    time: str
    optional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    decision: str
    before: Place
    after: Place


def differences(before: Sop, after: Sop) -> tuple[Difference, ...]:
    """What a new paper changes, decision by decision, in the order of the law's own steps."""
    _, statutory = after
    places = ((d, place(before, d), place(after, d)) for d in DECISIONS[statutory.subject])
    return tuple(
        Difference(decision=decision, before=was, after=now)
        for decision, was, now in places
        if was != now
    )


def place(sop: Sop, decision: str) -> Place:
    own, _ = sop
    step, act = step_of(own, decision), act_of(own, decision)
    return Place(
        step=step.no if step else None,
        activity=step.activity if step else "",
        actors=whose(sop, decision),
        time=step.time.words if step else "",
        optional=bool(act and act.optional),
    )


# How long the steps took


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTime:
    """One step against its own standard, in the present round."""

    step: int
    activity: str
    standard: ServiceTime
    started: datetime | None
    finished: datetime | None
    elapsed: timedelta | None  # by the clock on the wall
    working_days: int | None  # only where the standard counts them
    within: bool | None  # None: the standard is no number, or time is still left


def measure(
    procedure: Procedure,
    history: Sequence[Recorded[Any]],
    *,
    local_date: Callable[[datetime], date],
    working_days_between: Callable[[date, date], int],
    now: datetime | None = None,
) -> tuple[StepTime, ...]:
    """Every step from the end of the one before it to the last decision it awaits.

    What went back is measured anew from the moment it went back. With *now* a step that is
    still running is held against its standard too, so that a late one can be called for.
    """
    times = _finished(procedure, history)
    measured: list[StepTime] = []
    start = times.began
    for step in procedure.steps:
        started = None if step.at_end else times.restarted.get(step.no, start)
        finished = times.finished.get(step.no)
        if not step.at_end:
            start = finished
        measured.append(
            _step_time(step, started, finished, finished or now, local_date, working_days_between)
        )
    return tuple(measured)


def running(
    procedure: Procedure | None,
    decision: str,
    since: datetime,
    *,
    local_date: Callable[[datetime], date],
    working_days_between: Callable[[date, date], int],
    now: datetime,
) -> StepTime | None:
    """The step that is awaited since a moment, as `measure` would find it, without its history."""
    step = step_of(procedure, decision)
    if step is None or step.at_end:
        return None
    return _step_time(step, since, None, now, local_date, working_days_between)


def _step_time(
    step: Step,
    started: datetime | None,
    finished: datetime | None,
    until: datetime | None,
    local_date: Callable[[datetime], date],
    working_days_between: Callable[[date, date], int],
) -> StepTime:
    elapsed = until - started if started and until else None
    days = None
    if started and until and step.time.unit in (TimeUnit.DAY, TimeUnit.WORKING_DAY):
        first, last = local_date(started), local_date(until)
        calendar_days = step.time.unit is TimeUnit.DAY
        days = (last - first).days if calendar_days else working_days_between(first, last)
    kept = _within(step.time, elapsed, days)
    return StepTime(
        step=step.no,
        activity=step.activity,
        standard=step.time,
        started=started,
        finished=finished,
        elapsed=elapsed,
        working_days=days if step.time.unit is TimeUnit.WORKING_DAY else None,
        within=None if kept and not finished else kept,
    )


@dataclass(frozen=True, slots=True)
class _Times:
    began: datetime | None
    finished: Mapping[int, datetime]
    restarted: Mapping[int, datetime]


def _finished(procedure: Procedure, history: Sequence[Recorded[Any]]) -> _Times:
    done: dict[str, datetime] = {}
    restarted: dict[int, datetime] = {}
    for recorded in history:
        decision = TAG_DECISIONS.get(TAGS.get(type(recorded.fact), ""), "")
        step = step_of(procedure, decision) or step_of(procedure, STAND_FOR.get(decision, ""))
        back_to = step.back_to if step and decision in LEAD_BACK else None
        if step and decision in BEGIN_AGAIN and _passed(procedure, step, done):
            back_to = step.no
        if back_to is not None:
            for later in (s for s in procedure.steps if s.no >= back_to):
                restarted.pop(later.no, None)
                if later.no > back_to or decision in LEAD_BACK:
                    for act in later.acts:
                        done.pop(act.decision, None)
            restarted[back_to] = recorded.at
            done.pop(STAND_FOR.get(decision, decision), None)
        if decision and decision not in LEAD_BACK:
            done.setdefault(STAND_FOR.get(decision, decision), recorded.at)
    return _Times(
        began=history[0].at if history else None,
        finished={
            step.no: max(done[decision] for decision in step.awaited)
            for step in procedure.steps
            if step.awaited and all(decision in done for decision in step.awaited)
        },
        restarted=restarted,
    )


def _passed(procedure: Procedure, step: Step, done: Mapping[str, datetime]) -> bool:
    later = (s for s in procedure.steps if s.no > step.no)
    return any(decision in done for s in later for decision in s.awaited)


def _within(standard: ServiceTime, elapsed: timedelta | None, days: int | None) -> bool | None:
    if elapsed is None or standard.number is None:
        return None
    match standard.unit:
        case TimeUnit.MINUTE:
            return elapsed <= timedelta(minutes=standard.number)
        case TimeUnit.HOUR:
            return elapsed <= timedelta(hours=standard.number)
        case TimeUnit.WEEK:
            return elapsed <= timedelta(weeks=standard.number)
        case TimeUnit.DAY | TimeUnit.WORKING_DAY:
            return days is not None and days <= standard.number
        case None:
            return None
