"""The ledger: where a decision becomes history."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from threading import Lock
from typing import Any, TypeVar, cast
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.persistence import InfrastructureFactory, IntegrityError
from eventsourcing.utils import Environment, EnvType

from adapters.codec import FactMapper, Unreadable, to_recorded
from adapters.database import Database
from adapters.recorder import LedgerRecorder, Noted, RegisterFactory, Row
from adapters.trouble import in_plain_words
from domain.history import (
    Contended,
    Known,
    Receipt,
    Recorded,
    Stale,
    Stamp,
    Subject,
    Unrecorded,
)

S = TypeVar("S")

ATTEMPTS_MAX = 5
KEPT_MAX = 1000  # histories whose state is remembered
STREAM_ROWS = 1000  # fetched at a time; memory stays flat however long the ledger is

Decide = Callable[[Mapping[UUID, Any]], Mapping[UUID, Sequence[Any]]]


@dataclass(frozen=True, slots=True)
class _Folded:
    """What a history came to, and the last fact it rests on."""

    subject: Subject[Any]
    known: Known[Any]
    last: Row


class _Kept:
    """What was folded lately. Never believed without asking the ledger for what came after."""

    def __init__(self) -> None:
        self._folded: OrderedDict[UUID, _Folded] = OrderedDict()
        self._mutex = Lock()

    def get(self, subject_id: UUID, subject: Subject[Any]) -> _Folded | None:
        with self._mutex:
            found = self._folded.get(subject_id)
            if found is None or found.subject is not subject:
                return None
            self._folded.move_to_end(subject_id)
            return found

    def put(self, subject_id: UUID, folded: _Folded) -> None:
        with self._mutex:
            self._folded[subject_id] = folded
            self._folded.move_to_end(subject_id)
            if len(self._folded) > KEPT_MAX:
                self._folded.popitem(last=False)


class PersistentLedger(Application[UUID]):
    """The histories of one register. Safe to share between threads."""

    name = "ledger"

    def __init__(self, database: Database, code: str) -> None:
        self.database, self.code = database, code
        self._kept = _Kept()
        super().__init__()

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """Nothing of the process's environment: what is wanted is handed in."""
        return Environment(name, {})

    def construct_factory(self, env: Environment) -> InfrastructureFactory[Any]:
        return RegisterFactory(env, self.database, self.code)

    def construct_mapper(self) -> FactMapper:
        return FactMapper()

    @property
    def _log(self) -> LedgerRecorder:
        return cast("LedgerRecorder", self.recorder)

    @property
    def channel(self) -> str:
        """LISTEN here to hear that something may have been recorded."""
        return self._log.datastore.schema

    # domain.history.Ledger

    def history(self, subject_id: UUID) -> list[Recorded[Any]]:
        return _in_sequence(self._log.history(subject_id))

    def recall(self, subject: Subject[S], subject_id: UUID) -> Known[S]:
        return cast("Known[S]", self.recall_many({subject_id: subject})[subject_id])

    def recall_many(self, subjects: Mapping[UUID, Subject[Any]]) -> dict[UUID, Known[Any]]:
        """What is known, folded on from where an earlier question of this process had come.

        The fact at that place is read once more: if it is not the same, this is another history.
        """
        kept = {i: one for i, subject in subjects.items() if (one := self._kept.get(i, subject))}
        since = {i: kept[i].known.version if i in kept else 1 for i in subjects}
        histories: dict[UUID, list[Row]] = {subject_id: [] for subject_id in subjects}
        for row in self._log.since(since) if since else ():
            histories[row[0]].append(row)
        return {
            subject_id: self._continue(subject_id, subjects[subject_id], kept.get(subject_id), rows)
            for subject_id, rows in histories.items()
        }

    def amend(
        self,
        subject: Subject[S],
        subject_id: UUID,
        decide: Callable[[S], Sequence[Any]],
        stamp: Stamp,
        *,
        expect: int | None = None,
    ) -> Receipt:
        return self._amend(
            {subject_id: subject},
            lambda known: {subject_id: decide(known[subject_id])},
            stamp,
            {} if expect is None else {subject_id: expect},
            must_exist=expect != 0,
        )

    def amend_many(
        self,
        subjects: Mapping[UUID, Subject[Any]],
        decide: Decide,
        stamp: Stamp,
        *,
        expect: Mapping[UUID, int] | None = None,
    ) -> Receipt:
        return self._amend(subjects, decide, stamp, expect or {}, must_exist=False)

    def _amend(
        self,
        subjects: Mapping[UUID, Subject[Any]],
        decide: Decide,
        stamp: Stamp,
        expect: Mapping[UUID, int],
        *,
        must_exist: bool,
    ) -> Receipt:
        is_new = all(expect.get(subject_id) == 0 for subject_id in subjects)
        for attempt in range(ATTEMPTS_MAX):
            # What should be new is not looked up first: writing it tells whether it was.
            if is_new and attempt == 0:
                known = {i: Known(subject.initial, 0) for i, subject in subjects.items()}
            else:
                known = self.recall_many(subjects)
                _check(known, expect, must_exist=must_exist)
            try:
                facts = decide({subject_id: known[subject_id].state for subject_id in known})
            except Exception:
                if is_new and attempt == 0:
                    _check(self.recall_many(subjects), expect, must_exist=False)
                raise
            recorded = _in_envelopes(facts, known, stamp)
            if not recorded and is_new and attempt == 0:
                continue
            try:
                return self._append(recorded, known)
            except IntegrityError:
                continue  # Somebody wrote first: decide again, on what they wrote.
        raise Contended(", ".join(str(subject_id) for subject_id in subjects))

    def _continue(
        self, subject_id: UUID, subject: Subject[Any], kept: _Folded | None, rows: Sequence[Row]
    ) -> Known[Any]:
        if kept and (not rows or rows[0] != kept.last):
            kept, rows = None, self._log.history(subject_id)
        if kept and len(rows) == 1:
            return kept.known
        if not kept and rows and not _is_of(subject, rows[0][2]):
            raise Unrecorded(subject_id)  # something else is known by this id
        state, version = (kept.known.state, kept.known.version) if kept else (subject.initial, 0)
        new = _in_sequence(rows[1:] if kept else rows, after=version)
        known = Known(reduce(subject.evolve, new, state), version + len(new))
        if rows:
            self._kept.put(subject_id, _Folded(subject, known, rows[-1]))
        return known

    def _append(
        self, recorded: Sequence[Recorded[Any]], known: Mapping[UUID, Known[Any]]
    ) -> Receipt:
        versions = {subject_id: known[subject_id].version for subject_id in known}
        if not recorded:
            return Receipt(None, versions)
        recordings = self.events.put(recorded)  # what save() does, less its inspection of each
        for one in recorded:
            versions[one.originator_id] = one.originator_version
        return Receipt(recordings[-1].notification.id, versions, tuple(recorded))

    # The whole ledger, in order

    def head(self) -> int:
        """The last position there is; 0 while nothing is recorded."""
        return self._log.head()

    def position_at(self, instant: datetime) -> int:
        """What was recorded by *instant* is what lies at this position and before."""
        return self._log.position_at(instant)

    def page(self, after: int, limit: int) -> list[Noted]:
        """The next *limit* facts after a position, for whoever follows along."""
        return self._log.page(after, limit)

    def stream(self, after: int = 0, upto: int | None = None) -> Iterator[Noted]:
        """All facts after a position and up to another, on a connection of their own."""
        upto = self.head() if upto is None else upto
        with (
            closing(self.database.connect(self.code)) as connection,
            in_plain_words(),
            connection.cursor() as cursor,
        ):
            # Read along the index at once; sorting first would spill the ledger to disk.
            cursor.execute("SET enable_sort = off")
            yield from cast(
                "Iterator[Noted]",
                cursor.stream(
                    self._log.stream_statement, (after, upto), binary=True, size=STREAM_ROWS
                ),
            )

    def bulk_append(self, rows: Iterable[Row]) -> range:
        """Take over very many ready-made rows in one transaction; their positions."""
        return self._log.bulk_append(rows)


def _is_of(subject: Subject[Any], tag: str) -> bool:
    """Whether a history that begins with *tag* is of this subject; a module goes by its name."""
    name = str(getattr(subject, "__name__", "")).rpartition(".")[2]
    return not name or tag.partition(".")[0] == name


def _in_sequence(rows: Sequence[Row], after: int = 0) -> list[Recorded[Any]]:
    """One history read back from a place in it; nothing may be missing."""
    if rows and rows[-1][1] != after + len(rows):
        left = after + len(rows)
        raise Unreadable(f"the history of {rows[0][0]} has gaps: {left} facts are left")
    return [to_recorded(*row) for row in rows]


def _check(
    known: Mapping[UUID, Known[Any]], expect: Mapping[UUID, int], *, must_exist: bool
) -> None:
    for subject_id in known:
        if must_exist and known[subject_id].version == 0:
            raise Unrecorded(subject_id)
    for subject_id, version in expect.items():
        actual = known[subject_id].version
        if actual != version:
            raise Stale(subject_id, version, actual)


def _in_envelopes(
    facts: Mapping[UUID, Sequence[Any]], known: Mapping[UUID, Known[Any]], stamp: Stamp
) -> list[Recorded[Any]]:
    assert facts.keys() <= known.keys(), "a decision about a subject it was not asked about"
    return [
        Recorded(
            originator_id=subject_id,
            originator_version=version,
            fact=fact,
            at=stamp.at,
            on=stamp.on,
            by=stamp.by,
            as_role=stamp.as_role,
            principal=stamp.principal,
            delegation=stamp.delegation,
            procedure=stamp.procedure,
            cause=stamp.cause,
        )
        for subject_id, new in facts.items()
        for version, fact in enumerate(new, start=known[subject_id].version + 1)
    ]
