"""Snapshots of the published list: taken where it reads differently, kept, compared.

What an item's row says is `domain.publication`. A snapshot is worked out from the ledger alone,
and only for items of which something was recorded since the one before; the rows of all others
are those that are kept. Rows and fact are written in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeAlias
from uuid import UUID

import psycopg
from psycopg.rows import dict_row
from psycopg.sql import SQL, Composed, Identifier

from adapters.codec import encode, to_recorded
from adapters.ledger import PersistentLedger
from adapters.trouble import DatabaseTrouble, in_plain_words
from domain import body, publication
from domain.body import UnitAdded
from domain.evidence.encoding import to_base64
from domain.evidence.tree import Frontier, Tree, inclusion_path, leaf_hash
from domain.history import SYSTEM, TAGS, Recorded, Stamp
from domain.publication import Fact, Shown

ITEMS_AT_ONCE = 500  # of which the histories are in memory together
ROWS_AT_ONCE = 1000  # read at a time

Found: TypeAlias = dict[str, Any]

Leaves: TypeAlias = dict[UUID, bytes]
"""What stands on the list, in its order: the leaf hash of each item's row."""

Changes: TypeAlias = Mapping[UUID, bytes | None]
"""Items that do not read as before: their rows; None: no longer on the list."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The row of an item in two snapshots; None: it is not in that one."""

    item: UUID
    before: bytes | None
    after: bytes | None


@dataclass(frozen=True, slots=True)
class Inclusion:
    """That a row stands in a snapshot: its place, and what leads from its leaf to the root."""

    row: bytes
    index: int
    path: Sequence[bytes]


class Publications:
    """The snapshots of one register. Safe to share between threads."""

    def __init__(self, ledger: PersistentLedger) -> None:
        self.ledger, self.database = ledger, ledger.database
        self._schema = Identifier(self.database.register_schema(ledger.code))
        self._seen = 0  # up to this position nothing is left to be taken

    # Taking one

    def take(self, *, on: date, at: datetime) -> list[Recorded[Fact]]:
        """Record the list as it stands, unless it reads as in the latest snapshot."""
        head = self.ledger.head()
        if head == self._seen:
            return []
        known = self.ledger.recall(publication, publication.ID)
        changes = dict(self._changes(known.state.position, head))
        taken: list[Recorded[Fact]] = []
        if changes:
            before = self._leaves(known.state.number)
            if to_base64(_root(before)) != known.state.root:
                raise DatabaseTrouble(
                    f"Isi potret ke-{known.state.number} yang disimpan tidak cocok dengan "
                    "catatannya; potret berikutnya tidak dibuat."
                )
            after = _changed(before, changes)
            facts = publication.take(known.state, position=head, rows=len(after), root=_root(after))
            stamp = Stamp(at=at, on=on, by=SYSTEM, cause=f"potret-{head}")
            taken = [_in_envelope(fact, known.version + 1, stamp) for fact in facts]
            try:
                for one in taken:
                    self._write(one, before, changes)
            except psycopg.errors.UniqueViolation:
                return []  # another process has just taken one; the next look goes on from there
        self._seen = head
        return taken

    def _changes(self, since: int, upto: int) -> Iterator[tuple[UUID, bytes | None]]:
        """Every item whose row is not as it is kept."""
        ids = self._touched(since, upto)
        for start in range(0, len(ids), ITEMS_AT_ONCE):
            some = ids[start : start + ITEMS_AT_ONCE]
            kept = self._kept(some)
            for item_id, readings in self._shown(some, upto):
                last = None
                for last in readings:  # noqa: B007  # the last one is what counts
                    pass
                row = publication.to_bytes(last.row) if last and last.row else None
                if kept.get(item_id) != (leaf_hash(row) if row else None):
                    yield item_id, row

    def _touched(self, since: int, upto: int) -> list[UUID]:
        """Of what something was recorded; where a unit was named, also all that is on the list."""
        rows = self._ask(
            "WITH recorded AS (SELECT originator_id, topic FROM {s}.ledger_events"
            " WHERE notification_id > %(since)s AND notification_id <= %(upto)s)"
            " SELECT originator_id AS id FROM recorded WHERE starts_with(topic, 'item.')"
            " UNION SELECT item FROM {s}.publication_line"
            " WHERE EXISTS (SELECT FROM recorded WHERE topic = %(unit)s)",
            since=since,
            upto=upto,
            unit=TAGS[UnitAdded],
        )
        return [row["id"] for row in rows]

    def _kept(self, ids: Sequence[UUID]) -> Leaves:
        """The leaves of some items in the latest snapshot."""
        rows = self._ask(
            "SELECT DISTINCT ON (item) item, hash FROM {s}.publication_line"
            " WHERE item = ANY(%(ids)s) ORDER BY item, number DESC",
            ids=list(ids),
        )
        return {row["item"]: row["hash"] for row in rows if row["hash"]}

    def _leaves(self, number: int) -> Leaves:
        """All leaves of a snapshot."""
        rows = self._ask(
            "SELECT DISTINCT ON (item) item, hash FROM {s}.publication_line"
            " WHERE number <= %(number)s ORDER BY item, number DESC",
            number=number,
        )
        return {row["item"]: row["hash"] for row in rows if row["hash"]}

    def _shown(self, ids: Sequence[UUID], upto: int) -> Iterator[tuple[UUID, Iterator[Shown]]]:
        """Of each item what the public came to read, fact by fact; to be read before the next."""
        units = self._facts([body.ID], upto, TAGS[UnitAdded])
        facts = self._facts(ids, upto)
        for item_id, history in groupby(facts, key=lambda one: one[1].originator_id):
            yield item_id, publication.shown(item_id, merge(units, history, key=itemgetter(0)))

    def _facts(
        self, ids: Sequence[UUID], upto: int, tag: str | None = None
    ) -> list[tuple[int, Recorded[Any]]]:
        """The histories of these subjects up to a position, one after the other."""
        rows = self._ask(
            "SELECT notification_id, originator_id, originator_version, topic, state"
            " FROM {s}.ledger_events"
            " WHERE originator_id = ANY(%(ids)s) AND notification_id <= %(upto)s"
            " AND (%(tag)s::text IS NULL OR topic = %(tag)s)"
            " ORDER BY originator_id, originator_version",
            ids=list(ids),
            upto=upto,
            tag=tag,
        )
        return [(position, to_recorded(*row)) for position, *row in map(dict.values, rows)]

    def _write(self, one: Recorded[Fact], before: Leaves, changes: Changes) -> None:
        rows = {leaf_hash(row): row for row in changes.values() if row}
        gone = sum(row is None for row in changes.values())
        entered = len(changes.keys() - before.keys())
        with (
            in_plain_words(),
            self.database.pool.connection() as connection,
            connection.transaction(),
        ):
            connection.execute(
                self._sql(
                    "INSERT INTO {s}.publication_row"
                    " SELECT * FROM unnest(%s::bytea[], %s::bytea[]) ON CONFLICT DO NOTHING"
                ),
                (list(rows), list(rows.values())),
            )
            connection.execute(
                self._sql(
                    "INSERT INTO {s}.publication_line SELECT item, %s, hash"
                    " FROM unnest(%s::uuid[], %s::bytea[]) AS line (item, hash)"
                ),
                (
                    one.fact.number,
                    list(changes),
                    [leaf_hash(row) if row else None for row in changes.values()],
                ),
            )
            last = connection.execute(
                self._sql(
                    "SELECT ({s}.ledger_append(ARRAY[%s::uuid], ARRAY[%s::int8], ARRAY[%s],"
                    " ARRAY[%s::bytea], ARRAY[0]))[1]"
                ),
                (
                    one.originator_id,
                    one.originator_version,
                    TAGS[type(one.fact)],
                    encode(one),
                ),
            ).fetchone()
            assert last is not None
            connection.execute(
                self._sql(
                    "INSERT INTO {s}.publication_snapshot"
                    " VALUES (%s, %s, %s, %s, %s, %s, decode(%s, 'base64'), %s, %s, %s)"
                ),
                (
                    one.fact.number,
                    one.fact.position,
                    last[0] + 1,
                    one.at,
                    one.on,
                    one.fact.rows,
                    one.fact.root,
                    entered,
                    gone,
                    len(changes) - gone - entered,
                ),
            )

    # Those that were taken

    def page(self, *, before: int | None = None, limit: int = 50) -> list[Found]:
        """Snapshots, the latest first; *before* is the number of the last one seen."""
        return self._snapshots("number < coalesce(%(value)s, 9223372036854775807)", before, limit)

    def find(self, number: int) -> Found | None:
        found = self._snapshots("number = %(value)s", number, 1)
        return found[0] if found else None

    def standing(self, moment: datetime) -> Found | None:
        """The snapshot that was the latest just before a moment."""
        found = self._snapshots("made_at < %(value)s", moment, 1)
        return found[0] if found else None

    def _snapshots(self, condition: str, value: Any, limit: int) -> list[Found]:
        """With *log*: the name of the log whose record the fact is."""
        return self._ask(
            "SELECT snapshot.*, (SELECT origin FROM {s}.log_origin WHERE since <= recorded"
            " ORDER BY number DESC LIMIT 1) AS log FROM {s}.publication_snapshot AS snapshot"
            f" WHERE {condition} ORDER BY number DESC LIMIT %(limit)s",
            value=value,
            limit=limit,
        )

    def rows(
        self, number: int, *, after: UUID | None = None, limit: int = ROWS_AT_ONCE
    ) -> list[tuple[UUID, bytes]]:
        """Rows of a snapshot, in the order of its tree; *after* is the last one seen."""
        found = self._ask(
            "SELECT line.item, json FROM (SELECT DISTINCT ON (item) item, hash"
            " FROM {s}.publication_line WHERE number <= %(number)s AND item > %(after)s"
            " ORDER BY item, number DESC) AS line JOIN {s}.publication_row USING (hash)"
            " ORDER BY item LIMIT %(limit)s",
            number=number,
            after=after or UUID(int=0),
            limit=limit,
        )
        return [(row["item"], row["json"]) for row in found]

    def all_rows(self, number: int) -> Iterator[bytes]:
        """The same, every one; page by page, holding no connection meanwhile."""
        after = None
        while page := self.rows(number, after=after):
            yield from (row for _, row in page)
            after = page[-1][0]

    def proof(self, number: int, item_id: UUID) -> Inclusion | None:
        """That an item's row stands in a snapshot; None where it has none there."""
        leaves = self._leaves(number)
        if item_id not in leaves:
            return None
        [row] = self._ask(
            "SELECT json FROM {s}.publication_row WHERE hash = %(hash)s", hash=leaves[item_id]
        )
        index = list(leaves).index(item_id)
        path = inclusion_path(index, len(leaves), Tree(leaves.values()).node)
        return Inclusion(row["json"], index, path)

    def between(
        self, first: int, last: int, *, after: UUID | None = None, limit: int = ROWS_AT_ONCE
    ) -> list[Difference]:
        """What does not read the same in two snapshots, in the order of ids."""
        found = self._ask(
            "WITH touched AS (SELECT DISTINCT item FROM {s}.publication_line"
            " WHERE number > %(first)s AND number <= %(last)s AND item > %(after)s)"
            " SELECT item, was.json AS before, now.json AS after FROM touched"
            " LEFT JOIN LATERAL (SELECT hash FROM {s}.publication_line"
            " WHERE item = touched.item AND number <= %(first)s"
            " ORDER BY number DESC LIMIT 1) AS first ON true"
            " LEFT JOIN LATERAL (SELECT hash FROM {s}.publication_line"
            " WHERE item = touched.item AND number <= %(last)s"
            " ORDER BY number DESC LIMIT 1) AS last ON true"
            " LEFT JOIN {s}.publication_row AS was ON was.hash = first.hash"
            " LEFT JOIN {s}.publication_row AS now ON now.hash = last.hash"
            " WHERE first.hash IS DISTINCT FROM last.hash ORDER BY item LIMIT %(limit)s",
            first=first,
            last=last,
            after=after or UUID(int=0),
            limit=limit,
        )
        return [Difference(**row) for row in found]

    def reasons(self, ids: Sequence[UUID], since: int, upto: int) -> dict[UUID, list[Shown]]:
        """The facts between two positions by which each of these items came to read differently."""
        return {
            item_id: [one for one in readings if one.position > since]
            for item_id, readings in self._shown(ids, upto)
        }

    def broken(self) -> list[int]:
        """Snapshots of which what is kept is not what was recorded, the first first."""
        changed = {
            row["hash"]
            for row in self._ask(
                "SELECT hash FROM {s}.publication_row WHERE hash <> sha256('\\x00'::bytea || json)"
            )
        }
        lines = self._ask("SELECT number, item, hash FROM {s}.publication_line ORDER BY number")
        by_number = {
            number: {line["item"]: line["hash"] for line in some}
            for number, some in groupby(lines, key=itemgetter("number"))
        }
        found, leaves = [], {}
        for one in self.ledger.history(publication.ID):
            said = one.fact
            leaves.update(by_number.get(said.number, {}))
            standing = {item: leaf for item, leaf in sorted(leaves.items()) if leaf}
            is_so = to_base64(_root(standing)) == said.root and len(standing) == said.rows
            if not is_so or changed & set(standing.values()):
                found.append(said.number)
        return found

    def _ask(self, query: str, **values: Any) -> list[Found]:
        with (
            in_plain_words(),
            self.database.pool.connection() as connection,
            connection.cursor(row_factory=dict_row) as cursor,
        ):
            return cursor.execute(self._sql(query), values, binary=True).fetchall()

    def _sql(self, query: str) -> Composed:
        return SQL(query).format(s=self._schema)


def _root(leaves: Leaves) -> bytes:
    frontier = Frontier()
    for leaf in leaves.values():
        frontier.append(leaf)
    return frontier.root


def _changed(before: Leaves, changes: Changes) -> Leaves:
    left = {i: leaf for i, leaf in before.items() if i not in changes}
    new = {i: leaf_hash(row) for i, row in changes.items() if row}
    return dict(sorted({**left, **new}.items()))


def _in_envelope(fact: Fact, version: int, stamp: Stamp) -> Recorded[Fact]:
    return Recorded(
        originator_id=publication.ID,
        originator_version=version,
        fact=fact,
        at=stamp.at,
        on=stamp.on,
        by=stamp.by,
        cause=stamp.cause,
    )
