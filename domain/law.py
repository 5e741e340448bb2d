"""The law register: which instruments there are, what replaced them, what Pasal 17 says.

Law is data here. A new statute, a replacement or an amended Pasal 17 is a fact with its date;
no code changes (docs/howto/change-the-law.md). What a register knows is asked by date, so an
old determination is read by the law of its day. `domain.law_check` compares citations with it.

Read on: facts, state and what may be asked of it, decisions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, TypeAlias, assert_never

from domain.ground import HURUF, Category
from domain.history import Recorded, named, recorded_as
from domain.rule import Rule, cite, uphold

ID = named("law")


class Level(StrEnum):
    """The rank of an instrument, highest first."""

    UUD = "uud"
    UU = "uu"  # undang-undang, perppu
    PP = "pp"
    PERPRES = "perpres"
    PERMEN = "permen"  # ministers and agencies: permen, PerKI, peraturan ANRI
    PERDA = "perda"
    PERKADA = "perkada"  # pergub, perbup, perwali
    KEPUTUSAN = "keputusan"
    SOP = "sop"

    @property
    def rank(self) -> int:
        return list(Level).index(self)


KINDS: Mapping[str, Level] = {
    "UUD": Level.UUD,
    "UU": Level.UU,
    "Perppu": Level.UU,
    "PP": Level.PP,
    "Perpres": Level.PERPRES,
    "PerKI": Level.PERMEN,
    "Permendagri": Level.PERMEN,
    "Permenpan-RB": Level.PERMEN,
    "Permenkominfo": Level.PERMEN,
    "Permen": Level.PERMEN,
    "Peraturan": Level.PERMEN,
    "Perda": Level.PERDA,
    "Pergub": Level.PERKADA,
    "Perbup": Level.PERKADA,
    "Perwali": Level.PERKADA,
    "Keppres": Level.KEPUTUSAN,
    "Kepgub": Level.KEPUTUSAN,
    "SK": Level.KEPUTUSAN,
    "Keputusan": Level.KEPUTUSAN,
}
"""The rank of every kind of instrument that `domain.citation` reads."""


def level_of(kind: str) -> Level:
    """The rank of ``Perda Provinsi Bali`` is that of its first word."""
    return KINDS.get(kind.partition(" ")[0], Level.SOP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    key: str  # as `Citation.key`: uu-14-2008
    kind: str
    number: str = ""
    year: int | None = None
    about: str
    level: Level
    in_force_from: date | None = None  # None: not known to us; never guessed
    aliases: tuple[str, ...] = ()  # other names it is cited by: KIP
    articles: int | None = None  # the last pasal, where known
    source: str = ""  # where the text was read
    confirmed: bool = False  # compared with its text
    note: str = ""

    def __str__(self) -> str:
        number = f" Nomor {self.number}" if self.number else ""
        return f"{self.kind}{number}" + (f" Tahun {self.year}" if self.year else "")


class Extent(StrEnum):
    WHOLE = "whole"
    PART = "part"


# Facts


@recorded_as("law.instrument_entered")
class InstrumentEntered:
    """The register learned of an instrument; the same key again corrects what is known."""

    instrument: Instrument


@recorded_as("law.instrument_replaced")
class InstrumentReplaced:
    """A later instrument took the place of this one, in whole or in part."""

    key: str
    by: str
    on: date | None  # when the replacement takes effect; None: not known to us
    extent: Extent = Extent.WHOLE
    note: str = ""
    confirmed: bool = False


@recorded_as("law.instrument_amended")
class InstrumentAmended:
    """A later instrument changed this one, which goes on standing as changed."""

    key: str
    by: str
    on: date | None
    note: str = ""
    confirmed: bool = False


@recorded_as("law.grounds_enacted")
class GroundsEnacted:
    """What Pasal 17 says of each huruf, from a day on."""

    since: date
    categories: tuple[Category, ...]
    basis: str  # the provisions it was taken from


Change: TypeAlias = InstrumentReplaced | InstrumentAmended
Fact: TypeAlias = InstrumentEntered | Change | GroundsEnacted


# What is known


class Status(StrEnum):
    IN_FORCE = "in_force"
    NOT_YET = "not_yet"
    REPLACED = "replaced"
    UNKNOWN = "unknown"  # not in the register


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Whether an instrument holds on a day, and what holds in its stead."""

    status: Status
    by: tuple[str, ...] = ()  # its successors one after the other; the last is in force
    on: date | None = None  # since when it is replaced, where known
    confirmed: bool = True
    note: str = ""

    @property
    def successor(self) -> str:
        return self.by[-1] if self.by else ""


@dataclass(frozen=True, slots=True)
class LawRegister:
    version: int = 0
    instruments: Mapping[str, Instrument] = field(default_factory=dict)
    changes: Mapping[str, tuple[Change, ...]] = field(default_factory=dict)
    enacted: tuple[GroundsEnacted, ...] = ()

    def instrument(self, key: str) -> Instrument | None:
        return self.instruments.get(key)

    def status(self, key: str, on: date) -> Standing:
        """Whether *key* is in force on a day; a replacement without a known date counts on any."""
        known = self.instruments.get(key)
        if known is None:
            return Standing(status=Status.UNKNOWN, confirmed=False)
        gone = self._replacement(key, on)
        if gone is not None:
            return Standing(
                status=Status.REPLACED,
                by=tuple(self._successors(key, on)),
                on=gone.on,
                confirmed=gone.confirmed,
                note=gone.note,
            )
        if known.in_force_from is not None and on < known.in_force_from:
            return Standing(
                status=Status.NOT_YET, on=known.in_force_from, confirmed=known.confirmed
            )
        return Standing(status=Status.IN_FORCE, confirmed=known.confirmed)

    def categories(self, on: date) -> Mapping[str, Category]:
        """Pasal 17 as it stands on a day, by huruf; empty before it was law."""
        in_force = [enacted for enacted in reversed(self.enacted) if enacted.since <= on]
        latest = max(in_force, key=lambda enacted: enacted.since, default=None)
        return {category.huruf: category for category in latest.categories} if latest else {}

    def changed_after(self, key: str, on: date, until: date = date.max) -> bool:
        """Whether *key* was amended or replaced after a day, so that a test resting on it is stale.

        By the day a change takes effect; *until* leaves out those that lie ahead. Changes whose
        date is not known do not count here; `status` tells of them.
        """
        changes = self.changes.get(key, ())
        return any(change.on is not None and on < change.on <= until for change in changes)

    def _replacement(self, key: str, on: date) -> InstrumentReplaced | None:
        gone = (
            change
            for change in self.changes.get(key, ())
            if isinstance(change, InstrumentReplaced) and change.extent is Extent.WHOLE
        )
        return next((change for change in gone if change.on is None or change.on <= on), None)

    def _successors(self, key: str, on: date) -> Iterator[str]:
        seen = {key}
        while (gone := self._replacement(key, on)) and gone.by not in seen:
            key = gone.by
            seen.add(key)
            yield key


initial = LawRegister()


def evolve(register: LawRegister, recorded: Recorded[Any]) -> LawRegister:
    """Take in one more fact."""
    return learn(register, recorded.fact)


def learn(register: LawRegister, fact: Fact) -> LawRegister:
    """The same without an envelope, for a register that is only being read from a file."""
    register = replace(register, version=register.version + 1)
    match fact:
        case InstrumentEntered(instrument=known):
            return replace(register, instruments={**register.instruments, known.key: known})
        case InstrumentReplaced(key=key, by=by) | InstrumentAmended(key=key, by=by):
            known_changes = register.changes.get(key, ())  # the same change again corrects it
            others = [c for c in known_changes if (type(c), c.by) != (type(fact), by)]
            return replace(register, changes={**register.changes, key: (*others, fact)})
        case GroundsEnacted():
            return replace(register, enacted=(*register.enacted, fact))
    assert_never(fact)


# What may be done

CHANGES_SPEAK_OF_KNOWN_INSTRUMENTS = Rule(
    "law-changes-speak-of-known-instruments",
    "Perubahan hanya dapat dicatat untuk peraturan yang sudah ada dalam register hukum.",
    cite("uu-14-2008", "7", "2"),
    field="key",
)
NOTHING_REPLACES_ITSELF = Rule(
    "law-nothing-replaces-itself",
    "Peraturan tidak dapat diganti atau diubah oleh dirinya sendiri.",
    cite("uu-14-2008", "7", "2"),
    field="by",
)
SOURCE_MUST_BE_NAMED = Rule(
    "law-source-must-be-named",
    "Sumber teks peraturan harus disebut, agar dapat diperiksa.",
    cite("uu-14-2008", "7", "2"),
    field="source",
)
GROUNDS_MUST_BE_HURUF = Rule(
    "law-grounds-must-be-huruf",
    "Kategori pengecualian harus berupa huruf a sampai dengan j, masing-masing satu kali.",
    cite("uu-14-2008", "17"),
    field="categories",
)


def enter(register: LawRegister, *, instrument: Instrument) -> list[Fact]:
    """Enter an instrument or correct what is known of it; the same again changes nothing."""
    if register.instruments.get(instrument.key) == instrument:
        return []
    uphold([SOURCE_MUST_BE_NAMED] if not instrument.source.strip() else [])
    return [InstrumentEntered(instrument=instrument)]


def record_change(register: LawRegister, *, change: Change) -> list[Fact]:
    """Record that an instrument was replaced or amended by another."""
    if change in register.changes.get(change.key, ()):
        return []
    uphold(_rules_against_change(register, change))
    return [change]


def enact(
    register: LawRegister, *, since: date, categories: Sequence[Category], basis: str
) -> list[Fact]:
    """Say what Pasal 17 says from a day on."""
    enacted = GroundsEnacted(since=since, categories=tuple(categories), basis=basis)
    if enacted in register.enacted:
        return []
    huruf = [category.huruf for category in categories]
    odd = not huruf or len(set(huruf)) < len(huruf) or not set(huruf) <= set(HURUF)
    uphold([GROUNDS_MUST_BE_HURUF] if odd else [])
    return [enacted]


def _rules_against_change(register: LawRegister, change: Change) -> Iterator[Rule]:
    for key, name in ((change.key, "key"), (change.by, "by")):
        if key not in register.instruments:
            yield CHANGES_SPEAK_OF_KNOWN_INSTRUMENTS.about(name, key)
    if change.key == change.by:
        yield NOTHING_REPLACES_ITSELF
