"""What it means to remember: facts, their envelope, and folding them.

A fact says what happened and nothing else. The envelope around it says when,
by whom, in which office and under which procedure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from typing import Any, Generic, Protocol, TypeVar, dataclass_transform
from uuid import UUID, uuid5

S = TypeVar("S")
F = TypeVar("F")
F_co = TypeVar("F_co", covariant=True)
T = TypeVar("T")

SYSTEM = "sistem"
"""Who signs what the clock brings about."""

NAMESPACE = UUID("5d1d1c00-61e5-4a01-9e5b-14200861201a")
"""Subjects of which a register has exactly one (its body, calendar, law) live under names in it."""

FACTS: dict[str, type] = {}
"""Every kind of fact by the tag it is stored under. Tags outlive class names."""

TAGS: dict[type, str] = {}
"""The same register, read the other way."""


@dataclass_transform(frozen_default=True, kw_only_default=True)
def recorded_as(tag: str) -> Callable[[type[T]], type[T]]:
    """Declare a kind of fact: immutable, named in the past tense, stored as *tag*."""

    def enrol(cls: type[T]) -> type[T]:
        assert tag not in FACTS, f"{tag!r} already names {FACTS[tag].__qualname__}"
        kind = dataclass(frozen=True, slots=True, kw_only=True)(cls)
        FACTS[tag] = kind
        TAGS[kind] = tag
        return kind

    return enrol


def named(name: str) -> UUID:
    """The id of a subject that is known by its name, e.g. ``named("calendar")``."""
    return uuid5(NAMESPACE, name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """The procedure (SOP) an act was done under, as it was numbered that day."""

    key: str  # stable name of the SOP, e.g. kalteng-diskominfo-2024
    number: str  # nomor SOP; empty where the paper's own is not legible
    revision: str
    step: int | None  # None: the SOP is silent on this act, the statutory order applied
    in_force: bool  # False: the act lies outside the SOP's effective dates


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Everything an act carries besides its content. Handed in; never ambient."""

    at: datetime  # when it was decided, UTC
    on: date  # the local date on which it takes effect; may lie before `at`
    by: str  # officer id, or SYSTEM
    as_role: str = ""  # the office in which he acted, a domain.officer.Role
    principal: str = ""  # whose office it is, where he acts for another (Plt/Plh)
    delegation: str = ""  # number of the decree that lets him
    procedure: Pin | None = None
    cause: str = ""  # request id: by it the outcome of a lost request is found again

    @property
    def hands(self) -> frozenset[str]:
        """Who counts as having done this: the one who acted, and the one whose office he used."""
        return frozenset({self.by, self.principal} - {""})


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded(Stamp, Generic[F_co]):
    """A fact in its place: whose history, which position in it, and its stamp.

    The first two names are those of eventsourcing's ``DomainEventProtocol``.
    """

    originator_id: UUID
    originator_version: int  # 1 for the first fact of a history
    fact: F_co


class Subject(Protocol[S]):
    """Something with a history. A module is one: see ``domain.item``."""

    @property
    def initial(self) -> S: ...

    @property
    def evolve(self) -> Callable[[S, Recorded[Any]], S]: ...


def fold(subject: Subject[S], history: Iterable[Recorded[Any]]) -> S:
    """What is known once all of *history* has happened, in that order."""
    return reduce(subject.evolve, history, subject.initial)


@dataclass(frozen=True, slots=True)
class Known(Generic[S]):
    """What is known of a subject, and how many facts that rests on (0: none)."""

    state: S
    version: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was written: the ledger position reached and the new version of each subject.

    ``position`` is None where the decision found nothing left to do.
    """

    position: int | None
    versions: Mapping[UUID, int]
    facts: Sequence[Recorded[Any]] = ()


class Ledger(Protocol):
    """Where histories are kept. ``adapters.ledger`` has the real one."""

    def history(self, subject_id: UUID) -> list[Recorded[Any]]:
        """All facts of a subject in order; empty where there are none."""

    def recall(self, subject: Subject[S], subject_id: UUID) -> Known[S]:
        """What is known of a subject now; `initial` at version 0 where nothing is."""

    def recall_many(self, subjects: Mapping[UUID, Subject[Any]]) -> Mapping[UUID, Known[Any]]:
        """The same of several at once."""

    def amend(
        self,
        subject: Subject[S],
        subject_id: UUID,
        decide: Callable[[S], Sequence[Any]],
        stamp: Stamp,
        *,
        expect: int | None = None,
    ) -> Receipt:
        """Continue a history by whatever *decide* answers to what is known now.

        With *expect* the subject must be at that version (0: it must be new), else `Stale`;
        without it, a lost race means deciding again. Raises `Unrecorded` for a subject
        without facts unless *expect* is 0, `Contended`, `OutcomeUnknown`.
        """

    def amend_many(
        self,
        subjects: Mapping[UUID, Subject[Any]],
        decide: Callable[[Mapping[UUID, Any]], Mapping[UUID, Sequence[Any]]],
        stamp: Stamp,
        *,
        expect: Mapping[UUID, int] | None = None,
    ) -> Receipt:
        """The same over several subjects at once: all of it is recorded, or none.

        A subject without facts is handed over as its `initial`.
        """


class Unrecorded(Exception):
    """Nothing has ever been recorded under this id."""


class Stale(Exception):
    """The subject has moved on since the version the caller had seen; nothing was recorded."""

    def __init__(self, subject_id: UUID, expected: int, actual: int) -> None:
        super().__init__(f"{subject_id} is at version {actual}, not {expected}")
        self.subject_id, self.expected, self.actual = subject_id, expected, actual


class Contended(Exception):
    """Others kept writing to the same history; nothing was recorded."""


class OutcomeUnknown(Exception):
    """The connection was lost while recording: it may or may not be there.

    Look for the request id (`Stamp.cause`) in the subject's history before doing it again.
    """
