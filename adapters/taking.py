"""How facts get into the tables of the read models: page by page, or all of them at once.

Both ways run `_fold`, with the rows it folds into taken from the tables or from memory.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, cast
from uuid import UUID

from psycopg.sql import SQL, Composed, Identifier

from adapters.database import Connection
from adapters.garbage import undisturbed
from adapters.kept import Kept
from adapters.recorder import Noted
from adapters.slim import decoders
from adapters.trail import HEAD, TAIL, packed
from domain.history import TAGS
from projections import Folded, Table, Values, dik_history
from projections.audit import AUDIT, entry
from projections.dik import DIK, ITEMS
from projections.dik_history import DIK_HISTORY
from projections.law_change import LAW_CHANGE, WHAT, change
from projections.register import FOLDED, PASSED_OVER, TABLES, needs
from projections.tally import TALLY, Counted, counted
from projections.tally import values as counts_of

FOLD_FACTS = 500  # folded at a time; so Python and the server are busy together
STEP_FACTS = 5_000  # after which the states of items that have ended are sent

HISTORIES = """
SELECT notification_id, originator_id, originator_version, topic, state, recorded_at
  FROM {ledger}.ledger_events
 WHERE originator_id = ANY(%b) AND notification_id <= %b
 ORDER BY originator_id, originator_version"""

Rows = dict[int, Any]
"""By the number of the subject's id: hashing an id itself would be the slowest of all."""


class CannotTake(Exception):
    """A fact that a read model cannot take in. It is never passed over: the view stops."""

    def __init__(self, view: str, position: int, tag: str, error: Exception) -> None:
        super().__init__(
            f"Tampilan {view} berhenti: catatan {tag} pada posisi {position} tidak dapat dimuat "
            f"({type(error).__name__}: {error})."
        )
        self.view, self.position, self.tag = view, position, tag


@dataclass(slots=True)
class Outcome:
    """What a run of facts adds to the tables that are only ever added to."""

    audit: list[Any] = field(default_factory=list)
    law_changes: list[Values] = field(default_factory=list)
    past: list[Values] = field(default_factory=list)  # states of items, already ended
    ended: list[Values] = field(default_factory=list)  # states in the table that end now
    untimely: set[int] = field(default_factory=set)  # items with a back-dated fact


class Taking:
    """Takes facts into the read models in one schema; *names* are the tables it keeps."""

    def __init__(self, schema: str, ledger_schema: str, names: Iterable[str]) -> None:
        self.schema = schema
        names = set(names)
        self.tables = [table for table in TABLES if table.name in names]
        self.folded = [folded for folded in FOLDED if folded.table in self.tables]
        self._decode = decoders(needs())
        self._handlers: dict[str, tuple[Folded, Callable[..., None]]] = {
            TAGS[kind]: (folded, handle)
            for folded in self.folded
            for kind, handle in folded.handlers.items()
        }
        self._law_tags = {TAGS[kind]: what for kind, what in WHAT.items()}
        folded_from = {folded.table: _fields(folded) for folded in self.folded}
        self._kept = {
            table: Kept(schema, table, folded_from.get(table, ())) for table in self.tables
        }
        self._ended = self.sql(DIK_HISTORY.sql["end"]).as_bytes()
        self._counting = self.sql(TALLY.sql["add"]).as_bytes()
        self._clearing = self.sql(TALLY.sql["clear"]).as_bytes()
        self._histories = self.sql(HISTORIES, ledger=Identifier(ledger_schema)).as_bytes()

    def sql(self, text: str, **parts: Any) -> Composed:
        """*text* with the schema filled in."""
        return SQL(text).format(register=Identifier(self.schema), **parts)

    # Tables

    def create(self, connection: Connection) -> None:
        """Make the tables, without indexes: those are quicker to build when all is there."""
        for table in self.tables:
            connection.execute(self.sql(table.sql["create"]))
        for table in self.tables:
            if "complete" in table.sql:
                connection.execute(self.sql(table.sql["complete"]))

    def index(self, connection: Connection) -> None:
        for table in self.tables:
            connection.execute(self.sql(table.sql["index"]))

    # A page of facts, while the tables are being read

    def take(self, connection: Connection, page: Sequence[Noted], after: int) -> None:
        """Take in *page*, the facts that follow position *after*; part of a transaction."""
        touched: dict[Folded, set[UUID]] = {folded: set() for folded in self.folded}
        for _, subject_id, _, tag, _, _ in page:
            if tag in self._handlers:
                touched[self._handlers[tag][0]].add(subject_id)
        rows = {folded: self._load(connection, folded, ids) for folded, ids in touched.items()}
        before = {folded: _followers(folded, rows[folded].values()) for folded in self.folded}
        known = {folded: [row.id for row in rows[folded].values()] for folded in self.folded}
        tallied = counted(rows.get(ITEMS, {}).values())
        outcome = self._fold(page, rows, after)
        self._write(connection, AUDIT, outcome.audit)
        self._write(connection, LAW_CHANGE, outcome.law_changes)
        self._write(connection, DIK_HISTORY, outcome.past)
        if DIK_HISTORY in self._kept:
            self._end(connection, outcome.ended)
            self._begin(connection, rows.get(ITEMS, {}), outcome.untimely)
            self._retell(connection, outcome.untimely, page[-1][0])
        for folded in self.folded:
            self._replace(connection, folded, rows[folded], known[folded], before[folded])
        self._tally(connection, tallied, counted(rows.get(ITEMS, {}).values()))

    def _load(self, connection: Connection, folded: Folded, ids: set[UUID]) -> Rows:
        found = self._kept[folded.table].load(connection, list(ids))
        return {values[0].int: folded.row(*values) for values in found}

    def _replace(
        self,
        connection: Connection,
        folded: Folded,
        rows: Rows,
        known: Sequence[UUID],
        before: Mapping[Table, Mapping[UUID, list[Values]]],
    ) -> None:
        table = folded.table
        self._delete(connection, table, known)
        self._write(connection, table, map(table.values, rows.values()))
        after = _followers(folded, rows.values())
        for table, _ in folded.follows:
            if table in self._kept:
                was, now = before[table], after[table]
                self._delete(connection, table, [i for i in was if was[i] != now.get(i, [])])
                changed = (now[i] for i in now if now[i] != was.get(i, []))
                self._write(connection, table, [values for found in changed for values in found])

    def _end(self, connection: Connection, ended: Sequence[Values]) -> None:
        if ended:
            names = (
                "id",
                "effective_from",
                "recorded_from",
                "recorded_to",
                "effective_to",
                "end_known_from",
            )
            columns = dict(zip(names, map(list, zip(*ended, strict=True)), strict=True))
            connection.execute(self._ended, columns, prepare=True)

    def _tally(self, connection: Connection, was: Counted, now: Counted) -> None:
        """Count what has come to be of another kind."""
        now.subtract(was)
        moved = sorted((*kind, items) for kind, items in now.items() if items)
        if moved and TALLY in self._kept:
            names = (*TALLY.key, "items")
            columns = dict(zip(names, map(list, zip(*moved, strict=True)), strict=True))
            connection.execute(self._counting, columns, prepare=True)
            connection.execute(self._clearing, prepare=True)

    # All facts at once, into tables that nobody reads yet

    def build(
        self,
        connection: Connection,
        facts: Iterable[Noted],
        progress: Callable[[int], None] = lambda position: None,
    ) -> None:
        """Fill empty tables made in this same transaction, then index them."""
        rows: dict[Folded, Rows] = {folded: {} for folded in self.folded}
        untimely: set[int] = set()
        position = 0
        with undisturbed():
            for step in _batches(facts, STEP_FACTS):
                whole = Outcome(untimely=untimely)
                trail = self._folding(step, rows, whole)
                if AUDIT in self._kept:
                    self._kept[AUDIT].write_packed(connection, _copied(trail))
                else:
                    deque(trail, maxlen=0)  # where no trail is kept, folding is still to be done
                self._write(connection, LAW_CHANGE, whole.law_changes, freeze=True)
                self._write(connection, DIK_HISTORY, whole.past, freeze=True)
                position = step[-1][0]
                progress(position)
            if DIK_HISTORY in self._kept:
                self._begin(connection, rows.get(ITEMS, {}), untimely, freeze=True)
            for folded, folds in rows.items():
                for table, rule in folded.follows:
                    if table in self._kept:
                        follows = (values for row in folds.values() for values in rule(row))
                        self._write(connection, table, follows, freeze=True)
                table = folded.table
                self._write(connection, table, map(table.values, folds.values()), freeze=True)
            if TALLY in self._kept:
                tallied = counts_of(counted(rows.get(ITEMS, {}).values()))
                self._write(connection, TALLY, tallied, freeze=True)
        self.index(connection)
        if DIK_HISTORY in self._kept:
            self._retell(connection, untimely, position)
        for kept in self._kept.values():
            connection.execute(kept.analyze)

    def _folding(
        self, facts: Sequence[Noted], rows: Mapping[Folded, Rows], whole: Outcome
    ) -> Iterator[bytes]:
        """Fold bit by bit, giving the trail packed as it comes and the rest to *whole*."""
        for bit in _batches(facts, FOLD_FACTS):
            outcome = self._fold(bit, rows, 0, whole.untimely, packed)
            whole.past += outcome.past
            whole.law_changes += outcome.law_changes
            yield b"".join(outcome.audit)

    # What both have in common

    def _fold(
        self,
        page: Sequence[Noted],
        rows: Mapping[Folded, Rows],
        after: int,
        untimely: set[int] | None = None,
        entry: Callable[..., Any] = entry,
    ) -> Outcome:
        """Fold *page* into *rows*. States begun after position *after* are in no table yet."""
        outcome = Outcome(untimely=set() if untimely is None else untimely)
        untimely = outcome.untimely
        audit = outcome.audit.append if AUDIT in self._kept else None
        keeps_history = DIK_HISTORY in self._kept
        decode, law_tags = self._decode, self._law_tags
        hears = {tag: (f, rows[f], handle) for tag, (f, handle) in self._handlers.items()}
        view = tag = ""
        position = 0
        try:
            for position, subject_id, version, tag, state, recorded_at in page:
                view = "codec"
                if tag in PASSED_OVER:
                    continue
                stored = decode[tag](state)
                if tag not in hears:
                    if tag in law_tags:
                        view = LAW_CHANGE.name
                        outcome.law_changes.append(change(position, law_tags[tag], stored.fact))
                    if audit:
                        view = AUDIT.name
                        audit(entry(position, subject_id, version, tag, recorded_at, stored))
                    continue
                folded, known, handle = hears[tag]
                view = folded.table.name
                key = subject_id.int
                row = known.get(key)
                on = stored.on
                if row is None:
                    row = known[key] = folded.row(subject_id)
                    row.latest_on = on
                elif on < row.latest_on:
                    untimely.add(key)
                else:
                    if keeps_history and folded is ITEMS and key not in untimely:
                        _supersede(outcome, row, on, position, after)
                    row.latest_on = on
                if version != row.version + 1:
                    raise ValueError(f"versi {version} datang sesudah versi {row.version}")
                handle(row, stored.fact, stored)
                row.version = version
                row.position = position
                row.recorded_at = recorded_at
                if audit:
                    view = AUDIT.name
                    audit(entry(position, subject_id, version, tag, recorded_at, stored, row.unit))
        except Exception as error:
            raise CannotTake(view, position, tag, error) from error
        return outcome

    def _begin(
        self, connection: Connection, items: Rows, untimely: set[int], *, freeze: bool = False
    ) -> None:
        """The state that each item is in until further notice."""
        begun = (
            (*DIK.values(row), *dik_history.begin(row.latest_on, row.position))
            for key, row in items.items()
            if key not in untimely
        )
        self._write(connection, DIK_HISTORY, begun, freeze=freeze)

    def _retell(self, connection: Connection, untimely: set[int], upto: int) -> None:
        """Tell the states of items with back-dated facts anew, from their whole histories."""
        if not untimely:
            return
        ids = [UUID(int=key) for key in untimely]
        self._delete(connection, DIK_HISTORY, ids)
        found = connection.execute(self._histories, (ids, upto), binary=True).fetchall()
        self._write(
            connection,
            DIK_HISTORY,
            (
                dik_history.values(row, bounds)
                for subject_id, facts in groupby(found, key=itemgetter(1))
                for row, bounds in dik_history.states(
                    ITEMS.row(subject_id), [self._step(noted) for noted in facts]
                )
            ),
        )

    def _step(self, noted: Noted) -> tuple[int, Any, Callable[[Any], None]]:
        position, _, version, tag, state, recorded_at = noted
        stored = self._decode[tag](state)
        _, handle = self._handlers[tag]

        def take(row: Any) -> None:
            handle(row, stored.fact, stored)
            row.version, row.position, row.recorded_at = version, position, recorded_at
            row.latest_on = max(row.latest_on, stored.on)

        return position, stored.on, take

    def _delete(self, connection: Connection, table: Table, ids: Sequence[UUID]) -> None:
        if table in self._kept:
            self._kept[table].delete(connection, ids)

    def _write(
        self, connection: Connection, table: Table, rows: Iterable[Values], *, freeze: bool = False
    ) -> None:
        if table in self._kept:
            self._kept[table].write(connection, rows, freeze=freeze)


def _supersede(outcome: Outcome, row: Any, on: date, position: int, after: int) -> None:
    """The last state of an item ends; it may not be in the table yet."""
    began = row.latest_on
    recorded_to, effective_to, end_known_from = dik_history.end(began, on, position)
    if row.position > after:
        bounds = (row.position, recorded_to, began, effective_to, end_known_from)
        outcome.past.append(DIK.values(row) + bounds)
    else:
        outcome.ended.append(
            (row.id, began, row.position, recorded_to, effective_to, end_known_from)
        )


def _followers(folded: Folded, rows: Iterable[Any]) -> dict[Table, dict[UUID, list[Values]]]:
    """What follows from *rows*, table by table."""
    rows = list(rows)
    return {
        table: {row.id: found for row in rows if (found := list(rule(row)))}
        for table, rule in folded.follows
    }


def _fields(folded: Folded) -> list[str]:
    return [each.name for each in fields(cast("Any", folded.row))]


def _copied(rows: Iterable[bytes]) -> Iterator[bytes]:
    yield HEAD
    yield from rows
    yield TAIL


def _batches(facts: Iterable[Noted], size: int) -> Iterator[list[Noted]]:
    facts = iter(facts)
    while batch := list(islice(facts, size)):
        yield batch
