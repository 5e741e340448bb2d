"""A service pledge (maklumat pelayanan), from draft to announcement.

Each version is drafted, judged by another person, and announced; a new version begins with a
new draft while the announced one goes on standing. Read from top to bottom: the values, what
can happen, what we then know, what the law asks, what may be done.

Not expressed: that the Indonesian is correct and plain (PerKI 1/2021 Ps 48). Whoever
determines the pledge judges that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TypeAlias, assert_never
from uuid import UUID

from domain import procedure as procedures
from domain.calendar import Deadline, Schedule, spelled, working_days_after
from domain.history import Recorded, Stamp, named, recorded_as
from domain.procedure import Sop
from domain.rule import Finding, Rule, cite, uphold

ANNOUNCE_WITHIN_WORKING_DAYS = 7  # PP 96/2012 Ps 30(4), from the day the standard was fixed

ACCESSIBLE_FORMS = {"audio": "audio", "visual": "visual", "braille": "braille"}
"""Forms people with disabilities can use, PerKI 1/2021 Ps 48; any one of them will do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """The six parts of PerKI 1/2021 Ps 47(2), and what the pledge is called."""

    title: str = "Maklumat Pelayanan Informasi Publik"
    unit: str = ""  # whose pledge it is; empty: the body's own
    legal_basis: str  # dasar hukum
    procedure: str  # sistem, mekanisme, dan prosedur
    completion_time: str  # jangka waktu penyelesaian
    fees: str  # biaya/tarif
    assurance: str  # jaminan pelayanan
    evaluation: str  # evaluasi kinerja pelaksana
    standard_fixed_on: date | None = None  # when the standar pelayanan it promises was fixed


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """Where the public finds the pledge, and in which forms."""

    kind: str  # "papan-pengumuman", "website", "media-sosial", "aplikasi", "lainnya"
    address: str
    on: date | None = None
    accessible_forms: tuple[str, ...] = ()  # of ACCESSIBLE_FORMS


def id_of(unit: str) -> UUID:
    """A unit has one pledge, in versions; so has the body itself (``""``)."""
    return named(f"pledge:{unit}")


# What can happen


@recorded_as("pledge.drafted")
class Drafted:
    """An officer wrote the pledge down, or wrote it anew."""

    contents: Contents


@recorded_as("pledge.returned")
class Returned:
    """The draft was not agreed to and went back to whoever drafts."""

    reason: str


@recorded_as("pledge.determined")
class Determined:
    """The draft became the pledge."""

    number: str = ""  # nomor maklumat, where the body numbers it


@recorded_as("pledge.announced")
class Announced:
    """The pledge was made known on these channels."""

    channels: tuple[Channel, ...]


Fact: TypeAlias = Drafted | Returned | Determined | Announced


# What we then know


class Status(StrEnum):
    UNKNOWN = "unknown"  # nothing is recorded
    DRAFTED = "drafted"  # konsep, menunggu penetapan
    RETURNED = "returned"  # dikembalikan
    DETERMINED = "determined"  # ditetapkan, belum diumumkan
    ANNOUNCED = "announced"  # diumumkan


@dataclass(frozen=True, slots=True, kw_only=True)
class Pledge:
    """Until something is determined, nothing is promised to anybody."""

    unit: str = ""
    status: Status = Status.UNKNOWN
    draft: Contents | None = None  # waits to be determined, or was returned
    contents: Contents | None = None  # what stands
    number: str = ""
    determined_on: date | None = None
    channels: tuple[Channel, ...] = ()
    reason: str = ""  # why the draft was returned
    drafters: frozenset[str] = frozenset()  # persons, over the whole history
    judges: frozenset[str] = frozenset()  # who ever determined or returned
    done: frozenset[str] = frozenset()  # decisions taken in the present round

    @property
    def announced_on(self) -> date | None:
        return min((channel.on for channel in self.channels if channel.on), default=None)


initial = Pledge()


def evolve(pledge: Pledge, recorded: Recorded[Fact]) -> Pledge:
    """Take in one more fact. Facts are never argued with here."""
    fact = recorded.fact
    match fact:
        case Drafted(contents=contents):
            return replace(
                pledge,
                unit=contents.unit,
                status=Status.DRAFTED,
                draft=contents,
                drafters=pledge.drafters | recorded.hands,
                reason="",
                done=frozenset({"draft"}),
            )
        case Returned(reason=reason):
            return replace(
                pledge,
                status=Status.RETURNED,
                judges=pledge.judges | recorded.hands,
                reason=reason,
                done=frozenset(),
            )
        case Determined(number=number):
            return replace(
                pledge,
                status=Status.DETERMINED,
                draft=None,
                contents=pledge.draft,
                number=number,
                determined_on=recorded.on,
                channels=(),
                judges=pledge.judges | recorded.hands,
                done=pledge.done | {"determine"},
            )
        case Announced(channels=channels):
            return replace(
                pledge,
                status=Status.ANNOUNCED,
                channels=pledge.channels + channels,
                done=pledge.done | {"announce"},
            )
    assert_never(fact)


# What the law asks of its contents: Pasal 47 ayat (2) PerKI 1/2021, clause by clause

MUST_STATE_LEGAL_BASIS = Rule(
    "pledge-must-state-legal-basis",
    "Maklumat harus memuat dasar hukum.",
    cite("perki-1-2021", "47", "2", "a"),
    field="legal_basis",
)
MUST_STATE_PROCEDURE = Rule(
    "pledge-must-state-procedure",
    "Maklumat harus memuat sistem, mekanisme, dan prosedur.",
    cite("perki-1-2021", "47", "2", "b"),
    field="procedure",
)
MUST_STATE_COMPLETION_TIME = Rule(
    "pledge-must-state-completion-time",
    "Maklumat harus memuat jangka waktu penyelesaian.",
    cite("perki-1-2021", "47", "2", "c"),
    field="completion_time",
)
MUST_STATE_FEES = Rule(
    "pledge-must-state-fees",
    "Maklumat harus memuat biaya atau tarif; tulis 'gratis' bila tanpa biaya.",
    cite("perki-1-2021", "47", "2", "d"),
    field="fees",
)
MUST_STATE_ASSURANCE = Rule(
    "pledge-must-state-assurance",
    "Maklumat harus memuat jaminan pelayanan.",
    cite("perki-1-2021", "47", "2", "e"),
    field="assurance",
)
MUST_STATE_EVALUATION = Rule(
    "pledge-must-state-evaluation",
    "Maklumat harus memuat evaluasi kinerja pelaksana.",
    cite("perki-1-2021", "47", "2", "f"),
    field="evaluation",
)


def rules_against_contents(contents: Contents) -> Iterator[Rule]:
    """Every part the pledge still lacks."""
    if not contents.legal_basis.strip():
        yield MUST_STATE_LEGAL_BASIS
    if not contents.procedure.strip():
        yield MUST_STATE_PROCEDURE
    if not contents.completion_time.strip():
        yield MUST_STATE_COMPLETION_TIME
    if not contents.fees.strip():
        yield MUST_STATE_FEES
    if not contents.assurance.strip():
        yield MUST_STATE_ASSURANCE
    if not contents.evaluation.strip():
        yield MUST_STATE_EVALUATION


# What the law asks of those who act

WHO_JUDGES_MUST_NOT_DRAFT = Rule(
    "who-judges-must-not-draft",
    "Yang menyusun maklumat tidak boleh menetapkan atau mengembalikannya, dan sebaliknya.",
    cite("uu-25-2009", "22"),
)
"""UU 25/2009 Ps 22 names drafting and determining as two acts. That two persons do them is how
the SOP splits it (PPID Pelaksana, Atasan PPID); it is kept here so that one person in both
offices, or a delegation, cannot undo it."""

A_DRAFT_MUST_AWAIT_DECISION = Rule(
    "a-draft-must-await-decision",
    "Tidak ada konsep maklumat yang menunggu keputusan.",
    cite("uu-25-2009", "22"),
)
A_RETURN_MUST_SAY_WHY = Rule(
    "a-return-must-say-why",
    "Pengembalian konsep maklumat harus disertai alasan.",
    cite("uu-25-2009", "22"),
    field="reason",
)
MUST_BE_DETERMINED_BEFORE_ANNOUNCED = Rule(
    "must-be-determined-before-announced",
    "Maklumat harus ditetapkan sebelum diumumkan.",
    cite("uu-25-2009", "22"),
)
MUST_BE_ANNOUNCED_SOMEWHERE = Rule(
    "must-be-announced-somewhere",
    "Sebutkan paling sedikit satu sarana pengumuman.",
    cite("perki-1-2021", "48"),
    field="channels",
)
CHANNEL_MUST_HAVE_AN_ADDRESS = Rule(
    "channel-must-have-an-address",
    "Sarana pengumuman harus disertai alamat atau tempatnya.",
    cite("perki-1-2021", "48"),
    field="address",
)
CHANNEL_MUST_HAVE_A_DATE = Rule(
    "channel-must-have-a-date",
    "Sarana pengumuman harus disertai tanggal pengumuman.",
    cite("perki-1-2021", "48"),
    field="on",
)
ANNOUNCEMENT_MUST_HAVE_HAPPENED = Rule(
    "announcement-must-have-happened",
    "Pengumuman dicatat setelah dilakukan; tanggalnya tidak boleh di kemudian hari.",
    cite("perki-1-2021", "48"),
    field="on",
)
MUST_BE_ACCESSIBLE = Rule(
    "must-be-accessible",
    "Maklumat harus diumumkan dalam bentuk yang dapat diakses penyandang disabilitas: "
    "audio, visual, dan/atau braille.",
    cite("perki-1-2021", "48"),
    field="accessible_forms",
)


def rules_against_drafting(
    pledge: Pledge, *, stamp: Stamp, sop: Sop, contents: Contents | None = None
) -> Iterator[Rule]:
    """What stands against this draft; without *contents*, against this officer drafting at all."""
    yield from procedures.rules_against(*sop, "draft", role=stamp.as_role, done=pledge.done)
    if stamp.hands & pledge.judges:
        yield WHO_JUDGES_MUST_NOT_DRAFT
    if contents:
        yield from rules_against_contents(contents)


def rules_against_judging(
    pledge: Pledge, decision: str, *, stamp: Stamp, sop: Sop
) -> Iterator[Rule]:
    """What stands against this officer determining or returning the draft."""
    yield from procedures.rules_against(*sop, decision, role=stamp.as_role, done=pledge.done)
    if pledge.status is not Status.DRAFTED:
        yield A_DRAFT_MUST_AWAIT_DECISION
    if stamp.hands & pledge.drafters:
        yield WHO_JUDGES_MUST_NOT_DRAFT


def rules_against_returning(
    pledge: Pledge, *, stamp: Stamp, sop: Sop, reason: str | None = None
) -> Iterator[Rule]:
    yield from rules_against_judging(pledge, "return", stamp=stamp, sop=sop)
    if reason is not None and not reason.strip():
        yield A_RETURN_MUST_SAY_WHY


def rules_against_determining(pledge: Pledge, *, stamp: Stamp, sop: Sop) -> Iterator[Rule]:
    yield from rules_against_judging(pledge, "determine", stamp=stamp, sop=sop)
    if pledge.draft:
        yield from rules_against_contents(pledge.draft)


def rules_against_announcing(
    pledge: Pledge, *, stamp: Stamp, sop: Sop, channels: Sequence[Channel] | None = None
) -> Iterator[Rule]:
    """What stands against announcing; the forms count over all channels the pledge is on."""
    yield from procedures.rules_against(*sop, "announce", role=stamp.as_role, done=pledge.done)
    if pledge.status not in (Status.DETERMINED, Status.ANNOUNCED):
        yield MUST_BE_DETERMINED_BEFORE_ANNOUNCED
    if channels is None:
        return
    if not channels:
        yield MUST_BE_ANNOUNCED_SOMEWHERE
    for channel in channels:
        if not channel.address.strip():
            yield CHANNEL_MUST_HAVE_AN_ADDRESS.about(detail=channel.kind)
        if channel.on is None:
            yield CHANNEL_MUST_HAVE_A_DATE.about(detail=channel.kind)
        elif channel.on > stamp.on:
            yield ANNOUNCEMENT_MUST_HAVE_HAPPENED.about(detail=spelled(channel.on))
        elif pledge.determined_on and channel.on < pledge.determined_on:
            yield MUST_BE_DETERMINED_BEFORE_ANNOUNCED.about("on", spelled(channel.on))
    forms = {form for c in (*pledge.channels, *channels) for form in c.accessible_forms}
    if not forms & ACCESSIBLE_FORMS.keys():
        yield MUST_BE_ACCESSIBLE


def obstacles(pledge: Pledge, decision: str, *, stamp: Stamp, sop: Sop) -> tuple[Rule, ...]:
    """What already stands against a decision before anything has been entered."""
    match decision:
        case "draft":
            return tuple(rules_against_drafting(pledge, stamp=stamp, sop=sop))
        case "return":
            return tuple(rules_against_returning(pledge, stamp=stamp, sop=sop))
        case "determine":
            return tuple(rules_against_determining(pledge, stamp=stamp, sop=sop))
        case "announce":
            return tuple(rules_against_announcing(pledge, stamp=stamp, sop=sop))
    raise AssertionError(f"{decision!r} is no decision on a pledge")


# What may be done


def draft(pledge: Pledge, *, stamp: Stamp, sop: Sop, contents: Contents) -> list[Fact]:
    """Write the pledge down; what is already drafted, or already stands, is not written again."""
    if contents == (pledge.draft or pledge.contents) and pledge.status is not Status.RETURNED:
        return []
    uphold(rules_against_drafting(pledge, stamp=stamp, sop=sop, contents=contents))
    return [Drafted(contents=contents)]


def return_(pledge: Pledge, *, stamp: Stamp, sop: Sop, reason: str) -> list[Fact]:
    """Send the draft back, saying why."""
    if pledge.status is Status.RETURNED:
        return []
    uphold(rules_against_returning(pledge, stamp=stamp, sop=sop, reason=reason))
    return [Returned(reason=reason.strip())]


def determine(pledge: Pledge, *, stamp: Stamp, sop: Sop, number: str = "") -> list[Fact]:
    """Make the draft the pledge of the body."""
    if pledge.status in (Status.DETERMINED, Status.ANNOUNCED):
        return []
    uphold(rules_against_determining(pledge, stamp=stamp, sop=sop))
    return [Determined(number=number)]


def announce(pledge: Pledge, *, stamp: Stamp, sop: Sop, channels: Sequence[Channel]) -> list[Fact]:
    """Record where the pledge was made known; only channels not yet on record are added."""
    new = tuple(dict.fromkeys(c for c in channels if c not in pledge.channels))
    if channels and not new:
        return []
    uphold(rules_against_announcing(pledge, stamp=stamp, sop=sop, channels=new))
    return [Announced(channels=new)]


# What an officer should look at


def deadline(pledge: Pledge, schedule: Schedule) -> Deadline | None:
    """The last day to announce it, or None while the date of its standard is not known."""
    contents = pledge.draft or pledge.contents
    if contents is None or contents.standard_fixed_on is None:
        return None
    return working_days_after(
        schedule,
        contents.standard_fixed_on,
        ANNOUNCE_WITHIN_WORKING_DAYS,
        rule="pledge-announcement",
        basis=str(cite("pp-96-2012", "30", "4")),
    )


def findings(pledge: Pledge, *, on: date, schedule: Schedule) -> tuple[Finding, ...]:
    """Lateness and what keeps it from being known; a late pledge is still announced."""
    if pledge.draft is None and pledge.contents is None:
        return ()
    due = deadline(pledge, schedule)
    if due is None:
        return (
            Finding(
                code="pledge-standard-undated",
                text="Tanggal penetapan standar pelayanan belum diisi, sehingga batas waktu "
                "pengumuman maklumat tidak dapat dihitung.",
                basis=str(cite("pp-96-2012", "30", "4")),
                field="standard_fixed_on",
            ),
        )
    announced = None if pledge.draft else pledge.announced_on
    if (announced or on) <= due.due:
        return ()
    happened = f"baru diumumkan {spelled(announced)}" if announced else "belum diumumkan"
    return (
        Finding(
            code="pledge-announced-late",
            text=f"Maklumat {happened}, melewati batas 7 hari kerja sejak standar pelayanan "
            f"ditetapkan, yaitu {spelled(due.due)}.",
            basis=due.basis,
            field="standard_fixed_on",
            value=due.start.isoformat(),
        ),
    )
