"""The read models of one register: kept in step with its ledger, rebuilt, compared, asked.

What the tables mean is in `projections`; how facts get into them is in `adapters.taking`; what
follows the ledger day and night is `adapters.projector`. All the same facts give all the same
rows, whichever way they came: `compare` proves it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from threading import Condition
from types import MappingProxyType
from typing import Any, LiteralString, TypeAlias
from uuid import UUID

import psycopg
from psycopg import IsolationLevel
from psycopg.rows import dict_row
from psycopg.sql import SQL, Composable, Composed, Identifier

from adapters.database import Connection, Database
from adapters.figures import Figures
from adapters.ledger import PersistentLedger
from adapters.listing import (
    END,
    ENDLESS,
    MORE_THAN,
    REVIEW,
    Asked,
    Conditions,
    conditions,
    in_the_title,
    said,
)
from adapters.taking import Taking
from adapters.trouble import DatabaseTrouble, in_plain_words
from projections import Table
from projections.audit import AUDIT
from projections.decree import DECREE
from projections.dik import DIK
from projections.dik_history import DIK_HISTORY, STILL
from projections.due import DUE
from projections.legal_basis import LEGAL_BASIS
from projections.officer import OFFICER
from projections.pledge import PLEDGE
from projections.register import BOOKMARK, TABLES, shape
from projections.tally import TALLY
from projections.worklist import WORKLIST

PAGE = 2000  # facts taken in one transaction
SMALL_PAGE = 2  # up to here sending all statements at once beats COPY, see benchmarks.live
FEW = 2000  # items with the words or ground asked for; so few are sooner sorted
EARLY = 5000  # states: so few are sooner sorted than found in the order of the whole list
EARLY_SECONDS = 600.0
POLL_SECONDS = 0.002  # while waiting for a projector in another process
SWAP_PATIENCE = "10s"  # for readers to finish; meanwhile others queue behind us
LOCK_REBUILD = 4  # class of the advisory lock; 1 ledger, 2 migrations, 3 projector
VIEWS = "views"
ANY_DAY = date(9999, 12, 30)

Found: TypeAlias = dict[str, Any]
"""A row as it was asked for: column name to value."""

Answer: TypeAlias = list[Found]

Progress: TypeAlias = Callable[[int, int], None]
"""Told how many facts have been taken, and of how many."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell (or, with column "", one row) that the ledger does not say."""

    view: str
    key: tuple[Any, ...]
    column: str
    live: Any
    rebuilt: Any


Differences: TypeAlias = list[Difference]


def _quiet(done: int, of: int) -> None:
    """Nobody watches."""


class Views(Figures):
    """Safe to share between threads; holds no connection of its own."""

    def __init__(self, database: Database, code: str, ledger: PersistentLedger) -> None:
        self.database, self.code, self.ledger = database, code, ledger
        self.schema = database.register_schema(code)
        self.taking = Taking(self.schema, self.schema, [table.name for table in TABLES])
        self._moved = Condition()
        self._position = -1  # as far as a projector in this process has come
        self._early = (-EARLY_SECONDS, ANY_DAY)  # when it was asked for, and the day
        self.is_followed = False  # by a projector in this process

    # Keeping in step

    def create(self) -> None:
        """Make the tables, or rebuild those that an earlier version declared otherwise."""
        with self.connection() as connection, connection.transaction():
            self._lock(connection)
            made = connection.execute(
                "SELECT to_regclass(%s) IS NOT NULL", (f"{self.schema}.bookmark",)
            ).fetchone()
            values = {"views": VIEWS, "shape": shape()}
            if made != (True,):
                self.taking.create(connection)
                self.taking.index(connection)
                connection.execute(self.taking.sql(BOOKMARK["create"]))
                connection.execute(self.taking.sql(BOOKMARK["start"]), values)
            found = connection.execute(self.taking.sql(BOOKMARK["shaped"]), values).fetchone()
            is_outdated = found != (shape(),)
        if is_outdated:
            self.rebuild()

    def _lock(self, connection: Connection) -> None:
        """One process at a time makes or rebuilds tables."""
        connection.execute(
            "SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (LOCK_REBUILD, self.schema)
        )

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """For writing read models: losing the last moment costs only reading it again."""
        with in_plain_words(), closing(self.database.connect(self.code)) as connection:
            connection.execute("SET synchronous_commit = off")
            yield connection

    def position(self, connection: Connection | None = None) -> int:
        """How far the read models have come in the ledger."""
        if connection is None:
            with self.database.pool.connection() as pooled:
                return self.position(pooled)
        found = connection.execute(
            self.taking.sql(BOOKMARK["read"]), {"views": VIEWS}, prepare=True
        ).fetchone()
        return int(found[0]) if found else 0

    def catch_up(self, limit: int | None = None) -> int:
        """Take in what was recorded, at most *limit* facts or all there are; how many it was."""
        taken = 0
        with self.connection() as connection:
            position = self.position(connection)
            while limit is None or taken < limit:
                page = self.ledger.page(
                    position, PAGE if limit is None else min(PAGE, limit - taken)
                )
                if not page:
                    break
                if self.take(connection, page, position):
                    taken += len(page)
                    position = page[-1][0]
                else:
                    position = self.position(connection)
        return taken

    def take(self, connection: Connection, page: Sequence[Any], after: int) -> bool:
        """Take in the page after a position, unless somebody has moved the bookmark meanwhile."""
        small = connection.pipeline() if len(page) <= SMALL_PAGE else nullcontext()
        with small, connection.transaction():
            moved = connection.execute(
                self.taking.sql(BOOKMARK["move"]),
                {"views": VIEWS, "from": after, "to": page[-1][0]},
                prepare=True,
            ).fetchone()
            if moved:
                self.taking.take(connection, page, after)
        return moved is not None

    def reached(self, position: int) -> None:
        """Said by the projector of this process, so that those who wait need not ask."""
        with self._moved:
            self._position = position
            self._moved.notify_all()

    def wait_for(self, position: int, timeout: float = 0.25) -> bool:
        """Wait until what was recorded up to *position* can be read; whether it can be."""
        until = time.monotonic() + timeout
        if self.is_followed:
            with self._moved:
                if self._moved.wait_for(lambda: self._position >= position, timeout):
                    return True
        while self.position() < position:
            if time.monotonic() >= until:
                return False
            time.sleep(POLL_SECONDS)
        return True

    # Rebuilding and comparing

    def rebuild(self, names: Iterable[str] | None = None, progress: Progress = _quiet) -> int:
        """Build anew from the first fact and put in place of the old; the position reached.

        Nobody sees half a list: readers and projectors go on with the old tables until the new
        ones stand in their place, all at once. Tables that follow from one another are rebuilt
        together: all of them, or all but `audit`, from which none follows.
        """
        kept = _together(names)
        beside = f"{self.schema}__new"
        with self.connection() as connection, connection.transaction():
            self._lock(connection)
            upto = self.position(connection) if len(kept) < len(TABLES) else self.ledger.head()
            new = self._build_beside(connection, beside, kept, upto, progress)
            try:
                return self._put_in_place(connection, new, upto)
            except psycopg.errors.LockNotAvailable as error:
                raise DatabaseTrouble(
                    "Tampilan tidak dapat diganti karena masih dibaca; ulangi sebentar lagi."
                ) from error

    def _put_in_place(self, connection: Connection, new: Taking, upto: int) -> int:
        """Let *new*, which knows the facts up to a position, catch up and become the live one."""
        connection.execute(SQL("SET LOCAL lock_timeout = {}").format(SWAP_PATIENCE))
        held = connection.execute(self.taking.sql(BOOKMARK["hold"]), {"views": VIEWS})
        ((live,),) = held.fetchall()
        while upto < live:
            page = self.ledger.page(upto, min(PAGE, live - upto))
            new.take(connection, page, upto)
            upto = page[-1][0]
        for table in new.tables:
            connection.execute(_swap(self.schema, new.schema, table))
        connection.execute(
            self.taking.sql(BOOKMARK["move"]), {"views": VIEWS, "from": live, "to": upto}
        )
        if len(new.tables) == len(TABLES):
            values = {"views": VIEWS, "shape": shape()}
            connection.execute(self.taking.sql(BOOKMARK["reshape"]), values)
        return upto

    def compare(
        self, names: Iterable[str] | None = None, progress: Progress = _quiet
    ) -> Differences:
        """Rebuild beside the live tables and name every cell in which the two differ.

        All in one snapshot which nobody else sees and which is thrown away in the end: the live
        tables go on being written, and are compared as they stood at its bookmark.
        """
        kept = _together(names)
        beside = f"{self.schema}__compared"
        with self.connection() as connection:
            connection.isolation_level = IsolationLevel.REPEATABLE_READ
            with connection.transaction(force_rollback=True):
                upto = self.position(connection)
                new = self._build_beside(connection, beside, kept, upto, progress)
                return [
                    difference
                    for table in new.tables
                    for difference in self._differences(connection, table, beside)
                ]

    def _build_beside(
        self,
        connection: Connection,
        schema: str,
        names: Iterable[str],
        upto: int,
        progress: Progress,
    ) -> Taking:
        new = Taking(schema, self.schema, names)
        new.create(connection)
        facts = self.ledger.stream(0, upto)
        new.build(connection, facts, lambda position: progress(position, upto))
        return new

    def _differences(
        self, connection: Connection, table: Table, beside: str
    ) -> Iterator[Difference]:
        try:
            found = self._rows_that_differ(connection, table, beside)
        except psycopg.DataError:  # an altered cell holds what Python cannot, such as 'infinity'
            found = self._rows_that_differ(connection, table, beside, cell="{}::text")
        for live, rebuilt in found:
            yield from _cells(table, live, rebuilt)

    def _rows_that_differ(
        self, connection: Connection, table: Table, beside: str, cell: LiteralString = "{}"
    ) -> Sequence[tuple[Found, Found]]:
        """Each row that is not the same in both, live and rebuilt, every *cell* asked for so."""
        columns = list(table.columns)
        query = SQL(
            "SELECT {live}, {rebuilt} FROM {a} AS live FULL JOIN {b} AS rebuilt USING ({key})"
            " WHERE live IS DISTINCT FROM rebuilt"
        ).format(
            live=SQL(", ").join(SQL(cell).format(Identifier("live", c)) for c in columns),
            rebuilt=SQL(", ").join(SQL(cell).format(Identifier("rebuilt", c)) for c in columns),
            a=Identifier(self.schema, table.name),
            b=Identifier(beside, table.name),
            key=SQL(", ").join(map(Identifier, table.key)),
        )
        return [
            (
                dict(zip(columns, values[: len(columns)], strict=True)),
                dict(zip(columns, values[len(columns) :], strict=True)),
            )
            for values in connection.execute(query).fetchall()
        ]

    # Asking

    def list(
        self,
        as_of: date | None = None,
        known_at: datetime | int | None = None,
        *,
        sort: str = "title",
        after: tuple[Any, ...] | None = None,
        limit: int = 50,
        **asked: Any,
    ) -> Answer:
        """A page of the list: now, or as of a day, or as it was known at a time.

        What may be asked for is `adapters.listing.Asked`; *known_at* is a moment or a position.
        *sort* is "title" or, for the list as it is now, "end". *after* is the place of the last
        row seen: sort key and id (and `rank` where the row has one), or last day and id.
        """
        if as_of is not None or known_at is not None:
            return self._list_then(as_of, known_at, Asked(**asked), after, limit)
        wanted = Asked(**asked)
        made = conditions(wanted)
        is_few = self._are_few(wanted)
        if sort == "end":
            if after is not None:
                made.add(f"({END}, id) > (%(end)s, %(id)s)", end=after[0] or ENDLESS, id=after[1])
            return self._page("by_end", made, limit, few_by=END if is_few else "")
        sought = wanted.sought
        title = in_the_title(sought, made.values) if sought else ""
        few_by: str = "sort_key" if is_few else ""
        if not title:
            return self._page("page", _beyond(made, after), limit, few_by)
        return self._list_ranked(made, title, after, limit, few_by)

    def _are_few(self, asked: Asked) -> bool:
        """Whether so few items have the words or the ground that they had better be sorted."""
        if not asked.query and not asked.grounds:
            return False
        made = conditions(Asked(query=asked.query, grounds=asked.grounds))
        values = {**made.values, "limit": FEW + 1}
        return int(self._ask(DIK, "some", values, made.filters)[0]["count"]) <= FEW

    def _list_ranked(
        self,
        made: Conditions,
        title: str,
        after: tuple[Any, ...] | None,
        limit: int,
        few_by: str,
    ) -> Answer:
        """First those whose title has the very words (rank 0), then the others (rank 1)."""
        rank = after[2] if after is not None and len(after) > 2 else 0
        found: Answer = []
        if rank == 0:
            found = self._page("page", _beyond(made.also(title), after), limit, few_by)
        if len(found) < limit:
            others = made.also(f"NOT {title}")
            others = _beyond(others, after if rank else None)
            rest = self._page("page", others, limit - len(found), few_by)
        else:
            rest = []
        return [{**row, "rank": 0} for row in found] + [{**row, "rank": 1} for row in rest]

    def _list_then(
        self,
        as_of: date | None,
        known_at: datetime | int | None,
        asked: Asked,
        after: tuple[Any, ...] | None,
        limit: int,
    ) -> Answer:
        if asked.year and as_of and asked.year > as_of.year:
            return []  # nothing had been determined then that was determined later
        made = _beyond(conditions(asked, past=True), after)
        made = self._among_few(made, asked)
        on, position = as_of or ANY_DAY, self._known(known_at)
        made.values |= {"on": on, "position": position, "limit": limit}
        early = position <= EARLY or on <= self._early_day()
        return self._ask(DIK_HISTORY, "early" if early else "page", made.values, made.filters)

    def _among_few(self, made: Conditions, asked: Asked) -> Conditions:
        """The same, told which items it can be at all, where those are few."""
        wanted = said(asked)
        if wanted is None:
            return made
        query, values = wanted
        parts = {"wanted": self.taking.sql(query)}
        found = self._ask(DIK, "said_of", {**values, "limit": FEW + 1}, parts=parts)
        if len(found) <= FEW:
            made.add("state.id = ANY(%(among)s)", among=[row["id"] for row in found])
        return made

    def _page(self, question: str, made: Conditions, limit: int, few_by: str = "") -> Answer:
        """A page by an order's index; of *few_by* something, those few in its order."""
        parts = {"order": self.taking.sql(few_by)}
        asked = "few" if few_by else question
        return self._ask(DIK, asked, {**made.values, "limit": limit}, made.filters, parts)

    def some(self, **asked: Any) -> int:
        """How many items are as asked, counted no further than to one more than a thousand."""
        made = conditions(Asked(**asked))
        values = {**made.values, "limit": MORE_THAN + 1}
        return int(self._ask(DIK, "some", values, made.filters)[0]["count"])

    def tally(self, *, units: Sequence[str] | None = None, published: bool = False) -> Answer:
        """How many items there are by status, unit, year of determination and huruf.

        `year` is 0 before a determination; `huruf` are all that an item rests on, in order.
        """
        filters = ["true"] if units is None else ["unit = ANY(%(units)s)"]
        filters += ["published"] if published else []
        return self._ask(TALLY, "sums", {"units": list(units or ())}, filters)

    def counts(self, *, units: Sequence[str] | None = None) -> dict[str, int]:
        """How many items there are in each status; of all *units*, or of some."""
        filters = ["true"] if units is None else ["unit = ANY(%(units)s)"]
        found = self._ask(TALLY, "by_status", {"units": list(units or ())}, filters)
        return {row["status"]: row["items"] for row in found}

    def facets(
        self,
        *,
        status: str | None = None,
        unit: str | None = None,
        year: int | None = None,
        huruf: str | None = None,
        units: Sequence[str] | None = None,
    ) -> dict[str, dict[str, int]]:
        """For each status, unit, year and huruf how many items it would leave.

        What is chosen of the other three is kept; `year` "0" is before a determination.
        """
        chosen = {
            "status": ("status = %(status)s", status),
            "unit": ("unit = %(unit)s", unit),
            "year": ("year = %(year)s", year),
            "huruf": ("strpos(huruf, %(huruf)s) > 0", huruf),
        }
        seen = ["true"] if units is None else ["unit = ANY(%(units)s)"]
        parts = {
            f"but_{name}": SQL(" AND ").join(
                map(
                    SQL,
                    [
                        *seen,
                        *(
                            condition
                            for other, (condition, value) in chosen.items()
                            if other != name and value is not None
                        ),
                    ],
                )
            )
            for name in chosen
        }
        values: Found = {name: value for name, (_, value) in chosen.items()}
        values["units"] = list(units or ())
        found: dict[str, dict[str, int]] = {name: {} for name in chosen}
        for row in self._ask(TALLY, "facets", values, parts=parts):
            found[row["facet"]][row["value"]] = row["items"]
        return found

    def item(self, item_id: UUID) -> Found | None:
        """The row of one item in the current list."""
        found = self._ask(DIK, "page", {"id": item_id, "limit": 1}, ["id = %(id)s"])
        return found[0] if found else None

    def history_of(self, subject_id: UUID, zone: str = "Asia/Jakarta") -> Answer:
        """The audit trail of one subject: an item, a decree, an officer ..."""
        return self._ask(AUDIT, "of_subject", {"id": subject_id, "zone": zone})

    def trail(
        self,
        *,
        by: str | None = None,
        kind: str | None = None,
        before: int | None = None,
        zone: str = "Asia/Jakarta",
        limit: int = 50,
    ) -> Answer:
        """The audit trail of the whole register, latest first; *before* is a position."""
        filters = ["true"]
        filters += ["by_id = %(by)s"] if by is not None else []
        filters += ["kind = %(kind)s"] if kind is not None else []
        filters += ["position < %(before)s"] if before is not None else []
        values = {"by": by, "kind": kind, "before": before, "zone": zone, "limit": limit}
        return self._ask(AUDIT, "page", values, filters)

    def shelf(
        self,
        *,
        unit: str | None = None,
        units: Sequence[str] | None = None,
        after: tuple[date | None, date | None, UUID] | None = None,
        limit: int = 200,
    ) -> Answer:
        """The archive by end of period; then, by review date, what has no end.

        *after* is `ends_on`, `review_on` and id of the last row seen.
        """
        made = conditions(Asked(unit=unit, units=units))
        if after is not None:
            ends_on, review_on, item_id = after
            made.add(
                f"({END}, {REVIEW}, id) > (%(end)s, %(review)s, %(id)s)",
                end=ends_on or ENDLESS,
                review=review_on or ENDLESS,
                id=item_id,
            )
        return self._page("shelf", made, limit)

    def due(self, on: date) -> Answer:
        """What the clock has to do on a day, or should have done before."""
        return self._ask(DUE, "due", {"on": on})

    def deadlines_touching(self, days: Iterable[date]) -> Answer:
        """Deadlines that were counted over one of these days."""
        return self._ask(DUE, "touching", {"days": list(days)})

    def notice_spans(self, days: Iterable[date] | None = None) -> Answer:
        """How many notices were counted over which days; over one of *days*, where given."""
        filters = ["true"]
        if days is not None:
            filters = [
                "EXISTS (SELECT FROM unnest(%(days)s::date[]) AS day"
                " WHERE day BETWEEN due_on AND window_to)"
            ]
        return self._ask(DUE, "spans", {"days": list(days or ())}, filters)

    def notices_over(self, spans: Sequence[tuple[date, date]], limit: int = 50) -> Answer:
        """The items whose notices were counted over these spans, the earliest first."""
        values = {"from": [a for a, _ in spans], "to": [b for _, b in spans], "limit": limit}
        return self._ask(DUE, "over", values)

    def awaiting(self) -> Answer:
        """How many subjects of each unit await each decision."""
        return self._ask(WORKLIST, "awaiting", {})

    def resting_on(
        self,
        law: str,
        *,
        since: date | None = None,
        before: date | None = None,
        limit: int = 50,
    ) -> tuple[int, Answer]:
        """How many tests, within these days, rest on an instrument, and the first of them."""
        filters = ["basis.law = %(law)s"]
        filters += ["basis.tested_on >= %(since)s"] if since else []
        filters += ["basis.tested_on < %(before)s"] if before else []
        values: Found = {"law": law, "since": since, "before": before, "limit": limit}
        (counted,) = self._ask(LEGAL_BASIS, "resting_count", values, filters)
        return counted["items"], self._ask(LEGAL_BASIS, "resting", values, filters)

    def closed_under(self, huruf: str, limit: int = 50) -> tuple[int, Answer]:
        """How many items are closed under one huruf of Pasal 17, and the first of them."""
        values: Found = {"huruf": huruf, "limit": limit}
        (counted,) = self._ask(LEGAL_BASIS, "under_count", values)
        return counted["items"], self._ask(LEGAL_BASIS, "under", values)

    def decrees(self, *, stage: str | Sequence[str] | None = None, limit: int = 200) -> Answer:
        """Drafts first, then decrees, the latest first."""
        filters = ["true"] if stage is None else ["stage = ANY(%(stage)s)"]
        stages = [stage] if isinstance(stage, str) else list(stage or ())
        return self._ask(DECREE, "page", {"stage": stages, "limit": limit}, filters)

    def decree(self, decree_id: UUID) -> Found | None:
        found = self._ask(DECREE, "page", {"id": decree_id, "limit": 1}, ["id = %(id)s"])
        return found[0] if found else None

    def pledges(self) -> Answer:
        """The pledges of the body ("") and its units."""
        return self._ask(PLEDGE, "all", {})

    def officers(self) -> Answer:
        """All officers by name, with what they may do on which days."""
        return self._ask(OFFICER, "all", {})

    def stale(self, on: date = ANY_DAY) -> Answer:
        """Tests older than a change, in force by *on*, of the law they rest on."""
        return self._ask(LEGAL_BASIS, "stale", {"on": on})

    def _early_day(self) -> date:
        """The day up to which few states had begun; asked again after a while, for it moves."""
        asked_at, day = self._early
        if time.monotonic() - asked_at > EARLY_SECONDS:
            found = self._ask(DIK_HISTORY, "early_day", {"states": EARLY})
            day = found[0]["effective_from"] if found else ANY_DAY
            self._early = time.monotonic(), day
        return day

    def _known(self, known_at: datetime | int | None) -> int:
        match known_at:
            case None:
                return STILL - 1
            case int():
                return known_at
            case datetime():
                return self.ledger.position_at(known_at)

    def _ask(
        self,
        table: Table,
        question: str,
        values: Found,
        filters: Sequence[str] = (),
        parts: Mapping[str, Composable] = MappingProxyType({}),
    ) -> Answer:
        query = self.taking.sql(
            table.sql[question],
            **parts,
            columns=SQL(", ").join(map(Identifier, table.columns)),
            filters=self.taking.sql(" AND ".join(filters)),
        )
        with (
            in_plain_words(),
            self.database.pool.connection() as connection,
            connection.cursor(row_factory=dict_row) as cursor,
        ):
            return cursor.execute(query, values, binary=True).fetchall()


def _beyond(made: Conditions, after: tuple[Any, ...] | None) -> Conditions:
    """Only what comes after the sort key and id of the last row seen."""
    if after is not None:
        made.add("(sort_key, id) > (%(sort_key)s, %(id)s)", sort_key=after[0], id=after[1])
    return made


def _together(names: Iterable[str] | None) -> frozenset[str]:
    """The tables that have to be rebuilt together with *names*."""
    every = frozenset(table.name for table in TABLES)
    wanted = every if names is None else frozenset(names)
    if unknown := wanted - every:
        raise ValueError(f"Tidak ada tampilan bernama {', '.join(sorted(unknown))}.")
    return every if AUDIT.name in wanted else every - {AUDIT.name}


def _swap(schema: str, beside: str, table: Table) -> Composed:
    return SQL("DROP TABLE IF EXISTS {old}; ALTER TABLE {new} SET SCHEMA {schema}").format(
        old=Identifier(schema, table.name),
        new=Identifier(beside, table.name),
        schema=Identifier(schema),
    )


def _cells(table: Table, live: Found, rebuilt: Found) -> Iterator[Difference]:
    is_missing = all(live[column] is None for column in table.key)
    is_extra = all(rebuilt[column] is None for column in table.key)
    key = tuple((rebuilt if is_missing else live)[column] for column in table.key)
    if is_missing or is_extra:
        whole = (None, rebuilt) if is_missing else (live, None)
        yield Difference(table.name, key, "", *whole)
        return
    for column in live:
        if live[column] != rebuilt[column]:
            yield Difference(table.name, key, column, live[column], rebuilt[column])
